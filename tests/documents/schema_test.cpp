#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "documents/rich_feeder.hpp"
#include "support/feeders.hpp"
#include "support/sample_day.hpp"
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/documents/feeder_document.hpp"
#include "gridpact/documents/files.hpp"
#include "gridpact/documents/plan_document.hpp"

namespace gridpact::documents {
namespace {

constexpr int valid = 0;
constexpr int no_validator = 77;

/// Asks each Python in turn, until one has jsonschema.
int validate(const std::string& schema, const std::string& text) {
  const auto document = std::filesystem::path(testing::TempDir()) /
                        (std::string("gridpact_schema_") +
                         testing::UnitTest::GetInstance()->current_test_info()->name() + ".json");
  EXPECT_TRUE(write_file(document, text).empty());
  std::istringstream pythons(GRIDPACT_PYTHONS);
  int outcome = no_validator;
  for (std::string python; outcome == no_validator && pythons >> python;) {
    if (!std::filesystem::exists(python)) {
      continue;
    }
    std::string command = python;
    command += " " GRIDPACT_SOURCE_DIR "/tests/documents/validate.py ";
    command += GRIDPACT_SOURCE_DIR "/docs/formats/";
    command += schema;
    command += ".schema.json ";
    command += document.string();
    outcome = WEXITSTATUS(std::system(command.c_str()));
  }
  std::filesystem::remove(document);
  return outcome;
}

#define SKIP_WITHOUT_VALIDATOR(outcome)                                                        \
  if ((outcome) == no_validator) {                                                             \
    GTEST_SKIP() << "the Python package jsonschema is not there (Debian: python3-jsonschema)"; \
  }

std::string sample_plan_text(Method method) {
  return to_json(support::sample_plan(support::sample_case(), method));
}

std::string broken(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Schema, PlansAreValid) {
  for (const auto method : {Method::det, Method::oba}) {
    const int outcome = validate("plan", sample_plan_text(method));
    SKIP_WITHOUT_VALIDATOR(outcome);
    EXPECT_EQ(outcome, valid);
  }
}

TEST(Schema, CertificatesAreValid) {
  const auto problem = support::sample_case();
  const auto plan = support::sample_plan(problem, Method::oba);
  for (const auto& certificate : {Certificate{}, support::sample_certificate(problem, plan)}) {
    const int outcome = validate("certificate", to_json(certificate));
    SKIP_WITHOUT_VALIDATOR(outcome);
    EXPECT_EQ(outcome, valid);
  }
}

/// The example of docs/formats/feeder2.md.
std::string feeder_example() {
  const auto document = read_text(GRIDPACT_SOURCE_DIR "/docs/formats/feeder2.md");
  EXPECT_TRUE(document.ok());
  const std::string mark = "```json\n";
  const auto begin = document->find(mark) + mark.size();
  return document->substr(begin, document->find("```", begin) - begin);
}

TEST(Schema, FeedersAreValid) {
  for (const auto& feeder : {test::rich_feeder(), test::ieee33_feeder()}) {
    const int outcome = validate("feeder2", to_json(feeder));
    SKIP_WITHOUT_VALIDATOR(outcome);
    EXPECT_EQ(outcome, valid);
  }
}

TEST(Schema, TheFeederInTheDocumentIsWhatGridpactWrites) {
  const auto example = feeder_example();
  const auto feeder = parse_feeder(example, "feeder2.md");
  ASSERT_TRUE(feeder.ok()) << to_string(feeder.faults().front());
  EXPECT_EQ(to_json(*feeder), example);
  const int outcome = validate("feeder2", example);
  SKIP_WITHOUT_VALIDATOR(outcome);
  EXPECT_EQ(outcome, valid);
}

TEST(Schema, OfFeedersRefusesWhatTheReaderRefuses) {
  const auto text = feeder_example();
  for (const auto& wrong :
       {broken(text, "\"base_kva\": 1000", "\"base_kva\": 0"), broken(text, "\"line\"", "\"wire\""),
        broken(text, "\"x\": null", "\"x\": \"west\""), broken(text, "\"u_low\"", "\"u_lowest\""),
        broken(text, "\"from_count\": 1", "\"from_count\": 0"),
        broken(text, "\"rating_a\": 100", "\"rating_a\": -1"),
        broken(text, "{\"p_share\": 1, \"q_share\": 1, \"exponent\": 2}", "")}) {
    const int outcome = validate("feeder2", wrong);
    SKIP_WITHOUT_VALIDATOR(outcome);
    EXPECT_NE(outcome, valid);
    EXPECT_FALSE(parse_feeder(wrong, "feeder.json").ok());
  }
}

TEST(Schema, RefusesWhatTheReaderRefuses) {
  const auto text = sample_plan_text(Method::oba);
  for (const auto& wrong :
       {broken(text, "\"gap\"", "\"gaps\""), broken(text, "\"oba\"", "\"magic\""),
        broken(text, "\"row_count\": 1680", "\"row_count\": -1"),
        broken(text, "gridpact-plan/1", "gridpact-plan/2"),
        broken(text, "\"participation\": [0.1", "\"participation\": [null")}) {
    const int outcome = validate("plan", wrong);
    SKIP_WITHOUT_VALIDATOR(outcome);
    EXPECT_NE(outcome, valid);
    EXPECT_FALSE(parse_plan(wrong, "plan.json").ok());
  }
}

}  // namespace
}  // namespace gridpact::documents
