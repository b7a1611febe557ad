#include "validation/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "gridpact/network/load_current.hpp"

namespace gridpact::test {
namespace {

using CurrentsAt = std::map<std::string, Complex>;

/// Currents into every branch and load, by place.
std::map<std::string, CurrentsAt> element_currents(const Feeder& feeder,
                                                   const std::vector<Complex>& voltage_pu,
                                                   double load_level) {
  const std::vector<std::string> place = places(feeder);
  std::map<std::string, CurrentsAt> currents;
  for (const Branch& branch : feeder.branches) {
    CurrentsAt& at = currents[branch.name];
    const std::vector<Complex> amps = terminal_current_a(feeder, branch, voltage_pu);
    for (std::size_t k = 0; k < amps.size(); ++k) {
      at[place[branch.terminals[k].index()]] += amps[k];
    }
  }
  for (const network::LoadPort& port : network::load_ports(feeder)) {
    const std::size_t from = port.from.index();
    const Complex to_voltage = port.to ? voltage_pu[port.to->index()] : Complex();
    const Complex w = port.scale_from * voltage_pu[from] - port.scale_to * to_voltage;
    const Complex drawn = load_level * network::port_current(port, w).current_pu;
    CurrentsAt& at = currents[feeder.loads[port.load.index()].name];
    at[place[from]] += port.scale_from * drawn * feeder.node_phases[from].amps_per_pu;
    if (port.to) {
      at[place[port.to->index()]] -=
          port.scale_to * drawn * feeder.node_phases[port.to->index()].amps_per_pu;
    }
  }
  return currents;
}

void compare_currents(const std::map<std::string, CurrentsAt>& ours, const Reference& reference,
                      Differences& out) {
  constexpr double smallest_a = 1.0;
  for (const auto& [element, expected] : reference.current_a) {
    const auto found = ours.find(element);
    if (found == ours.end()) {
      out.missing.push_back(element);
      continue;
    }
    double scale = smallest_a;
    for (const auto& [place, amps] : expected) {
      scale = std::max(scale, std::abs(amps));
    }
    for (const auto& [place, amps] : expected) {
      const auto at = found->second.find(place);
      // A conductor that carries nothing may be left out.
      const Complex own = at == found->second.end() ? Complex() : at->second;
      std::string label = element;
      label.append(" at ").append(place);
      out.current.add(std::abs(own - amps) / scale, label);
    }
  }
}

}  // namespace

void Difference::add(double difference, const std::string& place) {
  if (!(difference <= largest) || where.empty()) {
    largest = difference;
    where = place;
  }
}

void Differences::add(const Differences& other) {
  voltage_pu.add(other.voltage_pu.largest, other.voltage_pu.where);
  current.add(other.current.largest, other.current.where);
  power.add(other.power.largest, other.power.where);
  missing.insert(missing.end(), other.missing.begin(), other.missing.end());
}

std::vector<std::string> places(const Feeder& feeder) {
  std::vector<std::string> names;
  names.reserve(feeder.node_phases.size());
  for (const NodePhase& node_phase : feeder.node_phases) {
    names.push_back(feeder.nodes[node_phase.node.index()].name + "." +
                    std::to_string(node_phase.phase));
  }
  return names;
}

std::vector<Complex> terminal_current_a(const Feeder& feeder, const Branch& branch,
                                        const std::vector<Complex>& voltage_pu) {
  const std::size_t n = branch.terminals.size();
  std::vector<Complex> amps(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      amps[i] += branch.admittance_pu(i, j) * voltage_pu[branch.terminals[j].index()];
    }
    amps[i] *= feeder.node_phases[branch.terminals[i].index()].amps_per_pu;
  }
  return amps;
}

std::vector<Complex> terminal_power_kva(const Feeder& feeder, const Branch& branch,
                                        const std::vector<Complex>& voltage_pu) {
  std::vector<Complex> power = terminal_current_a(feeder, branch, voltage_pu);
  for (std::size_t i = 0; i < power.size(); ++i) {
    const std::size_t phase = branch.terminals[i].index();
    power[i] = voltage_pu[phase] * std::conj(power[i] / feeder.node_phases[phase].amps_per_pu) *
               feeder.base_kva;
  }
  return power;
}

Differences compare(const network::AcFlow& flow, const network::FlowState& state,
                    const Reference& reference) {
  const Feeder& feeder = flow.feeder();
  Differences out;
  std::map<std::string, std::size_t> index;
  for (const std::string& place : places(feeder)) {
    index.emplace(place, index.size());
  }
  for (const auto& [place, volts] : reference.voltage_v) {
    const auto at = index.find(place);
    if (at == index.end()) {
      out.missing.push_back(place);
      continue;
    }
    const double base = feeder.node_phases[at->second].base_voltage_v;
    out.voltage_pu.add(std::abs(state.voltage_pu[at->second] - volts / base), place);
  }
  for (const auto& [place, k] : index) {
    // The source behind an impedance is a node of ours alone.
    if (feeder.node_phases[k].node != feeder.source && !reference.voltage_v.contains(place)) {
      out.missing.push_back(place);
    }
  }
  compare_currents(element_currents(feeder, state.voltage_pu, reference.load_level), reference,
                   out);
  if (reference.import_kva) {
    const double scale = std::max(1.0, std::abs(*reference.import_kva));
    out.power.add(std::abs(flow.import_kva(state) - *reference.import_kva) / scale, "import");
    if (reference.losses_kw) {
      out.power.add(std::abs(flow.losses_kw(state.voltage_pu) - *reference.losses_kw) / scale,
                    "losses");
    }
  }
  return out;
}

void expect_within(const std::string& quantity, const Difference& difference, double tolerance) {
  std::ostringstream text;
  text.precision(1);
  text << std::scientific << difference.largest << " (tolerance " << tolerance << ") at "
       << difference.where;
  ::testing::Test::RecordProperty(quantity, text.str());
  std::cout << "  " << quantity << ": " << text.str() << '\n';
  EXPECT_LE(difference.largest, tolerance) << quantity << " at " << difference.where;
}

std::optional<std::string> shared_data() {
  const char* data = std::getenv("GRIDPACT_SHARED_DATA");
  return data == nullptr ? std::nullopt : std::optional<std::string>(data);
}

}  // namespace gridpact::test
