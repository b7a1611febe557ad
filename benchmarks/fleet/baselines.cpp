#include "baselines.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/detail/cheapest.hpp"
#include "gridpact/fleet/detail/tube.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::fleet::baselines {

namespace {

using program::infinity;
using program::LinearExpression;
using program::Program;

/// Tubes that are no wider than a point would have no interior for rounding otherwise.
constexpr double rounding_kwh = 1e-7;

std::vector<double> solved(const Program& model) {
  const auto solution = program::Solver().solve(model);
  if (solution.status != program::Status::optimal) {
    throw std::runtime_error("a baseline's program was not solved: " + solution.message);
  }
  return solution.point;
}

}  // namespace

double sum_of_bounds_eur(const Fleet& fleet, const TimeGrid& horizon,
                         std::span<const double> price) {
  const auto sums = Aggregate(fleet, horizon).envelope();
  const double period_h = horizon.period_h();
  Program model;
  LinearExpression taken;
  for (std::size_t t = 0; t < horizon.count; ++t) {
    taken += model.add_variable({.lower = period_h * sums.least_kw[t],
                                 .upper = period_h * sums.most_kw[t],
                                 .cost = price[t]});
    model.add_constraint(sums.least_kwh[t] - rounding_kwh, taken, sums.most_kwh[t] + rounding_kwh);
  }
  const auto solution = program::Solver().solve(model);
  if (solution.status != program::Status::optimal) {
    throw std::runtime_error("the sum of bounds was not solved: " + solution.message);
  }
  return solution.objective;
}

// --- homothetic

struct Homothetic::Group {
  Tube shape;
  double scale = 0.0;              ///< Σ β
  std::vector<double> offset_kwh;  ///< Σ t, per period of the horizon
};

Homothetic::~Homothetic() = default;

namespace {

/// Draws the bounds in to what is attained, with energy counted from the first period on.
void tighten(Tube& tube) {
  double least_kwh = 0.0, most_kwh = 0.0;
  for (std::size_t t = 0; t < tube.size(); ++t) {
    most_kwh = std::min(tube.ceiling[t], most_kwh + tube.high[t]);
    least_kwh = std::min(most_kwh, std::max(tube.floor[t], least_kwh + tube.low[t]));
    tube.ceiling[t] = most_kwh;
    tube.floor[t] = least_kwh;
  }
  for (std::size_t t = tube.size() - 1; t-- > 0;) {
    tube.floor[t] = std::max(tube.floor[t], tube.floor[t + 1] - tube.high[t + 1]);
    tube.ceiling[t] = std::min(tube.ceiling[t], tube.ceiling[t + 1] - tube.low[t + 1]);
  }
}

/// The mean of the tubes over the periods [begin, end) that all of them have.
Tube mean_of(const std::vector<Tube>& tubes, std::size_t begin, std::size_t end) {
  Tube mean;
  mean.first = begin;
  const std::size_t n = end - begin;
  for (auto* bound : {&mean.low, &mean.high, &mean.floor, &mean.ceiling}) {
    bound->assign(n, 0.0);
  }
  const double share = 1.0 / static_cast<double>(tubes.size());
  for (const auto& tube : tubes) {
    for (std::size_t t = 0; t < n; ++t) {
      const std::size_t at = begin - tube.first + t;
      mean.low[t] += share * tube.low[at];
      mean.high[t] += share * tube.high[at];
      mean.floor[t] += share * tube.floor[at];
      mean.ceiling[t] += share * tube.ceiling[at];
    }
  }
  tighten(mean);
  return mean;
}

/// Largest β, and t, with β · shape + t inside the tube.
std::pair<double, std::vector<double>> largest_copy(const Tube& shape, const Tube& tube) {
  Program model;
  const auto beta = model.add_variable({.lower = 0.0, .upper = 10.0, .cost = -1.0});
  std::vector<program::VariableId> moved;
  LinearExpression taken;
  for (std::size_t t = 0; t < tube.size(); ++t) {
    const std::size_t at = tube.first + t;
    const bool inside = at >= shape.first && at < shape.first + shape.size();
    const bool after = at >= shape.first + shape.size();
    const std::size_t k = inside ? at - shape.first : shape.size() - 1;
    moved.push_back(model.add_variable({.lower = -infinity, .upper = infinity}));
    LinearExpression power(moved.back());
    taken += moved.back();
    auto top = power, bottom = power, most = taken, least = taken;
    top.add(inside ? shape.high[k] : 0.0, beta);
    bottom.add(inside ? shape.low[k] : 0.0, beta);
    most.add(inside || after ? shape.ceiling[k] : 0.0, beta);
    least.add(inside || after ? shape.floor[k] : 0.0, beta);
    model.add_constraint(-infinity, top, tube.high[t] + rounding_kwh);
    model.add_constraint(tube.low[t] - rounding_kwh, bottom, infinity);
    model.add_constraint(-infinity, most, tube.ceiling[t] + rounding_kwh);
    model.add_constraint(tube.floor[t] - rounding_kwh, least, infinity);
  }
  auto values = solved(model);
  const double scale = values.front();
  values.erase(values.begin());
  return {scale, std::move(values)};
}

}  // namespace

Homothetic::Homothetic(const Fleet& fleet, const TimeGrid& horizon) : periods_(horizon.count) {
  std::map<std::pair<long, long>, std::vector<Tube>> alike;
  for (const auto& car : fleet) {
    Tube tube;
    make_tube(car, horizon, {}, tube);
    alike[{std::lround(std::floor(car.arrival_h)), std::lround(std::floor(car.departure_h))}]
        .push_back(std::move(tube));
  }
  for (const auto& [hours, tubes] : alike) {
    std::size_t begin = 0, end = horizon.count;
    for (const auto& tube : tubes) {
      begin = std::max(begin, tube.first);
      end = std::min(end, tube.first + tube.size());
    }
    if (begin >= end) {  // stays of less than an hour that never overlap: no common shape
      end = begin + 1;
    }
    auto& group = groups_.emplace_back();
    group.offset_kwh.assign(horizon.count, 0.0);
    group.shape = begin + 1 == end && tubes.size() > 1 ? Tube{begin, {0.0}, {0.0}, {0.0}, {0.0}}
                                                       : mean_of(tubes, begin, end);
    for (const auto& tube : tubes) {
      const auto [scale, offset] = largest_copy(group.shape, tube);
      group.scale += scale;
      for (std::size_t t = 0; t < offset.size(); ++t) {
        group.offset_kwh[tube.first + t] += offset[t];
      }
    }
  }
}

double Homothetic::cheapest_eur(std::span<const double> price) const {
  const auto order = visit_order(price);
  Filling filling;
  std::vector<double> energy_kwh;
  double cost = 0.0;
  for (const auto& group : groups_) {
    for (std::size_t t = 0; t < periods_; ++t) {
      cost += price[t] * group.offset_kwh[t];
    }
    cheapest_in_tube(group.shape, order, filling, energy_kwh);
    for (std::size_t t = 0; t < energy_kwh.size(); ++t) {
      cost += group.scale * price[group.shape.first + t] * energy_kwh[t];
    }
  }
  return cost;
}

// --- zonotope

Zonotope::Zonotope(const Fleet& fleet, const TimeGrid& horizon) : centre_kwh_(horizon.count, 0.0) {
  for (std::size_t t = 0; t < horizon.count; ++t) {
    generators_.push_back({t, 0});
  }
  constexpr std::size_t longest_shift = 32;
  for (std::size_t shift = 1; shift <= longest_shift; shift *= 2) {
    for (std::size_t t = 0; t + shift < horizon.count; ++t) {
      generators_.push_back({t, shift});
    }
  }
  reach_kwh_.assign(generators_.size(), 0.0);
  for (const auto& car : fleet) {
    add(car, horizon);
  }
}

void Zonotope::add(const Car& car, const TimeGrid& horizon) {
  Tube tube;
  make_tube(car, horizon, {}, tube);
  const std::size_t n = tube.size();
  Program model;
  std::vector<program::VariableId> centre;
  for (std::size_t t = 0; t < n; ++t) {
    centre.push_back(model.add_variable({.lower = -infinity, .upper = infinity}));
  }
  std::vector<LinearExpression> power(n), energy(n);  // Σ β |row · g|
  std::vector<std::size_t> used;
  for (std::size_t k = 0; k < generators_.size(); ++k) {
    const auto& g = generators_[k];
    if (g.period < tube.first || g.period + g.shift >= tube.first + n) {
      continue;
    }
    const std::size_t at = g.period - tube.first;
    const auto beta = model.add_variable({.lower = 0.0, .upper = infinity, .cost = -1.0});
    used.push_back(k);
    power[at].add(1.0, beta);
    if (g.shift > 0) {
      power[at + g.shift].add(1.0, beta);
    }
    for (std::size_t t = at; t < (g.shift > 0 ? at + g.shift : n); ++t) {
      energy[t].add(1.0, beta);
    }
  }
  LinearExpression taken;
  for (std::size_t t = 0; t < n; ++t) {
    taken += centre[t];
    model.add_constraint(-infinity, centre[t] + power[t], tube.high[t] + rounding_kwh);
    model.add_constraint(tube.low[t] - rounding_kwh, centre[t] - power[t], infinity);
    model.add_constraint(-infinity, taken + energy[t], tube.ceiling[t] + rounding_kwh);
    model.add_constraint(tube.floor[t] - rounding_kwh, taken - energy[t], infinity);
  }
  const auto values = solved(model);
  for (std::size_t t = 0; t < n; ++t) {
    centre_kwh_[tube.first + t] += values[t];
  }
  for (std::size_t k = 0; k < used.size(); ++k) {
    reach_kwh_[used[k]] += values[n + k];
  }
}

double Zonotope::cheapest_eur(std::span<const double> price) const {
  double cost = std::inner_product(price.begin(), price.end(), centre_kwh_.begin(), 0.0);
  for (std::size_t k = 0; k < generators_.size(); ++k) {
    const auto& g = generators_[k];
    const double slope = price[g.period] - (g.shift > 0 ? price[g.period + g.shift] : 0.0);
    cost -= std::abs(slope) * reach_kwh_[k];
  }
  return cost;
}

}  // namespace gridpact::fleet::baselines
