// Of a car that comes at a, leaves at d and wants E at no more than p, with τ the end of a period:
//
//   earliest(τ) = min(E, p max(0, τ − a)),   latest(τ) = max(0, E − p max(0, d − τ)),
//
// both of a station the sums over its cars: the bounds within which its cumulative energy can lie.
// Uncontrolled power of a period is the step of `earliest` over its length.

#include "gridpact/fleet/station_statistics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace gridpact::fleet {

namespace {

Spread spread_of(std::vector<double> values) {
  if (values.empty()) {
    return {};
  }
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(values.size() - 1)))];
  };
  return {at(0.05), at(0.5), at(0.95)};
}

const char* name_of(DayKind kind) {
  switch (kind) {
    case DayKind::workday:
      return "working day";
    case DayKind::friday_even:
    case DayKind::friday_odd:
      return "Friday (every other week)";
    case DayKind::saturday:
      return "Saturday";
    case DayKind::sunday:
      break;
  }
  return "Sunday";
}

DayKind planned_kind(const Case& problem, const FleetSource& source) {
  return kind_of(problem.horizon.local(0).days_since_epoch, source.summary().alternate_fridays);
}

/// The horizon moved back by whole days, or nothing where the clocks change in it.
std::optional<TimeGrid> moved_back(TimeGrid horizon, long days) {
  const auto first = horizon.local(0);
  const auto clock = std::chrono::hours{first.hour} + std::chrono::minutes{first.minute} +
                     std::chrono::seconds{first.second};
  const auto length = horizon.end() - horizon.start;
  const long touched =
      local_time(horizon.end() - std::chrono::seconds{1}, horizon.time_zone).days_since_epoch -
      first.days_since_epoch + 1;
  horizon.start = local_instant(first.days_since_epoch - days, clock, horizon.time_zone);
  const auto midnight = local_midnight(first.days_since_epoch - days, horizon.time_zone);
  const auto after = local_midnight(first.days_since_epoch - days + touched, horizon.time_zone);
  const bool plain = after - midnight == std::chrono::hours{24} * touched &&
                     length <= std::chrono::hours{24} * touched;
  return plain ? std::optional(horizon) : std::nullopt;
}

double earliest_kwh(const Car& car, double end_h) {
  return std::min(car.energy_kwh, car.charge_max_kw * std::max(0.0, end_h - car.arrival_h));
}

double latest_kwh(const Car& car, double end_h) {
  return std::max(0.0, car.energy_kwh - car.charge_max_kw * std::max(0.0, car.departure_h - end_h));
}

}  // namespace

StationStatistics station_statistics(const Case& problem, const FleetSource& source,
                                     std::size_t days, std::uint64_t seed) {
  const auto& station = problem.stations[source.station().index()];
  const std::size_t periods = problem.horizon.count;
  const double period_h = problem.horizon.period_h();
  StationStatistics out;
  out.name = station.name;
  out.day_kind = name_of(planned_kind(problem, source));
  out.days = source.summary().days;
  out.sessions = source.summary().sessions;
  out.sessions_a_day =
      out.days > 0 ? static_cast<double>(out.sessions) / static_cast<double>(out.days) : 0.0;
  out.cars = station.cars;
  out.drawn_days = days;
  out.arrivals.assign(periods, 0.0);

  std::vector<double> counts, energies, arrival, stay, energy;
  std::vector<std::vector<double>> power(periods), latest(periods), earliest(periods);
  for (std::size_t d = 0; d < days; ++d) {
    auto random = day_stream(seed, DayUse::learning, source.station(), d);
    const auto fleet = source.sample(random);
    counts.push_back(static_cast<double>(fleet.size()));
    double wanted = 0.0;
    for (const auto& car : fleet) {
      wanted += car.energy_kwh;
      arrival.push_back(car.arrival_h);
      stay.push_back(car.departure_h - car.arrival_h);
      energy.push_back(car.energy_kwh);
      const auto t = static_cast<std::size_t>(car.arrival_h / period_h);
      out.arrivals[std::min(t, periods - 1)] += 1.0 / static_cast<double>(days);
    }
    energies.push_back(wanted);
    double before = 0.0;
    for (std::size_t t = 0; t < periods; ++t) {
      const double end_h = period_h * static_cast<double>(t + 1);
      double early = 0.0;
      double late = 0.0;
      for (const auto& car : fleet) {
        early += earliest_kwh(car, end_h);
        late += latest_kwh(car, end_h);
      }
      earliest[t].push_back(early);
      latest[t].push_back(late);
      power[t].push_back((early - before) / period_h);
      before = early;
    }
  }
  out.cars_a_day = spread_of(std::move(counts));
  out.energy_a_day_kwh = spread_of(std::move(energies));
  out.arrival_h = spread_of(std::move(arrival));
  out.stay_h = spread_of(std::move(stay));
  out.energy_kwh = spread_of(std::move(energy));
  for (std::size_t t = 0; t < periods; ++t) {
    out.power_kw.push_back(spread_of(std::move(power[t])));
    out.latest_kwh.push_back(spread_of(std::move(latest[t])));
    out.earliest_kwh.push_back(spread_of(std::move(earliest[t])));
  }
  return out;
}

std::vector<StationStatistics> statistics_of_other_days(const Case& problem, StationId station,
                                                        std::size_t days, std::uint64_t seed) {
  constexpr long fortnight = 14;
  std::vector<DayKind> done{planned_kind(problem, FleetSource(problem, station))};
  std::vector<StationStatistics> out;
  Case moved = problem;
  for (long back = 1; back <= fortnight; ++back) {
    const auto horizon = moved_back(problem.horizon, back);
    if (!horizon) {
      continue;
    }
    moved.horizon = *horizon;
    const FleetSource source(moved, station);
    const auto kind = planned_kind(moved, source);
    if (source.summary().days_same_kind &&
        std::find(done.begin(), done.end(), kind) == done.end()) {
      done.push_back(kind);
      out.push_back(station_statistics(moved, source, days, seed));
    }
  }
  return out;
}

}  // namespace gridpact::fleet
