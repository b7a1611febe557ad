#pragma once

#include <cstdint>
#include <vector>

#include "gridpact/dispatch/beliefs.hpp"

namespace gridpact::dispatch {

/// Days of both layers' errors, each periods × (net-load sources, then stations), kW: the net load
/// from its fitted law, the stations' deviations from the simulated days, and, where the layers
/// are linked, those of a simulated day whose wanted energy goes with the net load.
[[nodiscard]] std::vector<Matrix> sampled_errors(const Beliefs& beliefs, std::size_t count,
                                                 std::uint64_t seed);

}  // namespace gridpact::dispatch
