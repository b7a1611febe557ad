// Dantzig–Wolfe over the stations. charge_s,t = Σ_k w_k x_k,t, Σ_k w_k = 1, w ≥ 0, with x_k joint
// schedules of the forecast fleet. Reduced cost of a schedule x: −Σ_t π_t x_t − μ, so the best one
// answers the prices −π: each car alone, a sort.

#include "gridpact/dispatch/station_hull.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace gridpact::dispatch {

using program::infinity;

StationHull::StationHull(DayProgram& day)
    : day_(day), stations_(day.state.problem.stations.size()) {
  const auto& problem = day.state.problem;
  const std::size_t periods = problem.horizon.count;
  for (std::size_t s = 0; s < stations_.size(); ++s) {
    auto& station = stations_[s];
    for (std::size_t t = 0; t < periods; ++t) {
      station.link.push_back(
          day.program.add_constraint(0.0, -1.0 * LinearExpression{day.v.charge_kw[s][t]}, 0.0,
                                     fmt::format("station[{}][{}]", s, t)));
    }
    station.convexity = day.program.add_constraint(1.0, {}, 1.0, fmt::format("hull[{}]", s));
    if (day_.state.stations_keep_targets) {
      add(s, day_.state.decision.schedules[s].front());
      continue;
    }
    // A first hull wide enough to start from: charge early, late, cheap, and flat-ish (each period
    // avoided once).
    const auto& fleet = day.state.beliefs.fleets[s];
    const auto answer = [&](auto&& price_at) {
      Profile price(periods);
      for (std::size_t t = 0; t < periods; ++t) {
        price[t] = price_at(static_cast<double>(t));
      }
      add(s, fleet::best_response(fleet, problem.horizon, price));
    };
    answer([](double t) { return t; });
    answer([](double t) { return -t; });
    answer([&](double t) {
      return problem.substation.import_price_eur_per_kwh[static_cast<std::size_t>(t)];
    });
    if (!day.state.decision.schedules
             .empty()) {  // so that the operating point itself can be reached
      for (const auto& schedule : day.state.decision.schedules[s]) {
        add(s, schedule);
      }
      continue;
    }
    for (std::size_t avoided = 0; avoided < periods; ++avoided) {
      answer([&](double t) { return static_cast<std::size_t>(t) == avoided ? 1.0 : 0.0; });
    }
  }
}

void StationHull::add(std::size_t s, fleet::Schedule schedule) {
  auto& station = stations_[s];
  const auto weight = day_.program.add_variable(
      {0.0, infinity, 0.0, 0.0, false, fmt::format("w[{}][{}]", s, station.weights.size())});
  for (std::size_t t = 0; t < station.link.size(); ++t) {
    if (schedule.total_kw[t] != 0.0) {
      day_.program.add_term(station.link[t], schedule.total_kw[t], weight);
    }
  }
  day_.program.add_term(station.convexity, 1.0, weight);
  station.weights.push_back(weight);
  station.schedules.push_back(std::move(schedule));
}

StationHull::Answer StationHull::answer(std::size_t s, std::span<const double> duals) const {
  Profile price;
  for (const auto link : stations_[s].link) {
    price.push_back(-duals[link.index()]);
  }
  const auto& state = day_.state;
  Answer out{state.stations_keep_targets
                 ? stations_[s].schedules.front()
                 : fleet::best_response(state.beliefs.fleets[s], state.problem.horizon, price),
             0.0};
  for (std::size_t t = 0; t < price.size(); ++t) {
    out.cost += price[t] * out.schedule.total_kw[t];
  }
  return out;
}

StationHull::Priced StationHull::add_columns(const program::Solution& solution,
                                             double smallest_gain_eur) {
  Priced out;
  for (std::size_t s = 0; s < stations_.size(); ++s) {
    auto best = answer(s, solution.duals);
    const double reduced_cost = best.cost - solution.duals[stations_[s].convexity.index()];
    out.bound_change_eur += std::min(0.0, reduced_cost);
    if (reduced_cost < -smallest_gain_eur) {
      add(s, std::move(best.schedule));
      ++out.added;
    }
  }
  return out;
}

program::Coupling StationHull::coupling() const {
  program::Coupling out;
  for (const auto& station : stations_) {
    out.constraints.insert(out.constraints.end(), station.link.begin(), station.link.end());
    out.foreign.insert(out.foreign.end(), station.weights.begin(), station.weights.end());
  }
  return out;
}

double StationHull::least_cost(std::span<const double> duals) const {
  double cost = 0.0;
  for (std::size_t s = 0; s < stations_.size(); ++s) {
    cost += answer(s, duals).cost;
  }
  return cost;
}

std::vector<fleet::Schedule> StationHull::schedules(std::span<const double> point) const {
  std::vector<fleet::Schedule> out;
  for (const auto& station : stations_) {
    std::vector<double> weights;
    for (const auto id : station.weights) {
      weights.push_back(std::max(0.0, point[id.index()]));
    }
    double sum = 0.0;
    for (const double w : weights) {
      sum += w;
    }
    for (double& w : weights) {
      w /= sum;
    }
    out.push_back(fleet::combine(station.schedules, weights));
  }
  return out;
}

std::vector<std::vector<fleet::Schedule>> StationHull::used_schedules(
    std::span<const double> point) const {
  std::vector<std::vector<fleet::Schedule>> out;
  auto combined = schedules(point);
  for (const auto& station : stations_) {
    auto& used = out.emplace_back();
    used.push_back(std::move(combined[out.size() - 1]));
    for (std::size_t k = 0; k < station.weights.size(); ++k) {
      if (point[station.weights[k].index()] > 0.0) {
        used.push_back(station.schedules[k]);
      }
    }
  }
  return out;
}

std::size_t StationHull::columns() const {
  std::size_t count = 0;
  for (const auto& station : stations_) {
    count += station.weights.size();
  }
  return count;
}

}  // namespace gridpact::dispatch
