#include "gridpact/fleet/call.hpp"

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

#include "gridpact/fleet/controller.hpp"

namespace gridpact::fleet {
namespace {

using testing::hours;

TEST(Call, AsksForAllOrAPartOfWhatWasSoldAndNothingElse) {
  const SoldReserve sold{{1.0, 2.0, 3.0, 4.0}, {5.0, 6.0, 0.0, 8.0}, 2};
  ASSERT_EQ(sold.begins(), 3U);
  RandomStream random(1, 0);
  int whole_up = 0, whole_down = 0, mixed = 0;
  for (int k = 0; k < 1000; ++k) {
    const auto call = draw_call(sold, 1, random);
    ASSERT_EQ(std::pair(call.begin, call.end), std::pair(std::size_t{1}, std::size_t{3}));
    EXPECT_EQ(call.move_in_kw(0), 0.0);
    EXPECT_EQ(call.move_in_kw(3), 0.0);
    for (std::size_t t = 1; t < 3; ++t) {
      ASSERT_GE(call.move_in_kw(t), -sold.up_kw[t]);
      ASSERT_LE(call.move_in_kw(t), sold.down_kw[t]);
    }
    const bool up = call.move_in_kw(1) == -2.0 && call.move_in_kw(2) == -3.0;
    const bool down = call.move_in_kw(1) == 6.0 && call.move_in_kw(2) == 0.0;
    (up ? whole_up : down ? whole_down : mixed) += 1;
  }
  EXPECT_NEAR(whole_up, 250, 60);
  EXPECT_NEAR(whole_down, 250, 60);
  EXPECT_NEAR(mixed, 500, 80);
}

// Ten cars that need 4 of 8 hours: what a call takes away (or asks for) is delivered in full, and
// made up for when it is over.
TEST(Call, IsDeliveredInFullAndMadeUpForAfterwards) {
  const auto horizon = hours(8);
  const Fleet fleet(10, Car{0.0, 8.0, 28.0, 7.0});
  const std::vector<double> target_kw(8, 35.0);
  const Controller controller(fleet, horizon, target_kw, 1e3);
  for (const double move_kw : {-35.0, 35.0}) {
    const auto day = controller.follow(fleet, Call{2, 4, {move_kw, 0.5 * move_kw}});
    EXPECT_NEAR(day.charge_kw[1], 35.0, 1e-9);
    EXPECT_NEAR(day.charge_kw[2], 35.0 + move_kw, 1e-9);
    EXPECT_NEAR(day.charge_kw[3], 35.0 + 0.5 * move_kw, 1e-9);
    for (std::size_t t = 4; t < 8; ++t) {
      EXPECT_NEAR(day.charge_kw[t], 35.0 - 1.5 * move_kw / 4.0, 1e-9);
    }
    EXPECT_EQ(day.cars_short, 0U);
  }
}

// A car that has its wish is not filled before one that lacks it.
TEST(Controller, WishesComeBeforeWhatBatteriesHoldBesides) {
  const auto horizon = hours(4);
  Battery battery;
  battery.capacity_kwh = 50.0;
  battery.arrival_kwh = 10.0;
  Car leaves_soon{0.0, 1.0, 1.0, 7.0};
  Car stays{0.0, 4.0, 20.0, 7.0};
  leaves_soon.battery = stays.battery = battery;
  const Fleet fleet{leaves_soon, stays};
  const std::vector<double> target_kw{8.0, 7.0, 6.0, 0.0};
  const auto day = Controller(fleet, horizon, target_kw, 1e3).follow(fleet);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_NEAR(day.charge_kw[t], target_kw[t], 1e-9) << t;
  }
  EXPECT_NEAR(day.car_kw(0, 0), 1.0, 1e-9);
}

}  // namespace
}  // namespace gridpact::fleet
