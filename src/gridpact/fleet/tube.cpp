// A car's tube, and how much of its energy can (must) fall into a set S of periods.
//
// Grid-side energy x_t in period t, X_t cumulative. With m_t the charger's limit × time parked, d_t
// the same of discharging, e₀ the content on arrival, C the capacity, F the least content of V2G, E
// the wish:
//   only charging    0 ≤ x_t ≤ m_t,     0 ≤ X_t ≤ (C − e₀)/η_c,           X_end ≥ E
//   V2G, no losses   −d_t ≤ x_t ≤ m_t,  F − e₀ ≤ X_t ≤ C − e₀,            X_end ≥ E
// V2G with losses: the content is e₀ + η_c X_t − κ W_t, κ = 1/η_d − η_c, W_t the energy given so
// far. With discharging limited to d'_t ≤ d_t, W_t ≤ D'_t = Σ_{s≤t} d'_s, so the tube
//   −d'_t ≤ x_t ≤ m_t,   (F − e₀ + κ D'_t)/η_c ≤ X_t ≤ (C − e₀)/η_c,   X_end ≥ E + κ D'_end/η_c
// holds profiles that the car can really take: the floor pays all losses that d' allows, and the
// ceiling forgoes the room that losses make. d' = θ d in the window, θ ≤ 1 the largest that leaves
// the tube non-empty and discharges at most one full cycle.
//
// b(S) = max Σ_S x by one pass (Mukhi, Loho, Abate 2025 show that the tube is a g-polymatroid; the
// recursion carries the cumulative energies lo ≤ X ≤ hi that are still possible, the best value v
// at X = lo, and the range s of X above lo over which each further kWh is worth one of S). p(S) is
// −b(S) of the negated tube.

#include "gridpact/fleet/detail/tube.hpp"

#include <algorithm>
#include <cmath>

namespace gridpact::fleet {

namespace {

double total(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) {
    sum += value;
  }
  return sum;
}

/// Draws every bound in as far as the others imply, so that each is attained.
void tighten(Tube& tube) {
  const std::size_t n = tube.size();
  for (std::size_t t = n - 1; t-- > 0;) {
    tube.floor[t] = std::max(tube.floor[t], tube.floor[t + 1] - tube.high[t + 1]);
    tube.ceiling[t] = std::min(tube.ceiling[t], tube.ceiling[t + 1] - tube.low[t + 1]);
  }
  double least = 0.0;
  double most = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    // Rounding may leave a wish that fills the whole stay a hair beyond what can be had.
    most = std::min(tube.ceiling[t], most + tube.high[t]);
    least = std::min(std::max(tube.floor[t], least + tube.low[t]), most);
    tube.floor[t] = least;
    tube.ceiling[t] = most;
  }
}

/// Share θ of the discharge limits `given` (per period) for which the inner tube is the best one.
double discharge_share(const Battery& battery, const Tube& tube, double wanted_content_kwh,
                       const std::vector<double>& given, double loss) {
  const double cycle_kwh =
      (battery.capacity_kwh - battery.v2g_min_kwh) * battery.discharge_efficiency;
  const double given_kwh = total(given);
  double share = given_kwh > cycle_kwh ? cycle_kwh / given_kwh : 1.0;
  double most_kwh = 0.0;
  double lost_kwh = 0.0;
  for (std::size_t t = 0; t < tube.size(); ++t) {
    most_kwh = std::min(most_kwh + tube.high[t], tube.ceiling[t]);
    lost_kwh += loss * given[t];
    const double least = t + 1 == tube.size() ? std::max(battery.v2g_min_kwh, wanted_content_kwh)
                                              : battery.v2g_min_kwh;
    const double room_kwh = battery.arrival_kwh + battery.charge_efficiency * most_kwh - least;
    if (lost_kwh > 0.0) {
      share = std::min(share, std::max(0.0, room_kwh) / lost_kwh);
    }
  }
  return share;
}

void let_discharge(const Car& car, const TimeGrid& horizon, const Window& window, Tube& tube) {
  const auto& battery = *car.battery;
  const double period_h = horizon.period_h();
  const double loss = 1.0 / battery.discharge_efficiency - battery.charge_efficiency;
  const double wanted_content_kwh = battery.content_after(battery.arrival_kwh, car.energy_kwh);
  auto& given = tube.low;
  given.assign(tube.size(), battery.discharge_max_kw * period_h);
  given.front() = car.discharge_limit_kw(tube.first, period_h) * period_h;
  given.back() = car.discharge_limit_kw(tube.first + tube.size() - 1, period_h) * period_h;
  double lost_kwh = 0.0;
  if (car.loses_in_a_cycle()) {
    for (std::size_t t = 0; t < tube.size() && !window.empty(); ++t) {
      given[t] *= window[tube.first + t] ? 1.0 : 0.0;
    }
    const double share = discharge_share(battery, tube, wanted_content_kwh, given, loss);
    for (std::size_t t = 0; t < tube.size(); ++t) {
      given[t] *= share;
      lost_kwh += loss * given[t];
      tube.floor[t] =
          (battery.v2g_min_kwh - battery.arrival_kwh + lost_kwh) / battery.charge_efficiency;
    }
  } else {
    tube.floor.assign(tube.size(),
                      (battery.v2g_min_kwh - battery.arrival_kwh) / battery.charge_efficiency);
  }
  for (double& low_kwh : given) {
    low_kwh = -low_kwh;
  }
  tube.floor.back() =
      std::max(tube.floor.back(),
               (wanted_content_kwh - battery.arrival_kwh + lost_kwh) / battery.charge_efficiency);
}

}  // namespace

void make_bounds(const Car& car, const TimeGrid& horizon, const Window& window, Tube& out) {
  const double period_h = horizon.period_h();
  const auto periods = static_cast<double>(horizon.count);
  const auto clamp = [&](double period) {
    return static_cast<std::size_t>(std::clamp(period, 0.0, periods));
  };
  out.first = std::min(clamp(std::floor(car.arrival_h / period_h)), horizon.count - 1);
  const auto end =
      std::max(out.first + 1, clamp(std::ceil(std::min(car.departure_h / period_h, periods))));
  const std::size_t n = end - out.first;
  const double room_kwh = car.battery ? (car.battery->capacity_kwh - car.battery->arrival_kwh) /
                                            car.battery->charge_efficiency
                                      : car.energy_kwh;
  out.low.assign(n, 0.0);
  out.floor.assign(n, 0.0);
  out.ceiling.assign(n, std::max(0.0, room_kwh));
  // Only the first and the last period can be parked in part.
  out.high.assign(n, car.charge_max_kw * period_h);
  out.high.front() = car.limit_kw(out.first, period_h) * period_h;
  out.high.back() = car.limit_kw(end - 1, period_h) * period_h;
  out.floor.back() = std::max(0.0, car.energy_kwh);
  if (car.discharges()) {
    let_discharge(car, horizon, window, out);
  }
}

void make_tube(const Car& car, const TimeGrid& horizon, const Window& window, Tube& out) {
  make_bounds(car, horizon, window, out);
  tighten(out);
}

double most_kwh(const Tube& tube, const std::vector<bool>& set) {
  double lo = 0.0, hi = 0.0, v = 0.0, s = 0.0;
  for (std::size_t t = 0; t < tube.size(); ++t) {
    if (set[tube.first + t]) {
      v += tube.low[t];
      s += tube.high[t] - tube.low[t];
    }
    lo += tube.low[t];
    hi += tube.high[t];
    if (tube.floor[t] > lo) {
      const double counted = std::min(tube.floor[t] - lo, s);
      v += counted;
      s -= counted;
      lo = tube.floor[t];
    }
    hi = std::min(hi, tube.ceiling[t]);
    s = std::min(s, hi - lo);
  }
  return v + s;
}

double least_kwh(const Tube& tube, const std::vector<bool>& set) {
  // −b(S) of the negated tube, without making it.
  double lo = 0.0, hi = 0.0, v = 0.0, s = 0.0;
  for (std::size_t t = 0; t < tube.size(); ++t) {
    if (set[tube.first + t]) {
      v -= tube.high[t];
      s += tube.high[t] - tube.low[t];
    }
    lo -= tube.high[t];
    hi -= tube.low[t];
    if (-tube.ceiling[t] > lo) {
      const double counted = std::min(-tube.ceiling[t] - lo, s);
      v += counted;
      s -= counted;
      lo = -tube.ceiling[t];
    }
    hi = std::min(hi, -tube.floor[t]);
    s = std::min(s, hi - lo);
  }
  return -(v + s);
}

}  // namespace gridpact::fleet
