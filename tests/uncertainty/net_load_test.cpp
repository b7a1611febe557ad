#include "gridpact/uncertainty/net_load.hpp"

#include <chrono>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::uncertainty {
namespace {

using std::chrono::hours;

using Value = std::function<double(Instant)>;

Series series_of(const std::string& name, const std::string& from, const std::string& to,
                 const Value& forecast, const Value& actual,
                 std::chrono::seconds period = hours{1}) {
  Series out;
  out.name = name;
  out.start = *parse_instant(from);
  out.period = period;
  for (Instant at = out.start; at < *parse_instant(to); at += period) {
    out.forecast.push_back(forecast(at));
    out.actual.push_back(actual(at));
  }
  return out;
}

const std::string zone = "Europe/Berlin";

double local_hour(Instant at) { return local_time(at, zone).hour_of_day(); }

/// One load (2,000 kW) and one PV plant (500 kW) from 1 October 2023 on.
Case load_and_pv(const std::string& day_start, std::size_t periods) {
  Case problem;
  problem.horizon = {*parse_instant(day_start), hours{1}, periods, zone};
  const Value half = [](Instant) { return 0.5; };
  const Value clock = [](Instant at) { return 0.5 + local_hour(at) / 1000.0; };
  const Value sun = [](Instant at) { return local_hour(at) == 12.0 ? 0.8 : 0.0; };
  const Value less_sun = [](Instant at) { return local_hour(at) == 12.0 ? 0.7 : 0.0; };
  const std::string from = "2023-10-01T00:00:00+02:00";
  const std::string to = "2024-12-01T00:00:00+01:00";
  problem.series = {series_of("demand", from, to, half, clock),
                    series_of("sun", from, to, sun, less_sun)};
  problem.load_groups = {{"village", SeriesId(0), 2000.0}};
  Renewable plant;
  plant.name = "roof";
  plant.capacity_kw = 500.0;
  plant.series = SeriesId(1);
  problem.renewables = {plant};
  return problem;
}

TEST(NetLoad, PositiveErrorIsMoreNetLoad) {
  const auto history = net_load_errors(load_and_pv("2023-10-20T00:00:00+02:00", 24)).value();
  EXPECT_EQ(history.layer, "net_load");
  EXPECT_THAT(history.sources, testing::ElementsAre("village", "roof"));
  ASSERT_EQ(history.days.size(), 19U);
  EXPECT_NEAR(history.days[0](10, 0), 20.0, 1e-9);  // 0.010 pu more load
  EXPECT_NEAR(history.days[0](12, 1), 50.0, 1e-9);  // 0.1 pu less sun
  EXPECT_EQ(history.days[0](11, 1), 0.0);
  EXPECT_EQ(history.levels[3](12, 1), 0.8);
  EXPECT_EQ(history.planned_level(12, 1), 0.8);
  EXPECT_EQ(history.planned_level(5, 0), 0.5);
}

TEST(NetLoad, PeriodsFollowTheLocalClockAcrossTheChangeOfSeason) {
  // Summer time began on 31 March 2024 (23 hours); 29 October 2023 had 25.
  const auto history = net_load_errors(load_and_pv("2024-04-10T00:00:00+02:00", 24)).value();
  EXPECT_EQ(history.days.size(), 192U - 2U);  // 1 October to 9 April
  for (const auto& day : history.days) {
    for (std::size_t t = 0; t < 24; ++t) {
      ASSERT_NEAR(day(t, 0), 2.0 * static_cast<double>(t), 1e-9);
    }
  }
}

TEST(NetLoad, PlannedDayOf23Hours) {
  const auto history = net_load_errors(load_and_pv("2024-03-31T00:00:00+01:00", 23)).value();
  for (std::size_t t = 0; t < 23; ++t) {  // the hour from 2 to 3 does not come
    EXPECT_NEAR(history.days.back()(t, 0), 2.0 * static_cast<double>(t < 2 ? t : t + 1), 1e-9);
  }
}

TEST(NetLoad, PlannedDayOf25Hours) {
  const auto history = net_load_errors(load_and_pv("2024-10-27T00:00:00+02:00", 25)).value();
  for (std::size_t t = 0; t < 25; ++t) {  // the hour from 2 to 3 comes twice
    EXPECT_NEAR(history.days.back()(t, 0), 2.0 * static_cast<double>(t < 3 ? t : t - 1), 1e-9);
  }
}

TEST(NetLoad, HorizonThatStartsInTheMorning) {
  const auto history = net_load_errors(load_and_pv("2023-10-10T07:00:00+02:00", 24)).value();
  ASSERT_EQ(history.days.size(), 9U);  // the last ends as the horizon starts
  EXPECT_NEAR(history.days[0](0, 0), 14.0, 1e-9);
  EXPECT_NEAR(history.days[0](23, 0), 12.0, 1e-9);
}

TEST(NetLoad, TwoPlannedDaysSeeOnlyPastPairsOfDays) {
  const auto history = net_load_errors(load_and_pv("2023-10-10T00:00:00+02:00", 48)).value();
  EXPECT_EQ(history.days.size(), 8U);  // pairs beginning on the 1st to the 8th
}

TEST(NetLoad, TheFutureIsNotUsed) {
  auto problem = load_and_pv("2023-11-20T00:00:00+01:00", 24);
  const auto before = net_load_errors(problem).value();
  for (auto& series : problem.series) {
    for (std::size_t i = 0; i < series.actual.size(); ++i) {
      if (series.start + series.period * static_cast<long>(i) >= problem.horizon.start) {
        series.actual[i] = 9.0;
      }
    }
  }
  const auto after = net_load_errors(problem).value();
  EXPECT_EQ(before.days, after.days);
  EXPECT_EQ(before.physical_high, after.physical_high);
}

TEST(NetLoad, QuartersOfAnHour) {
  auto problem = load_and_pv("2023-10-10T00:00:00+02:00", 96);
  problem.horizon.period = std::chrono::minutes{15};
  const Value clock = [](Instant at) { return local_hour(at) / 1000.0; };
  const Value zero = [](Instant) { return 0.0; };
  problem.series[0] = series_of("demand", "2023-10-01T10:00:00+02:00", "2023-10-12T00:00:00+02:00",
                                zero, clock, std::chrono::minutes{15});
  problem.series[1] = problem.series[0];
  const auto history = net_load_errors(problem).value();
  ASSERT_EQ(history.days.size(), 8U);  // the 1st is not whole
  EXPECT_NEAR(history.days[0](95, 0), 2.0 * 23.75, 1e-9);
}

TEST(NetLoad, PhysicalLimits) {
  const auto history = net_load_errors(load_and_pv("2023-11-20T00:00:00+01:00", 24)).value();
  EXPECT_DOUBLE_EQ(history.physical_low(3, 0), -1000.0);  // no load instead of 1,000 kW
  EXPECT_DOUBLE_EQ(history.physical_high(3, 0), 1400.0);  // 1.2 × nominal
  EXPECT_DOUBLE_EQ(history.physical_high(12, 1), 400.0);  // all sun of the forecast lost
  EXPECT_DOUBLE_EQ(history.physical_low(12, 1), -100.0);  // full sun
  EXPECT_DOUBLE_EQ(history.physical_high(0, 1), 0.0);
  EXPECT_DOUBLE_EQ(history.physical_low(0, 1), -500.0);
}

TEST(NetLoad, ALoadThatWasOnceLargerMayBeSoAgain) {
  auto problem = load_and_pv("2023-11-20T00:00:00+01:00", 24);
  problem.series[0].actual[50] = 1.5;
  const auto history = net_load_errors(problem).value();
  EXPECT_NEAR(history.physical_high(3, 0), 2000.0 * (1.1 * 1.5 - 0.5), 1e-9);
}

TEST(NetLoad, NoWholePastDayIsAFault) {
  const auto result = net_load_errors(load_and_pv("2023-10-01T00:00:00+02:00", 24));
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.faults()[0].message,
              testing::HasSubstr("no whole day before 2023-10-01T00:00:00+02:00"));
}

TEST(NetLoad, TheFitOfItKeepsTheNightDark) {
  auto problem = load_and_pv("2024-03-20T00:00:00+01:00", 24);
  double shift = 0.0;
  for (std::size_t i = 0; i < problem.series[1].actual.size(); ++i) {
    shift = std::fmod(shift + 0.037, 0.2);
    if (problem.series[1].forecast[i] > 0.0) {
      problem.series[1].actual[i] += shift;
    }
  }
  const auto law = fit(net_load_errors(problem).value()).value();
  EXPECT_EQ(law.support_low(0, 1), 0.0);
  EXPECT_EQ(law.support_high(0, 1), 0.0);
  EXPECT_GT(law.std_deviation(12, 1), 0.0);
}

}  // namespace
}  // namespace gridpact::uncertainty
