#pragma once

#include <vector>

#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/injection.hpp"

namespace gridpact::network {

/// What a unit of each of the flow's quantities is worth.
struct QuantityWorth {
  std::vector<double> voltage_pu;  ///< node-phases, per pu of |V|
  std::vector<double> current_a;   ///< conductors (as of LinearModel), per A of |i|
  double import_kw = 0.0;          ///< per kW
};

/// Per node-phase, the worth that 1 kW more of constant-power demand there (from ground, at unity
/// power factor) adds at the operating point `state`, which must have converged under `injection`:
/// Σ worth · d(quantity)/d(demand). One factorisation and one substitution for all node-phases
/// together (the adjoint of `linearise`, with the same kinks: a quantity of magnitude 0 has no
/// slope).
[[nodiscard]] std::vector<double> worth_of_demand(const AcFlow& flow, const FlowState& state,
                                                  const Injection& injection,
                                                  const QuantityWorth& worth);

}  // namespace gridpact::network
