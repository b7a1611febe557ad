#include "gridpact/fleet/source.hpp"

#include <cmath>
#include <set>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

namespace gridpact::fleet {
namespace {

using namespace testing;

/// Eight weeks of varied sessions.
SessionHistory varied(std::uint64_t seed) {
  RandomStream random(seed, 0);
  SessionHistory history;
  for (long day = monday; day < monday + 56; ++day) {
    const auto count = random.poisson(weekday_of(day) <= 5 ? 30.0 : 5.0);
    for (std::size_t k = 0; k < count; ++k) {
      add_sessions(history, day, 1, 6.0 + 12.0 * random.uniform(), 0.5 + 9.0 * random.uniform(),
                   3.0 + 20.0 * random.uniform());
    }
  }
  return history;
}

Case ordinary(SessionHistory history, std::size_t cars) {
  return case_with(std::move(history), cars, "2024-06-13T00:00:00+02:00", 24, "Europe/Berlin");
}

/// The one car of a history with one session, on a day of Europe/Berlin.
Fleet one_car(double arrival_h, double stay_h, const std::string& start, std::size_t periods) {
  SessionHistory history;
  add_sessions(history, monday, 1, arrival_h, stay_h, 5.0);
  return FleetSource(case_with(history, 1, start, periods, "Europe/Berlin"), StationId{0})
      .forecast();
}

TEST(FleetSource, PutsArrivalsByTheClockAndKeepsTheRealStay) {
  const auto ordinary_day = one_car(8.5, 4.0, "2024-06-13T00:00:00+02:00", 24);
  ASSERT_EQ(ordinary_day.size(), 1U);
  EXPECT_DOUBLE_EQ(ordinary_day[0].arrival_h, 8.5);
  EXPECT_DOUBLE_EQ(ordinary_day[0].departure_h, 12.5);
  EXPECT_DOUBLE_EQ(ordinary_day[0].energy_kwh, 5.0);
  EXPECT_DOUBLE_EQ(ordinary_day[0].charge_max_kw, 7.2);
}

TEST(FleetSource, KnowsDaysOf23And25Hours) {
  const std::string spring = "2024-03-31T00:00:00+01:00", autumn = "2024-10-27T00:00:00+02:00";
  EXPECT_DOUBLE_EQ(one_car(8.5, 4.0, spring, 23)[0].arrival_h, 7.5);
  EXPECT_DOUBLE_EQ(one_car(8.5, 4.0, spring, 23)[0].departure_h, 11.5);
  EXPECT_DOUBLE_EQ(one_car(1.5, 4.0, spring, 23)[0].arrival_h, 1.5);
  EXPECT_DOUBLE_EQ(one_car(2.5, 4.0, spring, 23)[0].arrival_h, 2.5) << "2:30 is skipped: 3:30";
  EXPECT_DOUBLE_EQ(one_car(22.0, 4.0, spring, 23)[0].departure_h, 23.0);
  EXPECT_DOUBLE_EQ(one_car(8.5, 4.0, autumn, 25)[0].arrival_h, 9.5);
  EXPECT_DOUBLE_EQ(one_car(2.5, 4.0, autumn, 25)[0].arrival_h, 2.5) << "the first 2:30";
  EXPECT_DOUBLE_EQ(one_car(1.0, 4.0, autumn, 25)[0].departure_h, 5.0);
  EXPECT_DOUBLE_EQ(one_car(23.0, 4.0, autumn, 25)[0].departure_h, 25.0);
}

TEST(FleetSource, CountsWhatItLowersAndCuts) {
  SessionHistory history;
  add_sessions(history, monday, 1, 8.0, 4.0, 10.0);    // as it is
  add_sessions(history, monday, 1, 9.0, 1.0, 10.0);    // 7.2 kWh in an hour
  add_sessions(history, monday, 1, 22.0, 10.0, 30.0);  // 14.4 kWh until midnight
  add_sessions(history, monday, 1, 23.0, 10.0, 3.0);   // cut stay, but time enough
  const FleetSource source(ordinary(history, 4), StationId{0});
  const auto& summary = source.summary();
  EXPECT_EQ(summary.days, 1U);
  EXPECT_EQ(summary.sessions, 4U);
  EXPECT_EQ(summary.sessions_lowered, 1U);
  EXPECT_NEAR(summary.energy_lowered_kwh, 2.8, 1e-12);
  EXPECT_EQ(summary.sessions_cut, 1U);
  EXPECT_NEAR(summary.energy_cut_kwh, 15.6, 1e-12);
  EXPECT_EQ(summary.sessions_outside, 0U);
  EXPECT_NEAR(summary.energy_kwh, 10.0 + 7.2 + 14.4 + 3.0, 1e-12);
  const auto fleet = source.forecast();
  ASSERT_EQ(fleet.size(), 4U);
  EXPECT_NEAR(wanted_kwh(fleet), summary.energy_kwh, 1e-12);
  for (const auto& car : fleet) {
    EXPECT_LE(car.departure_h, 24.0);
  }
}

TEST(FleetSource, AHorizonFromSevenToSevenHasTheCarsOfTwoDays) {
  SessionHistory history;
  add_sessions(history, monday, 1, 5.0, 1.0, 2.0);
  add_sessions(history, monday, 1, 20.0, 8.0, 2.0);
  const FleetSource source(case_with(history, 2, "2024-06-12T07:00:00+02:00", 24, "Europe/Berlin"),
                           StationId{0});
  const auto fleet = source.forecast();
  ASSERT_EQ(fleet.size(), 2U);
  EXPECT_DOUBLE_EQ(fleet[0].arrival_h, 13.0);
  EXPECT_DOUBLE_EQ(fleet[0].departure_h, 21.0);
  EXPECT_DOUBLE_EQ(fleet[1].arrival_h, 22.0);
  EXPECT_EQ(source.summary().sessions_outside, 2U);
}

TEST(FleetSource, DoesNotLookAheadWhereTheHistoryReachesThePlannedDay) {
  SessionHistory history;
  const long planned = local_time(*parse_instant("2024-06-13T12:00:00Z"), "UTC").days_since_epoch;
  add_sessions(history, planned - 1, 3, 8.0, 4.0, 1.0);
  add_sessions(history, planned, 3, 8.0, 4.0, 2.0);
  add_sessions(history, planned + 1, 3, 8.0, 4.0, 2.0);
  const FleetSource source(ordinary(history, 10), StationId{0});
  EXPECT_EQ(source.summary().days, 1U);
  EXPECT_NEAR(wanted_kwh(source.forecast()), 10.0, 1e-12);
}

TEST(FleetSource, ForecastIsTypical) {
  const FleetSource source(ordinary(varied(3), 200), StationId{0});
  const auto fleet = source.forecast();
  ASSERT_EQ(fleet.size(), 200U);
  const auto& summary = source.summary();
  const double mean_kwh = summary.energy_kwh / static_cast<double>(summary.sessions);
  EXPECT_NEAR(wanted_kwh(fleet) / 200.0 / mean_kwh, 1.0, 0.002);
  EXPECT_EQ(fleet, source.forecast());
  EXPECT_TRUE(std::is_sorted(fleet.begin(), fleet.end(),
                             [](const Car& a, const Car& b) { return a.arrival_h < b.arrival_h; }));
}

TEST(FleetSource, SamplesAreDeterministicWholeSessionsWithTheRightMean) {
  const FleetSource source(ordinary(varied(3), 200), StationId{0});
  const FleetSource everything(ordinary(varied(3), 100000), StationId{0});
  std::set<std::tuple<double, double, double>> sessions;
  for (const auto& car : everything.forecast()) {
    sessions.insert({car.arrival_h, car.departure_h, car.energy_kwh});
  }
  double cars = 0.0, energy_kwh = 0.0;
  constexpr int days = 2000;
  for (int day = 0; day < days; ++day) {
    auto random = day_stream(5, DayUse::judging, StationId{0}, static_cast<std::uint64_t>(day));
    const auto fleet = source.sample(random);
    cars += static_cast<double>(fleet.size());
    energy_kwh += wanted_kwh(fleet);
    if (day < 20) {
      auto again = day_stream(5, DayUse::judging, StationId{0}, static_cast<std::uint64_t>(day));
      EXPECT_EQ(fleet, source.sample(again));
      for (const auto& car : fleet) {
        EXPECT_TRUE(sessions.contains({car.arrival_h, car.departure_h, car.energy_kwh}));
      }
    }
  }
  EXPECT_NEAR(cars / days, 200.0, 2.0);
  EXPECT_NEAR(energy_kwh / days / wanted_kwh(source.forecast()), 1.0, 0.015);
}

TEST(FleetSource, AStationWithoutHistoryHasNoCars) {
  const FleetSource source(ordinary({}, 200), StationId{0});
  auto random = day_stream(5, DayUse::judging, StationId{0}, 0);
  EXPECT_TRUE(source.forecast().empty());
  EXPECT_TRUE(source.sample(random).empty());
}

TEST(DayStream, StreamsOfNeighbouringDaysAndStationsAreUnrelated) {
  constexpr std::uint64_t days = 4000;
  const auto correlation = [&](auto first, auto second) {
    double sum = 0.0;
    for (std::uint64_t day = 0; day < days; ++day) {
      sum += (first(day) - 0.5) * (second(day) - 0.5) * 12.0;
    }
    return sum / static_cast<double>(days);
  };
  const auto draw = [](std::uint64_t seed, DayUse use, std::size_t station) {
    return
        [=](std::uint64_t day) { return day_stream(seed, use, StationId{station}, day).uniform(); };
  };
  const auto base = draw(1, DayUse::judging, 0);
  const double noise = 4.0 / std::sqrt(static_cast<double>(days));
  EXPECT_LT(std::abs(correlation(base, [&](std::uint64_t day) { return base(day + 1); })), noise);
  EXPECT_LT(std::abs(correlation(base, draw(1, DayUse::judging, 1))), noise);
  EXPECT_LT(std::abs(correlation(base, draw(1, DayUse::learning, 0))), noise);
  EXPECT_LT(std::abs(correlation(base, draw(2, DayUse::judging, 0))), noise);
}

}  // namespace
}  // namespace gridpact::fleet
