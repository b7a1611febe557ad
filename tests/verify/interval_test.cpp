#include "gridpact/verify/interval.hpp"

#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::verify {
namespace {

// R 4.3, binom.test(k, n, conf.level = 0.95)$conf.int
TEST(Interval, AgreesWithPublishedClopperPearson) {
  struct Row {
    std::uint64_t count, trials;
    double lower, upper;
  };
  for (const auto& [count, trials, lower, upper] :
       {Row{0, 10, 0.0, 0.3084971}, Row{5, 10, 0.1870860, 0.8129140}, Row{10, 10, 0.6915029, 1.0},
        Row{10, 100, 0.04900469, 0.17622260}}) {
    const auto measured = measure(count, trials, 0.95);
    EXPECT_NEAR(measured.lower, lower, 1e-7) << count << " of " << trials;
    EXPECT_NEAR(measured.upper, upper, 1e-7) << count << " of " << trials;
    EXPECT_EQ(measured.count, count);
    EXPECT_EQ(measured.trials, trials);
    EXPECT_DOUBLE_EQ(measured.share, static_cast<double>(count) / static_cast<double>(trials));
  }
}

// The definition itself, whatever inverts it: P(Bin ≤ k) = δ at the upper bound.
TEST(Interval, IsWhereTheBinomialTailIsWhatMayGoWrong) {
  const auto at_most = [](int k, int n, double p) {
    double sum = 0.0;
    for (int i = 0; i <= k; ++i) {
      sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) +
                      i * std::log(p) + (n - i) * std::log1p(-p));
    }
    return sum;
  };
  EXPECT_NEAR(at_most(3, 60, upper_bound(3, 60, 0.99)), 0.01, 1e-10);
  EXPECT_NEAR(1.0 - at_most(2, 60, lower_bound(3, 60, 0.99)), 0.01, 1e-10);
}

TEST(Interval, AgreesWithBoost) {
  using Binomial = boost::math::binomial_distribution<double>;
  for (const std::uint64_t trials : {1ULL, 7ULL, 365ULL, 2000ULL, 100000ULL}) {
    for (const std::uint64_t count : {std::uint64_t{0}, trials / 50, trials / 3, trials}) {
      const auto n = static_cast<double>(trials);
      const auto k = static_cast<double>(count);
      EXPECT_NEAR(upper_bound(count, trials, 0.999),
                  count == trials ? 1.0 : Binomial::find_upper_bound_on_p(n, k, 0.001), 1e-12);
      EXPECT_NEAR(lower_bound(count, trials, 0.999),
                  count == 0 ? 0.0 : Binomial::find_lower_bound_on_p(n, k, 0.001), 1e-12);
    }
  }
}

// docs/theory/certificate.md: at ε = 5 % and 99.9 % confidence, 433 of 10,000 pass, and 2350 of
// 50,000.
TEST(Interval, PassesUpToTheCountOfTheNotes) {
  EXPECT_LE(upper_bound(433, 10000, 0.999), 0.05);
  EXPECT_GT(upper_bound(434, 10000, 0.999), 0.05);
  EXPECT_LE(upper_bound(2350, 50000, 0.999), 0.05);
  EXPECT_GT(upper_bound(2351, 50000, 0.999), 0.05);
}

TEST(Interval, SaysNothingWithoutTrials) {
  for (const auto& measured : {measure(0, 0, 0.9), measure_pooled(0, 0, 24, 0.9)}) {
    EXPECT_EQ(measured.share, 0.0);
    EXPECT_EQ(measured.lower, 0.0);
    EXPECT_EQ(measured.upper, 1.0);
  }
}

// Days that break in all 24 hours or in none: the case in which taking hours for independent trials
// is most wrong. True share 10 %.
TEST(Interval, OfPooledPeriodsHoldsWhenPeriodsBreakTogether) {
  constexpr std::uint64_t days = 150, periods = 24;
  RandomStream random(5, 0);
  int missed = 0, missed_by_independent_hours = 0;
  for (int repetition = 0; repetition < 500; ++repetition) {
    std::uint64_t count = 0;
    for (std::uint64_t day = 0; day < days; ++day) {
      count += random.uniform() < 0.1 ? periods : 0;
    }
    const auto misses = [](const MeasuredShare& m) { return m.lower > 0.1 || m.upper < 0.1; };
    missed += misses(measure_pooled(count, days, periods, 0.95)) ? 1 : 0;
    missed_by_independent_hours += misses(measure(count, days * periods, 0.95)) ? 1 : 0;
  }
  EXPECT_LE(missed, 25);
  EXPECT_GT(missed_by_independent_hours, 200);
}

TEST(Interval, OfPooledPeriodsHoldsTheShare) {
  const auto measured = measure_pooled(37, 50, 24, 0.99);
  EXPECT_EQ(measured.trials, 1200u);
  EXPECT_DOUBLE_EQ(measured.share, 37.0 / 1200.0);
  EXPECT_LT(measured.lower, measured.share);
  EXPECT_GT(measured.upper, measured.share);
  EXPECT_EQ(measure_pooled(0, 50, 24, 0.99).lower, 0.0);
  EXPECT_EQ(measure_pooled(1200, 50, 24, 0.99).upper, 1.0);
}

}  // namespace
}  // namespace gridpact::verify
