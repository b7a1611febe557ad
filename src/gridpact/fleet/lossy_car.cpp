// A car with V2G whose cycle loses: content E_t = e₀ + Σ_{s≤t} (η_c c_s − g_s/η_d), c_s taken from
// and g_s given to the grid in period s.
//
// Bound. Without the condition c_s g_s = 0, each period is two moves of the content, +η_c c at the
// price λ/η_c + μ per kWh of content and −g/η_d at λ η_d + μ (μ the price of the content itself),
// and the car is a tube over twice as many moves: the greedy of cheapest.cpp is its exact optimum.
// Where λ ≥ 0, λ η_d ≤ λ/η_c, so that it never moves both ways at once; only at negative prices may
// it burn what the real car can not.
//
// Schedule. In terms of x = c − g, E_t(x) is concave, so that E_t(x) ≥ floor is a convex condition.
// E_t(x) ≤ capacity is not, but it follows from the linear e₀ + η_c Σ_{s≤t} x_s ≤ capacity, since
// E_t is less than that by κ times the energy given, κ = 1/η_d − η_c. The convex set
//   −d_t ≤ x_t ≤ m_t,   E_t(x) ≥ floor_t,   e₀ + η_c Σ_{s≤t} x_s ≤ capacity
// is therefore realisable: whatever is mixed from its points, the car can do. It lacks only the
// room that losses make on the way. A cheap point of it: the optimum of the bound (without
// discharging at negative prices), then once more with discharging limited to what was used there,
// g̅, and the ceiling lowered by κ Σ g̅. Where that leaves no way to the wish, with half of g̅, a
// quarter, none.

#include "gridpact/fleet/detail/lossy_car.hpp"

#include <algorithm>
#include <array>

namespace gridpact::fleet {

namespace {

constexpr std::array<double, 4> discharge_shares{1.0, 0.5, 0.25, 0.0};
constexpr double tolerance_kwh = 1e-9;

}  // namespace

void LossyCars::prepare(const Car& car) {
  const auto& battery = *car.battery;
  if (battery.charge_efficiency != charge_efficiency_ ||
      battery.discharge_efficiency != discharge_efficiency_) {
    charge_efficiency_ = battery.charge_efficiency;
    discharge_efficiency_ = battery.discharge_efficiency;
    std::vector<double> cost;
    for (std::size_t t = 0; t < price_.size(); ++t) {
      const double content = content_price_.empty() ? 0.0 : content_price_[t];
      cost.push_back(price_[t] * discharge_efficiency_ + content);
      cost.push_back(price_[t] / charge_efficiency_ + content);
    }
    order_ = visit_order(cost);
  }
  auto one_way = car;
  one_way.battery->v2g_consent = false;
  make_tube(one_way, horizon_, {}, tube_);
  const std::size_t n = tube_.size();
  const double wanted_kwh = battery.content_after(battery.arrival_kwh, car.energy_kwh);
  least_kwh_.assign(n, battery.v2g_min_kwh);
  least_kwh_.back() = std::max(battery.v2g_min_kwh, wanted_kwh);
  for (std::size_t t = n - 1; t-- > 0;) {
    least_kwh_[t] =
        std::max(least_kwh_[t], least_kwh_[t + 1] - charge_efficiency_ * tube_.high[t + 1]);
  }
  may_give_kwh_.resize(n);
  for (std::size_t t = 0; t < n; ++t) {
    may_give_kwh_[t] = car.discharge_limit_kw(tube_.first + t, horizon_.period_h()) *
                       horizon_.period_h() / discharge_efficiency_;
  }
}

/// Fills the content's tube up to `ceiling_kwh`; `grid_kwh_` is what results.
void LossyCars::solve(const Car& car, const std::vector<double>& ceiling_kwh) {
  const std::size_t n = tube_.size();
  filling_.items.resize(2 * n);
  filling_.need_kwh.resize(n);
  filling_.limit_kwh.resize(n);
  double given_kwh = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    given_kwh += may_give_kwh_[t];
    const auto period = static_cast<std::uint32_t>(t);
    const std::size_t at = 2 * (tube_.first + t);
    filling_.items[2 * t] = {period, order_.rank[at], may_give_kwh_[t]};
    filling_.items[2 * t + 1] = {period, order_.rank[at + 1], charge_efficiency_ * tube_.high[t]};
    filling_.need_kwh[t] = least_kwh_[t] - car.battery->arrival_kwh + given_kwh;
    filling_.limit_kwh[t] = ceiling_kwh[t] - car.battery->arrival_kwh + given_kwh;
  }
  filling_.run(order_.rank.size(), order_.gains);
  grid_kwh_.resize(n);
  for (std::size_t t = 0; t < n; ++t) {
    const double given = may_give_kwh_[t] - filling_.taken_kwh[2 * t];
    grid_kwh_[t] =
        filling_.taken_kwh[2 * t + 1] / charge_efficiency_ - given * discharge_efficiency_;
  }
}

bool LossyCars::is_realisable(const Car& car) const {
  const auto& battery = *car.battery;
  double content_kwh = battery.arrival_kwh;
  double taken_kwh = 0.0;
  for (std::size_t t = 0; t < grid_kwh_.size(); ++t) {
    content_kwh = battery.content_after(content_kwh, grid_kwh_[t]);
    taken_kwh += grid_kwh_[t];
    if (content_kwh < least_kwh_[t] - tolerance_kwh ||
        battery.arrival_kwh + charge_efficiency_ * taken_kwh >
            battery.capacity_kwh + tolerance_kwh) {
      return false;
    }
  }
  return true;
}

std::span<const double> LossyCars::schedule(const Car& car) {
  prepare(car);
  const std::size_t n = tube_.size();
  const double capacity_kwh = car.battery->capacity_kwh;
  for (std::size_t t = 0; t < n; ++t) {
    if (price_[tube_.first + t] < 0.0) {
      may_give_kwh_[t] = 0.0;
    }
  }
  ceiling_kwh_.assign(n, capacity_kwh);
  solve(car, ceiling_kwh_);
  auto used_kwh = may_give_kwh_;
  for (std::size_t t = 0; t < n; ++t) {
    used_kwh[t] -= filling_.taken_kwh[2 * t];
  }
  const double loss = 1.0 / discharge_efficiency_ - charge_efficiency_;
  for (const double share : discharge_shares) {
    double given_kwh = 0.0;
    for (std::size_t t = 0; t < n; ++t) {
      may_give_kwh_[t] = share * std::max(0.0, used_kwh[t]);
      given_kwh += may_give_kwh_[t] * discharge_efficiency_;
      ceiling_kwh_[t] = capacity_kwh - loss * given_kwh;
    }
    solve(car, ceiling_kwh_);
    if (is_realisable(car)) {
      break;
    }
  }
  return grid_kwh_;
}

double LossyCars::bound(const Car& car) {
  prepare(car);
  ceiling_kwh_.assign(tube_.size(), car.battery->capacity_kwh);
  solve(car, ceiling_kwh_);
  double cost = 0.0;
  for (std::size_t t = 0; t < grid_kwh_.size(); ++t) {
    cost += price_[tube_.first + t] * grid_kwh_[t];
    if (!content_price_.empty()) {
      const double given = may_give_kwh_[t] - filling_.taken_kwh[2 * t];
      cost += content_price_[tube_.first + t] * (filling_.taken_kwh[2 * t + 1] - given);
    }
  }
  return cost;
}

}  // namespace gridpact::fleet
