#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/fleet/aggregate.hpp"

namespace gridpact::fleet {

/// A profile as a mixture of vertices: Σ weight_k · (vertex that is cheapest at price_k), at most
/// periods + 1 of them.
struct Decomposition {
  std::vector<std::vector<double>> prices;
  std::vector<double> weights;     ///< positive, sum to 1
  double error_kwh = 0.0;          ///< largest difference from the profile in any period
  std::size_t vertices_tried = 0;  ///< each one pass over the fleet
};

/// The vertices that a profile (net energy per period, kWh) is a mixture of, within
/// `tolerance_kwh`; nothing if it can not be delivered. To split a profile over the cars or to ask
/// whether it can be, `locate` (membership.hpp) is quicker by far: a vertex decomposition is for
/// those who trade in vertices. Method: decomposition.cpp.
[[nodiscard]] std::optional<Decomposition> decompose(const Aggregate& aggregate,
                                                     std::span<const double> profile_kwh,
                                                     double tolerance_kwh = 1e-6);

/// The set of periods that most proves a profile undeliverable; nothing if it can be delivered.
/// `locate` answers the same far quicker, but for profiles on the very boundary.
[[nodiscard]] std::optional<ViolatedSet> undeliverable_part(const Aggregate& aggregate,
                                                            std::span<const double> profile_kwh,
                                                            double tolerance_kwh = 1e-6);

/// Every car's part of a decomposed profile, kW, cars × periods: each car keeps its limits exactly,
/// and the parts sum to the profile within `Decomposition::error_kwh` per period.
[[nodiscard]] Matrix disaggregate(const Aggregate& aggregate, const Decomposition& mixture);

}  // namespace gridpact::fleet
