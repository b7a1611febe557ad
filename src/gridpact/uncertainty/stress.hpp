#pragma once

#include <span>
#include <vector>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// How a law may be wrong. Each part alone or several at once; the default changes nothing.
struct Stress {
  /// ν of Student-t tails with the same covariance, 3 or more; 0 = none.
  unsigned student_degrees = 0;
  /// In [−1, 1]: correlations move by this share towards 1, in net load (all sources fail together)
  /// or, negative, towards 0.
  double correlation_shift = 0.0;
  /// Every mean moves by so many of its deviations, towards more net load if positive.
  double mean_drift = 0.0;
  /// Deviations are multiplied by this.
  double deviation_factor = 1.0;
};

/// The law under stress. Supports widen with the deviations and move with the means, but never
/// shrink. Faults: numbers out of range.
[[nodiscard]] Result<LayerLaw> stressed(const LayerLaw& law, const Stress& stress);

/// sup P(A) over all laws within Kullback-Leibler distance `radius` ≥ 0 of one that gives A the
/// probability p (math: stress.cpp).
[[nodiscard]] double worst_probability(double p, double radius);

/// The p with `worst_probability(p, radius)` = ε, 0 < ε < 1: what an event may have under the
/// fitted law so that no law within the radius gives it more than ε.
[[nodiscard]] double robust_level(double epsilon, double radius);

/// The reweighting of equally likely scenarios that makes the expected loss largest among all
/// within `radius` ≥ 0 of the equal one: weights that sum to 1, proportional to exp(θ loss). With
/// losses 0 and 1 this is the worst law for the event "1" that `worst_probability` speaks of.
[[nodiscard]] std::vector<double> worst_weights(std::span<const double> losses, double radius);

/// Loss of a past day that knows no plan: the largest deviation, in its own standard deviations, of
/// the sum of all sources, over the periods.
[[nodiscard]] std::vector<double> past_severity(const LayerLaw& law);

/// The law whose past days (`resample`) are drawn with `worst_weights` of `losses` (one per past
/// day).
[[nodiscard]] LayerLaw reweighted(LayerLaw law, std::span<const double> losses, double radius);

}  // namespace gridpact::uncertainty
