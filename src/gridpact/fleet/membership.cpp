// Membership: the most even split (even_split.cpp) exists, or a set of periods proves that none
// does.
//
// At a price: the Lovász extension of b and p at −price is the sum of its level sets' bounds, so a
// profile that is cheaper than the cheapest vertex breaks one of them.
//
// Reserve: every profile of the box [u − r↑, u + r↓] is in Q iff (u + r↓)(S) ≤ b(S) and
// (u − r↑)(S) ≥ p(S) ∀S. The first says that u + r↓ is below some profile of Q, the second that
// u − r↑ is above one: the same search with a slack that only takes away, or only adds. When a call
// lasts at most k periods and the station may make up for it afterwards, what counts is the
// projection of Q on the periods until the call's end: the slack there may do anything in the
// periods after it. The same two searches for each place of the call, each from the values where
// the one before ended.

#include "gridpact/fleet/membership.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gridpact/fleet/decomposition.hpp"
#include "gridpact/fleet/detail/even_fleet.hpp"
#include "gridpact/fleet/detail/even_split.hpp"
#include "gridpact/fleet/detail/level_sets.hpp"

namespace gridpact::fleet {

namespace {

/// Of the profile's largest energy in a period: sums over a million cars are no more exact, and
/// searching on for what rounding hides takes hundreds of passes.
constexpr double rounding_share = 1e-8;

double attainable(double tolerance_kwh, std::span<const double> profile_kwh) {
  for (const double kwh : profile_kwh) {
    tolerance_kwh = std::max(tolerance_kwh, rounding_share * std::abs(kwh));
  }
  return tolerance_kwh;
}

}  // namespace

Membership locate(const Aggregate& aggregate, std::span<const double> profile_kwh,
                  double tolerance_kwh) {
  tolerance_kwh = attainable(tolerance_kwh, profile_kwh);
  EvenFleet cars(aggregate);
  auto split = split_evenly(aggregate, cars, profile_kwh, {}, tolerance_kwh);
  Membership out;
  out.passes = split.passes;
  if (!split.outside && split.error_kwh > tolerance_kwh) {
    // On the boundary, but for a trifle: the point of least norm decides, slowly and for sure.
    split.outside = undeliverable_part(aggregate, profile_kwh, tolerance_kwh);
  }
  if (split.outside) {
    out.outside = std::move(split.outside);
  } else {
    out.inside = Delivery{std::move(split.value), split.error_kwh};
  }
  return out;
}

std::vector<ViolatedSet> undeliverable_at_price(const Aggregate& aggregate,
                                                std::span<const double> profile_kwh,
                                                std::span<const double> price,
                                                double tolerance_kwh) {
  return broken_level_sets(profile_kwh, aggregate.cheapest_kwh(price), price, tolerance_kwh);
}

Matrix disaggregate(const Aggregate& aggregate, const Delivery& delivery) {
  auto car_kw = EvenFleet(aggregate).by_car_kwh(delivery.value);
  const double period_h = aggregate.horizon().period_h();
  std::for_each(car_kw.data(), car_kw.data() + car_kw.rows() * car_kw.cols(),
                [&](double& power) { power /= period_h; });
  return car_kw;
}

namespace {

/// Shows `visit` what is undeliverable, until it has seen enough.
template <class Visit>
void search_calls(const Aggregate& aggregate, std::span<const double> profile_kwh,
                  const HeldReserve& reserve, double tolerance_kwh, const Visit& visit) {
  const std::size_t periods = aggregate.horizon().count;
  assert(profile_kwh.size() == periods && reserve.up_kwh.size() == periods &&
         reserve.down_kwh.size() == periods);
  const std::size_t call =
      reserve.longest_call == 0 ? periods : std::min(reserve.longest_call, periods);
  double any_kwh = 1.0;  // more than the cars, or a call, could ever amount to in a period
  for (const auto& car : aggregate.fleet()) {
    const double discharge_kw = car.discharges() ? car.battery->discharge_max_kw : 0.0;
    any_kwh += (car.charge_max_kw + discharge_kw) * aggregate.horizon().period_h();
  }
  for (std::size_t t = 0; t < periods; ++t) {
    any_kwh += std::abs(profile_kwh[t]) + reserve.up_kwh[t] + reserve.down_kwh[t];
  }
  EvenFleet cars(aggregate);
  for (const bool too_much : {true, false}) {
    std::vector<double> value;
    for (std::size_t end = call; end <= periods; ++end) {
      std::vector<double> called(profile_kwh.begin(), profile_kwh.end());
      Slack slack{std::vector<double>(periods, -any_kwh), std::vector<double>(periods, any_kwh)};
      for (std::size_t t = 0; t < end; ++t) {
        (too_much ? slack.high_kwh : slack.low_kwh)[t] = 0.0;
        if (t + call >= end) {
          called[t] += too_much ? reserve.down_kwh[t] : -reserve.up_kwh[t];
        }
      }
      auto split = split_evenly(aggregate, cars, called, slack, tolerance_kwh, value);
      if (!split.outside) {
        value = std::move(split.value);
      } else if (!visit(UndeliverableCall{end - call, end, *std::move(split.outside)})) {
        return;
      }
    }
  }
}

}  // namespace

std::vector<UndeliverableCall> undeliverable_calls(const Aggregate& aggregate,
                                                   std::span<const double> profile_kwh,
                                                   const HeldReserve& reserve,
                                                   double tolerance_kwh) {
  std::vector<UndeliverableCall> out;
  search_calls(aggregate, profile_kwh, reserve, tolerance_kwh, [&](UndeliverableCall call) {
    out.push_back(std::move(call));
    return true;
  });
  return out;
}

std::optional<ViolatedSet> undeliverable_reserve(const Aggregate& aggregate,
                                                 std::span<const double> profile_kwh,
                                                 const HeldReserve& reserve, double tolerance_kwh) {
  std::optional<ViolatedSet> out;
  search_calls(aggregate, profile_kwh, reserve, tolerance_kwh, [&](UndeliverableCall call) {
    out = std::move(call.proof);
    return false;
  });
  return out;
}

}  // namespace gridpact::fleet
