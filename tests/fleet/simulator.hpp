#pragma once

// A car replayed by itself, minute by minute, from first principles: shares nothing with the fleet
// module but the description of a car.

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include <fmt/format.h>

#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet::testing {

/// What goes wrong when `car` follows mean powers per period of `period_h` hours, or an empty text.
/// Within a period it runs at constant power while it is parked.
inline std::string trouble_of(const Car& car, std::span<const double> power_kw, double period_h,
                              double tolerance_kwh = 1e-6) {
  const double capacity = car.battery ? car.battery->capacity_kwh : 1e300;
  double content = car.battery ? car.battery->arrival_kwh : 0.0;
  const double start = content;
  double wanted = car.energy_kwh;
  double taken = 0.0;
  bool ever_gave = false;
  double least_content = content;
  for (std::size_t t = 0; t < power_kw.size(); ++t) {
    const double begin = period_h * static_cast<double>(t);
    const double parked =
        std::max(0.0, std::min(car.departure_h, begin + period_h) - std::max(car.arrival_h, begin));
    const double energy = power_kw[t] * period_h;
    if (std::abs(energy) > tolerance_kwh && parked == 0.0) {
      return fmt::format("period {}: {} kWh while away", t, energy);
    }
    if (energy > car.charge_max_kw * parked + tolerance_kwh) {
      return fmt::format("period {}: charges {} kWh, can {}", t, energy,
                         car.charge_max_kw * parked);
    }
    if (energy < -tolerance_kwh) {
      ever_gave = true;
      if (!car.battery || !car.battery->v2g_consent) {
        return fmt::format("period {}: gives {} kWh without consent", t, -energy);
      }
      if (-energy > car.battery->discharge_max_kw * parked + tolerance_kwh) {
        return fmt::format("period {}: gives {} kWh, can {}", t, -energy,
                           car.battery->discharge_max_kw * parked);
      }
    }
    taken += energy;
    if (car.battery) {
      // In small steps, as a real battery would see it.
      constexpr int steps = 60;
      for (int k = 0; k < steps; ++k) {
        const double part = energy / steps;
        content += part > 0.0 ? part * car.battery->charge_efficiency
                              : part / car.battery->discharge_efficiency;
        if (content > capacity + tolerance_kwh) {
          return fmt::format("period {}: overfull, {} of {} kWh", t, content, capacity);
        }
      }
      least_content = std::min(least_content, content);
    }
  }
  if (!car.battery) {
    return std::abs(taken - wanted) <= tolerance_kwh
               ? ""
               : fmt::format("took {} kWh, wanted exactly {}", taken, wanted);
  }
  if (ever_gave && least_content < car.battery->v2g_min_kwh - tolerance_kwh) {
    return fmt::format("down to {} kWh, V2G may not go below {}", least_content,
                       car.battery->v2g_min_kwh);
  }
  wanted *= wanted > 0.0 ? car.battery->charge_efficiency : 1.0 / car.battery->discharge_efficiency;
  if (content < start + wanted - tolerance_kwh) {
    return fmt::format("leaves with {} kWh, wanted {}", content, start + wanted);
  }
  return "";
}

}  // namespace gridpact::fleet::testing
