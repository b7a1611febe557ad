// Unbalanced, mutually coupled feeders against what does not share the library's algebra.

#include <cmath>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>

#include "gridpact/network/ac_flow.hpp"

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::FlowState;

TEST(ThreePhaseFlow, AgreesWithADenseNewton) {
  const AcFlow flow = flow_of(three_phase_feeder());
  for (const double scale : {0.0, 1.0, 1.5}) {
    const std::vector<Complex> injection = nominal_injection(flow.feeder(), scale);
    const FlowState state = flow.solve(injection);
    const DenseSolution newton = dense_newton(flow.feeder(), injection);
    ASSERT_TRUE(state.converged && newton.converged) << scale;
    for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
      EXPECT_LT(std::abs(state.voltage_pu[i] - newton.voltage_pu[i]), 1e-9) << scale << ' ' << i;
    }
  }
}

// Kirchhoff's voltage law with the impedances themselves, in volts and amperes.
TEST(ThreePhaseFlow, DropsImpedanceTimesCurrentAlongACoupledLine) {
  Feeder feeder;
  feeder.base_kva = 500.0;
  const double volts = 2400.0;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, volts);
  const NodeId end = add_node(feeder, "end", {1, 2, 3}, volts);
  make_source(feeder, source);
  ComplexMatrix z_ohm(3, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      z_ohm(i, j) =
          i == j ? Complex(0.35 + 0.01 * static_cast<double>(i), 1.0) : Complex(0.15, 0.45);
    }
  }
  add_line(feeder, "line", source, end, {1, 2, 3}, z_ohm);

  const std::vector<Complex> load_kva{{250.0, 120.0}, {60.0, 10.0}, {-90.0, 40.0}};
  std::vector<Complex> injection(6);
  for (std::size_t i = 0; i < 3; ++i) {
    injection[3 + i] = -load_kva[i] / feeder.base_kva;
  }
  const AcFlow flow = flow_of(feeder);
  const FlowState state = flow.solve(injection);
  ASSERT_TRUE(state.converged);

  std::vector<Complex> current_a(3);
  double losses_kw = 0.0, largest_a = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    current_a[i] = std::conj(1000.0 * load_kva[i] / (volts * state.voltage_pu[3 + i]));
    largest_a = std::max(largest_a, std::abs(current_a[i]));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    Complex drop = 0.0;
    for (std::size_t j = 0; j < 3; ++j) {
      drop += z_ohm(i, j) * current_a[j];
    }
    EXPECT_LT(std::abs(volts * (state.voltage_pu[i] - state.voltage_pu[3 + i]) - drop), 1e-6);
    losses_kw += (drop * std::conj(current_a[i])).real() / 1000.0;
  }
  EXPECT_NEAR(flow.losses_kw(state.voltage_pu), losses_kw, 1e-8);
  EXPECT_NEAR(flow.branch_current_a(state.voltage_pu)[0], largest_a, 1e-7);
}

TEST(ThreePhaseFlow, DeltaWyeTransformerTurnsVoltagesByThirtyDegrees) {
  Feeder feeder;
  feeder.base_kva = 500.0;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, 2400.0);
  const NodeId end = add_node(feeder, "end", {1, 2, 3}, 277.0);
  make_source(feeder, source);
  add_delta_wye(feeder, "transformer", source, end, {0.01, 0.05});
  const AcFlow flow = flow_of(feeder);
  const FlowState state = flow.solve(std::vector<Complex>(6));
  ASSERT_TRUE(state.converged);
  for (std::size_t i = 0; i < 3; ++i) {
    const Complex ratio = state.voltage_pu[3 + i] / state.voltage_pu[i];
    EXPECT_NEAR(std::abs(ratio), 1.0, 1e-12);
    EXPECT_NEAR(std::arg(ratio) * 180.0 / std::acos(-1.0), 30.0, 1e-9);
  }
}

}  // namespace
}  // namespace gridpact::test
