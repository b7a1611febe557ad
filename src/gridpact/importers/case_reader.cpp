#include "gridpact/importers/case_reader.hpp"

#include <algorithm>
#include <map>
#include <system_error>

#include <fmt/format.h>

#include "gridpact/importers/case_format.hpp"
#include "gridpact/importers/detail/case_checks.hpp"
#include "gridpact/importers/detail/feeder_reader.hpp"
#include "gridpact/importers/detail/history_reader.hpp"
#include "gridpact/importers/detail/name_index.hpp"
#include "gridpact/importers/detail/table_reader.hpp"
#include "gridpact/importers/detail/unit_checks.hpp"

namespace gridpact::importers {

namespace {

constexpr std::chrono::seconds whole_day = std::chrono::hours{24};
constexpr std::chrono::seconds shortest_period = std::chrono::minutes{1};
constexpr long most_periods = 10'000;

/// The horizon, or nothing and its faults.
std::optional<TimeGrid> read_horizon(const TableReader& table, Faults& faults) {
  const auto start = table.instant("start");
  const auto period = table.duration("period");
  const auto time_zone = table.text("time_zone");
  const auto error = [&](std::string_view key, std::string message) {
    faults.push_back({Severity::error, table.place(key), std::move(message)});
  };
  const auto faults_before = faults.size();
  if (table.has("periods") == table.has("end")) {
    error("end", table.has("end") ? "[horizon] has both 'periods' and 'end'; write only one of them"
                                  : "[horizon] needs either 'periods' or 'end'");
  }
  if (period && (*period < shortest_period || (whole_day % *period).count() != 0)) {
    error("period", fmt::format("'period' is {}; it must be at least a minute, and a day of 24 h a "
                                "whole number of periods",
                                format_duration(*period)));
  }
  const auto end = table.instant("end");
  const auto periods = table.integer("periods");
  if (!start || !period || time_zone.empty() || (!end && !periods) ||
      faults.size() != faults_before) {
    return std::nullopt;
  }
  const auto midnight = local_midnight(local_time(*start, time_zone).days_since_epoch, time_zone);
  if (((*start - midnight) % *period).count() != 0) {
    error("start",
          fmt::format("'start' is {} in {}, which is not a whole number of periods ({}) after "
                      "local midnight",
                      format_instant(*start, time_zone), time_zone, format_duration(*period)));
  }
  if (end && (*end <= *start || ((*end - *start) % *period).count() != 0)) {
    error("end",
          fmt::format("'end' is {}; it must be a whole number of periods ({}) after 'start', {}",
                      format_instant(*end, time_zone), format_duration(*period),
                      format_instant(*start, time_zone)));
  }
  const auto count = end ? (*end - *start) / *period : *periods;
  if (count > most_periods) {
    error("end", fmt::format("the horizon has {} periods; at most {} can be planned at once", count,
                             most_periods));
  }
  if (faults.size() != faults_before) {
    return std::nullopt;
  }
  return TimeGrid{*start, *period, static_cast<std::size_t>(count), time_zone};
}

class CaseBuilder {
 public:
  CaseBuilder(const TableReader& root, InputFiles& files, Case& out, Faults& faults)
      : root_(root), files_(files), case_(out), faults_(faults) {}

  void build() {
    read_head();
    horizon_ = read_horizon(root_.table("horizon"), faults_);
    case_.horizon = horizon_.value_or(TimeGrid{});
    read_network();
    read_histories();
    read_load_groups();
    read_substation();
    read_generators();
    read_renewables();
    read_stations();
    check_case(root_, case_, faults_);
    check_case_units(root_, case_, faults_);
    if (!has_errors(faults_)) {  // a misspelt name would make another one look unused
      series_.report_unused(faults_);
      histories_.report_unused(faults_);
    }
  }

 private:
  void read_head() {
    const auto head = root_.table("case");
    case_.name = head.text("name");
    case_.title = head.text("title");
    case_.seed = static_cast<std::uint64_t>(head.integer("seed").value_or(0));
    const auto limits = root_.table("limits");
    case_.limits = {limits.number("voltage_min_pu"), limits.number("voltage_max_pu")};
    const auto risk = root_.table("risk");
    case_.risk.joint_violation_limit = risk.number("joint_violation_limit");
    case_.risk.scope = parse_risk_scope(risk.text("scope")).value_or(RiskScope::period);
    case_.risk.knowledge = parse_knowledge(risk.text("knowledge")).value_or(Knowledge::tested);
    case_.risk.ambiguity = parse_ambiguity(risk.text("ambiguity")).value_or(Ambiguity::none);
    case_.risk.layers = parse_layers(risk.text("layers")).value_or(Layers::apart);
    case_.risk.ev_share = risk.number_if_any("ev_share");
    case_.risk.robust_budget = risk.number_if_any("robust_budget");
    case_.risk.scenarios = static_cast<std::size_t>(risk.integer("scenarios").value_or(1));
    case_.risk.rows = parse_row_form(risk.text("rows")).value_or(RowForm::merged);
    case_.risk.participation = parse_shares(risk.text("participation")).value_or(Shares::given);
  }

  void read_network() {
    const auto table = root_.table("feeder");
    if (table.text("file").empty()) {
      return;
    }
    auto written = read_feeder_file(files_, table.text("file"), table.place("file"), faults_);
    feeder_shown_ = written.shown;
    node_lines_ = std::move(written.node_lines);
    case_.feeder = std::move(written.feeder);
    if (const auto voltage_pu = table.number_if_any("source_voltage_pu")) {
      for (Complex& voltage : case_.feeder.source_voltage_pu) {
        voltage = std::polar(*voltage_pu, std::arg(voltage));
      }
    }
    read_taps(table);
    for (std::size_t i = 0; i < case_.feeder.nodes.size(); ++i) {
      // The feeder reader has already reported names that repeat.
      nodes_.add(case_.feeder.nodes[i].name, {feeder_shown_, node_lines_[i]}, faults_);
    }
    has_nodes_ = !case_.feeder.nodes.empty();
  }

  void read_taps(const TableReader& feeder_table) {
    NameIndex changers("tap changer");
    for (const auto& changer : case_.feeder.tap_changers) {
      changers.add(changer.name, {feeder_shown_, 0}, faults_);
    }
    NameIndex stated("[[feeder.tap]]");
    for (const auto& table : feeder_table.tables("tap")) {
      stated.add(table.text("name"), table.place("name"), faults_);
      const auto index = changers.find(table.text("name"), table.place("name"), faults_);
      const auto position = table.integer("position");
      if (!index || !position) {
        continue;
      }
      const auto& changer = case_.feeder.tap_changers[*index];
      const double step = (changer.tap_max - changer.tap_min) / changer.steps;
      const double tap = 1.0 + static_cast<double>(*position) * step;
      if (tap < changer.tap_min - 0.5 * step || tap > changer.tap_max + 0.5 * step) {
        error(table.place("position"),
              fmt::format("position {} is a tap of {:g}; '{}' has {:g} to {:g}, steps of {:g}",
                          *position, tap, changer.name, changer.tap_min, changer.tap_max, step));
        continue;
      }
      case_.feeder.set_tap(*index, tap);
    }
  }

  void read_histories() {
    for (const auto& table : root_.tables("series")) {
      series_.add(table.text("name"), table.place("name"), faults_);
      case_.series.push_back(read_series(table, horizon_, files_, faults_));
    }
    for (const auto& table : root_.tables("sessions")) {
      histories_.add(table.text("name"), table.place("name"), faults_);
      auto history = read_session_history(table, horizon_, files_, faults_);
      SessionHistory sessions{table.text("name"), {}};
      for (const auto& [session, line] : history.sessions) {
        sessions.sessions.push_back(session);
      }
      case_.session_histories.push_back(std::move(sessions));
      written_histories_.push_back(std::move(history));
    }
  }

  NodeId find_node(const TableReader& table) {
    return find_node(table.text("node"), table.place("node")).value_or(NodeId{});
  }

  std::optional<NodeId> find_node(const std::string& name, const Place& place) {
    const auto index = has_nodes_ ? nodes_.find(name, place, faults_) : std::nullopt;
    return index ? std::optional{NodeId{*index}} : std::nullopt;
  }

  SeriesId find_series(const TableReader& table) {
    return SeriesId{series_.find(table.text("series"), table.place("series"), faults_).value_or(0)};
  }

  void add_resource(const TableReader& table) {
    resources_.add(table.text("name"), table.place("name"), faults_);
  }

  void read_load_groups() {
    const auto tables = root_.tables("load_group");
    std::map<NodeId, std::size_t> group_of;
    std::vector<std::pair<std::size_t, Place>> takers;  // groups of "all" or "rest"
    for (std::size_t g = 0; g < tables.size(); ++g) {
      add_resource(tables[g]);
      case_.load_groups.push_back({tables[g].text("name"), find_series(tables[g]), 0.0});
      if (!tables[g].word_for_names("nodes").empty()) {
        takers.emplace_back(g, tables[g].place("nodes"));
        check_all(tables[g], tables.size());
      }
      for (const auto& name : tables[g].names("nodes")) {
        list_node(name, {tables[g].place().file, name.line}, g, group_of);
      }
    }
    for (std::size_t i = 1; i < takers.size(); ++i) {
      error(takers[i].second, "only one load group can take the rest of the nodes");
    }
    const auto rest = takers.empty() ? std::nullopt : std::optional{takers.front().first};
    if (!tables.empty()) {
      assign_loads(group_of, rest);
    }
  }

  void check_all(const TableReader& table, std::size_t groups) {
    if (table.word_for_names("nodes") == "all" && groups > 1) {
      error(table.place("nodes"),
            "\"all\" leaves no loads for the other load groups; write \"rest\" for those that no "
            "other "
            "group lists");
    }
  }

  void list_node(const WrittenName& name, const Place& place, std::size_t group,
                 std::map<NodeId, std::size_t>& group_of) {
    const auto node = find_node(name.text, place);
    if (!node) {
      return;
    }
    const auto [known, is_new] = group_of.emplace(*node, group);
    if (!is_new) {
      error(place, fmt::format("node '{}' is already in load group '{}'", name.text,
                               case_.load_groups[known->second].name));
    }
    const auto& loads = case_.feeder.loads;
    if (std::none_of(loads.begin(), loads.end(), [&](const Load& l) { return l.node == *node; })) {
      warn(place, fmt::format("node '{}' has no load", name.text));
    }
  }

  void assign_loads(const std::map<NodeId, std::size_t>& group_of,
                    std::optional<std::size_t> rest) {
    std::size_t generating = 0;
    double generated_kw = 0.0;
    for (auto& load : case_.feeder.loads) {
      if (load.p_kw < 0.0) {
        load.group = Load::no_group;
        ++generating;
        generated_kw -= load.p_kw;
        continue;
      }
      const auto listed = group_of.find(load.node);
      const auto group = listed != group_of.end() ? std::optional{listed->second} : rest;
      if (!group) {
        error({feeder_shown_, node_lines_[load.node.index()]},
              fmt::format(
                  "the load of {:g} kW at node '{}' is in no load group; list the node in one, "
                  "or write nodes = \"rest\"",
                  load.p_kw, case_.feeder.nodes[load.node.index()].name));
        continue;
      }
      load.group = *group;
      case_.load_groups[load.group].nominal_kw += load.p_kw;
    }
    if (generating > 0) {
      faults_.push_back(
          {Severity::note,
           {feeder_shown_, 0},
           fmt::format(
               "the feeder itself generates {:g} kW at {} place{}: constant, and in no load "
               "group; write a [[renewable]] or [[generator]] for what varies",
               generated_kw, generating, generating == 1 ? "" : "s")});
    }
  }

  static ReserveOffer read_reserve(const TableReader& owner) {
    const auto table = owner.table("reserve");
    return {.up_max_kw = table.number("up_max_kw"),
            .down_max_kw = table.number("down_max_kw"),
            .up_price_eur_per_kw_h = table.number("up_price_eur_per_kw_h"),
            .down_price_eur_per_kw_h = table.number("down_price_eur_per_kw_h"),
            .participation = table.number("participation")};
  }

  void read_substation() {
    const auto table = root_.table("substation");
    case_.substation.import_max_kw = table.number("import_max_kw");
    case_.substation.export_max_kw = table.number("export_max_kw");
    case_.substation.peak_reduction = table.number_if_any("peak_reduction");
    case_.substation.reserve = read_reserve(table);
    read_prices(table.table("price"), horizon_, files_, case_.substation, faults_);
  }

  [[nodiscard]] std::optional<Commitment> read_commitment(const TableReader& generator) {
    if (!generator.has("commitment")) {
      return std::nullopt;
    }
    const auto table = generator.table("commitment");
    return Commitment{.start_cost_eur = table.number("start_cost_eur"),
                      .min_up_periods = read_periods(table, "min_up"),
                      .min_down_periods = read_periods(table, "min_down"),
                      .on_before = table.yes("on_before")};
  }

  /// One if it is not written.
  std::size_t read_periods(const TableReader& table, std::string_view key) {
    const auto length = table.duration(key);
    if (!length || !horizon_) {
      return 1;
    }
    if (*length < horizon_->period || (*length % horizon_->period).count() != 0) {
      error(table.place(key),
            fmt::format("'{}' is {}; it must be a whole number of periods ({})", key,
                        format_duration(*length), format_duration(horizon_->period)));
      return 1;
    }
    return static_cast<std::size_t>(*length / horizon_->period);
  }

  void read_generators() {
    for (const auto& table : root_.tables("generator")) {
      add_resource(table);
      case_.generators.push_back({.name = table.text("name"),
                                  .node = find_node(table),
                                  .p_min_kw = table.number("p_min_kw"),
                                  .p_max_kw = table.number("p_max_kw"),
                                  .q_min_kvar = table.number("q_min_kvar"),
                                  .q_max_kvar = table.number("q_max_kvar"),
                                  .ramp_kw_per_h = table.number("ramp_kw_per_h"),
                                  .cost_a_eur_per_kw2_h = table.number("cost_a_eur_per_kw2_h"),
                                  .cost_b_eur_per_kwh = table.number("cost_b_eur_per_kwh"),
                                  .cost_c_eur_per_h = table.number("cost_c_eur_per_h"),
                                  .reserve = read_reserve(table),
                                  .commitment = read_commitment(table)});
    }
  }

  void read_renewables() {
    for (const auto& table : root_.tables("renewable")) {
      add_resource(table);
      case_.renewables.push_back(
          {.name = table.text("name"),
           .kind = table.text("kind") == to_string(RenewableKind::wind) ? RenewableKind::wind
                                                                        : RenewableKind::pv,
           .node = find_node(table),
           .capacity_kw = table.number("capacity_kw"),
           .series = find_series(table),
           .q_min_kvar = table.number("q_min_kvar"),
           .q_max_kvar = table.number("q_max_kvar"),
           .curtailment_price_eur_per_kwh = table.number("curtailment_price_eur_per_kwh")});
    }
  }

  static std::optional<CarBatteries> read_batteries(const TableReader& station) {
    if (!station.has("battery")) {
      return std::nullopt;
    }
    const auto table = station.table("battery");
    CarBatteries out{.capacity_kwh = table.number("capacity_kwh"),
                     .departure_soc = table.number("departure_soc"),
                     .discharge_max_kw = table.number("discharge_max_kw"),
                     .discharge_efficiency = table.number("discharge_efficiency"),
                     .v2g_share = table.number("v2g_share"),
                     .v2g_min_kwh = table.number("v2g_min_kwh"),
                     .wear = std::nullopt};
    if (station.has("wear")) {
      const auto wear = station.table("wear");
      out.wear = WearLaw{.replacement_eur_per_kwh = wear.number("replacement_eur_per_kwh"),
                         .stress = wear.number("stress"),
                         .exponent = wear.number("exponent")};
    }
    return out;
  }

  [[nodiscard]] std::optional<ReserveSale> read_reserve_sold(const TableReader& station) {
    if (!station.has("reserve_sold")) {
      return std::nullopt;
    }
    const auto table = station.table("reserve_sold");
    return ReserveSale{.up_max_kw = table.number("up_max_kw"),
                       .down_max_kw = table.number("down_max_kw"),
                       .up_price_eur_per_kw_h = table.number("up_price_eur_per_kw_h"),
                       .down_price_eur_per_kw_h = table.number("down_price_eur_per_kw_h"),
                       .longest_call = read_call_length(table)};
  }

  /// In periods.
  std::size_t read_call_length(const TableReader& table) {
    const auto length = table.duration("duration");
    if (!length || !horizon_) {
      return 1;
    }
    const auto whole = horizon_->period * static_cast<long>(horizon_->count);
    if (*length < horizon_->period || (*length % horizon_->period).count() != 0 ||
        *length > whole) {
      error(table.place("duration"),
            fmt::format("'duration' is {}; it must be a whole number of periods ({}) and at most "
                        "the horizon ({})",
                        format_duration(*length), format_duration(horizon_->period),
                        format_duration(whole)));
      return 1;
    }
    return static_cast<std::size_t>(*length / horizon_->period);
  }

  void read_stations() {
    for (const auto& table : root_.tables("station")) {
      add_resource(table);
      const auto history =
          histories_.find(table.text("sessions"), table.place("sessions"), faults_);
      if (history) {
        check_deliverable(table, written_histories_[*history], table.text("sessions"), faults_);
      }
      case_.stations.push_back(
          {.name = table.text("name"),
           .node = find_node(table),
           .cars = static_cast<std::size_t>(table.integer("cars").value_or(0)),
           .charger_kw = table.number("charger_kw"),
           .charge_efficiency = table.number("charge_efficiency"),
           .connection_max_kw = table.number("connection_max_kw"),
           .sessions = SessionsId{history.value_or(0)},
           .deviation_price_eur_per_kw_h = table.number("deviation_price_eur_per_kw_h"),
           .fairness = parse_fairness(table.text("fairness")).value_or(Fairness::least_slack),
           .batteries = read_batteries(table),
           .reserve_sold = read_reserve_sold(table)});
    }
  }

  void error(const Place& place, std::string message) {
    faults_.push_back({Severity::error, place, std::move(message)});
  }
  void warn(const Place& place, std::string message) {
    faults_.push_back({Severity::warning, place, std::move(message)});
  }

  const TableReader& root_;
  InputFiles& files_;
  Case& case_;
  Faults& faults_;
  std::optional<TimeGrid> horizon_;
  std::string feeder_shown_;
  std::vector<int> node_lines_;
  bool has_nodes_ = false;
  std::vector<WrittenHistory> written_histories_;
  NameIndex nodes_{"node"};
  NameIndex series_{"[[series]]"};
  NameIndex histories_{"[[sessions]]"};
  NameIndex resources_{"resource"};
};

/// The .toml file meant by `given`, or a fault.
Result<std::filesystem::path> find_case_file(const std::filesystem::path& given) {
  std::error_code error;
  const auto shown = given.generic_string();
  if (!std::filesystem::exists(given, error)) {
    return Fault{Severity::error,
                 {shown, 0},
                 "does not exist; name a folder with a case.toml, or a .toml file"};
  }
  if (!std::filesystem::is_directory(given, error)) {
    return given;
  }
  const auto file = (given / "case.toml").lexically_normal();
  if (!std::filesystem::is_regular_file(file, error)) {
    return Fault{Severity::error, {shown, 0}, "this folder has no case.toml"};
  }
  return file;
}

}  // namespace

Result<Case> read_case(const std::filesystem::path& folder_or_toml) {
  const auto path = find_case_file(folder_or_toml);
  if (!path) {
    return path.faults();
  }
  Faults faults;
  InputFiles files(path->parent_path());
  const auto name = path->filename().string();
  const auto shown = files.shown(name);
  const auto* text = files.read(name, {shown, 0}, faults);
  if (text == nullptr) {
    return faults;
  }
  const auto document = parse_toml(*text, shown);
  if (!document) {
    return document.faults();
  }
  check_table(*document, case_format(), shown, faults);
  Case out;
  const TableReader root(*document, case_format(), shown);
  CaseBuilder(root, files, out, faults).build();
  sort_by_place(faults);
  if (has_errors(faults)) {
    return faults;
  }
  out.source = folder_or_toml.generic_string();
  out.digest = files.digest();
  out.notes = std::move(faults);
  return out;
}

}  // namespace gridpact::importers
