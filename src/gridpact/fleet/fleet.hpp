#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/time_grid.hpp"

namespace gridpact::fleet {

/// One car on the planned day, in real hours since the horizon's start (so that clock-change days
/// work). Power and energy are grid-side; the battery gets `Station::charge_efficiency` of them.
struct Car {
  double arrival_h = 0.0;
  double departure_h = 0.0;  ///< at most the horizon's end
  double energy_kwh = 0.0;   ///< wanted by departure; at most charge_max_kw × stay
  double charge_max_kw = 0.0;

  /// Mean power limit in period t: the charger's limit times the share of the period it is parked.
  [[nodiscard]] double limit_kw(std::size_t t, double period_h) const;
  friend bool operator==(const Car&, const Car&) = default;
};

using Fleet = std::vector<Car>;

/// Mean power per period, kW, if every car charges at full power from arrival until done.
[[nodiscard]] std::vector<double> uncontrolled_kw(const Fleet& fleet, const TimeGrid& horizon);

/// A joint schedule of all cars: a point of the exact flexibility set when it is feasible.
struct Schedule {
  std::vector<double> total_kw;  ///< periods; the column sums of `car_kw`
  Matrix car_kw;                 ///< cars × periods
};

/// Cheapest schedule for `price` per period (€/kWh, any sign), each car on its own: a vertex of the
/// fleet's flexibility set {Σ p_i : 0 ≤ p_i,t ≤ limit_i,t, Δt Σ_t p_i,t = energy_i}, since a linear
/// cost over a Minkowski sum separates by car. Every car takes exactly its wanted energy, also at
/// negative prices. Ties go to the earlier period. O(periods log periods + cars × periods).
[[nodiscard]] Schedule best_response(const Fleet& fleet, const TimeGrid& horizon,
                                     std::span<const double> price);

/// Convex combination of schedules of one fleet (weights ≥ 0 that sum to 1): feasible for every
/// car, because each car's own set is convex.
[[nodiscard]] Schedule combine(std::span<const Schedule> schedules,
                               std::span<const double> weights);

/// Does `car_kw` (cars × periods) keep every car's limits and give it its wanted energy, each
/// within `tolerance_kwh` of energy? Plain arithmetic.
[[nodiscard]] bool is_feasible(const Fleet& fleet, const TimeGrid& horizon, const Matrix& car_kw,
                               double tolerance_kwh);

}  // namespace gridpact::fleet
