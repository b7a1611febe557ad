// Test martingales for the mean p of independent X_i ∈ [0, 1], S = Σ X_i of n.
//
//   M_n(p) = ∫₀¹ a u^(a−1) u^S ((1 − p u)/(1 − p))^(n−S) du      (likelihood ratio of p u to p,
//   mixed)
//          = a B_p(S + a, n − S + 1) / (p^(S+a) (1 − p)^(n−S)),   a = ½
//   B_p: incomplete beta function.
//
// For each u ≤ 1 the factor f(X) = u^X ((1 − pu)/(1 − p))^(1−X) is convex in X, so for a mean m
//   E f(X) ≤ m u + (1 − m)(1 − pu)/(1 − p), which falls in m and is 1 at m = p:
// M_n(p) is a non-negative supermartingale with M_0 = 1 under every mean m ≥ p, and by Ville's
// inequality exceeds 1/δ ever with probability at most δ. It grows with p, since
// (1 − pu)/(1 − p) does: the means with M_n(p) ≥ 1/δ are those from an upper bound on.
//
// The weight a u^(a−1) prefers small shares, which is where a plan with a margin lies.
//
// J. Ville, Étude critique de la notion de collectif, 1939; H. Robbins, "Statistical methods
// related to the law of the iterated logarithm", Annals of Math. Statistics 41(5), 1970; I.
// Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", J. Royal
// Statistical Society B 86(1), 2024.

#include "gridpact/verify/sequential.hpp"

#include <cassert>
#include <cmath>

#include <boost/math/special_functions/beta.hpp>

namespace gridpact::verify {

namespace {

constexpr double weight_power = 0.5;
constexpr int bisections = 50;

}  // namespace

double log_evidence_below(double p, double count, double trials) {
  assert(p > 0.0 && p < 1.0 && count >= 0.0 && count <= trials);
  const double a = count + weight_power;
  const double b = trials - count + 1.0;
  const double share = boost::math::ibeta(a, b, p);
  const double log_beta = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  return std::log(weight_power) + std::log(share) + log_beta - a * std::log(p) -
         (b - 1.0) * std::log1p(-p);
}

double sequential_upper(double count, double trials, double confidence) {
  const double needed = -std::log1p(-confidence);
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < bisections; ++i) {
    const double middle = 0.5 * (low + high);
    (log_evidence_below(middle, count, trials) >= needed ? high : low) = middle;
  }
  return high;
}

double sequential_lower(double count, double trials, double confidence) {
  return 1.0 - sequential_upper(trials - count, trials, confidence);
}

MeasuredShare measure_sequential(std::uint64_t count, std::uint64_t days, std::uint64_t periods,
                                 double confidence) {
  MeasuredShare out{count, days * periods, 0.0, 0.0, 1.0};
  if (days == 0) {
    return out;
  }
  const double one_sided = 0.5 * (1.0 + confidence);
  const double sum = static_cast<double>(count) / static_cast<double>(periods);
  const auto trials = static_cast<double>(days);
  out.share = sum / trials;
  out.lower = sequential_lower(sum, trials, one_sided);
  out.upper = sequential_upper(sum, trials, one_sided);
  return out;
}

}  // namespace gridpact::verify
