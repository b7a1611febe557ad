#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "laws.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Knowledge all_convex[] = {Knowledge::moments, Knowledge::gaussian, Knowledge::mixture};

double random_epsilon(RandomStream& random) { return std::pow(10.0, -5 * random.uniform()) * 0.5; }

bool inside(const std::vector<HalfPlane>& planes, double upper, double lower, double slack) {
  return std::ranges::all_of(planes, [&](const HalfPlane& h) {
    return h.upper_coefficient * upper + h.lower_coefficient * lower >= h.at_least - slack;
  });
}

/// The boundary of the intersection over `upper` (finite): the least lower distance allowed there.
double least_lower(const std::vector<HalfPlane>& planes, double upper) {
  double lower = -infinity;
  for (const auto& h : planes) {
    if (h.lower_coefficient > 0.0) {
      lower = std::max(lower, (h.at_least - h.upper_coefficient * upper) / h.lower_coefficient);
    }
  }
  return lower;
}

/// No corner of the intersection breaks ε.
void expect_corners_keep(const RowRisk& risk, const std::vector<HalfPlane>& planes,
                         double allowed) {
  int corners = 0;
  for (const auto& g : planes) {
    for (const auto& h : planes) {
      const double det =
          g.upper_coefficient * h.lower_coefficient - g.lower_coefficient * h.upper_coefficient;
      if (det < 1e-12) {
        continue;
      }
      const double u = (g.at_least * h.lower_coefficient - h.at_least * g.lower_coefficient) / det;
      const double l = (g.upper_coefficient * h.at_least - h.upper_coefficient * g.at_least) / det;
      if (inside(planes, u, l, 1e-12 * risk.std_deviation())) {
        ++corners;
        RC_ASSERT(risk.violation(u, l) <= allowed);
      }
    }
  }
  RC_ASSERT(corners > 0);
}

/// Nor does any other point: `violation` falls in both distances, so the boundary is the worst of
/// it.
void expect_sufficient(const RowRisk& risk, double epsilon, RandomStream& random) {
  const auto planes = risk.inner_halfplanes(epsilon);
  const double allowed = epsilon * (1 + 1e-9);
  double least_upper = -infinity;
  for (const auto& h : planes) {
    RC_ASSERT(h.upper_coefficient >= 0.0);
    RC_ASSERT(h.lower_coefficient >= 0.0);
    if (h.lower_coefficient == 0.0) {
      least_upper = std::max(least_upper, h.at_least / h.upper_coefficient);
    }
  }
  expect_corners_keep(risk, planes, allowed);
  for (int trial = 0; trial < 40; ++trial) {
    const double upper =
        least_upper + risk.std_deviation() * std::pow(10.0, 10 * random.uniform() - 4);
    RC_ASSERT(risk.violation(upper, least_lower(planes, upper)) <= allowed);
  }
  RC_ASSERT(risk.violation(least_upper, infinity) <= allowed);
  RC_ASSERT(risk.violation(least_upper, least_lower(planes, least_upper)) <= allowed);
}

RC_GTEST_PROP(InnerHalfplanes, AreSufficient, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 1);
  const double epsilon = random_epsilon(random);
  for (const auto knowledge : all_convex) {
    expect_sufficient(RowRisk(law, knowledge), epsilon, random);
  }
}

RC_GTEST_PROP(InnerHalfplanes, AreSufficientWithSupport, (std::uint64_t seed)) {
  auto law = random_mixture(seed);
  RandomStream random(seed, 2);
  law.support_low = law.mean - (1 + 5 * random.uniform()) * law.std_deviation;
  law.support_high = law.mean + (1 + 5 * random.uniform()) * law.std_deviation;
  expect_sufficient(RowRisk(law, Knowledge::moments_support), random_epsilon(random), random);
}

/// The least lower distance of the region (convex domain) over `upper`, by bisection on
/// `violation`.
double exact_lower(const RowRisk& risk, double upper, double epsilon) {
  double low = risk.convex_from_lower();
  double high = low + 1e5 * risk.std_deviation();
  if (risk.violation(upper, high) > epsilon) {
    return infinity;
  }
  if (risk.violation(upper, low) <= epsilon) {
    return low;
  }
  for (int k = 0; k < 80; ++k) {
    const double middle = 0.5 * (low + high);
    (risk.violation(upper, middle) > epsilon ? low : high) = middle;
  }
  return high;
}

RC_GTEST_PROP(InnerHalfplanes, LeaveOutHalfAPercentAtMost, (std::uint64_t seed)) {
  const auto law = random_mixture(seed);
  RandomStream random(seed, 3);
  const double epsilon = random_epsilon(random);
  for (const auto knowledge : all_convex) {
    const RowRisk risk(law, knowledge);
    const auto planes = risk.inner_halfplanes(epsilon);
    RC_ASSERT(planes.size() <= 40U);
    const auto outwards = [&](double x) {
      return x + 0.005 * std::max(law.std_deviation, std::abs(x));
    };
    const double first = std::max(risk.margin_upper(epsilon), risk.convex_from_upper());
    for (int trial = 0; trial < 30; ++trial) {
      const double u = first + law.std_deviation * std::pow(10.0, 6 * random.uniform() - 5);
      const double l = exact_lower(risk, u, epsilon);
      RC_ASSERT(std::isinf(l) || inside(planes, outwards(u), outwards(l), 0.0));
    }
  }
}

TEST(InnerHalfplanes, OfMomentsEndInTheOneSidedMargins) {
  const RowRisk risk(plain_law(1.0), Knowledge::moments);
  const auto planes = risk.inner_halfplanes(0.05);
  const double k = risk.margin_upper(0.05);
  // Off-centre, a band costs no more than one side (math.md §2): exactly k from l = k + 2d₀ on.
  const double l = k + 2 * std::sqrt(0.05 / 0.95) + 1e-9;
  EXPECT_TRUE(inside(planes, k, l, 1e-12));
  EXPECT_FALSE(inside(planes, k, l - 0.1, 1e-12));
  EXPECT_TRUE(inside(planes, 4.473 * 1.005, 4.473 * 1.005, 0.0)) << "the centred band";
  EXPECT_FALSE(inside(planes, 4.472, 4.472, 0.0));
  EXPECT_LE(planes.size(), 6U);
}

TEST(InnerHalfplanes, TheSupportMakesABox) {
  auto law = plain_law(1.0);
  law.support_low = -3.0;
  law.support_high = 9.0;
  const auto planes = RowRisk(law, Knowledge::moments_support).inner_halfplanes(0.05);
  ASSERT_EQ(planes.size(), 2U);
  EXPECT_NEAR(planes[0].at_least, std::sqrt(19), 1e-12);
  EXPECT_EQ(planes[1].at_least, 3.0);
}

TEST(InnerHalfplanes, WithoutDeviationTheLimitsMustContainTheMean) {
  const auto planes = RowRisk(plain_law(0.0), Knowledge::moments).inner_halfplanes(0.05);
  EXPECT_TRUE(inside(planes, 0, 0, 0));
  EXPECT_FALSE(inside(planes, -1e-9, 1, 0));
  EXPECT_FALSE(inside(planes, 1, -1e-9, 0));
}

}  // namespace
}  // namespace gridpact::risk
