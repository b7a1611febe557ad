// One car i, charging only, T periods of Δt hours:
//   0 ≤ p_i,t ≤ m_i,t = charge_max · (share of period t in which i is parked),   Δt Σ_t p_i,t =
//   E_i.
// min Σ_t λ_t Δt p_i,t is a continuous knapsack with equal weights: fill the cheapest periods first
// (Dantzig 1957). The station's set is the Minkowski sum over its cars, whose linear minimum is the
// sum of the cars' minima; the order of the periods is the same for all of them.

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet {

namespace {

/// Hours that [begin, end) shares with period t.
double overlap_h(double begin_h, double end_h, std::size_t t, double period_h) {
  const double from = static_cast<double>(t) * period_h;
  return std::max(0.0, std::min(end_h, from + period_h) - std::max(begin_h, from));
}

std::vector<std::size_t> cheapest_first(std::span<const double> price) {
  std::vector<std::size_t> order(price.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return price[a] < price[b]; });
  return order;
}

void add_to_total(Schedule& schedule, std::span<const double> car_kw) {
  for (std::size_t t = 0; t < car_kw.size(); ++t) {
    schedule.total_kw[t] += car_kw[t];
  }
}

}  // namespace

double Car::limit_kw(std::size_t t, double period_h) const {
  return charge_max_kw * overlap_h(arrival_h, departure_h, t, period_h) / period_h;
}

std::vector<double> uncontrolled_kw(const Fleet& fleet, const TimeGrid& horizon) {
  const double period_h = horizon.period_h();
  std::vector<double> total(horizon.count, 0.0);
  for (const auto& car : fleet) {
    if (car.energy_kwh <= 0.0) {
      continue;
    }
    const double done_h = car.arrival_h + car.energy_kwh / car.charge_max_kw;
    for (std::size_t t = 0; t < total.size(); ++t) {
      total[t] += car.charge_max_kw * overlap_h(car.arrival_h, done_h, t, period_h) / period_h;
    }
  }
  return total;
}

Schedule best_response(const Fleet& fleet, const TimeGrid& horizon, std::span<const double> price) {
  assert(price.size() == horizon.count);
  const double period_h = horizon.period_h();
  const auto order = cheapest_first(price);
  Schedule schedule{std::vector<double>(horizon.count, 0.0), Matrix(fleet.size(), horizon.count)};
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    const auto& car = fleet[i];
    const auto car_kw = schedule.car_kw.row(i);
    double missing_kwh = car.energy_kwh;
    for (const std::size_t t : order) {
      if (missing_kwh <= 0.0) {
        break;
      }
      const double energy_kwh = std::min(missing_kwh, car.limit_kw(t, period_h) * period_h);
      car_kw[t] = energy_kwh / period_h;
      missing_kwh -= energy_kwh;
    }
    add_to_total(schedule, car_kw);
  }
  return schedule;
}

Schedule combine(std::span<const Schedule> schedules, std::span<const double> weights) {
  assert(!schedules.empty() && schedules.size() == weights.size());
  const auto cars = schedules.front().car_kw.rows();
  const auto periods = schedules.front().car_kw.cols();
  Schedule out{std::vector<double>(periods, 0.0), Matrix(cars, periods)};
  for (std::size_t k = 0; k < schedules.size(); ++k) {
    assert(schedules[k].car_kw.rows() == cars && schedules[k].car_kw.cols() == periods);
    if (weights[k] == 0.0) {
      continue;
    }
    for (std::size_t entry = 0; entry < cars * periods; ++entry) {
      out.car_kw.data()[entry] += weights[k] * schedules[k].car_kw.data()[entry];
    }
  }
  for (std::size_t i = 0; i < cars; ++i) {
    add_to_total(out, out.car_kw.row(i));
  }
  return out;
}

bool is_feasible(const Fleet& fleet, const TimeGrid& horizon, const Matrix& car_kw,
                 double tolerance_kwh) {
  if (car_kw.rows() != fleet.size() || (!fleet.empty() && car_kw.cols() != horizon.count)) {
    return false;
  }
  const double period_h = horizon.period_h();
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    double energy_kwh = 0.0;
    for (std::size_t t = 0; t < horizon.count; ++t) {
      const double power_kw = car_kw(i, t);
      const double excess_kw = std::max(-power_kw, power_kw - fleet[i].limit_kw(t, period_h));
      if (!(excess_kw * period_h <= tolerance_kwh)) {  // also refuses what is not a number
        return false;
      }
      energy_kwh += power_kw * period_h;
    }
    if (!(std::abs(energy_kwh - fleet[i].energy_kwh) <= tolerance_kwh)) {
      return false;
    }
  }
  return true;
}

}  // namespace gridpact::fleet
