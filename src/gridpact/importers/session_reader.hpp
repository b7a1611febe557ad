#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// How to read a file of sessions; what is empty is found out from the file.
struct SessionFileOptions {
  std::string time_zone;  ///< of the drivers' clocks; empty: what the layout says, or UTC
  std::string arrival_column, departure_column, energy_column;  ///< for layouts that are not known
  bool times_are_utc = false;  ///< for these: what times without an offset mean (else local)
};

/// Rows that were left out for one reason.
struct DroppedRows {
  std::string reason;  ///< of the first one, as a sentence
  std::size_t count = 0;
  int first_line = 0;
};

struct SessionFile {
  SessionHistory history;
  std::string layout;     ///< name of the layout; empty = by the columns that were named
  std::string time_zone;  ///< of the drivers' clocks
  std::size_t rows = 0;   ///< in the file: sessions + dropped
  std::size_t swapped_dates = 0;
  std::vector<DroppedRows> dropped;  ///< a row is counted once, for the first thing wrong with it
  Faults notes;
};

/// Reads charging sessions in one of the known layouts (ACN portal as JSON or CSV, SustainGym, the
/// Norwegian, Trondheim, Boulder and Perth sets, gridpact's own) or any CSV file whose columns are
/// named. Commas or semicolons, decimal points or commas, times with offset, local or UTC, day and
/// month in either order, also mixed up, are told from the file.
[[nodiscard]] Result<SessionFile> read_session_file(const std::filesystem::path& path,
                                                    const SessionFileOptions& options = {});

}  // namespace gridpact::importers
