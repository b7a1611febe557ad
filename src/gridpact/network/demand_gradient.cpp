// With the weighted quantities' gradient g, d(worth) = Re Σ_i conj(g_i) dV_i, and its adjoint y
// (detail/linearisation.hpp), d(worth) = Re Σ_i conj(y_i) dI_i. A demand of p pu draws
// dI_i = −conj(p / V_i). Gradients:
//
//   |V_i|:  g_i = V_i / |V_i|
//   |i_c|:  g_k += conj(Y_l,tk) i_c / |i_c|        di_c = Σ_k Y_l,tk dV_k

#include "gridpact/network/demand_gradient.hpp"

#include <cassert>
#include <cmath>

#include "gridpact/network/detail/linearisation.hpp"

namespace gridpact::network {

std::vector<double> worth_of_demand(const AcFlow& flow, const FlowState& state,
                                    const Injection& injection, const QuantityWorth& worth) {
  constexpr double no_voltage_pu = 1e-12;  // rounding is all that is left of it
  const Linearisation tangent(flow, state, injection);
  const Feeder& feeder = flow.feeder();
  assert(worth.voltage_pu.size() == state.voltage_pu.size());
  assert(worth.current_a.size() == tangent.conductors().size());
  Linearisation::Gradient gradient = tangent.gradient(Linearisation::import_active);
  tangent.add_drawn_at_source(1.0, gradient);
  for (Complex& g : gradient) {
    g *= worth.import_kw * feeder.base_kva;
  }
  for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
    if (const double magnitude = std::abs(state.voltage_pu[i]); magnitude > no_voltage_pu) {
      gradient[i] += worth.voltage_pu[i] / magnitude * state.voltage_pu[i];
    }
  }
  for (std::size_t c = 0; c < tangent.conductors().size(); ++c) {
    const auto& [conductor, pu, amps_per_pu, is_zero] = tangent.conductors()[c];
    if (is_zero || worth.current_a[c] == 0.0) {
      continue;
    }
    const Branch& branch = feeder.branches[conductor.branch.index()];
    const Complex direction = worth.current_a[c] * amps_per_pu / std::abs(pu) * pu;
    for (std::size_t k = 0; k < branch.terminals.size(); ++k) {
      gradient[branch.terminals[k].index()] +=
          std::conj(branch.admittance_pu(conductor.terminal, k)) * direction;
    }
  }
  const std::vector<Complex> adjoint = tangent.adjoint(gradient);
  std::vector<double> out(state.voltage_pu.size(), 0.0);
  const double kw = 1.0 / feeder.base_kva;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (feeder.node_phases[i].node == feeder.source) {
      out[i] = worth.import_kw;  // it moves no voltage
    } else if (std::abs(state.voltage_pu[i]) > no_voltage_pu) {
      const Complex current = -std::conj(kw / state.voltage_pu[i]);
      out[i] = (std::conj(adjoint[i]) * current).real();
    }
  }
  return out;
}

}  // namespace gridpact::network
