#include <limits>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

ErrorHistory plain(std::size_t days) {
  return history_of(days, 4, 2, [](RandomStream& random) {
    return std::vector<double>{random.normal(), random.normal()};
  });
}

auto says(const std::string& text) { return Field(&Fault::message, HasSubstr(text)); }

TEST(FitFaults, OneDay) {
  const auto law = fit(plain(1));
  ASSERT_FALSE(law.ok());
  EXPECT_THAT(law.faults(), ElementsAre(AllOf(says("layer 'net_load'"), says("only 1 whole day(s)"),
                                              says("at least 14"), says("give a longer history"))));
}

TEST(FitFaults, NoDayAndNoSource) {
  EXPECT_THAT(fit(ErrorHistory{}).faults(),
              ElementsAre(says("no sources"), says("only 0 whole day(s)")));
}

TEST(FitFaults, TwoWeeksAreEnoughAndADayLessIsNot) {
  EXPECT_FALSE(fit(plain(least_days - 1)).ok());
  EXPECT_TRUE(fit(plain(least_days)).ok());
}

TEST(FitFaults, EveryRaggedShapeIsNamed) {
  auto history = plain(20);
  history.days[2] = Matrix(3, 2);
  history.days[7] = Matrix(4, 1);
  history.levels.assign(19, Matrix(4, 2));
  history.physical_high = Matrix(4, 2, 10.0);
  EXPECT_THAT(fit(history).faults(),
              ElementsAre(says("day 3 has 3 periods × 2 sources where 4 × 2"),
                          says("day 8 has 4 periods × 1 sources"), says("19 days have forecast"),
                          says("planned forecast level has 0 periods"),
                          says("lower physical limit has 0 periods")));
}

TEST(FitFaults, EverySourceWithValuesThatAreNoNumbersIsNamed) {
  auto history = plain(20);
  history.levels.assign(20, Matrix(4, 2));
  history.planned_level = Matrix(4, 2);
  history.days[4](1, 0) = std::numeric_limits<double>::quiet_NaN();
  history.days[9](3, 0) = std::numeric_limits<double>::infinity();
  history.levels[0](0, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(fit(history).faults(),
              ElementsAre(says("the error of source 'source 1' is not a finite number 2 time(s), "
                               "first on day 5, period 2"),
                          says("the forecast level of source 'source 2'")));
}

TEST(FitFaults, PhysicalLimitsThatCross) {
  auto history = plain(20);
  history.physical_low = Matrix(4, 2, -5.0);
  history.physical_high = Matrix(4, 2, 5.0);
  history.physical_low(2, 1) = 6.0;
  EXPECT_THAT(fit(history).faults(), ElementsAre(AllOf(says("source 2"), says("period 3"))));
}

TEST(FitFaults, OptionsWithoutSense) {
  FitOptions options;
  options.support_stretch = 0.9;
  EXPECT_THAT(fit(plain(20), options).faults(), ElementsAre(says("stretch ≥ 1")));
}

}  // namespace
}  // namespace gridpact::uncertainty
