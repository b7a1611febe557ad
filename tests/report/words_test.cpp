#include "gridpact/report/detail/words.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace gridpact::report {
namespace {

TEST(Words, NumbersAreGroupedAndRounded) {
  EXPECT_EQ(grouped(1234567.891, 1), "1,234,567.9");
  EXPECT_EQ(grouped(-1234.5, 2), "−1,234.50");
  EXPECT_EQ(grouped(999.0, 0), "999");
  EXPECT_EQ(grouped(-0.001, 1), "0.0") << "no minus sign on what rounds to zero";
  EXPECT_EQ(grouped(std::numeric_limits<double>::infinity(), 1), "none");
  EXPECT_EQ(grouped(std::uint64_t{5000}), "5,000");
  EXPECT_EQ(euros(2345.1), "2,345.10 €");
}

TEST(Words, SmallSharesKeepDigits) {
  EXPECT_EQ(percent(0.0), "0 %");
  EXPECT_EQ(percent(0.3125), "31.2 %");
  EXPECT_EQ(percent(0.0031), "0.31 %");
  EXPECT_EQ(percent(0.00004), "0.004 %");
  EXPECT_EQ(limit_percent(0.05), "5 %");
  EXPECT_EQ(limit_percent(0.0125), "1.25 %");
  EXPECT_EQ(with_interval({31, 10000, 0.0031, 0.0025, 0.0039}), "0.31 % [0.25, 0.39]");
  EXPECT_EQ(with_interval({0, 1000, 0.0, 0.0, 0.0046}), "0 % [0.00, 0.46]");
}

TEST(Words, DaysAreNamedInTheHorizonsZone) {
  TimeGrid day{*parse_instant("2016-11-24T00:00:00+01:00"), std::chrono::hours(1), 24,
               "Europe/Berlin"};
  EXPECT_EQ(days_of(day), "24 November 2016");
  day.start += std::chrono::hours(12);
  EXPECT_EQ(days_of(day), "24 November 2016, 12:00 to 25 November 2016, 12:00");
  EXPECT_EQ(first_day_of(day), "24 November 2016");
  // The night in which the clocks go back: 25 hours are one day.
  const TimeGrid autumn{*parse_instant("2016-10-30T00:00:00+02:00"), std::chrono::minutes(15), 100,
                        "Europe/Berlin"};
  EXPECT_EQ(days_of(autumn), "30 October 2016");
  EXPECT_EQ(length_of_period(autumn), "15 min");
  EXPECT_EQ(period_word(autumn), "period");
}

TEST(Words, QuantitiesCarryTheirUnit) {
  EXPECT_EQ(quantity(RowKind::voltage, 0.01234), "0.0123 pu");
  EXPECT_EQ(quantity(RowKind::branch, 6.25), "6.2 A");
  EXPECT_EQ(quantity(RowKind::reserve, 1074.5), "1,074.5 kW");
  EXPECT_EQ(quantity(RowKind::import_, std::numeric_limits<double>::infinity()), "none");
}

}  // namespace
}  // namespace gridpact::report
