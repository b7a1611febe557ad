#include "gridpact/fleet/deviation.hpp"

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

namespace gridpact::fleet {
namespace {

using namespace testing;

TEST(DeviationHistory, IsRealisedLessTargetWhateverTheNumberOfThreads) {
  RandomStream random(1, 0);
  SessionHistory history;
  for (long day = monday; day < monday + 28; ++day) {
    for (std::size_t k = random.poisson(20.0); k > 0; --k) {
      add_sessions(history, day, 1, 7.0 + 6.0 * random.uniform(), 1.0 + 8.0 * random.uniform(),
                   7.0);
    }
  }
  const auto problem = case_with(history, 50, "2024-06-13T00:00:00+02:00", 24, "Europe/Berlin");
  const FleetSource source(problem, StationId{0});
  const auto forecast = source.forecast();
  const auto target = uncontrolled_kw(forecast, problem.horizon);
  const Controller controller(forecast, problem.horizon, target, 1e6);

  const auto one = deviation_history(source, controller, 30, 9, 1);
  ASSERT_EQ(one.rows(), 30U);
  ASSERT_EQ(one.cols(), 24U);
  EXPECT_EQ(one, deviation_history(source, controller, 30, 9, 4));
  EXPECT_FALSE(one == deviation_history(source, controller, 30, 10, 1));

  auto stream = day_stream(9, DayUse::learning, StationId{0}, 17);
  const auto charge_kw = controller.follow(source.sample(stream)).charge_kw;
  for (std::size_t t = 0; t < 24; ++t) {
    EXPECT_EQ(one(17, t), charge_kw[t] - target[t]);
  }
}

}  // namespace
}  // namespace gridpact::fleet
