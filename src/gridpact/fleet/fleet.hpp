#pragma once

#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/random.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::fleet {

/// One car on the planned day, in hours since the horizon's start (real time, so that clock-change
/// days work). Energies and powers are grid-side; the battery gets `charge_efficiency` of them.
struct Car {
  double arrival_h = 0.0;
  double departure_h = 0.0;    ///< ≤ horizon end
  double energy_kwh = 0.0;     ///< wanted by departure, grid-side, always deliverable
  double charge_max_kw = 0.0;

  /// Mean power limit in period t: the charger's limit times the share of the period it is parked.
  [[nodiscard]] double limit_kw(std::size_t t, double period_h) const;
};

using Fleet = std::vector<Car>;

/// The station's fleet as forecast for the planned day: `station.cars` sessions drawn with a fixed
/// seed from past days of the same kind (weekday, Saturday, Sunday), each whole.
[[nodiscard]] Fleet forecast_fleet(const Case& problem, StationId station);

/// A fleet that may really come: number of cars, and who, from a randomly chosen past day of the same
/// kind: the day's own deviation (beyond counting noise) is kept, arrival, stay and energy stay together.
[[nodiscard]] Fleet sample_fleet(const Case& problem, StationId station, RandomStream& random);

/// Wanted energies that can not be delivered within the stay were lowered: how many, how much.
struct FleetSummary {
  std::size_t cars = 0;
  double energy_kwh = 0.0;
  std::size_t cars_lowered = 0;
  double energy_lowered_kwh = 0.0;
};
[[nodiscard]] FleetSummary summarise_sessions(const Case& problem, StationId station);

/// Power if every car charges at full power from arrival until done, kW per period.
[[nodiscard]] std::vector<double> uncontrolled_kw(const Fleet& fleet, const TimeGrid& horizon);

/// A feasible joint schedule of all cars: a point of the exact flexibility set.
struct Schedule {
  std::vector<double> total_kw;  ///< periods
  Matrix car_kw;                 ///< cars × periods
};

/// Cheapest schedule for `price` per period (€/kWh, any sign), each car on its own: a vertex of the
/// aggregate flexibility set. Ties go to the earlier period. O(cars × periods log periods).
[[nodiscard]] Schedule best_response(const Fleet& fleet, const TimeGrid& horizon,
                                     std::span<const double> price);

/// Convex combination of schedules (weights ≥ 0 summing to 1): feasible for every car.
[[nodiscard]] Schedule combine(std::span<const Schedule> schedules, std::span<const double> weights);

/// What a causal controller made of a day: it knows only the cars that have arrived.
struct Tracking {
  std::vector<double> charge_kw;  ///< realised station power per period
  double energy_wanted_kwh = 0.0;
  double energy_undelivered_kwh = 0.0;
  std::size_t cars_short = 0;
};

/// Follows `target_kw` with the cars that came. Every driver is served: a car without slack charges
/// whatever the target says, the rest of the target goes to the least slack first. `forecast` is the
/// fleet for which the target was made: the target is scaled by how much more (or less) energy has
/// arrived so far than forecast, so that the deviation is spread and not left to the last hour.
[[nodiscard]] Tracking follow(const Fleet& actual, const Fleet& forecast, const TimeGrid& horizon,
                              std::span<const double> target_kw);

/// Is `schedule` feasible for every car (limits, windows, wanted energy) within `tolerance_kwh`?
[[nodiscard]] bool is_feasible(const Fleet& fleet, const TimeGrid& horizon, const Matrix& car_kw,
                               double tolerance_kwh);

}  // namespace gridpact::fleet
