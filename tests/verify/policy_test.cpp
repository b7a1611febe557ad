#include "gridpact/verify/policy.hpp"

#include "verify/small_case.hpp"
#include <gtest/gtest.h>

namespace gridpact::verify {
namespace {

// The generator takes 0.4 and holds 40 kW each way, the substation 0.6 and 60 kW.
class Policy : public ::testing::Test {
 protected:
  Case problem_ = testing::two_node_case(1);
  Plan plan_ = testing::plan_for(problem_, 100.0);
};

TEST_F(Policy, SharesADeviationWithinTheReserve) {
  const auto out = answer(plan_, 0, -70.0);
  EXPECT_DOUBLE_EQ(out.generator_kw[0], -28.0);
  EXPECT_NEAR(out.beyond_reserve_kw, 0.0, 1e-12);
}

TEST_F(Policy, StopsAtTheReserveEachWay) {
  const auto up = answer(plan_, 0, 150.0);
  EXPECT_DOUBLE_EQ(up.generator_kw[0], 40.0);
  EXPECT_DOUBLE_EQ(up.beyond_reserve_kw, 50.0);
  const auto down = answer(plan_, 0, -150.0);
  EXPECT_DOUBLE_EQ(down.generator_kw[0], -40.0);
  EXPECT_DOUBLE_EQ(down.beyond_reserve_kw, -50.0);
}

TEST_F(Policy, OneProviderMayStopBeforeTheOthers) {
  plan_.generators[0].up_reserve_kw[0] = 10.0;
  const auto out = answer(plan_, 0, 100.0);
  EXPECT_DOUBLE_EQ(out.generator_kw[0], 10.0);
  EXPECT_DOUBLE_EQ(out.beyond_reserve_kw, 30.0);
}

// A solver may leave a hair below zero.
TEST_F(Policy, TakesANegativeReserveForNone) {
  plan_.generators[0].up_reserve_kw[0] = -1e-9;
  plan_.generators[0].down_reserve_kw[0] = -1e-9;
  EXPECT_EQ(answer(plan_, 0, 5.0).generator_kw[0], 0.0);
  EXPECT_EQ(answer(plan_, 0, -5.0).generator_kw[0], 0.0);
}

}  // namespace
}  // namespace gridpact::verify
