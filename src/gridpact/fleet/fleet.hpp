#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/time_grid.hpp"

namespace gridpact::fleet {

/// What is known of a car's battery. Energies are in the battery, powers at the charger.
struct Battery {
  double capacity_kwh = 0.0;          ///< largest content
  double arrival_kwh = 0.0;           ///< content on arrival
  double charge_efficiency = 1.0;     ///< battery kWh gained per grid kWh taken
  double discharge_efficiency = 1.0;  ///< grid kWh given per battery kWh lost
  bool v2g_consent = false;           ///< may it discharge into the grid?
  double discharge_max_kw = 0.0;      ///< into the grid
  /// Discharging never takes the content below this; a car that arrives with less only charges.
  double v2g_min_kwh = 0.0;

  [[nodiscard]] bool discharges() const {
    return v2g_consent && discharge_max_kw > 0.0 && arrival_kwh >= v2g_min_kwh;
  }
  /// Content after `grid_kwh` net energy were taken (given, if negative) at one go.
  [[nodiscard]] double content_after(double before_kwh, double grid_kwh) const {
    return before_kwh +
           (grid_kwh >= 0.0 ? grid_kwh * charge_efficiency : grid_kwh / discharge_efficiency);
  }
  friend bool operator==(const Battery&, const Battery&) = default;
};

/// One car on the planned day, in real hours since the horizon's start (so that clock-change days
/// work). Power and energy are at the charger (grid-side).
///
/// Without a battery it takes exactly `energy_kwh` and never gives any back: all that a recorded
/// session tells. With one it takes at least that much by departure, and what the battery holds.
struct Car {
  double arrival_h = 0.0;
  double departure_h = 0.0;  ///< at most the horizon's end
  double energy_kwh = 0.0;   ///< wanted by departure; at most charge_max_kw × stay
  double charge_max_kw = 0.0;
  std::optional<Battery> battery = std::nullopt;
  int priority = 0;  ///< the higher, the sooner it is served where not all can be

  /// Mean power limit in period t: the charger's limit times the share of the period it is parked.
  [[nodiscard]] double limit_kw(std::size_t t, double period_h) const;
  /// The same for discharging: 0 for cars that do not.
  [[nodiscard]] double discharge_limit_kw(std::size_t t, double period_h) const;
  [[nodiscard]] bool discharges() const { return battery && battery->discharges(); }
  /// Does a kWh that goes into the battery and out again come back as less?
  [[nodiscard]] bool loses_in_a_cycle() const {
    return discharges() && battery->charge_efficiency * battery->discharge_efficiency < 1.0;
  }
  friend bool operator==(const Car&, const Car&) = default;
};

using Fleet = std::vector<Car>;

/// Mean power per period, kW, if every car charges at full power from arrival until it has what it
/// wants.
[[nodiscard]] std::vector<double> uncontrolled_kw(const Fleet& fleet, const TimeGrid& horizon);

/// A joint schedule of all cars: a point of the exact flexibility set when it is feasible. Positive
/// is charging, negative discharging.
struct Schedule {
  std::vector<double> total_kw;  ///< periods; the column sums of `car_kw`
  Matrix car_kw;                 ///< cars × periods
};

/// Cheapest schedule for `price` per period (€/kWh, any sign), each car on its own, since a linear
/// cost over the fleet's set (the Minkowski sum of the cars' sets) separates by car: a vertex of
/// the exact set of every car that only charges or loses nothing in a cycle. For the others it is a
/// point of a realisable convex set (flexibility.cpp), and `cheapest_bound` says what it may have
/// missed. Cars without a battery take exactly their wanted energy, also at negative prices. Ties
/// go to the earlier period. The same on any number of threads (0 = all).
[[nodiscard]] Schedule best_response(const Fleet& fleet, const TimeGrid& horizon,
                                     std::span<const double> price, unsigned threads = 1);
/// The same where content has a price of its own: `content_price` per period, €/kWh that a battery
/// (or a car without one) gains; negative prices pay for it.
[[nodiscard]] Schedule best_response(const Fleet& fleet, const TimeGrid& horizon,
                                     std::span<const double> price,
                                     std::span<const double> content_price, unsigned threads);

/// No schedule of the fleet costs less than this at `price`, €: what `best_response` costs, but for
/// the cars that lose in a cycle, where it is the optimum of a set that holds theirs.
[[nodiscard]] double cheapest_bound(const Fleet& fleet, const TimeGrid& horizon,
                                    std::span<const double> price, unsigned threads = 1);
[[nodiscard]] double cheapest_bound(const Fleet& fleet, const TimeGrid& horizon,
                                    std::span<const double> price,
                                    std::span<const double> content_price, unsigned threads);

/// What the batteries of all cars together gain in each period, kWh (negative: lose); `car_kw` is
/// cars × periods. Cars without a battery gain what they take.
[[nodiscard]] std::vector<double> content_change_kwh(const Fleet& fleet, const TimeGrid& horizon,
                                                     const Matrix& car_kw);

/// Convex combination of schedules of one fleet (weights ≥ 0 that sum to 1): feasible for every
/// car, because each car's own set is convex.
[[nodiscard]] Schedule combine(std::span<const Schedule> schedules,
                               std::span<const double> weights);

/// Does `car_kw` (cars × periods) keep every car's limits and give it its wanted energy, each
/// within `tolerance_kwh` of energy? Plain arithmetic.
[[nodiscard]] bool is_feasible(const Fleet& fleet, const TimeGrid& horizon, const Matrix& car_kw,
                               double tolerance_kwh);

/// A car whose wish its stay, its charger or its battery does not allow.
struct LoweredWish {
  std::size_t car = 0;  ///< of the fleet
  double wanted_kwh = 0.0;
  double deliverable_kwh = 0.0;  ///< the most that it can get by departure
  enum class Reason { stay, battery } reason = Reason::stay;
};

/// The most that the car can get by departure, kWh at the charger, and which of the two limits it.
struct Deliverable {
  double energy_kwh = 0.0;
  LoweredWish::Reason limit = LoweredWish::Reason::stay;
};
[[nodiscard]] Deliverable deliverable(const Car& car);

/// Lowers every wish that can not be fulfilled to the largest deliverable energy; the cars
/// concerned, in the order of the fleet.
[[nodiscard]] std::vector<LoweredWish> lower_infeasible_wishes(Fleet& fleet);

}  // namespace gridpact::fleet
