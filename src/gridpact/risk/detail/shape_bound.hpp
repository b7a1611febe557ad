#pragma once

#include "gridpact/model/case.hpp"

namespace gridpact::risk {

/// Largest P(e > kσ) over all laws with deviation σ and the shape that `knowledge` claims
/// (symmetric, unimodal or both), and its slope in k. k ≥ 0; 1 and slope 0 for k < 0, where these
/// shapes promise nothing that the moments do not.
struct OneSided {
  double probability = 1.0;
  double slope = 0.0;
};
[[nodiscard]] OneSided shape_bound(Knowledge knowledge, double k);

/// k at and beyond which `shape_bound` is convex.
[[nodiscard]] double shape_convex_from(Knowledge knowledge);

/// Least k with shape_bound(k) ≤ ε, 0 < ε < 1, rounded to the safe side.
[[nodiscard]] double shape_factor(Knowledge knowledge, double epsilon);

}  // namespace gridpact::risk
