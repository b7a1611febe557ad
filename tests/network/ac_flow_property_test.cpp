#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "network/flow_support.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/network/ac_flow.hpp"

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::FlowState;

/// Largest |S − V conj(Σ of the branches' terminal currents)| beyond the source, from the branches
/// themselves rather than from Ybus.
double kirchhoff_mismatch(const Feeder& feeder, const std::vector<Complex>& injection,
                          const std::vector<Complex>& voltage) {
  std::vector<Complex> current(feeder.node_phases.size());
  for (const Branch& branch : feeder.branches) {
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      for (std::size_t j = 0; j < branch.terminals.size(); ++j) {
        current[branch.terminals[i].index()] +=
            branch.admittance_pu(i, j) * voltage[branch.terminals[j].index()];
      }
    }
  }
  double largest = 0.0;
  for (std::size_t i = 0; i < current.size(); ++i) {
    if (feeder.node_phases[i].node != feeder.source) {
      largest = std::max(largest, std::abs(injection[i] - voltage[i] * std::conj(current[i])));
    }
  }
  return largest;
}

std::map<std::pair<std::string, int>, Complex> by_name(const Feeder& feeder,
                                                       const std::vector<Complex>& voltage) {
  std::map<std::pair<std::string, int>, Complex> result;
  for (std::size_t i = 0; i < voltage.size(); ++i) {
    const NodePhase& place = feeder.node_phases[i];
    result[{feeder.nodes[place.node.index()].name, place.phase}] = voltage[i];
  }
  return result;
}

std::map<std::string, double> by_name(const Feeder& feeder, const std::vector<double>& current_a) {
  std::map<std::string, double> result;
  for (std::size_t l = 0; l < current_a.size(); ++l) {
    result[feeder.branches[l].name] = current_a[l];
  }
  return result;
}

RC_GTEST_PROP(AcFlowProperty, ObeysKirchhoffAndBalancesPower, (std::uint64_t seed)) {
  const Feeder feeder = random_feeder(seed);
  const AcFlow flow = flow_of(feeder);
  const std::vector<Complex> injection = nominal_injection(feeder);
  const FlowState state = flow.solve(injection);
  RC_ASSERT(state.converged);
  const double mismatch = kirchhoff_mismatch(feeder, injection, state.voltage_pu);
  RC_ASSERT(mismatch < 1e-7);
  RC_ASSERT(std::abs(mismatch - state.mismatch_pu) < 1e-9);
  const double surplus_kw = flow.source_power_kva(state.voltage_pu).real() -
                            total_load_kva(feeder).real() - flow.losses_kw(state.voltage_pu);
  RC_ASSERT(std::abs(surplus_kw) <
            1e-7 * feeder.base_kva * static_cast<double>(feeder.node_phases.size()));
  RC_ASSERT(flow.losses_kw(state.voltage_pu) >= 0.0);
}

RC_GTEST_PROP(AcFlowProperty, FindsNewtonsSolution, (std::uint64_t seed)) {
  const Feeder feeder = random_feeder(seed);
  const std::vector<Complex> injection = nominal_injection(feeder);
  const FlowState state = flow_of(feeder).solve(injection);
  const DenseSolution newton = dense_newton(feeder, injection);
  RC_ASSERT(state.converged && newton.converged);
  for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
    RC_ASSERT(std::abs(state.voltage_pu[i] - newton.voltage_pu[i]) < 1e-9);
  }
}

RC_GTEST_PROP(AcFlowProperty, DoesNotDependOnTheOrderOfNodesAndBranches, (std::uint64_t seed)) {
  const Feeder feeder = random_feeder(seed);
  const Feeder other = relabelled(feeder, seed);
  const AcFlow flow = flow_of(feeder), other_flow = flow_of(other);
  const FlowState state = flow.solve(nominal_injection(feeder));
  const FlowState other_state = other_flow.solve(nominal_injection(other));

  const auto voltages = by_name(feeder, state.voltage_pu);
  for (const auto& [name, voltage] : by_name(other, other_state.voltage_pu)) {
    RC_ASSERT(std::abs(voltage - voltages.at(name)) < 1e-9);
  }
  const auto currents = by_name(feeder, flow.branch_current_a(state.voltage_pu));
  for (const auto& [name, a] :
       by_name(other, other_flow.branch_current_a(other_state.voltage_pu))) {
    RC_ASSERT(std::abs(a - currents.at(name)) < 1e-5);
  }
}

}  // namespace
}  // namespace gridpact::test
