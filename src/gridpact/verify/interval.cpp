// Bounds of a probability p from n trials, δ the probability of being wrong on one side.
//
// Clopper–Pearson: k of n independent trials came true.
//   lower: P(Bin(n, p) ≥ k) = δ,  p = I⁻¹(δ; k, n − k + 1), 0 if k = 0
//   upper: P(Bin(n, p) ≤ k) = δ,  p = I⁻¹(1 − δ; k + 1, n − k), 1 if k = n
// I⁻¹: inverse of the regularised incomplete beta function.
// C. J. Clopper, E. S. Pearson, Biometrika 26(4), 1934.
//
// Bentkus: S is the sum of n independent numbers in [0, 1] of mean p.
//   P(S ≤ x) ≤ e · P(Bin(n, p) ≤ ⌈x⌉),   so the upper bound is Clopper–Pearson's at ⌈S⌉ and δ/e;
// the lower one is that of n − S, mirrored. V. Bentkus, "On Hoeffding's inequalities", Annals of
// Probability 32(2), 2004.

#include "gridpact/verify/interval.hpp"

#include <cassert>
#include <numbers>

#include <boost/math/special_functions/beta.hpp>

namespace gridpact::verify {

namespace {

double upper_at(double count, double trials, double wrong) {
  return count >= trials ? 1.0 : boost::math::ibetac_inv(count + 1.0, trials - count, wrong);
}

double lower_at(double count, double trials, double wrong) {
  return count <= 0.0 ? 0.0 : boost::math::ibeta_inv(count, trials - count + 1.0, wrong);
}

MeasuredShare share_of(std::uint64_t count, std::uint64_t trials) {
  MeasuredShare out{count, trials, 0.0, 0.0, 1.0};
  if (trials > 0) {
    out.share = static_cast<double>(count) / static_cast<double>(trials);
  }
  return out;
}

}  // namespace

double lower_bound(std::uint64_t count, std::uint64_t trials, double confidence) {
  assert(count <= trials && confidence > 0.0 && confidence < 1.0);
  return lower_at(static_cast<double>(count), static_cast<double>(trials), 1.0 - confidence);
}

double upper_bound(std::uint64_t count, std::uint64_t trials, double confidence) {
  assert(count <= trials && confidence > 0.0 && confidence < 1.0);
  return upper_at(static_cast<double>(count), static_cast<double>(trials), 1.0 - confidence);
}

MeasuredShare measure(std::uint64_t count, std::uint64_t trials, double confidence) {
  auto out = share_of(count, trials);
  const double one_sided = 0.5 * (1.0 + confidence);
  out.lower = lower_bound(count, trials, one_sided);
  out.upper = upper_bound(count, trials, one_sided);
  return out;
}

MeasuredShare measure_pooled(std::uint64_t count, std::uint64_t days, std::uint64_t periods,
                             double confidence) {
  assert(count <= days * periods && periods > 0);
  auto out = share_of(count, days * periods);
  const double wrong = 0.5 * (1.0 - confidence) / std::numbers::e;
  const auto rounded_up = [&](std::uint64_t numerator) {
    const std::uint64_t whole = (numerator + periods - 1) / periods;
    return static_cast<double>(whole);
  };
  const auto trials = static_cast<double>(days);
  out.upper = upper_at(rounded_up(count), trials, wrong);
  out.lower = 1.0 - upper_at(rounded_up(days * periods - count), trials, wrong);
  return out;
}

}  // namespace gridpact::verify
