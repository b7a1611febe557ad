#pragma once

#include <cstddef>
#include <cstdint>

#include "gridpact/fleet/source.hpp"
#include "gridpact/model/station_statistics.hpp"

namespace gridpact::fleet {

/// Draws `days` days of the station and says how its cars, its power and its energy envelope are
/// spread.
[[nodiscard]] StationStatistics station_statistics(const Case& problem, const FleetSource& source,
                                                   std::size_t days, std::uint64_t seed);

}  // namespace gridpact::fleet
