// What [risk] may ask for besides ε: tested knowledge, Student t, sampled days, a robust budget, a
// budget per layer, Kullback-Leibler ambiguity, layers that have days in common.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "dispatch/planning.hpp"
#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/dispatch/state.hpp"
#include "gridpact/uncertainty/net_load.hpp"
#include "gridpact/uncertainty/stress.hpp"
#include "gridpact/verify/judge.hpp"

namespace gridpact::dispatch {
namespace {

using test::small_case;

Plan solved(const Prepared& base, const PlanOptions& options) {
  auto plan = solve(base, options);
  EXPECT_TRUE(plan) << told(plan.faults());
  return plan ? *std::move(plan) : Plan{};
}

class RiskOptions : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, RiskOptions, testing::Range<std::uint64_t>(1, 7));

// What a row's tests justify is never less than moments and support, so it can not be dearer; nor
// cheaper than what would be justified if every row passed every test.
TEST_P(RiskOptions, TestedLiesBetweenMomentsAndEverythingPassed) {
  const auto problem = small_case(GetParam());
  const auto base = prepared(problem);
  std::map<Knowledge, Plan> plans;
  for (const auto knowledge :
       {Knowledge::moments_support, Knowledge::tested, Knowledge::symmetric_unimodal_support}) {
    auto options = options_for(problem, Method::oba);
    options.risk.knowledge = knowledge;
    plans[knowledge] = solved(base, options);
  }
  const auto& tested = plans[Knowledge::tested];
  EXPECT_LE(tested.lower_bound_eur, plans[Knowledge::moments_support].cost.total_eur() + 1e-3);
  EXPECT_GE(tested.cost.total_eur(),
            plans[Knowledge::symmetric_unimodal_support].lower_bound_eur - 1e-3);
  for (const auto& share : tested.risk_shares) {
    EXPECT_TRUE(share.knowledge == Knowledge::tested || uses_support(share.knowledge));
    EXPECT_TRUE(share.risk_level == 0.0 || share.std_deviation == 0.0 ||
                share.knowledge != Knowledge::tested || share.risk_level < 1e-3);
  }
}

TEST_P(RiskOptions, ATIsBetweenAGaussianAndMomentsAlone) {
  const auto problem = small_case(GetParam());
  const auto base = prepared(problem);
  std::map<Knowledge, Plan> plans;
  for (const auto knowledge : {Knowledge::gaussian, Knowledge::student_t}) {
    auto options = options_for(problem, Method::oba);
    options.risk.knowledge = knowledge;
    options.risk.joint_violation_limit = 0.01;  // where the heavier tails are already the heavier
    plans[knowledge] = solved(base, options);
  }
  EXPECT_LE(plans[Knowledge::gaussian].lower_bound_eur,
            plans[Knowledge::student_t].cost.total_eur() * (1.0 + 1e-3));
}

// so keeps every limit on its days: with more of them it can only be dearer, and robust
// optimisation, which keeps what any of them may reach, is dearest.
TEST_P(RiskOptions, MoreSampledDaysAreDearer) {
  const auto problem = small_case(GetParam());
  const auto base = prepared(problem);
  double cost = solved(base, options_for(problem, Method::det)).lower_bound_eur;
  for (const std::size_t days : {5UL, 50UL, 500UL}) {  // the streams of 5 are the first of 50
    auto options = options_for(problem, Method::so);
    options.risk.scenarios = days;
    const auto plan = solved(base, options);
    EXPECT_GE(plan.cost.total_eur(), cost - 1e-5 * std::abs(cost));
    cost = plan.cost.total_eur();
  }
  const auto ro = solved(base, options_for(problem, Method::ro));
  EXPECT_LE(cost, ro.cost.total_eur() + 1e-5 * std::abs(cost));
}

TEST_P(RiskOptions, RobustBudgetRunsFromTheForecastToAllOfTheSupport) {
  const auto problem = small_case(GetParam());
  const auto base = prepared(problem);
  const auto with_budget = [&](std::optional<double> budget) {
    auto options = options_for(problem, Method::ro);
    options.risk.robust_budget = budget;
    return solved(base, options).cost.total_eur();
  };
  const double all = with_budget(std::nullopt);
  EXPECT_NEAR(with_budget(100.0), all, 1e-6 * std::abs(all));
  double before = -std::numeric_limits<double>::infinity();
  for (const double budget : {1e-6, 0.5, 1.0, 2.0, 3.0}) {
    const double cost = with_budget(budget);
    EXPECT_GE(cost, before - 1e-5 * std::abs(cost)) << budget;
    EXPECT_LE(cost, all + 1e-5 * std::abs(all)) << budget;
    before = cost;
  }
}

// A budget per layer is one way to split the joint one, so it can not be cheaper; and each layer
// keeps to its own.
TEST_P(RiskOptions, ABudgetPerLayerIsKeptAndIsNoCheaper) {
  const auto problem = small_case(GetParam());
  const auto base = prepared(problem);
  auto options = options_for(problem, Method::oba);
  options.risk.knowledge = Knowledge::gaussian;
  const auto one = solved(base, options);
  options.risk.ev_share = 0.4;
  const auto split = solved(base, options);
  EXPECT_GE(split.cost.total_eur(), one.lower_bound_eur - 1e-6 * std::abs(one.lower_bound_eur));
  std::vector<double> ev(problem.horizon.count, 0.0);
  std::vector<double> net_load(problem.horizon.count, 0.0);
  for (const auto& share : split.risk_shares) {
    auto& sum = share.kind == RowKind::station_reserve ? ev : net_load;
    sum[share.period] += share.risk_level;
  }
  const double limit = problem.risk.joint_violation_limit;
  const double ev_part = problem.stations.empty() ? 0.0 : 0.4;
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    EXPECT_LE(ev[t], ev_part * limit * (1.0 + 1e-5));
    EXPECT_LE(net_load[t], (1.0 - ev_part) * limit * (1.0 + 1e-5));
  }
}

TEST(RiskAmbiguity, AKullbackLeiblerRadiusIsASmallerLimit) {
  auto problem = small_case(2);
  problem.risk.knowledge = Knowledge::gaussian;
  problem.risk.ambiguity = Ambiguity::kl;
  const auto base = prepared(problem);
  const double radius = base.state().beliefs.kl_radius;
  ASSERT_GT(radius, 0.0);
  const double limit = limit_under_fit(base.state().beliefs, problem.risk);
  EXPECT_LT(limit, 0.05);
  EXPECT_NEAR(uncertainty::worst_probability(limit, radius), 0.05, 1e-9);
  const auto plan = solved(base, options_for(problem, Method::oba));
  EXPECT_LE(plan.promised_violation, limit * (1.0 + 1e-6));
  // The same as a plan that is asked for this limit, without ambiguity.
  auto plain = options_for(problem, Method::oba);
  plain.risk.ambiguity = Ambiguity::none;
  plain.risk.joint_violation_limit = limit;
  EXPECT_NEAR(solved(base, plain).cost.total_eur(), plan.cost.total_eur(),
              1e-5 * plan.cost.total_eur());
}

/// A case whose drivers come in numbers on days with more sun than was forecast. The planned day is
/// a Friday, with 84 workdays before it.
Case sunny_case() {
  for (std::uint64_t seed = 1;; ++seed) {
    auto problem = small_case(seed);
    if (problem.stations.empty()) {
      continue;
    }
    problem.horizon.start -= std::chrono::hours{24};
    const auto& pv = problem.series[1];
    std::map<long, double> error;
    for (std::size_t i = 0; i < pv.actual.size(); ++i) {
      const auto at = pv.start + static_cast<long>(i) * pv.period;
      error[at.time_since_epoch().count() / 86400] += pv.actual[i] - pv.forecast[i];
    }
    std::vector<double> sorted;
    for (const auto& [day, sum] : error) {
      sorted.push_back(sum);
    }
    std::ranges::sort(sorted);
    for (auto& history : problem.session_histories) {
      std::vector<Session> sessions;
      for (const auto& session : history.sessions) {
        const auto rank = std::ranges::lower_bound(sorted, error[session.arrival_day]);
        const auto copies = 1 + 6 * (rank - sorted.begin()) / std::ssize(sorted);
        sessions.insert(sessions.end(), static_cast<std::size_t>(copies), session);
      }
      history.sessions = std::move(sessions);
    }
    problem.risk.layers = Layers::joint;
    return problem;
  }
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0.0, yy = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

/// Correlation over judged days of the day's sun beyond forecast with the energy that cars want.
double judged_correlation(const Case& problem, const Plan& plan, Layers layers) {
  verify::VerifyOptions options;
  options.scenarios = 400;
  options.layers = layers;
  const auto judge = verify::Judge::create(problem, plan, options);
  EXPECT_TRUE(judge) << told(judge.faults());
  std::vector<double> sun, wanted;
  for (std::uint64_t k = 0; k < options.scenarios; ++k) {
    const auto day = judge->run(k);
    double sum = 0.0;
    for (std::size_t t = 0; t < problem.horizon.count; ++t) {
      sum += day.available_kw(t, 0);
    }
    sun.push_back(sum);
    wanted.push_back(day.energy_wanted_kwh);
  }
  return correlation(sun, wanted);
}

TEST(JointLayers, PlanAndJudgeKnowWhatTheDaysShare) {
  const auto problem = sunny_case();
  const auto base = prepared(problem);
  const auto& beliefs = base.state().beliefs;
  ASSERT_TRUE(beliefs.link);
  EXPECT_LT(beliefs.link->correlation()(1, 0), -0.4);  // source 1 is the sun: less net load …
  const auto joint = solved(base, options_for(problem, Method::oba));
  EXPECT_GT(judged_correlation(problem, joint, Layers::joint), 0.35);
  EXPECT_NEAR(judged_correlation(problem, joint, Layers::apart), 0.0, 0.15);

  // … so that more cars come when net load is low: the sum varies less than if both were apart.
  const std::vector<double> net_load(beliefs.net_load.size(), 1.0);
  const std::vector<double> stations(beliefs.stations.size(), 1.0);
  double shared = 0.0;
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    shared += shared_variance(beliefs, t, net_load, stations);
  }
  EXPECT_LT(shared, 0.0);
  auto apart_case = problem;
  apart_case.risk.layers = Layers::apart;
  const auto apart = prepared(apart_case);
  EXPECT_FALSE(apart.state().beliefs.link);
  EXPECT_EQ(shared_variance(apart.state().beliefs, 2, net_load, stations), 0.0);
}

TEST(JointLayers, SampledDaysShareItToo) {
  auto problem = sunny_case();
  const auto base = prepared(problem);
  auto options = options_for(problem, Method::so);
  EXPECT_LE(solved(base, options).gap, 1e-3);
}

TEST(JointLayers, HistoriesOfOtherTimesAreRefused) {
  auto problem = sunny_case();
  for (auto& history : problem.session_histories) {
    for (auto& session : history.sessions) {
      session.arrival_day -= 364;
    }
  }
  const auto base = Prepared::create(problem, options_for(problem, Method::oba));
  ASSERT_FALSE(base);
  EXPECT_THAT(told(base.faults()), testing::HasSubstr("0 days of the same date"));
}

}  // namespace
}  // namespace gridpact::dispatch
