// Worlds whose law of days is known, and with it the worst law within a Kullback-Leibler radius: q,
// the largest with q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)) ≤ ρ, is what that law gives a violation
// of probability p.

#include <cmath>
#include <cstdint>
#include <vector>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/parallel.hpp"
#include "gridpact/verify/interval.hpp"

namespace gridpact::tuning {
namespace {

constexpr std::size_t worlds = 300;
constexpr std::size_t periods = 3;
constexpr std::uint64_t days = 2000;
constexpr double epsilon = 0.05;
constexpr double confidence = 0.99;
constexpr double kl_radius = 0.01;
constexpr double deviation_kw = 30.0;

/// Bisection for q.
double worst_of(double p, double radius) {
  double low = p, high = 1.0;
  for (int i = 0; i < 60; ++i) {
    const double q = 0.5 * (low + high);
    const double divergence = q * std::log(q / p) + (1.0 - q) * std::log((1.0 - q) / (1.0 - p));
    (divergence <= radius ? low : high) = q;
  }
  return low;
}

/// Are `wrong` of all worlds too many to be wrong with probability at most 1 − `confidence` each?
/// (At level 0.1 %.)
bool too_many(std::size_t wrong) {
  return verify::lower_bound(wrong, worlds, 0.999) > 1.0 - confidence;
}

struct Outcome {
  bool certified = false;        ///< for every law within the radius
  bool broken = false;           ///< and yet the worst of them breaks more often than ε
  bool broken_if_plain = false;  ///< the same had the days' own law alone been tested
};

/// A plan whose probability lies about the border: the later worlds hold more reserve.
Outcome outcome(std::size_t world) {
  const auto problem = verify::testing::two_node_case(periods);
  const double deviations = 2.4 + 0.8 * static_cast<double>(world) / static_cast<double>(worlds);
  auto plan = verify::testing::plan_for(problem, deviations * deviation_kw);
  plan.risk.joint_violation_limit = epsilon;
  plan.risk.scope = RiskScope::horizon;
  const double inside = std::erf(deviations / std::sqrt(2.0));
  const double p = 1.0 - std::pow(inside, static_cast<double>(periods));
  auto options = verify::testing::days(days);
  options.seed = 20240611 + world;
  options.confidence = confidence;
  options.ambiguity.kl_radius = kl_radius;
  const auto law = verify::testing::normal_law(problem, 0.0, deviation_kw);
  const auto certificate = verify::testing::judged(problem, plan, law, options);
  const bool is_plain =
      verify::upper_bound(certificate.days.count, certificate.days.trials, confidence) <= epsilon;
  const bool is_broken = worst_of(p, kl_radius) > epsilon;
  return {certificate.certified, certificate.certified && is_broken, is_plain && is_broken};
}

TEST(KlTruth, CertificatesHoldForTheWorstLawWithinTheRadius) {
  std::vector<Outcome> outcomes(worlds);
  parallel_for(worlds, 0, [&](std::size_t world) { outcomes[world] = outcome(world); });
  std::size_t certified = 0, broken = 0, broken_if_plain = 0;
  for (const auto& one : outcomes) {
    certified += one.certified ? 1U : 0U;
    broken += one.broken ? 1U : 0U;
    broken_if_plain += one.broken_if_plain ? 1U : 0U;
  }
  EXPECT_GT(certified, worlds / 10);
  EXPECT_LT(certified, worlds * 9 / 10);
  EXPECT_FALSE(too_many(broken)) << broken;
  EXPECT_TRUE(too_many(broken_if_plain)) << "without a radius the same plans pass";
}

}  // namespace
}  // namespace gridpact::tuning
