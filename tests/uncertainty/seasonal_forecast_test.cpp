#include "gridpact/uncertainty/seasonal_forecast.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {
namespace {

using std::chrono::hours;

const std::string zone = "Europe/Berlin";
const Instant start = *parse_instant("2024-01-01T00:00:00+01:00");  // a Monday

TimeGrid day_of(const std::string& begin, std::size_t periods = 24) {
  return {*parse_instant(begin), hours{1}, periods, zone};
}

/// Hourly values from `start` until the end of the horizon.
std::vector<double> series_of(const TimeGrid& horizon,
                              const std::function<double(const LocalTime&)>& value) {
  std::vector<double> out;
  for (Instant at = start; at < horizon.end(); at += hours{1}) {
    out.push_back(value(local_time(at, zone)));
  }
  return out;
}

std::size_t index_of(Instant at) { return static_cast<std::size_t>((at - start) / hours{1}); }

double weekly_pattern(const LocalTime& clock) {
  const double day = clock.weekday <= 5 ? 1.0 : clock.weekday == 6 ? 0.7 : 0.5;
  return day * (0.5 + 0.02 * clock.hour);
}

TEST(SeasonalForecast, WhatRepeatsItselfIsForecastExactly) {
  // 31 March had 23 hours, so the clock is read, not the number of hours.
  const auto horizon = day_of("2024-05-15T00:00:00+02:00");
  const auto actual = series_of(horizon, weekly_pattern);
  const auto forecast = seasonal_forecast(actual, start, horizon);
  ASSERT_EQ(forecast.values.size(), actual.size());
  for (std::size_t i = index_of(*parse_instant("2024-01-22T00:00:00+01:00")); i < actual.size();
       ++i) {
    ASSERT_NEAR(forecast.values[i], actual[i], 1e-12) << i;
  }
  EXPECT_NEAR(forecast.mean_absolute_error, 0.0, 1e-12);
  EXPECT_GT(forecast.days, 110U);
}

TEST(SeasonalForecast, UsesNothingFromTheDayBeforeOn) {
  for (const std::size_t periods : {24U, 48U}) {
    const auto horizon = day_of("2024-05-15T00:00:00+02:00", periods);
    RandomStream random(1, 0);
    auto actual = series_of(horizon, [&](const LocalTime& clock) {
      return weekly_pattern(clock) * (1.0 + 0.2 * random.uniform());
    });
    const auto before = seasonal_forecast(actual, start, horizon);
    for (const auto* day : {"2024-03-20T00:00:00+01:00", "2024-05-15T00:00:00+02:00"}) {
      const auto first = index_of(*parse_instant(day));
      auto changed = actual;
      for (std::size_t i = first - 24; i < changed.size(); ++i) {
        changed[i] = 1.0 + changed[i];
      }
      const auto after = seasonal_forecast(changed, start, horizon);
      for (std::size_t i = 0; i < first + 24; ++i) {
        ASSERT_TRUE(before.values[i] == after.values[i] || std::isnan(before.values[i])) << i;
      }
      // What is known of the last day before is used, else a better forecast would be possible.
      changed = actual;
      changed[first - (periods == 24 ? 25 : 49)] += 1.0;
      EXPECT_NE(seasonal_forecast(changed, start, horizon).values[first + 5],
                before.values[first + 5]);
    }
  }
  EXPECT_EQ(known_until(day_of("2024-05-15T00:00:00+02:00")),
            *parse_instant("2024-05-14T00:00:00+02:00"));
}

TEST(SeasonalForecast, LevelsThatLastAreFollowed) {
  // The level is AR(1) with 0.95 from day to day: two days ahead, a share of it remains.
  const auto horizon = day_of("2024-12-11T00:00:00+01:00");
  RandomStream random(3, 0);
  double level = 0.0;
  const auto actual = series_of(horizon, [&](const LocalTime& clock) {
    if (clock.hour == 0) {
      level = 0.95 * level + 0.05 * random.normal();
    }
    return weekly_pattern(clock) * std::exp(level);
  });
  const auto forecast = seasonal_forecast(actual, start, horizon);
  EXPECT_LT(forecast.mean_absolute_error, 0.85 * forecast.weekly_mean_absolute_error);
}

TEST(SeasonalForecast, LevelsThatDoNotLastAreNot) {
  // Independent days: the best forecast is their mean, whose error is 1/√2 of a single day's.
  const auto horizon = day_of("2024-12-11T00:00:00+01:00");
  RandomStream random(3, 0);
  double level = 0.0;
  const auto actual = series_of(horizon, [&](const LocalTime& clock) {
    if (clock.hour == 0) {
      level = 0.3 * random.normal();
    }
    return weekly_pattern(clock) * (1.0 + level);
  });
  const auto forecast = seasonal_forecast(actual, start, horizon);
  EXPECT_LT(forecast.mean_absolute_error, 0.78 * forecast.weekly_mean_absolute_error);
}

TEST(SeasonalForecast, TheNightStaysDarkAndNothingIsNegative) {
  const auto horizon = day_of("2024-06-12T00:00:00+02:00");
  RandomStream random(7, 0);
  const auto actual = series_of(horizon, [&](const LocalTime& clock) {
    const double sun = std::sin((clock.hour - 6.0) / 12.0 * 3.14159265);
    return sun > 1e-6 ? sun * random.uniform() : 0.0;
  });
  const auto forecast = seasonal_forecast(actual, start, horizon);
  for (std::size_t t = 0; t < 24; ++t) {
    const double value = forecast.values[forecast.values.size() - 24 + t];
    EXPECT_EQ(value > 0.0, t > 6 && t < 18) << t;
  }
}

TEST(SeasonalForecast, GapsAreLeftOutAndTheFirstWeeksAreNotForecast) {
  const auto horizon = day_of("2024-03-13T00:00:00+01:00");
  auto actual = series_of(horizon, weekly_pattern);
  for (std::size_t hour = 480; hour < 600; ++hour) {  // five days
    actual[hour] = std::nan("");
  }
  const auto forecast = seasonal_forecast(actual, start, horizon);
  EXPECT_TRUE(std::isnan(forecast.values[312]));
  EXPECT_NEAR(forecast.values.back(), weekly_pattern(horizon.local(23)), 1e-12);
}

}  // namespace
}  // namespace gridpact::uncertainty
