#include "gridpact/importers/detail/history_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/time_series_file.hpp"
#include "gridpact/importers/detail/unit_checks.hpp"
#include "gridpact/uncertainty/seasonal_forecast.hpp"

namespace gridpact::importers {

namespace {

constexpr Range series_range = from_to(-0.05, 1.5);
constexpr double usual_session_kwh = 500.0;
/// Meters and clocks round: this much more than the charger's limit is still deliverable.
constexpr double meter_tolerance = 1.01;
/// Below this share, cars that ask too much of a station's chargers are a note, not a warning.
constexpr double rare_share = 0.01;

std::string zone_of(const std::optional<TimeGrid>& horizon) {
  return horizon ? horizon->time_zone : "UTC";
}

/// Small negative values (a meter at night) become zero, which is said.
void raise_to_zero(std::vector<double>& values, std::string_view what, const std::string& name,
                   const Place& place, Faults& faults) {
  const auto count = std::count_if(values.begin(), values.end(), [](double v) { return v < 0.0; });
  std::replace_if(values.begin(), values.end(), [](double v) { return v < 0.0; }, 0.0);
  if (count > 0) {
    faults.push_back({Severity::note, place,
                      fmt::format("series '{}': {} {} value{} slightly below 0 taken as 0", name,
                                  count, what, count == 1 ? "" : "s")});
  }
}

void note_resampling(const TimeSeries& series, const TimeGrid& horizon, const std::string& what,
                     const Place& place, Faults& faults) {
  if (series.step != horizon.period) {
    faults.push_back(
        {Severity::note, place,
         fmt::format("{}: steps of {} are {} periods of {}", what, format_duration(series.step),
                     series.step < horizon.period ? "averaged to" : "held over",
                     format_duration(horizon.period))});
  }
}

/// Does column `index`, called `what`, cover the horizon?
void check_cover(const TimeSeries& series, std::size_t index, const TimeGrid& horizon,
                 const std::string& what, const Place& place, Faults& faults) {
  const auto show = [&horizon](Instant time) { return format_instant(time, horizon.time_zone); };
  if (series.start > horizon.start || series.end_of(index) < horizon.end()) {
    faults.push_back({Severity::error, place,
                      fmt::format("{} reaches from {} to {}; the horizon needs {} to {}", what,
                                  show(series.start), show(series.end_of(index)),
                                  show(horizon.start), show(horizon.end()))});
  }
}

void check_training(const Series& series, Instant begin, const TimeGrid& horizon,
                    const std::string& name, const Place& place, Faults& faults) {
  const auto end = series.start + series.period * static_cast<long>(series.actual.size());
  const auto known = std::min(end, horizon.start) - begin;
  const auto days = std::chrono::duration_cast<std::chrono::hours>(known).count() / 24;
  if (days < least_training_days) {
    faults.push_back(
        {Severity::error, place,
         fmt::format("series '{}' has {} days of forecast and actual values before the "
                     "horizon; at least {} are needed to learn the errors from",
                     name, std::max(days, 0L), least_training_days)});
  }
}

/// A forecast that was left out somewhere in the past costs a day of history; in the horizon it is
/// what the plan is made for.
void check_forecast(const Series& series, const TimeGrid& horizon, const std::string& name,
                    const Place& place, Faults& faults) {
  for (std::size_t t = 0; t < horizon.count; ++t) {
    const auto offset = horizon.begin_of(t) - series.start;
    const auto index = static_cast<std::size_t>(offset / series.period);
    if (offset.count() >= 0 && index < series.forecast.size() &&
        !std::isfinite(series.forecast[index])) {
      faults.push_back({Severity::error, place,
                        fmt::format("series '{}' has no forecast for {}, which is in the horizon; "
                                    "give one",
                                    name, format_instant(horizon.begin_of(t), horizon.time_zone))});
      return;
    }
  }
}

TimeSeriesRequest series_request(const TableReader& table, const std::optional<TimeGrid>& horizon) {
  const std::string hint = " (series are per unit of a nominal power, not in kW)";
  std::vector<WantedColumn> columns{
      {table.text("actual_column"), table.place("actual_column"), series_range, hint, true}};
  if (table.has("forecast_column")) {
    columns.insert(columns.begin(), {table.text("forecast_column"), table.place("forecast_column"),
                                     series_range, hint, false});
  }
  return {.file = table.text("file"),
          .asked_at = table.place("file"),
          .time_column = table.text("time_column"),
          .time_asked_at = table.place("time_column"),
          .columns = std::move(columns),
          .window = std::nullopt,
          .time_zone = zone_of(horizon),
          .leave_out_bad = table.text("bad_rows") == "drop"};
}

/// Forecasts a series of which only what happened is known, and tells how well that would have
/// done.
void make_forecast(Series& series, const TimeGrid& horizon, const Place& place, Faults& faults) {
  const auto show = [&horizon](Instant time) { return format_instant(time, horizon.time_zone); };
  const auto known_until = uncertainty::known_until(horizon);
  const auto end = series.start + series.period * static_cast<long>(series.actual.size());
  if (end < known_until) {
    faults.push_back({Severity::error, place,
                      fmt::format("series '{}' has no forecast column and is known until {} only; "
                                  "to forecast the horizon from it, it must be known until {}",
                                  series.name, show(end), show(known_until))});
    return;
  }
  const auto forecast = uncertainty::seasonal_forecast(series.actual, series.start, horizon);
  series.forecast = forecast.values;
  series.forecaster = uncertainty::seasonal_forecaster;
  if (forecast.days > 0) {
    faults.push_back(
        {Severity::note, place,
         fmt::format("series '{}' has no forecast column: forecast made by gridpact ({}), mean "
                     "absolute error {:.4f} pu on {} past days; that of the same weekday's value "
                     "before: {:.4f} pu",
                     series.name, series.forecaster, forecast.mean_absolute_error, forecast.days,
                     forecast.weekly_mean_absolute_error)});
  }
}

/// Where the first forecast of a series stands.
Instant first_forecast(const Series& series) {
  const auto first = std::find_if(series.forecast.begin(), series.forecast.end(),
                                  [](double value) { return std::isfinite(value); });
  return series.start + series.period * static_cast<long>(first - series.forecast.begin());
}

}  // namespace

Series read_series(const TableReader& table, const std::optional<TimeGrid>& horizon,
                   InputFiles& files, Faults& faults) {
  Series out;
  out.name = table.text("name");
  const auto request = series_request(table, horizon);
  if (request.file.empty()) {
    return out;
  }
  const auto series = read_time_series(files, request, faults);
  if (!series || !horizon) {
    return out;
  }
  const auto place = table.place("file");
  auto periods = to_periods(*series, *horizon, place, faults);
  if (!periods) {
    return out;
  }
  note_resampling(*series, *horizon, fmt::format("series '{}'", out.name), place, faults);
  const bool has_forecast = periods->columns.size() == 2;
  if (has_forecast) {
    check_cover(*periods, 0, *horizon, fmt::format("the forecast of series '{}'", out.name), place,
                faults);
  }
  out.start = periods->start;
  out.period = periods->step;
  out.actual = std::move(periods->columns.back());
  if (has_forecast) {
    out.forecast = std::move(periods->columns.front());
    raise_to_zero(out.forecast, "forecast", out.name, place, faults);
  }
  raise_to_zero(out.actual, "actual", out.name, place, faults);
  if (!has_forecast) {
    make_forecast(out, *horizon, place, faults);
  }
  check_forecast(out, *horizon, out.name, place, faults);
  check_training(out, has_forecast ? out.start : first_forecast(out), *horizon, out.name, place,
                 faults);
  return out;
}

void read_prices(const TableReader& table, const std::optional<TimeGrid>& horizon,
                 InputFiles& files, Substation& substation, Faults& faults) {
  TimeSeriesRequest request{
      .file = table.text("file"),
      .asked_at = table.place("file"),
      .time_column = table.text("time_column"),
      .time_asked_at = table.place("time_column"),
      .columns = {{table.text("column"), table.place("column"), {}, {}, false}},
      // Without a horizon, it can not be said which values are wanted.
      .window = std::pair{Instant{}, Instant{}},
      .time_zone = zone_of(horizon)};
  if (request.file.empty()) {
    return;
  }
  if (horizon) {
    request.window.emplace(horizon->start, horizon->end());
  }
  const auto series = read_time_series(files, request, faults);
  if (!series || !horizon) {
    return;
  }
  const auto place = table.place("file");
  const auto periods = to_periods(*series, *horizon, place, faults);
  if (!periods) {
    return;
  }
  note_resampling(*series, *horizon, "prices", place, faults);
  const auto faults_before = faults.size();
  check_cover(*periods, 0, *horizon, "the price", place, faults);
  if (faults.size() != faults_before) {
    return;
  }
  const double unit = table.text("unit") == "EUR/MWh" ? eur_per_mwh_to_eur_per_kwh : 1.0;
  const double export_share = table.number("export_share");
  const auto first = static_cast<std::size_t>((horizon->start - periods->start) / periods->step);
  for (std::size_t t = 0; t < horizon->count; ++t) {
    const double price = unit * periods->columns[0][first + t];
    substation.import_price_eur_per_kwh.push_back(price);
    // Never above the import price, or trading in a circle would pay: a negative price is not
    // shared.
    substation.export_price_eur_per_kwh.push_back(std::min(export_share * price, price));
  }
}

namespace {

/// 0 = working days, 1 = Saturdays, 2 = Sundays.
std::size_t kind_of_day(int weekday) {
  return weekday <= 5 ? 0 : static_cast<std::size_t>(weekday - 5);
}

/// Are there enough days of the kinds that the horizon has?
void check_session_days(const std::vector<WrittenSession>& sessions, const TimeGrid& horizon,
                        const std::string& name, const Place& place, Faults& faults) {
  static constexpr std::array<std::string_view, 3> kinds{"working days", "Saturdays", "Sundays"};
  std::array<std::set<long>, 3> days;
  for (const auto& [session, line] : sessions) {
    days[kind_of_day(session.weekday)].insert(session.arrival_day);
  }
  std::set<std::size_t> planned;
  for (std::size_t t = 0; t < horizon.count; ++t) {
    planned.insert(kind_of_day(horizon.local(t).weekday));
  }
  for (const auto kind : planned) {
    if (days[kind].size() < least_session_days) {
      faults.push_back({Severity::error, place,
                        fmt::format("sessions '{}' know {} {}; at least {} are needed for the "
                                    "planned time",
                                    name, days[kind].size(), kinds[kind], least_session_days)});
    }
  }
}

void check_session_energy(const std::vector<WrittenSession>& sessions, const std::string& shown,
                          Faults& faults) {
  std::vector<double> energies;
  for (const auto& [session, line] : sessions) {
    energies.push_back(session.energy_kwh);
  }
  if (const double median = median_size(std::move(energies)); median > usual_session_kwh) {
    faults.push_back(
        {Severity::warning,
         {shown, 0},
         fmt::format("the median energy is {:g} kWh, which looks like Wh; check the unit",
                     median)});
  }
}

SessionColumns columns_of(const TableReader& table) {
  const auto& layouts = session_layouts();
  const auto known = std::find_if(layouts.begin(), layouts.end(), [&](const SessionLayout& layout) {
    return layout.name == table.text("layout");
  });
  if (known != layouts.end()) {
    auto columns = known->columns;
    columns.priority = table.text("priority_column");  // no layout has one
    return columns;
  }
  const auto times = table.text("times");
  return {.arrival = table.text("arrival_column"),
          .arrival_clock = table.text("arrival_clock_column"),
          .departure = table.text("departure_column"),
          .departure_clock = table.text("departure_clock_column"),
          .energy = table.text("energy_column"),
          .user = table.text("user_column"),
          .id = table.text("id_column"),
          .charger = {},
          .priority = table.text("priority_column"),
          .clock = times == "local" ? ClockKind::local
                   : times == "utc" ? ClockKind::utc
                                    : ClockKind::offset};
}

}  // namespace

WrittenHistory read_session_history(const TableReader& table,
                                    const std::optional<TimeGrid>& horizon, InputFiles& files,
                                    Faults& faults) {
  const SessionRequest request{
      .file = table.text("file"),
      .asked_at = table.place("file"),
      .time_zone = table.has("time_zone") ? table.text("time_zone") : zone_of(horizon),
      .columns = columns_of(table),
      .arrival_asked_at = table.place("arrival_column"),
      .departure_asked_at = table.place("departure_column"),
      .energy_asked_at = table.place("energy_column"),
      .user_asked_at = table.place("user_column"),
      .id_asked_at = table.place("id_column"),
      .priority_asked_at = table.place("priority_column"),
      .drop_bad_rows = table.text("bad_rows") == "drop"};
  WrittenHistory history;
  if (request.file.empty() || request.time_zone.empty()) {
    return history;
  }
  history.shown = files.shown(request.file);
  auto sessions = read_sessions(files, request, faults);
  if (!sessions) {
    return history;
  }
  history.sessions = std::move(sessions->sessions);
  check_session_energy(history.sessions, history.shown, faults);
  if (horizon) {
    check_session_days(history.sessions, *horizon, table.text("name"), table.place("file"), faults);
  }
  return history;
}

void check_deliverable(const TableReader& table, const WrittenHistory& history,
                       const std::string& history_name, Faults& faults) {
  const double charger_kw = table.number("charger_kw");
  const WrittenSession* first = nullptr;
  std::size_t count = 0;
  for (const auto& written : history.sessions) {
    if (written.session.energy_kwh > meter_tolerance * charger_kw * written.session.stay_h) {
      ++count;
      first = first == nullptr || written.line < first->line ? &written : first;
    }
  }
  if (count > 0) {
    const bool is_rare =
        static_cast<double>(count) < rare_share * static_cast<double>(history.sessions.size());
    faults.push_back(
        {is_rare ? Severity::note : Severity::warning, table.place("charger_kw"),
         fmt::format("{} of {} sessions of '{}' got more than a charger of {:g} kW can give within "
                     "their stay, first {}:{} ({:.1f} kWh in {:.2f} h); such cars are planned with "
                     "what it can give",
                     count, history.sessions.size(), history_name, charger_kw, history.shown,
                     first->line, first->session.energy_kwh, first->session.stay_h)});
  }
}

}  // namespace gridpact::importers
