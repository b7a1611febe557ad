#include "gridpact/verify/sequential.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/verify/interval.hpp"

namespace gridpact::verify {
namespace {

// M_n(p) by the definition: ∫ ½ u^(−½) u^k ((1 − pu)/(1 − p))^(n−k) du, with u = w² to take the
// singularity away.
double by_quadrature(double p, double count, double trials) {
  constexpr int steps = 200'000;
  double sum = 0.0;
  for (int i = 0; i < steps; ++i) {
    const double w = (i + 0.5) / steps;
    const double u = w * w;
    sum += std::exp(count * std::log(u) + (trials - count) * (std::log1p(-p * u) - std::log1p(-p)));
  }
  return sum / steps;
}

TEST(Sequential, TheEvidenceIsTheMixedLikelihoodRatio) {
  for (const auto& [p, count, trials] : {std::tuple(0.05, 0.0, 100.0), std::tuple(0.05, 3.0, 150.0),
                                         std::tuple(0.3, 20.0, 60.0), std::tuple(0.1, 2.5, 40.0)}) {
    EXPECT_NEAR(log_evidence_below(p, count, trials), std::log(by_quadrature(p, count, trials)),
                1e-6)
        << p << ' ' << count << ' ' << trials;
  }
}

TEST(Sequential, NoTrialsSayNothing) {
  EXPECT_NEAR(log_evidence_below(0.05, 0.0, 0.0), 0.0, 1e-12);
  EXPECT_EQ(sequential_upper(0.0, 0.0, 0.99), 1.0);
  EXPECT_EQ(sequential_lower(0.0, 0.0, 0.99), 0.0);
}

TEST(Sequential, BoundsMeetTheEvidenceAndAreWiderThanTheExactOnes) {
  for (const double count : {0.0, 3.0, 17.0}) {
    const double upper = sequential_upper(count, 400.0, 0.99);
    EXPECT_NEAR(log_evidence_below(upper, count, 400.0), std::log(100.0), 1e-6);
    const auto whole = static_cast<std::uint64_t>(count);
    EXPECT_GT(upper, upper_bound(whole, 400, 0.99));
    EXPECT_LE(sequential_lower(count, 400.0, 0.99), lower_bound(whole, 400, 0.99));
    EXPECT_LT(upper, 0.16);
  }
}

// A test that looks after every day and stops at the first success certifies a bad plan with
// probability δ at most; the exact bound, misused so, does far more often.
TEST(Sequential, LookingAtEveryDayCostsNothing) {
  constexpr double p = 0.05;  // exactly at the limit: the hardest bad plan
  constexpr double delta = 0.05;
  constexpr int worlds = 2000;
  constexpr int days = 600;
  int fooled = 0;
  int fooled_by_exact = 0;
  for (int world = 0; world < worlds; ++world) {
    RandomStream random(3, static_cast<std::uint64_t>(world));
    double count = 0.0;
    bool stopped = false;
    bool exact_stopped = false;
    for (int n = 1; n <= days; ++n) {
      count += random.uniform() < p ? 1.0 : 0.0;
      stopped = stopped || log_evidence_below(p, count, n) >= -std::log(delta);
      if (n % 25 == 0) {
        exact_stopped =
            exact_stopped || upper_bound(static_cast<std::uint64_t>(count),
                                         static_cast<std::uint64_t>(n), 1.0 - delta) <= p;
      }
    }
    fooled += stopped ? 1 : 0;
    fooled_by_exact += exact_stopped ? 1 : 0;
  }
  EXPECT_LE(fooled, 130);  // 100 expected at most, 9.7 a deviation
  EXPECT_GT(fooled, 10);   // and the test is not idle
  EXPECT_GT(fooled_by_exact, 160);
}

// Shares of a day's periods, which are not independent: all break together on one day in twenty.
TEST(Sequential, PooledPeriodsCountAsDays) {
  const auto pooled = measure_sequential(24UL * 20, 400, 24, 0.99);
  const auto days = measure_sequential(20, 400, 1, 0.99);
  EXPECT_EQ(pooled.upper, days.upper);
  EXPECT_EQ(pooled.lower, days.lower);
  EXPECT_EQ(pooled.trials, 9600u);
  EXPECT_DOUBLE_EQ(pooled.share, 0.05);
}

}  // namespace
}  // namespace gridpact::verify
