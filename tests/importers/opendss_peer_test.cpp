// The same flow by two solvers: gridpact's own, and the OpenDSS engine that is told the feeder.

#include "gridpact/importers/opendss_peer.hpp"

#include <algorithm>
#include <cmath>

#include "support/feeders.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::importers {
namespace {

using testing::HasSubstr;

struct Difference {
  double voltage_pu = 0.0;
  double current_a = 0.0;
};

/// Largest difference over flows with loads between 0.3 and 1.1 of their nominal power and a little
/// generation wherever there is a load.
Difference largest_difference(const Feeder& feeder, double generation_pu) {
  const auto flow = network::AcFlow::create(feeder);
  EXPECT_TRUE(flow.ok());
  auto peer = OpenDssPeer::create(feeder);
  EXPECT_TRUE(peer.ok()) << to_string(peer.faults().front());
  Difference out;
  if (!flow || !peer) {
    return out;
  }
  RandomStream random(11, 0);
  for (int round = 0; round < 4; ++round) {
    auto injection = network::Injection::loads_at(feeder, 0.0);
    for (double& level : injection.load_level) {
      level = 0.3 + 0.8 * random.uniform();
    }
    for (const auto& load : feeder.loads) {
      for (const auto id : feeder.nodes[load.node.index()].phases) {
        injection.power_pu[id.index()] =
            generation_pu * Complex(random.uniform(), random.normal() * 0.2);
      }
    }
    const auto ours = flow->solve(injection);
    const auto theirs = peer->solve(injection.power_pu, injection.load_level);
    EXPECT_TRUE(theirs.ok()) << to_string(theirs.faults().front());
    EXPECT_TRUE(ours.converged);
    EXPECT_TRUE(theirs->converged);
    const auto current_a = flow->branch_current_a(ours.voltage_pu);
    for (std::size_t i = 0; i < ours.voltage_pu.size(); ++i) {
      out.voltage_pu =
          std::max(out.voltage_pu, std::abs(ours.voltage_pu[i] - theirs->voltage_pu[i]));
    }
    for (std::size_t l = 0; l < current_a.size(); ++l) {
      out.current_a = std::max(out.current_a, std::abs(current_a[l] - theirs->branch_current_a[l]));
    }
  }
  return out;
}

TEST(OpenDssPeer, SolvesABalancedFeederAlike) {
  const auto difference = largest_difference(test::ieee33_feeder(), 0.02);
  EXPECT_LT(difference.voltage_pu, 1e-7);
  EXPECT_LT(difference.current_a, 1e-3);
}

TEST(OpenDssPeer, SolvesAnUnbalancedFeederWithTransformerAndCapacitorAlike) {
  const auto difference = largest_difference(test::three_phase_feeder(), 0.002);
  EXPECT_LT(difference.voltage_pu, 1e-7);
  EXPECT_LT(difference.current_a, 1e-3);
}

// Delta loads, constant current and impedance, regulators off their neutral taps, 278 node-phases.
TEST(OpenDssPeer, SolvesIeee123Alike) {
  const auto problem = read_case(GRIDPACT_SOURCE_DIR "/cases/ieee123");
  ASSERT_TRUE(problem.ok());
  const auto difference = largest_difference(problem->feeder, 0.0005);
  EXPECT_LT(difference.voltage_pu, 1e-6);
  EXPECT_LT(difference.current_a, 1e-2);
}

TEST(OpenDssPeer, RefusesAPhaseShifter) {
  auto feeder = test::ieee33_feeder();
  feeder.branches[3].admittance_pu(0, 1) *= Complex(0.0, 1.0);
  const auto peer = OpenDssPeer::create(feeder);
  ASSERT_FALSE(peer.ok());
  EXPECT_THAT(peer.faults().front().message, HasSubstr("shifts phases"));
}

}  // namespace
}  // namespace gridpact::importers
