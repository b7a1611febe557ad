// Past errors of a case's net-load sources.
//
//   ξ_j = sign_j · nominal_j · (actual − forecast)      kW; positive = more net load
//   possible actual power in pu: loads [0, 1.2 or, if it was more, 1.1 × the past's largest],
//   PV and wind [0, 1];  limits of ξ_j are what these leave at the planned forecast
//
// A past day is the horizon moved back by whole calendar days: period t begins at the same reading
// of the local clock. It counts if it ends before the horizon starts, if every source has all of
// its periods, and if every calendar day that it touches has 24 hours (on the days of 23 and 25
// hours one reading of the clock is missing or comes twice). The planned day itself may have any
// length.

#include "gridpact/uncertainty/net_load.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "gridpact/uncertainty/held_back.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double largest_load_pu = 1.2;
constexpr double margin_over_largest_load = 1.1;

/// Index of the sample of `series` that begins at `instant`, if it has one and knows its values.
std::optional<std::size_t> sample_at(const Series& series, Instant instant) {
  const auto offset = instant - series.start;
  if (offset.count() < 0 || offset % series.period != std::chrono::seconds{0}) {
    return std::nullopt;
  }
  const auto index = static_cast<std::size_t>(offset / series.period);
  const bool is_known = index < std::min(series.actual.size(), series.forecast.size()) &&
                        std::isfinite(series.actual[index]) &&
                        std::isfinite(series.forecast[index]);
  return is_known ? std::optional(index) : std::nullopt;
}

/// Begin of each period of the horizon moved back by `days` calendar days, or nothing if one of
/// those calendar days has not 24 hours.
std::optional<std::vector<Instant>> moved_back(const TimeGrid& horizon,
                                               const std::vector<LocalTime>& clock, long days) {
  std::vector<Instant> begins;
  long last_day = 0;
  Instant midnight{};
  for (const auto& reading : clock) {
    const long day = reading.days_since_epoch - days;
    if (begins.empty() || day != last_day) {
      last_day = day;
      midnight = local_midnight(day, horizon.time_zone);
      if (local_midnight(day + 1, horizon.time_zone) - midnight != std::chrono::hours{24}) {
        return std::nullopt;
      }
    }
    begins.push_back(midnight + std::chrono::hours{reading.hour} +
                     std::chrono::minutes{reading.minute} + std::chrono::seconds{reading.second});
  }
  return begins;
}

/// Adds the day that begins at these instants, if every source has it.
void append_day(const Case& problem, const std::vector<NetLoadSource>& sources,
                const std::vector<Instant>& begins, long date, ErrorHistory& history) {
  Matrix errors(begins.size(), sources.size());
  Matrix levels(begins.size(), sources.size());
  for (std::size_t j = 0; j < sources.size(); ++j) {
    const auto& series = problem.series[sources[j].series.index()];
    for (std::size_t t = 0; t < begins.size(); ++t) {
      const auto i = sample_at(series, begins[t]);
      if (!i) {
        return;
      }
      levels(t, j) = series.forecast[*i];
      errors(t, j) =
          sources[j].sign * sources[j].nominal_kw * (series.actual[*i] - series.forecast[*i]);
    }
  }
  history.days.push_back(std::move(errors));
  history.levels.push_back(std::move(levels));
  history.dates.push_back(date);
}

/// Largest power of `source` that is held possible, in pu.
double largest_power_pu(const Case& problem, const NetLoadSource& source) {
  if (source.sign < 0.0) {
    return 1.0;
  }
  const auto& series = problem.series[source.series.index()];
  double largest = 0.0;
  for (std::size_t i = 0;
       i < series.actual.size() &&
       series.start + series.period * static_cast<long>(i) < problem.horizon.start;
       ++i) {
    largest = std::max(largest, std::isfinite(series.actual[i]) ? series.actual[i] : 0.0);
  }
  return std::max(largest_load_pu, margin_over_largest_load * largest);
}

void set_planned_day(const Case& problem, const std::vector<NetLoadSource>& sources,
                     ErrorHistory& history) {
  const std::size_t periods = problem.horizon.count;
  history.planned_level = Matrix(periods, sources.size());
  history.physical_low = history.physical_high = history.planned_level;
  for (std::size_t j = 0; j < sources.size(); ++j) {
    const auto& source = sources[j];
    const auto forecast = forecast_kw(problem, source);
    const double largest_kw = largest_power_pu(problem, source) * source.nominal_kw;
    for (std::size_t t = 0; t < periods; ++t) {
      history.planned_level(t, j) = source.nominal_kw > 0.0 ? forecast[t] / source.nominal_kw : 0.0;
      const double none = source.sign * (0.0 - forecast[t]);
      const double full = source.sign * (largest_kw - forecast[t]);
      history.physical_low(t, j) = std::min(none, full);
      history.physical_high(t, j) = std::max(none, full);
    }
  }
}

ErrorHistory without_days(const std::vector<NetLoadSource>& sources) {
  ErrorHistory history;
  history.layer = "net_load";
  for (const auto& source : sources) {
    history.sources.push_back(source.name);
  }
  return history;
}

std::vector<LocalTime> clock_of(const TimeGrid& horizon) {
  std::vector<LocalTime> clock;
  for (std::size_t t = 0; t < horizon.count; ++t) {
    clock.push_back(horizon.local(t));
  }
  return clock;
}

Fault no_sources() {
  return {Severity::error, {}, "no load, PV or wind to take forecast errors of; add one"};
}

}  // namespace

Result<ErrorHistory> held_back_errors(const Case& problem) {
  const auto& horizon = problem.horizon;
  const auto sources = net_load_sources(problem);
  auto history = without_days(sources);
  if (sources.empty() || horizon.count == 0) {
    return no_sources();
  }
  const auto clock = clock_of(horizon);
  Instant end = Instant::max();
  for (const auto& source : sources) {
    const auto& series = problem.series[source.series.index()];
    end = std::min(end, series.start + series.period * static_cast<long>(series.actual.size()));
  }
  for (long days = 0; horizon.start + std::chrono::hours{24 * (days - 1)} < end; ++days) {
    if (const auto begins = moved_back(horizon, clock, -days)) {
      append_day(problem, sources, *begins, clock.front().days_since_epoch + days, history);
    }
  }
  if (history.days.empty()) {
    return Fault{Severity::error,
                 {},
                 fmt::format("no day is held back: of none from {} on does the history know what "
                             "came of every load, PV and wind series; give a history that ends "
                             "later, or let the horizon begin earlier",
                             format_instant(horizon.start, horizon.time_zone))};
  }
  return history;
}

Result<ErrorHistory> net_load_errors(const Case& problem) {
  const auto& horizon = problem.horizon;
  const auto sources = net_load_sources(problem);
  auto history = without_days(sources);
  if (sources.empty() || horizon.count == 0) {
    return no_sources();
  }
  const auto clock = clock_of(horizon);
  Instant first = problem.series[sources.front().series.index()].start;
  for (const auto& source : sources) {
    first = std::max(first, problem.series[source.series.index()].start);
  }
  for (long days = 1; horizon.start - std::chrono::hours{24 * (days - 1)} >= first; ++days) {
    const auto begins = moved_back(horizon, clock, days);
    if (begins &&
        *std::max_element(begins->begin(), begins->end()) + horizon.period <= horizon.start) {
      append_day(problem, sources, *begins, clock.front().days_since_epoch - days, history);
    }
  }
  std::reverse(history.days.begin(), history.days.end());
  std::reverse(history.levels.begin(), history.levels.end());
  std::reverse(history.dates.begin(), history.dates.end());
  if (history.days.empty()) {
    return Fault{Severity::error,
                 {},
                 fmt::format("no whole day before {} has forecast and actual of every load, PV and "
                             "wind series; give a history that begins earlier",
                             format_instant(horizon.start, horizon.time_zone))};
  }
  set_planned_day(problem, sources, history);
  return history;
}

}  // namespace gridpact::uncertainty
