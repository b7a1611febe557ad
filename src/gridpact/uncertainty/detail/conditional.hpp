#pragma once

#include <cstdint>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// The past with each error standardised by what was to be expected of its own day.
struct ConditionalErrors {
  std::vector<Matrix> deviation;     ///< each past day periods × n, kW: what it was standardised by
  std::vector<Matrix> standardised;  ///< each day periods × n; 0 where the source does not vary
  /// Each day periods × n: 1 where the source varies, that is, where its deviation is at least
  /// `least_relative_deviation` of its largest one. The sun at night does not vary.
  std::vector<BasicMatrix<std::uint8_t>> varies;
  /// Per source, included in `deviation`: by how much errors spread more about the moments of their
  /// neighbours on other days than these neighbours do; 1 without levels. The planned day is such
  /// another day, so its deviation is to be multiplied by this.
  std::vector<double> scale;
};

/// A source whose deviation in a period is below this share of its largest one is taken as not
/// varying there: its standardised error would be noise blown up (the first minutes of sun). Not so
/// where sources have own shapes: the one car in a hundred nights is what its reserve is for.
inline constexpr double least_relative_deviation = 0.02;

/// What the past says of a planned day, period by period and source by source, each periods × n,
/// kW: of the neighbours of the planned level, clipped to what is physically possible on that day.
struct PlannedMoments {
  Matrix mean;
  Matrix std_deviation;  ///< exactly 0 where all neighbours are equal
  Matrix smallest;       ///< least and largest error among these neighbours
  Matrix largest;
};
[[nodiscard]] PlannedMoments planned_moments(const ErrorHistory& history,
                                             std::size_t min_neighbours,
                                             std::size_t neighbour_periods, const PlannedDay& day);

/// The errors that `planned_moments` takes its moments of, for one period and source.
[[nodiscard]] std::vector<Neighbour> planned_neighbours(const ErrorHistory& history,
                                                        std::size_t min_neighbours,
                                                        std::size_t neighbour_periods,
                                                        const PlannedDay& day, std::size_t t,
                                                        std::size_t j);

/// Mean and deviation from nearest neighbours in the forecast level, of other days than the one
/// that is standardised. The history's shape must have been checked (`fit` does).
[[nodiscard]] ConditionalErrors condition(const ErrorHistory& history, std::size_t min_neighbours,
                                          std::size_t neighbour_periods);

}  // namespace gridpact::uncertainty
