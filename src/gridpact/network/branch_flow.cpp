// With Y a branch's primitive admittance and V the voltages at its terminals: I = Y V, S = V I*.

#include "gridpact/network/branch_flow.hpp"

#include "gridpact/network/detail/ac_flow_impl.hpp"

namespace gridpact::network {

Complex BranchFlow::loss_kva() const {
  Complex sum;
  for (const TerminalFlow& terminal : terminals) {
    sum += terminal.kva;
  }
  return sum;
}

std::vector<BranchFlow> branch_flows(const Feeder& feeder, std::span<const Complex> voltage_pu) {
  std::vector<BranchFlow> flows;
  flows.reserve(feeder.branches.size());
  for (const Branch& branch : feeder.branches) {
    BranchFlow& flow = flows.emplace_back();
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const std::size_t place = branch.terminals[i].index();
      const Complex current_pu = terminal_current_pu(branch, i, voltage_pu);
      flow.terminals.push_back({voltage_pu[place] * std::conj(current_pu) * feeder.base_kva,
                                current_pu * feeder.node_phases[place].amps_per_pu});
    }
  }
  return flows;
}

}  // namespace gridpact::network
