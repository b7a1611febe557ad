#pragma once

#include <span>

#include "gridpact/program/program.hpp"

namespace gridpact::program {

/// A lower bound on the optimum of `program` (integrality dropped) from any multipliers y, one per
/// constraint, in plain arithmetic: the Lagrangian dual function
///
///   L(y) = c₀ + Σ_i (y_i > 0 ? y_i·lower_i : y_i·upper_i) + Σ_j min_{l_j ≤ x ≤ u_j} (d_j x + q_j
///   x²), d = c − Aᵀy.
///
/// Valid for every y by weak duality (Boyd & Vandenberghe, Convex Optimization, 5.1.3), so nothing
/// that a solver says need be believed. A y_i whose bound is infinite is taken as 0. A d_j that
/// points to an infinite bound would make L = −∞; there |d_j| ≤ `noise`·max(1, |c_j|, max_i |a_ij
/// y_i|) is taken as the rounding of a zero, and this is the only thing that is taken on trust.
[[nodiscard]] double dual_bound(const Program& program, std::span<const double> multipliers,
                                double noise = 1e-6);

}  // namespace gridpact::program
