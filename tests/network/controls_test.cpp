#include "gridpact/network/controls.hpp"

#include <cmath>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::at_positions;
using network::ControlledFlow;
using network::DevicePositions;
using network::FlowState;
using network::follow_controls;
using network::Injection;

/// source – regulator (an ideal transformer behind a small impedance) – line – load, one phase; a
/// switched capacitor at the load.
Feeder regulated_feeder() {
  Feeder feeder;
  feeder.base_kva = 1000.0;
  const NodeId source = add_node(feeder, "source", {1}, 2400.0);
  const NodeId regulated = add_node(feeder, "regulated", {1}, 2400.0);
  const NodeId load = add_node(feeder, "load", {1}, 2400.0);
  feeder.source = source;
  feeder.source_voltage_pu = {1.0};
  add_line(feeder, "regulator", source, regulated, {1}, ComplexMatrix(1, 1, {0.001, 0.01}));
  feeder.branches.back().kind = BranchKind::regulator;
  add_line(feeder, "line", regulated, load, {1}, ComplexMatrix(1, 1, {0.3, 0.6}));
  add_capacitor(feeder, "capacitor", load, {1}, 200.0);
  feeder.loads.push_back({"load", load, 600.0, 300.0});

  TapChanger changer;
  changer.name = "regulator";
  changer.branch = BranchId{0};
  changer.terminals = {1};
  TapChanger::Control control;
  control.monitored = {phase_of(feeder, regulated, 1), std::nullopt};
  control.terminal = 1;
  control.target_v = 122.0;
  control.band_v = 2.0;
  control.pt_ratio = 20.0;
  changer.control = control;
  feeder.tap_changers.push_back(changer);

  SwitchedCapacitor capacitor;
  capacitor.name = "capacitor";
  capacitor.branch = BranchId{2};
  capacitor.closed = false;
  feeder.capacitors.push_back(capacitor);
  return feeder;
}

double volts(const Feeder& feeder, const FlowState& state, const char* node) {
  const NodePhaseId phase = phase_of(feeder, *feeder.find_node(node), 1);
  return std::abs(state.voltage_pu[phase.index()]) * 2400.0;
}

TEST(Positions, ATapTurnsVoltagesByItsRatioAndBack) {
  const Feeder feeder = regulated_feeder();
  DevicePositions up = DevicePositions::stated(feeder);
  up.tap[0] = 1.05;
  const AcFlow flow = flow_of(at_positions(feeder, up));
  const FlowState state = flow.solve(Injection::loads_at(feeder, 0.0));
  EXPECT_NEAR(volts(feeder, state, "load"), 2400.0 * 1.05, 1e-6);

  const Feeder back = at_positions(at_positions(feeder, up), DevicePositions::stated(feeder));
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_LT(
          std::abs(back.branches[0].admittance_pu(i, j) - feeder.branches[0].admittance_pu(i, j)),
          1e-12 * std::abs(feeder.branches[0].admittance_pu(i, j)));
    }
  }
}

TEST(Positions, AnOpenCapacitorCarriesNothing) {
  Feeder feeder = regulated_feeder();
  const AcFlow open = flow_of(feeder);
  DevicePositions positions = DevicePositions::stated(feeder);
  positions.closed[0] = true;
  const AcFlow closed = flow_of(at_positions(feeder, positions));
  const Injection nothing = Injection::loads_at(feeder, 0.0);
  EXPECT_EQ(open.branch_current_a(open.solve(nothing).voltage_pu)[2], 0.0);
  const FlowState state = closed.solve(nothing);
  EXPECT_NEAR(closed.branch_current_a(state.voltage_pu)[2],
              200.0 / 2.4 * volts(feeder, state, "load") / 2400.0, 1e-6);
}

TEST(Controls, RegulatorBringsTheVoltageIntoItsBand) {
  const Feeder feeder = regulated_feeder();
  const auto result =
      follow_controls(feeder, DevicePositions::stated(feeder), Injection::loads_at(feeder, 1.0));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->settled);
  EXPECT_FALSE(result->moves.empty());
  EXPECT_NEAR(volts(feeder, result->state, "regulated") / 20.0, 122.0, 1.0);
  // Whole steps of 0.2 / 32.
  const double steps = (result->positions.tap[0] - 1.0) / 0.00625;
  EXPECT_NEAR(steps, std::round(steps), 1e-9);
  EXPECT_GT(steps, 0.0);
}

TEST(Controls, CompensatorKeepsTheVoltageAtTheEndOfTheLine) {
  Feeder feeder = regulated_feeder();
  TapChanger::Control& control = *feeder.tap_changers[0].control;
  // The line's own impedance, on the compensator's side: z · (ct / pt).
  control.ct_primary_a = 300.0;
  control.r_v = 0.3 * control.ct_primary_a / control.pt_ratio;
  control.x_v = 0.6 * control.ct_primary_a / control.pt_ratio;
  const auto result =
      follow_controls(feeder, DevicePositions::stated(feeder), Injection::loads_at(feeder, 1.0));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->settled);
  EXPECT_NEAR(volts(feeder, result->state, "load") / 20.0, 122.0, 1.0);
}

TEST(Controls, ARegulatorAtTheEndOfItsRangeStaysThere) {
  Feeder feeder = regulated_feeder();
  feeder.tap_changers[0].control->target_v = 140.0;
  const auto result =
      follow_controls(feeder, DevicePositions::stated(feeder), Injection::loads_at(feeder, 1.0));
  ASSERT_TRUE(result.ok());
  ASSERT_TRUE(result->state.converged);
  EXPECT_TRUE(result->settled);
  EXPECT_NEAR(result->positions.tap[0], 1.1, 1e-12);
}

TEST(Controls, TheQuickerDeviceMovesFirst) {
  Feeder feeder = regulated_feeder();
  SwitchedCapacitor::Control control;
  control.monitored_port = {phase_of(feeder, *feeder.find_node("load"), 1), std::nullopt};
  control.ratio = 20.0;
  control.close_at = 119.0;
  control.open_at = 126.0;
  control.delay_s = 5.0;
  feeder.capacitors[0].control = control;
  const Injection injection = Injection::loads_at(feeder, 1.0);
  const auto quick = follow_controls(feeder, DevicePositions::stated(feeder), injection);
  ASSERT_TRUE(quick.ok());
  EXPECT_EQ(quick->moves.front().device, "capacitor");
  EXPECT_TRUE(quick->positions.closed[0]);

  feeder.capacitors[0].control->delay_s = 60.0;
  const auto slow = follow_controls(feeder, DevicePositions::stated(feeder), injection);
  ASSERT_TRUE(slow.ok());
  EXPECT_EQ(slow->moves.front().device, "regulator");
}

TEST(Controls, ABandNarrowerThanAStepEndsAtTheNearestStep) {
  Feeder feeder = regulated_feeder();
  feeder.tap_changers[0].control->band_v = 0.1;
  const auto result =
      follow_controls(feeder, DevicePositions::stated(feeder), Injection::loads_at(feeder, 1.0));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->settled);
}

TEST(Controls, ThoseThatNeverSettleAreNamed) {
  Feeder feeder = regulated_feeder();
  // A tenth of the winding's rated voltage: every move goes several times too far.
  feeder.tap_changers[0].winding_voltage_v =
      0.1 *
      feeder.node_phases[feeder.tap_changers[0].control->monitored.from.index()].base_voltage_v;
  feeder.tap_changers[0].control->band_v = 0.5;
  const auto result = follow_controls(feeder, DevicePositions::stated(feeder),
                                      Injection::loads_at(feeder, 1.0), {{}, 20});
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->settled);
  EXPECT_EQ(result->unsettled, std::vector<std::string>{"regulator"});
}

TEST(Controls, AFlowWithoutSolutionIsReturnedAsSuch) {
  const Feeder feeder = regulated_feeder();
  const auto result =
      follow_controls(feeder, DevicePositions::stated(feeder), Injection::loads_at(feeder, 30.0));
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->state.converged);
  EXPECT_FALSE(result->settled);
  EXPECT_NE(network::explain_divergence(feeder, result->state).find("load.1"), std::string::npos);
}

}  // namespace
}  // namespace gridpact::test
