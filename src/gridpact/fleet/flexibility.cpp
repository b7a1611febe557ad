// The station's set is the Minkowski sum over its cars, whose linear minimum is the sum of the
// cars' minima. Each car's is found by sorting the periods once for all of them (cheapest.cpp; for
// cars that lose in a cycle, lossy_car.cpp).

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "gridpact/base/parallel.hpp"
#include "gridpact/fleet/detail/cheapest.hpp"
#include "gridpact/fleet/detail/lossy_car.hpp"
#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet {

namespace {

/// Hours that [begin, end) shares with period t.
double overlap_h(double begin_h, double end_h, std::size_t t, double period_h) {
  const double from = static_cast<double>(t) * period_h;
  return std::max(0.0, std::min(end_h, from + period_h) - std::max(begin_h, from));
}

/// Cars that one thread takes at a time: enough to make handing them out cheap.
constexpr std::size_t cars_at_a_time = 256;

void add_to_total(Schedule& schedule, std::span<const double> car_kw) {
  for (std::size_t t = 0; t < car_kw.size(); ++t) {
    schedule.total_kw[t] += car_kw[t];
  }
}

}  // namespace

double Car::limit_kw(std::size_t t, double period_h) const {
  return charge_max_kw * overlap_h(arrival_h, departure_h, t, period_h) / period_h;
}

double Car::discharge_limit_kw(std::size_t t, double period_h) const {
  return discharges()
             ? battery->discharge_max_kw * overlap_h(arrival_h, departure_h, t, period_h) / period_h
             : 0.0;
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

namespace {

/// The visiting order of cars that lose nothing in a cycle, for a price of energy from the grid and
/// one of content: λ + η_c μ. Made anew only where η_c changes.
class Prices {
 public:
  Prices(std::span<const double> price, std::span<const double> content_price)
      : price_(price), content_price_(content_price), sum_(price.begin(), price.end()) {
    if (content_price.empty()) {
      order_ = visit_order(price);
    }
  }
  const VisitOrder& order(const Car& car) {
    const double efficiency = car.battery ? car.battery->charge_efficiency : 1.0;
    if (!content_price_.empty() && efficiency != efficiency_) {
      efficiency_ = efficiency;
      for (std::size_t t = 0; t < sum_.size(); ++t) {
        sum_[t] = price_[t] + efficiency * content_price_[t];
      }
      order_ = visit_order(sum_);
    }
    return order_;
  }
  /// After `order` of the same car.
  [[nodiscard]] double cost(std::size_t first, std::span<const double> energy_kwh) const {
    double cost = 0.0;
    for (std::size_t t = 0; t < energy_kwh.size(); ++t) {
      cost += sum_[first + t] * energy_kwh[t];
    }
    return cost;
  }

 private:
  std::span<const double> price_, content_price_;
  std::vector<double> sum_;
  double efficiency_ = 0.0;
  VisitOrder order_;
};

}  // namespace

Schedule best_response(const Fleet& fleet, const TimeGrid& horizon, std::span<const double> price,
                       unsigned threads) {
  return best_response(fleet, horizon, price, {}, threads);
}

Schedule best_response(const Fleet& fleet, const TimeGrid& horizon, std::span<const double> price,
                       std::span<const double> content_price, unsigned threads) {
  assert(price.size() == horizon.count);
  const double period_h = horizon.period_h();
  Schedule schedule{std::vector<double>(horizon.count, 0.0), Matrix(fleet.size(), horizon.count)};
  const std::size_t parts = (fleet.size() + cars_at_a_time - 1) / cars_at_a_time;
  const Prices prices(price, content_price);
  parallel_for(parts, threads, [&](std::size_t part) {
    Prices own = prices;
    LossyCars lossy(price, content_price, horizon);
    Filling filling;
    Tube tube;
    std::vector<double> energy_kwh;
    const std::size_t end = std::min(fleet.size(), (part + 1) * cars_at_a_time);
    for (std::size_t i = part * cars_at_a_time; i < end; ++i) {
      std::span<const double> answer_kwh;
      std::size_t first = 0;
      if (fleet[i].loses_in_a_cycle()) {
        answer_kwh = lossy.schedule(fleet[i]);
        first = lossy.first();
      } else {
        make_tube(fleet[i], horizon, {}, tube);
        cheapest_in_tube(tube, own.order(fleet[i]), filling, energy_kwh);
        answer_kwh = energy_kwh;
        first = tube.first;
      }
      const auto car_kw = schedule.car_kw.row(i);
      for (std::size_t t = 0; t < answer_kwh.size(); ++t) {
        car_kw[first + t] = answer_kwh[t] / period_h;
      }
    }
  });
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    add_to_total(schedule, schedule.car_kw.row(i));
  }
  return schedule;
}

double cheapest_bound(const Fleet& fleet, const TimeGrid& horizon, std::span<const double> price,
                      unsigned threads) {
  return cheapest_bound(fleet, horizon, price, {}, threads);
}

double cheapest_bound(const Fleet& fleet, const TimeGrid& horizon, std::span<const double> price,
                      std::span<const double> content_price, unsigned threads) {
  assert(price.size() == horizon.count);
  const Prices prices(price, content_price);
  std::vector<double> cost((fleet.size() + cars_at_a_time - 1) / cars_at_a_time, 0.0);
  parallel_for(cost.size(), threads, [&](std::size_t part) {
    Prices own = prices;
    LossyCars lossy(price, content_price, horizon);
    Filling filling;
    Tube tube;
    std::vector<double> energy_kwh;
    const std::size_t end = std::min(fleet.size(), (part + 1) * cars_at_a_time);
    for (std::size_t i = part * cars_at_a_time; i < end; ++i) {
      if (fleet[i].loses_in_a_cycle()) {
        cost[part] += lossy.bound(fleet[i]);
        continue;
      }
      make_tube(fleet[i], horizon, {}, tube);
      cheapest_in_tube(tube, own.order(fleet[i]), filling, energy_kwh);
      cost[part] += own.cost(tube.first, energy_kwh);
    }
  });
  return std::accumulate(cost.begin(), cost.end(), 0.0);
}

std::vector<double> content_change_kwh(const Fleet& fleet, const TimeGrid& horizon,
                                       const Matrix& car_kw) {
  std::vector<double> out(horizon.count, 0.0);
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    for (std::size_t t = 0; t < horizon.count; ++t) {
      const double grid_kwh = car_kw(i, t) * horizon.period_h();
      out[t] += fleet[i].battery ? fleet[i].battery->content_after(0.0, grid_kwh) : grid_kwh;
    }
  }
  return out;
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

namespace {

/// Does the car keep its battery's bounds and leave with what it wants?
bool keeps_energy(const Car& car, std::span<const double> car_kw, double period_h,
                  double tolerance_kwh) {
  if (!car.battery) {
    double energy_kwh = 0.0;
    for (const double power_kw : car_kw) {
      energy_kwh += power_kw * period_h;
    }
    return std::abs(energy_kwh - car.energy_kwh) <= tolerance_kwh;
  }
  const auto& battery = *car.battery;
  const double least_kwh = car.discharges() ? battery.v2g_min_kwh : 0.0;
  double content_kwh = battery.arrival_kwh;
  for (const double power_kw : car_kw) {
    content_kwh = battery.content_after(content_kwh, power_kw * period_h);
    if (content_kwh < least_kwh - tolerance_kwh ||
        content_kwh > battery.capacity_kwh + tolerance_kwh) {
      return false;
    }
  }
  return content_kwh >= battery.content_after(battery.arrival_kwh, car.energy_kwh) - tolerance_kwh;
}

}  // namespace

bool is_feasible(const Fleet& fleet, const TimeGrid& horizon, const Matrix& car_kw,
                 double tolerance_kwh) {
  if (car_kw.rows() != fleet.size() || (!fleet.empty() && car_kw.cols() != horizon.count)) {
    return false;
  }
  const double period_h = horizon.period_h();
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    for (std::size_t t = 0; t < horizon.count; ++t) {
      const double power_kw = car_kw(i, t);
      const double excess_kw = std::max(-power_kw - fleet[i].discharge_limit_kw(t, period_h),
                                        power_kw - fleet[i].limit_kw(t, period_h));
      if (!(excess_kw * period_h <= tolerance_kwh)) {  // also refuses what is not a number
        return false;
      }
    }
    if (!keeps_energy(fleet[i], car_kw.row(i), period_h, tolerance_kwh)) {
      return false;
    }
  }
  return true;
}

Deliverable deliverable(const Car& car) {
  Deliverable out{car.charge_max_kw * std::max(0.0, car.departure_h - car.arrival_h),
                  LoweredWish::Reason::stay};
  if (car.battery) {
    const double room_kwh = std::max(0.0, car.battery->capacity_kwh - car.battery->arrival_kwh) /
                            car.battery->charge_efficiency;
    if (room_kwh < out.energy_kwh) {
      out = {room_kwh, LoweredWish::Reason::battery};
    }
  }
  return out;
}

std::vector<LoweredWish> lower_infeasible_wishes(Fleet& fleet) {
  std::vector<LoweredWish> lowered;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    auto& car = fleet[i];
    const auto most = deliverable(car);
    if (car.energy_kwh > most.energy_kwh) {
      lowered.push_back({i, car.energy_kwh, most.energy_kwh, most.limit});
      car.energy_kwh = most.energy_kwh;
    }
  }
  return lowered;
}

}  // namespace gridpact::fleet
