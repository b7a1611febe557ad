#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gridpact/importers/detail/csv_table.hpp"

namespace gridpact::importers {

/// What times without an offset from UTC mean.
enum class ClockKind {
  offset,  ///< they are faults: each must have its offset
  local,   ///< the drivers' clock
  utc,
};

/// Which columns hold what. Empty names: there is no such column.
struct SessionColumns {
  std::string arrival = {};
  std::string arrival_clock = {};  ///< where date and time of day stand apart
  std::string departure = {};
  std::string departure_clock = {};
  std::string energy = {};
  std::string user = {};
  std::string id = {};
  std::string charger = {};
  std::string priority = {};
  ClockKind clock = ClockKind::offset;
};

/// A layout in which sessions are published.
struct SessionLayout {
  std::string_view name;
  SessionColumns columns;
  std::string_view time_zone;  ///< where the drivers are; empty = not said by the layout
};
[[nodiscard]] const std::vector<SessionLayout>& session_layouts();

/// The layout whose columns (but the optional ones of user, id and charger) all are in the table;
/// nullptr if there is none.
[[nodiscard]] const SessionLayout* layout_of(const CsvTable& table);

/// An export of the ACN portal as a table: one row per item of "_items" (or of the list that the
/// file is), its line the number of the item.
[[nodiscard]] CsvTable parse_acn_json(const std::string& text, const std::string& file,
                                      Faults& faults);

}  // namespace gridpact::importers
