#pragma once

#include <span>
#include <vector>

#include "gridpact/model/feeder.hpp"

namespace gridpact::network {

/// What goes from one node-phase into a branch.
struct TerminalFlow {
  Complex kva;        ///< kW + j·kvar
  Complex current_a;  ///< with the angle of the feeder's voltages
};

/// The flow of one branch, terminal by terminal. What goes in and does not come out is lost.
struct BranchFlow {
  std::vector<TerminalFlow> terminals;
  [[nodiscard]] Complex loss_kva() const;
};

/// The flows of all branches at `voltage_pu` (per node-phase).
[[nodiscard]] std::vector<BranchFlow> branch_flows(const Feeder& feeder,
                                                   std::span<const Complex> voltage_pu);

}  // namespace gridpact::network
