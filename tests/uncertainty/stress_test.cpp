#include "gridpact/uncertainty/stress.hpp"

#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/uncertainty/detail/shrinkage.hpp"

namespace gridpact::uncertainty {
namespace {

double divergence(double q, double p) {
  return q * std::log(q / p) + (1.0 - q) * std::log((1.0 - q) / (1.0 - p));
}

TEST(Stress, NothingChangesNothing) {
  const auto law = two_modes(3);
  const auto same = stressed(law, {}).value();
  EXPECT_EQ(same.mean, law.mean);
  EXPECT_EQ(same.support_low, law.support_low);
  EXPECT_EQ(same.correlation, law.correlation);
}

TEST(Stress, AllFailTogetherAtShiftOneAndApartAtMinusOne) {
  const auto law = two_modes(2);
  const auto together = stressed(law, {.correlation_shift = 1.0}).value();
  const auto apart = stressed(law, {.correlation_shift = -1.0}).value();
  const auto half = stressed(law, {.correlation_shift = 0.5}).value();
  EXPECT_NEAR(together.correlation(0, 1), 1.0, 1e-12);
  EXPECT_NEAR(apart.correlation(0, 1), 0.0, 1e-12);
  EXPECT_GT(half.correlation(0, 1), law.correlation(0, 1));
  for (const auto& shifted : {together, apart, half}) {
    EXPECT_NEAR(shifted.correlation(0, 0), 1.0, 1e-12);
    EXPECT_NEAR(shifted.correlation(1, 1), 1.0, 1e-12);
  }
  // Errors of opposite weight then cancel: σ₁ − σ₂ is all that is left.
  const auto difference = project(together, 0, std::vector<double>{1.0, -1.0});
  EXPECT_NEAR(difference.std_deviation, 30.0, 1e-9);
}

TEST(Stress, MeansDriftByDeviationsAndSupportsFollow) {
  const auto law = two_modes(2);
  const auto drifted = stressed(law, {.mean_drift = 0.5, .deviation_factor = 2.0}).value();
  EXPECT_DOUBLE_EQ(drifted.mean(1, 0), 5.0 + 0.5 * 11.0);
  EXPECT_DOUBLE_EQ(drifted.std_deviation(1, 0), 22.0);
  EXPECT_LE(drifted.support_low(1, 0), law.support_low(1, 0));
  EXPECT_GE(drifted.support_high(1, 0), law.support_high(1, 0) + 5.5);
}

TEST(Stress, StudentDaysHaveTheSameVarianceAndHeavierTails) {
  auto law = two_modes(1);
  law.correlation(0, 1) = law.correlation(1, 0) = 0.0;
  law.mixture = {{1.0, {0.0, 0.0}, law.correlation}};
  const auto heavy = stressed(law, {.student_degrees = 5}).value();
  const DaySampler sampler(heavy);
  constexpr int draws = 40000;
  double square = 0.0;
  double beyond = 0.0;
  for (int s = 0; s < draws; ++s) {
    RandomStream random(3, static_cast<std::uint64_t>(s));
    const double z = (sampler.sample(random)(0, 0) - 5.0) / 10.0;
    square += z * z / draws;
    beyond += std::abs(z) > 4.0 ? 1.0 / draws : 0.0;
  }
  EXPECT_NEAR(square, 1.0, 0.06);
  EXPECT_NEAR(beyond, 0.00358, 0.0012);  // 2 (1 − F_t5(4 √(5/3))); a Gaussian has 0.00006
}

TEST(Stress, RefusesWhatIsNoLaw) {
  const auto result = stressed(two_modes(1), {2, 1.5, std::nan(""), 0.0});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.faults().size(), 4U);
}

TEST(WorstProbability, IsOnTheEdgeOfTheBall) {
  for (const double p : {0.01, 0.05, 0.3}) {
    for (const double radius : {0.001, 0.01, 0.1}) {
      const double q = worst_probability(p, radius);
      EXPECT_GT(q, p);
      EXPECT_NEAR(divergence(q, p), radius, 1e-9);
    }
  }
  EXPECT_EQ(worst_probability(0.0, 1.0), 0.0);
  EXPECT_EQ(worst_probability(0.2, 3.0), 1.0);
  // The inverse of what a plan must ask for: 0.0408 inside a ball of 0.001 is 5 % at worst.
  EXPECT_NEAR(worst_probability(0.0408, 0.001), 0.05, 1e-4);
}

TEST(WorstWeights, OfAnEventAreTheWorstProbability) {
  std::vector<double> losses(1000, 0.0);
  for (std::size_t i = 0; i < 50; ++i) {
    losses[i * 20] = 1.0;
  }
  const auto weights = worst_weights(losses, 0.02);
  double event = 0.0;
  double all = 0.0;
  double radius = 0.0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    event += losses[i] * weights[i];
    all += weights[i];
    radius += weights[i] * std::log(1000.0 * weights[i]);
  }
  EXPECT_NEAR(all, 1.0, 1e-12);
  EXPECT_NEAR(radius, 0.02, 1e-9);
  EXPECT_NEAR(event, worst_probability(0.05, 0.02), 1e-9);
}

TEST(WorstWeights, RadiusZeroAndEqualLossesAreTheEqualLaw) {
  for (const double w : worst_weights(std::vector<double>{1.0, 2.0, 3.0, 4.0}, 0.0)) {
    EXPECT_EQ(w, 0.25);
  }
  for (const double w : worst_weights(std::vector<double>{2.0, 2.0}, 1.0)) {
    EXPECT_EQ(w, 0.5);
  }
}

TEST(WorstWeights, ResamplingFollowsThem) {
  const auto law = fit(day_and_night(60)).value();
  const auto severity = past_severity(law);
  const DaySampler worst(reweighted(law, severity, 0.5));
  const DaySampler plain(law);
  double by_worst = 0.0;
  double by_plain = 0.0;
  for (std::size_t s = 0; s < 2000; ++s) {
    RandomStream a(1, s);
    RandomStream b(1, s);
    const auto total = [](const Matrix& day) {
      double largest = 0.0;
      for (std::size_t t = 0; t < day.rows(); ++t) {
        largest = std::max(largest, std::abs(day(t, 0) + day(t, 1) + day(t, 2)));
      }
      return largest;
    };
    by_worst += total(worst.resample(a));
    by_plain += total(plain.resample(b));
  }
  EXPECT_GT(by_worst, 1.05 * by_plain);
}

TEST(Shrinkage, VanishesWithTheRowsAndIsWholeForASphere) {
  const std::vector<double> spread{2.0, 1.0, 0.5, 0.5};
  EXPECT_GT(oas_weight(spread, 20.0), oas_weight(spread, 200.0));
  EXPECT_LT(oas_weight(spread, 1e6), 1e-4);
  EXPECT_EQ(oas_weight(std::vector<double>{1.0, 1.0}, 50.0), 1.0);
}

}  // namespace
}  // namespace gridpact::uncertainty
