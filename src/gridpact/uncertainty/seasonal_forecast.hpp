#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/time_grid.hpp"

namespace gridpact::uncertainty {

/// How a series that has no forecast of its own is called in reports.
inline constexpr std::string_view seasonal_forecaster = "seasonal mean with recent level";

/// Fewest days of the past from which a day is forecast.
inline constexpr std::size_t least_forecast_days = 14;

struct SeasonalForecast {
  std::vector<double> values;  ///< from the first sample on, NaN where too little was known
  std::size_t days = 0;        ///< past days before the horizon that were forecast and then seen
  double mean_absolute_error = 0.0;  ///< on them
  /// On the same samples, of taking what was seen at the same time on the same weekday, the last
  /// that was known.
  double weekly_mean_absolute_error = 0.0;
};

/// Forecasts every day of a series from what had happened before it: the mean of past days of its
/// kind (working day, Saturday, Sunday) at the same time of day, recent ones counting more, times a
/// correction by the level of the last known days, as strong as such corrections have proved right
/// so far. Formulas: seasonal_forecast.cpp.
///
/// The forecast of a sample on local day D uses days before D − L only, L the number of local days
/// that the horizon touches: what is known when the first day of the horizon is planned the day
/// before, for its last day, so that all forecasts are equally old and none sees its own future.
///
/// `actual`: from `start` on, one every `horizon.period`, ≥ 0, NaN = not known. The forecast ends
/// with the horizon.
[[nodiscard]] SeasonalForecast seasonal_forecast(const std::vector<double>& actual, Instant start,
                                                 const TimeGrid& horizon);

/// The first instant whose value no forecast of the horizon uses: what was before should be known.
[[nodiscard]] Instant known_until(const TimeGrid& horizon);

}  // namespace gridpact::uncertainty
