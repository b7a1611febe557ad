#pragma once

#include <cstddef>
#include <cstdint>

#include "gridpact/base/matrix.hpp"
#include "gridpact/fleet/controller.hpp"
#include "gridpact/fleet/source.hpp"

namespace gridpact::fleet {

/// How a station that follows its target deviates from it: realised − target, kW, on `days` days
/// that may come (days × periods), from which a law of the station's error is fitted. Each day has
/// random numbers of its own (`day_stream`, for learning), so the result is the same on any number
/// of threads (0 = all).
[[nodiscard]] Matrix deviation_history(const FleetSource& source, const Controller& controller,
                                       std::size_t days, std::uint64_t seed, unsigned threads = 0);

}  // namespace gridpact::fleet
