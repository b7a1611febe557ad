// The bounds over all laws with given moments, against linear programs over the laws on a grid:
//   max Σ_{x ≥ u or x ≤ −l} p_x,  Σ p = 1, Σ p x = 0, Σ p x² = σ², p ≥ 0,
// which know nothing of Chebyshev or Cantelli.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "laws.hpp"
#include <gtest/gtest.h>

#include "gridpact/program/program.hpp"
#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Largest probability of breaking over laws on 801 points of [low, high] and the limits
/// themselves.
double worst_on_grid(double sigma, double upper, double lower, double low, double high) {
  using program::LinearExpression;
  std::vector<double> grid;
  for (int k = 0; k <= 800; ++k) {
    grid.push_back(low + (high - low) * k / 800);
  }
  for (const double limit : {upper, -lower}) {
    if (limit > low && limit < high) {
      grid.push_back(limit);
    }
  }
  program::Program p;
  LinearExpression mass;
  LinearExpression mean;
  LinearExpression variance;
  for (const double x : grid) {
    const auto id = p.add_variable({0.0, 1.0, x >= upper || x <= -lower ? -1.0 : 0.0});
    mass.add(1.0, id);
    mean.add(x, id);
    variance.add(x * x, id);
  }
  p.add_constraint(1, mass, 1);
  p.add_constraint(0, mean, 0);
  p.add_constraint(sigma * sigma, variance, sigma * sigma);
  const auto solution = program::Solver{}.solve(p);
  EXPECT_EQ(solution.status, program::Status::optimal) << solution.message;
  return -solution.objective;
}

TEST(MomentBound, EqualsTheWorstLawOnAGrid) {
  RandomStream random(1, 0);
  for (int trial = 0; trial < 60; ++trial) {
    const double sigma = 0.5 + random.uniform();
    const double upper = sigma * 5 * random.uniform();
    const double far = trial % 2 == 0 ? 5 : 20;
    const double lower = random.uniform() < 0.2 ? 1e3 : sigma * far * random.uniform();
    const double bound = two_sided_moment_bound(sigma, upper, lower);
    const double worst = worst_on_grid(sigma, upper, lower, -25 * sigma, 25 * sigma);
    EXPECT_LE(worst, bound + 1e-6) << sigma << ' ' << upper << ' ' << lower;
    EXPECT_GE(worst, bound - 3e-3) << sigma << ' ' << upper << ' ' << lower;
  }
}

TEST(MomentBound, KnownValues) {
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(1, 2, infinity), 1.0 / 5);  // Cantelli
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(1, infinity, 2), 1.0 / 5);
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(1, 2, 2), 1.0 / 4);  // Chebyshev
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(3, 6, 6), 1.0 / 4);
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(1, 0.5, 0.5), 1.0);
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(1, -0.1, 100), 1.0);
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(1, infinity, infinity), 0.0);
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(0, 0, 0), 0.0) << "the limits contain the mean";
  EXPECT_DOUBLE_EQ(two_sided_moment_bound(0, 1, -1e-9), 1.0);
  // docs/theory/planning.md: at ε = 5 % a centred band needs T = 4.47 σ, one side 4.36 σ, each side
  // at half 6.24 σ.
  EXPECT_NEAR(two_sided_moment_bound(1, std::sqrt(20), std::sqrt(20)), 0.05, 1e-15);
  EXPECT_NEAR(cantelli_factor(0.05), 4.3589, 1e-4);
  EXPECT_NEAR(cantelli_factor(0.025), 6.2450, 1e-4);
}

TEST(MomentsSupport, IsNeverBelowTheWorstLawOnTheSupport) {
  RandomStream random(2, 0);
  int drops = 0;
  for (int trial = 0; trial < 60; ++trial) {
    auto law = plain_law(1.0);
    law.mean = 3.0;
    const double low = 1.2 + 4 * random.uniform();  // low·high ≥ σ², or no law has these moments
    const double high = 1.2 + 4 * random.uniform();
    law.support_low = law.mean - low;
    law.support_high = law.mean + high;
    const RowRisk risk(law, Knowledge::moments_support);
    const double upper = 6 * random.uniform();
    const double lower = 6 * random.uniform();
    const double bound = risk.violation(upper, lower);
    // `violation` is about breaking, e > u; the grid's is about e ≥ u.
    EXPECT_LE(worst_on_grid(1.0, upper + 1e-6, lower + 1e-6, -low, high), bound + 1e-6);
    EXPECT_LE(bound, two_sided_moment_bound(1.0, upper, lower));
    drops += bound < two_sided_moment_bound(1.0, upper, lower) - 1e-9 ? 1 : 0;
  }
  EXPECT_GT(drops, 10) << "the support should have helped often";
}

TEST(MomentsSupport, NothingCanBreakWhereTheSupportFits) {
  auto law = plain_law(1.0);
  law.support_low = -2;
  law.support_high = 3;
  const RowRisk risk(law, Knowledge::moments_support);
  EXPECT_EQ(risk.violation(3, 2), 0.0);
  EXPECT_EQ(risk.violation(3, infinity), 0.0);
  EXPECT_EQ(risk.violation(3 - 1e-9, 2 - 1e-9), 0.0) << "the rounding of a linear program";
  EXPECT_DOUBLE_EQ(risk.violation(3, 1.9), 1 / (1 + 1.9 * 1.9)) << "only below";
  EXPECT_DOUBLE_EQ(risk.violation(2.9, 2), 1 / (1 + 2.9 * 2.9)) << "only above";
  EXPECT_DOUBLE_EQ(risk.violation(2.9, 1.9), two_sided_moment_bound(1, 2.9, 1.9));
  EXPECT_EQ(risk.margin_upper(0.05), 3.0);
  EXPECT_NEAR(risk.margin_upper(0.2), 2.0, 1e-12);
  EXPECT_EQ(risk.margin_lower(0.05), 2.0);
  const RowRisk without(law, Knowledge::moments);
  EXPECT_NEAR(without.margin_upper(0.05), std::sqrt(19), 1e-12);
  EXPECT_GT(without.violation(3, 2), 0.1);
  EXPECT_EQ(without.support_upper(), infinity) << "known, but not used";
}

}  // namespace
}  // namespace gridpact::risk
