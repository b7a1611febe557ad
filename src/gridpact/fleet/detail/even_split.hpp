#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/detail/even_fleet.hpp"

namespace gridpact::fleet {

/// What besides the cars may make up for a difference, per period: from `low_kwh` to `high_kwh`.
/// Empty: nothing.
struct Slack {
  std::vector<double> low_kwh, high_kwh;
  double weight = 1.0;  ///< its weight beside that of all cars together
};

/// Either values of the periods for which the cars' even responses (and the slack) add up to a
/// profile, or a set of periods that proves that nothing does.
struct EvenSplit {
  std::vector<double> value;  ///< π, per period: where the search ended
  double error_kwh = 0.0;     ///< largest difference from the profile in any period
  std::optional<ViolatedSet> outside;
  std::size_t passes = 0;  ///< over the whole fleet
};

/// `value`: where the search begins (empty: it finds its own start). Method: even_split.cpp.
[[nodiscard]] EvenSplit split_evenly(const Aggregate& aggregate, EvenFleet& cars,
                                     std::span<const double> profile_kwh, const Slack& slack,
                                     double tolerance_kwh, std::vector<double> value = {});

}  // namespace gridpact::fleet
