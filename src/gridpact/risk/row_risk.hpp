#pragma once

#include <vector>

#include "gridpact/model/case.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::risk {

/// How likely a two-sided limit is to break: the row keeps −lower ≤ e ≤ upper, e the row's error
/// about its mean, and `upper`, `lower` the distances from the mean to the limits (infinite where
/// there is none). Everything here is a statement about *every* law that the chosen knowledge
/// allows.
///
/// A law without deviation breaks surely where a distance is negative and never else. `mixture`
/// without components counts as `gaussian`, and `tested` as `moments_support` until the tests have
/// spoken (`with`). A support that is empty or one point while the
/// deviation is not zero counts as unknown.
class RowRisk {
 public:
  RowRisk(const uncertainty::ScalarLaw& law, Knowledge knowledge);

  /// The same row under other knowledge.
  [[nodiscard]] RowRisk with(Knowledge knowledge) const { return {law_, knowledge}; }
  [[nodiscard]] Knowledge knowledge() const { return knowledge_; }
  [[nodiscard]] const uncertainty::ScalarLaw& law() const { return law_; }

  /// Worst-case probability that the row breaks (docs/theory/planning.md). For `moments`: the exact
  /// two-sided bound; with a shape (symmetric, unimodal): the sum of the two sides' exact bounds;
  /// with support: 0 where the support fits on both sides (to 1e-6 σ, so that a linear program's
  /// point on the support counts), the bound of the other side alone where it fits on one, else the
  /// bound without support (valid; the support could make it smaller); `gaussian`, `student_t`,
  /// `mixture`: exact probability under the fitted law.
  [[nodiscard]] double violation(double upper, double lower) const;

  /// A supporting line of the convex function that `violation` is on the domain
  /// upper ≥ convex_from_upper(), lower ≥ convex_from_lower(), disregarding the support's drops (so
  /// it may lie above `violation` where the support fits: safe, not tight): violation(u, l) ≥ value
  /// + d_upper·(u − upper) + d_lower·(l − lower) for all (u, l) there. Touches at (upper, lower),
  /// or, for a point outside the domain, at the nearest point in it.
  struct Tangent {
    double value = 0.0;
    double d_upper = 0.0;  ///< ≤ 0
    double d_lower = 0.0;  ///< ≤ 0
  };
  [[nodiscard]] Tangent tangent(double upper, double lower) const;
  /// The same for rows that may also lie before the convex domain, down to `least_upper` and
  /// `least_lower`: a line that `violation` is nowhere below on upper ≥ least_upper, lower ≥
  /// least_lower (or where the convex domain begins, if that is sooner). It touches the convex hull
  /// of the function that stays as it is at convex_from before that, so it may lie below
  /// `violation` there.
  [[nodiscard]] Tangent tangent_from(double least_upper, double least_lower, double upper,
                                     double lower) const;

  /// Smallest distance u so that P(e > u) ≤ ε for all permitted laws, 0 < ε < 1: k(ε)σ (or
  /// min(k(ε)σ, h)), rounded to the safe side. Negative where a Gaussian or mixture allows it.
  [[nodiscard]] double margin_upper(double epsilon) const;
  [[nodiscard]] double margin_lower(double epsilon) const;

  /// Where the convex description begins: σ for moments, at most that with a shape, 0 for a
  /// Gaussian, for a mixture the last
  /// point where its density may still rise, found by interval arithmetic to 0.1 % of σ on the safe
  /// side. Before it a mixture's tail may be concave (a far bump of small weight): `violation` is
  /// right there too, but `tangent` says nothing of it, so a program that
  /// uses them must ask for upper ≥ convex_from_upper() as well. That loses nothing where the tail
  /// beyond convex_from_upper() holds ε or more: with moments for every ε ≤ 1/2, with a mixture if
  /// its last bump weighs 2ε or more.
  [[nodiscard]] double convex_from_upper() const { return convex_from_upper_; }
  [[nodiscard]] double convex_from_lower() const { return convex_from_lower_; }

  [[nodiscard]] double std_deviation() const { return sigma_; }
  [[nodiscard]] double mean() const { return law_.mean; }
  /// Largest e above the mean; infinite without support, and for every knowledge that uses none.
  [[nodiscard]] double support_upper() const;
  [[nodiscard]] double support_lower() const;

 private:
  [[nodiscard]] bool by_moments() const {
    return without_support(knowledge_) == Knowledge::moments;
  }
  [[nodiscard]] bool by_shape() const;
  [[nodiscard]] bool by_student() const;
  [[nodiscard]] bool has_support() const {
    return uses_support(knowledge_) && (sigma_ == 0.0 || law_.support_low < law_.support_high);
  }
  /// The margin kσ without regard to support.
  [[nodiscard]] double plain_margin(
      double epsilon, const std::vector<uncertainty::ScalarLaw::Component>& tail) const;
  /// A tail with its slope.
  struct Side {
    double value = 0.0;
    double slope = 0.0;
  };
  /// Of the mixture's tail, beyond its convex_from.
  [[nodiscard]] static Side side_at(const std::vector<uncertainty::ScalarLaw::Component>& tail,
                                    double distance);
  [[nodiscard]] static Side hull_at(const std::vector<uncertainty::ScalarLaw::Component>& tail,
                                    double convex_from, double least, double distance);
  /// violation without what the support takes off.
  [[nodiscard]] double convex_violation(double upper, double lower) const;

  uncertainty::ScalarLaw law_;
  Knowledge knowledge_;
  double sigma_;
  /// Of e (mean taken off) and of −e; one component for a Gaussian, none for moments.
  std::vector<uncertainty::ScalarLaw::Component> upward_;
  std::vector<uncertainty::ScalarLaw::Component> downward_;
  double convex_from_upper_ = 0.0;
  double convex_from_lower_ = 0.0;
};

/// k(ε) of the standardised one-sided constraint, docs/theory/planning.md: √((1−ε)/ε) for moments,
/// Φ⁻¹(1−ε) for a Gaussian, t_ν⁻¹(1−ε)·√((ν−2)/ν) for a Student t with ν > 2 degrees of freedom. 0
/// < ε < 1.
[[nodiscard]] double cantelli_factor(double epsilon);
[[nodiscard]] double gaussian_factor(double epsilon);
[[nodiscard]] double student_factor(double degrees, double epsilon);

/// Least distance, in standard deviations, that a row with any level up to the joint limit ε may
/// have to one of its limits: the factors above at ε; the least of them where the row's law
/// decides: a Student t's is that of its heaviest tail (ν → 2: 0), so it and a mixture count as 1.
[[nodiscard]] double least_factor(const Risk& risk);

/// Worst-case P(e ≥ u or e ≤ −l) over all laws with mean 0 and deviation sigma.
/// With u ≤ l (else mirrored), T = (u+l)/2, d = (l−u)/2: σ²/(σ²+u²) where that law's second atom,
/// at −σ²/u, lies on the near side of mid-band (d·u ≥ σ²), else (σ²+d²)/T², at most 1. For sigma =
/// 0 the strict event: 0 if u, l ≥ 0, else 1.
[[nodiscard]] double two_sided_moment_bound(double sigma, double upper, double lower);

}  // namespace gridpact::risk
