#include "gridpact/uncertainty/held_out.hpp"

#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/uncertainty/scores.hpp"

namespace gridpact::uncertainty {
namespace {

Matrix one(double a, double b) {
  Matrix out(2, 1);
  out(0, 0) = a;
  out(1, 0) = b;
  return out;
}

TEST(Scores, ByHand) {
  const std::vector<Matrix> ensemble{one(0.0, 0.0), one(3.0, 4.0)};
  EXPECT_DOUBLE_EQ(energy_score(ensemble, one(0.0, 0.0)), 2.5 - 2.5);
  EXPECT_DOUBLE_EQ(energy_score(ensemble, one(6.0, 8.0)), 7.5 - 2.5);
  // Steps: 0 and 1 in the ensemble, on average ½ of √|step|; the outcome's is 2.
  EXPECT_DOUBLE_EQ(variogram_score(ensemble, one(1.0, 5.0)), 1.5 * 1.5);
  EXPECT_DOUBLE_EQ(rank_share(std::vector<double>{1.0, 2.0, 3.0, 4.0}, 2.5), 0.5);
  EXPECT_DOUBLE_EQ(rank_share(std::vector<double>{1.0, 2.0, 2.0, 4.0}, 2.0), 0.5);
}

HeldOutOptions quick() {
  HeldOutOptions options;
  options.ensemble = 300;
  return options;
}

// Hours that are independent of each other, all of one deviation: the band of 72 of them reaches
// far into the tails, where an error of a few per cent in the deviation counts most.
TEST(HeldOut, ATrueLawIsCalibrated) {
  const auto all = history_of(500, 24, 3, [](RandomStream& random) {
    return std::vector<double>{30.0 * random.normal(), 50.0 * random.normal(), random.normal()};
  });
  const auto result =
      judge_held_out(days_of(all, 0, 300), days_of(all, 300, 500), {}, quick()).value();
  const auto& fitted = result.scores[0];
  EXPECT_EQ(fitted.law, "fitted");
  for (std::size_t k = 0; k < fitted.coverage.size(); ++k) {
    EXPECT_NEAR(fitted.coverage[k], interval_levels[k], 0.02) << k;
  }
  EXPECT_NEAR(fitted.band_coverage, 0.95, 0.05);
  EXPECT_LT(kl_radius_of(result.days, false), 0.05);
}

TEST(HeldOut, ALawOfAnotherWorldIsFoundOut) {
  auto all = day_and_night(500);
  for (std::size_t d = 300; d < 500; ++d) {  // the second part is twice as wild
    for (std::size_t t = 0; t < 24; ++t) {
      for (std::size_t j = 0; j < 3; ++j) {
        all.days[d](t, j) *= 2.0;
      }
    }
  }
  const auto result =
      judge_held_out(days_of(all, 0, 300), days_of(all, 300, 500), {}, quick()).value();
  EXPECT_LT(result.scores[0].band_coverage, 0.5);
  const double radius = kl_radius_of(result.days, false);
  EXPECT_GT(radius, 0.3);
  EXPECT_GE(kl_radius_of(result.days, true), radius);
}

TEST(HeldOut, TheVariogramScoreKnowsACourseFromAHeap) {
  double state = 0.0;
  const auto all = history_of(400, 24, 1, [&](RandomStream& random) {
    state = 0.95 * state + std::sqrt(1.0 - 0.95 * 0.95) * random.normal();
    return std::vector<double>{10.0 * state};
  });
  const auto model = ErrorModel::learn(all).value();
  auto heap_law = model.law({});
  heap_law.time_correlation.clear();
  heap_law.persistence = 0.0;
  const DaySampler paths(model.law({}));
  const DaySampler heap(heap_law);
  std::vector<Matrix> with;
  std::vector<Matrix> without;
  for (std::size_t s = 0; s < 200; ++s) {
    RandomStream a(2, s);
    RandomStream b(2, s);
    with.push_back(paths.sample(a));
    without.push_back(heap.sample(b));
  }
  double score_with = 0.0;
  double score_without = 0.0;
  for (std::size_t d = 0; d < 50; ++d) {
    score_with += variogram_score(with, all.days[d]);
    score_without += variogram_score(without, all.days[d]);
  }
  EXPECT_LT(score_with, 0.7 * score_without);
}

TEST(Ambiguity, ShrinksWithTheSampleAndIsSmallForATrueLaw) {
  const auto few = measure_ambiguity(day_and_night(80), 4, quick()).value();
  const auto many = measure_ambiguity(day_and_night(400), 4, quick()).value();
  EXPECT_LT(many.mean_radius, 0.5 * few.mean_radius);
  EXPECT_LT(many.covariance_factor, few.covariance_factor);
  EXPECT_GE(many.covariance_factor, 1.0);
  EXPECT_LT(many.kl_radius, 0.06);
  EXPECT_LE(many.kl_radius, many.kl_radius_upper);
  EXPECT_LT(many.wasserstein_radius, 0.1);
}

TEST(Ambiguity, AsksForEnoughDays) {
  EXPECT_FALSE(measure_ambiguity(day_and_night(40), 5));
  EXPECT_FALSE(measure_ambiguity(day_and_night(40), 1));
}

}  // namespace
}  // namespace gridpact::uncertainty
