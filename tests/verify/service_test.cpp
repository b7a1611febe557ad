#include "gridpact/verify/service.hpp"

#include <gtest/gtest.h>

namespace gridpact::verify {
namespace {

StationVisit visit(std::vector<std::size_t> driver, std::vector<double> missing_kwh) {
  return {std::move(driver), std::move(missing_kwh)};
}

TEST(Service, CountsCarsDaysAndDrivers) {
  ServiceTally tally;
  tally.add(visit({0, 2, 2}, {0.0, 0.5, 1.0}));  // driver 2 comes twice, and is short twice
  tally.add(visit({2, 0}, {0.0, 0.0}));
  tally.add(visit({}, {}));
  tally.add(visit({5}, {2e-4}));  // rounding
  const auto service = service_of(tally, "A", 0.99);
  EXPECT_EQ(service.station, "A");
  EXPECT_EQ(service.cars, 6U);
  EXPECT_EQ(service.cars_short, 2U);
  EXPECT_EQ(service.days_all_served.count, 3U);
  EXPECT_EQ(service.days_all_served.trials, 4U);
  EXPECT_EQ(service.drivers, 3U);
  EXPECT_EQ(service.drivers_short, 1U);
  const std::vector<std::string> names{"a", "b", "c", "d", "e", "f"};
  const auto exceptions = exceptions_of(tally, "A", names, 0.99);
  ASSERT_EQ(exceptions.size(), 1U);
  EXPECT_EQ(exceptions[0].driver, "c");
  EXPECT_EQ(exceptions[0].served.count, 1U);  // one of the two days on which it came
  EXPECT_EQ(exceptions[0].served.trials, 2U);
  EXPECT_DOUBLE_EQ(exceptions[0].missing_kwh, 1.5);
}

TEST(Service, DaysMayBeAddedInAnyOrderAndInParts) {
  const std::vector<StationVisit> days{visit({0, 1}, {0.3, 0.0}), visit({3}, {0.1}),
                                       visit({1, 0, 4}, {0.0, 0.7, 0.0})};
  ServiceTally whole, first, second;
  for (const auto& day : days) {
    whole.add(day);
  }
  second.add(days[2]);
  first.add(days[1]);
  second.add(days[0]);
  first.merge(second);
  const std::vector<std::string> names{"a", "b", "c", "d", "e"};
  const auto a = exceptions_of(whole, "S", names, 0.9), b = exceptions_of(first, "S", names, 0.9);
  ASSERT_EQ(a.size(), 2U);
  ASSERT_EQ(b.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(a[k].driver, b[k].driver);
    EXPECT_EQ(a[k].missing_kwh, b[k].missing_kwh);
    EXPECT_EQ(a[k].served.count, b[k].served.count);
  }
  EXPECT_EQ(service_of(whole, "S", 0.9).cars_short, service_of(first, "S", 0.9).cars_short);
}

}  // namespace
}  // namespace gridpact::verify
