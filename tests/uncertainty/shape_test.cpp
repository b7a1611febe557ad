#include "gridpact/uncertainty/shape.hpp"

#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/uncertainty/row_shape.hpp"

namespace gridpact::uncertainty {
namespace {

using Mixture = std::vector<ScalarComponent>;

TEST(Modes, TwoEqualComponentsPartAtTwoDeviations) {
  // ½ N(−m, 1) + ½ N(m, 1) has two modes if and only if m > 1.
  for (const double m : {0.2, 0.9, 0.98}) {
    EXPECT_EQ(count_modes(Mixture{{0.5, -m, 1.0}, {0.5, m, 1.0}}), 1U) << m;
  }
  for (const double m : {1.05, 1.5, 4.0, 50.0}) {
    EXPECT_EQ(count_modes(Mixture{{0.5, -m, 1.0}, {0.5, m, 1.0}}), 2U) << m;
  }
}

TEST(Modes, WidthsAtOnePlaceAreOneMode) {
  EXPECT_EQ(count_modes(Mixture{{0.6, 0.0, 0.3}, {0.3, 0.0, 1.0}, {0.1, 0.0, 4.0}}), 1U);
}

TEST(Modes, ASpikeIsAModeOfItsOwn) {
  EXPECT_EQ(count_modes(Mixture{{0.5, 0.0, 0.0}, {0.5, 3.0, 1.0}}), 2U);
}

TEST(Modes, ASmallFarBumpCounts) {
  EXPECT_EQ(count_modes(Mixture{{0.97, 0.0, 1.0}, {0.03, 6.0, 0.5}}), 2U);
}

TEST(Asymmetry, NoneOfSymmetricLaws) {
  EXPECT_NEAR(asymmetry(Mixture{{1.0, 3.0, 2.0}}), 0.0, 1e-12);
  EXPECT_NEAR(asymmetry(Mixture{{0.2, 1.0, 0.5}, {0.6, 4.0, 1.0}, {0.2, 7.0, 0.5}}), 0.0, 1e-12);
}

TEST(Asymmetry, OfAMixtureKnownInClosedForm) {
  // Spikes of weight 0.8 at −0.2 and 0.2 at 0.8: up to 0.2 from the mean, F(m + x) + F(m − x) − 1
  // is 2 · 0.8 − 1; from there to 0.8 it is −0.2.
  EXPECT_NEAR(asymmetry(Mixture{{0.8, -0.2, 1e-6}, {0.2, 0.8, 1e-6}}), 0.6, 1e-6);
}

TEST(Symmetry, FlipsTellSkewFromNone) {
  std::size_t rejected = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto history = history_of(
        120, 4, 2,
        [](RandomStream& random) {
          const double x = random.normal();
          return std::vector<double>{x * std::abs(x), std::exp(random.normal()) - std::exp(0.5)};
        },
        seed);
    rejected += symmetry_p_value(history.days, 0, seed) < 0.05 ? 1U : 0U;
    EXPECT_LT(symmetry_p_value(history.days, 1, seed), 0.02) << seed;
  }
  EXPECT_LE(rejected, 6U);  // expected 2 of 40
}

/// n = 2; the first source normal, the second of two modes, in every period.
LayerLaw one_and_two_modes() {
  return fit(history_of(400, 4, 2,
                        [](RandomStream& random) {
                          return std::vector<double>{
                              random.normal(),
                              (random.uniform() < 0.5 ? -3.0 : 3.0) + random.normal()};
                        }))
      .value();
}

TEST(HonestFactors, FollowFitAndPast) {
  const ShapeTests tests(one_and_two_modes(), 1);
  const auto first = tests.source(0);
  EXPECT_TRUE(first.honest.unimodal);
  EXPECT_GT(first.unimodality_p_value, 0.05);
  const auto second = tests.source(1);
  EXPECT_FALSE(second.honest.unimodal);
  EXPECT_EQ(second.modes, 2U);
  EXPECT_LT(second.unimodality_p_value, 0.05);
  EXPECT_TRUE(tests.row(2, std::vector<double>{1.0, 0.0}).honest.unimodal);
  EXPECT_FALSE(tests.row(2, std::vector<double>{0.2, 1.0}).honest.unimodal);
  EXPECT_TRUE(tests.row(2, std::vector<double>{0.0, 0.0}).honest.symmetric);
}

TEST(HonestFactors, APastThatTheFitSmoothsOverStillSpeaks) {
  auto law = one_and_two_modes();
  law.mixture = {{1.0, {0.0, 0.0}, law.correlation}};  // "one Gaussian"
  const auto evidence = ShapeTests(law, 1).row(1, std::vector<double>{0.0, 1.0});
  EXPECT_EQ(evidence.modes, 1U);
  EXPECT_LT(evidence.unimodality_p_value, 0.01);
  EXPECT_FALSE(evidence.honest.unimodal);
}

TEST(HonestFactors, SkewIsSeenInTheRow) {
  const auto law = fit(history_of(400, 4, 1, [](RandomStream& random) {
                     return std::vector<double>{std::exp(random.normal())};
                   })).value();
  const auto evidence = ShapeTests(law, 1).row(0, std::vector<double>{1.0});
  EXPECT_LT(evidence.symmetry_p_value, 0.05);
  EXPECT_FALSE(evidence.honest.symmetric);
}

}  // namespace
}  // namespace gridpact::uncertainty
