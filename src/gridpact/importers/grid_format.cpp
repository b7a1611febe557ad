// What a case says of its grid: feeder, limits, the connection to the grid above.

#include "gridpact/importers/detail/case_tables.hpp"

namespace gridpact::importers {

namespace {

using enum KeyType;

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

}  // namespace

const TableSpec& feeder_table() {
  static const TableSpec spec{
      .label = "[feeder]",
      .meaning = "The network.",
      .keys = {
          {.name = "file",
           .type = file,
           .meaning = "feeder: OpenDSS script (.dss), MATPOWER case (.m), pandapower network or "
                      "gridpact-feeder/2 (.json), gridpact-feeder/1 (.toml)"},
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

}  // namespace gridpact::importers
