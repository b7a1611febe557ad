#include "gridpact/network/ac_flow.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/base/parallel.hpp"

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::FlowOptions;
using network::FlowState;

TEST(AcFlow, SolvesTwoNodesAsTheQuadraticFormulaDoes) {
  const Complex z_ohm(2.0, 3.0), load_kva(1500.0, 700.0);
  const AcFlow flow = flow_of(two_node_feeder(z_ohm, load_kva));
  const FlowState state = flow.solve(nominal_injection(flow.feeder()));
  ASSERT_TRUE(state.converged);

  // u = |V|²: u² + (2(rP + xQ) − V₀²) u + |z|²|S|² = 0, three-phase power and line-to-line voltage.
  const double v0 = 12660.0;
  const Complex s = load_kva * 1000.0;
  const double half = (v0 * v0) / 2.0 - (std::conj(z_ohm) * s).real();
  const double u = half + std::sqrt(half * half - std::norm(z_ohm) * std::norm(s));
  EXPECT_NEAR(std::abs(state.voltage_pu[1]), std::sqrt(u) / v0, 1e-12);

  const double current_a = std::abs(s) / (std::numbers::sqrt3 * std::sqrt(u));
  EXPECT_NEAR(flow.branch_current_a(state.voltage_pu)[0], current_a, 1e-8);
  const double losses_kw = 3.0 * current_a * current_a * z_ohm.real() / 1000.0;
  EXPECT_NEAR(flow.losses_kw(state.voltage_pu), losses_kw, 1e-8);
  EXPECT_NEAR(flow.source_power_kva(state.voltage_pu).real(), 1500.0 + losses_kw, 1e-7);
}

TEST(AcFlow, ReproducesThePublishedSolutionOfIeee33) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const FlowState state = flow.solve(nominal_injection(flow.feeder()));
  ASSERT_TRUE(state.converged);
  EXPECT_NEAR(flow.losses_kw(state.voltage_pu), 202.677, 0.001);
  const auto lowest =
      std::min_element(state.voltage_pu.begin(), state.voltage_pu.end(),
                       [](Complex a, Complex b) { return std::abs(a) < std::abs(b); });
  EXPECT_EQ(flow.feeder().nodes[static_cast<std::size_t>(lowest - state.voltage_pu.begin())].name,
            "18");
  EXPECT_NEAR(std::abs(*lowest), 0.91309, 5e-6);
  EXPECT_LT(state.mismatch_pu, 1e-9);
}

TEST(AcFlow, SourceFeedsLoadsAndLosses) {
  for (const Feeder& feeder : {ieee33_feeder(), three_phase_feeder()}) {
    const AcFlow flow = flow_of(feeder);
    const FlowState state = flow.solve(nominal_injection(feeder));
    ASSERT_TRUE(state.converged);
    EXPECT_NEAR(flow.source_power_kva(state.voltage_pu).real(),
                total_load_kva(feeder).real() + flow.losses_kw(state.voltage_pu), 1e-5);
  }
}

TEST(AcFlow, GridPaysForInjectionsAtTheSourceWithoutAVoltageMoving) {
  const AcFlow flow = flow_of(ieee33_feeder());
  std::vector<Complex> injection = nominal_injection(flow.feeder());
  const FlowState without = flow.solve(injection);
  network::add_injection(flow.feeder(), flow.feeder().source, {-250.0, -50.0}, injection);
  const FlowState with = flow.solve(injection);
  EXPECT_EQ(with.voltage_pu, without.voltage_pu);
  EXPECT_EQ(flow.import_kva(without), flow.source_power_kva(without.voltage_pu));
  const Complex more = flow.import_kva(with) - flow.import_kva(without);
  EXPECT_NEAR(more.real(), 250.0, 1e-9);
  EXPECT_NEAR(more.imag(), 50.0, 1e-9);
}

TEST(AcFlow, FindsTheSameSolutionFromAnyStartNearIt) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const std::vector<Complex> injection = nominal_injection(flow.feeder());
  const FlowState cold = flow.solve(injection);
  const FlowState start = flow.solve(nominal_injection(flow.feeder(), 0.999));
  const FlowState warm = flow.solve(injection, {}, &start.voltage_pu);
  ASSERT_TRUE(warm.converged);
  EXPECT_LT(warm.iterations, cold.iterations);
  for (std::size_t i = 0; i < cold.voltage_pu.size(); ++i) {
    EXPECT_LT(std::abs(warm.voltage_pu[i] - cold.voltage_pu[i]), 1e-10);
  }
  // One step that moves next to nothing, and the last.
  EXPECT_EQ(flow.solve(injection, {}, &cold.voltage_pu).iterations, 2);
}

TEST(AcFlow, AgreesWithNewtonFarBeyondTheNominalLoad) {
  const AcFlow flow = flow_of(ieee33_feeder());
  for (const double scale : {-2.0, 2.0, 3.0, 3.6}) {
    const std::vector<Complex> injection = nominal_injection(flow.feeder(), scale);
    const DenseSolution newton = dense_newton(flow.feeder(), injection);
    const FlowState state = flow.solve(injection);
    ASSERT_TRUE(newton.converged) << scale;
    ASSERT_TRUE(state.converged) << scale;
    for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
      EXPECT_LT(std::abs(state.voltage_pu[i] - newton.voltage_pu[i]), 1e-8) << scale;
    }
  }
}

TEST(AcFlow, SaysWhereItDivergesWhenTheLoadIsTooLarge) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const FlowState state = flow.solve(nominal_injection(flow.feeder(), 6.0));
  EXPECT_FALSE(state.converged);
  EXPECT_GT(state.mismatch_pu, 1e-3);
  EXPECT_NE(flow.feeder().node_phases[state.worst.index()].node, flow.feeder().source);

  std::vector<Complex> broken = nominal_injection(flow.feeder());
  broken[20] = std::nan("");
  EXPECT_FALSE(flow.solve(broken).converged);

  EXPECT_FALSE(flow.solve(nominal_injection(flow.feeder()), FlowOptions{1e-10, 2}).converged);
}

TEST(AcFlow, GivesTheSameBytesOnAnyNumberOfThreads) {
  const Feeder small = three_phase_feeder(), large = ieee33_feeder();
  const AcFlow small_flow = flow_of(small), large_flow = flow_of(large);
  const auto run = [&](unsigned threads) {
    std::vector<FlowState> states(200);
    parallel_for(states.size(), threads, [&](std::size_t i) {
      const AcFlow& flow = i % 3 == 0 ? small_flow : large_flow;
      states[i] =
          flow.solve(nominal_injection(flow.feeder(), 0.5 + 0.01 * static_cast<double>(i % 100)));
    });
    return states;
  };
  const std::vector<FlowState> one = run(1), four = run(4);
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_TRUE(one[i].converged);
    EXPECT_EQ(one[i].voltage_pu, four[i].voltage_pu);
    EXPECT_EQ(one[i].iterations, four[i].iterations);
  }
}

TEST(AddInjection, SplitsEquallyOverPhasesButTheNeutral) {
  Feeder feeder;
  feeder.base_kva = 100.0;
  const NodeId node = add_node(feeder, "four wires", {1, 2, 3, 4}, 230.0);
  std::vector<Complex> injection(4);
  network::add_injection(feeder, node, {30.0, -60.0}, injection);
  const Complex third(0.1, -0.2);
  EXPECT_LT(std::abs(injection[0] - third), 1e-15);
  EXPECT_EQ(injection[0], injection[1]);
  EXPECT_EQ(injection[0], injection[2]);
  EXPECT_EQ(injection[3], Complex{});
}

}  // namespace
}  // namespace gridpact::test
