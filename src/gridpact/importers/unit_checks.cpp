#include "gridpact/importers/detail/unit_checks.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

// The largest values that a distribution feeder, its plants and its prices usually have. Each is
// far above the ordinary, and far below a thousand times the ordinary.
constexpr double usual_feeder_kw = 200'000.0;
constexpr double usual_voltage_kv = 150.0;
constexpr double usual_line_ohm = 50.0;
constexpr double usual_rating_a = 20'000.0;
constexpr double smallest_usual_rating_a = 2.0;
constexpr double usual_plant_per_demand = 20.0;  // power of a plant per demand of the whole feeder
constexpr double usual_charger_kw = 1'000.0;
constexpr double usual_battery_kwh = 1'000.0;
constexpr double usual_battery_eur_per_kwh = 2'000.0;
constexpr double usual_price_eur_per_kwh = 5.0;
constexpr double smallest_usual_price_eur_per_kwh = 0.0005;
constexpr double usual_reserve_price_eur_per_kw_h = 5.0;

/// Digits, not exponents: "3700000".
std::string show(double value) {
  return std::abs(value) < 1e5 ? fmt::format("{:g}", value) : fmt::format("{:.0f}", value);
}

class UnitChecks {
 public:
  explicit UnitChecks(Faults& faults) : faults_(faults) {}

  void at_most(double value, double usual, const Place& place, std::string_view what,
               std::string_view unit, std::string_view other_unit) {
    if (value > usual) {
      warn(place, value, what, unit, other_unit);
    }
  }
  /// `key` of `table`, if it is written.
  void key_at_most(const TableReader& table, std::string_view key, double usual,
                   std::string_view unit, std::string_view other_unit) {
    if (const auto value = table.number_if_any(key); value && table.has(key)) {
      at_most(*value, usual, table.place(key), fmt::format("'{}'", key), unit, other_unit);
    }
  }
  void warn(const Place& place, double value, std::string_view what, std::string_view unit,
            std::string_view other_unit) {
    faults_.push_back({Severity::warning, place,
                       fmt::format("{} is {} {}, which looks like {}; check the unit", what,
                                   show(value), unit, other_unit)});
  }

 private:
  Faults& faults_;
};

/// Largest usual power of one plant at the feeder.
double usual_plant_kw(const Case& problem) {
  double demand_kw = 0.0;
  for (const auto& load : problem.feeder.loads) {
    demand_kw += load.p_kw;
  }
  return demand_kw > 0.0 ? usual_plant_per_demand * demand_kw : usual_feeder_kw;
}

void check_offer(const TableReader& reserve, double usual_kw, UnitChecks& checks) {
  checks.key_at_most(reserve, "up_max_kw", usual_kw, "kW", "W");
  checks.key_at_most(reserve, "down_max_kw", usual_kw, "kW", "W");
  for (const auto* key : {"up_price_eur_per_kw_h", "down_price_eur_per_kw_h"}) {
    checks.key_at_most(reserve, key, usual_reserve_price_eur_per_kw_h, "EUR/kW/h", "EUR/MW/h");
  }
}

void check_reserve(const TableReader& owner, double usual_kw, UnitChecks& checks) {
  check_offer(owner.table("reserve"), usual_kw, checks);
}

void check_prices(const TableReader& root, const Case& problem, UnitChecks& checks) {
  const auto price = root.table("substation").table("price");
  const double median = median_size(problem.substation.import_price_eur_per_kwh);
  const bool is_per_mwh = price.text("unit") == "EUR/MWh";
  const auto shown = is_per_mwh ? median * 1000.0 : median;
  if (median > usual_price_eur_per_kwh && !is_per_mwh) {
    checks.warn(price.place("unit"), shown, "the median price", "EUR/kWh", "EUR/MWh");
  } else if (median > usual_price_eur_per_kwh) {
    checks.warn(price.place("unit"), shown, "the median price", "EUR/MWh", "a thousandth of that");
  } else if (median > 0.0 && median < smallest_usual_price_eur_per_kwh && is_per_mwh) {
    checks.warn(price.place("unit"), shown, "the median price", "EUR/MWh", "EUR/kWh");
  }
}

void check_stations(const TableReader& root, double usual_kw, Faults& faults, UnitChecks& checks) {
  for (const auto& station : root.tables("station")) {
    checks.key_at_most(station, "charger_kw", usual_charger_kw, "kW", "W");
    checks.key_at_most(station, "connection_max_kw", usual_kw, "kW", "W");
    checks.key_at_most(station, "deviation_price_eur_per_kw_h", usual_reserve_price_eur_per_kw_h,
                       "EUR/kW/h", "EUR/MW/h");
    if (station.has("battery")) {
      const auto battery = station.table("battery");
      checks.key_at_most(battery, "capacity_kwh", usual_battery_kwh, "kWh", "Wh");
      checks.key_at_most(battery, "discharge_max_kw", usual_charger_kw, "kW", "W");
    }
    if (station.has("wear")) {
      checks.key_at_most(station.table("wear"), "replacement_eur_per_kwh",
                         usual_battery_eur_per_kwh, "EUR/kWh", "EUR/MWh");
    }
    if (station.has("reserve_sold")) {
      check_offer(station.table("reserve_sold"), usual_kw, checks);
    }
    const double connection_kw = station.number("connection_max_kw");
    const double charger_kw = station.number("charger_kw");
    if (connection_kw < charger_kw && charger_kw <= usual_charger_kw) {
      faults.push_back(
          {Severity::warning, station.place("connection_max_kw"),
           fmt::format("'connection_max_kw' is {:g} kW, less than one charger of {:g} kW; "
                       "check the unit",
                       connection_kw, charger_kw)});
    }
  }
}

}  // namespace

double median_size(std::vector<double> values) {
  if (values.empty()) {
    return 0.0;
  }
  std::transform(values.begin(), values.end(), values.begin(),
                 [](double v) { return std::abs(v); });
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void check_feeder_units(const TableReader& root, const Feeder& feeder, Faults& faults) {
  UnitChecks checks(faults);
  double demand_kw = 0.0;
  for (const auto& load : feeder.loads) {
    demand_kw += load.p_kw;
  }
  checks.at_most(demand_kw, usual_feeder_kw, root.place("nodes"), "the demand of all nodes", "kW",
                 "W");
  checks.key_at_most(root, "base_voltage_kv", usual_voltage_kv, "kV", "V");
  for (const auto& branch : root.tables("branches")) {
    checks.key_at_most(branch, "r_ohm", usual_line_ohm, "ohm", "milliohm");
    checks.key_at_most(branch, "x_ohm", usual_line_ohm, "ohm", "milliohm");
    checks.key_at_most(branch, "rating_a", usual_rating_a, "A", "mA");
    if (const double rating_a = branch.number("rating_a"); rating_a < smallest_usual_rating_a) {
      checks.warn(branch.place("rating_a"), rating_a, "'rating_a'", "A", "kA");
    }
  }
}

void check_case_units(const TableReader& root, const Case& problem, Faults& faults) {
  UnitChecks checks(faults);
  const double usual_kw = usual_plant_kw(problem);
  const auto substation = root.table("substation");
  checks.key_at_most(substation, "import_max_kw", usual_feeder_kw, "kW", "W");
  checks.key_at_most(substation, "export_max_kw", usual_feeder_kw, "kW", "W");
  check_reserve(substation, usual_kw, checks);
  check_prices(root, problem, checks);
  for (const auto& generator : root.tables("generator")) {
    checks.key_at_most(generator, "p_max_kw", usual_kw, "kW", "W");
    checks.key_at_most(generator, "cost_b_eur_per_kwh", usual_price_eur_per_kwh, "EUR/kWh",
                       "EUR/MWh");
    check_reserve(generator, usual_kw, checks);
  }
  for (const auto& plant : root.tables("renewable")) {
    checks.key_at_most(plant, "capacity_kw", usual_kw, "kW", "W");
    checks.key_at_most(plant, "curtailment_price_eur_per_kwh", usual_price_eur_per_kwh, "EUR/kWh",
                       "EUR/MWh");
  }
  check_stations(root, usual_kw, faults, checks);
}

}  // namespace gridpact::importers
