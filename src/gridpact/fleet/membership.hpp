#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/fleet/aggregate.hpp"

namespace gridpact::fleet {

/// Proof that a profile can be delivered: the values π of the periods for which the cars' most even
/// responses add up to it. `disaggregate` makes every car's schedule of it.
struct Delivery {
  std::vector<double> value;
  /// Largest difference from the profile in any period: within the tolerance, but for profiles so
  /// near to the boundary of the set that rounding hides the way (about 1e-5 kWh then).
  double error_kwh = 0.0;
};

/// Either the proof that a profile can be delivered or the proof that it can not.
struct Membership {
  std::optional<Delivery> inside;
  std::optional<ViolatedSet> outside;
  std::size_t passes = 0;  ///< over the whole fleet
};

/// Can the fleet take `profile_kwh` (net energy per period)? Within `tolerance_kwh`, or 1e-8 of
/// the profile's largest energy if that is more: what is outside by less in every set counts as
/// inside. Method: even_split.cpp.
[[nodiscard]] Membership locate(const Aggregate& aggregate, std::span<const double> profile_kwh,
                                double tolerance_kwh = 1e-6);

/// Of the sets of periods that come first, or last, in the order of `price` (per period) those that
/// prove `profile_kwh` undeliverable by more than `tolerance_kwh`: none for a profile that can be
/// delivered, and one at least for any that costs less than every profile which can. One pass over
/// the fleet, where `locate` takes many; but of other profiles it may miss that they are outside.
[[nodiscard]] std::vector<ViolatedSet> undeliverable_at_price(const Aggregate& aggregate,
                                                              std::span<const double> profile_kwh,
                                                              std::span<const double> price,
                                                              double tolerance_kwh = 1e-6);

/// Every car's part of a profile, kW, cars × periods: each car keeps its limits exactly, and the
/// parts sum to the profile within `Delivery::error_kwh` per period. Of all splits it is the most
/// even one: the sum over cars and periods of power²/charger limit is least.
[[nodiscard]] Matrix disaggregate(const Aggregate& aggregate, const Delivery& delivery);

/// Reserve that a station holds around its profile, kWh per period: `up` is less charging (or more
/// discharging), `down` is more charging.
struct HeldReserve {
  std::vector<double> up_kwh, down_kwh;
  /// How long one call may last, in periods. Afterwards the station makes up for it as it can: the
  /// profile is binding until the call's end. 0: any activation of any periods of the horizon,
  /// after which the rest of the profile is kept all the same.
  std::size_t longest_call = 0;
};

/// A call [begin, end) some activation of which can not be delivered, and why.
struct UndeliverableCall {
  std::size_t begin = 0, end = 0;
  ViolatedSet proof;
};

/// For every place of a call, and each way, one proof that some activation of it can not be
/// delivered, where that is so: none for reserve that `undeliverable_reserve` finds nothing
/// against.
[[nodiscard]] std::vector<UndeliverableCall> undeliverable_calls(
    const Aggregate& aggregate, std::span<const double> profile_kwh, const HeldReserve& reserve,
    double tolerance_kwh = 1e-6);

/// A set of periods in which some activation of the reserve asks for the impossible; nothing if
/// every activation can be delivered (each period's call between −up and +down, whatever the
/// others'). On the very boundary, rounding may hide what is missing by some 1e-5 kWh.
[[nodiscard]] std::optional<ViolatedSet> undeliverable_reserve(const Aggregate& aggregate,
                                                               std::span<const double> profile_kwh,
                                                               const HeldReserve& reserve,
                                                               double tolerance_kwh = 1e-6);

}  // namespace gridpact::fleet
