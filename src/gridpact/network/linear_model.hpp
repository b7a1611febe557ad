#pragma once

#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/injection.hpp"

namespace gridpact::network {

/// One conductor of a branch, by the terminal at which more current enters it at the operating
/// point: its end at the from-end or one at the other end (a winding's phase counts with the
/// from-end's phase in the same place).
struct Conductor {
  BranchId branch;
  std::size_t terminal = 0;
};

/// Tangent of the exact AC flow at an operating point with respect to the numbers x_j that move the
/// injection along columns: value(x₀ + Δx) ≈ value + Σ_j slope_j Δx_j. Its error is of second order
/// in Δx; linear_error.hpp bounds it. Tap changers and capacitors stay where they are.
///
/// Where a magnitude is zero (a current, a neutral's voltage) it has a kink, and no slope: its
/// slopes are set to 0 and its error is of first order.
struct LinearModel {
  std::vector<double> voltage_pu;  ///< |V| at the operating point, node-phases
  Matrix voltage_per_unit;         ///< node-phases × columns, pu per unit of x

  std::vector<Conductor> conductors;  ///< of all branches in turn, `from_count` each
  std::vector<double> current_a;      ///< |i| of each conductor, A at its branch's from-end
  Matrix current_per_unit;            ///< conductors × columns

  double losses_kw = 0.0;  ///< as AcFlow::losses_kw
  std::vector<double> losses_kw_per_unit;
  double import_kw = 0.0;  ///< as AcFlow::import_kva
  std::vector<double> import_kw_per_unit;
  double import_kvar = 0.0;
  std::vector<double> import_kvar_per_unit;
};

/// Implicit differentiation of the flow's equations at `state`, which must have converged under
/// `injection`. One factorisation, one substitution per column; several calls may run at a time.
[[nodiscard]] LinearModel linearise(const AcFlow& flow, const FlowState& state,
                                    const Injection& injection,
                                    std::span<const InjectionColumn> columns);

}  // namespace gridpact::network
