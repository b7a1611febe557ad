#include "gridpact/fleet/station_statistics.hpp"

#include <map>
#include <numeric>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

namespace gridpact::fleet {
namespace {

using namespace testing;

/// Eight weeks of cars that come at 8:30, stay four hours and want 10 kWh: 30 on working days, 12
/// on Saturdays, 6 on Sundays.
SessionHistory one_kind_of_car() {
  SessionHistory history;
  for (long day = monday; day < monday + 56; ++day) {
    const int weekday = weekday_of(day);
    add_sessions(history, day, weekday <= 5 ? 30 : weekday == 6 ? 12 : 6, 8.5, 4.0, 10.0);
  }
  return history;
}

Case thursday() {
  return case_with(one_kind_of_car(), 40, "2024-06-13T00:00:00+02:00", 24, "Europe/Berlin");
}

TEST(StationStatistics, OfOneKindOfCarAreThoseOfThatCar) {
  const auto problem = thursday();
  const auto s = station_statistics(problem, FleetSource(problem, StationId{0}), 400, 1);
  EXPECT_EQ(s.day_kind, "working day");
  EXPECT_EQ(s.days, 40U);
  EXPECT_EQ(s.sessions, 1200U);
  EXPECT_DOUBLE_EQ(s.sessions_a_day, 30.0);
  EXPECT_EQ(s.cars, 40U);
  EXPECT_EQ(s.drawn_days, 400U);
  for (const auto& [spread, value] :
       {std::pair{s.arrival_h, 8.5}, {s.stay_h, 4.0}, {s.energy_kwh, 10.0}}) {
    EXPECT_DOUBLE_EQ(spread.p05, value);
    EXPECT_DOUBLE_EQ(spread.p95, value);
  }
  // Poisson with mean 40: 5 % and 95 % quantiles 30 and 51, of 400 days known to ± 0.8.
  EXPECT_NEAR(s.cars_a_day.p05, 30.0, 2.5);
  EXPECT_NEAR(s.cars_a_day.p50, 40.0, 1.0);
  EXPECT_NEAR(s.cars_a_day.p95, 51.0, 2.5);
  EXPECT_DOUBLE_EQ(s.energy_a_day_kwh.p50, 10.0 * s.cars_a_day.p50);
  EXPECT_NEAR(std::accumulate(s.arrivals.begin(), s.arrivals.end(), 0.0), 40.0, 1.0);
  EXPECT_NEAR(s.arrivals[8], 40.0, 1.0);
  // A charger of 7.2 kW gives 3.6 kWh until nine and the other 6.4 kWh until ten; it must begin at
  // 12:30 less 10 / 7.2 hours, so that 6.4 kWh are due by noon.
  EXPECT_DOUBLE_EQ(s.power_kw[7].p95, 0.0);
  EXPECT_NEAR(s.power_kw[8].p50, 3.6 * s.cars_a_day.p50, 1e-9);
  EXPECT_NEAR(s.power_kw[9].p50, 6.4 * s.cars_a_day.p50, 1e-9);
  EXPECT_NEAR(s.power_kw[10].p95, 0.0, 1e-9);
  EXPECT_NEAR(s.earliest_kwh[8].p50, 3.6 * s.cars_a_day.p50, 1e-9);
  EXPECT_NEAR(s.latest_kwh[10].p95, 0.0, 1e-9);
  EXPECT_NEAR(s.latest_kwh[11].p50, 6.4 * s.cars_a_day.p50, 1e-9);
  EXPECT_DOUBLE_EQ(s.latest_kwh[12].p05, s.energy_a_day_kwh.p05);
  EXPECT_DOUBLE_EQ(s.earliest_kwh[23].p95, s.energy_a_day_kwh.p95);
}

TEST(StationStatistics, EveryOtherKindOfDayIsThere) {
  std::map<std::string, double> sessions_a_day;
  for (const auto& s : statistics_of_other_days(thursday(), StationId{0}, 50, 1)) {
    EXPECT_TRUE(sessions_a_day.emplace(s.day_kind, s.sessions_a_day).second) << s.day_kind;
    EXPECT_EQ(s.power_kw.size(), 24U);
  }
  EXPECT_EQ(sessions_a_day, (std::map<std::string, double>{{"Saturday", 12.0}, {"Sunday", 6.0}}));
}

TEST(StationStatistics, TheLowestBoundNeverCrossesTheUpper) {
  const auto problem = thursday();
  const auto s = station_statistics(problem, FleetSource(problem, StationId{0}), 50, 3);
  for (std::size_t t = 0; t < 24; ++t) {
    EXPECT_LE(s.latest_kwh[t].p95, s.earliest_kwh[t].p95 + 1e-9);
    EXPECT_GE(s.earliest_kwh[t].p50, t > 0 ? s.earliest_kwh[t - 1].p50 - 1e-9 : 0.0);
  }
}

}  // namespace
}  // namespace gridpact::fleet
