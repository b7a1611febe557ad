#pragma once

#include "gridpact/importers/table_format.hpp"

namespace gridpact::importers {

// The tables of case.toml that others consist of or that have a file of their own; case_format.hpp
// has the whole.

[[nodiscard]] const TableSpec& feeder_table();
[[nodiscard]] const TableSpec& limits_table();
[[nodiscard]] const TableSpec& substation_table();
[[nodiscard]] const TableSpec& reserve_table();
[[nodiscard]] const TableSpec& series_table();
[[nodiscard]] const TableSpec& load_group_table();
[[nodiscard]] const TableSpec& generator_table();
[[nodiscard]] const TableSpec& renewable_table();
[[nodiscard]] const TableSpec& sessions_table();
[[nodiscard]] const TableSpec& station_table();

}  // namespace gridpact::importers
