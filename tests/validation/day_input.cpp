#include "validation/day_input.hpp"

#include <cmath>
#include <span>
#include <vector>

namespace gridpact::test {

namespace {

using Json = nlohmann::json;
using dispatch::Prepared;

Json table(const Matrix& matrix) {
  Json out = Json::array();
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    const auto row = matrix.row(i);
    out.push_back(std::vector<double>(row.begin(), row.end()));
  }
  return out;
}

Json json_of(const ReserveOffer& offer) {
  return {{"up_max_kw", offer.up_max_kw},
          {"down_max_kw", offer.down_max_kw},
          {"up_price_eur_per_kw_h", offer.up_price_eur_per_kw_h},
          {"down_price_eur_per_kw_h", offer.down_price_eur_per_kw_h},
          {"participation", offer.participation}};
}

Json json_of(const Generator& g) {
  Json out{{"name", g.name},
           {"p_min_kw", g.p_min_kw},
           {"p_max_kw", g.p_max_kw},
           {"q_min_kvar", g.q_min_kvar},
           {"q_max_kvar", g.q_max_kvar},
           {"ramp_kw_per_h", g.ramp_kw_per_h},
           {"cost_a_eur_per_kw2_h", g.cost_a_eur_per_kw2_h},
           {"cost_b_eur_per_kwh", g.cost_b_eur_per_kwh},
           {"cost_c_eur_per_h", g.cost_c_eur_per_h},
           {"reserve", json_of(g.reserve)}};
  if (g.commitment) {
    out["commitment"] = {{"start_cost_eur", g.commitment->start_cost_eur},
                         {"min_up_periods", g.commitment->min_up_periods},
                         {"min_down_periods", g.commitment->min_down_periods},
                         {"on_before", g.commitment->on_before}};
  }
  return out;
}

Json json_of(const fleet::Car& car) {
  Json out{{"arrival_h", car.arrival_h},
           {"departure_h", car.departure_h},
           {"energy_kwh", car.energy_kwh},
           {"charge_max_kw", car.charge_max_kw}};
  if (car.battery) {
    out["battery"] = {{"capacity_kwh", car.battery->capacity_kwh},
                      {"arrival_kwh", car.battery->arrival_kwh},
                      {"discharge_max_kw", car.battery->discharge_max_kw},
                      {"v2g_min_kwh", car.battery->v2g_min_kwh}};
  }
  return out;
}

Json json_of(const uncertainty::LayerLaw& law) {
  return {{"sources", law.sources},
          {"mean_kw", table(law.mean)},
          {"std_deviation_kw", table(law.std_deviation)},
          {"correlation", table(law.correlation)},
          {"support_low_kw", table(law.support_low)},
          {"support_high_kw", table(law.support_high)},
          {"student_degrees", law.fitted_degrees}};
}

/// Where each kind of power stands among the columns that the tangent's slopes are along.
Json columns_of(const Prepared::State& state) {
  const auto& columns = *state.columns;
  const auto list = [](std::size_t count, const auto& column) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(column(i));
    }
    return out;
  };
  const auto& problem = state.problem;
  const std::size_t generators = problem.generators.size();
  const std::size_t renewables = problem.renewables.size();
  return {
      {"load_kw", list(problem.load_groups.size(), [&](auto i) { return columns.load_kw(i); })},
      {"generator_kw", list(generators, [&](auto i) { return columns.generator_kw(i); })},
      {"generator_kvar", list(generators, [&](auto i) { return columns.generator_kvar(i); })},
      {"renewable_kw", list(renewables, [&](auto i) { return columns.renewable_kw(i); })},
      {"renewable_kvar", list(renewables, [&](auto i) { return columns.renewable_kvar(i); })},
      {"charge_kw", list(problem.stations.size(), [&](auto i) { return columns.charge_kw(i); })}};
}

Json tangent_of(const Prepared::State& state, std::size_t t) {
  const auto& feeder = state.problem.feeder;
  const auto& linear = state.grid.linear[t];
  const auto slopes = [](std::span<const double> row) {
    return std::vector<double>(row.begin(), row.end());
  };
  Json out{{"x", state.grid.x[t]}, {"voltage", Json::array()}, {"current", Json::array()}};
  for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
    const auto& place = feeder.node_phases[i];
    if (place.node != feeder.source && !is_neutral(place)) {
      out["voltage"].push_back({{"node", feeder.nodes[place.node.index()].name},
                                {"value_pu", linear.voltage_pu[i]},
                                {"slopes", slopes(linear.voltage_per_unit.row(i))}});
    }
  }
  for (std::size_t c = 0; c < linear.conductors.size(); ++c) {
    const auto& branch = feeder.branches[linear.conductors[c].branch.index()];
    if (std::isfinite(branch.rating_a)) {
      out["current"].push_back({{"branch", branch.name},
                                {"rating_a", branch.rating_a},
                                {"value_a", linear.current_a[c]},
                                {"slopes", slopes(linear.current_per_unit.row(c))}});
    }
  }
  out["import"] = {{"value_kw", linear.import_kw}, {"slopes", linear.import_kw_per_unit}};
  return out;
}

template <class Item>
Json list_of(const std::vector<Item>& items) {
  Json out = Json::array();
  for (const auto& item : items) {
    out.push_back(json_of(item));
  }
  return out;
}

}  // namespace

Json input_of(const Prepared::State& state) {
  const auto& problem = state.problem;
  const auto& substation = problem.substation;
  Json out{{"periods", problem.horizon.count},
           {"period_h", problem.horizon.period_h()},
           {"voltage_min_pu", problem.limits.voltage_min_pu},
           {"voltage_max_pu", problem.limits.voltage_max_pu},
           {"substation",
            {{"import_limit_kw", state.import_limit_kw},
             {"export_max_kw", substation.export_max_kw},
             {"import_price_eur_per_kwh", substation.import_price_eur_per_kwh},
             {"export_price_eur_per_kwh", substation.export_price_eur_per_kwh},
             {"reserve", json_of(substation.reserve)}}},
           {"load_kw", state.beliefs.load_kw},
           {"generators", list_of(problem.generators)},
           {"renewables", Json::array()},
           {"stations", Json::array()},
           {"net_load_errors", json_of(state.beliefs.net_load)},
           {"station_errors", json_of(state.beliefs.stations)},
           {"columns", columns_of(state)},
           {"tangents", Json::array()}};
  for (std::size_t r = 0; r < problem.renewables.size(); ++r) {
    const auto& plant = problem.renewables[r];
    out["renewables"].push_back(
        {{"name", plant.name},
         {"available_kw", state.beliefs.available_kw[r]},
         {"q_min_kvar", plant.q_min_kvar},
         {"q_max_kvar", plant.q_max_kvar},
         {"curtailment_price_eur_per_kwh", plant.curtailment_price_eur_per_kwh}});
  }
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    const auto& station = problem.stations[s];
    out["stations"].push_back(
        {{"name", station.name},
         {"least_charge_kw", station.least_charge_kw()},
         {"connection_max_kw", station.connection_max_kw},
         {"deviation_price_eur_per_kw_h", station.deviation_price_eur_per_kw_h},
         {"cars", list_of(state.beliefs.fleets[s])}});
  }
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    out["tangents"].push_back(tangent_of(state, t));
  }
  return out;
}

}  // namespace gridpact::test
