#include "documents/rich_feeder.hpp"

#include "support/feeders.hpp"

namespace gridpact::test {

namespace {

void from_siemens(const Feeder& feeder, Branch& branch) {
  for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
    for (std::size_t j = 0; j < branch.terminals.size(); ++j) {
      const double ohm = feeder.base_ohm(branch.terminals[i], branch.terminals[j]);
      const Complex siemens = branch.admittance_pu(i, j) / ohm;
      branch.admittance_pu(i, j) = {siemens.real() * ohm, siemens.imag() * ohm};
    }
  }
}

}  // namespace

Feeder rich_feeder() {
  auto feeder = three_phase_feeder();
  feeder.name = "rich \"feeder\"";
  for (auto& branch : feeder.branches) {
    from_siemens(feeder, branch);
  }
  for (auto& voltage : feeder.source_voltage_pu) {
    const double base = feeder.node_phases[0].base_voltage_v;
    voltage = {voltage.real() * base / base, voltage.imag() * base / base};
  }
  feeder.nodes[1].x = 0.1;
  feeder.nodes[1].y = -3e7;
  feeder.branches[0].rating_a = 123.456;
  feeder.branches[1].kind = BranchKind::switch_;
  const auto main = feeder.nodes[1].phases;
  auto& load = feeder.loads.front();
  load.ports = {{main[0], main[1]}, {main[2], std::nullopt}};
  load.nominal_voltage_v = 4160.0;
  load.terms = {{0.5, 0.25, 0.0}, {0.5, 0.75, 1.7, -1.7}};
  load.u_low = 0.5;
  load.u_min = 0.85;
  load.u_max = 1.2;
  TapChanger changer;
  changer.name = "regulator";
  changer.branch = BranchId{0};
  changer.terminals = {3, 4};
  changer.tap = 1.0 + 1.0 / 3.0 * 0.1;
  feeder.tap_changers.push_back(changer);
  changer.winding_voltage_v = 2402.0;
  changer.control = TapChanger::Control{.monitored = {main[0], main[2]},
                                        .terminal = 3,
                                        .target_v = 122.0,
                                        .band_v = 1.5,
                                        .pt_ratio = 20.0,
                                        .ct_primary_a = 700.0,
                                        .r_v = 2.7,
                                        .x_v = 1.6,
                                        .delay_s = 30.0,
                                        .max_steps_at_once = 4};
  feeder.tap_changers.push_back(changer);
  SwitchedCapacitor capacitor{"capacitor", BranchId{2}, false, std::nullopt};
  feeder.capacitors.push_back(capacitor);
  capacitor.closed = true;
  capacitor.control = SwitchedCapacitor::Control{.quantity = SwitchedCapacitor::Quantity::kvar,
                                                 .monitored_branch = BranchId{0},
                                                 .monitored_terminal = 2,
                                                 .monitored_port = {main[1], std::nullopt},
                                                 .ratio = 60.0,
                                                 .close_at = 300.0,
                                                 .open_at = -200.0,
                                                 .delay_s = 100.0};
  feeder.capacitors.push_back(capacitor);
  return feeder;
}

}  // namespace gridpact::test
