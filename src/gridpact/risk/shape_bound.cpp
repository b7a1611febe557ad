// One-sided bounds of docs/theory/planning.md for a known shape, standardised to σ = 1:
//
//   symmetric            1/(2k²),        k ≥ 1;       1/2 before           (Chebyshev on |e|)
//   unimodal             4/(9(1 + k²)),  k² ≥ 5/3;    4/(3(1 + k²)) − 1/3  (Vysochanskij & Petunin,
//                                                     Theory Prob. Math. Stat. 21, 1980, one-sided)
//   symmetric unimodal   2/(9k²),        k² ≥ 4/3;    (1 − k/√3)/2         (Gauss, 1821)
//
// The pieces meet with one slope, but for the first. A band's two tails are bounded by the sum of
// the sides': exact at the centre and far from it for symmetric laws, at most twice too large for
// unimodal ones, convex everywhere.

#include "gridpact/risk/detail/shape_bound.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace gridpact::risk {

namespace {

constexpr double sqrt3 = std::numbers::sqrt3;

OneSided symmetric(double k) {
  return k < 1.0 ? OneSided{0.5, 0.0} : OneSided{0.5 / (k * k), -1.0 / (k * k * k)};
}

OneSided unimodal(double k) {
  const double s = 1.0 + k * k;
  const double c = k * k < 5.0 / 3.0 ? 4.0 / 3.0 : 4.0 / 9.0;
  const double shift = k * k < 5.0 / 3.0 ? -1.0 / 3.0 : 0.0;
  return {c / s + shift, -2.0 * c * k / (s * s)};
}

OneSided symmetric_unimodal(double k) {
  if (k * k < 4.0 / 3.0) {
    return {0.5 * (1.0 - k / sqrt3), -0.5 / sqrt3};
  }
  return {2.0 / (9.0 * k * k), -4.0 / (9.0 * k * k * k)};
}

double factor(Knowledge shape, double epsilon) {
  switch (shape) {
    case Knowledge::symmetric:
      return epsilon < 0.5 ? std::sqrt(0.5 / epsilon) : 0.0;
    case Knowledge::unimodal:
      return epsilon <= 1.0 / 6.0 ? std::sqrt(4.0 / (9.0 * epsilon) - 1.0)
                                  : std::sqrt(3.0 * (1.0 - epsilon) / (1.0 + 3.0 * epsilon));
    default:
      return epsilon <= 1.0 / 6.0 ? std::sqrt(2.0 / (9.0 * epsilon))
                                  : std::max(0.0, sqrt3 * (1.0 - 2.0 * epsilon));
  }
}

}  // namespace

OneSided shape_bound(Knowledge knowledge, double k) {
  if (k < 0.0) {
    return {};
  }
  if (k == std::numeric_limits<double>::infinity()) {
    return {0.0, 0.0};
  }
  switch (without_support(knowledge)) {
    case Knowledge::symmetric:
      return symmetric(k);
    case Knowledge::unimodal:
      return unimodal(k);
    default:
      return symmetric_unimodal(k);
  }
}

double shape_convex_from(Knowledge knowledge) {
  switch (without_support(knowledge)) {
    case Knowledge::symmetric:
      return 1.0;
    case Knowledge::unimodal:
      return 1.0 / sqrt3;
    default:
      return 0.0;
  }
}

double shape_factor(Knowledge knowledge, double epsilon) {
  double k = factor(without_support(knowledge), epsilon);
  while (shape_bound(knowledge, k).probability > epsilon) {
    k = std::nextafter(k, std::numeric_limits<double>::infinity());
  }
  return k;
}

}  // namespace gridpact::risk
