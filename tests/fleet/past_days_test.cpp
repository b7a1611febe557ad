#include "gridpact/fleet/past_days.hpp"

#include <cmath>

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
  for (long day = monday; day < monday + 7L * 60; ++day) {
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

constexpr std::uint64_t histories = 16;  // one history's estimate is itself a throw of dice

TEST(PastDays, TakesCountingNoiseOut) {
  double spread_square = 0.0, volume_variance = 0.0, own_share = 0.0;
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    RandomStream random(seed, 0);
    const auto history = weeks([&](long) { return random.poisson(30.0); });
    const auto past = past_days_like(history, monday + 3);
    spread_square += past.volume_spread * past.volume_spread / histories;
    volume_variance += variance_of_volume(past) / histories;
    own_share += past.days.front().own_share / histories;
  }
  // The noise has variance 1/30 = 0.033; the estimate of what is beyond it, at least 0, has a
  // standard deviation of 0.003 over histories.
  EXPECT_LT(spread_square, 0.003);
  EXPECT_LT(volume_variance, 0.003);
  EXPECT_LT(own_share, 0.1);
}

TEST(PastDays, KeepsWhatIsBeyondCountingNoise) {
  double spread = 0.0, volume_variance = 0.0, own_share = 0.0, mean_volume = 0.0, closed = 0.0;
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    RandomStream random(seed, 0);
    SessionHistory history;
    for (long day = monday; day < monday + 7L * 60; ++day) {
      const double level = std::max(0.0, 1.0 + 0.3 * random.normal());
      const double mood = 12.0 + 1.5 * random.normal();
      for (auto count = random.poisson(40.0 * level); count > 0; --count) {
        add_sessions(history, day, 1, 8.0, 8.0, std::max(0.0, mood + 4.0 * random.normal()));
      }
    }
    const auto past = past_days_like(history, monday + 3);
    spread += past.volume_spread / histories;
    volume_variance += variance_of_volume(past) / histories;
    closed += static_cast<double>(past.closed_days) / histories;
    for (const auto& day : past.days) {
      mean_volume += day.volume / static_cast<double>(past.days.size()) / histories;
      own_share += day.own_share / static_cast<double>(past.days.size()) / histories;
    }
  }
  EXPECT_NEAR(spread, std::hypot(0.3, 1.5 / 12.0), 0.015);
  EXPECT_NEAR(std::sqrt(volume_variance), 0.3, 0.015);
  EXPECT_NEAR(mean_volume, 1.0, 0.01);
  EXPECT_NEAR(own_share, std::sqrt(1.5 * 1.5 / (1.5 * 1.5 + 4.0 * 4.0 / 40.0)), 0.03);
  EXPECT_LT(closed, 0.5) << "days of a station that varies that much are not closed";
}

}  // namespace
}  // namespace gridpact::fleet
