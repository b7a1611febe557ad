#include "gridpact/network/load_current.hpp"

#include <cmath>
#include <numbers>

#include "gridpact/network/detail/load_factor.hpp"

namespace gridpact::network {

namespace {

/// Voltage, V, between a port's ends at 1 pu.
double base_voltage_v(const Feeder& feeder, const Port& port) {
  const NodePhase& from = feeder.node_phases[port.from.index()];
  const bool between_phases = port.to && !is_neutral(feeder.node_phases[port.to->index()]);
  return (between_phases ? std::numbers::sqrt3 : 1.0) * from.base_voltage_v;
}

std::vector<Port> ports_of(const Feeder& feeder, const Load& load) {
  if (!load.ports.empty()) {
    return load.ports;
  }
  std::vector<Port> ports;
  for (const NodePhaseId phase : feeder.nodes[load.node.index()].phases) {
    if (!is_neutral(feeder.node_phases[phase.index()])) {
      ports.push_back({phase, std::nullopt});
    }
  }
  return ports;
}

}  // namespace

std::vector<LoadPort> load_ports(const Feeder& feeder) {
  std::vector<LoadPort> out;
  for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
    const Load& load = feeder.loads[l];
    const std::vector<Port> ports = ports_of(feeder, load);
    const Complex power_pu =
        Complex{load.p_kw, load.q_kvar} / (feeder.base_kva * static_cast<double>(ports.size()));
    for (const Port& port : ports) {
      const double nominal_v =
          load.nominal_voltage_v > 0.0 ? load.nominal_voltage_v : base_voltage_v(feeder, port);
      const auto scale = [&](NodePhaseId end) {
        return feeder.node_phases[end.index()].base_voltage_v / nominal_v;
      };
      out.push_back({LoadId{l}, port.from, port.to, scale(port.from),
                     port.to ? scale(*port.to) : 0.0, power_pu, load.terms, load.u_low, load.u_min,
                     load.u_max});
    }
  }
  return out;
}

PortCurrent port_current(const LoadPort& port, Complex w) {
  const double u = std::abs(w);
  const LoadFactor<double> g = load_factor(LoadRange::of(port), port.terms, std::norm(w));
  const LoadFactor<double> slope = load_factor_slope(port, u);
  const auto conductance = [&](const LoadFactor<double>& factor) {
    return Complex{port.power_pu.real() * factor.p, -port.power_pu.imag() * factor.q};
  };
  // du = Re(conj(w) dw) / u, so g'(u) w du = g'(u) (u dw + w²/u conj(dw)) / 2.
  const Complex value = conductance(g);
  const Complex by_u = conductance(slope);
  return {value * w, value + by_u * (u / 2.0), u > 0.0 ? by_u * (w * w / (2.0 * u)) : Complex{}};
}

}  // namespace gridpact::network
