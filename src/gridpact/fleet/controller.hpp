#pragma once

#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/time_grid.hpp"
#include "gridpact/fleet/call.hpp"
#include "gridpact/fleet/fleet.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::fleet {

/// What a day with the cars that came was like.
struct Tracking {
  /// Realised station power per period, kW; negative where it feeds the grid.
  std::vector<double> charge_kw;
  /// Cars (in the order of the fleet) × periods; negative is discharging. Empty with
  /// `Keep::station`.
  Matrix car_kw;
  double energy_wanted_kwh = 0.0;
  double energy_undelivered_kwh = 0.0;
  std::size_t cars_short = 0;  ///< left with less than they wanted (more than 1 Wh)
  /// What each car lacked when it left, kWh at the charger, in the order of the fleet; 0 if
  /// nothing.
  std::vector<double> short_kwh;
};

/// What is kept of a day: with cars it is hundreds of kilobytes.
enum class Keep { station, cars };

/// The station's real-time controller: follows the planned profile with the cars that come. It is
/// causal: in a period it knows the cars that have arrived by the period's end (one that arrives
/// within the period charges from then on only) with their declared departure and wanted energy,
/// and otherwise the fleet for which the target was made.
///
/// Every driver is served unless the connection or the stay makes it physically impossible: a car
/// without slack charges whatever the target says, and what is wanted beyond the target is begun as
/// early as needed for the connection. Cars that consent to V2G discharge where the target asks for
/// it, never below `Battery::v2g_min_kwh` and never so far that their wish is out of reach. What
/// the target leaves after that goes to the cars in the order of the fairness rule. When more (or
/// less) energy is wanted than planned, the unavoidable deviation is spread evenly over the rest of
/// the day, as far as the cars' stays allow. Method: controller.cpp.
class Controller {
 public:
  /// `target_kw`: periods, the planned mean power, negative where the station feeds the grid.
  /// `forecast`: the fleet it was planned for. `connection_max_kw` caps the station's mean power in
  /// every period, each way, before drivers' wishes.
  Controller(const Fleet& forecast, const TimeGrid& horizon, std::span<const double> target_kw,
             double connection_max_kw, Fairness fairness = Fairness::least_slack);

  [[nodiscard]] Tracking follow(const Fleet& actual) const { return follow(actual, Call{}); }
  /// The same on a day with a call of sold reserve, of which each period's part is known when the
  /// period begins: the target is moved by it, and whatever that leaves to make up for is put off
  /// until the call is over.
  [[nodiscard]] Tracking follow(const Fleet& actual, const Call& call,
                                Keep keep = Keep::cars) const;

  [[nodiscard]] const std::vector<double>& target_kw() const { return target_kw_; }

 private:
  class Day;

  /// Charging hours that the plan gives a car parked from the start until `end_h`.
  [[nodiscard]] double planned_hours_until(double end_h) const;

  double period_h_ = 1.0;
  std::vector<double> target_kw_;
  double connection_max_kw_ = 0.0;
  Fairness fairness_ = Fairness::least_slack;
  /// Of the forecast cars that arrive after period t: energy taken by the end of period s, kWh, at
  /// the earliest and at the latest (periods × periods, zero for s ≤ t).
  Matrix coming_earliest_kwh_;
  Matrix coming_latest_kwh_;
  std::vector<double> arrived_kwh_;  ///< wanted by forecast cars that arrive by the end of period t
  std::vector<double> planned_hours_;  ///< `planned_hours_until` the periods' ends; 0 first
};

}  // namespace gridpact::fleet
