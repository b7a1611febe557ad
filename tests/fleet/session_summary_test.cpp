#include "gridpact/fleet/session_summary.hpp"

#include <numeric>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

#include "gridpact/fleet/past_days.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

/// Four weeks of working days with two cars of 8 h and 20 kWh each, from 2024-01-01, a Monday.
SessionHistory working_days() {
  SessionHistory history;
  for (long day = monday; day < monday + 26; ++day) {  // ends on a Friday
    if (weekday_of(day) <= 5) {
      add_sessions(history, day, 2, 8.5, 8.0, 20.0);
    }
  }
  return history;
}

TEST(SessionSummary, CountsDaysArrivalsStaysAndIdleTime) {
  const auto summary = summarise(working_days(), 10.0);
  EXPECT_EQ(summary.sessions, 40U);
  EXPECT_EQ(summary.first_day, "2024-01-01");
  EXPECT_EQ(summary.last_day, "2024-01-26");
  EXPECT_EQ(summary.days, 26U);
  EXPECT_EQ(summary.days_with_sessions, 20U);
  EXPECT_EQ(summary.drivers, 0U);
  EXPECT_DOUBLE_EQ(summary.energy_kwh, 800.0);
  EXPECT_DOUBLE_EQ(summary.idle_share, 0.75);  // 2 of 8 hours would do
  EXPECT_DOUBLE_EQ(summary.stay_h[2], 8.0);
  EXPECT_EQ(summary.stay_histogram[8], 40U);
  EXPECT_EQ(summary.energy_histogram[4], 40U);
  EXPECT_NEAR(summary.arrivals_workday[8], 2.0, 1e-12);
  EXPECT_EQ(summary.arrivals_weekend[8], 0.0);
}

/// The quarter of an hour that begins `quarters` after the hour.
constexpr std::size_t quarter(std::size_t hour, std::size_t quarters) {
  return 4 * hour + quarters;
}

TEST(SessionSummary, TheEnvelopeOfTheMeanDayEndsWithItsEnergy) {
  const auto summary = summarise(working_days(), 10.0);
  EXPECT_NEAR(summary.most_kw[quarter(8, 2)], 20.0, 1e-9);
  EXPECT_EQ(summary.most_kw[quarter(8, 0)], 0.0);
  EXPECT_NEAR(summary.most_kwh.back(), 40.0, 1e-9);
  EXPECT_NEAR(summary.least_kwh.back(), 40.0, 1e-9);
  EXPECT_NEAR(summary.most_kwh[quarter(10, 1)], 40.0, 1e-9);  // charging at once: done at 10:30
  EXPECT_NEAR(summary.least_kwh[quarter(14, 1)], 0.0, 1e-9);  // as late as possible: from 14:30 on
  const double taken =
      0.25 * std::accumulate(summary.uncontrolled_kw.begin(), summary.uncontrolled_kw.end(), 0.0);
  EXPECT_NEAR(taken, 40.0, 1e-9);
}

TEST(SessionSummary, ListsEveryWishThatTheChargerCanNotFulfil) {
  auto history = working_days();
  history.sessions[3].energy_kwh = 100.0;
  history.sessions[3].user = 7;
  const auto summary = summarise(history, 10.0);
  ASSERT_EQ(summary.lowered.size(), 1U);
  EXPECT_EQ(summary.lowered[0].user, 7);
  EXPECT_EQ(summary.lowered[0].day, "2024-01-02");
  EXPECT_DOUBLE_EQ(summary.lowered[0].wanted_kwh, 100.0);
  EXPECT_DOUBLE_EQ(summary.lowered[0].deliverable_kwh, 80.0);
}

TEST(SessionSummary, GuessesTheChargerFromTheMeanPowers) {
  SessionHistory history;
  for (int k = 1; k <= 100; ++k) {
    add_sessions(history, monday, 1, 8.0, 1.0, 0.1 * k);
  }
  const auto summary = summarise(history);
  EXPECT_TRUE(summary.charger_is_guess);
  EXPECT_NEAR(summary.charger_kw, 9.9, 0.05);
}

}  // namespace
}  // namespace gridpact::fleet
