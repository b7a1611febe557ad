#include "gridpact/report/comparison.hpp"

#include <algorithm>
#include <sstream>

#include "support/sample_day.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/documents/json.hpp"

namespace gridpact::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::vector<Comparison> sample() {
  const auto problem = support::sample_case();
  std::vector<Comparison> methods;
  for (const auto method : {Method::det, Method::icc, Method::ba, Method::oba}) {
    Comparison entry;
    entry.method = method;
    entry.plan = support::sample_plan(problem, method);
    entry.certificate = support::sample_certificate(problem, *entry.plan);
    entry.seconds = 1.5;
    methods.push_back(entry);
  }
  Comparison none;
  none.method = Method::ro;
  none.why_not = "node 18 at 19:00, by 0.003 pu";
  methods.push_back(none);
  return methods;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

const ComparisonRow& row(const std::vector<ComparisonRow>& rows, const std::string& label) {
  const auto found = std::ranges::find(rows, label, &ComparisonRow::label);
  EXPECT_NE(found, rows.end()) << label;
  return *found;
}

TEST(Comparison, RowsSayWhatThePlansSay) {
  const auto rows = comparison_rows(sample());
  EXPECT_THAT(row(rows, "Total, €").cells,
              ElementsAre("1,989.50", "2,106.03", "2,349.69", "2,201.38", "–"));
  EXPECT_EQ(row(rows, "Energy sold, €").cells[0], "−3.50");
  EXPECT_EQ(row(rows, "Total against det").cells[3], "+10.6 %");
  EXPECT_THAT(row(rows, "Promised joint violation").cells,
              ElementsAre("no promise", "≤ 31.0 %", "≤ 4.97 %", "≤ 4.97 %", "–"));
  EXPECT_THAT(row(rows, "Certified ≤ 5 %").cells, ElementsAre("no", "no", "yes", "yes", "–"));
}

TEST(Comparison, ComponentsThatNobodyPaysAreLeftOut) {
  auto methods = sample();
  methods.resize(1);
  for (const auto& each : comparison_rows(methods)) {
    EXPECT_THAT(each.label, Not(HasSubstr("Curtailment")));
  }
}

TEST(Comparison, WithoutCertificatesNothingIsMeasured) {
  auto methods = sample();
  for (auto& entry : methods) {
    entry.certificate.reset();
  }
  EXPECT_EQ(comparison_rows(methods).back().label, "Promised joint violation");
}

TEST(Comparison, TableIsAligned) {
  const auto lines = lines_of(comparison_table(sample(), 120));
  EXPECT_THAT(lines[0], HasSubstr("oba"));
  const auto width = characters(lines[0]);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    EXPECT_EQ(characters(lines[i]), width) << lines[i];
  }
  EXPECT_EQ(lines.back(), "ro: no plan: node 18 at 19:00, by 0.003 pu");
}

TEST(Comparison, TableFitsTheTerminal) {
  const auto lines = lines_of(comparison_table(sample(), 60));
  std::size_t heads = 0;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    EXPECT_LE(characters(lines[i]), 60U) << lines[i];
    heads += lines[i].starts_with("Total, €") ? 1U : 0U;
  }
  EXPECT_GT(heads, 1U) << "what does not fit goes into a further block";
  EXPECT_FALSE(comparison_table(sample(), 1).empty());
  EXPECT_NO_THROW(static_cast<void>(comparison_table({}, 80)));
}

TEST(Comparison, CsvIsExactAndHasNoSeconds) {
  auto methods = sample();
  const auto csv = comparison_csv(methods);
  const auto lines = lines_of(csv);
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_THAT(lines[0], HasSubstr("total_eur,lower_bound_eur,promised_violation"));
  EXPECT_THAT(lines[2], HasSubstr(",2106.03125,"));
  EXPECT_EQ(lines[5], "ro,,,,,,,,,,,,,,,,,,\"node 18 at 19:00, by 0.003 pu\"");
  methods[0].seconds = 99.0;
  EXPECT_EQ(comparison_csv(methods), csv);
}

TEST(Comparison, JsonHoldsTheSame) {
  const auto methods = sample();
  const auto json = documents::parse_json(comparison_json(methods), "comparison");
  ASSERT_TRUE(json.ok());
  const auto& entries = std::get<documents::Json::Array>(json->find("methods")->value());
  ASSERT_THAT(entries, SizeIs(5));
  EXPECT_EQ(std::get<double>(entries[1].find("cost")->find("total_eur")->value()), 2106.03125);
  EXPECT_EQ(std::get<double>(entries[3].find("measured")->find("upper")->value()),
            methods[3].certificate->worst_period.upper);
  EXPECT_EQ(entries[0].find("promised_violation"), nullptr) << "det promises nothing";
  EXPECT_EQ(std::get<std::string>(entries[4].find("why_not")->value()), methods[4].why_not);
}

TEST(Comparison, ThePromiseIsMeasuredInItsOwnScope) {
  Certificate certificate;
  certificate.worst_period.share = 0.1;
  certificate.days.share = 0.2;
  certificate.scope = RiskScope::period;
  EXPECT_EQ(promised_share(certificate).share, 0.1);
  certificate.scope = RiskScope::horizon;
  EXPECT_EQ(promised_share(certificate).share, 0.2);
}

}  // namespace
}  // namespace gridpact::report
