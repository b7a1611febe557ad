#pragma once

#include "gridpact/model/case.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::risk {

/// How likely a two-sided limit is to break: the row keeps −lower ≤ e ≤ upper, e the row's error
/// about its mean, and `upper`, `lower` the distances from the mean to the limits (infinite where
/// there is none). Everything here is a statement about *every* law that the chosen knowledge allows.
class RowRisk {
 public:
  RowRisk(const uncertainty::ScalarLaw& law, Knowledge knowledge);

  /// Worst-case probability that the row breaks (math.md §2). For `moments`: the exact two-sided
  /// bound; `moments_support`: 0 where the support fits, else the moments' bound; `gaussian`,
  /// `mixture`: exact probability under the fitted law (support not used).
  [[nodiscard]] double violation(double upper, double lower) const;

  /// A supporting line of the convex function that `violation` is on the domain upper ≥
  /// margin_upper(limit), lower ≥ margin_lower(limit), disregarding the support's drop to zero:
  /// violation(u, l) ≥ value + d_upper·(u − upper) + d_lower·(l − lower) for all (u, l) there.
  struct Tangent {
    double value = 0.0;
    double d_upper = 0.0;
    double d_lower = 0.0;
  };
  [[nodiscard]] Tangent tangent(double upper, double lower) const;

  /// Smallest distance u so that P(e > u) ≤ ε for all permitted laws: k(ε)σ (or min(k(ε)σ, h)).
  [[nodiscard]] double margin_upper(double epsilon) const;
  [[nodiscard]] double margin_lower(double epsilon) const;

  /// Where the convex description holds: u ≥ margin_upper(0.5)-like start; violation is convex in
  /// (upper, lower) for distances at or beyond these and ε ≤ 1/2.
  [[nodiscard]] double convex_from_upper() const;
  [[nodiscard]] double convex_from_lower() const;

  [[nodiscard]] double std_deviation() const { return sigma_; }
  [[nodiscard]] double mean() const { return law_.mean; }
  [[nodiscard]] double support_upper() const;  ///< largest e above the mean; infinite without support
  [[nodiscard]] double support_lower() const;

 private:
  uncertainty::ScalarLaw law_;
  Knowledge knowledge_;
  double sigma_;
};

/// k(ε) of the standardised one-sided constraint, math.md §2: √((1−ε)/ε) for moments, Φ⁻¹(1−ε) for
/// a Gaussian. 0 < ε < 1.
[[nodiscard]] double cantelli_factor(double epsilon);
[[nodiscard]] double gaussian_factor(double epsilon);

/// Worst-case P(e > u or e < −l) over all laws with mean 0 and deviation sigma; u, l ≥ 0.
/// With u ≤ l (else mirrored), T = (u+l)/2, d = (l−u)/2: σ²/(σ²+u²) where that law's second atom
/// stays inside, else the two-sided bound (σ²+d²)/T², at most 1.
[[nodiscard]] double two_sided_moment_bound(double sigma, double upper, double lower);

}  // namespace gridpact::risk
