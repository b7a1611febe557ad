// A MATPOWER case (version 2) as a balanced single-line feeder. Per unit on S_b = baseMVA and each
// bus's BASE_KV, which are the feeder's own bases.
//
// A branch from f to t with y = 1 / (r + jx), charging b and the ideal ratio N = τ e^{jθ} at f
// (MATPOWER User's Manual, eq. 3.2; τ = 1 where the column TAP is 0):
//
//   [ (y + jb/2) / τ²   −y / N* ]
//   [ −y / N             y + jb/2 ]
//
// A bus shunt is (GS + j BS) / baseMVA. The grid above holds the voltage of every reference bus.
// The first is the feeder's source; of each other one it is held over a branch of kind `source`: an
// ideal ratio N = V_source / V_ref behind an impedance that is too small to matter (1e-8 pu).

#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/connections.hpp"
#include "gridpact/importers/detail/feeder_reader.hpp"
#include "gridpact/importers/detail/matlab_script.hpp"
#include "gridpact/importers/detail/matpower_columns.hpp"

namespace gridpact::importers {

namespace {

enum class BusType { pq = 1, pv = 2, reference = 3, isolated = 4 };

/// A table of the case with the line of each row.
struct Table {
  const Matrix* numbers = nullptr;
  std::vector<int> lines;
  int line = 0;
  bool is_broken = false;  ///< a fault has been found on the way; what is no number is known

  [[nodiscard]] std::size_t rows() const { return numbers == nullptr ? 0 : numbers->rows(); }
  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return (*numbers)(row, column);
  }
  [[nodiscard]] int line_of(std::size_t row) const {
    return row < lines.size() ? lines[row] : line;
  }
};

class CaseBuilder {
 public:
  CaseBuilder(const MatlabScript& script, WrittenFeeder& out, Faults& faults)
      : script_(script), out_(out), feeder_(out.feeder), faults_(faults) {}

  void build() {
    const auto base_mva = read_base();
    const auto buses = table("bus", matpower::bus_columns);
    const auto generators = table("gen", matpower::gen_columns);
    const auto branches = table("branch", matpower::branch_columns);
    report_unused();
    if (buses.numbers == nullptr) {
      return;
    }
    feeder_.name = script_.function.empty() ? "MATPOWER case" : script_.function;
    feeder_.base_kva = base_mva * kw_per_mw;
    per_phase_ = is_per_phase(base_mva, buses);
    for (std::size_t i = 0; i < buses.rows(); ++i) {
      add_bus(buses, i);
    }
    for (std::size_t i = 0; i < generators.rows(); ++i) {
      add_generator(generators, i);
    }
    set_sources(buses);
    for (std::size_t i = 0; i < branches.rows(); ++i) {
      add_branch(branches, i);
    }
    report(buses, generators, branches);
    if (!has_errors(faults_)) {
      check_connections(out_, {out_.shown, branches.line}, faults_);
    }
  }

 private:
  struct BusRow {
    BusType type = BusType::pq;
    std::optional<NodeId> node;     ///< none for an isolated bus
    std::optional<double> held_pu;  ///< voltage that its generators hold
    double angle_deg = 0.0;
    int line = 0;
  };

  void add(Severity severity, int line, std::string message) {
    faults_.push_back({severity, {out_.shown, line}, std::move(message)});
  }
  void error(int line, std::string message) { add(Severity::error, line, std::move(message)); }
  void warn(int line, std::string message) { add(Severity::warning, line, std::move(message)); }
  void note(int line, std::string message) { add(Severity::note, line, std::move(message)); }

  [[nodiscard]] std::string field(std::string_view name) const {
    return fmt::format("{}.{}", script_.result.empty() ? "mpc" : script_.result, name);
  }

  // --- Tables ---------------------------------------------------------------------------------

  double read_base() {
    const auto* variable = script_.find(field("baseMVA"));
    if (const auto* version = script_.find(field("version"))) {
      const auto* text = std::get_if<std::string>(&version->value.data);
      if (text == nullptr || *text != "2") {
        error(version->line, fmt::format("only version '2' of MATPOWER's cases is read; save the "
                                         "case again with MATPOWER's savecase"));
      }
    }
    if (variable == nullptr) {
      error(0, fmt::format("'{}' is missing; give the base power of the case", field("baseMVA")));
      return 1.0;
    }
    const auto* matrix = variable->value.matrix();
    const bool is_number = matrix != nullptr && matrix->rows() == 1 && matrix->cols() == 1;
    const double base = is_number ? (*matrix)(0, 0) : 0.0;
    if (!(base > 0.0 && std::isfinite(base))) {
      if (!variable->is_broken) {
        error(variable->line, fmt::format("'{}' must be one number above 0", field("baseMVA")));
      }
      return 1.0;
    }
    return base;
  }

  Table table(std::string_view name, std::size_t columns) {
    const auto* variable = script_.find(field(name));
    if (variable == nullptr) {
      error(0, fmt::format("the table '{}' is missing", field(name)));
      return {};
    }
    const auto* matrix = variable->value.matrix();
    Table out{matrix, variable->value.row_lines, variable->line, variable->is_broken};
    if (matrix == nullptr) {
      error(variable->line, fmt::format("'{}' must be a table of numbers", field(name)));
    } else if (matrix->rows() == 0) {
      if (!variable->is_broken) {
        error(variable->line, fmt::format("the table '{}' is empty", field(name)));
      }
    } else if (matrix->cols() < columns) {
      error(out.line_of(0), fmt::format("the table '{}' has {} columns; it needs {} at least",
                                        field(name), matrix->cols(), columns));
      out.numbers = nullptr;
    }
    return out;
  }

  /// The number in a column, which must be finite; a fault (and 0) if it is not.
  double finite(const Table& table, std::size_t row, std::size_t column, std::string_view name) {
    const double value = table.at(row, column);
    if (!std::isfinite(value)) {
      if (!table.is_broken) {
        error(table.line_of(row), fmt::format("{} is {}; it must be a finite number", name, value));
      }
      return 0.0;
    }
    return value;
  }

  void report_unused() {
    const auto prefix = field("");
    for (const auto& [name, variable] : script_.variables) {
      if (!name.starts_with(prefix)) {
        continue;
      }
      const auto key = name.substr(prefix.size());
      if (key == "dcline") {
        warn(variable.line, fmt::format("'{}' is left out, as MATPOWER's power flow does: lines of "
                                        "direct current carry nothing",
                                        name));
      } else if (key != "version" && key != "baseMVA" && key != "bus" && key != "gen" &&
                 key != "branch") {
        note(variable.line, fmt::format("'{}' is not used: a power flow needs none of it", name));
      }
    }
  }

  /// Some cases state one of three phases: power base and voltages are those of a three-phase
  /// system in round numbers, over 3 and over √3.
  [[nodiscard]] static bool is_per_phase(double base_mva, const Table& buses) {
    const auto is_round = [](double value, double step) {
      return std::abs(value / step - std::round(value / step)) < 1e-6;
    };
    if (is_round(base_mva, 0.01) || !is_round(3.0 * base_mva, 0.01)) {
      return false;
    }
    for (std::size_t i = 0; i < buses.rows(); ++i) {
      const double kv = buses.at(i, matpower::base_kv);
      if (is_round(kv, 0.01) || !is_round(kv * std::numbers::sqrt3, 0.01)) {
        return false;
      }
    }
    return buses.rows() > 0;
  }

  // --- Buses ----------------------------------------------------------------------------------

  static std::string bus_name(double number) { return fmt::format("{:.0f}", number); }

  void add_bus(const Table& table, std::size_t row) {
    const int line = table.line_of(row);
    const double number = table.at(row, matpower::bus_i);
    if (!(number >= 1.0 && number == std::floor(number) && number < 1e15)) {
      if (!table.is_broken || std::isfinite(number)) {
        error(line, fmt::format("the bus number is {}; it must be a whole number above 0", number));
      }
      has_unknown_buses_ = true;
      return;
    }
    const auto [known, is_new] = buses_.emplace(number, BusRow{});
    if (!is_new) {
      error(line, fmt::format("bus {} stands twice, first on line {}", number, known->second.line));
      return;
    }
    auto& bus = known->second;
    bus.line = line;
    bus.angle_deg = finite(table, row, matpower::va, "the angle VA");
    const double type = table.at(row, matpower::type);
    if (type == 1.0 || type == 2.0 || type == 3.0 || type == 4.0) {
      bus.type = static_cast<BusType>(static_cast<int>(type));
    } else if (!table.is_broken || std::isfinite(type)) {
      error(line,
            fmt::format("the type of bus {} is {}; it must be 1 (PQ), 2 (PV), 3 (reference) or "
                        "4 (isolated)",
                        number, type));
    }
    const double kv = table.at(row, matpower::base_kv);
    if (!(kv > 0.0 && std::isfinite(kv)) && (!table.is_broken || std::isfinite(kv))) {
      error(line,
            fmt::format("the base voltage of bus {} is {} kV; it must be above 0", number, kv));
    }
    const Complex demand_kva =
        kw_per_mw * Complex{finite(table, row, matpower::pd, "the demand PD"),
                            finite(table, row, matpower::qd, "the demand QD")};
    const Complex shunt_mva{finite(table, row, matpower::gs, "the shunt GS"),
                            finite(table, row, matpower::bs, "the shunt BS")};
    if (bus.type == BusType::isolated) {
      isolated_.push_back(bus_name(number));
      return;
    }
    bus.node = add_balanced_node(out_, bus_name(number), kv * volts_per_kv, line);
    if (per_phase_) {  // one phase to neutral: I = S / V
      feeder_.node_phases.back().amps_per_pu = amps_per_pu(feeder_.base_kva, 1, kv * volts_per_kv);
    }
    if (demand_kva != Complex{}) {
      add_balanced_load(feeder_, bus_name(number), *bus.node, demand_kva);
    }
    if (shunt_mva != Complex{}) {
      add_balanced_shunt(feeder_, "shunt " + bus_name(number), *bus.node,
                         shunt_mva * kw_per_mw / feeder_.base_kva);
    }
  }

  BusRow* find_bus(double number, int line, std::string_view what) {
    const auto found = buses_.find(number);
    if (found == buses_.end()) {
      if (!has_unknown_buses_ && std::isfinite(number)) {
        error(line, fmt::format("{} is at bus {}, which the table '{}' does not have", what, number,
                                field("bus")));
      }
      return nullptr;
    }
    return &found->second;
  }

  // --- Generators -----------------------------------------------------------------------------

  void add_generator(const Table& table, std::size_t row) {
    const int line = table.line_of(row);
    const double number = table.at(row, matpower::gen_bus);
    auto* bus = find_bus(number, line, fmt::format("generator {}", row + 1));
    const Complex power_kva = kw_per_mw * Complex{finite(table, row, matpower::pg, "the power PG"),
                                                  finite(table, row, matpower::qg, "the power QG")};
    const double voltage_pu = finite(table, row, matpower::vg, "the voltage VG");
    const double status = finite(table, row, matpower::gen_status, "the status");
    if (bus == nullptr) {
      return;
    }
    if (!(status > 0.0)) {
      idle_generators_.push_back(fmt::format("{} at bus {}", row + 1, number));
      return;
    }
    if (bus->type != BusType::isolated && bus->type != BusType::pq) {
      if (!(voltage_pu > 0.0) && !table.is_broken) {
        error(line, fmt::format("the voltage VG of generator {} is {} pu; it must be above 0",
                                row + 1, voltage_pu));
      } else if (!bus->held_pu) {
        bus->held_pu = voltage_pu;
      } else if (*bus->held_pu != voltage_pu) {
        warn(line, fmt::format("generator {} wants {} pu at bus {}, where another one holds {} pu",
                               row + 1, voltage_pu, number, *bus->held_pu));
      }
    }
    if (bus->type == BusType::reference) {
      if (power_kva != Complex{}) {
        note(line, fmt::format("generator {} is at reference bus {}: its power follows from the "
                               "flow, what is stated is not used",
                               row + 1, number));
      }
      return;
    }
    if (!bus->node) {
      return;
    }
    if (bus->type == BusType::pv) {
      warn(line, fmt::format("the voltage of bus {} ({} pu) is not held: generator {} feeds in its "
                             "stated {:g} kW + j{:g} kvar",
                             number, voltage_pu, row + 1, power_kva.real(), power_kva.imag()));
    } else if (power_kva != Complex{}) {
      note(line, fmt::format("generator {} at bus {} is a constant-power demand of {:g} kW + j{:g} "
                             "kvar",
                             row + 1, number, -power_kva.real(), -power_kva.imag()));
    }
    if (power_kva != Complex{}) {
      add_balanced_load(feeder_, fmt::format("generator {}", row + 1), *bus->node, -power_kva);
    }
  }

  // --- Sources --------------------------------------------------------------------------------

  void set_sources(const Table& buses) {
    bool is_first = true;
    for (std::size_t i = 0; i < buses.rows(); ++i) {
      const auto found = buses_.find(buses.at(i, matpower::bus_i));
      if (found == buses_.end() || found->second.type != BusType::reference) {
        continue;
      }
      auto& [number, bus] = *found;
      if (!bus.node || bus.line != buses.line_of(i)) {
        continue;
      }
      const double stated_pu = finite(buses, i, matpower::vm, "the voltage VM");
      if (!bus.held_pu) {
        note(bus.line, fmt::format("no generator holds the voltage of reference bus {}: its VM, {} "
                                   "pu, is taken",
                                   number, stated_pu));
      }
      const auto voltage =
          std::polar(bus.held_pu.value_or(stated_pu), bus.angle_deg * std::numbers::pi / 180.0);
      if (is_first) {
        is_first = false;
        feeder_.source = *bus.node;
        feeder_.source_voltage_pu = {voltage};
      } else {
        note(bus.line,
             fmt::format("the grid above holds the voltage of bus {} as well as that of the "
                         "source '{}'",
                         number, feeder_.nodes[feeder_.source.index()].name));
        hold_voltage(feeder_, "source " + bus_name(number), *bus.node, voltage);
      }
    }
    if (is_first && !(buses.is_broken || has_unknown_buses_)) {
      error(buses.line, fmt::format("the table '{}' has no reference bus (type 3): give the source "
                                    "of the feeder this type",
                                    field("bus")));
    }
  }

  // --- Branches -------------------------------------------------------------------------------

  void add_branch(const Table& table, std::size_t row) {
    const int line = table.line_of(row);
    const double from = table.at(row, matpower::f_bus);
    const double to = table.at(row, matpower::t_bus);
    const auto what = fmt::format("branch {}", row + 1);
    const auto* from_bus = find_bus(from, line, what);
    const auto* to_bus = find_bus(to, line, what);
    const Complex impedance{finite(table, row, matpower::r, "the resistance BR_R"),
                            finite(table, row, matpower::x, "the reactance BR_X")};
    const double charging = finite(table, row, matpower::b, "the charging BR_B");
    const double rate_mva = table.at(row, matpower::rate_a);
    const double ratio = finite(table, row, matpower::tap, "the ratio TAP");
    const double shift_deg = finite(table, row, matpower::shift, "the angle SHIFT");
    const double status = finite(table, row, matpower::branch_status, "the status");
    if (std::isfinite(from) && from == to) {
      error(line, fmt::format("{} begins and ends at bus {}", what, from));
    }
    if (table.at(row, matpower::r) == 0.0 && table.at(row, matpower::x) == 0.0) {
      error(line, fmt::format("{} has no impedance; make its ends one bus, or give it a small one",
                              what));
    }
    if (ratio < 0.0) {
      error(line, fmt::format("the ratio TAP of {} is {}; it must be above 0 (or 0 for a line)",
                              what, ratio));
    }
    if (!(rate_mva >= 0.0) && !(table.is_broken && std::isnan(rate_mva))) {
      error(line,
            fmt::format("the rating RATE_A of {} is {} MVA; it must be above 0 (or 0 for none)",
                        what, rate_mva));
    }
    if (from_bus == nullptr || to_bus == nullptr) {
      return;
    }
    auto name = fmt::format("{}-{}", bus_name(from), bus_name(to));
    if (const auto count = ++names_[name]; count > 1) {
      name += fmt::format(" ({})", count);
    }
    if (!(status > 0.0)) {
      open_.push_back(std::move(name));
      return;
    }
    if (!from_bus->node || !to_bus->node) {
      cut_.push_back(std::move(name));
      return;
    }
    Branch branch = two_ended(feeder_, std::move(name), *from_bus->node, *to_bus->node);
    const auto& ends = feeder_.node_phases;
    const auto& from_end = ends[branch.terminals[0].index()];
    const bool changes_level =
        from_end.base_voltage_v != ends[branch.terminals[1].index()].base_voltage_v;
    branch.kind = ratio != 0.0 || shift_deg != 0.0 || changes_level ? BranchKind::transformer
                                                                    : BranchKind::line;
    const Complex half_charging{0.0, charging / 2.0};
    branch.admittance_pu =
        pi_admittance(1.0 / impedance, half_charging, half_charging,
                      std::polar(ratio == 0.0 ? 1.0 : ratio, shift_deg * std::numbers::pi / 180.0));
    if (rate_mva > 0.0 && std::isfinite(rate_mva)) {
      branch.rating_a = rate_mva * kw_per_mw / feeder_.base_kva * from_end.amps_per_pu;
    } else {
      ++unrated_;
    }
    feeder_.branches.push_back(std::move(branch));
  }

  // --- What was left out or assumed -----------------------------------------------------------

  void report(const Table& buses, const Table& generators, const Table& branches) {
    if (per_phase_) {
      note(buses.line,
           "base power and base voltages are those of one phase (round numbers only times 3 and "
           "times "
           "√3): the numbers are kept, so all powers are of one of three equal phases");
    }
    if (!isolated_.empty()) {
      note(buses.line, fmt::format("{} isolated bus{} (type 4) left out: {}", isolated_.size(),
                                   isolated_.size() == 1 ? "" : "es", listed(isolated_)));
    }
    if (!idle_generators_.empty()) {
      note(generators.line,
           fmt::format("{} generator{} out of service left out: {}", idle_generators_.size(),
                       idle_generators_.size() == 1 ? "" : "s", listed(idle_generators_)));
    }
    if (!open_.empty()) {
      note(branches.line, fmt::format("{} open branch{} (status 0) left out: {}", open_.size(),
                                      open_.size() == 1 ? "" : "es", listed(open_)));
    }
    if (!cut_.empty()) {
      note(branches.line, fmt::format("{} branch{} to isolated buses left out: {}", cut_.size(),
                                      cut_.size() == 1 ? "" : "es", listed(cut_)));
    }
    const auto rows = branches.rows() - open_.size() - cut_.size();
    if (unrated_ > 0) {
      note(branches.line,
           fmt::format("{} of {} branches have no rating (RATE_A is 0): their current "
                       "is not limited",
                       unrated_, rows));
    }
    if (unrated_ < rows) {
      note(branches.line,
           "ratings in MVA are taken as the current that they are at nominal voltage");
    }
  }

  const MatlabScript& script_;
  WrittenFeeder& out_;
  Feeder& feeder_;
  Faults& faults_;
  std::map<double, BusRow> buses_;
  std::map<std::string, int> names_;
  std::vector<std::string> isolated_, idle_generators_, open_, cut_;
  std::size_t unrated_ = 0;
  bool per_phase_ = false;
  bool has_unknown_buses_ = false;  ///< a bus whose number could not be read
};

}  // namespace

void read_matpower_feeder(InputFiles& /*files*/, const std::string& /*name*/,
                          const std::string& text, WrittenFeeder& out, Faults& faults) {
  const auto script = run_matlab_script(text, out.shown, matpower_constants, faults);
  CaseBuilder(script, out, faults).build();
}

}  // namespace gridpact::importers
