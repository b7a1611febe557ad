#pragma once

#include <vector>

#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/detail/nodal_admittance.hpp"
#include "gridpact/network/detail/sparse_lu.hpp"

namespace gridpact::network {

/// What AcFlow prepares once and then only reads.
struct AcFlow::Impl {
  Feeder feeder;
  NodalAdmittance admittance;
  SparseLu<Complex> unknown_factors;  ///< of Y_LL
  std::vector<Complex>
      no_load_voltage_pu;  ///< w at the unknown node-phases, the source's elsewhere
};

/// Current into `branch` at its terminal `terminal`, pu.
[[nodiscard]] Complex terminal_current_pu(const Branch& branch, std::size_t terminal,
                                          std::span<const Complex> voltage_pu);

/// The conductor of a branch that carries most, in A, and how much.
struct LargestCurrent {
  std::size_t terminal = 0;  ///< the first of equals
  Complex pu;
  double amps_per_pu = 0.0;
  double a = 0.0;
};

[[nodiscard]] LargestCurrent largest_current(const Feeder& feeder, const Branch& branch,
                                             std::span<const Complex> voltage_pu);

/// Calls `visit(node_phase, share)` for the phases of `node` that take part in an injection there:
/// all but the neutral, with equal shares of the total.
template <class Visit>
void for_each_share(const Feeder& feeder, NodeId node, Visit visit) {
  constexpr int neutral = 4;
  const std::vector<NodePhaseId>& phases = feeder.nodes[node.index()].phases;
  double count = 0.0;
  for (const NodePhaseId phase : phases) {
    count += feeder.node_phases[phase.index()].phase == neutral ? 0.0 : 1.0;
  }
  for (const NodePhaseId phase : phases) {
    if (feeder.node_phases[phase.index()].phase != neutral) {
      visit(phase.index(), 1.0 / count);
    }
  }
}

}  // namespace gridpact::network
