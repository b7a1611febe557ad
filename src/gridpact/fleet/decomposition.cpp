// u is in Q(p, b) = {p(S) ≤ u(S) ≤ b(S) ∀S} iff f ≥ 0 for the submodular f over the periods and one
// more element 0 that makes profiles sum to zero (Q is the projection of a base polytope,
// Fujishige):
//   f(S) = b(S) − u(S),    f(S ∪ {0}) = u(V∖S) − p(V∖S).
// 0 is then in the base polytope of f, whose point of least norm it is (minimum_norm.cpp): its
// mixture of vertices is the decomposition of u.

#include "gridpact/fleet/decomposition.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gridpact/fleet/detail/minimum_norm.hpp"

namespace gridpact::fleet {

namespace {

/// Prices of the periods for an order of element 0 and the periods.
std::vector<double> prices_of(const std::vector<double>& rank) {
  std::vector<double> price(rank.begin() + 1, rank.end());
  for (double& value : price) {
    value -= rank.front();
  }
  return price;
}

SubmodularMinimum least_norm(const Aggregate& aggregate, std::span<const double> profile_kwh,
                             double tolerance_kwh) {
  const std::size_t periods = aggregate.horizon().count;
  assert(profile_kwh.size() == periods);
  const BaseVertex vertex = [&](const std::vector<double>& rank) {
    const auto energy_kwh = aggregate.cheapest_kwh(prices_of(rank));
    std::vector<double> point(periods + 1, 0.0);
    for (std::size_t t = 0; t < periods; ++t) {
      point[t + 1] = energy_kwh[t] - profile_kwh[t];
      point[0] -= point[t + 1];
    }
    return point;
  };
  return minimise_submodular(periods + 1, vertex, tolerance_kwh);
}

}  // namespace

std::optional<ViolatedSet> undeliverable_part(const Aggregate& aggregate,
                                              std::span<const double> profile_kwh,
                                              double tolerance_kwh) {
  auto least = least_norm(aggregate, profile_kwh, tolerance_kwh);
  if (least.value >= -tolerance_kwh) {
    return std::nullopt;
  }
  ViolatedSet out;
  out.too_much = !least.set.front();
  out.periods.assign(least.set.begin() + 1, least.set.end());
  if (!out.too_much) {
    out.periods.flip();
  }
  for (std::size_t t = 0; t < profile_kwh.size(); ++t) {
    out.profile_kwh += out.periods[t] ? profile_kwh[t] : 0.0;
  }
  out.bound_kwh = out.too_much ? aggregate.most_kwh(out.periods) : aggregate.least_kwh(out.periods);
  return out;
}

std::optional<Decomposition> decompose(const Aggregate& aggregate,
                                       std::span<const double> profile_kwh, double tolerance_kwh) {
  auto least = least_norm(aggregate, profile_kwh, tolerance_kwh);
  if (least.value < -tolerance_kwh) {
    return std::nullopt;
  }
  Decomposition mixture;
  mixture.vertices_tried = least.vertices_tried;
  for (const auto& rank : least.ranks) {
    mixture.prices.push_back(prices_of(rank));
  }
  mixture.weights = std::move(least.weights);
  for (std::size_t t = 0; t < profile_kwh.size(); ++t) {
    mixture.error_kwh = std::max(mixture.error_kwh, std::abs(least.point[t + 1]));
  }
  return mixture;
}

Matrix disaggregate(const Aggregate& aggregate, const Decomposition& mixture) {
  Matrix car_kw(aggregate.fleet().size(), aggregate.horizon().count);
  for (std::size_t k = 0; k < mixture.weights.size(); ++k) {
    aggregate.add_by_car(mixture.prices[k], mixture.weights[k] / aggregate.horizon().period_h(),
                         car_kw);
  }
  return car_kw;
}

}  // namespace gridpact::fleet
