#include <limits>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/network/ac_flow.hpp"

namespace gridpact::test {
namespace {

using network::AcFlow;
using ::testing::ElementsAre;

std::vector<std::string> faults_of(const Feeder& feeder) {
  const Result<AcFlow> flow = AcFlow::create(feeder);
  std::vector<std::string> messages;
  if (!flow.ok()) {
    for (const Fault& fault : flow.faults()) {
      EXPECT_EQ(fault.severity, Severity::error);
      messages.push_back(fault.message);
    }
  }
  return messages;
}

TEST(AcFlowFaults, NameEveryNodeThatIsNotConnected) {
  Feeder feeder = ieee33_feeder();
  std::erase_if(feeder.branches, [](const Branch& branch) {
    return branch.name == "16-17" || branch.name == "21-22";
  });
  const std::string advice =
      " is not connected to the source '1': close or add a branch that leads to it, or remove it";
  EXPECT_THAT(faults_of(feeder),
              ElementsAre("node '17'" + advice, "node '18'" + advice, "node '22'" + advice));
}

TEST(AcFlowFaults, NameThePhaseThatIsNotConnected) {
  Feeder feeder;
  feeder.base_kva = 1000.0;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, 2400.0);
  const NodeId end = add_node(feeder, "end", {1, 2, 3}, 2400.0);
  make_source(feeder, source);
  ComplexMatrix uncoupled(2, 2);
  uncoupled(0, 0) = uncoupled(1, 1) = {0.3, 0.6};
  add_line(feeder, "line", source, end, {1, 3}, uncoupled);
  EXPECT_THAT(faults_of(feeder),
              ElementsAre("phase 2 of node 'end' is not connected to the source 'source': close or "
                          "add a branch that leads to it, or remove it"));
}

TEST(AcFlowFaults, NameTheVoltageThatNothingDetermines) {
  Feeder feeder;
  feeder.base_kva = 1000.0;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, 2400.0);
  const NodeId floating = add_node(feeder, "floating", {1, 2, 3}, 480.0);
  make_source(feeder, source);
  add_delta_wye(feeder, "transformer", floating, source, {0.01, 0.05});
  EXPECT_THAT(faults_of(feeder),
              ElementsAre(::testing::ContainsRegex(
                  "nothing determines the voltage of phase [123] of node 'floating'.*ground")));

  // A capacitor bank to ground is enough.
  add_capacitor(feeder, "capacitor", floating, {1, 2, 3}, 1.0);
  EXPECT_THAT(faults_of(feeder), ElementsAre());
}

TEST(AcFlowFaults, NameEveryFloatingPartAtOnce) {
  Feeder feeder;
  feeder.base_kva = 1000.0;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, 2400.0);
  make_source(feeder, source);
  for (const char* name : {"east", "west"}) {
    const NodeId floating = add_node(feeder, name, {1, 2, 3}, 480.0);
    add_delta_wye(feeder, name, floating, source, {0.01, 0.05});
  }
  EXPECT_THAT(faults_of(feeder),
              ElementsAre(::testing::HasSubstr("'east'"), ::testing::HasSubstr("'west'")));
}

TEST(AcFlowFaults, NameEveryBranchWithoutAnImpedanceAndEveryUnusableBase) {
  Feeder feeder = ieee33_feeder();
  feeder.branches[4].admittance_pu(0, 1) = {std::numeric_limits<double>::infinity(), 0.0};
  feeder.branches[7].admittance_pu(1, 1) = {0.0, std::numeric_limits<double>::quiet_NaN()};
  feeder.source_voltage_pu.clear();
  feeder.base_kva = -1.0;
  const std::string branch_advice =
      " has an infinite admittance or one that is not a number: give it a non-zero impedance (a "
      "closed switch: that of a short line)";
  EXPECT_THAT(
      faults_of(feeder),
      ElementsAre("the base power of feeder 'IEEE 33' is -1 kVA: give a positive one",
                  "the source '1' has 1 phases but 0 voltages: give one voltage for each phase",
                  "branch '5-6'" + branch_advice, "branch '8-9'" + branch_advice));

  feeder = ieee33_feeder();
  feeder.source_voltage_pu = {0.0};
  EXPECT_THAT(faults_of(feeder), ElementsAre("a voltage of the source '1' is zero or not a number: "
                                             "give its magnitude and angle"));
}

TEST(AcFlowFaults, AreNoneForAClosedSwitchOfTinyImpedance) {
  Feeder feeder = two_node_feeder({1.0, 1.0}, {500.0, 100.0});
  const NodeId beyond = add_node(feeder, "beyond", {0}, 12660.0);
  add_line(feeder, "switch", NodeId{1}, beyond, {1e-6, 0.0});
  const AcFlow flow = flow_of(feeder);
  const network::FlowState state = flow.solve(nominal_injection(feeder));
  EXPECT_TRUE(state.converged);
  EXPECT_LT(std::abs(state.voltage_pu[1] - state.voltage_pu[2]), 1e-9);
}

}  // namespace
}  // namespace gridpact::test
