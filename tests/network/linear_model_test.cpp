// The tangent against central differences of the exact flow, whose own error is of second order in
// the step, and against its definition: an error that falls with the square of the step.

#include "gridpact/network/linear_model.hpp"

#include <cmath>
#include <cstdint>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::FlowOptions;
using network::FlowState;
using network::LinearModel;

constexpr FlowOptions exact{1e-13, 1000};

/// What the linear model predicts, from the exact flow.
struct Exact {
  std::vector<double> voltage_pu, current_a;
  double import_kw = 0.0;
};

Exact exact_at(const AcFlow& flow, std::vector<Complex> injection, NodeId point, Complex kva) {
  network::add_injection(flow.feeder(), point, kva, injection);
  const FlowState state = flow.solve(injection, exact);
  EXPECT_TRUE(state.converged);
  Exact result;
  for (const Complex voltage : state.voltage_pu) {
    result.voltage_pu.push_back(std::abs(voltage));
  }
  result.current_a = flow.branch_current_a(state.voltage_pu);
  result.import_kw = flow.import_kva(state).real();
  return result;
}

std::vector<NodeId> all_nodes(const Feeder& feeder) {
  std::vector<NodeId> nodes;
  nodes.reserve(feeder.nodes.size());
  for (std::size_t i = 0; i < feeder.nodes.size(); ++i) {
    nodes.push_back(NodeId{i});
  }
  return nodes;
}

/// Compares every sensitivity at every node, the source too, to central differences of `step_kw`.
void expect_tangent(const AcFlow& flow, const std::vector<Complex>& injection, double step_kw,
                    double tolerance_pu, double tolerance_a, double tolerance_kw) {
  const std::vector<NodeId> points = all_nodes(flow.feeder());
  const LinearModel model = network::linearise(flow, flow.solve(injection, exact), points);
  const auto compare = [&](Complex unit, const Matrix& voltage, const Matrix& current,
                           const std::vector<double>& import) {
    for (std::size_t p = 0; p < points.size(); ++p) {
      const Exact up = exact_at(flow, injection, points[p], unit * step_kw);
      const Exact down = exact_at(flow, injection, points[p], -unit * step_kw);
      const double width = 2.0 * step_kw;
      for (std::size_t i = 0; i < voltage.rows(); ++i) {
        EXPECT_NEAR(voltage(i, p), (up.voltage_pu[i] - down.voltage_pu[i]) / width, tolerance_pu)
            << "node-phase " << i << ", point " << p << ", unit " << unit;
      }
      for (std::size_t l = 0; l < current.rows(); ++l) {
        EXPECT_NEAR(current(l, p), (up.current_a[l] - down.current_a[l]) / width, tolerance_a)
            << "branch " << l << ", point " << p << ", unit " << unit;
      }
      EXPECT_NEAR(import[p], (up.import_kw - down.import_kw) / width, tolerance_kw)
          << "point " << p << ", unit " << unit;
    }
  };
  compare({1.0, 0.0}, model.voltage_per_kw, model.current_per_kw, model.import_per_kw);
  compare({0.0, 1.0}, model.voltage_per_kvar, model.current_per_kvar, model.import_per_kvar);
}

TEST(LinearModel, IsTheTangentOfIeee33) {
  const AcFlow flow = flow_of(ieee33_feeder());
  expect_tangent(flow, nominal_injection(flow.feeder()), 0.2, 1e-10, 1e-7, 1e-8);
}

TEST(LinearModel, IsTheTangentOfAnUnbalancedFeeder) {
  const AcFlow flow = flow_of(three_phase_feeder());
  expect_tangent(flow, nominal_injection(flow.feeder()), 0.1, 1e-10, 1e-6, 1e-8);
}

TEST(LinearModel, StatesTheOperatingPoint) {
  const AcFlow flow = flow_of(three_phase_feeder());
  const FlowState state = flow.solve(nominal_injection(flow.feeder()));
  const LinearModel model = network::linearise(flow, state, std::vector<NodeId>{NodeId{2}});
  ASSERT_EQ(model.points, std::vector<NodeId>{NodeId{2}});
  for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
    EXPECT_DOUBLE_EQ(model.voltage_pu[i], std::abs(state.voltage_pu[i]));
  }
  EXPECT_EQ(model.current_a, flow.branch_current_a(state.voltage_pu));
  EXPECT_DOUBLE_EQ(model.import_kw, flow.import_kva(state).real());
}

TEST(LinearModel, ImportRisesByMarginalLossesAndAtTheSourceByExactlyTheDemand) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const FlowState state = flow.solve(nominal_injection(flow.feeder()));
  const LinearModel model = network::linearise(flow, state, all_nodes(flow.feeder()));
  EXPECT_EQ(model.import_per_kw[0], -1.0);
  EXPECT_EQ(model.import_per_kvar[0], 0.0);
  for (std::size_t p = 1; p < 33; ++p) {
    EXPECT_LT(model.import_per_kw[p], -1.0) << p;
    EXPECT_LT(model.import_per_kvar[p], 0.0) << p;
  }
  // Losses are about quadratic in the load: at the margin a kW loses about twice the average share.
  EXPECT_NEAR(model.import_per_kw[17], -1.15, 0.05);
}

TEST(LinearModel, HasNoSensitivityWhereACurrentIsZero) {
  Feeder feeder = two_node_feeder({1.0, 2.0}, {800.0, 300.0});
  const NodeId idle = add_node(feeder, "idle", {0}, 12660.0);
  add_line(feeder, "idle line", NodeId{1}, idle, {1.0, 1.0});
  const AcFlow flow = flow_of(feeder);
  const FlowState state = flow.solve(nominal_injection(feeder));
  const LinearModel model = network::linearise(flow, state, std::vector<NodeId>{NodeId{1}, idle});
  EXPECT_NEAR(model.current_a[1], 0.0, 1e-9);
  EXPECT_EQ(model.current_per_kw(1, 0), 0.0);
  EXPECT_EQ(model.current_per_kw(1, 1), 0.0);
  EXPECT_LT(model.current_per_kw(0, 1), 0.0);
}

/// Largest error of the tangent, over voltages, for a change of `kva` at `point`.
double voltage_error(const AcFlow& flow, const std::vector<Complex>& injection,
                     const LinearModel& model, std::size_t p, double kw, double kvar) {
  const Exact truth = exact_at(flow, injection, model.points[p], {kw, kvar});
  double largest = 0.0;
  for (std::size_t i = 0; i < truth.voltage_pu.size(); ++i) {
    const double predicted =
        model.voltage_pu[i] + model.voltage_per_kw(i, p) * kw + model.voltage_per_kvar(i, p) * kvar;
    largest = std::max(largest, std::abs(predicted - truth.voltage_pu[i]));
  }
  return largest;
}

TEST(LinearModel, ErrorFallsToAQuarterWhenTheStepIsHalved) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const std::vector<Complex> injection = nominal_injection(flow.feeder());
  const LinearModel model =
      network::linearise(flow, flow.solve(injection, exact), all_nodes(flow.feeder()));
  for (const std::size_t p : {5U, 17U, 24U, 32U}) {
    double previous = voltage_error(flow, injection, model, p, 80.0, 40.0);
    for (double step = 40.0; step > 4.0; step /= 2.0) {
      const double error = voltage_error(flow, injection, model, p, step, step / 2.0);
      EXPECT_NEAR(previous / error, 4.0, 0.1) << "point " << p << ", step " << step;
      previous = error;
    }
  }
}

RC_GTEST_PROP(LinearModelProperty, IsTheTangentOfAnyFeeder, (std::uint64_t seed)) {
  const Feeder feeder = random_feeder(seed);
  const AcFlow flow = flow_of(feeder);
  const std::vector<Complex> injection = nominal_injection(feeder);
  const std::vector<NodeId> points = all_nodes(feeder);
  const LinearModel model = network::linearise(flow, flow.solve(injection, exact), points);
  const double step_kw = 1e-3 * feeder.base_kva / static_cast<double>(feeder.nodes.size());
  const Complex kva(step_kw, -step_kw);
  for (std::size_t p = 0; p < points.size(); ++p) {
    const Exact up = exact_at(flow, injection, points[p], kva);
    const Exact down = exact_at(flow, injection, points[p], -kva);
    for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
      const double slope = model.voltage_per_kw(i, p) - model.voltage_per_kvar(i, p);
      const double difference = (up.voltage_pu[i] - down.voltage_pu[i]) / (2.0 * step_kw);
      RC_ASSERT(std::abs(slope - difference) < 1e-9);
    }
    const double slope = model.import_per_kw[p] - model.import_per_kvar[p];
    const double difference = (up.import_kw - down.import_kw) / (2.0 * step_kw);
    RC_ASSERT(std::abs(slope - difference) < 1e-6);
  }
}

}  // namespace
}  // namespace gridpact::test
