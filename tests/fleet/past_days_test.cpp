#include "gridpact/fleet/past_days.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

/// 60 weeks of workdays with `workday(day)` sessions each and weekends with `weekend`.
template <class Count>
SessionHistory weeks(Count workday, std::size_t weekend = 2) {
  SessionHistory history;
  for (long day = monday; day < monday + 7 * 60; ++day) {
    add_sessions(history, day, weekday_of(day) <= 5 ? workday(day) : weekend);
  }
  return history;
}

double variance_of_volume(const PastDays& past) {
  double sum = 0.0;
  for (const auto& day : past.days) {
    sum += (day.volume - 1.0) * (day.volume - 1.0);
  }
  return sum / static_cast<double>(past.days.size());
}

TEST(WeekdayOf, AgreesWithTheCalendar) {
  for (const long day : {-5L, 0L, 17129L, monday, monday + 5}) {
    EXPECT_EQ(weekday_of(day), local_time(local_midnight(day, "UTC"), "UTC").weekday) << day;
  }
}

TEST(PastDays, KeepsWorkdaysSaturdaysAndSundaysApart) {
  const auto history = weeks([](long) { return 30U; });
  const auto workdays = past_days_like(history, monday + 3);
  EXPECT_EQ(workdays.days.size(), 300U);
  EXPECT_FALSE(workdays.alternate_fridays);
  EXPECT_TRUE(workdays.same_kind);
  for (const auto& day : workdays.days) {
    EXPECT_LE(weekday_of(day.day), 5);
    EXPECT_EQ(day.count, 30U);
    EXPECT_EQ(history.sessions[day.first].arrival_day, day.day);
  }
  EXPECT_EQ(past_days_like(history, monday + 5).days.size(), 60U);
  EXPECT_EQ(past_days_like(history, monday + 6).days.front().day, monday + 6);
}

TEST(PastDays, FindsAlternateFridays) {
  const auto history =
      weeks([](long day) { return weekday_of(day) == 5 && (day / 7) % 2 == 0 ? 12U : 30U; });
  const auto thursday = past_days_like(history, monday + 3);
  EXPECT_TRUE(thursday.alternate_fridays);
  EXPECT_EQ(thursday.days.size(), 240U);
  const auto friday = past_days_like(history, monday + 4);
  const auto next_friday = past_days_like(history, monday + 11);
  EXPECT_EQ(friday.days.size(), 30U);
  EXPECT_EQ(next_friday.days.size(), 30U);
  EXPECT_NE(friday.days.front().count, next_friday.days.front().count);
  EXPECT_EQ(friday.days[1].day - friday.days[0].day, 14);
}

TEST(PastDays, LeavesClosedDaysOutButNotChanceOnes) {
  const auto history = weeks([](long day) {
    const long index = day - monday;
    return index == 70 ? 0U : index == 71 ? 11U : index == 72 ? 14U : 30U;
  });
  const auto past = past_days_like(history, monday + 3);
  EXPECT_EQ(past.closed_days, 2U);  // 14 of 30 is within three deviations of counting noise
  EXPECT_EQ(past.days.size(), 298U);
  // Of a usual 4, even an empty day is nothing special.
  const auto small = weeks([](long day) { return day == monday + 70 ? 0U : 4U; });
  const auto small_past = past_days_like(small, monday + 3);
  EXPECT_EQ(small_past.closed_days, 0U);
  EXPECT_EQ(small_past.days[50].count, 0U);
}

TEST(PastDays, TakesAWeekWithoutSessionsAsNotRecorded) {
  const auto history =
      weeks([](long day) { return day < monday + 70 || day >= monday + 84 ? 4U : 0U; }, 0);
  // Two empty weeks and the weekends before and after: 5 days of a fortnight are not there.
  EXPECT_EQ(past_days_like(history, monday + 3).days.size(), 290U);
}

TEST(PastDays, FollowsAHistoryThatGrows) {
  const auto history =
      weeks([](long day) { return static_cast<unsigned>(20 + (day - monday) / 7); });
  const auto past = past_days_like(history, monday + 3);
  EXPECT_EQ(past.closed_days, 0U);
  EXPECT_LT(past.volume_spread, 0.01);
}

TEST(PastDays, FallsBackOnAllDaysWhenTheKindIsMissing) {
  const auto history = weeks([](long) { return 9U; }, 0);
  SessionHistory only_mondays;
  for (long week = 0; week < 3; ++week) {
    add_sessions(only_mondays, monday + 8 * week, 5);  // gaps of 8 days: not recorded
  }
  EXPECT_TRUE(past_days_like(history, monday + 6).same_kind) << "empty Sundays are days";
  const auto past = past_days_like(only_mondays, monday + 6);
  EXPECT_FALSE(past.same_kind);
  EXPECT_EQ(past.days.size(), 3U);
  EXPECT_TRUE(past_days_like({}, monday).days.empty());
}

TEST(PastDays, TakesCountingNoiseOut) {
  RandomStream random(7, 0);
  const auto history = weeks([&](long) { return random.poisson(30.0); });
  const auto past = past_days_like(history, monday + 3);
  // √(1/30) = 0.18 is the noise; what is left of 300 days has a standard error of about 0.04.
  EXPECT_LT(past.volume_spread, 0.06);
  EXPECT_LT(variance_of_volume(past), 0.06 * 0.06);
  EXPECT_LT(past.days.front().own_share, 0.2);
}

TEST(PastDays, KeepsWhatIsBeyondCountingNoise) {
  RandomStream random(11, 0);
  SessionHistory history;
  for (long day = monday; day < monday + 7 * 60; ++day) {
    const double level = std::max(0.0, 1.0 + 0.3 * random.normal());
    const double mood = 12.0 + 1.5 * random.normal();
    const auto count = random.poisson(40.0 * level);
    for (std::size_t k = 0; k < count; ++k) {
      add_sessions(history, day, 1, 8.0, 8.0, std::max(0.0, mood + 6.0 * random.normal()));
    }
  }
  const auto past = past_days_like(history, monday + 3);
  const double mood_spread = 1.5 / 12.0;
  EXPECT_NEAR(past.volume_spread, std::hypot(0.3, mood_spread), 0.04);
  EXPECT_NEAR(std::sqrt(variance_of_volume(past)), 0.3, 0.04);
  // √(1.5² / (1.5² + 6²/40)): most of a day's own mood is real.
  EXPECT_NEAR(past.days[5].own_share, 0.85, 0.1);
  double mean = 0.0;
  for (const auto& day : past.days) {
    mean += day.volume / static_cast<double>(past.days.size());
  }
  EXPECT_NEAR(mean, 1.0, 0.02);
}

/// Recorded workplace sessions, where they are at hand.
SessionHistory recorded(const std::string& site) {
  SessionHistory history;
  const char* folder = std::getenv("GRIDPACT_SHARED_DATA");
  if (folder == nullptr) {
    return history;
  }
  const std::string command = "zcat '" + std::string(folder) + "/ev_acn/acn_" + site + ".csv.gz'";
  FILE* pipe = popen(command.c_str(), "r");
  char line[512];
  while (pipe != nullptr && std::fgets(line, sizeof line, pipe) != nullptr) {
    const std::string text(line);
    const auto instant = parse_instant(text.substr(0, 19) + "Z");
    if (instant && text.substr(0, 10) >= "2018-11-12" && text.substr(0, 10) < "2020-03-01") {
      Session session;
      const auto local = local_time(*instant, "UTC");
      session.arrival_day = local.days_since_epoch;
      session.arrival_h = local.hour_of_day();
      session.energy_kwh = std::atof(text.substr(text.rfind(',') + 1).c_str());
      history.sessions.push_back(session);
    }
  }
  if (pipe != nullptr) {
    pclose(pipe);
  }
  std::stable_sort(
      history.sessions.begin(), history.sessions.end(),
      [](const Session& a, const Session& b) { return a.arrival_day < b.arrival_day; });
  return history;
}

TEST(PastDays, OnRecordedSessionsHolidaysAndFridaysExplainMostOfTheSpread) {
  const auto campus = recorded("caltech");
  const auto laboratory = recorded("jpl");
  if (campus.sessions.empty() || laboratory.sessions.empty()) {
    GTEST_SKIP() << "set GRIDPACT_SHARED_DATA to the folder that holds ev_acn/";
  }
  const long thursday = monday + 3;
  const auto campus_days = past_days_like(campus, thursday);
  EXPECT_FALSE(campus_days.alternate_fridays);
  EXPECT_NEAR(static_cast<double>(campus_days.closed_days), 29.0, 5.0);
  EXPECT_LT(campus_days.volume_spread, 0.15);  // 0.29 with closed days and without local level
  const auto laboratory_days = past_days_like(laboratory, thursday);
  EXPECT_TRUE(laboratory_days.alternate_fridays);
  EXPECT_LT(laboratory_days.volume_spread, 0.10);  // 0.32 with Fridays and closed days
}

}  // namespace
}  // namespace gridpact::fleet
