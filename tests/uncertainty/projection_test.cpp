#include <algorithm>
#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {
namespace {

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
};

Moments moments_of_mixture(const ScalarLaw& law) {
  Moments out;
  for (const auto& c : law.mixture) {
    out.mean += c.weight * c.mean;
  }
  for (const auto& c : law.mixture) {
    out.variance +=
        c.weight * (c.std_deviation * c.std_deviation + (c.mean - out.mean) * (c.mean - out.mean));
  }
  return out;
}

TEST(Projection, MomentsAreThoseOfMeanAndCovariance) {
  const auto law = two_modes(3);
  const auto e = project(law, 2, std::vector<double>{2.0, -0.5});
  // σ = (12, 40), ρ = 0.5: 4·144 + 0.25·1600 − 2·0.5·2·0.5·12·40 = 496
  EXPECT_DOUBLE_EQ(e.mean, 2.0 * 5.0 + 0.5 * 4.0);
  EXPECT_NEAR(e.std_deviation, std::sqrt(496.0), 1e-12);
  const auto covariance = law.covariance(2);
  EXPECT_DOUBLE_EQ(covariance(0, 0), 144.0);
  EXPECT_DOUBLE_EQ(covariance(0, 1), 240.0);
  EXPECT_DOUBLE_EQ(covariance(1, 0), 240.0);
}

RC_GTEST_PROP(Projection, MixtureHasTheMomentsOfTheProjection, (int first, int second)) {
  const auto law = two_modes(4);
  const std::vector<double> weights{first / 1e6, second / 1e6};
  const auto e = project(law, 3, weights);
  const auto m = moments_of_mixture(e);
  const double scale = 1.0 + std::abs(e.mean) + e.std_deviation;
  RC_ASSERT(std::abs(m.mean - e.mean) < 1e-9 * scale);
  RC_ASSERT(std::abs(std::sqrt(m.variance) - e.std_deviation) < 1e-9 * scale);
}

TEST(Projection, MixtureIsWhatSamplesShow) {
  const auto law = two_modes(2);
  const std::vector<double> weights{1.0, -0.7};
  const auto e = project(law, 1, weights);
  constexpr int draws = 40000;
  std::vector<double> values;
  for (int s = 0; s < draws; ++s) {
    RandomStream random(17, static_cast<std::uint64_t>(s));
    const auto day = sample_day(law, random);
    values.push_back(weights[0] * day(1, 0) + weights[1] * day(1, 1));
  }
  std::sort(values.begin(), values.end());
  double largest = 0.0;
  for (int s = 0; s < draws; ++s) {
    double cdf = 0.0;
    for (const auto& c : e.mixture) {
      cdf += c.weight * 0.5 *
             std::erfc((c.mean - values[static_cast<std::size_t>(s)]) /
                       (std::sqrt(2.0) * c.std_deviation));
    }
    largest = std::max(
        {largest, std::abs(cdf - s / double{draws}), std::abs(cdf - (s + 1) / double{draws})});
  }
  EXPECT_LT(largest, 1.63 / std::sqrt(draws));  // Kolmogorov-Smirnov, 1 %
}

TEST(Projection, SupportIsThatOfTheBoxsCorners) {
  auto law = two_modes(1);
  law.support_low(0, 0) = -3.0;
  law.support_high(0, 0) = 8.0;
  law.support_low(0, 1) = -20.0;
  law.support_high(0, 1) = 1.0;
  const auto e = project(law, 0, std::vector<double>{2.0, -0.5});
  EXPECT_DOUBLE_EQ(e.support_low, -6.0 - 0.5);
  EXPECT_DOUBLE_EQ(e.support_high, 16.0 + 10.0);
}

TEST(Projection, OfNothingIsZero) {
  const auto e = project(two_modes(1), 0, std::vector<double>{0.0, 0.0});
  EXPECT_EQ(e.mean, 0.0);
  EXPECT_EQ(e.std_deviation, 0.0);
  for (const auto& c : e.mixture) {
    EXPECT_EQ(c.mean, 0.0);
    EXPECT_EQ(c.std_deviation, 0.0);
  }
}

TEST(IndependentSum, MomentsAndSupportsAddAndComponentsMultiply) {
  auto law = two_modes(1);
  law.support_low = Matrix(1, 2, -100.0);
  law.support_high = Matrix(1, 2, 200.0);
  const auto a = project(law, 0, std::vector<double>{1.0, 0.0});
  const auto b = project(law, 0, std::vector<double>{0.3, 0.6});
  const auto sum = independent_sum(a, b);
  EXPECT_DOUBLE_EQ(sum.mean, a.mean + b.mean);
  EXPECT_DOUBLE_EQ(sum.std_deviation, std::hypot(a.std_deviation, b.std_deviation));
  EXPECT_DOUBLE_EQ(sum.support_low, -190.0);
  EXPECT_DOUBLE_EQ(sum.support_high, 380.0);
  ASSERT_EQ(sum.mixture.size(), 4U);
  double weight = 0.0;
  for (const auto& c : sum.mixture) {
    weight += c.weight;
  }
  EXPECT_NEAR(weight, 1.0, 1e-14);
  const auto m = moments_of_mixture(sum);
  EXPECT_NEAR(m.mean, sum.mean, 1e-12);
  EXPECT_NEAR(std::sqrt(m.variance), sum.std_deviation, 1e-12);
}

TEST(IndependentSum, ALawWithoutMixtureIsOneGaussian) {
  ScalarLaw plain;
  plain.mean = 1.0;
  plain.std_deviation = 3.0;
  const auto a = project(two_modes(1), 0, std::vector<double>{1.0, 0.0});
  const auto sum = independent_sum(a, plain);
  ASSERT_EQ(sum.mixture.size(), a.mixture.size());
  EXPECT_DOUBLE_EQ(sum.mixture[0].mean, a.mixture[0].mean + 1.0);
  EXPECT_DOUBLE_EQ(sum.mixture[0].std_deviation, std::hypot(a.mixture[0].std_deviation, 3.0));

  const auto nothing = independent_sum(a, ScalarLaw{});
  EXPECT_EQ(nothing.mean, a.mean);
  EXPECT_EQ(nothing.mixture[1].std_deviation, a.mixture[1].std_deviation);
}

TEST(IndependentSum, ManyComponentsMergeAndKeepMeanAndVariance) {
  ScalarLaw sum;
  for (int i = 1; i <= 6; ++i) {
    ScalarLaw next;
    next.mixture = {{0.9, -0.1 * i, 0.5}, {0.1, 0.9 * i, 1.5 * i}};
    const auto m = moments_of_mixture(next);
    next.mean = m.mean;
    next.std_deviation = std::sqrt(m.variance);
    sum = i == 1 ? next : independent_sum(sum, next);
  }
  EXPECT_LE(sum.mixture.size(), most_components);
  const auto m = moments_of_mixture(sum);
  EXPECT_NEAR(m.mean, sum.mean, 1e-12);
  EXPECT_NEAR(std::sqrt(m.variance), sum.std_deviation, 1e-9);
}

}  // namespace
}  // namespace gridpact::uncertainty
