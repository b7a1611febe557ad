// A pandapower net as a balanced single-line feeder: what pandapower's own balanced power flow
// solves (runpp with its defaults), per unit on sn_mva and each bus's vn_kv.
//
//   line         z = (r + jx) l / n,  shunts (g + jωc) l n / 2 at both ends, n parallel systems
//   transformer  transformer_data.cpp; three windings: three of them, their star point eliminated
//   load         P (1 − i − z + i u + z u²), u in pu of vn_kv; generation is negative load
//   shunt, ward  (P − jQ) (vn_bus / vn_shunt)²
//   impedance    1/z from both ends (z_ft may differ from z_tf), shunts g + jb
//
// A closed switch between buses is a branch with its z_ohm, or an impedance too small to matter
// (1e-8 pu on 1 MVA). A branch with an open switch at one end keeps its charging: the current at
// that terminal is 0.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/connections.hpp"
#include "gridpact/importers/detail/feeder_reader.hpp"
#include "gridpact/importers/detail/pandas_table.hpp"
#include "gridpact/importers/detail/transformer_data.hpp"

namespace gridpact::importers {

namespace {

using documents::Json;

constexpr double radians = std::numbers::pi / 180.0;
constexpr double amps_per_ka = 1000.0;
constexpr double percent = 0.01;

/// Tables without any influence on a power flow.
constexpr std::array<std::string_view, 16> no_influence = {
    "bus_geodata", "line_geodata",   "measurement", "pwl_cost",
    "poly_cost",   "group",          "fuse",        "protection",
    "controller",  "characteristic", "std_types",   "source_dc",
    "profiles",    "loadcases",      "substation",  "q_capability_characteristic"};

bool has_no_influence(std::string_view name) {
  return name.starts_with("res_") || name.starts_with("_") || name.ends_with("_table") ||
         name.ends_with("_characteristic_spline") ||
         std::ranges::find(no_influence, name) != no_influence.end();
}

class NetBuilder {
 public:
  NetBuilder(const Json& net, WrittenFeeder& out, Faults& faults)
      : net_(net), out_(out), feeder_(out.feeder), faults_(faults) {}

  void build() {
    read_head();
    read_tables();
    add_buses();
    if (feeder_.nodes.empty()) {
      return;
    }
    read_switches();
    add_sources();
    add_lines();
    add_transformers();
    add_three_winding_transformers();
    add_impedances();
    add_bus_elements();
    refuse_others();
    report_out_of_service();
    if (!has_errors(faults_)) {
      drop_unsupplied();
    }
  }

 private:
  struct Bus {
    std::optional<NodeId> node;  ///< none if it is out of service
    double vn_kv = 0.0;
  };

  void add(Severity severity, int line, std::string message) {
    faults_.push_back({severity, {out_.shown, line}, std::move(message)});
  }
  void error(const PandasTable& table, std::size_t row, const std::string& message) {
    add(Severity::error, table.line(), fmt::format("{} {}", table.element(row), message));
  }
  void warn(const PandasTable& table, std::size_t row, const std::string& message) {
    add(Severity::warning, table.line(), fmt::format("{} {}", table.element(row), message));
  }
  void note(int line, std::string message) { add(Severity::note, line, std::move(message)); }

  // --- The net as a whole ---------------------------------------------------------------------

  double head_number(std::string_view key) {
    const auto* json = net_.find(key);
    double value = 0.0;
    if (json != nullptr) {
      if (const auto* number = json->get_if<double>()) {
        value = *number;
      } else if (const auto* count = json->get_if<std::uint64_t>()) {
        value = static_cast<double>(*count);
      }
    }
    if (!(value > 0.0)) {
      add(Severity::error, json == nullptr ? net_.line : json->line,
          fmt::format("'{}' of the net is missing or not above 0", key));
      return 1.0;
    }
    return value;
  }

  void read_head() {
    const auto* name = net_.find("name");
    const auto* text = name == nullptr ? nullptr : name->get_if<std::string>();
    feeder_.name = text == nullptr || text->empty() ? "pandapower net" : *text;
    base_mva_ = head_number("sn_mva");
    feeder_.base_kva = base_mva_ * kw_per_mw;
    frequency_hz_ = head_number("f_hz");
  }

  void read_tables() {
    const auto* members = net_.get_if<Json::Object>();
    for (std::size_t i = 0; members != nullptr && i < members->size(); ++i) {
      const auto& [name, json] = (*members)[i];
      const auto* kind = json.find("_class");
      const auto* text = kind == nullptr ? nullptr : kind->get_if<std::string>();
      if (text != nullptr && *text == "DataFrame" && !name.starts_with("res_") &&
          !name.starts_with("_")) {
        tables_.emplace(name, PandasTable::read(name, json, out_.shown, faults_));
      }
    }
  }

  /// The table, remembered as taken; an empty one if the net does not have it.
  const PandasTable& take(const std::string& name) {
    taken_.insert(name);
    return tables_[name];
  }

  // --- Cells ----------------------------------------------------------------------------------

  double need(const PandasTable& table, std::size_t row, std::string_view column) {
    const auto value = table.number(row, column);
    if (!value) {
      error(table, row, fmt::format("has no number in '{}'", column));
    }
    return value.value_or(1.0);
  }
  static double number_or(const PandasTable& table, std::size_t row, std::string_view column,
                          double fallback) {
    return table.number(row, column).value_or(fallback);
  }

  /// Whether the element takes part; remembered if it does not.
  bool in_service(const PandasTable& table, std::size_t row) {
    const bool yes = table.flag(row, "in_service").value_or(true);
    if (!yes) {
      idle_[table.name()].push_back(fmt::format("{}", table.index()[row]));
    }
    return yes;
  }

  /// The bus named in a column; nothing if there is none (a fault) or it is out of service.
  const Bus* bus_of(const PandasTable& table, std::size_t row, std::string_view column) {
    const auto index = table.integer(row, column);
    const auto found = index ? buses_.find(*index) : buses_.end();
    if (found == buses_.end()) {
      error(table, row,
            index ? fmt::format("is at bus {}, which the net does not have", *index)
                  : fmt::format("has no bus in '{}'", column));
      return nullptr;
    }
    if (!found->second.node) {
      without_bus_.push_back(table.element(row));
      return nullptr;
    }
    return &found->second;
  }

  /// Its name where it has one that no other branch has; else its kind and number.
  std::string branch_name(const PandasTable& table, std::size_t row) {
    auto name = table.text(row, "name").value_or("");
    if (name.empty() || !branch_names_.insert(name).second) {
      name = fmt::format("{} {}", table.name(), table.index()[row]);
      branch_names_.insert(name);
    }
    return name;
  }

  // --- Buses ----------------------------------------------------------------------------------

  void add_buses() {
    const auto& table = take("bus");
    if (table.rows() == 0) {
      add(Severity::error, table.line(), "the net has no buses");
      return;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      names.insert(table.text(i, "name").value_or(""));
    }
    const bool named = names.size() == table.rows() && !names.contains("");
    if (!named) {
      note(table.line(),
           "the names of the buses are not all there or not unique: nodes are called by their "
           "numbers");
    }
    std::vector<std::string> idle;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const auto index = table.index()[i];
      auto [known, is_new] = buses_.emplace(index, Bus{});
      if (!is_new) {
        error(table, i, "stands twice");
        continue;
      }
      auto& bus = known->second;
      bus.vn_kv = need(table, i, "vn_kv");
      if (!(bus.vn_kv > 0.0)) {
        error(table, i, "needs a voltage 'vn_kv' above 0");
        bus.vn_kv = 1.0;
      }
      if (!in_service(table, i)) {
        continue;
      }
      bus.node = add_balanced_node(out_, named ? *table.text(i, "name") : fmt::format("{}", index),
                                   bus.vn_kv * volts_per_kv, table.line());
      set_place(table, i, feeder_.nodes.back());
    }
  }

  /// Coordinates: a GeoJSON point in the table itself, or a row of bus_geodata.
  void set_place(const PandasTable& table, std::size_t row, Node& node) {
    if (const auto text = table.text(row, "geo"); text && !text->empty()) {
      const auto point = documents::parse_json(*text, out_.shown);
      const auto* pair = point ? point->find("coordinates") : nullptr;
      const auto* numbers = pair == nullptr ? nullptr : pair->get_if<Json::Array>();
      if (numbers != nullptr && numbers->size() >= 2 && (*numbers)[0].get_if<double>() &&
          (*numbers)[1].get_if<double>()) {
        node.x = *(*numbers)[0].get_if<double>();
        node.y = *(*numbers)[1].get_if<double>();
      }
      return;
    }
    const auto found = tables_.find("bus_geodata");
    for (std::size_t i = 0; found != tables_.end() && i < found->second.rows(); ++i) {
      if (found->second.index()[i] == table.index()[row]) {
        node.x = found->second.number(i, "x");
        node.y = found->second.number(i, "y");
      }
    }
  }

  // --- Switches -------------------------------------------------------------------------------

  /// Where branches are open: kind of element ("l", "t", "t3"), its number, the bus.
  using OpenEnd = std::tuple<std::string, std::int64_t, std::int64_t>;

  void read_switches() {
    const auto& table = take("switch");
    std::size_t closed = 0;
    std::vector<std::string> open;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const auto kind = table.text(i, "et").value_or("");
      const auto element = table.integer(i, "element");
      const auto bus = table.integer(i, "bus");
      const bool is_closed = table.flag(i, "closed").value_or(true);
      if (!element || !bus) {
        error(table, i, "needs numbers in 'bus' and 'element'");
      } else if (kind == "b") {
        if (is_closed) {
          close_between(table, i);
          ++closed;
        } else {
          open.push_back(fmt::format("{}", table.index()[i]));
        }
      } else if (kind == "l" || kind == "t" || kind == "t3") {
        if (!is_closed) {
          open_ends_.insert({kind, *element, *bus});
          open.push_back(fmt::format("{}", table.index()[i]));
        } else if (number_or(table, i, "z_ohm", 0.0) > 0.0) {
          warn(table, i, "has an impedance, which pandapower uses between buses only; left out");
        }
      } else {
        error(table, i, fmt::format("is of the kind '{}', which is not known", kind));
      }
    }
    if (closed > 0) {
      note(table.line(), fmt::format("{} closed switch{} between buses: branches with their z_ohm, "
                                     "or with an impedance too small to matter (1e-8 pu on 1 MVA)",
                                     closed, closed == 1 ? "" : "es"));
    }
    if (!open.empty()) {
      note(table.line(), fmt::format("{} open switch{}: {}", open.size(),
                                     open.size() == 1 ? "" : "es", listed(open)));
    }
  }

  void close_between(const PandasTable& table, std::size_t row) {
    const auto* from = bus_of(table, row, "bus");
    const auto* to = bus_of(table, row, "element");
    if (from == nullptr || to == nullptr || from == to) {
      return;
    }
    constexpr double rx_ratio = 2.0;  // pandapower's default of runpp: switch_rx_ratio
    const double z_pu = number_or(table, row, "z_ohm", 0.0) / base_ohm(*from);
    const Complex impedance = z_pu > 0.0
                                  ? Complex{rx_ratio, 1.0} * (z_pu / std::hypot(rx_ratio, 1.0))
                                  : Complex{0.0, negligible_impedance_pu(feeder_)};
    auto branch = two_ended(feeder_, branch_name(table, row), *from->node, *to->node);
    branch.kind = BranchKind::switch_;
    branch.admittance_pu = pi_admittance(1.0 / impedance, 0.0, 0.0);
    if (const auto rated_ka = table.number(row, "in_ka"); rated_ka && *rated_ka > 0.0) {
      branch.rating_a = *rated_ka * amps_per_ka;
    }
    feeder_.branches.push_back(std::move(branch));
  }

  [[nodiscard]] double base_ohm(const Bus& bus) const { return bus.vn_kv * bus.vn_kv / base_mva_; }

  /// Adds a branch between `columns`' buses: with open switches at some of them it keeps what flows
  /// into it at the others.
  void add_branch(const PandasTable& table, std::size_t row, const std::string& switch_kind,
                  std::span<const std::string_view> columns, Branch branch) {
    std::vector<bool> kept;
    for (const auto column : columns) {
      kept.push_back(!open_ends_.contains(
          {switch_kind, table.index()[row], table.integer(row, column).value_or(-1)}));
    }
    if (std::ranges::find(kept, false) == kept.end()) {
      feeder_.branches.push_back(std::move(branch));
      return;
    }
    const auto whole = branch.admittance_pu;
    branch.admittance_pu = without_open_terminals(whole, kept);
    const auto size = [](const ComplexMatrix& y) {
      double largest = 0.0;
      for (std::size_t i = 0; i < y.rows() * y.cols(); ++i) {
        largest = std::max(largest, std::abs(y.data()[i]));
      }
      return largest;
    };
    constexpr double nothing = 1e-12;  // what rounding leaves of a branch without charging
    if (size(branch.admittance_pu) <= nothing * size(whole)) {
      return;
    }
    std::vector<NodePhaseId> terminals;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kept[i]) {
        terminals.push_back(branch.terminals[i]);
      }
    }
    branch.terminals = std::move(terminals);
    if (branch.terminals.size() == 1) {
      branch.kind = BranchKind::shunt;
      branch.rating_a = Branch{}.rating_a;
    }
    feeder_.branches.push_back(std::move(branch));
  }

  // --- Sources --------------------------------------------------------------------------------

  void add_sources() {
    const auto& grids = take("ext_grid");
    for (std::size_t i = 0; i < grids.rows(); ++i) {
      const auto* bus = in_service(grids, i) ? bus_of(grids, i, "bus") : nullptr;
      if (bus != nullptr) {
        add_source(
            grids, i, *bus,
            std::polar(need(grids, i, "vm_pu"), number_or(grids, i, "va_degree", 0.0) * radians));
      }
    }
    const auto& generators = take("gen");
    for (std::size_t i = 0; i < generators.rows(); ++i) {
      const auto* bus = in_service(generators, i) ? bus_of(generators, i, "bus") : nullptr;
      if (bus == nullptr) {
        continue;
      }
      const double held_pu = need(generators, i, "vm_pu");
      if (generators.flag(i, "slack").value_or(false)) {
        add_source(generators, i, *bus, Complex{held_pu, 0.0});
        continue;
      }
      const double p_kw =
          need(generators, i, "p_mw") * number_or(generators, i, "scaling", 1.0) * kw_per_mw;
      warn(generators, i,
           fmt::format("feeds in {:g} kW without reactive power: its voltage, {:g} pu, is not held",
                       p_kw, held_pu));
      if (p_kw != 0.0) {
        add_balanced_load(feeder_, generators.element(i), *bus->node, -p_kw);
      }
    }
    if (!source_known_) {
      add(Severity::error, grids.line(),
          "the net has no external grid in service (ext_grid, or a gen that is slack)");
    }
  }

  void add_source(const PandasTable& table, std::size_t row, const Bus& bus, Complex voltage_pu) {
    if (!(std::abs(voltage_pu) > 0.0)) {
      error(table, row, "needs a voltage 'vm_pu' above 0");
      return;
    }
    if (!source_known_) {
      source_known_ = true;
      feeder_.source = *bus.node;
      feeder_.source_voltage_pu = {voltage_pu};
    } else if (*bus.node != feeder_.source) {
      note(table.line(),
           fmt::format("{} holds the voltage of its bus as well as the source '{}'",
                       table.element(row), feeder_.nodes[feeder_.source.index()].name));
      hold_voltage(feeder_, branch_name(table, row), *bus.node, voltage_pu);
    } else if (voltage_pu != feeder_.source_voltage_pu.front()) {
      error(table, row, "holds another voltage at the bus of the source");
    }
  }

  // --- Branches -------------------------------------------------------------------------------

  void add_lines() {
    const auto& table = take("line");
    std::size_t unrated = 0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      if (!in_service(table, i)) {
        continue;
      }
      const auto* from = bus_of(table, i, "from_bus");
      const auto* to = bus_of(table, i, "to_bus");
      if (from == nullptr || to == nullptr) {
        continue;
      }
      const double km = need(table, i, "length_km");
      const double parallel = number_or(table, i, "parallel", 1.0);
      const Complex ohm =
          Complex{need(table, i, "r_ohm_per_km"), need(table, i, "x_ohm_per_km")} * km / parallel;
      if (ohm == Complex{} || !(parallel > 0.0)) {
        error(table, i, "has no impedance; make its ends one bus, or give it a small one");
        continue;
      }
      if (from->vn_kv != to->vn_kv) {
        warn(
            table, i,
            fmt::format("joins buses of {:g} and {:g} kV: it is taken as pandapower does, in pu of "
                        "the first",
                        from->vn_kv, to->vn_kv));
      }
      const Complex siemens = Complex{number_or(table, i, "g_us_per_km", 0.0) * 1e-6,
                                      2.0 * std::numbers::pi * frequency_hz_ *
                                          number_or(table, i, "c_nf_per_km", 0.0) * 1e-9} *
                              km * parallel;
      const Complex half = siemens * base_ohm(*from) / 2.0;
      auto line = two_ended(feeder_, branch_name(table, i), *from->node, *to->node);
      line.admittance_pu = pi_admittance(base_ohm(*from) / ohm, half, half);
      if (const auto rated_ka = table.number(i, "max_i_ka"); rated_ka && *rated_ka > 0.0) {
        line.rating_a = *rated_ka * number_or(table, i, "df", 1.0) * parallel * amps_per_ka;
      } else {
        ++unrated;
      }
      constexpr std::array<std::string_view, 2> ends{"from_bus", "to_bus"};
      add_branch(table, i, "l", ends, std::move(line));
    }
    if (unrated > 0) {
      note(table.line(), fmt::format("{} line{} without a rating (max_i_ka): the current is not "
                                     "limited",
                                     unrated, unrated == 1 ? "" : "s"));
    }
  }

  /// Rated voltages and shift at the tap where a transformer stands; `which` is "" or "2".
  void set_tap(const PandasTable& table, std::size_t row, const std::string& which,
               TransformerData& data) {
    const auto column = [&](std::string_view name) { return fmt::format("tap{}_{}", which, name); };
    const auto position = table.number(row, column("pos"));
    const auto side = table.text(row, column("side"));
    if (!position || !side) {
      return;
    }
    std::string type;
    if (table.has(column("changer_type"))) {
      type = table.text(row, column("changer_type")).value_or("");
    } else {  // before pandapower 3
      type = table.flag(row, column("phase_shifter")).value_or(false) ? "Ideal" : "Ratio";
    }
    const double steps = *position - number_or(table, row, column("neutral"), 0.0);
    const double step_percent = number_or(table, row, column("step_percent"), 0.0);
    const double step_deg = number_or(table, row, column("step_degree"), 0.0);
    const double direction = *side == "hv" ? 1.0 : -1.0;
    if (type == "Ideal") {
      data.shift_deg +=
          direction * (step_deg != 0.0 ? steps * step_deg
                                       : 2.0 / radians * std::asin(steps * step_percent / 200.0));
    } else if (type == "Ratio" || type == "Symmetrical") {
      auto& kv = *side == "hv" ? data.vn_hv_kv : data.vn_lv_kv;
      const auto tapped = tapped_voltage(kv, steps, step_percent, step_deg);
      kv = tapped.kv;
      data.shift_deg += direction * tapped.shift_deg;
    } else if (!type.empty() && type != "Tabular") {
      error(table, row,
            fmt::format("has a tap changer of the type '{}', which is not known", type));
    }
  }

  void refuse_tap_table(const PandasTable& table, std::size_t row) {
    if (table.flag(row, "tap_dependency_table").value_or(false)) {
      error(table, row,
            "takes its impedance from trafo_characteristic_table, which is not read; state the "
            "values at its tap and set tap_dependency_table to false");
    }
  }

  void add_transformers() {
    const auto& table = take("trafo");
    for (std::size_t i = 0; i < table.rows(); ++i) {
      if (!in_service(table, i)) {
        continue;
      }
      const auto* hv = bus_of(table, i, "hv_bus");
      const auto* lv = bus_of(table, i, "lv_bus");
      TransformerData data{.sn_mva = need(table, i, "sn_mva"),
                           .vn_hv_kv = need(table, i, "vn_hv_kv"),
                           .vn_lv_kv = need(table, i, "vn_lv_kv"),
                           .vk_percent = need(table, i, "vk_percent"),
                           .vkr_percent = need(table, i, "vkr_percent"),
                           .pfe_kw = number_or(table, i, "pfe_kw", 0.0),
                           .i0_percent = number_or(table, i, "i0_percent", 0.0),
                           .shift_deg = number_or(table, i, "shift_degree", 0.0),
                           .parallel = number_or(table, i, "parallel", 1.0)};
      data.r_share_hv = number_or(table, i, "leakage_resistance_ratio_hv", 0.5);
      data.x_share_hv = number_or(table, i, "leakage_reactance_ratio_hv", 0.5);
      refuse_tap_table(table, i);
      if (!is_sound(table, i, data) || hv == nullptr || lv == nullptr) {
        continue;
      }
      const double rated_kv = data.vn_hv_kv;
      set_tap(table, i, "", data);
      set_tap(table, i, "2", data);
      auto branch = two_ended(feeder_, branch_name(table, i), *hv->node, *lv->node);
      branch.kind = BranchKind::transformer;
      branch.admittance_pu = transformer_admittance(data, base_mva_, hv->vn_kv, lv->vn_kv);
      branch.rating_a = data.sn_mva * kw_per_mw * number_or(table, i, "df", 1.0) * data.parallel /
                        (std::numbers::sqrt3 * rated_kv);
      constexpr std::array<std::string_view, 2> ends{"hv_bus", "lv_bus"};
      const auto count = feeder_.branches.size();
      add_branch(table, i, "t", ends, std::move(branch));
      if (feeder_.branches.size() > count && feeder_.branches.back().terminals.size() == 2) {
        add_tap_changer(table, i);
      }
    }
  }

  bool is_sound(const PandasTable& table, std::size_t row, const TransformerData& data) {
    if (data.sn_mva > 0.0 && data.vn_hv_kv > 0.0 && data.vn_lv_kv > 0.0 && data.vk_percent != 0.0 &&
        data.parallel > 0.0) {
      return true;
    }
    error(table, row,
          "needs sn_mva, vn_hv_kv, vn_lv_kv and parallel above 0, and a vk_percent that is not 0");
    return false;
  }

  /// The tap as something that can be moved: ratio taps only, since others also turn the voltage.
  void add_tap_changer(const PandasTable& table, std::size_t row) {
    const auto position = table.number(row, "tap_pos");
    const auto lowest = table.number(row, "tap_min");
    const auto highest = table.number(row, "tap_max");
    const auto side = table.text(row, "tap_side");
    const double step = number_or(table, row, "tap_step_percent", 0.0) * percent;
    const bool is_ratio = !table.has("tap_changer_type") ||
                          table.text(row, "tap_changer_type").value_or("") == "Ratio";
    if (!position || !lowest || !highest || !side || !is_ratio || !(*lowest < *highest) ||
        !(step > 0.0) || number_or(table, row, "tap_step_degree", 0.0) != 0.0) {
      return;
    }
    const double neutral = number_or(table, row, "tap_neutral", 0.0);
    const auto at = [&](double place) { return 1.0 + (place - neutral) * step; };
    feeder_.tap_changers.push_back({.name = feeder_.branches.back().name,
                                    .branch = BranchId{feeder_.branches.size() - 1},
                                    .terminals = {*side == "hv" ? 0UL : 1UL},
                                    .tap = at(*position),
                                    .tap_min = at(*lowest),
                                    .tap_max = at(*highest),
                                    .steps = static_cast<int>(std::lround(*highest - *lowest)),
                                    .control = {}});
  }

  // Short-circuit voltages of three windings are stated pair by pair; each star arm has half of
  // (both of its own pairs less the other one), all on the hv winding's power.
  void add_three_winding_transformers() {
    const auto& table = take("trafo3w");
    constexpr std::array<std::string_view, 3> sides{"hv", "mv", "lv"};
    constexpr std::array<std::string_view, 3> ends{"hv_bus", "mv_bus", "lv_bus"};
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (!in_service(table, row)) {
        continue;
      }
      std::array<const Bus*, 3> buses{};
      std::array<double, 3> sn{}, vn{}, vk{}, vkr{};
      for (std::size_t s = 0; s < sides.size(); ++s) {
        buses[s] = bus_of(table, row, ends[s]);
        sn[s] = need(table, row, fmt::format("sn_{}_mva", sides[s]));
        vn[s] = need(table, row, fmt::format("vn_{}_kv", sides[s]));
        vk[s] = need(table, row, fmt::format("vk_{}_percent", sides[s]));
        vkr[s] = need(table, row, fmt::format("vkr_{}_percent", sides[s]));
      }
      refuse_tap_table(table, row);
      if (table.flag(row, "tap_at_star_point").value_or(false)) {
        error(table, row, "has its taps at the star point, which is not read");
        continue;
      }
      if (std::ranges::find(buses, nullptr) != buses.end()) {
        continue;
      }
      const auto arms = star_arms(sn, vk, vkr);
      ComplexMatrix star(4, 4);
      bool sound = true;
      for (std::size_t s = 0; s < sides.size(); ++s) {
        TransformerData data{.sn_mva = sn[s], .vn_hv_kv = vn[0], .vn_lv_kv = vn[s]};
        data.vk_percent = arms[s].vk_percent;
        data.vkr_percent = arms[s].vkr_percent;
        const auto loss_side = table.text(row, "loss_side").value_or("hv");
        data.pfe_kw = loss_side == sides[s] ? number_or(table, row, "pfe_kw", 0.0) : 0.0;
        data.i0_percent = loss_side == sides[s] ? number_or(table, row, "i0_percent", 0.0) : 0.0;
        data.shift_deg =
            s == 0 ? 0.0 : number_or(table, row, fmt::format("shift_{}_degree", sides[s]), 0.0);
        if (!is_sound(table, row, data)) {
          sound = false;
          break;
        }
        set_arm_tap(table, row, sides[s], s == 0, data);
        const auto arm = transformer_admittance(data, base_mva_, buses[0]->vn_kv, buses[s]->vn_kv);
        const std::array<std::size_t, 2> place =
            s == 0 ? std::array<std::size_t, 2>{0, 3} : std::array<std::size_t, 2>{3, s};
        for (std::size_t i = 0; i < 2; ++i) {
          for (std::size_t j = 0; j < 2; ++j) {
            star(place[i], place[j]) += arm(i, j);
          }
        }
      }
      if (!sound) {
        continue;
      }
      Branch branch;
      branch.name = branch_name(table, row);
      branch.kind = BranchKind::transformer;
      branch.from_count = 1;
      for (const auto* bus : buses) {
        branch.terminals.push_back(feeder_.nodes[bus->node->index()].phases.front());
      }
      branch.admittance_pu = without_open_terminals(star, {true, true, true, false});
      branch.rating_a = sn[0] * kw_per_mw / (std::numbers::sqrt3 * vn[0]);
      add_branch(table, row, "t3", ends, std::move(branch));
    }
  }

  struct StarArm {
    double vk_percent = 0.0;
    double vkr_percent = 0.0;
  };
  /// `vk` and `vkr` between hv-mv, mv-lv and hv-lv, each on the smaller of both powers.
  static std::array<StarArm, 3> star_arms(const std::array<double, 3>& sn,
                                          const std::array<double, 3>& vk,
                                          const std::array<double, 3>& vkr) {
    const std::array<double, 3> smaller{std::min(sn[0], sn[1]), std::min(sn[1], sn[2]),
                                        std::min(sn[0], sn[2])};
    std::array<double, 3> real{}, imaginary{};
    for (std::size_t s = 0; s < 3; ++s) {
      const double z = vk[s] * sn[0] / smaller[s];
      real[s] = vkr[s] * sn[0] / smaller[s];
      imaginary[s] = std::sqrt(std::max(0.0, z * z - real[s] * real[s]));
    }
    const auto arm = [&](const std::array<double, 3>& pair, std::size_t s) {
      return 0.5 * sn[s] / sn[0] * (pair[s] + pair[(s + 2) % 3] - pair[(s + 1) % 3]);
    };
    std::array<StarArm, 3> arms;
    for (std::size_t s = 0; s < 3; ++s) {
      const double r = arm(real, s);
      const double x = arm(imaginary, s);
      arms[s] = {std::copysign(std::hypot(r, x), x), r};
    }
    return arms;
  }

  /// The tap of a three-winding transformer is that of one arm, at the arm's outer end.
  void set_arm_tap(const PandasTable& table, std::size_t row, std::string_view side, bool is_hv,
                   TransformerData& data) {
    const auto position = table.number(row, "tap_pos");
    const bool has_type = table.has("tap_changer_type");
    const auto type = table.text(row, "tap_changer_type").value_or(has_type ? "" : "Ratio");
    if (!position || table.text(row, "tap_side") != std::string(side) || type.empty()) {
      return;
    }
    if (type != "Ratio" && type != "Symmetrical") {
      error(table, row, fmt::format("has a tap changer of the type '{}', which is not read", type));
      return;
    }
    auto& kv = is_hv ? data.vn_hv_kv : data.vn_lv_kv;
    const auto tapped = tapped_voltage(kv, *position - number_or(table, row, "tap_neutral", 0.0),
                                       number_or(table, row, "tap_step_percent", 0.0),
                                       number_or(table, row, "tap_step_degree", 0.0));
    kv = tapped.kv;
    data.shift_deg += (is_hv ? 1.0 : -1.0) * tapped.shift_deg;
  }

  void add_impedances() {
    const auto& table = take("impedance");
    for (std::size_t i = 0; i < table.rows(); ++i) {
      if (!in_service(table, i)) {
        continue;
      }
      const auto* from = bus_of(table, i, "from_bus");
      const auto* to = bus_of(table, i, "to_bus");
      const double on_base = base_mva_ / need(table, i, "sn_mva");
      const Complex forth = Complex{need(table, i, "rft_pu"), need(table, i, "xft_pu")} * on_base;
      const Complex back = Complex{need(table, i, "rtf_pu"), need(table, i, "xtf_pu")} * on_base;
      if (from == nullptr || to == nullptr) {
        continue;
      }
      if (forth == Complex{} || back == Complex{}) {
        error(table, i, "has no impedance; make its ends one bus, or give it a small one");
        continue;
      }
      const auto shunt = [&](std::string_view end) {
        return Complex{number_or(table, i, fmt::format("g{}_pu", end), 0.0),
                       number_or(table, i, fmt::format("b{}_pu", end), 0.0)} /
               on_base;
      };
      auto branch = two_ended(feeder_, branch_name(table, i), *from->node, *to->node);
      branch.admittance_pu = pi_admittance(1.0 / forth, shunt("f"), 0.0);
      branch.admittance_pu(1, 0) = -1.0 / back;
      branch.admittance_pu(1, 1) = 1.0 / back + shunt("t");
      feeder_.branches.push_back(std::move(branch));
    }
  }

  // --- What hangs on a bus --------------------------------------------------------------------

  void add_bus_elements() {
    each("load",
         [&](const PandasTable& table, std::size_t i, const Bus& bus) { add_load(table, i, bus); });
    each("sgen", [&](const PandasTable& table, std::size_t i, const Bus& bus) {
      add_power(table, i, bus, -scaled(table, i));
    });
    each("storage", [&](const PandasTable& table, std::size_t i, const Bus& bus) {
      add_power(table, i, bus, scaled(table, i));
    });
    each("motor", [&](const PandasTable& table, std::size_t i, const Bus& bus) {
      const double p =
          need(table, i, "pn_mech_mw") / (need(table, i, "efficiency_percent") * percent) *
          need(table, i, "loading_percent") * percent * number_or(table, i, "scaling", 1.0);
      const double s = p / need(table, i, "cos_phi");
      add_power(table, i, bus, Complex{p, std::sqrt(std::max(0.0, s * s - p * p))});
    });
    each("shunt", [&](const PandasTable& table, std::size_t i, const Bus& bus) {
      if (table.flag(i, "step_dependency_table").value_or(false)) {
        error(table, i, "takes its power from shunt_characteristic_table, which is not read");
      }
      const double ratio = bus.vn_kv / number_or(table, i, "vn_kv", bus.vn_kv);
      const Complex mva = Complex{need(table, i, "p_mw"), need(table, i, "q_mvar")} *
                          number_or(table, i, "step", 1.0) * ratio * ratio;
      add_balanced_shunt(feeder_, branch_name(table, i), *bus.node, std::conj(mva) / base_mva_);
    });
    each("ward", [&](const PandasTable& table, std::size_t i, const Bus& bus) {
      add_power(table, i, bus, Complex{need(table, i, "ps_mw"), need(table, i, "qs_mvar")});
      const Complex mva{need(table, i, "pz_mw"), need(table, i, "qz_mvar")};
      if (mva != Complex{}) {
        add_balanced_shunt(feeder_, branch_name(table, i), *bus.node, std::conj(mva) / base_mva_);
      }
    });
  }

  template <class Add>
  void each(const std::string& name, Add add_element) {
    const auto& table = take(name);
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const auto* bus = in_service(table, i) ? bus_of(table, i, "bus") : nullptr;
      if (bus != nullptr) {
        add_element(table, i, *bus);
      }
    }
  }

  /// p_mw + j q_mvar times the element's own scaling.
  Complex scaled(const PandasTable& table, std::size_t row) {
    return Complex{need(table, row, "p_mw"), number_or(table, row, "q_mvar", 0.0)} *
           number_or(table, row, "scaling", 1.0);
  }

  void add_power(const PandasTable& table, std::size_t row, const Bus& bus, Complex demand_mva) {
    if (demand_mva != Complex{}) {
      add_balanced_load(feeder_, table.element(row), *bus.node, demand_mva * kw_per_mw);
    }
  }

  void add_load(const PandasTable& table, std::size_t row, const Bus& bus) {
    const auto demand = scaled(table, row);
    if (demand == Complex{}) {
      return;
    }
    auto& load = add_balanced_load(feeder_, table.element(row), *bus.node, demand * kw_per_mw);
    const auto share = [&](std::string_view of, std::string_view power) {
      const auto old = number_or(table, row, fmt::format("const_{}_percent", of), 0.0);
      return percent * number_or(table, row, fmt::format("const_{}_{}_percent", of, power), old);
    };
    const LoadTerm current{share("i", "p"), share("i", "q"), 1.0};
    const LoadTerm impedance{share("z", "p"), share("z", "q"), 2.0};
    load.terms = {{1.0 - current.p_share - impedance.p_share,
                   1.0 - current.q_share - impedance.q_share, 0.0}};
    for (const auto& term : {current, impedance}) {
      if (term.p_share != 0.0 || term.q_share != 0.0) {
        load.terms.push_back(term);
      }
    }
  }

  // --- What is not taken ----------------------------------------------------------------------

  void refuse_others() {
    for (const auto& [name, table] : tables_) {
      if (taken_.contains(name) || table.rows() == 0) {
        continue;
      }
      if (name == "controller") {
        add(Severity::warning, table.line(),
            fmt::format("{} controller{} of the net do not act: all devices stay where they stand",
                        table.rows(), table.rows() == 1 ? "" : "s"));
      } else if (has_no_influence(name)) {
        note(table.line(),
             fmt::format("the table '{}' is not used: a power flow needs none of it", name));
      } else {
        for (std::size_t i = 0; i < table.rows(); ++i) {
          if (in_service(table, i)) {
            error(
                table, i,
                name.starts_with("asymmetric_")
                    ? "is not balanced: only nets of three equal phases are read from pandapower"
                    : "is of a kind that is not read; replace it by elements that are, or take it "
                      "out of service");
          }
        }
      }
    }
  }

  void report_out_of_service() {
    for (const auto& [name, indices] : idle_) {
      note(tables_[name].line(), fmt::format("{} of '{}' out of service left out: {}",
                                             indices.size(), name, listed(indices)));
    }
    if (!without_bus_.empty()) {
      note(tables_["bus"].line(),
           fmt::format("at buses out of service, left out with them: {}", listed(without_bus_)));
    }
  }

  /// pandapower leaves buses without a connection to an external grid out of its flow, and says so
  /// with a voltage that is no number.
  void drop_unsupplied() {
    const auto reached = reached_from_source(feeder_);
    std::vector<std::string> dropped;
    std::vector<std::optional<NodeId>> new_node;
    Feeder out = feeder_;
    out.nodes.clear();
    out.node_phases.clear();
    std::vector<int> lines;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (!reached[i]) {
        dropped.push_back(feeder_.nodes[i].name);
        new_node.emplace_back();
        continue;
      }
      const NodeId id{out.nodes.size()};
      new_node.emplace_back(id);
      out.nodes.push_back(feeder_.nodes[i]);
      out.nodes.back().phases = {NodePhaseId{id.index()}};
      out.node_phases.push_back(feeder_.node_phases[i]);
      out.node_phases.back().node = id;
      lines.push_back(out_.node_lines[i]);
    }
    const auto& buses = tables_["bus"];
    if (!dropped.empty()) {
      add(Severity::warning, buses.line(),
          fmt::format(
              "{} bus{} without a closed path to the source left out, with all that hangs on "
              "{}: {}",
              dropped.size(), dropped.size() == 1 ? "" : "es", dropped.size() == 1 ? "it" : "them",
              listed(dropped)));
      out.branches.clear();
      out.tap_changers.clear();
      std::map<std::size_t, BranchId> new_branch;
      for (std::size_t l = 0; l < feeder_.branches.size(); ++l) {
        auto branch = feeder_.branches[l];
        if (!reached[branch.terminals.front().index()]) {
          continue;
        }
        for (auto& terminal : branch.terminals) {  // a bus has one node-phase, of the same number
          terminal = NodePhaseId{new_node[terminal.index()]->index()};
        }
        new_branch.emplace(l, BranchId{out.branches.size()});
        out.branches.push_back(std::move(branch));
      }
      for (auto changer : feeder_.tap_changers) {
        if (const auto found = new_branch.find(changer.branch.index()); found != new_branch.end()) {
          changer.branch = found->second;
          out.tap_changers.push_back(std::move(changer));
        }
      }
      std::erase_if(out.loads, [&](const Load& load) { return !reached[load.node.index()]; });
      for (auto& load : out.loads) {
        load.node = *new_node[load.node.index()];
      }
      out.source = *new_node[feeder_.source.index()];
      feeder_ = std::move(out);
      out_.node_lines = std::move(lines);
    }
    check_connections(out_, {out_.shown, buses.line()}, faults_);
  }

  const Json& net_;
  WrittenFeeder& out_;
  Feeder& feeder_;
  Faults& faults_;
  double base_mva_ = 1.0;
  double frequency_hz_ = 50.0;
  std::map<std::string, PandasTable> tables_;
  std::set<std::string> taken_;
  std::map<std::int64_t, Bus> buses_;
  std::set<OpenEnd> open_ends_;
  std::set<std::string> branch_names_;
  std::map<std::string, std::vector<std::string>> idle_;  ///< out of service, by table
  std::vector<std::string> without_bus_;
  bool source_known_ = false;
};

}  // namespace

void read_pandapower_feeder(InputFiles& /*files*/, const std::string& /*name*/,
                            const std::string& text, WrittenFeeder& out, Faults& faults) {
  const auto document = documents::parse_json(text, out.shown);
  if (!document) {
    faults.insert(faults.end(), document.faults().begin(), document.faults().end());
    return;
  }
  const auto* net = document->find("_object");
  if (net == nullptr || net->get_if<Json::Object>() == nullptr) {
    faults.push_back({Severity::error,
                      {out.shown, document->line},
                      "is no pandapower net with an '_object'; write it with pandapower.to_json"});
    return;
  }
  NetBuilder(*net, out, faults).build();
}

}  // namespace gridpact::importers
