// Ybus = Σ_l A_lᵀ Y_l A_l: every branch l adds its primitive admittance Y_l at the rows and columns
// of its terminals (Kersting, Distribution System Modeling and Analysis; OpenDSS's Yprim).

#include "gridpact/network/detail/nodal_admittance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/network/detail/complex_product.hpp"
#include "gridpact/network/detail/elimination_order.hpp"

namespace gridpact::network {

namespace {

Fault fault(std::string message) { return {Severity::error, {}, std::move(message)}; }

bool is_finite(Complex value) { return std::isfinite(value.real()) && std::isfinite(value.imag()); }

bool has_finite_admittance(const Branch& branch) {
  const std::size_t count = branch.terminals.size();
  assert(branch.admittance_pu.rows() == count && branch.admittance_pu.cols() == count);
  const Complex* first = branch.admittance_pu.data();
  return std::all_of(first, first + count * count, is_finite);
}

std::string name_of(const Feeder& feeder, std::size_t node_phase) {
  const NodePhase& place = feeder.node_phases[node_phase];
  const std::string& node = feeder.nodes[place.node.index()].name;
  return place.phase == 0 ? fmt::format("node '{}'", node)
                          : fmt::format("phase {} of node '{}'", place.phase, node);
}

std::vector<Entry<Complex>> branch_entries(const Feeder& feeder) {
  std::vector<Entry<Complex>> entries;
  for (const Branch& branch : feeder.branches) {
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      for (std::size_t j = 0; j < branch.terminals.size(); ++j) {
        if (branch.admittance_pu(i, j) != Complex{}) {
          entries.push_back({branch.terminals[i].index(), branch.terminals[j].index(),
                             branch.admittance_pu(i, j)});
        }
      }
    }
  }
  return entries;
}

/// The entries by row, then by column, those at the same place summed in their given order.
std::vector<Entry<Complex>> merged(std::vector<Entry<Complex>> entries) {
  const auto place = [](const Entry<Complex>& entry) { return std::pair(entry.row, entry.column); };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  std::vector<Entry<Complex>> sums;
  for (const Entry<Complex>& entry : entries) {
    if (!sums.empty() && place(sums.back()) == place(entry)) {
      sums.back().value += entry.value;
    } else {
      sums.push_back(entry);
    }
  }
  return sums;
}

/// Node-phases that can be reached from the source along non-zero admittances.
std::vector<bool> reached_from_source(const NodalAdmittance& admittance) {
  std::vector<bool> reached(admittance.unknown_of.size(), false);
  std::vector<std::size_t> frontier = admittance.source;
  for (const std::size_t start : frontier) {
    reached[start] = true;
  }
  while (!frontier.empty()) {
    const std::size_t here = frontier.back();
    frontier.pop_back();
    for (const Entry<Complex>& entry : admittance.row(here)) {
      const std::size_t neighbour = entry.column;
      if (!reached[neighbour]) {
        reached[neighbour] = true;
        frontier.push_back(neighbour);
      }
    }
  }
  return reached;
}

}  // namespace

std::span<const Entry<Complex>> NodalAdmittance::row(std::size_t node_phase) const {
  const std::size_t start = row_start[node_phase];
  return std::span(entries).subspan(start, row_start[node_phase + 1] - start);
}

Complex NodalAdmittance::current_pu(std::size_t node_phase,
                                    std::span<const Complex> voltage_pu) const {
  Complex current = 0.0;
  for (const Entry<Complex>& entry : row(node_phase)) {
    current += product(entry.value, voltage_pu[entry.column]);
  }
  return current;
}

std::vector<Entry<Complex>> NodalAdmittance::unknown_block() const {
  std::vector<Entry<Complex>> block;
  for (const Entry<Complex>& entry : entries) {
    const std::size_t i = unknown_of[entry.row], j = unknown_of[entry.column];
    if (i != none && j != none) {
      block.push_back({i, j, entry.value});
    }
  }
  return block;
}

std::vector<std::size_t> NodalAdmittance::elimination_order(const Feeder& feeder,
                                                            std::span<const LoadPort> ports) const {
  std::vector<bool> draws(unknown_of.size(), false);
  for (const LoadPort& port : ports) {
    draws[port.from.index()] = true;
    if (port.to) {
      draws[port.to->index()] = true;
    }
  }
  std::vector<EliminationBlock> blocks;
  for (const Node& node : feeder.nodes) {
    EliminationBlock quiet{{}, true}, drawing;
    for (const NodePhaseId phase : node.phases) {
      if (const std::size_t i = unknown_of[phase.index()]; i != none) {
        (draws[phase.index()] ? drawing : quiet).unknowns.push_back(i);
      }
    }
    for (EliminationBlock* block : {&quiet, &drawing}) {
      if (!block->unknowns.empty()) {
        blocks.push_back(std::move(*block));
      }
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> pattern;
  for (const auto& [row, column, y] : unknown_block()) {
    pattern.emplace_back(row, column);
  }
  return network::elimination_order(unknown.size(), pattern, blocks);
}

NodalAdmittance nodal_admittance(const Feeder& feeder) {
  const std::size_t count = feeder.node_phases.size();
  NodalAdmittance result;
  result.entries = merged(branch_entries(feeder));
  result.row_start.assign(count + 1, 0);
  for (const Entry<Complex>& entry : result.entries) {
    ++result.row_start[entry.row + 1];
  }
  std::partial_sum(result.row_start.begin(), result.row_start.end(), result.row_start.begin());
  for (const NodePhaseId phase : feeder.nodes[feeder.source.index()].phases) {
    result.source.push_back(phase.index());
  }
  result.unknown_of.assign(count, NodalAdmittance::none);
  for (std::size_t i = 0; i < count; ++i) {
    if (feeder.node_phases[i].node != feeder.source) {
      result.unknown_of[i] = result.unknown.size();
      result.unknown.push_back(i);
    }
  }
  return result;
}

Faults electrical_faults(const Feeder& feeder) {
  Faults faults;
  if (!(feeder.base_kva > 0.0) || !std::isfinite(feeder.base_kva)) {
    faults.push_back(
        fault(fmt::format("the base power of feeder '{}' is {} kVA: give a positive one",
                          feeder.name, feeder.base_kva)));
  }
  const Node& source = feeder.nodes.at(feeder.source.index());
  if (source.phases.empty() || source.phases.size() != feeder.source_voltage_pu.size()) {
    faults.push_back(fault(fmt::format(
        "the source '{}' has {} phases but {} voltages: give one voltage for each phase",
        source.name, source.phases.size(), feeder.source_voltage_pu.size())));
  }
  for (const Complex voltage : feeder.source_voltage_pu) {
    if (!is_finite(voltage) || voltage == Complex{}) {
      faults.push_back(fault(
          fmt::format("a voltage of the source '{}' is zero or not a number: give its magnitude "
                      "and angle",
                      source.name)));
    }
  }
  for (const Branch& branch : feeder.branches) {
    if (!has_finite_admittance(branch)) {
      faults.push_back(fault(fmt::format(
          "branch '{}' has an infinite admittance or one that is not a number: give it a non-zero "
          "impedance (a closed switch: that of a short line)",
          branch.name)));
    }
  }
  return faults;
}

Faults disconnected_faults(const Feeder& feeder, const NodalAdmittance& admittance) {
  const std::vector<bool> reached = reached_from_source(admittance);
  const std::string& source = feeder.nodes[feeder.source.index()].name;
  constexpr const char* message =
      "{} is not connected to the source '{}': close or add a branch that leads to it, or remove "
      "it";
  Faults faults;
  for (const Node& node : feeder.nodes) {
    const bool none = std::none_of(node.phases.begin(), node.phases.end(),
                                   [&](NodePhaseId phase) { return reached[phase.index()]; });
    if (none) {
      faults.push_back(
          fault(fmt::format(fmt::runtime(message), fmt::format("node '{}'", node.name), source)));
      continue;
    }
    for (const NodePhaseId phase : node.phases) {
      if (!reached[phase.index()]) {
        faults.push_back(
            fault(fmt::format(fmt::runtime(message), name_of(feeder, phase.index()), source)));
      }
    }
  }
  return faults;
}

Faults undetermined_faults(const Feeder& feeder, const NodalAdmittance& admittance,
                           const std::vector<std::size_t>& undetermined) {
  Faults faults;
  for (const std::size_t place : undetermined) {
    faults.push_back(fault(fmt::format(
        "nothing determines the voltage of {} (Ybus is singular there): ground the winding or the "
        "conductors that feed it, or correct an impedance that is off by orders of magnitude",
        name_of(feeder, admittance.unknown[place]))));
  }
  return faults;
}

}  // namespace gridpact::network
