#include "gridpact/documents/plan_document.hpp"

#include "gridpact/documents/detail/fields.hpp"
#include "gridpact/documents/files.hpp"

namespace gridpact::documents {

namespace {

constexpr auto risk_fields = [](auto& io, auto& risk) {
  io.probability("joint_violation_limit", risk.joint_violation_limit);
  io.word("scope", risk.scope, parse_risk_scope);
  io.word("knowledge", risk.knowledge, parse_knowledge);
  io.word("ambiguity", risk.ambiguity, parse_ambiguity);
  io.word("layers", risk.layers, parse_layers);
  io.optional("ev_share", risk.ev_share);
  io.optional("robust_budget", risk.robust_budget);
  io.count("scenarios", risk.scenarios);
  io.word("rows", risk.rows, parse_row_form);
  io.word("participation", risk.participation, parse_shares);
};

constexpr auto substation_fields = [](auto& io, auto& substation) {
  io.profile("import_kw", substation.import_kw);
  io.profile("up_reserve_kw", substation.up_reserve_kw);
  io.profile("down_reserve_kw", substation.down_reserve_kw);
  io.profile("participation", substation.participation);
};

constexpr auto generator_fields = [](auto& io, auto& generator) {
  io.text("name", generator.name);
  io.profile("p_kw", generator.p_kw);
  io.profile("q_kvar", generator.q_kvar);
  io.profile("up_reserve_kw", generator.up_reserve_kw);
  io.profile("down_reserve_kw", generator.down_reserve_kw);
  io.profile("participation", generator.participation);
  io.profile_if_any("on", generator.on);
};

constexpr auto load_fields = [](auto& io, auto& load) {
  io.text("name", load.name);
  io.profile("forecast_kw", load.forecast_kw);
};

constexpr auto renewable_fields = [](auto& io, auto& renewable) {
  io.text("name", renewable.name);
  io.profile("forecast_kw", renewable.forecast_kw);
  io.profile("curtailed_kw", renewable.curtailed_kw);
  io.profile("q_kvar", renewable.q_kvar);
};

constexpr auto station_fields = [](auto& io, auto& station) {
  io.text("name", station.name);
  io.profile("charge_kw", station.charge_kw);
  io.profile("uncontrolled_kw", station.uncontrolled_kw);
  io.profile("up_reserve_kw", station.up_reserve_kw);
  io.profile("down_reserve_kw", station.down_reserve_kw);
  io.matrix("car_charge_kw", station.car_charge_kw);
  io.numbers("sold_up_kw", station.sold_up_kw);
  io.numbers("sold_down_kw", station.sold_down_kw);
  io.number("wear_eur", station.wear_eur);
};

constexpr auto reserve_fields = [](auto& io, auto& reserve) {
  io.profile("up_kw", reserve.up_kw);
  io.profile("down_kw", reserve.down_kw);
};

constexpr auto risk_share_fields = [](auto& io, auto& share) {
  io.word("kind", share.kind, parse_row_kind);
  io.text("place", share.place);
  io.period("period", share.period);
  io.probability("risk_level", share.risk_level);
  io.number("std_deviation", share.std_deviation);
  io.number_or(infinity, "distance_upper", share.distance_upper);
  io.number_or(infinity, "distance_lower", share.distance_lower);
  io.number_or(infinity, "support_upper", share.support_upper);
  io.number_or(infinity, "support_lower", share.support_lower);
  io.number("price_eur", share.price_eur);
  io.word("knowledge", share.knowledge, parse_knowledge);
};

constexpr auto cost_fields = [](auto& io, auto& cost) {
  io.number("energy_import_eur", cost.energy_import_eur);
  io.number("energy_export_eur", cost.energy_export_eur);
  io.number("generation_eur", cost.generation_eur);
  io.number_unless(0.0, "start_eur", cost.start_eur);
  io.number("reserve_eur", cost.reserve_eur);
  io.number("station_reserve_eur", cost.station_reserve_eur);
  io.number("curtailment_eur", cost.curtailment_eur);
  io.number("deviation_eur", cost.deviation_eur);
  io.number("wear_eur", cost.wear_eur);
  io.number("reserve_sold_eur", cost.reserve_sold_eur);
  io.derived("total_eur", cost.total_eur());
};

constexpr auto plan_fields = [](auto& io, auto& plan) {
  io.schema("gridpact-plan/1");
  io.text("software", plan.software);
  io.text("case_name", plan.case_name);
  io.text("case_digest", plan.case_digest);
  io.text("case_path", plan.case_path);
  io.word("method", plan.method, parse_method);
  io.object("risk", plan.risk, risk_fields);
  io.horizon("horizon", plan.horizon);
  io.object("cost", plan.cost, cost_fields);
  io.number_or(-infinity, "lower_bound_eur", plan.lower_bound_eur);
  io.number_or(infinity, "gap", plan.gap);
  io.number("promised_violation", plan.promised_violation);
  io.count("row_count", plan.row_count);
  io.number("loss_gap_eur", plan.loss_gap_eur);
  io.number("linear_error_pu", plan.linear_error_pu);
  io.number("uncontrolled_peak_kw", plan.uncontrolled_peak_kw);
  io.number_or(infinity, "import_limit_kw", plan.import_limit_kw);
  io.object("substation", plan.substation, substation_fields);
  io.list("generators", plan.generators, generator_fields);
  io.list("loads", plan.loads, load_fields);
  io.list("renewables", plan.renewables, renewable_fields);
  io.list("stations", plan.stations, station_fields);
  io.object("reserve", plan.reserve, reserve_fields);
  io.list("risk_shares", plan.risk_shares, risk_share_fields);
  io.matrix("voltage_pu", plan.voltage_pu);
  io.matrix("voltage_low_pu", plan.voltage_low_pu);
  io.matrix("voltage_high_pu", plan.voltage_high_pu);
  io.matrix("branch_current_a", plan.branch_current_a);
  io.matrix("price_eur_per_kwh", plan.price_eur_per_kwh);
};

/// `matrix` must have `rows` × `cols` unless it is empty (a method without margins keeps no band).
void check_shape(std::string_view key, const Matrix& matrix, std::size_t rows, std::size_t cols,
                 FieldReader& reader) {
  if (!matrix.empty() && (matrix.rows() != rows || matrix.cols() != cols)) {
    reader.fault(std::string(key) + " has " + std::to_string(matrix.rows()) + " × " +
                 std::to_string(matrix.cols()) + " numbers instead of " + std::to_string(rows) +
                 " × " + std::to_string(cols));
  }
}

/// Empty where nothing is sold.
void check_sold(const std::string& key, const Profile& sold, std::size_t periods,
                FieldReader& reader) {
  if (!sold.empty() && sold.size() != periods) {
    reader.fault(key + " has " + std::to_string(sold.size()) + " numbers instead of " +
                 std::to_string(periods) + " (or none)");
  }
}

constexpr auto check_plan = [](const Plan& plan, FieldReader& reader) {
  const auto periods = plan.horizon.count;
  const auto node_phases = plan.voltage_pu.cols();
  check_shape("voltage_pu", plan.voltage_pu, periods, node_phases, reader);
  check_shape("voltage_low_pu", plan.voltage_low_pu, periods, node_phases, reader);
  check_shape("voltage_high_pu", plan.voltage_high_pu, periods, node_phases, reader);
  check_shape("price_eur_per_kwh", plan.price_eur_per_kwh, periods, node_phases, reader);
  check_shape("branch_current_a", plan.branch_current_a, periods, plan.branch_current_a.cols(),
              reader);
  for (std::size_t i = 0; i < plan.stations.size(); ++i) {
    const auto& cars = plan.stations[i].car_charge_kw;
    const auto place = "/stations/" + std::to_string(i);
    check_shape(place + "/car_charge_kw", cars, cars.rows(), periods, reader);
    check_sold(place + "/sold_up_kw", plan.stations[i].sold_up_kw, periods, reader);
    check_sold(place + "/sold_down_kw", plan.stations[i].sold_down_kw, periods, reader);
  }
};

}  // namespace

std::string to_json(const Plan& plan) { return write_document(plan, plan_fields); }

Result<Plan> parse_plan(std::string_view text, const std::string& file) {
  return read_document<Plan>(text, file, plan_fields, check_plan);
}

Result<Plan> read_plan(const std::filesystem::path& path) {
  const auto text = read_text(path);
  return text ? parse_plan(*text, path.string()) : Result<Plan>(text.faults());
}

}  // namespace gridpact::documents
