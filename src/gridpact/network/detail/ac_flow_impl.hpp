#pragma once

#include <vector>

#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/detail/fixed_point.hpp"
#include "gridpact/network/detail/nodal_admittance.hpp"
#include "gridpact/network/detail/phases.hpp"
#include "gridpact/network/detail/sparse_lu.hpp"
#include "gridpact/network/load_current.hpp"

namespace gridpact::network {

/// What AcFlow prepares once and then only reads.
struct AcFlow::Impl {
  Feeder feeder;
  NodalAdmittance admittance;
  std::vector<std::size_t> elimination;  ///< place of each unknown in the order of elimination
  SparseLu<Complex> unknown_factors;     ///< of Y_LL
  std::vector<Complex>
      no_load_voltage_pu;  ///< w at the unknown node-phases, the source's elsewhere
  std::vector<LoadPort> ports;
  FixedPoint fixed_point;  ///< with an injection at every unknown node-phase
};

/// Current into `branch` at its terminal `terminal`, pu.
[[nodiscard]] Complex terminal_current_pu(const Branch& branch, std::size_t terminal,
                                          std::span<const Complex> voltage_pu);

/// The conductor of a branch that carries most, and how much: pu, and A at the branch's from-end.
struct LargestCurrent {
  std::size_t terminal = 0;  ///< the first of equals
  Complex pu;
  double amps_per_pu = 0.0;  ///< at the from-end
  double a = 0.0;
};

[[nodiscard]] LargestCurrent largest_current(const Feeder& feeder, const Branch& branch,
                                             std::span<const Complex> voltage_pu);

}  // namespace gridpact::network
