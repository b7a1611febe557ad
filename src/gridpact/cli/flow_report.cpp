#include "gridpact/cli/flow_report.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "gridpact/documents/csv.hpp"

namespace gridpact::cli {

namespace {

using documents::Csv;
using documents::Json;

constexpr int neutral = 4;
constexpr std::size_t rows_shown = 8;

double angle_deg(Complex value) { return std::arg(value) * 180.0 / std::numbers::pi; }

/// What three decimals show as nothing has no sign.
double unsigned_zero(double value) { return std::abs(value) < 0.0005 ? 0.0 : value; }

/// The branch's loading, 1 = its rating; nothing without a rating.
std::optional<double> loading(const FlowReport& report, std::size_t branch) {
  const double rating_a = report.feeder->branches[branch].rating_a;
  return std::isfinite(rating_a) ? std::optional{report.current_a[branch] / rating_a}
                                 : std::nullopt;
}

/// What is lost in the branches of one kind, kVA; in the order of the kinds, those that exist.
struct KindLoss {
  BranchKind kind = BranchKind::line;
  std::size_t count = 0;
  Complex kva;
};

std::vector<KindLoss> losses_by_kind(const FlowReport& report) {
  std::vector<KindLoss> losses;
  for (const auto kind : {BranchKind::line, BranchKind::transformer, BranchKind::regulator,
                          BranchKind::switch_, BranchKind::shunt}) {
    KindLoss loss{kind, 0, {}};
    for (std::size_t l = 0; l < report.flows.size(); ++l) {
      if (report.feeder->branches[l].kind == kind) {
        ++loss.count;
        loss.kva += report.flows[l].loss_kva();
      }
    }
    if (loss.count > 0) {
      losses.push_back(loss);
    }
  }
  return losses;
}

/// All node-phases but neutrals, the lowest voltage first.
std::vector<std::size_t> by_voltage(const FlowReport& report) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < report.feeder->node_phases.size(); ++i) {
    if (report.feeder->node_phases[i].phase != neutral) {
      places.push_back(i);
    }
  }
  std::ranges::stable_sort(places, {},
                           [&](std::size_t i) { return std::abs(report.state.voltage_pu[i]); });
  return places;
}

/// The branches by loading, where they are rated, and then by current; shunts and the source apart.
std::vector<std::size_t> by_loading(const FlowReport& report) {
  std::vector<std::size_t> branches;
  for (std::size_t l = 0; l < report.flows.size(); ++l) {
    const auto kind = report.feeder->branches[l].kind;
    if (kind != BranchKind::shunt && kind != BranchKind::source) {
      branches.push_back(l);
    }
  }
  std::ranges::stable_sort(branches, std::greater{}, [&](std::size_t l) {
    return std::pair{loading(report, l).value_or(-1.0), report.current_a[l]};
  });
  return branches;
}

Complex from_end_kva(const FlowReport& report, std::size_t branch) {
  Complex sum;
  for (std::size_t i = 0; i < report.feeder->branches[branch].from_count; ++i) {
    sum += report.flows[branch].terminals[i].kva;
  }
  return sum;
}

/// The step at which a tap changer stands, counted from its nominal tap.
double tap_step(const TapChanger& changer) {
  return (changer.tap - 1.0) * changer.steps / (changer.tap_max - changer.tap_min);
}

std::string voltages_text(const FlowReport& report) {
  const auto places = by_voltage(report);
  const auto row = [&](std::size_t i) {
    const auto voltage = report.state.voltage_pu[i];
    return fmt::format("{:<22} {:.5f} pu {:>9.3f}° {:>12.2f} V",
                       place_name(*report.feeder, NodePhaseId{i}), std::abs(voltage),
                       unsigned_zero(angle_deg(voltage)),
                       std::abs(voltage) * report.feeder->node_phases[i].base_voltage_v);
  };
  const auto count = std::min(places.size(), rows_shown);
  std::string out = "\nLowest voltages\n";
  for (std::size_t i = 0; i < count; ++i) {
    out += "  " + row(places[i]) + "\n";
  }
  out += "\nHighest voltages\n";
  for (std::size_t i = 0; i < count; ++i) {
    out += "  " + row(places[places.size() - 1 - i]) + "\n";
  }
  return out;
}

std::string branches_text(const FlowReport& report) {
  const auto order = by_loading(report);
  if (order.empty()) {
    return {};
  }
  std::string out = fmt::format("\nMost loaded branches{:>21} {:>9} {:>8} {:>12} {:>12} {:>10}\n",
                                "A", "rated", "%", "kW", "kvar", "lost kW");
  for (std::size_t i = 0; i < std::min(order.size(), rows_shown); ++i) {
    const auto l = order[i];
    const auto& branch = report.feeder->branches[l];
    const auto share = loading(report, l);
    const auto power = from_end_kva(report, l);
    out +=
        fmt::format("  {:<26} {:>12.2f} {:>9} {:>8} {:>12.2f} {:>12.2f} {:>10.3f}\n", branch.name,
                    report.current_a[l], share ? fmt::format("{:.0f}", branch.rating_a) : "-",
                    share ? fmt::format("{:.1f}", 100.0 * *share) : "-", power.real(), power.imag(),
                    report.flows[l].loss_kva().real());
  }
  return out;
}

/// A line each, the first ones of many.
template <class Device, class Line>
std::string device_list(std::string_view title, const FlowReport& report,
                        const std::vector<Device>& devices, Line line) {
  constexpr std::size_t devices_shown = 24;
  if (devices.empty()) {
    return {};
  }
  auto out = fmt::format("\n{} ({})\n", title, report.controls);
  for (std::size_t i = 0; i < std::min(devices.size(), devices_shown); ++i) {
    out += fmt::format("  {:<26} {}\n", devices[i].name, line(devices[i]));
  }
  if (devices.size() > devices_shown) {
    out += fmt::format("  and {} more, which --json tells\n", devices.size() - devices_shown);
  }
  return out;
}

std::string devices_text(const FlowReport& report) {
  return device_list("Tap changers", report, report.feeder->tap_changers,
                     [](const TapChanger& changer) {
                       return fmt::format("step {:>+6.2f}   tap {:.5f}", tap_step(changer),
                                          changer.tap);
                     }) +
         device_list("Switched capacitors", report, report.feeder->capacitors,
                     [](const auto& capacitor) { return capacitor.closed ? "closed" : "open"; });
}

std::string second_text(const FlowReport& report) {
  if (!report.second) {
    return {};
  }
  const auto& second = *report.second;
  auto out = fmt::format(
      "\nSecond opinion: {}\n  {:<24} {:.2e} pu at {} ({} node-phases compared)\n"
      "  {:<24} {:.3f} kW (here {:.3f})\n",
      second.engine, "largest difference", second.largest_pu,
      place_name(*report.feeder, second.where), second.compared, "losses there", second.losses_kw,
      report.losses_kw);
  for (const auto& remark : second.remarks) {
    out += fmt::format("  {}\n", remark);
  }
  return out;
}

}  // namespace

std::string place_name(const Feeder& feeder, NodePhaseId place) {
  const auto& node_phase = feeder.node_phases[place.index()];
  const auto& node = feeder.nodes[node_phase.node.index()].name;
  return node_phase.phase == 0 ? node : fmt::format("{}.{}", node, node_phase.phase);
}

std::string flow_text(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  auto out = fmt::format("{}: exact AC flow with every load at {:g} × its stated power\n\n",
                         feeder.name, report.load_multiplier);
  const auto line = [&](std::string_view what, const std::string& value) {
    out += fmt::format("  {:<24} {}\n", what, value);
  };
  const auto kva = [](Complex value) {
    const double kw = unsigned_zero(value.real());
    const double kvar = unsigned_zero(value.imag());
    return fmt::format("{:.3f} kW {} j{:.3f} kvar", kw, kvar < 0.0 ? "-" : "+", std::abs(kvar));
  };
  line("network", fmt::format("{} nodes, {} node-phases, {} branches", feeder.nodes.size(),
                              feeder.node_phases.size(), feeder.branches.size()));
  line("source power", kva(report.source_kva));
  line("losses", fmt::format("{:.3f} kW{}", report.losses_kw,
                             report.source_kva.real() > 0.0
                                 ? fmt::format(" ({:.2f} % of the source power)",
                                               100.0 * report.losses_kw / report.source_kva.real())
                                 : ""));
  for (const auto& loss : losses_by_kind(report)) {
    line(fmt::format("  {} ({})", to_string(loss.kind), loss.count), kva(loss.kva));
  }
  line("solved in", fmt::format("{} iterations to {:.1e} kVA", report.state.iterations,
                                report.state.mismatch_pu * feeder.base_kva));
  return out + voltages_text(report) + branches_text(report) + devices_text(report) +
         second_text(report);
}

namespace {

Json losses_json(const FlowReport& report) {
  Json kinds{Json::Array{}};
  for (const auto& loss : losses_by_kind(report)) {
    Json kind;
    kind.add("kind", to_string(loss.kind));
    kind.add("branches", loss.count);
    kind.add("loss_kw", loss.kva.real());
    kind.add("loss_kvar", loss.kva.imag());
    kinds.push(std::move(kind));
  }
  return kinds;
}

Json voltages_json(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  Json voltages{Json::Array{}};
  for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
    const auto& node_phase = feeder.node_phases[i];
    const auto voltage = report.state.voltage_pu[i];
    Json row;
    row.add("node", feeder.nodes[node_phase.node.index()].name);
    row.add("phase", node_phase.phase);
    row.add("voltage_pu", std::abs(voltage));
    row.add("angle_deg", angle_deg(voltage));
    row.add("voltage_v", std::abs(voltage) * node_phase.base_voltage_v);
    voltages.push(std::move(row));
  }
  return voltages;
}

Json branches_json(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  Json branches{Json::Array{}};
  for (std::size_t l = 0; l < feeder.branches.size(); ++l) {
    const auto& branch = feeder.branches[l];
    const auto loss = report.flows[l].loss_kva();
    Json row;
    row.add("name", branch.name);
    row.add("kind", to_string(branch.kind));
    row.add("current_a", report.current_a[l]);
    row.add("rating_a", branch.rating_a);
    row.add("loss_kw", loss.real());
    row.add("loss_kvar", loss.imag());
    Json terminals{Json::Array{}};
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const auto& node_phase = feeder.node_phases[branch.terminals[i].index()];
      const auto& flow = report.flows[l].terminals[i];
      Json terminal;
      terminal.add("end", i < branch.from_count ? "from" : "to");
      terminal.add("node", feeder.nodes[node_phase.node.index()].name);
      terminal.add("phase", node_phase.phase);
      terminal.add("kw", flow.kva.real());
      terminal.add("kvar", flow.kva.imag());
      terminal.add("current_a", std::abs(flow.current_a));
      terminal.add("current_angle_deg", angle_deg(flow.current_a));
      terminals.push(std::move(terminal));
    }
    row.add("terminals", std::move(terminals));
    branches.push(std::move(row));
  }
  return branches;
}

Json taps_json(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  Json taps{Json::Array{}};
  for (const auto& changer : feeder.tap_changers) {
    Json row;
    row.add("name", changer.name);
    row.add("tap", changer.tap);
    row.add("step", tap_step(changer));
    taps.push(std::move(row));
  }
  return taps;
}

Json capacitors_json(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  Json capacitors{Json::Array{}};
  for (const auto& capacitor : feeder.capacitors) {
    Json row;
    row.add("name", capacitor.name);
    row.add("closed", capacitor.closed);
    capacitors.push(std::move(row));
  }
  return capacitors;
}

Json second_json(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  Json second;
  second.add("engine", report.second->engine);
  second.add("compared", report.second->compared);
  second.add("largest_difference_pu", report.second->largest_pu);
  second.add("at", place_name(feeder, report.second->where));
  second.add("losses_kw", report.second->losses_kw);
  Json remarks{Json::Array{}};
  for (const auto& remark : report.second->remarks) {
    remarks.push(remark);
  }
  second.add("remarks", std::move(remarks));
  return second;
}

}  // namespace

documents::Json flow_json(const FlowReport& report) {
  const auto& feeder = *report.feeder;
  Json out;
  out.add("schema", "gridpact-flow/1");
  out.add("feeder", feeder.name);
  out.add("load_multiplier", report.load_multiplier);
  out.add("controls", report.controls);
  out.add("iterations", report.state.iterations);
  out.add("mismatch_kva", report.state.mismatch_pu * feeder.base_kva);
  out.add("source_kw", report.source_kva.real());
  out.add("source_kvar", report.source_kva.imag());
  out.add("losses_kw", report.losses_kw);
  out.add("losses_by_kind", losses_json(report));
  out.add("voltages", voltages_json(report));
  out.add("branches", branches_json(report));
  out.add("tap_changers", taps_json(report));
  out.add("capacitors", capacitors_json(report));
  if (report.second) {
    out.add("second_opinion", second_json(report));
  }
  return out;
}

std::string flow_voltages_csv(const FlowReport& report) {
  Csv csv;
  csv.cell("node").cell("phase").cell("voltage_pu").cell("angle_deg").cell("voltage_v").end_row();
  for (std::size_t i = 0; i < report.feeder->node_phases.size(); ++i) {
    const auto& node_phase = report.feeder->node_phases[i];
    const auto voltage = report.state.voltage_pu[i];
    csv.cell(report.feeder->nodes[node_phase.node.index()].name)
        .count(static_cast<std::size_t>(node_phase.phase))
        .cell(std::abs(voltage))
        .cell(angle_deg(voltage))
        .cell(std::abs(voltage) * node_phase.base_voltage_v)
        .end_row();
  }
  return csv.take();
}

std::string flow_flows_csv(const FlowReport& report) {
  Csv csv;
  csv.cell("branch").cell("end").cell("node").cell("phase").cell("kw").cell("kvar");
  csv.cell("current_a").cell("current_angle_deg").end_row();
  for (std::size_t l = 0; l < report.flows.size(); ++l) {
    const auto& branch = report.feeder->branches[l];
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const auto& node_phase = report.feeder->node_phases[branch.terminals[i].index()];
      const auto& flow = report.flows[l].terminals[i];
      csv.cell(branch.name)
          .cell(i < branch.from_count ? "from" : "to")
          .cell(report.feeder->nodes[node_phase.node.index()].name)
          .count(static_cast<std::size_t>(node_phase.phase))
          .cell(flow.kva.real())
          .cell(flow.kva.imag())
          .cell(std::abs(flow.current_a))
          .cell(angle_deg(flow.current_a))
          .end_row();
    }
  }
  return csv.take();
}

std::string flow_losses_csv(const FlowReport& report) {
  Csv csv;
  csv.cell("branch").cell("kind").cell("loss_kw").cell("loss_kvar").cell("current_a");
  csv.cell("rating_a").cell("loading").end_row();
  for (std::size_t l = 0; l < report.flows.size(); ++l) {
    const auto& branch = report.feeder->branches[l];
    const auto loss = report.flows[l].loss_kva();
    csv.cell(branch.name)
        .cell(to_string(branch.kind))
        .cell(loss.real())
        .cell(loss.imag())
        .cell(report.current_a[l])
        .cell(branch.rating_a)
        .cell(loading(report, l).value_or(std::numeric_limits<double>::infinity()))
        .end_row();
  }
  return csv.take();
}

}  // namespace gridpact::cli
