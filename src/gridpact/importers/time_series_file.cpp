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

/// Times of all rows, or nothing if one can not be read.
std::optional<std::vector<Stamp>> read_stamps(const CsvTable& table, std::size_t column,
                                              RowFaults& bad_rows) {
  std::vector<Stamp> stamps;
  stamps.reserve(table.rows.size());
  for (const auto& row : table.rows) {
    const auto& cell = row.cells[column];
    const auto time = parse_instant(cell);
    if (!time) {
      bad_rows.add("time", row.line,
                   fmt::format("'{}' is not a time with its offset from UTC, like "
                               "2016-11-24T00:00:00+01:00",
                               cell));
      continue;
    }
    stamps.push_back({*time, row.line});
  }
  return stamps.size() == table.rows.size() ? std::optional{std::move(stamps)} : std::nullopt;
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
                                std::size_t column, const WantedColumn& wanted,
                                const std::string& file, Faults& faults) {
  auto count = table.rows.size();
  while (wanted.may_end_early && count > 0 && table.rows[count - 1].cells[column].empty()) {
    --count;
  }
  RowFaults bad_rows(file);
  std::vector<double> values(count, no_value);
  for (std::size_t i = 0; i < count; ++i) {
    if (in_window[i]) {
      values[i] = read_value(table.rows[i], column, wanted, bad_rows);
    }
  }
  bad_rows.report(Severity::error, faults);
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
std::optional<std::chrono::seconds> check_axis(const std::optional<std::vector<Stamp>>& stamps,
                                               const TimeSeriesRequest& request, bool whole,
                                               const std::string& shown, RowFaults& bad_rows,
                                               Faults& faults) {
  // Where rows are unreadable, gaps would only repeat that.
  if (!stamps || !whole) {
    return std::nullopt;
  }
  const auto step = usual_step(*stamps);
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
  check_steps(*stamps, step, request.time_zone, bad_rows);
  return step;
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

  std::optional<std::vector<Stamp>> stamps;
  std::optional<std::chrono::seconds> step;
  if (const auto column =
          find_column(table, request.time_column, shown, request.time_asked_at, faults)) {
    RowFaults bad_times(shown);
    stamps = read_stamps(table, *column, bad_times);
    step = check_axis(stamps, request, whole, shown, bad_times, faults);
    bad_times.report(Severity::error, faults);
  }
  TimeSeries series;
  const auto in_window = rows_in_window(stamps, table.rows.size(), request);
  for (const auto& wanted : request.columns) {
    if (const auto column = find_column(table, wanted.name, shown, wanted.asked_at, faults)) {
      series.columns.push_back(read_column(table, in_window, *column, wanted, shown, faults));
    }
  }
  // A column may be missing without a fault here: one has been found with the key that names it.
  const bool is_complete = series.columns.size() == request.columns.size();
  if (faults.size() != faults_before || !stamps || !step || !is_complete) {
    return std::nullopt;
  }
  series.start = stamps->front().time;
  series.step = *step;
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
