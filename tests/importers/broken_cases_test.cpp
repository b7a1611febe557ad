#include "importers/broken_cases.hpp"

#include <set>

#include "importers/minimal_case.hpp"
#include <gtest/gtest.h>

namespace gridpact::importers {
namespace {

MinimalCase broken_by(const std::vector<Edit>& edits) {
  MinimalCase minimal;
  for (const auto& [how, file, old_text, new_text] : edits) {
    if (how == whole) {
      minimal.write(file, new_text);
      continue;
    }
    minimal.edit(file, old_text, new_text);
    while (how == everywhere && minimal.text(file).find(old_text) != std::string::npos &&
           new_text.find(old_text) == std::string::npos) {
      minimal.edit(file, old_text, new_text);
    }
  }
  return minimal;
}

class BrokenCases : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenCases, SaysExactlyThis) {
  EXPECT_EQ(broken_by(GetParam().edits).report(), GetParam().report);
}

std::vector<BrokenCase> broken_cases() {
  std::vector<BrokenCase> all;
  for (const auto& part : {broken_keys(), broken_grids(), broken_series(), broken_sessions()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Importers, BrokenCases, testing::ValuesIn(broken_cases()),
                         [](const auto& row) { return row.param.name; });

// Guards the table itself: rows that only warn or note must say so, all others must refuse the
// case.
TEST(BrokenCaseTable, RefusesWhatHasErrors) {
  std::set<std::string> names;
  for (const auto& row : broken_cases()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
    const bool has_error = row.report.find(": error: ") != std::string::npos;
    EXPECT_EQ(broken_by(row.edits).read().ok(), !has_error) << row.name;
  }
  EXPECT_GE(names.size(), 40U);
}

TEST(BrokenCaseTable, TheMinimalCaseItselfSaysNothing) { EXPECT_EQ(MinimalCase().report(), ""); }

TEST(BrokenCaseTable, ABinaryFileIsNotATable) {
  MinimalCase minimal;
  minimal.write(prices_csv, std::string("time,price\0", 11));
  EXPECT_EQ(minimal.report(), "prices.csv: error: the file is not plain text; save it as UTF-8\n");
  minimal.write(prices_csv, std::string("\x1f\x8b\x08\0", 4));
  EXPECT_EQ(minimal.report(),
            "prices.csv: error: the file is compressed with gzip; unpack it (gunzip) first\n");
}

}  // namespace
}  // namespace gridpact::importers
