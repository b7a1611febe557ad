#include "gridpact/verify/tally.hpp"

#include "verify/small_case.hpp"
#include <gtest/gtest.h>

namespace gridpact::verify {
namespace {

TEST(VoltageSpread, GivesQuantilesToHalfABin) {
  VoltageSpread spread;
  for (int i = 0; i <= 1000; ++i) {
    spread.add(0.95 + 0.0001 * i);
  }
  EXPECT_NEAR(spread.quantile(0.05), 0.955, 1.5e-4);
  EXPECT_NEAR(spread.quantile(0.5), 1.0, 1.5e-4);
  EXPECT_NEAR(spread.quantile(0.95), 1.045, 1.5e-4);
  EXPECT_EQ(spread.smallest(), 0.95);
  EXPECT_DOUBLE_EQ(spread.largest(), 1.05);
}

TEST(VoltageSpread, NeverLeavesWhatWasAdded) {
  VoltageSpread spread;
  EXPECT_EQ(spread.quantile(0.5), 0.0);
  spread.add(1.00002);
  EXPECT_EQ(spread.quantile(0.05), 1.00002);
  spread.add(0.2);  // below the first bin
  spread.add(2.3);  // above the last
  EXPECT_GE(spread.quantile(0.0), 0.2);
  EXPECT_LE(spread.quantile(1.0), 2.3);
  EXPECT_EQ(spread.smallest(), 0.2);
  EXPECT_EQ(spread.largest(), 2.3);
}

TEST(Tally, IsTheSameInWhateverOrderDaysAreAdded) {
  const auto problem = testing::two_node_case(2);
  const auto plan = testing::plan_for(problem, 10.0);
  const JointLimits limits(problem, plan);
  std::vector<ScenarioReplay> days(4);
  for (std::size_t d = 0; d < days.size(); ++d) {
    days[d].scenario = d;
    days[d].voltage_pu = Matrix(2, 2, 0.9 + 0.03 * static_cast<double>(d));
  }
  days[1].breaches = {{RowKind::reserve, 0, 0, 5.0}, {RowKind::voltage, 1, 1, 0.01}};
  days[2].breaches = {{RowKind::reserve, 0, 0, 2.0}, {RowKind::reserve, 0, 1, 5.0}};
  days[3].breaches = {{RowKind::voltage, 1, 0, 0.0}, {RowKind::import_, 0, 0, 0.0}};
  days[3].diverged = {0};

  Tally forward(limits, 2), backward(limits, 2), first(limits, 2), second(limits, 2);
  for (std::size_t d = 0; d < days.size(); ++d) {
    forward.add(days[d]);
    backward.add(days[days.size() - 1 - d]);
    (d % 2 == 0 ? first : second).add(days[d]);
  }
  second.merge(first);
  for (const auto* tally : {&forward, &backward, &second}) {
    EXPECT_EQ(tally->days, 4u);
    EXPECT_EQ(tally->days_violated, 3u);
    EXPECT_EQ(tally->periods_violated, 5u);
    EXPECT_EQ(tally->diverged, 1u);
    EXPECT_EQ(tally->by_period, (std::vector<std::uint64_t>{3, 2}));
    EXPECT_EQ(tally->by_kind, (std::vector<std::uint64_t>{2, 0, 1, 3, 0}));
    const auto& reserve = tally->limits[limits.index_of(RowKind::reserve, 0)];
    EXPECT_EQ(reserve.periods_violated, 3u);
    EXPECT_EQ(reserve.worst.excess, 5.0);
    EXPECT_EQ(reserve.worst_scenario, 1u);  // the first of two equals
    EXPECT_EQ(reserve.worst.period, 0u);
    const auto& voltage = tally->limits[limits.index_of(RowKind::voltage, 1)];
    EXPECT_EQ(voltage.periods_violated, 2u);
    EXPECT_EQ(voltage.worst_scenario, 1u);
    EXPECT_DOUBLE_EQ(tally->voltages[0].largest(), 0.96);  // without the flow that had no solution
    EXPECT_DOUBLE_EQ(tally->voltages[1].largest(), 0.99);
  }
}

}  // namespace
}  // namespace gridpact::verify
