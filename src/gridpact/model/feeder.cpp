#include "gridpact/model/feeder.hpp"

#include <numbers>

#include "gridpact/base/units.hpp"
#include "gridpact/model/names.hpp"

namespace gridpact {

namespace {

constexpr Names<BranchKind, 6> branch_kinds{{{BranchKind::line, "line"},
                                             {BranchKind::transformer, "transformer"},
                                             {BranchKind::regulator, "regulator"},
                                             {BranchKind::switch_, "switch"},
                                             {BranchKind::shunt, "shunt"},
                                             {BranchKind::source, "source"}}};

constexpr Names<SwitchedCapacitor::Quantity, 3> quantities{
    {{SwitchedCapacitor::Quantity::voltage, "voltage"},
     {SwitchedCapacitor::Quantity::current, "current"},
     {SwitchedCapacitor::Quantity::kvar, "kvar"}}};

}  // namespace

std::string_view to_string(BranchKind kind) { return name_of(branch_kinds, kind); }
std::optional<BranchKind> parse_branch_kind(std::string_view text) {
  return value_of(branch_kinds, text);
}

std::string_view to_string(SwitchedCapacitor::Quantity quantity) {
  return name_of(quantities, quantity);
}
std::optional<SwitchedCapacitor::Quantity> parse_capacitor_quantity(std::string_view text) {
  return value_of(quantities, text);
}

double amps_per_pu(double base_kva, int phase, double base_voltage_v) {
  return base_kva * watts_per_kw /
         (phase == 0 ? std::numbers::sqrt3 * base_voltage_v : base_voltage_v);
}

double Feeder::base_ohm(NodePhaseId a, NodePhaseId b) const {
  return node_phases[a.index()].base_voltage_v * node_phases[b.index()].base_voltage_v /
         (base_kva * watts_per_kw);
}

// A winding with n times its nominal turns, tap n, has at its terminals the voltages of n V' and
// the currents I'/n of the nominal one. So from tap n₀ to tap n, with D = n₀/n at its terminals and
// 1 elsewhere, the primitive admittance becomes D·Y·D (Kersting, Distribution System Modeling and
// Analysis, ch. 7 and 8).
void Feeder::set_tap(std::size_t changer, double tap) {
  TapChanger& moved = tap_changers[changer];
  Branch& branch = branches[moved.branch.index()];
  std::vector<double> d(branch.terminals.size(), 1.0);
  for (const std::size_t terminal : moved.terminals) {
    d[terminal] = moved.tap / tap;
  }
  for (std::size_t i = 0; i < d.size(); ++i) {
    for (std::size_t j = 0; j < d.size(); ++j) {
      branch.admittance_pu(i, j) *= d[i] * d[j];
    }
  }
  moved.tap = tap;
}

std::optional<NodeId> Feeder::find_node(std::string_view node_name) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == node_name) {
      return NodeId{i};
    }
  }
  return std::nullopt;
}

}  // namespace gridpact
