#include "gridpact/verify/certify.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gtest/gtest.h>

namespace gridpact::verify {
namespace {

using testing::days;
using testing::judged;
using testing::normal_law;
using testing::plan_for;
using testing::two_node_case;
using testing::two_nodes_at;

double normal_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

bool covers(const MeasuredShare& measured, double truth) {
  return measured.lower <= truth && truth <= measured.upper;
}

// Load ~ N(1000, 100²) kW, independent in each hour, nobody answers. Voltage, current and import
// are monotone in the load, so a limit at their value for 1000 + 100 z breaks with probability 1 −
// Φ(z); the reserve of 120 kW breaks at |z| > 1.2 and so whenever anything does.
TEST(Certify, MeasuresKnownProbabilities) {
  constexpr std::size_t periods = 3;
  auto problem = two_node_case(periods);
  problem.generators.clear();
  problem.limits.voltage_min_pu = two_nodes_at(1150.0).voltage_pu;
  problem.feeder.branches[0].rating_a = two_nodes_at(1180.0).current_a / (1.0 + relative_tolerance);
  auto plan = plan_for(problem, 120.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(periods, 120.0);
  plan.import_limit_kw = two_nodes_at(1200.0).import_kw / (1.0 + relative_tolerance);
  auto options = days(6000, 2);
  options.confidence = 0.9999;  // a dozen intervals, of which none should miss
  const auto certificate = judged(problem, plan, normal_law(problem, 0.0, 100.0), options);

  const double any = 2.0 * normal_tail(1.2);
  for (const auto& period : certificate.by_period) {
    EXPECT_EQ(period.trials, 6000u);
    EXPECT_TRUE(covers(period, any)) << period.share << " for " << any;
    EXPECT_LT(period.upper - period.lower, 0.045);
  }
  EXPECT_TRUE(covers(certificate.days, 1.0 - std::pow(1.0 - any, periods)));
  EXPECT_TRUE(covers(certificate.periods, any));
  const std::array expected{normal_tail(1.5), normal_tail(1.8), normal_tail(2.0), any, 0.0};
  for (std::size_t kind = 0; kind < certificate.by_kind.size(); ++kind) {
    const double sigma = std::sqrt(expected[kind] / 18000.0);
    EXPECT_NEAR(certificate.by_kind[kind].share, expected[kind], 4.0 * sigma) << kind;
    EXPECT_TRUE(covers(certificate.by_kind[kind], expected[kind])) << kind;
  }
  EXPECT_NEAR(certificate.cost_mean_eur,
              0.1 * periods * two_nodes_at(1000.0).import_kw + periods * 120.0 * 0.03, 1.0);
  EXPECT_FALSE(certificate.certified);
  EXPECT_FALSE(certificate.partial);
}

// Some seeds' intervals must miss; nearly all must not.
TEST(Certify, IntervalsHoldAsOftenAsTheySay) {
  auto problem = two_node_case(1);
  problem.generators.clear();
  auto plan = plan_for(problem, 150.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(1, 150.0);
  const double truth = 2.0 * normal_tail(1.5);
  int missed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto options = days(120);
    options.seed = seed;
    options.confidence = 0.9;
    missed +=
        covers(judged(problem, plan, normal_law(problem, 0.0, 100.0), options).days, truth) ? 0 : 1;
  }
  EXPECT_GT(missed, 5);
  EXPECT_LE(missed, 45);  // 30 expected at most; 45 is 2.9 deviations more
}

TEST(Certify, CertifiesByTheScopeThatWasPromised) {
  auto problem = two_node_case(24);
  problem.generators.clear();
  auto plan = plan_for(problem, 280.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(24, 280.0);
  const auto law = normal_law(problem, 0.0, 100.0);  // hours 0.5 %, days 12 %
  const auto by_hour = judged(problem, plan, law, days(1000));
  EXPECT_TRUE(by_hour.certified);
  EXPECT_EQ(by_hour.worst_period.count,
            std::max_element(by_hour.by_period.begin(), by_hour.by_period.end(),
                             [](const auto& a, const auto& b) { return a.count < b.count; })
                ->count);
  EXPECT_GT(by_hour.promise_upper, by_hour.worst_period.share);
  EXPECT_LT(by_hour.promise_upper, by_hour.worst_period.upper);  // one side against two

  plan.risk.scope = RiskScope::horizon;
  const auto by_day = judged(problem, plan, law, days(1000));
  EXPECT_FALSE(by_day.certified);
  EXPECT_GT(by_day.promise_upper, 0.1);
  plan.risk.joint_violation_limit = 0.2;
  EXPECT_TRUE(judged(problem, plan, law, days(1000)).certified);
  // One clean day proves nothing.
  plan.risk.joint_violation_limit = 0.05;
  const auto clean = judged(problem, plan, normal_law(problem, 0.0, 0.0), days(1));
  EXPECT_EQ(clean.days.count, 0u);
  EXPECT_FALSE(clean.certified);
}

}  // namespace
}  // namespace gridpact::verify
