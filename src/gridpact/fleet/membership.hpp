#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/fleet/aggregate.hpp"

namespace gridpact::fleet {

/// A set of periods that proves a profile undeliverable: into it falls more energy than the fleet
/// can take there, or less than it must.
struct ViolatedSet {
  PeriodSet periods;
  bool too_much = true;      ///< false: too little
  double profile_kwh = 0.0;  ///< u(S)
  double bound_kwh = 0.0;    ///< b(S), or p(S)

  [[nodiscard]] double excess_kwh() const {
    return too_much ? profile_kwh - bound_kwh : bound_kwh - profile_kwh;
  }
};

/// A profile as a mixture of vertices: Σ weight_k · (vertex that is cheapest at price_k), at most
/// periods + 1 of them.
struct Decomposition {
  std::vector<std::vector<double>> prices;
  std::vector<double> weights;  ///< positive, sum to 1
  double error_kwh = 0.0;       ///< largest difference from the profile in any period
};

/// Either the proof that a profile can be delivered or the proof that it can not.
struct Membership {
  std::optional<Decomposition> inside;
  std::optional<ViolatedSet> outside;
  std::size_t vertices_tried = 0;
};

/// Can the fleet take `profile_kwh` (net energy per period)? Within `tolerance_kwh`: what is
/// outside by less in every set counts as inside. Method: membership.cpp.
[[nodiscard]] Membership locate(const Aggregate& aggregate, std::span<const double> profile_kwh,
                                double tolerance_kwh = 1e-6);

/// Every car's part of a decomposed profile, kW, cars × periods: each car keeps its limits exactly,
/// and the parts sum to the profile within `Decomposition::error_kwh` per period.
[[nodiscard]] Matrix disaggregate(const Aggregate& aggregate, const Decomposition& mixture);

/// Reserve that a station holds around its profile, kWh per period: `up` is less charging (or more
/// discharging), `down` is more charging.
struct HeldReserve {
  std::vector<double> up_kwh, down_kwh;
  /// How long one call may last, in periods. Afterwards the station makes up for it as it can: the
  /// profile is binding until the call's end. 0: any activation of any periods of the horizon,
  /// after which the rest of the profile is kept all the same.
  std::size_t longest_call = 0;
};

/// A set of periods in which some activation of the reserve asks for the impossible; nothing if
/// every activation can be delivered (each period's call between −up and +down, whatever the
/// others').
[[nodiscard]] std::optional<ViolatedSet> undeliverable_reserve(const Aggregate& aggregate,
                                                               std::span<const double> profile_kwh,
                                                               const HeldReserve& reserve,
                                                               double tolerance_kwh = 1e-6);

}  // namespace gridpact::fleet
