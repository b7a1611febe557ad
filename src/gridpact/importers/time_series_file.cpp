#include "gridpact/importers/detail/time_series_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/importers/detail/csv_table.hpp"
#include "gridpact/importers/detail/row_faults.hpp"

namespace gridpact::importers {

namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::chrono::seconds longest_step = std::chrono::hours{24};

struct Stamp {
  Instant time{};
  int line = 0;
};

/// Times of all rows; nothing for those that can not be read.
std::vector<std::optional<Stamp>> read_stamps(const CsvTable& table, std::size_t column,
                                              RowFaults& bad_rows) {
  std::vector<std::optional<Stamp>> stamps;
  stamps.reserve(table.rows.size());
  for (const auto& row : table.rows) {
    const auto& cell = row.cells[column];
    const auto time = parse_instant(cell);
    if (!time) {
      bad_rows.add("time", row.line,
                   fmt::format("'{}' is not a time with its offset from UTC, like "
                               "2016-11-24T00:00:00+01:00",
                               cell));
      stamps.emplace_back();
      continue;
    }
    stamps.push_back(Stamp{*time, row.line});
  }
  return stamps;
}

/// All times, if all could be read.
std::optional<std::vector<Stamp>> all_of(const std::vector<std::optional<Stamp>>& stamps) {
  std::vector<Stamp> out;
  for (const auto& stamp : stamps) {
    if (!stamp) {
      return std::nullopt;
    }
    out.push_back(*stamp);
  }
  return out;
}

/// The most frequent distance from one row to the next; the shorter one where two are as frequent.
std::chrono::seconds usual_step(const std::vector<Stamp>& stamps) {
  std::map<std::chrono::seconds, std::size_t> counts;
  for (std::size_t i = 1; i < stamps.size(); ++i) {
    if (const auto step = stamps[i].time - stamps[i - 1].time; step.count() > 0) {
      ++counts[step];
    }
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::chrono::seconds{0} : most->first;
}

void check_steps(const std::vector<Stamp>& stamps, std::chrono::seconds step,
                 const std::string& time_zone, RowFaults& bad_rows) {
  static constexpr std::chrono::seconds none{0};
  const auto show = [&time_zone](Instant time) { return format_instant(time, time_zone); };
  auto latest = stamps.front();  // the last row that was in its place
  for (auto here = stamps.begin() + 1; here != stamps.end(); ++here) {
    const auto distance = here->time - latest.time;
    if (distance == none) {
      bad_rows.add("duplicate", here->line,
                   fmt::format("the time {} stands twice, first on line {}; remove one of the rows",
                               show(here->time), latest.line));
    } else if (distance < none) {
      bad_rows.add("backwards", here->line,
                   fmt::format("the time {} is before that of the row above; sort the rows by time",
                               show(here->time)));
    } else if (distance % step != none) {
      bad_rows.add(
          "step", here->line,
          fmt::format("the time {} is not a whole number of steps ({}) after {} on line {}",
                      show(here->time), format_duration(step), show(latest.time), latest.line));
    } else {
      if (distance > step) {
        const auto count = distance / step - 1;
        bad_rows.add(
            "gap", here->line,
            fmt::format("{} missing before this line: no row for {}; give every step of {} "
                        "a row",
                        count == 1 ? "a row is" : fmt::format("{} rows are", count),
                        show(latest.time + step), format_duration(step)));
      }
      latest = *here;
    }
  }
}

/// The time axis of a file and where on it each of its rows stands.
struct Axis {
  Instant start{};
  std::chrono::seconds step{0};
  std::size_t count = 0;
  std::vector<std::optional<std::size_t>> place;  ///< per row; nothing: the row is left out
};

/// Places rows that may be out of order, repeated or missing. What is left out is told.
Axis place_rows(const std::vector<std::optional<Stamp>>& stamps, std::chrono::seconds step,
                const std::string& time_zone, RowFaults& bad_rows) {
  static constexpr std::chrono::seconds none{0};
  const auto show = [&time_zone](Instant time) { return format_instant(time, time_zone); };
  Axis axis{Instant::max(), step, 0, {}};
  for (const auto& stamp : stamps) {
    axis.start = stamp ? std::min(axis.start, stamp->time) : axis.start;
  }
  std::map<Instant, int> lines;  // of the rows that have a place
  Instant latest = axis.start;
  for (const auto& stamp : stamps) {
    axis.place.emplace_back();
    if (!stamp) {
      continue;
    }
    if ((stamp->time - axis.start) % step != none) {
      bad_rows.add("step", stamp->line,
                   fmt::format("the time {} is not a whole number of steps ({}) after the first",
                               show(stamp->time), format_duration(step)));
      continue;
    }
    const auto [known, is_new] = lines.emplace(stamp->time, stamp->line);
    if (!is_new) {
      bad_rows.add("duplicate", stamp->line,
                   fmt::format("the time {} stands twice, first on line {}", show(stamp->time),
                               known->second));
      continue;
    }
    if (stamp->time < latest) {
      bad_rows.add("backwards", stamp->line,
                   fmt::format("the time {} is before that of a row above", show(stamp->time)));
    }
    latest = std::max(latest, stamp->time);
    const auto index = static_cast<std::size_t>((stamp->time - axis.start) / step);
    axis.place.back() = index;
    axis.count = std::max(axis.count, index + 1);
  }
  for (auto here = lines.begin(); here != lines.end(); ++here) {
    const auto next = std::next(here);
    if (next != lines.end() && next->first - here->first > step) {
      bad_rows.add("gap", next->second,
                   fmt::format("{} step(s) from {} on have no row",
                               (next->first - here->first) / step - 1, show(here->first + step)));
    }
  }
  return axis;
}

Axis as_written(const std::vector<Stamp>& stamps, std::chrono::seconds step) {
  Axis axis{stamps.front().time, step, stamps.size(), {}};
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    axis.place.emplace_back(i);
  }
  return axis;
}

std::optional<double> parse_number(const std::string& cell) {
  double value = 0.0;
  const auto* last = cell.data() + cell.size();
  const auto [end, error] = std::from_chars(cell.data(), last, value);
  return error == std::errc{} && end == last && std::isfinite(value) ? std::optional{value}
                                                                     : std::nullopt;
}

/// One cell's value; NaN and a fault where it has none.
double read_value(const CsvRow& row, std::size_t column, const WantedColumn& wanted,
                  RowFaults& bad_rows) {
  const auto& cell = row.cells[column];
  const auto value = parse_number(cell);
  if (cell.empty()) {
    bad_rows.add("blank", row.line, fmt::format("column '{}' has no value", wanted.name));
  } else if (!value) {
    bad_rows.add(
        "number", row.line,
        fmt::format("column '{}' has '{}', which is not a finite number", wanted.name, cell));
  } else if (!wanted.range.contains(*value)) {
    bad_rows.add("range", row.line,
                 fmt::format("column '{}' has {}; it must be {}{}", wanted.name, cell,
                             wanted.range.text(), wanted.range_hint));
  }
  return value.value_or(no_value);
}

std::vector<double> read_column(const CsvTable& table, const std::vector<bool>& in_window,
                                const Axis& axis, std::size_t column, const WantedColumn& wanted,
                                bool leave_out_bad, const std::string& file, Faults& faults) {
  auto rows = table.rows.size();
  while (wanted.may_end_early && rows > 0 && table.rows[rows - 1].cells[column].empty()) {
    --rows;
  }
  RowFaults bad_rows(file);
  std::vector<double> values(axis.count, no_value);
  std::size_t end = wanted.may_end_early ? 0 : axis.count;
  for (std::size_t i = 0; i < rows; ++i) {
    if (!axis.place[i]) {
      continue;
    }
    end = std::max(end, *axis.place[i] + 1);
    if (in_window[i]) {
      const double value = read_value(table.rows[i], column, wanted, bad_rows);
      values[*axis.place[i]] = wanted.range.contains(value) ? value : no_value;
    }
  }
  values.resize(end);
  bad_rows.report(leave_out_bad ? Severity::warning : Severity::error, faults,
                  leave_out_bad ? "; left out" : "");
  return values;
}

std::vector<bool> rows_in_window(const std::optional<std::vector<Stamp>>& stamps, std::size_t rows,
                                 const TimeSeriesRequest& request) {
  std::vector<bool> in_window(rows, true);
  for (std::size_t i = 0; stamps && request.window && i < rows; ++i) {
    const auto time = (*stamps)[i].time;
    // A coarse step that began before the window may reach into it.
    const auto next = i + 1 < rows ? (*stamps)[i + 1].time : Instant::max();
    in_window[i] = next > request.window->first && time < request.window->second;
  }
  return in_window;
}

/// The time axis, or nothing and its faults.
std::optional<Axis> axis_of(const std::vector<std::optional<Stamp>>& written,
                            const TimeSeriesRequest& request, bool whole, const std::string& shown,
                            RowFaults& bad_rows, Faults& faults) {
  std::vector<Stamp> stamps;
  for (const auto& stamp : written) {
    if (stamp) {
      stamps.push_back(*stamp);
    }
  }
  // Where rows are unreadable, gaps would only repeat that.
  if (!whole || (stamps.size() < written.size() && !request.leave_out_bad)) {
    return std::nullopt;
  }
  const auto step = usual_step(stamps);
  if (step.count() == 0) {
    faults.push_back(
        {Severity::error, {shown, 0}, "a time series needs at least two different times"});
    return std::nullopt;
  }
  if (step > longest_step) {
    faults.push_back(
        {Severity::error,
         {shown, 0},
         fmt::format("the rows are {} apart; a time series needs at least one row a day",
                     format_duration(step))});
    return std::nullopt;
  }
  if (request.leave_out_bad) {
    return place_rows(written, step, request.time_zone, bad_rows);
  }
  check_steps(stamps, step, request.time_zone, bad_rows);
  return as_written(stamps, step);
}

}  // namespace

std::optional<TimeSeries> read_time_series(InputFiles& files, const TimeSeriesRequest& request,
                                           Faults& faults) {
  const auto faults_before = faults.size();
  const auto* text = files.read(request.file, request.asked_at, faults);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto shown = files.shown(request.file);
  const auto table = parse_csv(*text, shown, faults);
  const bool whole = faults.size() == faults_before;

  std::vector<std::optional<Stamp>> stamps;
  std::optional<Axis> axis;
  if (const auto column =
          find_column(table, request.time_column, shown, request.time_asked_at, faults)) {
    RowFaults bad_times(shown);
    stamps = read_stamps(table, *column, bad_times);
    axis = axis_of(stamps, request, whole, shown, bad_times, faults);
    bad_times.report(request.leave_out_bad ? Severity::warning : Severity::error, faults,
                     request.leave_out_bad ? "; left out" : "");
  }
  TimeSeries series;
  const auto in_window =
      rows_in_window(stamps.size() == table.rows.size() ? all_of(stamps) : std::nullopt,
                     table.rows.size(), request);
  // Without an axis the values are looked at all the same, for their faults.
  Axis unplaced{{}, {}, table.rows.size(), {}};
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    unplaced.place.emplace_back(i);
  }
  for (const auto& wanted : request.columns) {
    if (const auto column = find_column(table, wanted.name, shown, wanted.asked_at, faults)) {
      series.columns.push_back(read_column(table, in_window, axis ? *axis : unplaced, *column,
                                           wanted, request.leave_out_bad, shown, faults));
    }
  }
  // A column may be missing without a fault here: one has been found with the key that names it.
  const bool is_complete = series.columns.size() == request.columns.size();
  const bool is_bad =
      std::any_of(faults.begin() + static_cast<std::ptrdiff_t>(faults_before), faults.end(),
                  [](const Fault& fault) { return fault.severity == Severity::error; });
  if (is_bad || !axis || !is_complete) {
    return std::nullopt;
  }
  series.start = axis->start;
  series.step = axis->step;
  return series;
}

namespace {

std::vector<double> average(const std::vector<double>& values, std::size_t first,
                            std::size_t group) {
  std::vector<double> means;
  for (std::size_t i = first; i + group <= values.size(); i += group) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i);
    means.push_back(std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(group), 0.0) /
                    static_cast<double>(group));
  }
  return means;
}

std::vector<double> hold(const std::vector<double>& values, std::size_t times) {
  std::vector<double> held;
  held.reserve(values.size() * times);
  for (const double value : values) {
    held.insert(held.end(), times, value);
  }
  return held;
}

}  // namespace

std::optional<TimeSeries> to_periods(const TimeSeries& series, const TimeGrid& horizon,
                                     const Place& asked_at, Faults& faults) {
  static constexpr std::chrono::seconds none{0};
  const auto period = horizon.period;
  const bool averaged = series.step <= period;
  if ((averaged ? period % series.step : series.step % period) != none) {
    faults.push_back(
        {Severity::error, asked_at,
         fmt::format("the file has steps of {}, which do not fit into periods of {} nor "
                     "the other way round",
                     format_duration(series.step), format_duration(period))});
    return std::nullopt;
  }
  const auto distance = horizon.start - series.start;
  if (distance % (averaged ? series.step : period) != none) {
    faults.push_back(
        {Severity::error, asked_at,
         fmt::format("the file's steps begin at {}, the horizon's periods at {}; the one "
                     "must meet the other",
                     format_instant(series.start, horizon.time_zone),
                     format_instant(horizon.start, horizon.time_zone))});
    return std::nullopt;
  }
  TimeSeries out{series.start, period, {}};
  // Rows before the first whole period are left out.
  const auto late = averaged ? ((distance % period) + period) % period : none;
  out.start += late;
  for (const auto& column : series.columns) {
    out.columns.push_back(averaged ? average(column, static_cast<std::size_t>(late / series.step),
                                             static_cast<std::size_t>(period / series.step))
                                   : hold(column, static_cast<std::size_t>(series.step / period)));
  }
  return out;
}

}  // namespace gridpact::importers
