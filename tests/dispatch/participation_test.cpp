// Who answers what share of the deviation, decided with the plan: what the shares do to a row, and
// that no shares are cheaper than the proven bound.

#include <cmath>

#include "dispatch/planning.hpp"
#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/base/random.hpp"
#include "gridpact/dispatch/answered_rows.hpp"
#include "gridpact/dispatch/solve_at.hpp"

namespace gridpact::dispatch {
namespace {

using test::small_case;

Solved decided(const Prepared& base, PlanOptions options) {
  options.risk.participation = Shares::decided;
  auto solved = solve_deciding(base.state(), options);
  EXPECT_TRUE(solved) << to_string(solved.faults().front());
  return *std::move(solved);
}

/// Shares that sum to 1, in period t.
void set_shares(Participation& all, std::size_t t, const std::vector<double>& shares) {
  all.substation[t] = shares[0];
  for (std::size_t g = 0; g < all.generators.size(); ++g) {
    all.generators[g][t] = shares[g + 1];
  }
}

std::vector<double> random_shares(RandomStream& random, std::size_t count) {
  std::vector<double> out;
  double sum = 0.0;
  for (std::size_t j = 0; j < count; ++j) {
    out.push_back(-std::log(1.0 - random.uniform()));
    sum += out.back();
  }
  for (double& share : out) {
    share /= sum;
  }
  return out;
}

class DecidedParticipation : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, DecidedParticipation, testing::Range<std::uint64_t>(1, 7));

// σ(θ) and the ends of the support are those of the row's law with the weights that θ makes, and
// lines and ranges are on the right side of them.
TEST_P(DecidedParticipation, OneNumberSaysWhatSharesDoToARow) {
  const auto base = prepared(small_case(GetParam()));
  auto state = base.state();
  std::ranges::fill(state.decision.participation.substation, 1.0);
  for (auto& shares : state.decision.participation.generators) {
    std::ranges::fill(shares, 0.0);
  }
  const DayProgram day(state);
  RandomStream random(GetParam(), 9);
  for (auto& joint : joint_rows(day, {Knowledge::moments_support}, 1)) {
    const auto weights = joint.weights;
    const std::size_t t = joint.period;
    const AnsweredRow row(state.beliefs, std::move(joint), {});
    const double size = 1e-12 + std::abs(*std::ranges::max_element(
                                    weights, {}, [](double w) { return std::abs(w); }));
    const Range theta{-2.0 * size * random.uniform(), 2.0 * size * random.uniform()};
    for (const double share : {0.0, 0.3, 1.0}) {
      const double at = std::lerp(theta.lower, theta.upper, share);
      auto moved = weights;
      for (double& weight : moved) {
        weight += at;
      }
      const auto law = row_law(state.beliefs, t, moved);
      EXPECT_NEAR(row.sigma(at), law.std_deviation, 1e-7 * size * 100.0);
      const double up = row.reach_line(AnsweredRow::Side::upper, at).value;
      EXPECT_NEAR(up, law.support_high - law.mean, 1e-7 * size * 1000.0);
      EXPECT_NEAR(row.reach_line(AnsweredRow::Side::lower, at).value, law.mean - law.support_low,
                  1e-7 * size * 1000.0);
      for (const double other : {theta.lower, 0.5 * (theta.lower + theta.upper), theta.upper}) {
        const auto sigma = row.sigma_line(other);
        EXPECT_LE(sigma.value + sigma.slope * (at - other), row.sigma(at) + 1e-9 * size);
        const auto reach = row.reach_line(AnsweredRow::Side::upper, other);
        EXPECT_LE(reach.value + reach.slope * (at - other), up + 1e-9 * size);
      }
      EXPECT_GE(row.sigma(at), row.sigma_over(theta).lower - 1e-12);
      EXPECT_LE(row.sigma(at), row.sigma_over(theta).upper + 1e-12);
      EXPECT_GE(up, row.reach_over(AnsweredRow::Side::upper, theta).lower - 1e-9 * size);
      EXPECT_LE(up, row.reach_over(AnsweredRow::Side::upper, theta).upper + 1e-9 * size);
    }
  }
}

// No shares are cheaper than the bound, and those of the plan are within the gap of it.
TEST_P(DecidedParticipation, NoSharesAreCheaperThanTheBound) {
  const auto base = prepared(small_case(GetParam()));
  for (const auto knowledge : {Knowledge::moments_support, Knowledge::gaussian}) {
    auto options = options_for(base.state().problem);
    options.risk.knowledge = knowledge;
    const auto given = solve_at(base.state(), options);
    ASSERT_TRUE(given);
    const auto best = decided(base, options);
    const double cost = best.plan.cost.total_eur();
    EXPECT_LE(cost, given->plan.cost.total_eur() + 1e-6);
    EXPECT_LE(best.plan.lower_bound_eur, cost + 1e-6);
    EXPECT_LE(best.plan.gap, 3.0 * options.relative_gap);  // ramps tie these long periods together
    RandomStream random(GetParam(), 10);
    for (int i = 0; i < 6; ++i) {
      auto state = base.state();
      const std::size_t providers = 1 + state.problem.generators.size();
      const double step = i < 3 ? 1.0 : 0.05;  // anywhere, and near what was decided
      for (std::size_t t = 0; t < state.problem.horizon.count; ++t) {
        auto shares = random_shares(random, providers);
        const auto& at = best.decision.participation;
        for (std::size_t j = 0; j < providers; ++j) {
          const double decided_share = j == 0 ? at.substation[t] : at.generators[j - 1][t];
          shares[j] = std::lerp(decided_share, shares[j], step);
        }
        set_shares(state.decision.participation, t, shares);
      }
      if (const auto other = solve_at(state, options)) {
        EXPECT_GE(other->plan.cost.total_eur(), best.plan.lower_bound_eur - 1e-6 * std::abs(cost));
      }
    }
  }
}

Case one_period(std::uint64_t seed) {
  auto problem = small_case(seed);
  problem.horizon.start += std::chrono::hours{8};
  problem.horizon.count = 1;
  problem.substation.import_price_eur_per_kwh.resize(1);
  problem.substation.export_price_eur_per_kwh.resize(1);
  return problem;
}

// All shares on a grid, each a convex program by itself.
TEST_P(DecidedParticipation, EqualsExhaustiveEnumeration) {
  const auto base = prepared(one_period(GetParam()));
  const auto options = options_for(base.state().problem);
  const auto best = decided(base, options);
  const double cost = best.plan.cost.total_eur();
  constexpr int steps = 12;
  double cheapest = program::infinity;
  for (int i = 0; i <= steps; ++i) {
    for (int j = 0; i + j <= steps; ++j) {
      auto state = base.state();
      const double first = static_cast<double>(i) / steps;
      const double second = static_cast<double>(j) / steps;
      set_shares(state.decision.participation, 0, {1.0 - first - second, first, second});
      if (const auto solved = solve_at(state, options)) {
        cheapest = std::min(cheapest, solved->plan.cost.total_eur());
      }
    }
  }
  EXPECT_LE(best.plan.lower_bound_eur, cheapest + 1e-6 * std::abs(cheapest));
  EXPECT_LE(cost, cheapest + options.relative_gap * std::abs(cheapest));
  if (base.state().problem.stations.empty()) {
    EXPECT_LE(best.plan.gap,
              options.relative_gap);  // stations and grid are two parts: a gap may stay
  }
}

TEST(DecidedParticipation, ThreadsDoNotMatter) {
  const auto base = prepared(small_case(3));
  auto options = options_for(base.state().problem);
  options.threads = 1;
  const auto one = decided(base, options);
  options.threads = 2;
  const auto two = decided(base, options);
  EXPECT_EQ(one.plan.cost.total_eur(), two.plan.cost.total_eur());
  EXPECT_EQ(one.plan.lower_bound_eur, two.plan.lower_bound_eur);
  EXPECT_EQ(one.plan.substation.participation, two.plan.substation.participation);
}

TEST(DecidedParticipation, WhatCanNotBeDecidedIsRefused) {
  auto problem = small_case(1);
  problem.generators[0].reserve = {};
  problem.generators[0].commitment = Commitment{};
  problem.substation.reserve.participation += 0.3;
  const auto base = prepared(problem);
  auto options = options_for(problem);
  options.risk.knowledge = Knowledge::mixture;
  options.risk.participation = Shares::decided;
  for (const auto& refused : {solve(base, options), plan(base, options)}) {
    ASSERT_FALSE(refused);
    EXPECT_THAT(told(refused.faults()),
                testing::AllOf(testing::HasSubstr("choose another knowledge"),
                               testing::HasSubstr("which generators run")));
  }
}

// The tests of a row's own errors may say less of other shares than of the case's; the plan claims
// no more than both allow, and the bound no less.
TEST(DecidedParticipation, TestedShapesAreBoundedToo) {
  const auto base = prepared(small_case(2));
  auto options = options_for(base.state().problem);
  options.risk.knowledge = Knowledge::tested;
  const auto best = decided(base, options);
  EXPECT_LE(best.plan.lower_bound_eur, best.plan.cost.total_eur() + 1e-6);
  const auto given = solve_at(base.state(), options);
  ASSERT_TRUE(given);
  EXPECT_LE(best.plan.cost.total_eur(), given->plan.cost.total_eur() + 1e-6);
}

}  // namespace
}  // namespace gridpact::dispatch
