#include "gridpact/importers/detail/balanced_feeder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gridpact::importers {

NodeId add_balanced_node(WrittenFeeder& written, std::string name, double base_voltage_v,
                         int line) {
  auto& feeder = written.feeder;
  const NodeId id{feeder.nodes.size()};
  feeder.nodes.push_back({std::move(name), {NodePhaseId{feeder.node_phases.size()}}, {}, {}});
  feeder.node_phases.push_back(
      {id, 0, base_voltage_v, amps_per_pu(feeder.base_kva, 0, base_voltage_v)});
  written.node_lines.push_back(line);
  return id;
}

Load& add_balanced_load(Feeder& feeder, std::string name, NodeId node, Complex demand_kva) {
  Load load;
  load.name = std::move(name);
  load.node = node;
  load.p_kw = demand_kva.real();
  load.q_kvar = demand_kva.imag();
  return feeder.loads.emplace_back(std::move(load));
}

void add_balanced_shunt(Feeder& feeder, std::string name, NodeId node, Complex admittance_pu) {
  Branch shunt;
  shunt.name = std::move(name);
  shunt.kind = BranchKind::shunt;
  shunt.terminals = {feeder.nodes[node.index()].phases.front()};
  shunt.from_count = 1;
  shunt.admittance_pu = ComplexMatrix(1, 1, admittance_pu);
  feeder.branches.push_back(std::move(shunt));
}

Branch two_ended(const Feeder& feeder, std::string name, NodeId from, NodeId to) {
  Branch branch;
  branch.name = std::move(name);
  branch.terminals = {feeder.nodes[from.index()].phases.front(),
                      feeder.nodes[to.index()].phases.front()};
  branch.from_count = 1;
  return branch;
}

ComplexMatrix pi_admittance(Complex series, Complex shunt_from, Complex shunt_to, Complex ratio) {
  ComplexMatrix out(2, 2);
  out(0, 0) = (series + shunt_from) / std::norm(ratio);
  out(0, 1) = -series / std::conj(ratio);
  out(1, 0) = -series / ratio;
  out(1, 1) = series + shunt_to;
  return out;
}

double negligible_impedance_pu(const Feeder& feeder) {
  constexpr double per_kva = 1e-11;  // 1e-8 pu on 1 MVA
  return per_kva * feeder.base_kva;
}

void hold_voltage(Feeder& feeder, std::string name, NodeId node, Complex voltage_pu) {
  Branch branch = two_ended(feeder, std::move(name), feeder.source, node);
  branch.kind = BranchKind::source;
  branch.admittance_pu = pi_admittance(Complex{0.0, -1.0 / negligible_impedance_pu(feeder)}, 0.0,
                                       0.0, feeder.source_voltage_pu.front() / voltage_pu);
  feeder.branches.push_back(std::move(branch));
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

}  // namespace gridpact::importers
