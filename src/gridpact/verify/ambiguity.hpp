#pragma once

#include <vector>

namespace gridpact::verify {

/// How far the law of the days may be from the one that they are drawn from. At most one of the two
/// is not 0.
struct Ambiguity {
  /// ρ: all laws P with KL(P ‖ P₀) ≤ ρ, of whole days (net load and cars).
  double kl_radius = 0.0;
  /// θ: all laws whose Wasserstein-1 distance from P₀ is at most θ, where the distance of two days
  /// is that of what the grid and the reserves show, in shares of the limits
  /// (`JointLimits::distance`).
  double wasserstein_radius = 0.0;
};

/// A way to prove the worst law's probability of a violation to be at most ε: the probability under
/// P₀ that a limit is broken or nearer than `tightening` (a share of the limit) is at most `limit`.
struct Test {
  double tightening = 0.0;
  double limit = 0.0;
};

/// The tests of which one must pass, each at confidence 1 − δ/K of K. One without ambiguity and
/// with a Kullback-Leibler radius; with a Wasserstein radius one for each of several tightenings,
/// chosen before any day is seen.
[[nodiscard]] std::vector<Test> tests_for(double epsilon, const Ambiguity& ambiguity);

/// ε' of which the worst law within KL radius `radius` makes ε: the event "limit broken" has
/// probability at most ε under all of them if and only if it has at most ε' under P₀.
[[nodiscard]] double shrunk_limit(double epsilon, double radius);

/// The worst law's probability if that under P₀ (of `test.tightening`) is `p`.
[[nodiscard]] double worst_case(double p, const Test& test, const Ambiguity& ambiguity);

}  // namespace gridpact::verify
