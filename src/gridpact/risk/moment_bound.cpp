// Worst case over all laws of mean 0 and deviation σ (math.md §2). With u ≤ l, T = (u+l)/2, d =
// (l−u)/2:
//
//   P(e ≥ u or e ≤ −l) ≤ (σ²+d²)/T²   Chebyshev about mid-band; met by atoms at both limits and
//   mid-band,
//                                      as long as their weights are not negative: dT ≤ σ²+d², i.e.
//                                      d·u ≤ σ²
//   P(e ≥ u or e ≤ −l) ≤ σ²/(σ²+u²)   Cantelli; met by atoms at u and −σ²/u, when d·u ≥ σ²
//
// and 1 where ul ≤ σ² (two atoms at or beyond the limits). Both meet with equal gradients at d·u =
// σ². Convex for u, l ≥ σ: Cantelli from u ≥ σ/√3; Chebyshev where d² ≤ 3σ² (its Hessian's
// determinant is (12σ²−4d²)/T⁶), and d ≤ σ²/u ≤ σ there. For fixed ε the region is T ≥ √((σ²+d²)/ε)
// for |d| ≤ d₀ = σ√(ε/(1−ε)), and u, l ≥ k(ε)σ.

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
