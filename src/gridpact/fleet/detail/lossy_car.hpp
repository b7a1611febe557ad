#pragma once

#include <span>
#include <vector>

#include "gridpact/fleet/detail/cheapest.hpp"

namespace gridpact::fleet {

/// The cheapest schedules of cars that lose in a cycle, for one price per period of energy from the
/// grid and, if not empty, one of content gained. Method: lossy_car.cpp. Keeps references to prices
/// and horizon.
class LossyCars {
 public:
  LossyCars(std::span<const double> price, std::span<const double> content_price,
            const TimeGrid& horizon)
      : price_(price), content_price_(content_price), horizon_(horizon) {}

  /// A cheap point of the car's realisable convex set: net energy per period of its stay from
  /// `first()` on, kWh.
  [[nodiscard]] std::span<const double> schedule(const Car& car);
  [[nodiscard]] std::size_t first() const { return tube_.first; }

  /// No schedule of the car costs less, €.
  [[nodiscard]] double bound(const Car& car);

 private:
  void prepare(const Car& car);
  void solve(const Car& car, const std::vector<double>& ceiling_kwh);
  [[nodiscard]] bool is_realisable(const Car& car) const;

  std::span<const double> price_, content_price_;
  const TimeGrid& horizon_;
  double charge_efficiency_ = 0.0, discharge_efficiency_ = 0.0;  // of `order_`
  VisitOrder order_;  // of not discharging in t (2t), charging in t (2t + 1)
  Tube tube_;         // of the car, without discharging: stay, charger
  Filling filling_;
  std::vector<double> least_kwh_;     // content at each period's end
  std::vector<double> may_give_kwh_;  // battery-side, per period
  std::vector<double> ceiling_kwh_, grid_kwh_;
};

}  // namespace gridpact::fleet
