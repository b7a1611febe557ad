#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gridpact/fleet/source.hpp"
#include "gridpact/model/station_statistics.hpp"

namespace gridpact::fleet {

/// Draws `days` days of the station and says how its cars, its power and its energy envelope are
/// spread.
[[nodiscard]] StationStatistics station_statistics(const Case& problem, const FleetSource& source,
                                                   std::size_t days, std::uint64_t seed);

/// The same for the days of each other kind than the planned one, the last of that kind before it
/// standing for all: as if the horizon had begun on it, at the same reading of the clock. Days on
/// which the clocks change are not taken.
[[nodiscard]] std::vector<StationStatistics> statistics_of_other_days(const Case& problem,
                                                                      StationId station,
                                                                      std::size_t days,
                                                                      std::uint64_t seed);

}  // namespace gridpact::fleet
