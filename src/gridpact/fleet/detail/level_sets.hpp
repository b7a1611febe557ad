#pragma once

#include <span>
#include <vector>

#include "gridpact/fleet/aggregate.hpp"

namespace gridpact::fleet {

/// The sets {price ≤ c < 0} into which `profile_kwh` puts more than `vertex_kwh`, and the sets
/// {price ≥ c > 0} into which it puts less, by more than `tolerance_kwh`: those that are broken
/// worse than their neighbours in the order of prices. `vertex_kwh`: what is cheapest at `price`;
/// its own sums are the bounds.
[[nodiscard]] std::vector<ViolatedSet> broken_level_sets(std::span<const double> profile_kwh,
                                                         std::span<const double> vertex_kwh,
                                                         std::span<const double> price,
                                                         double tolerance_kwh);

}  // namespace gridpact::fleet
