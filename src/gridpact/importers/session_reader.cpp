#include "gridpact/importers/session_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "gridpact/importers/detail/session_file.hpp"

namespace gridpact::importers {

Result<SessionFile> read_session_file(const std::filesystem::path& path,
                                      const SessionFileOptions& options) {
  Faults faults;
  if (!options.time_zone.empty() && !is_time_zone(options.time_zone)) {
    return Fault{Severity::error,
                 {},
                 fmt::format("the IANA time zone database has no zone '{}'; write a name like "
                             "Europe/Berlin",
                             options.time_zone)};
  }
  InputFiles files({});
  SessionRequest request;
  request.file = path.generic_string();
  request.asked_at = {path.generic_string(), 0};
  request.arrival_asked_at = request.departure_asked_at = request.energy_asked_at =
      request.asked_at;
  request.time_zone = options.time_zone;
  request.drop_bad_rows = true;
  request.detect_layout = options.arrival_column.empty() && options.departure_column.empty() &&
                          options.energy_column.empty();
  const auto named = [](const std::string& name, const char* usual) {
    return name.empty() ? std::string(usual) : name;
  };
  request.columns.arrival = named(options.arrival_column, "arrival");
  request.columns.departure = named(options.departure_column, "departure");
  request.columns.energy = named(options.energy_column, "energy_kwh");
  request.columns.clock = options.times_are_utc ? ClockKind::utc : ClockKind::local;
  auto rows = read_sessions(files, request, faults);
  if (!rows) {
    return faults;
  }
  SessionFile out;
  out.layout = rows->layout;
  out.time_zone = rows->time_zone;
  out.rows = rows->rows;
  out.swapped_dates = rows->swapped_dates;
  out.notes = std::move(faults);
  out.history.name = path.stem().string();
  for (const auto& written : rows->sessions) {
    out.history.sessions.push_back(written.session);
  }
  std::set<int> counted;
  for (const auto& kind : rows->dropped) {
    DroppedRows dropped{kind.first_message, 0, kind.lines.front()};
    for (const int line : kind.lines) {
      dropped.count += counted.insert(line).second ? 1U : 0U;
    }
    if (dropped.count > 0) {
      out.dropped.push_back(std::move(dropped));
    }
  }
  return out;
}

}  // namespace gridpact::importers
