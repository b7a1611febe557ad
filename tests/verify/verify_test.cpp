#include "gridpact/verify/verify.hpp"

#include <cmath>
#include <numbers>

#include "verify/small_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/documents/certificate_document.hpp"

namespace gridpact::verify {
namespace {

using ::testing::HasSubstr;

/// 400 days of normal errors, 80 kW, before a day of four hours.
Case case_with_errors() {
  constexpr std::size_t periods = 4, past_hours = 9600;
  auto problem = testing::two_node_case(periods);
  auto& series = problem.series[0];
  series.start = problem.horizon.start - std::chrono::hours{past_hours};
  series.forecast.assign(past_hours + periods, 1.0);
  series.actual = series.forecast;
  RandomStream random(3, 0);
  for (double& value : series.actual) {
    value += 0.08 * random.normal();
  }
  return problem;
}

VerifyOptions days(std::uint64_t scenarios) {
  VerifyOptions options;
  options.scenarios = scenarios;
  return options;
}

// Errors are learned from the case itself, so the share is known up to what 400 days teach.
TEST(Verify, LearnsTheErrorsFromTheCase) {
  const auto problem = case_with_errors();
  const auto plan = testing::plan_for(problem, 120.0);
  const double truth = std::erfc(1.5 / std::numbers::sqrt2);
  for (const auto law : {Law::mixture, Law::history}) {
    auto options = days(3000);
    options.law = law;
    const auto certificate = verify(problem, plan, options);
    ASSERT_TRUE(certificate.ok()) << to_string(certificate.faults()[0]);
    EXPECT_NEAR(certificate->periods.share, truth, 0.03) << to_string(law);
    EXPECT_EQ(certificate->by_kind[static_cast<std::size_t>(RowKind::reserve)].count,
              certificate->periods.count);
    EXPECT_EQ(certificate->law, to_string(law));
    EXPECT_EQ(certificate->case_digest, "d16e57");
    EXPECT_EQ(certificate->scenarios, 3000u);
    EXPECT_FALSE(certificate->certified);
  }
}

TEST(Verify, RepeatsByteForByte) {
  const auto problem = case_with_errors();
  const auto plan = testing::plan_for(problem, 120.0);
  for (const auto law : {Law::mixture, Law::history}) {
    auto options = days(100);
    options.law = law;
    options.threads = 1;
    const auto one = documents::to_json(*verify(problem, plan, options));
    options.threads = 4;
    EXPECT_EQ(documents::to_json(*verify(problem, plan, options)), one);
  }
}

TEST(Verify, ReplaysADayOfTheCertificate) {
  const auto problem = case_with_errors();
  const auto plan = testing::plan_for(problem, 100.0);
  const auto certificate = verify(problem, plan, days(200));
  ASSERT_TRUE(certificate.ok());
  ASSERT_FALSE(certificate->limits.empty());
  const auto& worst = certificate->limits[0];
  const auto day = replay(problem, plan, days(200), worst.worst_scenario);
  ASSERT_TRUE(day.ok());
  EXPECT_EQ(day->scenario, worst.worst_scenario);
  EXPECT_EQ(std::abs(day->net_load_deviation_kw[worst.worst_period]) - 100.0, worst.worst_excess);
}

TEST(Verify, RefusesToReplayADayBeyondTheRun) {
  const auto problem = case_with_errors();
  const auto plan = testing::plan_for(problem, 100.0);
  EXPECT_TRUE(replay(problem, plan, days(200), 199).ok());
  const auto beyond = replay(problem, plan, days(200), 200);
  ASSERT_EQ(beyond.faults().size(), 1u);
  EXPECT_THAT(beyond.faults()[0].message, HasSubstr("the run has 200, numbered 0 to 199"));
}

// 0 scenarios of held-back days are all that the history knows from the horizon on.
TEST(Verify, ReplaysEveryHeldBackDayIfAskedForNone) {
  auto problem = case_with_errors();
  constexpr std::size_t held_back = 3;
  auto& series = problem.series[0];
  for (std::size_t t = series.actual.size(); t-- > series.actual.size() - problem.horizon.count;) {
    series.actual[t] = 1.0;
  }
  RandomStream random(4, 0);
  while (series.actual.size() < 9600 + 24 * held_back) {
    series.forecast.push_back(1.0);
    series.actual.push_back(1.0 + 0.08 * random.normal());
  }
  const auto plan = testing::plan_for(problem, 100.0);
  auto options = days(0);
  options.law = Law::held_back;
  const auto all = verify(problem, plan, options);
  ASSERT_TRUE(all.ok()) << to_string(all.faults()[0]);
  EXPECT_EQ(all->scenarios, held_back);
  EXPECT_EQ(all->days.trials, held_back);
  EXPECT_TRUE(replay(problem, plan, options, held_back - 1).ok());
  EXPECT_FALSE(replay(problem, plan, options, held_back).ok());
  options.scenarios = held_back;
  EXPECT_EQ(documents::to_json(verify(problem, plan, options).value()), documents::to_json(*all));
  options.scenarios = held_back + 1;
  EXPECT_FALSE(verify(problem, plan, options).ok());
}

TEST(Verify, RefusesAPlanOfOtherFiles) {
  const auto problem = case_with_errors();
  auto plan = testing::plan_for(problem, 100.0);
  plan.case_digest = "older";
  for (const auto& faults :
       {verify(problem, plan, days(5)).faults(), replay(problem, plan, days(5), 0).faults()}) {
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_THAT(faults[0].message, HasSubstr("plan again"));
  }
}

TEST(Verify, RefusesOptionsOutOfRange) {
  const auto problem = case_with_errors();
  const auto plan = testing::plan_for(problem, 100.0);
  auto options = days(0);
  options.confidence = 1.0;
  const auto certificate = verify(problem, plan, options);
  ASSERT_FALSE(certificate.ok());
  ASSERT_EQ(certificate.faults().size(), 2u);
  EXPECT_EQ(certificate.faults()[0].message, "no scenarios to replay; ask for at least one");
  EXPECT_EQ(certificate.faults()[1].message, "the confidence must lie between 0 and 1");
}

TEST(Verify, PassesOnWhatIsWrongWithTheFeeder) {
  auto problem = case_with_errors();
  const auto plan = testing::plan_for(problem, 100.0);
  problem.feeder.branches.clear();
  EXPECT_FALSE(verify(problem, plan, days(5)).ok());
}

TEST(Law, IsWrittenAsItIsRead) {
  EXPECT_EQ(parse_law("mixture"), Law::mixture);
  EXPECT_EQ(parse_law("history"), Law::history);
  EXPECT_EQ(parse_law("guess"), std::nullopt);
  EXPECT_EQ(to_string(Law::history), "history");
}

}  // namespace
}  // namespace gridpact::verify
