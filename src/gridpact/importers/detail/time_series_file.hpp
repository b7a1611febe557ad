#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/base/time_grid.hpp"
#include "gridpact/importers/detail/input_files.hpp"
#include "gridpact/importers/table_format.hpp"

namespace gridpact::importers {

/// A column of a time-series file that is wanted.
struct WantedColumn {
  std::string name;
  Place asked_at;
  Range range;                 ///< of its values
  std::string range_hint;      ///< what to do about values outside
  bool may_end_early = false;  ///< may the last rows be blank?
};

/// What is wanted of which file.
struct TimeSeriesRequest {
  std::string file;
  Place asked_at;
  std::string time_column;
  Place time_asked_at;
  std::vector<WantedColumn> columns;
  /// Values outside [begin, end) are not looked at; nothing = all are.
  std::optional<std::pair<Instant, Instant>> window;
  std::string time_zone = "UTC";  ///< in which faults tell times
  /// Rows and values that can not be, and steps without a row, are left out with a warning that
  /// lists them: their values are NaN. Else they are errors.
  bool leave_out_bad = false;
};

/// Values on a uniform grid, NaN where one was left out. A column that ends early is shorter than
/// the others.
struct TimeSeries {
  Instant start{};
  std::chrono::seconds step{0};
  std::vector<std::vector<double>> columns;

  /// End of the last step of column `index`.
  [[nodiscard]] Instant end_of(std::size_t index) const {
    return start + step * static_cast<long>(columns[index].size());
  }
};

/// Reads the columns of a CSV file with one row per step, stamped with its beginning. Faults, each
/// with its line: columns that are not there, times without an offset, times that repeat, go back,
/// are missing or do not fit the step (the most frequent distance of rows), values that are not
/// finite numbers or out of range.
[[nodiscard]] std::optional<TimeSeries> read_time_series(InputFiles& files,
                                                         const TimeSeriesRequest& request,
                                                         Faults& faults);

/// Brings a series to the horizon's periods, past ones included: finer steps are averaged, coarser
/// ones held. Nothing, and a fault at `asked_at`, if steps and periods do not fit into each other.
[[nodiscard]] std::optional<TimeSeries> to_periods(const TimeSeries& series,
                                                   const TimeGrid& horizon, const Place& asked_at,
                                                   Faults& faults);

}  // namespace gridpact::importers
