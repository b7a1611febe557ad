#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/input_files.hpp"
#include "gridpact/importers/detail/row_faults.hpp"
#include "gridpact/importers/detail/session_layout.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// Which columns of which file hold charging sessions.
struct SessionRequest {
  std::string file;
  Place asked_at;
  std::string time_zone;  ///< of the drivers' clocks
  SessionColumns columns;
  Place arrival_asked_at, departure_asked_at, energy_asked_at, user_asked_at, id_asked_at,
      priority_asked_at;
  bool drop_bad_rows = false;
  /// Take the columns from the known layout that the file has, if it has one. Where that layout's
  /// times should have their offset from UTC and none in the file has one, they are taken as
  /// `columns.clock` says, and a note tells so.
  bool detect_layout = false;
};

/// A session and the line on which it stands.
struct WrittenSession {
  Session session;
  int line = 0;
};

/// What was read, and how.
struct SessionRows {
  std::vector<WrittenSession> sessions;  ///< sorted by arrival
  std::string layout;                    ///< detected; empty = the columns that were asked for
  std::string time_zone;                 ///< of the drivers' clocks
  std::size_t rows = 0;                  ///< in the file
  std::size_t swapped_dates = 0;         ///< dates whose day and month stand in the other's place
  std::vector<RowFaults::Kind> dropped;  ///< rows left out, by reason
};

/// Reads charging sessions from a CSV file (columns separated by commas, semicolons or tabs,
/// numbers with decimal point or comma) or an ACN portal's JSON file. Faults, each with its line:
/// times that can not be read or lack their offset, a car that leaves before it comes or at once,
/// energy that is not a positive finite number, priorities that are not whole, ids and whole rows
/// that repeat; with `drop_bad_rows` warnings, and the rows are left out.
[[nodiscard]] std::optional<SessionRows> read_sessions(InputFiles& files,
                                                       const SessionRequest& request,
                                                       Faults& faults);

}  // namespace gridpact::importers
