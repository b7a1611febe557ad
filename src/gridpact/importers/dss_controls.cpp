// RegControl and CapControl. What both have in common: they watch a conductor of some element,
// through a transformer of voltage or current. The rules of the engine that a control of the feeder
// has not (TapChanger::Control, SwitchedCapacitor::Control) are left out and told.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/dss_circuit.hpp"

namespace gridpact::importers {

namespace {

/// "1" to "3" as written; what is no number (max, min, avg) is told and taken as 1.
std::size_t watched_phase(DssCircuit& circuit, const DssElement& control, std::string_view key,
                          std::size_t phases) {
  const auto text = circuit.properties->text(control, key);
  if (text.size() == 1 && text[0] >= '1' && static_cast<std::size_t>(text[0] - '0') <= phases) {
    return static_cast<std::size_t>(text[0] - '1');
  }
  if (!text.empty()) {
    circuit.assume(control, fmt::format("{}={}: phase 1 alone is watched", key, text));
  }
  return 0;
}

/// The node of conductor `index` in "671.2.3": 0, which is ground, if it is not written.
DssNode node_of(const std::string& written, std::size_t index) {
  std::istringstream parts(written);
  std::string bus, number;
  std::getline(parts, bus, '.');
  for (std::size_t k = 0; k <= index; ++k) {
    number.clear();
    std::getline(parts, number, '.');
  }
  const bool is_number = !number.empty() && number.find_first_not_of("0123456789") == number.npos;
  return {bus, is_number ? std::stoi(number) : 0};
}

bool is_delta(const std::vector<std::string>& connections, std::size_t winding) {
  return winding < connections.size() &&
         (connections[winding].starts_with("delta") || connections[winding].starts_with("ll"));
}

class ControlImport {
 public:
  explicit ControlImport(DssCircuit& circuit)
      : circuit_(circuit), properties_(*circuit.properties) {}

  void run() {
    for (const auto& element : circuit_.elements) {
      if (element.role == DssElement::Role::delivery) {
        add_open_capacitor(element);
      }
    }
    for (const auto& element : circuit_.elements) {
      if (element.role == DssElement::Role::meter) {
        circuit_.drop(element, "measures only");
      } else if (element.role == DssElement::Role::control) {
        add_control(element);
      } else if (element.role == DssElement::Role::other) {
        circuit_.drop(element, "gridpact knows no such element");
      }
    }
  }

 private:
  void add_control(const DssElement& element) {
    if (!element.enabled) {
      circuit_.drop(element, "disabled in the script");
    } else if (element.class_name == "regcontrol") {
      add_regulator(element);
    } else if (element.class_name == "capcontrol") {
      add_capacitor_control(element);
    } else {
      circuit_.drop(element,
                    "gridpact has no such control: what it controls stays as the script "
                    "leaves it");
    }
  }

  void tell_if(bool used, const DssElement& element, std::string_view what) {
    if (used) {
      circuit_.assume(element, fmt::format("{} left out", what));
    }
  }

  void add_regulator(const DssElement& control) {
    const auto name = "transformer." + properties_.text(control, "Transformer");
    const auto* transformer = circuit_.find(name);
    const auto branch = circuit_.branches.find(name);
    if (transformer == nullptr || branch == circuit_.branches.end()) {
      circuit_.drop(control, "what it controls is not in the feeder, or no transformer");
      return;
    }
    const auto tapped = static_cast<std::size_t>(properties_.number(control, "TapWinding")) - 1;
    const auto taps = properties_.numbers(*transformer, "Taps");
    if (tapped >= taps.size()) {
      circuit_.drop(control, "its transformer has no such winding");
      return;
    }
    TapChanger changer;
    changer.name = control.full_name();
    changer.branch = branch->second;
    changer.tap = taps[tapped];
    changer.tap_min = properties_.numbers(*transformer, "MinTap")[tapped];
    changer.tap_max = properties_.numbers(*transformer, "MaxTap")[tapped];
    changer.steps = static_cast<int>(properties_.numbers(*transformer, "NumTaps")[tapped]);
    const auto& terminals = circuit_.terminals.at(name);
    for (std::size_t c = 0; c < transformer->conductors; ++c) {
      if (const auto at = terminals[tapped * transformer->conductors + c]) {
        changer.terminals.push_back(*at);
      }
    }
    set_control(control, *transformer, tapped, changer);
    const auto kvs = properties_.numbers(*transformer, "kVs");
    if (kvs.size() == 2 && kvs[0] == kvs[1]) {
      circuit_.feeder.branches[branch->second.index()].kind = BranchKind::regulator;
    }
    circuit_.feeder.tap_changers.push_back(std::move(changer));
  }

  void set_control(const DssElement& control, const DssElement& transformer, std::size_t tapped,
                   TapChanger& changer) {
    TapChanger::Control out;
    out.max_steps_at_once = static_cast<int>(properties_.number(control, "MaxTapChange"));
    if (out.max_steps_at_once < 1) {
      circuit_.assume(control, "MaxTapChange=0: its tap stays");
      return;
    }
    const auto winding = static_cast<std::size_t>(properties_.number(control, "Winding")) - 1;
    const auto first = winding * transformer.conductors;
    const auto phase = watched_phase(circuit_, control, "PTPhase", transformer.phases);
    const auto& terminals = circuit_.terminals.at(transformer.full_name());
    const auto port = watched_port(control, transformer, winding, phase);
    const bool is_live = first + phase < terminals.size() && terminals[first + phase].has_value();
    if (!port || !is_live) {
      circuit_.assume(control, "what it watches is grounded or not in the feeder: its tap stays");
      return;
    }
    out.monitored = *port;
    out.terminal = terminals[first + phase].value_or(0);
    out.target_v = properties_.number(control, "VReg");
    out.band_v = properties_.number(control, "Band");
    out.pt_ratio = properties_.number(control, "PTRatio");
    out.ct_primary_a = properties_.number(control, "CTPrim");
    out.r_v = properties_.number(control, "R");
    out.x_v = properties_.number(control, "X");
    out.delay_s = properties_.number(control, "Delay");
    changer.winding_voltage_v = winding_voltage_v(transformer, winding);
    if (!properties_.text(control, "Bus").empty()) {
      // The engine takes the steps from the watched volts as if they were behind PTRatio.
      const double ratio =
          std::exchange(out.pt_ratio, properties_.number(control, "RemotePTRatio"));
      changer.winding_voltage_v *= out.pt_ratio / ratio;
      tell_if(out.r_v != 0.0 || out.x_v != 0.0, control,
              "line-drop compensation, which the engine too has not for a watched bus,");
      out.r_v = out.x_v = 0.0;
    }
    tell_if(properties_.flag(control, "Reversible"), control, "its reverse mode is");
    tell_if(properties_.flag(control, "Cogen"), control, "its cogeneration mode is");
    tell_if(properties_.flag(control, "InverseTime"), control, "its inverse-time delay is");
    tell_if(properties_.number(control, "VLimit") > 0.0, control, "its voltage limit is");
    tell_if(properties_.number(control, "LDC_Z") != 0.0, control, "its LDC_Z is");
    tell_if(tapped != winding, control,
            "that it taps another winding than the watched one is kept; the engine's order of "
            "steps is");
    changer.control = out;
  }

  /// Across the winding at tap 1, V: from line to ground of a wye of two or three phases.
  [[nodiscard]] double winding_voltage_v(const DssElement& transformer, std::size_t winding) const {
    const double rated = properties_.numbers(transformer, "kVs").at(winding) * volts_per_kv;
    const bool is_wye = !is_delta(properties_.texts(transformer, "Conns"), winding);
    return is_wye && (transformer.phases == 2 || transformer.phases == 3)
               ? rated / std::numbers::sqrt3
               : rated;
  }

  /// The conductor to which the engine takes a delta's voltage at `phase`: the next one, but the
  /// one before in three phases where the delta of a wye-delta transformer is the side that lags.
  [[nodiscard]] std::size_t other_phase(const DssElement& transformer, std::size_t phase) const {
    if (transformer.phases != 3) {
      return phase + 1;
    }
    const auto connections = properties_.texts(transformer, "Conns");
    const auto kvs = properties_.numbers(transformer, "kVs");
    const auto lead = properties_.text(transformer, "LeadLag");
    const bool high_leads = lead == "lead" || lead == "euro";
    const std::size_t high = kvs.at(0) >= kvs.at(1) ? 0 : 1;
    const bool backwards = is_delta(connections, 0) != is_delta(connections, 1) &&
                           is_delta(connections, high) != high_leads;
    return (phase + (backwards ? 2 : 1)) % 3;
  }

  std::optional<Port> watched_port(const DssElement& control, const DssElement& transformer,
                                   std::size_t winding, std::size_t phase) {
    const bool between = is_delta(properties_.texts(transformer, "Conns"), winding);
    if (const auto bus = properties_.text(control, "Bus"); !bus.empty()) {
      return watched_bus(bus, between);
    }
    const auto first = winding * transformer.conductors;
    const auto other = between ? other_phase(transformer, phase) : transformer.phases;
    return circuit_.port(transformer, first + phase, first + other);
  }

  /// A watched bus has one phase: from its first node, 1 if none is written, to ground or, where
  /// the winding is a delta, to its second.
  [[nodiscard]] std::optional<Port> watched_bus(const std::string& written, bool between) const {
    auto first = node_of(written, 0);
    first.second = std::max(first.second, 1);
    const auto second = node_of(written, 1);
    const auto from = circuit_.node_phases.find(first);
    const auto to = circuit_.node_phases.find(second);
    if (from == circuit_.node_phases.end()) {
      return std::nullopt;
    }
    if (!between || second.second == 0) {
      return Port{from->second, std::nullopt};
    }
    return to == circuit_.node_phases.end() ? std::nullopt
                                            : std::optional{Port{from->second, to->second}};
  }

  /// A capacitor that the script leaves open is one that can be closed.
  void add_open_capacitor(const DssElement& element) {
    if (circuit_.closed_capacitors.contains(element.full_name()) &&
        circuit_.branches.contains(element.full_name())) {
      (void)switched(element.full_name());
    }
  }

  /// The switched capacitor on this branch, made if it is not there.
  SwitchedCapacitor& switched(const std::string& full_name) {
    auto& all = circuit_.feeder.capacitors;
    const auto found = std::ranges::find(all, full_name, &SwitchedCapacitor::name);
    if (found != all.end()) {
      return *found;
    }
    return all.emplace_back(SwitchedCapacitor{full_name, circuit_.branches.at(full_name),
                                              !circuit_.closed_capacitors.contains(full_name),
                                              std::nullopt});
  }

  void add_capacitor_control(const DssElement& control) {
    const auto name = "capacitor." + properties_.text(control, "Capacitor");
    const auto* capacitor = circuit_.find(name);
    if (capacitor == nullptr || !circuit_.branches.contains(name)) {
      circuit_.drop(control, "what it controls is not in the feeder");
      return;
    }
    if (properties_.numbers(*capacitor, "States").size() > 1) {
      circuit_.drop(control,
                    "its capacitor has several steps, which stay as the script leaves them");
      return;
    }
    auto out = capacitor_control(control, *capacitor);
    if (out) {
      switched(name).control = *out;
    }
  }

  std::optional<SwitchedCapacitor::Control> capacitor_control(const DssElement& control,
                                                              const DssElement& capacitor) {
    using Quantity = SwitchedCapacitor::Quantity;
    const auto type = properties_.text(control, "Type");
    const auto quantity = type == "current"   ? std::optional{Quantity::current}
                          : type == "voltage" ? std::optional{Quantity::voltage}
                          : type == "kvar"    ? std::optional{Quantity::kvar}
                                              : std::nullopt;
    if (!quantity) {
      circuit_.drop(control, fmt::format("a control by {} is not known here: its capacitor stays "
                                         "as the script leaves it",
                                         type));
      return std::nullopt;
    }
    const auto watched = properties_.text(control, "Element");
    const auto* element = circuit_.find(watched);
    const auto branch = circuit_.branches.find(watched);
    if (element == nullptr || branch == circuit_.branches.end()) {
      circuit_.drop(control,
                    fmt::format("it watches {}, which is no branch of the feeder", watched));
      return std::nullopt;
    }
    SwitchedCapacitor::Control out;
    out.quantity = *quantity;
    out.monitored_branch = branch->second;
    const auto end =
        static_cast<std::size_t>(std::max(1.0, properties_.number(control, "Terminal")) - 1.0);
    // The engine's current control always looks at the first terminal.
    const auto first = (*quantity == Quantity::current ? 0 : end) * element->conductors;
    const auto phase = watched_phase(
        circuit_, control, *quantity == Quantity::current ? "CTPhase" : "PTPhase", element->phases);
    const auto& terminals = circuit_.terminals.at(watched);
    const bool is_live = first + phase < terminals.size() && terminals[first + phase].has_value();
    const auto port = watched_voltage(*element, capacitor, first, phase);
    if (!is_live || !port) {
      circuit_.drop(control, "what it watches is grounded");
      return std::nullopt;
    }
    out.monitored_terminal = terminals[first + phase].value_or(0);
    out.monitored_port = *port;
    out.ratio = *quantity == Quantity::voltage   ? properties_.number(control, "PTRatio")
                : *quantity == Quantity::current ? properties_.number(control, "CTRatio")
                                                 : 1.0;
    out.close_at = properties_.number(control, "OnSetting");
    out.open_at = properties_.number(control, "OffSetting");
    out.delay_s = properties_.number(control, "Delay");
    tell_if(properties_.flag(control, "VoltOverride"), control, "its voltage override is");
    tell_if(properties_.number(control, "DelayOff") != out.delay_s, control,
            "its other delay for opening is");
    return out;
  }

  /// Phase to ground; between lines where the capacitor is a delta.
  [[nodiscard]] std::optional<Port> watched_voltage(const DssElement& element,
                                                    const DssElement& capacitor, std::size_t first,
                                                    std::size_t phase) const {
    if (properties_.text(capacitor, "Conn").starts_with("delta") && element.phases > 1) {
      return circuit_.port(element, first + phase, first + (phase + 1) % element.phases);
    }
    const auto at = circuit_.node_phase(element, first + phase);
    return at ? std::optional{Port{*at, std::nullopt}} : std::nullopt;
  }

  DssCircuit& circuit_;
  const DssProperties& properties_;
};

}  // namespace

void import_controls(DssCircuit& circuit) { ControlImport(circuit).run(); }

}  // namespace gridpact::importers
