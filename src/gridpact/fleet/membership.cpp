// u is in Q(p, b) = {p(S) ≤ u(S) ≤ b(S) ∀S} iff f ≥ 0 for the submodular f over the periods and one
// more element 0 that makes profiles sum to zero (Q is the projection of a base polytope,
// Fujishige):
//   f(S) = b(S) − u(S),    f(S ∪ {0}) = u(V∖S) − p(V∖S).
// 0 is then in the base polytope of f, whose point of least norm it is: its mixture of vertices is
// the decomposition of u. Otherwise the least f is negative, and its set the certificate.
//
// Reserve: every profile of the box [u − r↑, u + r↓] is in Q iff (u + r↓)(S) ≤ b(S) and
// (u − r↑)(S) ≥ p(S) ∀S, two such minimisations, over the periods alone. When a call lasts at most
// k periods and the station may make up for it afterwards, what counts is the projection of Q on
// the periods until the call's end, which has the same b and p for their subsets: the same two
// tests for each place of the call.

#include "gridpact/fleet/membership.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gridpact/fleet/detail/minimum_norm.hpp"

namespace gridpact::fleet {

namespace {

double energy_in(const PeriodSet& set, std::span<const double> profile_kwh) {
  double sum = 0.0;
  for (std::size_t t = 0; t < set.size(); ++t) {
    sum += set[t] ? profile_kwh[t] : 0.0;
  }
  return sum;
}

/// The certificate in plain arithmetic, with b or p evaluated anew.
ViolatedSet proven(const Aggregate& aggregate, PeriodSet set, bool too_much,
                   std::span<const double> profile_kwh) {
  ViolatedSet out{std::move(set), too_much, 0.0, 0.0};
  out.profile_kwh = energy_in(out.periods, profile_kwh);
  out.bound_kwh = too_much ? aggregate.most_kwh(out.periods) : aggregate.least_kwh(out.periods);
  return out;
}

/// Prices of the periods for an order of element 0 and the periods.
std::vector<double> prices_of(const std::vector<double>& rank) {
  std::vector<double> price(rank.begin() + 1, rank.end());
  for (double& value : price) {
    value -= rank.front();
  }
  return price;
}

/// A set of the first `until` periods into which `profile_kwh` puts more than b (less than p)
/// allows.
std::optional<ViolatedSet> worst_side(const Aggregate& aggregate,
                                      const std::vector<double>& profile_kwh, std::size_t until,
                                      bool too_much, double tolerance_kwh) {
  const double sign = too_much ? 1.0 : -1.0;
  const BaseVertex vertex = [&](const std::vector<double>& rank) {
    // The upper side's vertices take as much as they can in these periods, the lower side's as
    // little: all prices below those of the periods after them, or all above.
    std::vector<double> price(profile_kwh.size(), 0.0);
    for (std::size_t t = 0; t < until; ++t) {
      price[t] = sign * (rank[t] - static_cast<double>(until));
    }
    auto energy_kwh = aggregate.cheapest_kwh(price);
    energy_kwh.resize(until);
    for (std::size_t t = 0; t < until; ++t) {
      energy_kwh[t] = sign * (energy_kwh[t] - profile_kwh[t]);
    }
    return energy_kwh;
  };
  auto least = minimise_submodular(until, vertex, tolerance_kwh, false);
  if (least.value >= -tolerance_kwh) {
    return std::nullopt;
  }
  least.set.resize(profile_kwh.size(), false);
  return proven(aggregate, std::move(least.set), too_much, profile_kwh);
}

}  // namespace

Membership locate(const Aggregate& aggregate, std::span<const double> profile_kwh,
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
  auto least = minimise_submodular(periods + 1, vertex, tolerance_kwh, true);
  Membership out;
  out.vertices_tried = least.vertices_tried;
  if (least.value < -tolerance_kwh) {
    const bool too_much = !least.set.front();
    PeriodSet set(least.set.begin() + 1, least.set.end());
    if (!too_much) {
      set.flip();
    }
    out.outside = proven(aggregate, std::move(set), too_much, profile_kwh);
    return out;
  }
  Decomposition mixture;
  for (const auto& rank : least.ranks) {
    mixture.prices.push_back(prices_of(rank));
  }
  mixture.weights = std::move(least.weights);
  for (std::size_t t = 0; t < periods; ++t) {
    mixture.error_kwh = std::max(mixture.error_kwh, std::abs(least.point[t + 1]));
  }
  out.inside = std::move(mixture);
  return out;
}

Matrix disaggregate(const Aggregate& aggregate, const Decomposition& mixture) {
  Matrix car_kw(aggregate.fleet().size(), aggregate.horizon().count);
  for (std::size_t k = 0; k < mixture.weights.size(); ++k) {
    aggregate.add_by_car(mixture.prices[k], mixture.weights[k] / aggregate.horizon().period_h(),
                         car_kw);
  }
  return car_kw;
}

std::optional<ViolatedSet> undeliverable_reserve(const Aggregate& aggregate,
                                                 std::span<const double> profile_kwh,
                                                 const HeldReserve& reserve, double tolerance_kwh) {
  const std::size_t periods = aggregate.horizon().count;
  assert(profile_kwh.size() == periods && reserve.up_kwh.size() == periods &&
         reserve.down_kwh.size() == periods);
  const std::size_t call = reserve.longest_call == 0 ? periods : reserve.longest_call;
  for (std::size_t end = std::min(call, periods); end <= periods; ++end) {
    for (const bool too_much : {true, false}) {
      std::vector<double> called(profile_kwh.begin(), profile_kwh.end());
      for (std::size_t t = end > call ? end - call : 0; t < end; ++t) {
        called[t] += too_much ? reserve.down_kwh[t] : -reserve.up_kwh[t];
      }
      if (auto violated = worst_side(aggregate, called, end, too_much, tolerance_kwh)) {
        return violated;
      }
    }
  }
  return std::nullopt;
}

}  // namespace gridpact::fleet
