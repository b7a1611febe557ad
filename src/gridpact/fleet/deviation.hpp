#pragma once

#include <cstddef>
#include <cstdint>

#include "gridpact/base/matrix.hpp"
#include "gridpact/fleet/call.hpp"
#include "gridpact/fleet/controller.hpp"
#include "gridpact/fleet/source.hpp"

namespace gridpact::fleet {

/// How a station that follows its target deviates from it: realised − target, kW, on `days` days
/// that may come (days × periods), from which a law of the station's error is fitted. Each day has
/// random numbers of its own (`day_stream`, for learning), so the result is the same on any number
/// of threads (0 = all).
[[nodiscard]] Matrix deviation_history(const FleetSource& source, const Controller& controller,
                                       std::size_t days, std::uint64_t seed, unsigned threads = 0);

/// The same of a station that has sold reserve: from what is called, on days each with a call.
struct CalledDeviations {
  Matrix by_day_kw;  ///< the days as they were
  /// What is learned of a period comes to equal parts from days on which it is in the call and from
  /// days on which it is not, since a call is to be delivered whenever it comes, however seldom
  /// that is; so the periods of one row are of different days.
  Matrix learned_kw;
};
[[nodiscard]] CalledDeviations deviation_history(const FleetSource& source,
                                                 const Controller& controller,
                                                 const SoldReserve& sold, std::size_t days,
                                                 std::uint64_t seed, unsigned threads = 0);

}  // namespace gridpact::fleet
