#include "gridpact/fleet/controller.hpp"

#include <cmath>
#include <numeric>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

constexpr double no_limit_kw = 1e9;

double largest_deviation_kw(const Tracking& tracking, const std::vector<double>& target_kw) {
  double largest = 0.0;
  for (std::size_t t = 0; t < target_kw.size(); ++t) {
    largest = std::max(largest, std::abs(tracking.charge_kw[t] - target_kw[t]));
  }
  return largest;
}

/// A fleet like a workplace's: arrivals in the morning, long stays.
Fleet workplace(std::uint64_t seed, std::size_t cars) {
  RandomStream random(seed, 0);
  Fleet fleet;
  for (std::size_t i = 0; i < cars; ++i) {
    const double arrival_h = std::min(20.0, std::max(5.0, 8.5 + 1.5 * random.normal()));
    const double departure_h = std::min(24.0, arrival_h + 2.0 + 8.0 * random.uniform());
    const double energy_kwh =
        std::min(2.0 + 20.0 * random.uniform(), 7.2 * (departure_h - arrival_h));
    fleet.push_back({arrival_h, departure_h, energy_kwh, 7.2});
  }
  return fleet;
}

std::vector<double> mixed_target(const Fleet& fleet, const TimeGrid& horizon) {
  std::vector<double> early(horizon.count), late(horizon.count), noon(horizon.count);
  for (std::size_t t = 0; t < horizon.count; ++t) {
    early[t] = static_cast<double>(t);
    late[t] = -static_cast<double>(t);
    noon[t] = std::abs(static_cast<double>(t) - 12.0);
  }
  const std::vector<Schedule> vertices{best_response(fleet, horizon, early),
                                       best_response(fleet, horizon, late),
                                       best_response(fleet, horizon, noon)};
  const std::vector<double> weights{0.3, 0.3, 0.4};
  return combine(vertices, weights).total_kw;
}

RC_GTEST_PROP(Controller, ServesEveryDriverWithinEveryLimit, ()) {
  const auto horizon = *rc::gen::element(hours(12), quarters(20), hours(23), hours(25));
  const auto forecast = *a_fleet(horizon);
  const auto actual = *a_fleet(horizon);
  const auto target = best_response(forecast, horizon, *prices(horizon)).total_kw;
  const auto tracking = Controller(forecast, horizon, target, no_limit_kw).follow(actual);
  RC_ASSERT(is_feasible(actual, horizon, tracking.car_kw, 1e-6));
  RC_ASSERT(tracking.cars_short == 0U);
  RC_ASSERT(tracking.energy_undelivered_kwh < 1e-6);
  RC_ASSERT(std::abs(tracking.energy_wanted_kwh - wanted_kwh(actual)) < 1e-9);
  for (std::size_t t = 0; t < horizon.count; ++t) {
    double sum_kw = 0.0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      sum_kw += tracking.car_kw(i, t);
    }
    RC_ASSERT(std::abs(sum_kw - tracking.charge_kw[t]) < 1e-9);
  }
}

RC_GTEST_PROP(Controller, KnowsNothingOfCarsThatArriveLater, ()) {
  const auto horizon = hours(12);
  const auto forecast = *a_fleet(horizon);
  const auto target = best_response(forecast, horizon, *prices(horizon)).total_kw;
  const Controller controller(forecast, horizon, target, *rc::gen::element(15.0, no_limit_kw));
  auto one = *a_fleet(horizon);
  const auto now = *rc::gen::inRange<std::size_t>(1, horizon.count);
  const auto later = [&](const Car& car) { return car.arrival_h >= static_cast<double>(now); };
  auto other = one;
  std::erase_if(other, later);
  const auto others_later = *a_fleet(horizon, static_cast<double>(now));
  other.insert(other.end(), others_later.begin(), others_later.end());
  const auto a = controller.follow(one).charge_kw;
  const auto b = controller.follow(other).charge_kw;
  for (std::size_t t = 0; t < now; ++t) {
    RC_ASSERT(a[t] == b[t]);
  }
}

RC_GTEST_PROP(Controller, TheOrderOfTheCarsChangesNothing, ()) {
  const auto horizon = hours(12);
  const auto forecast = *a_fleet(horizon);
  const auto actual = *a_fleet(horizon);
  const auto target = best_response(forecast, horizon, *prices(horizon)).total_kw;
  const Controller controller(forecast, horizon, target, *rc::gen::element(15.0, no_limit_kw));
  auto reversed = actual;
  std::reverse(reversed.begin(), reversed.end());
  RC_ASSERT(controller.follow(actual).charge_kw == controller.follow(reversed).charge_kw);
}

RC_GTEST_PROP(Controller, NeverExceedsTheConnection, ()) {
  const auto horizon = hours(12);
  const auto forecast = *a_fleet(horizon);
  const auto actual = *a_fleet(horizon);
  const double connection_kw = *number(1.0, 40.0);
  const auto target = best_response(forecast, horizon, *prices(horizon)).total_kw;
  const auto tracking = Controller(forecast, horizon, target, connection_kw).follow(actual);
  double delivered_kwh = 0.0;
  for (std::size_t t = 0; t < horizon.count; ++t) {
    RC_ASSERT(tracking.charge_kw[t] <= connection_kw + 1e-9);
    delivered_kwh += tracking.charge_kw[t];
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    for (std::size_t t = 0; t < horizon.count; ++t) {
      RC_ASSERT(tracking.car_kw(i, t) >= 0.0);
      RC_ASSERT(tracking.car_kw(i, t) <= actual[i].limit_kw(t, 1.0) + 1e-9);
    }
  }
  RC_ASSERT(std::abs(delivered_kwh + tracking.energy_undelivered_kwh - wanted_kwh(actual)) < 1e-6);
}

TEST(Controller, BeginsEarlyWhereTheConnectionWouldBeTooSmallLater) {
  // Three cars until 4 o'clock, 4 kWh each at up to 4 kW; planned for the last hour, but the
  // connection takes 4 kW: 12 kWh need three hours.
  const Fleet fleet(3, Car{0.0, 4.0, 4.0, 4.0});
  const std::vector<double> target{0.0, 0.0, 0.0, 12.0};
  const auto tracking = Controller(fleet, hours(4), target, 4.0).follow(fleet);
  EXPECT_EQ(tracking.cars_short, 0U);
  EXPECT_NEAR(tracking.energy_undelivered_kwh, 0.0, 1e-9);
  EXPECT_LE(*std::max_element(tracking.charge_kw.begin(), tracking.charge_kw.end()), 4.0 + 1e-9);
}

TEST(Controller, SharesAShortageOutWhereNobodyCouldServeAll) {
  const Fleet fleet(3, Car{0.0, 1.0, 4.0, 4.0});
  const auto tracking = Controller(fleet, hours(1), std::vector{12.0}, 6.0).follow(fleet);
  EXPECT_DOUBLE_EQ(tracking.charge_kw[0], 6.0);
  EXPECT_EQ(tracking.cars_short, 3U);
  EXPECT_NEAR(tracking.energy_undelivered_kwh, 6.0, 1e-9);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(tracking.car_kw(i, 0), 2.0, 1e-9);
  }
}

TEST(Controller, AnExpectedFleetFollowsItsTarget) {
  const auto horizon = hours(24);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto fleet = workplace(seed, 150);
    const auto target = mixed_target(fleet, horizon);
    const double mean_kw = total(target) / 24.0;
    const auto tracking = Controller(fleet, horizon, target, no_limit_kw).follow(fleet);
    // What remains is the price of not knowing who comes: the split of the target over the cars
    // that fits the later arrivals too is only known afterwards.
    EXPECT_LT(largest_deviation_kw(tracking, target), 0.15 * mean_kw) << seed;
  }
}

TEST(Controller, CarsThatAreAllThereFollowExactlyWhatIsPossible) {
  // All present from the start, target anywhere within their power: no deviation at all.
  Fleet fleet;
  for (int i = 0; i < 20; ++i) {
    fleet.push_back({0.0, 12.0, 6.0 + i, 7.2});
  }
  const auto horizon = hours(12);
  std::vector<double> price(12);
  std::iota(price.begin(), price.end(), 0.0);
  const auto early = best_response(fleet, horizon, price);
  std::reverse(price.begin(), price.end());
  const std::vector<Schedule> ends{early, best_response(fleet, horizon, price)};
  for (const double share : {0.0, 0.3, 1.0}) {
    const auto target = combine(ends, std::vector{share, 1.0 - share}).total_kw;
    const auto tracking = Controller(fleet, horizon, target, no_limit_kw).follow(fleet);
    EXPECT_LT(largest_deviation_kw(tracking, target), 1e-9) << share;
  }
}

TEST(Controller, SpreadsASurplusEvenlyOverTheDay) {
  // Ten cars were planned, fifteen stand there from the start until the end.
  const Fleet forecast(10, Car{0.0, 10.0, 10.0, 7.0});
  const Fleet actual(15, Car{0.0, 10.0, 10.0, 7.0});
  const std::vector<double> target(10, 10.0);
  const auto tracking = Controller(forecast, hours(10), target, no_limit_kw).follow(actual);
  for (const double charge_kw : tracking.charge_kw) {
    EXPECT_NEAR(charge_kw, 15.0, 1e-9);
  }
  const auto nobody = Controller(forecast, hours(10), target, no_limit_kw).follow({});
  EXPECT_EQ(nobody.charge_kw, std::vector<double>(10, 0.0));
}

TEST(Controller, PreparesForAPeakByKeepingManyCarsHungry) {
  // Peak of 4 cars at full power in the last hour. Charging one car to the end before would leave
  // three for the peak.
  const Fleet fleet(4, Car{0.0, 3.0, 8.0, 7.0});
  const std::vector<double> target{2.0, 2.0, 28.0};
  const auto tracking = Controller(fleet, hours(3), target, no_limit_kw).follow(fleet);
  EXPECT_LT(largest_deviation_kw(tracking, target), 1e-9);
}

}  // namespace
}  // namespace gridpact::fleet
