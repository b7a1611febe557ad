// From dV, which detail/linearisation.cpp gives for each column:
//
//   d|V_i|   = Re(conj(V_i) dV_i) / |V_i|
//   d|i_c|   = Re(conj(i_c) di_c) / |i_c|,  di = Y_l dV at the conductor's terminal
//   d(power) = Re Σ_k conj(g_k) dV_k

#include "gridpact/network/linear_model.hpp"

#include <cmath>

#include "gridpact/network/detail/complex_product.hpp"
#include "gridpact/network/detail/linearisation.hpp"

namespace gridpact::network {

namespace {

constexpr double no_voltage_pu = 1e-12;  // rounding is all that is left of it

double magnitude_slope(Complex value, double magnitude, Complex change) {
  return product(std::conj(value), change).real() / magnitude;
}

LinearModel values(const AcFlow& flow, const Linearisation& tangent, std::size_t columns) {
  LinearModel model;
  for (const Complex voltage : tangent.state().voltage_pu) {
    model.voltage_pu.push_back(std::abs(voltage));
  }
  for (const auto& [conductor, pu, amps_per_pu, is_zero] : tangent.conductors()) {
    model.conductors.push_back(conductor);
    model.current_a.push_back(std::abs(pu) * amps_per_pu);
  }
  model.losses_kw = flow.losses_kw(tangent.state().voltage_pu);
  const Complex import_kva = flow.import_kva(tangent.state());
  model.import_kw = import_kva.real();
  model.import_kvar = import_kva.imag();
  model.voltage_per_unit = Matrix(model.voltage_pu.size(), columns);
  model.current_per_unit = Matrix(model.conductors.size(), columns);
  return model;
}

}  // namespace

LinearModel linearise(const AcFlow& flow, const FlowState& state, const Injection& injection,
                      std::span<const InjectionColumn> columns) {
  const Linearisation tangent(flow, state, injection);
  const Feeder& feeder = flow.feeder();
  LinearModel model = values(flow, tangent, columns.size());
  std::vector<double> current_pu;
  for (const auto& conductor : tangent.conductors()) {
    current_pu.push_back(std::abs(conductor.pu));
  }
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const std::vector<Complex> change = tangent.voltage_change(tangent.currents_of(columns[j]));
    for (std::size_t i = 0; i < change.size(); ++i) {
      if (model.voltage_pu[i] > no_voltage_pu) {
        model.voltage_per_unit(i, j) =
            magnitude_slope(state.voltage_pu[i], model.voltage_pu[i], change[i]);
      }
    }
    for (std::size_t c = 0; c < model.conductors.size(); ++c) {
      const auto& [conductor, pu, amps_per_pu, is_zero] = tangent.conductors()[c];
      if (!is_zero) {
        const Branch& branch = feeder.branches[conductor.branch.index()];
        const Complex current = terminal_current_pu(branch, conductor.terminal, change);
        model.current_per_unit(c, j) = amps_per_pu * magnitude_slope(pu, current_pu[c], current);
      }
    }
    const auto power = [&](Linearisation::Quantity quantity) {
      return feeder.base_kva * Linearisation::along(tangent.gradient(quantity), change);
    };
    const Complex at_source = feeder.base_kva * tangent.source_injection_change(columns[j], change);
    model.losses_kw_per_unit.push_back(power(Linearisation::losses));
    model.import_kw_per_unit.push_back(power(Linearisation::import_active) - at_source.real());
    model.import_kvar_per_unit.push_back(power(Linearisation::import_reactive) - at_source.imag());
  }
  return model;
}

}  // namespace gridpact::network
