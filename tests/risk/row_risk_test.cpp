#include "gridpact/risk/row_risk.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "laws.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gridpact::risk {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Knowledge all_convex[] = {Knowledge::moments, Knowledge::gaussian, Knowledge::mixture};

/// P(e > z) by Simpson's rule on the density, 20 deviations out: no error function involved.
double integrated_tail(const uncertainty::ScalarLaw& law, double z) {
  double sum = 0.0;
  for (const auto& [weight, mean, deviation] : law.mixture) {
    constexpr double end = 20.0;
    constexpr int steps = 4000;
    const double start = std::clamp((z + law.mean - mean) / deviation, -end, end);
    const double h = (end - start) / steps;
    double part = 0.0;
    for (int k = 0; k <= steps; ++k) {
      const double t = start + h * k;
      const int factor = k == 0 || k == steps ? 1 : (k % 2 == 1 ? 4 : 2);
      part += factor * std::exp(-0.5 * t * t);
    }
    sum += weight * part * h / 3 / std::sqrt(2 * std::acos(-1.0));
  }
  return sum;
}

TEST(GaussianFactor, KnownQuantiles) {
  EXPECT_NEAR(gaussian_factor(0.05), 1.6448536269514722, 1e-14);
  EXPECT_NEAR(gaussian_factor(0.005), 2.5758293035489004, 1e-14);
  EXPECT_NEAR(gaussian_factor(1e-9), 5.9978070150076865, 1e-13);
  EXPECT_NEAR(gaussian_factor(0.5), 0.0, 1e-16);
  EXPECT_NEAR(gaussian_factor(0.975), -1.9599639845400545, 1e-14);
}

TEST(RowRisk, GaussianIsTheSumOfItsTails) {
  const RowRisk risk(plain_law(2.0), Knowledge::gaussian);
  EXPECT_NEAR(risk.violation(2 * 1.6448536269514722, infinity), 0.05, 1e-14);
  EXPECT_NEAR(risk.violation(infinity, 2 * 1.6448536269514722), 0.05, 1e-14);
  EXPECT_NEAR(risk.violation(2 * 1.959963984540054, 2 * 1.959963984540054), 0.05, 1e-14);
  EXPECT_EQ(risk.violation(infinity, infinity), 0.0);
  EXPECT_EQ(risk.violation(-1, -1), 1.0);
  EXPECT_EQ(risk.convex_from_upper(), 0.0);
  EXPECT_NEAR(risk.margin_upper(0.05), 2 * 1.6448536269514722, 1e-13);
}

TEST(StudentFactor, KnownQuantiles) {
  // t_4⁻¹(0.95) = 2.131847, t_8⁻¹(0.995) = 3.355387; times √((ν − 2)/ν).
  EXPECT_NEAR(student_factor(4.0, 0.05), 2.1318467863 * std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(student_factor(8.0, 0.005), 3.3553873313 * std::sqrt(0.75), 1e-9);
  EXPECT_EQ(student_factor(infinity, 0.01), gaussian_factor(0.01));
  EXPECT_NEAR(student_factor(1e7, 0.01), gaussian_factor(0.01), 1e-5);
}

TEST(RowRisk, StudentIsTheSumOfItsTails) {
  auto law = plain_law(2.0);
  law.student_degrees = 4.0;
  const RowRisk risk(law, Knowledge::student_t);
  const double u = 2.0 * student_factor(4.0, 0.05);
  EXPECT_NEAR(risk.violation(u, infinity), 0.05, 1e-12);
  EXPECT_NEAR(risk.violation(u, u), 0.10, 1e-12);
  EXPECT_NEAR(risk.margin_lower(0.05), u, 1e-9);
  EXPECT_LE(risk.violation(risk.margin_upper(0.01), infinity), 0.01);
  // The tangent touches and stays below, since the tail is convex from the mean on.
  const auto line = risk.tangent(3.0, 4.0);
  EXPECT_NEAR(line.value, risk.violation(3.0, 4.0), 1e-14);
  for (double x = 0.0; x < 12.0; x += 0.25) {
    EXPECT_LE(line.value + line.d_upper * (x - 3.0), risk.violation(x, 4.0) + 1e-12);
  }
  law.student_degrees = infinity;
  EXPECT_EQ(RowRisk(law, Knowledge::student_t).violation(3.0, 4.0),
            RowRisk(law, Knowledge::gaussian).violation(3.0, 4.0));
}

TEST(RowRisk, TestedIsMomentsAndSupportUntilTheTestsHaveSpoken) {
  const auto law = plain_law(2.0);
  const RowRisk tested(law, Knowledge::tested);
  const RowRisk moments(law, Knowledge::moments_support);
  for (const double u : {1.0, 3.0, 8.0}) {
    EXPECT_EQ(tested.violation(u, 4.0), moments.violation(u, 4.0));
  }
  EXPECT_EQ(tested.with(Knowledge::gaussian).violation(3.0, 4.0),
            RowRisk(law, Knowledge::gaussian).violation(3.0, 4.0));
}

TEST(RowRisk, AMixtureOfEqualPartsIsTheGaussian) {
  auto law = plain_law(2.0);
  law.mean = 7.0;
  law.mixture = {{0.25, 7.0, 2.0}, {0.75, 7.0, 2.0}};
  const RowRisk mixture(law, Knowledge::mixture);
  const RowRisk gaussian(law, Knowledge::gaussian);
  for (const double u : {0.0, 1.0, 3.0, 8.0}) {
    EXPECT_NEAR(mixture.violation(u, 4.0), gaussian.violation(u, 4.0), 1e-15);
  }
  EXPECT_NEAR(mixture.margin_lower(0.01), gaussian.margin_lower(0.01), 1e-12);
  law.mixture.clear();
  EXPECT_EQ(RowRisk(law, Knowledge::mixture).margin_upper(0.01), gaussian.margin_upper(0.01));
}

TEST(RowRisk, WithoutDeviationOnlyTheMeanCounts) {
  auto law = plain_law(0.0);
  law.mean = 5.0;
  law.mixture = {{1.0, 5.0, 0.0}};
  for (const auto knowledge :
       {Knowledge::moments, Knowledge::moments_support, Knowledge::gaussian, Knowledge::mixture}) {
    const RowRisk risk(law, knowledge);
    EXPECT_EQ(risk.violation(0, 0), 0.0);
    EXPECT_EQ(risk.violation(infinity, 0), 0.0);
    EXPECT_EQ(risk.violation(-1e-9, 3), 1.0);
    EXPECT_EQ(risk.violation(3, -1e-9), 1.0);
    EXPECT_EQ(risk.margin_upper(0.01), 0.0);
    EXPECT_EQ(risk.tangent(1, 1).value, 0.0);
  }
}

TEST(RowRisk, APointAmongTheComponentsIsAStep) {
  uncertainty::ScalarLaw law;
  law.mixture = {{0.9, 0.0, 1.0}, {0.1, 2.0, 0.0}};
  law.mean = 0.2;
  law.std_deviation = std::sqrt(0.9 + 0.4 - 0.04);
  const RowRisk risk(law, Knowledge::mixture);
  const double step = risk.violation(1.8 - 1e-9, infinity) - risk.violation(1.8 + 1e-9, infinity);
  EXPECT_NEAR(step, 0.1, 1e-8);
  EXPECT_NEAR(risk.margin_upper(0.05), 1.8, 1e-9) << "P(e > u) falls from 12 % to 2 % there";
  EXPECT_GE(risk.convex_from_upper(), 1.8);
}

TEST(RowRisk, ASupportWithoutRoomIsNoSupport) {
  const RowRisk risk(plain_law(1.0), Knowledge::moments_support);
  EXPECT_EQ(risk.support_upper(), infinity);
  EXPECT_NEAR(risk.margin_upper(0.05), std::sqrt(19), 1e-12);
}

TEST(RowRisk, AFarBumpMovesTheConvexDomain) {
  // 1 % at 6: the density rises again between, so the tail is concave there.
  uncertainty::ScalarLaw law;
  law.mixture = {{0.99, 0.0, 1.0}, {0.01, 6.0, 0.3}};
  law.mean = 0.06;
  law.std_deviation = std::sqrt(0.99 + 0.01 * (36 + 0.09) - law.mean * law.mean);
  const RowRisk risk(law, Knowledge::mixture);
  EXPECT_NEAR(risk.convex_from_upper(), 6 - 0.06, 2e-3 * law.std_deviation);
  EXPECT_NEAR(risk.convex_from_lower(), 0.06, 2e-3 * law.std_deviation);
  const auto v = [&](double u) { return risk.violation(u, infinity); };
  EXPECT_GT(v(5.5), 0.5 * (v(5.2) + v(5.8))) << "concave before it";
  const auto line = risk.tangent(5.94, infinity);
  EXPECT_GT(line.value + line.d_upper * (4.8 - 5.94), v(4.8)) << "no support from below there";
  // A wide neighbour, whose own mean lies to the right too but which makes no bump, does not.
  law.mixture = {{0.9, 0.0, 1.0}, {0.1, 1.5, 3.0}};
  law.mean = 0.15;
  EXPECT_LT(RowRisk(law, Knowledge::mixture).convex_from_upper(), 0.1);
}

RC_GTEST_PROP(RowRiskProperty, MixtureTailsAreTheIntegralsOfTheirDensity, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  const RowRisk risk(law, Knowledge::mixture);
  RandomStream random(seed, 1);
  const double u = (6 * random.uniform() - 2) * law.std_deviation;
  RC_ASSERT(std::abs(risk.violation(u, infinity) - integrated_tail(law, u)) < 1e-9);
}

RC_GTEST_PROP(RowRiskProperty, MarginsAreTheSmallestDistances, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 1);
  const double epsilon = std::pow(10.0, -6 * random.uniform()) * 0.5;
  for (const auto knowledge : all_convex) {
    const RowRisk risk(law, knowledge);
    const double u = risk.margin_upper(epsilon);
    const double l = risk.margin_lower(epsilon);
    const double step = 1e-7 * law.std_deviation;
    RC_ASSERT(risk.violation(u, infinity) <= epsilon);
    RC_ASSERT(risk.violation(infinity, l) <= epsilon);
    RC_ASSERT(risk.violation(u - step, infinity) > epsilon);
    RC_ASSERT(risk.violation(infinity, l - step) > epsilon);
  }
}

// The line that is used to bound the cost from below where a row may stay before its last bump.
TEST(RowRisk, BelowTheBumpATangentOfTheHullSupportsFromBelow) {
  uncertainty::ScalarLaw law;
  law.mixture = {{0.99, 0.0, 1.0}, {0.01, 6.0, 0.3}};
  law.mean = 0.06;
  law.std_deviation = std::sqrt(0.99 + 0.01 * (36 + 0.09) - law.mean * law.mean);
  const RowRisk risk(law, Knowledge::mixture);
  const double least = risk.margin_upper(0.05);
  ASSERT_LT(least, 2.0);
  const auto corner = risk.tangent_from(least, infinity, least, infinity);
  const double at_bump = risk.violation(risk.convex_from_upper(), infinity);
  EXPECT_NEAR(corner.value, at_bump, 1e-6) << "the hull begins at what the bump's top leaves";
  EXPECT_LT(corner.d_upper, 0.0);
  const auto far = risk.tangent_from(least, infinity, 7.0, infinity);
  EXPECT_EQ(far.value, risk.tangent(7.0, infinity).value) << "the same beyond where it touches";
  const auto plain = risk.tangent_from(risk.convex_from_upper(), infinity, 6.0, infinity);
  EXPECT_EQ(plain.value, risk.tangent(6.0, infinity).value);
}

RC_GTEST_PROP(RowRiskProperty, TangentsOfTheHullAreNowhereAbove, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 3);
  const RowRisk risk(law, Knowledge::mixture);
  const double least_upper = risk.margin_upper(0.2 * random.uniform() + 1e-4);
  const double least_lower = risk.margin_lower(0.2 * random.uniform() + 1e-4);
  const auto somewhere = [&](double least) {
    return least + 4.0 * random.uniform() * law.std_deviation;
  };
  for (int trial = 0; trial < 20; ++trial) {
    const double u = somewhere(least_upper);
    const double l = somewhere(least_lower);
    const auto line = risk.tangent_from(least_upper, least_lower, u, l);
    for (int k = 0; k < 20; ++k) {
      const double x = somewhere(least_upper);
      const double y = somewhere(least_lower);
      RC_ASSERT(line.value + line.d_upper * (x - u) + line.d_lower * (y - l) <=
                risk.violation(x, y) + 1e-9);
    }
  }
}

/// A point of the convex domain, near its corner or far out.
struct Distances {
  double upper = 0.0;
  double lower = 0.0;
};

Distances random_distances(const RowRisk& risk, RandomStream& random) {
  const auto beyond = [&] {
    const double kind = random.uniform();
    if (kind < 0.1) {
      return 0.0;
    }
    return risk.std_deviation() *
           (kind < 0.5 ? random.uniform() : std::pow(10.0, 3 * random.uniform() - 1));
  };
  return {risk.convex_from_upper() + beyond(), risk.convex_from_lower() + beyond()};
}

RC_GTEST_PROP(RowRiskProperty, ViolationIsConvexInItsDomain, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 2);
  for (const auto knowledge : all_convex) {
    const RowRisk risk(law, knowledge);
    for (int trial = 0; trial < 20; ++trial) {
      const auto p = random_distances(risk, random);
      const auto q = random_distances(risk, random);
      const double s = random.uniform();
      const double between =
          risk.violation(p.upper + s * (q.upper - p.upper), p.lower + s * (q.lower - p.lower));
      RC_ASSERT(between <= (1 - s) * risk.violation(p.upper, p.lower) +
                               s * risk.violation(q.upper, q.lower) + 1e-14);
    }
  }
}

RC_GTEST_PROP(RowRiskProperty, TangentsSupportFromBelowAndTouch, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 3);
  for (const auto knowledge : all_convex) {
    const RowRisk risk(law, knowledge);
    for (int trial = 0; trial < 20; ++trial) {
      const auto at = random_distances(risk, random);
      const auto line = risk.tangent(at.upper, at.lower);
      RC_ASSERT(std::abs(line.value - risk.violation(at.upper, at.lower)) <= 1e-15);
      RC_ASSERT(line.d_upper <= 0.0);
      RC_ASSERT(line.d_lower <= 0.0);
      const auto p = random_distances(risk, random);
      RC_ASSERT(risk.violation(p.upper, p.lower) >=
                line.value + line.d_upper * (p.upper - at.upper) +
                    line.d_lower * (p.lower - at.lower) - 1e-13);
    }
  }
}

RC_GTEST_PROP(RowRiskProperty, TangentsFromOutsideTheDomainSupportItToo, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 4);
  for (const auto knowledge : all_convex) {
    const RowRisk risk(law, knowledge);
    const double sigma = risk.std_deviation();
    const double upper = risk.convex_from_upper() - 3 * random.uniform() * sigma;
    const double lower = random.uniform() < 0.3 ? infinity : 5 * random.uniform() * sigma;
    const auto line = risk.tangent(upper, lower);
    RC_ASSERT(std::isfinite(line.value));
    RC_ASSERT(std::isfinite(lower) || line.d_lower == 0.0);
    const auto p = random_distances(risk, random);
    const double along_lower = std::isinf(lower) ? 0.0 : line.d_lower * (p.lower - lower);
    RC_ASSERT(risk.violation(p.upper, p.lower) >=
              line.value + line.d_upper * (p.upper - upper) + along_lower - 1e-13);
  }
}

RC_GTEST_PROP(RowRiskProperty, ConvexFromIsNotFarRightOfTheLastMode, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  const RowRisk risk(law, Knowledge::mixture);
  // Within 2 % of σ left of it the density stops falling: the tail's second difference, positive
  // where the density falls, vanishes or turns.
  const double h = 1e-3 * law.std_deviation;
  double least = infinity;
  for (int k = 0; k <= 20; ++k) {
    const double z = risk.convex_from_upper() - k * h;
    least = std::min(least, risk.violation(z + h, infinity) - 2 * risk.violation(z, infinity) +
                                risk.violation(z - h, infinity));
  }
  RC_ASSERT(least <= 1e-9);
}

}  // namespace
}  // namespace gridpact::risk
