#include "gridpact/uncertainty/moment_region.hpp"

#include <cmath>

#include "uncertainty/histories.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {
namespace {

/// Normal errors of `n` sources, no levels.
ErrorHistory normal_history(std::size_t days, std::size_t n, std::uint64_t seed) {
  return history_of(
      days, 2, n,
      [n](RandomStream& random) {
        std::vector<double> out(n);
        for (double& x : out) {
          x = 10.0 * random.normal();
        }
        return out;
      },
      seed);
}

FitOptions this_period_only() {
  FitOptions options;
  options.neighbour_periods = 0;
  options.max_components = 1;
  return options;
}

TEST(MomentRegion, OfNormalErrorsIsThatOfTheTextbook) {
  // One source, D days: D (x̄ − m)² / σ² ~ χ²₁, 95 % at 3.84; D s²/σ² ~ χ²_D.
  constexpr std::size_t days = 200;
  const auto model = ErrorModel::learn(normal_history(days, 1, 1), this_period_only()).value();
  const auto region = moment_region(model, {}, 1, 2000);
  for (const std::size_t t : {0U, 1U}) {
    EXPECT_NEAR(region.mean_radius[t], 3.84 / days, 0.8 / days);
    EXPECT_NEAR(region.covariance_factor[t], 1.0 + 1.645 * std::sqrt(2.0 / days), 0.05);
  }
}

TEST(MomentRegion, ShrinksWithTheHistoryAndGrowsWithTheSources) {
  const auto region = [](std::size_t days, std::size_t n) {
    const auto model = ErrorModel::learn(normal_history(days, n, 2), this_period_only()).value();
    return moment_region(model, {}, 1);
  };
  const auto small = region(60, 2);
  const auto large = region(600, 2);
  const auto many = region(60, 6);
  EXPECT_NEAR(small.mean_radius[0] / large.mean_radius[0], 10.0, 3.0);
  EXPECT_GT(small.covariance_factor[0], large.covariance_factor[0]);
  EXPECT_GT(many.covariance_factor[0], small.covariance_factor[0]);
  EXPECT_GT(many.mean_radius[0], small.mean_radius[0]);
}

TEST(MomentRegion, HoldsTheTruthAboutAsOftenAsItSays) {
  std::size_t mean_inside = 0;
  std::size_t variance_inside = 0;
  constexpr std::size_t trials = 120;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    const auto model = ErrorModel::learn(normal_history(80, 1, seed), this_period_only()).value();
    const auto law = model.law();
    const auto region = moment_region(model, {}, seed, 200);
    const double mean = law.mean(0, 0);
    const double variance = law.std_deviation(0, 0) * law.std_deviation(0, 0);
    mean_inside += mean * mean / variance <= region.mean_radius[0] ? 1U : 0U;
    variance_inside += 100.0 + mean * mean <= region.covariance_factor[0] * variance ? 1U : 0U;
  }
  EXPECT_GE(mean_inside, 104U);      // expected 114 of 120, less a few standard errors and the
  EXPECT_GE(variance_inside, 100U);  // bootstrap's known optimism at this size
}

TEST(Inflation, CoversEveryLawOfTheRegion) {
  // Attack: laws of two or three points with mean and second moment in the region, against the
  // one-sided and the two-sided moment bound with the inflated deviation.
  RandomStream random(4, 0);
  for (int trial = 0; trial < 20000; ++trial) {
    const double epsilon = 0.01 + 0.19 * random.uniform();
    const double k = std::sqrt((1.0 - epsilon) / epsilon);
    const double radius = 0.2 * random.uniform();
    const double factor = 1.0 + random.uniform();
    const double s = inflation(radius, factor, k);
    const double mean = std::sqrt(radius) * (2.0 * random.uniform() - 1.0);
    const double variance = factor - mean * mean;
    const double u = (k + 2.0 * random.uniform()) * s;
    const double l = u * (1.0 + 2.0 * random.uniform());
    // The two-sided bound of deviation s at distances u ≤ l.
    const double half = 0.5 * (u + l);
    const double d = 0.5 * (l - u);
    const double bound = d * u >= s * s ? s * s / (s * s + u * u) : (s * s + d * d) / (half * half);
    if (bound > epsilon) {
      continue;
    }
    // The worst law of this mean and variance is the same bound at distances u − mean, l + mean.
    const double up = std::min(u - mean, l + mean);
    const double down = std::max(u - mean, l + mean);
    const double middle = 0.5 * (down - up);
    const double worst = middle * up >= variance ? variance / (variance + up * up)
                                                 : (variance + middle * middle) / (half * half);
    ASSERT_LE(worst, bound * (1.0 + 1e-9)) << epsilon << " " << radius << " " << factor;
  }
}

TEST(Inflation, NothingUnknownNothingInflated) {
  EXPECT_DOUBLE_EQ(inflation(0.0, 1.0, 3.0), 1.0);
  EXPECT_GT(inflation(0.1, 1.0, 1.6), inflation(0.1, 1.0, 4.4));
}

TEST(Inflated, OnlyDeviationsGrow) {
  const auto history = day_and_night(80);
  const auto plain = fit(history).value();
  const auto wide = fit_inflated(history, 4.36, 1).value();
  EXPECT_EQ(wide.mean, plain.mean);
  EXPECT_EQ(wide.support_high, plain.support_high);
  EXPECT_EQ(wide.correlation, plain.correlation);
  for (std::size_t t = 0; t < 24; ++t) {
    const double factor = wide.std_deviation(t, 0) / plain.std_deviation(t, 0);
    EXPECT_GT(factor, 1.05);
    EXPECT_LT(factor, 1.8);
    EXPECT_NEAR(wide.std_deviation(t, 1), factor * plain.std_deviation(t, 1), 1e-9);
    EXPECT_EQ(wide.std_deviation(t, 2) > 0.0, plain.std_deviation(t, 2) > 0.0);
  }
}

}  // namespace
}  // namespace gridpact::uncertainty
