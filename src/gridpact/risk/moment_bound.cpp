// Worst case over all laws of mean 0 and deviation σ (docs/theory/planning.md). With u ≤ l, T =
// (u+l)/2, d = (l−u)/2, the probability of e ≥ u or e ≤ −l is at most
//
//   (σ²+d²)/T²    Chebyshev about mid-band; met by atoms at both limits and at mid-band as long as
//                 no weight is negative: dT ≤ σ²+d², that is d·u ≤ σ²;
//   σ²/(σ²+u²)    Cantelli; met by atoms at u and −σ²/u where d·u ≥ σ²;
//   1             where u·l ≤ σ²: two atoms at or beyond the limits.
//
// The first two meet with equal gradients at d·u = σ². Convex for u, l ≥ σ: Cantelli is from
// u ≥ σ/√3 on, Chebyshev where d² ≤ 3σ² (its Hessian's determinant is (12σ²−4d²)/T⁶), and there
// d ≤ σ²/u ≤ σ.

#include "gridpact/risk/detail/moment_bound.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {

double cantelli_factor(double epsilon) {
  assert(epsilon > 0.0 && epsilon < 1.0);
  return std::sqrt((1.0 - epsilon) / epsilon);
}

double two_sided_moment_bound(double sigma, double upper, double lower) {
  const double u = std::min(upper, lower);
  const double l = std::max(upper, lower);
  if (u < 0.0) {
    return 1.0;
  }
  if (sigma == 0.0 || std::isinf(u)) {
    return 0.0;
  }
  const double variance = sigma * sigma;
  if (std::isinf(l) || 0.5 * (l - u) * u >= variance) {
    return variance / (variance + u * u);
  }
  const double t = 0.5 * (u + l);
  const double d = 0.5 * (l - u);
  return std::min(1.0, (variance + d * d) / (t * t));
}

RowRisk::Tangent moment_tangent(double sigma, double upper, double lower) {
  const double u = std::min(upper, lower);
  const double l = std::max(upper, lower);
  const double variance = sigma * sigma;
  RowRisk::Tangent out;
  out.value = two_sided_moment_bound(sigma, u, l);
  if (std::isinf(u)) {
    return out;
  }
  if (std::isinf(l) || 0.5 * (l - u) * u >= variance) {
    const double reach = variance + u * u;
    out.d_upper = -2.0 * u * variance / (reach * reach);
  } else {
    const double t = 0.5 * (u + l);
    const double d = 0.5 * (l - u);
    const double along_t = -(variance + d * d) / (t * t * t);
    out.d_upper = along_t - d / (t * t);
    out.d_lower = std::min(0.0, along_t + d / (t * t));
  }
  if (upper > lower) {
    std::swap(out.d_upper, out.d_lower);
  }
  return out;
}

}  // namespace gridpact::risk
