// Nodes and branches of a compiled circuit.
//
// The engine's primitive admittance Y (siemens, between an element's conductors and ground) becomes
// a branch's as it is, without the rows and columns of grounded conductors: their voltage is 0.
// With 1 pu of voltage V_a at conductor a and 1 pu of power S at each,  y_ab = Y_ab V_a V_b / S.
//
// A voltage source is the voltages E behind an impedance 1/Y_s, from its first terminal to its
// second: i_1 = Y_s (v_1 − v_2 − E) = −i_2. With E at an ideal node, that is a branch between the
// ideal node and the two terminals (the second is mostly ground).

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/dss_circuit.hpp"

namespace gridpact::importers {

namespace {

constexpr double base_kva = 1000.0;

bool is_source(const DssElement& element) { return element.class_name == "vsource"; }

bool carries(const DssElement& element) {
  return element.enabled && !element.admittance_s.empty() &&
         (element.role == DssElement::Role::delivery || is_source(element));
}

const std::string& bus_of(const DssElement& element, std::size_t conductor) {
  return element.buses[conductor / element.conductors];
}

/// All nodes that an admittance leads to from a source.
std::set<DssNode> reached_nodes(const DssCircuit& circuit) {
  std::map<DssNode, std::vector<DssNode>> neighbours;
  std::queue<DssNode> open;
  std::set<DssNode> reached;
  const auto reach = [&](const DssNode& node) {
    if (reached.insert(node).second) {
      open.push(node);
    }
  };
  for (const auto& element : circuit.elements) {
    if (!carries(element)) {
      continue;
    }
    const auto count = element.nodes.size();
    for (std::size_t a = 0; a < count; ++a) {
      if (element.nodes[a] == 0) {
        continue;
      }
      const DssNode here{bus_of(element, a), element.nodes[a]};
      if (is_source(element)) {
        reach(here);
      }
      for (std::size_t b = 0; b < count; ++b) {
        if (b != a && element.nodes[b] != 0 && element.admittance_s(a, b) != Complex{}) {
          neighbours[here].emplace_back(bus_of(element, b), element.nodes[b]);
        }
      }
    }
  }
  while (!open.empty()) {
    const auto here = open.front();
    open.pop();
    for (const auto& next : neighbours[here]) {
      reach(next);
    }
  }
  return reached;
}

/// Base voltages, line to ground: the script's where it has them, else carried on from bus to bus,
/// and over transformers by their rated voltages.
class BaseVoltages {
 public:
  explicit BaseVoltages(const DssCircuit& circuit) : circuit_(circuit) {
    for (const auto& bus : circuit.buses) {
      if (bus.base_voltage_v > 0.0) {
        volts_[bus.name] = bus.base_voltage_v;
      }
    }
    for (const auto& element : circuit.elements) {
      if (is_source(element) && element.enabled) {
        const double kv = circuit.properties->number(element, "BasekV");
        volts_.emplace(element.buses.front(),
                       kv * volts_per_kv / (element.phases > 1 ? std::numbers::sqrt3 : 1.0));
      }
    }
    while (spread()) {
    }
  }

  /// 0 where nothing says it.
  [[nodiscard]] double of(const std::string& bus) const {
    const auto found = volts_.find(bus);
    return found == volts_.end() ? 0.0 : found->second;
  }

 private:
  bool spread() {
    bool found = false;
    for (const auto& element : circuit_.elements) {
      if (!carries(element) || is_source(element)) {
        continue;
      }
      const bool transforms =
          element.class_name == "transformer" || element.class_name == "autotrans";
      for (std::size_t a = 0; a < element.buses.size(); ++a) {
        for (std::size_t b = 0; b < element.buses.size(); ++b) {
          if (of(element.buses[a]) > 0.0 && of(element.buses[b]) == 0.0) {
            volts_[element.buses[b]] = transforms ? rated_v(element, b) : of(element.buses[a]);
            found = found || of(element.buses[b]) > 0.0;
          }
        }
      }
    }
    return found;
  }

  /// Rated voltage of a winding, line to ground.
  [[nodiscard]] double rated_v(const DssElement& element, std::size_t winding) const {
    const auto kvs = circuit_.properties->numbers(element, "kVs");
    const auto first = winding * element.conductors;
    const bool between_lines =
        element.phases > 1 || (element.nodes[first] != 0 && element.nodes[first + 1] != 0);
    return winding < kvs.size()
               ? kvs[winding] * volts_per_kv / (between_lines ? std::numbers::sqrt3 : 1.0)
               : 0.0;
  }

  const DssCircuit& circuit_;
  std::map<std::string, double> volts_;
};

NodePhaseId add_phase(Feeder& feeder, NodeId node, int phase, double base_voltage_v) {
  const NodePhaseId id{feeder.node_phases.size()};
  feeder.node_phases.push_back(
      {node, phase, base_voltage_v, amps_per_pu(feeder.base_kva, phase, base_voltage_v)});
  feeder.nodes[node.index()].phases.push_back(id);
  return id;
}

/// E of each phase, V.
std::vector<Complex> source_voltages(const DssCircuit& circuit, const DssElement& source) {
  const auto& properties = *circuit.properties;
  const auto n = static_cast<double>(source.phases);
  const double across =
      properties.number(source, "BasekV") * properties.number(source, "pu") * volts_per_kv;
  const double volts =
      source.phases == 1 ? across : across / (2.0 * std::sin(std::numbers::pi / n));
  const auto sequence = properties.text(source, "Sequence");
  const double turn = sequence.starts_with("neg")    ? 360.0 / n
                      : sequence.starts_with("zero") ? 0.0
                                                     : -360.0 / n;
  std::vector<Complex> out;
  for (std::size_t k = 0; k < source.phases; ++k) {
    const double degrees = properties.number(source, "Angle") + turn * static_cast<double>(k);
    out.push_back(std::polar(volts, degrees * std::numbers::pi / 180.0));
  }
  return out;
}

/// Phases of the ideal node: 1, 2, 3 of the first source, 11, 12, 13 of the second ...
int ideal_phase(std::size_t source, std::size_t phase) {
  return static_cast<int>(10 * source + phase + 1);
}

/// The rated current of a transformer's first winding, A.
double transformer_rating_a(const DssCircuit& circuit, const DssElement& element) {
  const auto kvas = circuit.properties->numbers(element, "kVAs");
  const auto kvs = circuit.properties->numbers(element, "kVs");
  if (kvas.empty() || kvs.empty() || !(kvs.front() > 0.0) || !(kvas.front() > 0.0)) {
    return std::numeric_limits<double>::infinity();
  }
  const auto phases = static_cast<double>(element.phases);
  return element.phases == 1 ? kvas.front() / kvs.front()
                             : kvas.front() / (phases * kvs.front() / std::numbers::sqrt3);
}

class BranchImport {
 public:
  explicit BranchImport(DssCircuit& circuit) : circuit_(circuit) {}

  void add(const DssElement& element) {
    if (!carries(element)) {
      if (element.role == DssElement::Role::delivery) {
        circuit_.drop(element, element.enabled ? "the engine has no admittance for it"
                                               : "disabled in the script");
      }
      return;
    }
    if (is_source(element)) {
      add_source(element);
      return;
    }
    const auto count = element.nodes.size();
    std::vector<std::optional<NodePhaseId>> at(count);
    for (std::size_t c = 0; c < count; ++c) {
      at[c] = is_used(element, c) ? circuit_.node_phase(element, c) : std::nullopt;
    }
    Branch branch;
    branch.name = element.full_name();
    branch.kind = kind_of(element);
    if (!add_branch(std::move(branch), element, at, element.admittance_s, element.conductors)) {
      circuit_.drop(element, "all its conductors are grounded or not connected to a source");
      return;
    }
    rate(element, circuit_.feeder.branches.back());
    if (element.is_open && !circuit_.closed_capacitors.contains(element.full_name())) {
      circuit_.assume(element, "has open conductors: taken as open for good");
    }
  }

 private:
  static bool is_used(const DssElement& element, std::size_t conductor) {
    const auto row = element.admittance_s.row(conductor);
    return std::ranges::any_of(row, [](Complex y) { return y != Complex{}; });
  }

  [[nodiscard]] BranchKind kind_of(const DssElement& element) const {
    if (element.class_name == "transformer" || element.class_name == "autotrans") {
      return BranchKind::transformer;  // import_controls makes it a regulator where it is one
    }
    if (element.class_name == "line" && circuit_.properties->flag(element, "Switch")) {
      return BranchKind::switch_;
    }
    std::set<std::string> live;
    for (std::size_t c = 0; c < element.nodes.size(); ++c) {
      if (element.nodes[c] != 0) {
        live.insert(bus_of(element, c));
      }
    }
    return live.size() > 1 ? BranchKind::line : BranchKind::shunt;
  }

  /// False if no conductor is left.
  bool add_branch(Branch branch, const DssElement& element,
                  const std::vector<std::optional<NodePhaseId>>& at, const ComplexMatrix& siemens,
                  std::size_t per_terminal) {
    auto& feeder = circuit_.feeder;
    std::vector<std::size_t> kept;
    std::vector<std::optional<std::size_t>> terminals(at.size());
    for (std::size_t c = 0; c < at.size(); ++c) {
      if (at[c]) {
        terminals[c] = kept.size();
        kept.push_back(c);
        branch.terminals.push_back(*at[c]);
      }
    }
    if (kept.empty()) {
      return false;
    }
    branch.from_count = static_cast<std::size_t>(std::ranges::count_if(
        kept, [&](std::size_t c) { return c / per_terminal == kept.front() / per_terminal; }));
    branch.admittance_pu = ComplexMatrix(kept.size(), kept.size());
    for (std::size_t row = 0; row < kept.size(); ++row) {
      for (std::size_t col = 0; col < kept.size(); ++col) {
        const double ohm = feeder.base_ohm(branch.terminals[row], branch.terminals[col]);
        const auto y = siemens(kept[row], kept[col]);
        branch.admittance_pu(row, col) = {y.real() * ohm, y.imag() * ohm};
      }
    }
    circuit_.branches.emplace(element.full_name(), feeder.branches.size());
    circuit_.terminals.emplace(element.full_name(), std::move(terminals));
    feeder.branches.push_back(std::move(branch));
    return true;
  }

  /// Conductors: those of the ideal node, then the source's own.
  void add_source(const DssElement& element) {
    auto& feeder = circuit_.feeder;
    const auto n = element.phases;
    const auto voltages = source_voltages(circuit_, element);
    const auto& ideal = feeder.nodes[feeder.source.index()].phases;
    std::vector<std::optional<NodePhaseId>> at;
    for (std::size_t k = 0; k < n; ++k) {
      const auto id = ideal[next_ideal_++];
      at.emplace_back(id);
      const double base = feeder.node_phases[id.index()].base_voltage_v;
      feeder.source_voltage_pu.emplace_back(voltages[k].real() / base, voltages[k].imag() / base);
    }
    for (std::size_t c = 0; c < element.nodes.size(); ++c) {
      at.push_back(circuit_.node_phase(element, c));
    }
    const auto& y = element.admittance_s;
    ComplexMatrix siemens(n + y.rows(), n + y.cols());
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t col = 0; col < n; ++col) {
        siemens(row, col) = y(row, col);
      }
    }
    for (std::size_t row = 0; row < y.rows(); ++row) {
      for (std::size_t col = 0; col < y.cols(); ++col) {
        siemens(n + row, n + col) = y(row, col);
      }
      for (std::size_t k = 0; k < n; ++k) {
        siemens(n + row, k) = -y(row, k);
        siemens(k, n + row) = -y(k, row);
      }
    }
    Branch branch;
    branch.name = element.full_name();
    branch.kind = BranchKind::source;
    add_branch(std::move(branch), element, at, siemens, n);
    if (next_ideal_ > n) {
      circuit_.assume(element,
                      "a further source: its voltages stand with the first one's, and its power "
                      "counts as import");
    }
  }

  void rate(const DssElement& element, Branch& branch) {
    const auto& properties = *circuit_.properties;
    if (branch.kind == BranchKind::transformer) {
      if (circuit_.stated->has(element, "kVAs") || circuit_.stated->has(element, "kVA") ||
          circuit_.stated->has(element, "XfmrCode")) {
        branch.rating_a = transformer_rating_a(circuit_, element);
      } else {
        circuit_.assume(element, "the script states no kVA: taken as unlimited");
      }
      return;
    }
    if (element.class_name != "line") {
      return;
    }
    constexpr double engine_default_a = 400.0;
    const double amps = properties.number(element, "NormAmps");
    const auto code = properties.text(element, "LineCode");
    const bool is_stated = amps != engine_default_a ||
                           (code.empty() ? circuit_.stated->has(element, "NormAmps")
                                         : circuit_.stated->has("linecode", code, "NormAmps"));
    if (is_stated && amps > 0.0) {
      branch.rating_a = amps;
    } else {
      circuit_.assume(element,
                      "the script states no rating (400 A is OpenDSS's default): taken as "
                      "unlimited");
    }
  }

  DssCircuit& circuit_;
  std::size_t next_ideal_ = 0;
};

}  // namespace

void import_nodes(DssCircuit& circuit) {
  auto& feeder = circuit.feeder;
  feeder.base_kva = base_kva;
  const BaseVoltages bases(circuit);
  const auto reached = reached_nodes(circuit);
  std::size_t sources = 0;
  for (const auto& element : circuit.elements) {
    if (!is_source(element) || !carries(element)) {
      continue;
    }
    if (sources == 0) {
      feeder.source = NodeId{feeder.nodes.size()};
      feeder.nodes.push_back({element.full_name(), {}, std::nullopt, std::nullopt});
    }
    for (std::size_t k = 0; k < element.phases; ++k) {
      add_phase(feeder, feeder.source, ideal_phase(sources, k), bases.of(element.buses.front()));
    }
    ++sources;
  }
  std::string assumed;
  std::string isolated;
  for (const auto& bus : circuit.buses) {
    std::optional<NodeId> node;
    for (const int number : bus.nodes) {
      if (!reached.contains({bus.name, number})) {
        isolated += fmt::format("{}{}.{}", isolated.empty() ? "" : ", ", bus.name, number);
        continue;
      }
      if (!node) {
        node = NodeId{feeder.nodes.size()};
        feeder.nodes.push_back({bus.name, {}, bus.x, bus.y});
        if (bus.base_voltage_v <= 0.0) {
          assumed += fmt::format("{}{} ({:.6g} V)", assumed.empty() ? "" : ", ", bus.name,
                                 bases.of(bus.name));
        }
      }
      circuit.node_phases[{bus.name, number}] =
          add_phase(feeder, *node, number, bases.of(bus.name));
    }
  }
  if (!assumed.empty()) {
    circuit.report.remarks.push_back(
        "the script gives these buses no voltage base (set voltagebases, calcvoltagebases); taken "
        "from the source and the rated voltages of transformers, line to ground: " +
        assumed);
  }
  if (!isolated.empty()) {
    circuit.report.remarks.push_back(
        "not connected to a source, and left out with what is there: " + isolated);
  }
}

void import_branches(DssCircuit& circuit) {
  BranchImport import(circuit);
  for (const auto& element : circuit.elements) {
    import.add(element);
  }
}

}  // namespace gridpact::importers
