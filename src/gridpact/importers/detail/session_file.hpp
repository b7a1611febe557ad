#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/input_files.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// Which columns of which file hold charging sessions.
struct SessionRequest {
  std::string file;
  Place asked_at;
  std::string time_zone;  ///< of the drivers' clocks
  std::string arrival_column, departure_column, energy_column;
  std::string user_column, id_column;  ///< empty = there is none
  Place arrival_asked_at, departure_asked_at, energy_asked_at, user_asked_at, id_asked_at;
  bool drop_bad_rows = false;
};

/// A session and the line on which it stands.
struct WrittenSession {
  Session session;
  int line = 0;
};

/// Reads charging sessions, sorted by arrival. Faults, each with its line: times without an offset,
/// a car that leaves before it comes or at once, energy that is not a positive finite number, ids
/// that repeat; with `drop_bad_rows` warnings, and the rows are left out.
[[nodiscard]] std::optional<std::vector<WrittenSession>> read_sessions(
    InputFiles& files, const SessionRequest& request, Faults& faults);

}  // namespace gridpact::importers
