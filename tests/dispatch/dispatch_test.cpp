#include "gridpact/dispatch/dispatch.hpp"

#include <cmath>
#include <cstdio>
#include <map>

#include "dispatch/planning.hpp"
#include "support/small_case.hpp"
#include <gmock/gmock.h>

namespace gridpact::dispatch {
namespace {

using test::small_case;

class SmallCases : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SmallCases, testing::Range<std::uint64_t>(1, 13));

// On the same rows a method that demands more can not cost less (up to the certified gaps).
TEST_P(SmallCases, CostsRiseWithWhatIsDemanded) {
  for (const auto knowledge :
       {Knowledge::moments_support, Knowledge::gaussian, Knowledge::mixture}) {
    auto problem = small_case(GetParam());
    problem.risk.knowledge = knowledge;
    const auto base = prepared(problem);
    std::map<Method, double> cost;
    std::map<Method, double> lower;
    for (const auto method : {Method::det, Method::icc, Method::oba, Method::ba}) {
      const auto plan = solve(base, options_for(problem, method));
      ASSERT_TRUE(plan) << to_string(knowledge) << ' ' << to_string(method) << '\n'
                        << told(plan.faults());
      cost[method] = plan->cost.total_eur();
      lower[method] = plan->lower_bound_eur;
      EXPECT_LE(plan->gap, 1e-3) << to_string(knowledge) << ' ' << to_string(method);
      EXPECT_GE(plan->gap, -1e-6);
      if (method == Method::oba || method == Method::ba) {
        EXPECT_LE(plan->promised_violation, problem.risk.joint_violation_limit * (1.0 + 1e-6));
      }
    }
    const double hair = 1e-5 * std::abs(cost[Method::det]) + 1e-6;
    EXPECT_LE(lower[Method::det], cost[Method::icc] + hair);
    EXPECT_LE(lower[Method::icc], cost[Method::oba] + hair);
    EXPECT_LE(lower[Method::oba], cost[Method::ba] + hair);
    EXPECT_LE(cost[Method::det], cost[Method::icc] + hair) << to_string(knowledge);
    EXPECT_LE(cost[Method::icc], cost[Method::oba] * (1.0 + 1e-3) + hair) << to_string(knowledge);
    EXPECT_LE(cost[Method::oba], cost[Method::ba] * (1.0 + 1e-3) + hair) << to_string(knowledge);
  }
}

// With the support known, chance constraints never cost more than robust ones.
TEST_P(SmallCases, RobustIsDearest) {
  const auto problem = small_case(GetParam());
  const auto base = prepared(problem);
  const auto oba = solve(base, options_for(problem, Method::oba));
  const auto ro = solve(base, options_for(problem, Method::ro));
  ASSERT_TRUE(oba) << told(oba.faults());
  ASSERT_TRUE(ro) << told(ro.faults());
  EXPECT_LE(oba->cost.total_eur(), ro->cost.total_eur() + 1e-5 * std::abs(ro->cost.total_eur()));
  EXPECT_EQ(ro->promised_violation, 0.0);
}

// A tighter joint limit can not be cheaper.
TEST_P(SmallCases, SafetyHasAPrice) {
  auto problem = small_case(GetParam());
  problem.risk.knowledge = Knowledge::gaussian;
  const auto base = prepared(problem);
  double cheaper = -std::numeric_limits<double>::infinity();
  for (const double limit : {0.2, 0.05, 0.01, 0.001}) {
    auto options = options_for(problem, Method::oba);
    options.risk.joint_violation_limit = limit;
    const auto plan = solve(base, options);
    ASSERT_TRUE(plan) << told(plan.faults());
    EXPECT_GE(plan->cost.total_eur(), cheaper - 1e-5 * std::abs(cheaper)) << limit;
    cheaper = plan->cost.total_eur();
  }
}

TEST_P(SmallCases, OneBudgetForTheWholeHorizonIsDearerThanOnePerPeriod) {
  auto problem = small_case(GetParam());
  problem.risk.knowledge = Knowledge::gaussian;
  const auto base = prepared(problem);
  auto options = options_for(problem, Method::oba);
  const auto per_period = solve(base, options);
  options.risk.scope = RiskScope::horizon;
  const auto whole = solve(base, options);
  ASSERT_TRUE(per_period) << told(per_period.faults());
  ASSERT_TRUE(whole) << told(whole.faults());
  EXPECT_LE(whole->promised_violation, 0.05 * (1.0 + 1e-6));
  EXPECT_LE(per_period->cost.total_eur(),
            whole->cost.total_eur() + 1e-5 * std::abs(whole->cost.total_eur()));
}

// Refined at its own operating point, the plan's voltages are those of exact AC.
TEST_P(SmallCases, LinearModelAgreesWithExactAcAtThePlan) {
  const auto problem = small_case(GetParam());
  const auto refined = plan(prepared(problem), options_for(problem, Method::oba));
  ASSERT_TRUE(refined) << told(refined.faults());
  EXPECT_LE(refined->linear_error_pu, 1e-4);
}

TEST_P(SmallCases, SamePlanForAnyNumberOfThreads) {
  const auto problem = small_case(GetParam());
  auto options = options_for(problem, Method::oba);
  options.threads = 1;
  const auto one = plan(problem, options);
  options.threads = 3;
  const auto three = plan(problem, options);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->cost.total_eur(), three->cost.total_eur());
  EXPECT_EQ(one->substation.import_kw, three->substation.import_kw);
  EXPECT_EQ(one->voltage_pu, three->voltage_pu);
}

TEST(Dispatch, SaysWhatWouldHaveToGive) {
  auto problem = small_case(3);
  for (auto& generator : problem.generators) {
    generator.reserve.up_max_kw = 1.0;
  }
  const auto plan = solve(prepared(problem), options_for(problem, Method::oba));
  ASSERT_FALSE(plan);
  EXPECT_THAT(told(plan.faults()), testing::HasSubstr("no plan keeps all limits with method oba"));
  EXPECT_THAT(told(plan.faults()), testing::HasSubstr("the providers' reserve offers fall"));
}

TEST(Dispatch, SaysWhichVoltageIsOutOfReach) {
  auto problem = small_case(3);
  problem.limits = {1.05, 1.06};  // above the substation's own voltage
  const auto plan = solve(prepared(problem), options_for(problem, Method::oba));
  ASSERT_FALSE(plan);
  EXPECT_THAT(told(plan.faults()), testing::HasSubstr("the voltage band would have to be"));
}

// What is named as the smallest limit can be planned, and a third less can not.
TEST(Dispatch, SaysWhichRiskLevelCanBeKept) {
  auto problem = small_case(3);
  problem.risk.knowledge = Knowledge::gaussian;
  const auto base = prepared(problem);
  auto options = options_for(problem, Method::oba);
  const auto wide = solve(base, options);
  ASSERT_TRUE(wide) << told(wide.faults());
  double most = 0.0;
  for (const double kw : wide->reserve.up_kw) {
    most = std::max(most, kw);
  }
  // Offers that just do at 5 % do not at 0.1 %.
  for (auto& generator : problem.generators) {
    generator.reserve.up_max_kw = generator.reserve.participation * 1.3 * most;
  }
  problem.substation.reserve.up_max_kw = problem.substation.reserve.participation * 1.3 * most;
  const auto tight = prepared(problem);
  options.risk.joint_violation_limit = 1e-5;
  const auto refused = plan(tight, options);
  ASSERT_FALSE(refused);
  const auto message = refused.faults().back().message;
  double limit = 0.0;
  ASSERT_EQ(std::sscanf(message.c_str(),
                        "the smallest joint violation limit that can be kept is about %lf", &limit),
            1)
      << message;
  EXPECT_GT(limit, 1e-5);
  options.risk.joint_violation_limit = 1.05 * limit;
  EXPECT_TRUE(solve(tight, options));
  options.risk.joint_violation_limit = 0.67 * limit;
  EXPECT_FALSE(solve(tight, options));
}

TEST(Dispatch, PeakTargetIsKept) {
  auto problem = small_case(5);
  problem.substation.peak_reduction = 0.10;
  const auto plan = solve(prepared(problem), options_for(problem, Method::oba));
  ASSERT_TRUE(plan) << told(plan.faults());
  EXPECT_NEAR(plan->import_limit_kw, 0.9 * plan->uncontrolled_peak_kw, 1e-9);
  for (const double import_kw : plan->substation.import_kw) {
    EXPECT_LE(import_kw, plan->import_limit_kw);
  }
}

// Nothing binds but the reserve: min c⁺R⁺ + c⁻R⁻ with Φ(−R⁺/σ) + Φ(−R⁻/σ) = ε has the solution
// φ(R⁺/σ) / φ(R⁻/σ) = c⁺ / c⁻, that is R⁺² − R⁻² = 2σ² ln(c⁻/c⁺).
TEST(Dispatch, ReserveOfTheOnlyRowIsKnownInClosedForm) {
  auto problem = small_case(8);
  problem.risk.knowledge = Knowledge::gaussian;
  problem.stations.clear();
  problem.limits = {0.5, 1.5};
  for (auto& branch : problem.feeder.branches) {
    branch.rating_a = std::numeric_limits<double>::infinity();
  }
  problem.substation.import_max_kw = problem.substation.export_max_kw = 1e5;
  problem.substation.reserve.participation = 1.0;  // so that reserve takes nothing from generation
  for (auto& generator : problem.generators) {
    generator.reserve.participation = 0.0;
  }
  const auto plan = solve(prepared(problem), options_for(problem, Method::oba));
  ASSERT_TRUE(plan) << told(plan.faults());
  const auto& price = problem.substation.reserve;
  std::size_t found = 0;
  for (const auto& share : plan->risk_shares) {
    if (share.kind != RowKind::reserve || share.std_deviation == 0.0) {
      continue;
    }
    ++found;
    const double up = share.distance_upper / share.std_deviation;
    const double down = share.distance_lower / share.std_deviation;
    EXPECT_NEAR(0.5 * std::erfc(up / std::sqrt(2.0)) + 0.5 * std::erfc(down / std::sqrt(2.0)), 0.05,
                5e-6);
    EXPECT_NEAR(up * up - down * down,
                2.0 * std::log(price.down_price_eur_per_kw_h / price.up_price_eur_per_kw_h), 0.02);
  }
  EXPECT_EQ(found, problem.horizon.count);
}

TEST(Dispatch, InterruptionIsAnAnswer) {
  const auto problem = small_case(1);
  const auto base = prepared(problem);
  std::stop_source source;
  source.request_stop();
  auto options = options_for(problem, Method::oba);
  options.progress.stop = source.get_token();
  const auto plan = solve(base, options);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.faults().front().message, "interrupted");
}

}  // namespace
}  // namespace gridpact::dispatch
