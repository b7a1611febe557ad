#include "gridpact/importers/detail/case_checks.hpp"

#include <cmath>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

/// Shares that a person writes with a few decimals.
constexpr double share_tolerance = 1e-6;

// Numbers with faults are NaN here, and no comparison with NaN is true: such keys give no second
// fault.

void check_order(const TableReader& table, std::string_view low, std::string_view high,
                 std::string_view unit, Faults& faults) {
  if (table.number(low) > table.number(high)) {
    faults.push_back({Severity::error, table.place(table.has(low) ? low : high),
                      fmt::format("'{}' ({:g} {}) is above '{}' ({:g} {})", low, table.number(low),
                                  unit, high, table.number(high), unit)});
  }
}

/// Share of `owner`; a warning if it holds none of the reserve that the share asks for.
double participation(const TableReader& owner, const std::string& name, Faults& faults) {
  const auto reserve = owner.table("reserve");
  const double share = reserve.number("participation");
  for (const auto* key : {"up_max_kw", "down_max_kw"}) {
    if (share > 0.0 && reserve.number(key) == 0.0) {
      faults.push_back(
          {Severity::warning, reserve.place(key),
           fmt::format("{} takes {:g} of every deviation but offers no reserve: '{}' is 0", name,
                       share, key)});
    }
  }
  return share;
}

void check_participation(const TableReader& root, Faults& faults) {
  const auto substation = root.table("substation");
  double sum = participation(substation, "the substation", faults);
  for (const auto& generator : root.tables("generator")) {
    sum += participation(generator, fmt::format("generator '{}'", generator.text("name")), faults);
  }
  if (std::abs(sum - 1.0) > share_tolerance) {
    faults.push_back(
        {Severity::error, substation.place("reserve"),
         fmt::format("the participations of the substation and all generators sum to {:g}; "
                     "they must sum to 1",
                     sum)});
  }
}

void check_source_voltage(const TableReader& root, const Case& problem, Faults& faults) {
  if (problem.feeder.source_voltage_pu.empty()) {
    return;
  }
  const double voltage_pu = std::abs(problem.feeder.source_voltage_pu.front());
  const auto [low, high] = problem.limits;
  if (voltage_pu < low || voltage_pu > high) {
    faults.push_back(
        {Severity::error, root.table("feeder").place("source_voltage_pu"),
         fmt::format("the source voltage {:g} pu is outside the band of [limits], {:g} to "
                     "{:g} pu",
                     voltage_pu, low, high)});
  }
}

/// V2G takes a charger that can discharge and a driver who consents, and a battery with more in it
/// than V2G must leave.
void check_batteries(const TableReader& station, Faults& faults) {
  const auto error = [&](const Place& place, std::string message) {
    faults.push_back({Severity::error, place, std::move(message)});
  };
  if (!station.has("battery")) {
    if (station.has("wear")) {
      error(station.place("wear"),
            "'wear' is written, but no 'battery'; write battery = { capacity_kwh = ... } or leave "
            "out 'wear'");
    }
    return;
  }
  const auto battery = station.table("battery");
  const double share = battery.number("v2g_share");
  const double power_kw = battery.number("discharge_max_kw");
  if (share > 0.0 && power_kw == 0.0) {
    error(battery.place("v2g_share"),
          fmt::format("{:g} of the drivers consent to V2G, but 'discharge_max_kw' is 0; write what "
                      "one charger can discharge, or leave out 'v2g_share'",
                      share));
  }
  if (share == 0.0 && power_kw > 0.0) {
    faults.push_back({Severity::warning, battery.place("discharge_max_kw"),
                      fmt::format("chargers can discharge {:g} kW, but nobody consents to V2G: "
                                  "'v2g_share' is 0",
                                  power_kw)});
  }
  const double capacity_kwh = battery.number("capacity_kwh");
  const double full_kwh = battery.number("departure_soc") * capacity_kwh;
  if (const double least_kwh = battery.number("v2g_min_kwh"); least_kwh > full_kwh) {
    error(battery.place("v2g_min_kwh"),
          fmt::format("V2G must leave {:g} kWh, but cars depart with {:g} kWh ('departure_soc' x "
                      "'capacity_kwh'): none could ever discharge",
                      least_kwh, full_kwh));
  }
  if (share == 0.0 && station.has("wear")) {
    faults.push_back({Severity::warning, station.place("wear"),
                      "'wear' counts what discharging wears, but nobody consents to V2G"});
  }
}

void check_commitment(const TableReader& generator, Faults& faults) {
  if (!generator.has("commitment")) {
    return;
  }
  const double share = generator.table("reserve").number("participation");
  if (share > 0.0) {
    faults.push_back({Severity::error, generator.table("reserve").place("participation"),
                      fmt::format("generator '{}' may stand still ('commitment') and takes {:g} of "
                                  "every deviation; only who always runs can: write a "
                                  "'participation' of 0, or leave out 'commitment'",
                                  generator.text("name"), share)});
  }
  const auto commitment = generator.table("commitment");
  if (generator.number("p_min_kw") == 0.0 && generator.number("cost_c_eur_per_h") == 0.0 &&
      commitment.number("start_cost_eur") == 0.0) {
    faults.push_back({Severity::warning, commitment.place(),
                      "'commitment' decides nothing: 'p_min_kw', 'cost_c_eur_per_h' and "
                      "'start_cost_eur' are 0, so it can always run at 0 kW"});
  }
}

void check_reserve_sold(const TableReader& station, Faults& faults) {
  if (!station.has("reserve_sold")) {
    return;
  }
  const auto sold = station.table("reserve_sold");
  if (sold.number("up_max_kw") == 0.0 && sold.number("down_max_kw") == 0.0) {
    faults.push_back({Severity::error, sold.place(),
                      "'reserve_sold' offers nothing: write 'up_max_kw' or 'down_max_kw', or leave "
                      "it out"});
  }
}

}  // namespace

void check_case(const TableReader& root, const Case& problem, Faults& faults) {
  const auto limits = root.table("limits");
  check_order(limits, "voltage_min_pu", "voltage_max_pu", "pu", faults);
  if (problem.limits.voltage_min_pu <= problem.limits.voltage_max_pu) {
    check_source_voltage(root, problem, faults);
  }
  for (const auto& generator : root.tables("generator")) {
    check_order(generator, "p_min_kw", "p_max_kw", "kW", faults);
    check_order(generator, "q_min_kvar", "q_max_kvar", "kvar", faults);
    check_commitment(generator, faults);
  }
  for (const auto& plant : root.tables("renewable")) {
    check_order(plant, "q_min_kvar", "q_max_kvar", "kvar", faults);
  }
  for (const auto& station : root.tables("station")) {
    check_batteries(station, faults);
    check_reserve_sold(station, faults);
  }
  check_participation(root, faults);
}

}  // namespace gridpact::importers
