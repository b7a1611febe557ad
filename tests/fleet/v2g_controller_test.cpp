// The controller with cars that discharge, its rules of fairness, and who leaves short. Schedules
// are replayed car by car by a simulator that shares no code with the fleet module.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fleet/fleets.hpp"
#include "fleet/simulator.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/controller.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

constexpr double no_limit_kw = 1e9;

rc::Gen<Fairness> any_rule() {
  return rc::gen::element(Fairness::least_slack, Fairness::least_laxity,
                          Fairness::earliest_departure, Fairness::proportional, Fairness::priority);
}

rc::Gen<Kind> any_kind() {
  return rc::gen::element(Kind::sessions, Kind::one_way, Kind::v2g, Kind::lossy, Kind::mixed);
}

RandomStream drawn_stream() {
  return {static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000'000)), 0};
}

Fleet drawn_fleet(RandomStream& random, const TimeGrid& horizon, Kind kind) {
  auto fleet = random_fleet(random, horizon, random.index(12), kind);
  for (auto& car : fleet) {
    car.priority = static_cast<int>(random.index(3));
  }
  return fleet;
}

std::vector<double> some_target(RandomStream& random, const Fleet& fleet, const TimeGrid& horizon) {
  std::vector<double> price(horizon.count);
  for (double& value : price) {
    value = 0.4 * random.uniform() - 0.1;
  }
  return best_response(fleet, horizon, price).total_kw;
}

RC_GTEST_PROP(V2gController, ServesEveryDriverUnderEveryRule, ()) {
  auto random = drawn_stream();
  const auto horizon = random.index(2) == 0 ? hours(12) : quarters(24);
  const auto forecast = drawn_fleet(random, horizon, *any_kind());
  const auto actual = drawn_fleet(random, horizon, *any_kind());
  const auto target = some_target(random, forecast, horizon);
  const Controller controller(forecast, horizon, target, no_limit_kw, *any_rule());
  const auto tracking = controller.follow(actual);
  RC_ASSERT(tracking.cars_short == 0U);
  for (std::size_t i = 0; i < actual.size(); ++i) {
    RC_ASSERT(trouble_of(actual[i], tracking.car_kw.row(i), horizon.period_h()) == "");
    RC_ASSERT(tracking.short_kwh[i] < 1e-6);
  }
  for (std::size_t t = 0; t < horizon.count; ++t) {
    double sum_kw = 0.0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      sum_kw += tracking.car_kw(i, t);
    }
    RC_ASSERT(std::abs(sum_kw - tracking.charge_kw[t]) < 1e-9);
  }
}

RC_GTEST_PROP(V2gController, KnowsNothingOfCarsThatArriveLater, ()) {
  auto random = drawn_stream();
  const auto horizon = hours(12);
  const auto forecast = drawn_fleet(random, horizon, Kind::v2g);
  const auto target = some_target(random, forecast, horizon);
  const Controller controller(forecast, horizon, target, *rc::gen::element(15.0, no_limit_kw),
                              *any_rule());
  const auto one = drawn_fleet(random, horizon, Kind::mixed);
  const auto now = 1.0 + static_cast<double>(random.index(11));
  const auto later = [&](const Car& car) { return car.arrival_h >= now; };
  auto other = one;
  std::erase_if(other, later);
  for (const auto& car : drawn_fleet(random, horizon, Kind::lossy)) {
    if (later(car)) {
      other.push_back(car);
    }
  }
  const auto a = controller.follow(one).charge_kw;
  const auto b = controller.follow(other).charge_kw;
  for (std::size_t t = 0; static_cast<double>(t) < now; ++t) {
    RC_ASSERT(a[t] == b[t]);
  }
}

RC_GTEST_PROP(V2gController, KeepsTheConnectionBothWaysAndTellsWhoIsShort, ()) {
  auto random = drawn_stream();
  const auto horizon = hours(12);
  const auto forecast = drawn_fleet(random, horizon, Kind::v2g);
  const auto actual = drawn_fleet(random, horizon, *any_kind());
  const double connection_kw = *number(1.0, 40.0);
  const Controller controller(forecast, horizon, some_target(random, forecast, horizon),
                              connection_kw, *any_rule());
  const auto tracking = controller.follow(actual);
  for (const double power_kw : tracking.charge_kw) {
    RC_ASSERT(std::abs(power_kw) <= connection_kw + 1e-9);
  }
  RC_ASSERT(std::abs(total(tracking.short_kwh) - tracking.energy_undelivered_kwh) < 1e-9);
  for (std::size_t i = 0; i < actual.size(); ++i) {
    // With the wish lowered by what it is short of, the car's day is a valid one.
    auto car = actual[i];
    RC_ASSERT(tracking.short_kwh[i] >= 0.0);
    car.energy_kwh -= tracking.short_kwh[i];
    RC_ASSERT(trouble_of(car, tracking.car_kw.row(i), 1.0) == "");
  }
}

Car v2g_car(double arrival_h, double departure_h, double energy_kwh) {
  Battery battery;
  battery.capacity_kwh = 60.0;
  battery.arrival_kwh = 30.0;
  battery.v2g_consent = true;
  battery.discharge_max_kw = 10.0;
  battery.v2g_min_kwh = 15.0;
  return {arrival_h, departure_h, energy_kwh, 10.0, battery};
}

TEST(V2gController, FollowsATargetThatFeedsTheGrid) {
  // Three cars that are there all day: they give at noon and are full in the evening.
  const Fleet fleet(3, v2g_car(0.0, 12.0, 10.0));
  std::vector<double> target(12, 0.0);
  target[4] = -20.0;
  target[5] = -20.0;
  target[9] = 30.0;
  target[10] = 30.0;
  target[11] = 10.0;
  const auto tracking = Controller(fleet, hours(12), target, no_limit_kw).follow(fleet);
  for (std::size_t t = 0; t < 12; ++t) {
    EXPECT_NEAR(tracking.charge_kw[t], target[t], 1e-9) << t;
  }
  EXPECT_EQ(tracking.cars_short, 0U);
}

TEST(V2gController, NeverGivesWhatADriverNeeds) {
  // 15 kWh above the minimum, but the car leaves in two hours with 10 kWh more than it came with.
  const Fleet fleet{v2g_car(0.0, 2.0, 10.0)};
  const auto tracking =
      Controller(fleet, hours(4), std::vector{-10.0, -10.0, 0.0, 0.0}, no_limit_kw).follow(fleet);
  EXPECT_NEAR(tracking.charge_kw[0], 5.0, 1e-9);  // what can not be helped is spread evenly
  EXPECT_NEAR(tracking.charge_kw[1], 5.0, 1e-9);
  EXPECT_EQ(tracking.cars_short, 0U);
}

TEST(V2gController, ACarWithoutConsentDoesNotGive) {
  auto refusing = v2g_car(0.0, 12.0, 0.0);
  refusing.battery->v2g_consent = false;
  const Fleet fleet{refusing, v2g_car(0.0, 12.0, -12.0)};  // may leave with 12 kWh less
  const auto tracking =
      Controller(fleet, hours(12), std::vector<double>(12, -1.0), no_limit_kw).follow(fleet);
  EXPECT_LT(total(tracking.charge_kw), -10.0);
  for (std::size_t t = 0; t < 12; ++t) {
    EXPECT_GE(tracking.car_kw(0, t), 0.0);
  }
}

TEST(V2gController, AFleetThatComesAsForecastFollowsItsV2gTarget) {
  const auto horizon = quarters(96);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RandomStream random(seed, 0);
    const auto fleet = random_fleet(random, horizon, 200, Kind::v2g);
    const auto target = some_target(random, fleet, horizon);
    const auto tracking = Controller(fleet, horizon, target, no_limit_kw).follow(fleet);
    double deviation = 0.0, moved = 0.0;
    for (std::size_t t = 0; t < 96; ++t) {
      deviation += std::abs(tracking.charge_kw[t] - target[t]);
      moved += std::abs(target[t]);
    }
    // Prices without any order, so that every car is used to the full: what a causal controller
    // misses of it is told, not hidden.
    EXPECT_LT(deviation / moved, 0.2) << seed;
    EXPECT_EQ(tracking.cars_short, 0U);
  }
}

/// What the first of three hours gives to three cars when there is not enough for all.
std::vector<double> first_hour(Fairness rule, const Fleet& fleet, double power_kw) {
  const std::vector<double> target{power_kw, 30.0 - power_kw, 0.0, 0.0};
  const auto tracking = Controller(fleet, hours(4), target, no_limit_kw, rule).follow(fleet);
  std::vector<double> out;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    out.push_back(tracking.car_kw(i, 0));
  }
  return out;
}

TEST(Fairness, RulesDifferInWhoComesFirst) {
  Fleet fleet{{0.0, 4.0, 8.0, 10.0}, {0.0, 3.0, 6.0, 10.0}, {0.0, 4.0, 16.0, 10.0}};
  fleet[0].priority = 1;
  const auto early = first_hour(Fairness::earliest_departure, fleet, 6.0);
  EXPECT_NEAR(early[1], 6.0, 1e-9);
  const auto alike = first_hour(Fairness::proportional, fleet, 6.0);
  EXPECT_NEAR(alike[0], 6.0 * 8.0 / 24.0, 1e-9);
  EXPECT_NEAR(alike[1], 6.0 * 6.0 / 24.0, 1e-9);
  EXPECT_NEAR(alike[2], 6.0 * 10.0 / 24.0, 1e-9);
  const auto chosen = first_hour(Fairness::priority, fleet, 6.0);
  EXPECT_NEAR(chosen[0], 6.0, 1e-9);
  // Laxities: 3.2, 2.4 and 2.4 hours.
  const auto urgent = first_hour(Fairness::least_laxity, fleet, 6.0);
  EXPECT_NEAR(urgent[0], 0.0, 1e-9);
  EXPECT_NEAR(urgent[1], 3.0, 1e-9);
  EXPECT_NEAR(urgent[2], 3.0, 1e-9);
}

TEST(Fairness, AShortageFallsOnTheLastInTheOrder) {
  Fleet fleet(3, Car{0.0, 1.0, 4.0, 4.0});
  fleet[1].priority = 5;
  const auto tracking =
      Controller(fleet, hours(1), std::vector{12.0}, 6.0, Fairness::priority).follow(fleet);
  EXPECT_NEAR(tracking.car_kw(1, 0), 4.0, 1e-9);
  EXPECT_NEAR(tracking.short_kwh[0], 3.0, 1e-9);
  EXPECT_NEAR(tracking.short_kwh[1], 0.0, 1e-9);
  EXPECT_NEAR(tracking.short_kwh[2], 3.0, 1e-9);
}

}  // namespace
}  // namespace gridpact::fleet
