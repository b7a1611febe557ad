#include "gridpact/uncertainty/detail/conditional.hpp"

#include <cmath>

#include "uncertainty/histories.hpp"
#include <gtest/gtest.h>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {
namespace {

TEST(Conditional, APastDayHasNoPartInItsOwnMoments) {
  auto history = day_and_night(80);
  const auto before = condition(history, 20, 1);
  constexpr std::size_t day = 33;
  for (std::size_t t = 0; t < 24; ++t) {
    history.days[day](t, 2) = 25.0 * history.days[day](t, 2) + 400.0;
  }
  const auto after = condition(history, 20, 1);
  const auto mean = [&](const ConditionalErrors& c, std::size_t t, double error) {
    return error - c.standardised[day](t, 2) * c.deviation[day](t, 2);
  };
  for (std::size_t t = 8; t < 16; ++t) {
    const double error = history.days[day](t, 2);
    EXPECT_NEAR(before.deviation[day](t, 2) / before.scale[2],
                after.deviation[day](t, 2) / after.scale[2], 1e-9);
    EXPECT_NEAR(mean(before, t, (error - 400.0) / 25.0), mean(after, t, error), 1e-9);
  }
  EXPECT_GT(after.scale[2], before.scale[2]);
}

TEST(Conditional, DeviationIncludesWhatFewNeighboursLeaveUnknown) {
  // Of a normal x and n others, (x − x̄)² / s² (divisor n) has the mean (n + 1) / (n − 3).
  auto history = history_of(
      4000, 1, 1, [](RandomStream& random) { return std::vector<double>{30.0 * random.normal()}; });
  RandomStream random(5, 0);
  for (std::size_t d = 0; d < history.days.size(); ++d) {
    history.levels.emplace_back(1, 1, random.uniform());
  }
  history.planned_level = Matrix(1, 1, 0.5);
  const auto past = condition(history, 20, 0);
  EXPECT_NEAR(past.scale[0] * past.scale[0], 21.0 / 17.0, 0.05);
  FitOptions options;
  options.min_neighbours = 20;
  options.neighbour_periods = 0;
  double squares = 0.0;  // of what the law makes of days that it has not seen
  auto model = ErrorModel::learn(history, options).value();
  for (std::size_t d = 0; d < 4000; ++d) {
    const auto law = model.law({Matrix(1, 1, random.uniform()), {}, {}});
    squares += std::pow((30.0 * random.normal() - law.mean(0, 0)) / law.std_deviation(0, 0), 2);
  }
  EXPECT_NEAR(squares / 4000.0, 1.0, 0.07);
}

TEST(Conditional, WithoutLevelsNothingIsScaled) {
  auto history = day_and_night(50);
  history.levels.clear();
  history.planned_level = {};
  for (const double scale : condition(history, 20, 1).scale) {
    EXPECT_EQ(scale, 1.0);
  }
}

}  // namespace
}  // namespace gridpact::uncertainty
