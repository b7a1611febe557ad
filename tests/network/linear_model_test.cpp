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
using network::Injection;
using network::InjectionColumn;
using network::LinearModel;

constexpr FlowOptions exact{1e-13, 1000};

/// What the linear model predicts, from the exact flow. Currents at the model's conductors.
struct Exact {
  std::vector<double> voltage_pu, current_a;
  double losses_kw = 0.0;
  Complex import_kva;
};

Exact exact_at(const AcFlow& flow, const LinearModel& model, const Injection& injection) {
  const Feeder& feeder = flow.feeder();
  const FlowState state = flow.solve(injection, exact);
  EXPECT_TRUE(state.converged);
  Exact result;
  for (const Complex voltage : state.voltage_pu) {
    result.voltage_pu.push_back(std::abs(voltage));
  }
  for (const network::Conductor& conductor : model.conductors) {
    result.current_a.push_back(std::abs(conductor_current_a(feeder, conductor, state.voltage_pu)));
  }
  result.losses_kw = flow.losses_kw(state.voltage_pu);
  result.import_kva = flow.import_kva(state);
  return result;
}

/// `injection` and `step` times one column more.
Injection moved(const Feeder& feeder, const Injection& injection, const InjectionColumn& column,
                double step) {
  Injection sum = injection;
  const Injection change = network::combine(feeder, {&column, 1}, {&step, 1});
  for (std::size_t i = 0; i < sum.power_pu.size(); ++i) {
    sum.power_pu[i] += change.power_pu[i];
  }
  for (std::size_t l = 0; l < sum.load_level.size(); ++l) {
    sum.load_level[l] += change.load_level[l];
  }
  return sum;
}

/// kW at every node, the source too, then kvar at every node.
std::vector<InjectionColumn> power_columns(const Feeder& feeder) {
  std::vector<InjectionColumn> columns;
  for (const Complex unit : {Complex(1.0, 0.0), Complex(0.0, 1.0)}) {
    for (std::size_t i = 0; i < feeder.nodes.size(); ++i) {
      columns.push_back(network::power_at(feeder, NodeId{i}, unit));
    }
  }
  return columns;
}

/// One kVA more of each load, and one of all loads together.
std::vector<InjectionColumn> load_columns(const Feeder& feeder) {
  std::vector<InjectionColumn> columns;
  InjectionColumn all;
  const double total_kw = std::abs(total_load_kva(feeder));
  for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
    const Load& load = feeder.loads[l];
    columns.push_back({{}, {{LoadId{l}, 1.0 / std::hypot(load.p_kw, load.q_kvar)}}});
    all.load_level.emplace_back(LoadId{l}, 1.0 / total_kw);
  }
  columns.push_back(all);
  return columns;
}

struct Tolerance {
  double pu, a, kw;
};

/// Compares every sensitivity to central differences of `step`.
void expect_tangent(const AcFlow& flow, const Injection& injection,
                    const std::vector<InjectionColumn>& columns, double step,
                    const Tolerance& tolerance) {
  const Feeder& feeder = flow.feeder();
  const LinearModel model =
      network::linearise(flow, flow.solve(injection, exact), injection, columns);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const Exact up = exact_at(flow, model, moved(feeder, injection, columns[j], step));
    const Exact down = exact_at(flow, model, moved(feeder, injection, columns[j], -step));
    const double width = 2.0 * step;
    for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
      EXPECT_NEAR(model.voltage_per_unit(i, j), (up.voltage_pu[i] - down.voltage_pu[i]) / width,
                  tolerance.pu)
          << "node-phase " << i << ", column " << j;
    }
    for (std::size_t c = 0; c < model.conductors.size(); ++c) {
      EXPECT_NEAR(model.current_per_unit(c, j), (up.current_a[c] - down.current_a[c]) / width,
                  tolerance.a)
          << "conductor " << c << ", column " << j;
    }
    EXPECT_NEAR(model.losses_kw_per_unit[j], (up.losses_kw - down.losses_kw) / width, tolerance.kw)
        << "column " << j;
    const Complex import = (up.import_kva - down.import_kva) / width;
    EXPECT_NEAR(model.import_kw_per_unit[j], import.real(), tolerance.kw) << "column " << j;
    EXPECT_NEAR(model.import_kvar_per_unit[j], import.imag(), tolerance.kw) << "column " << j;
  }
}

TEST(LinearModel, IsTheTangentOfIeee33) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const Injection injection = Injection::loads_at(flow.feeder(), 1.0);
  expect_tangent(flow, injection, power_columns(flow.feeder()), 0.2, {1e-10, 1e-7, 1e-7});
  expect_tangent(flow, injection, load_columns(flow.feeder()), 0.2, {1e-10, 1e-7, 1e-7});
}

TEST(LinearModel, IsTheTangentOfAnUnbalancedFeeder) {
  const AcFlow flow = flow_of(three_phase_feeder());
  const Injection injection = Injection::loads_at(flow.feeder(), 1.0);
  expect_tangent(flow, injection, power_columns(flow.feeder()), 0.1, {1e-9, 1e-6, 1e-7});
}

TEST(LinearModel, IsTheTangentWithDeltaLoadsThatFollowTheVoltageBehindASourceBranch) {
  const AcFlow flow = flow_of(varied_feeder(three_phase_feeder()));
  const Feeder& feeder = flow.feeder();
  Injection injection = Injection::loads_at(feeder, 0.8);
  for (const auto& [node_phase, power] :
       network::power_at(feeder, *feeder.find_node("main"), {90.0, -30.0}).power_pu) {
    injection.power_pu[node_phase.index()] += power;
  }
  expect_tangent(flow, injection, load_columns(feeder), 0.1, {1e-9, 1e-6, 1e-7});
  expect_tangent(flow, injection, power_columns(feeder), 0.1, {1e-9, 1e-6, 1e-7});
}

TEST(LinearModel, IsTheTangentWhereALoadIsBelowItsVoltageRange) {
  Feeder feeder = three_phase_feeder();
  for (Load& load : feeder.loads) {
    load.u_low = 0.5;
    load.u_min = 1.05;
  }
  const AcFlow flow = flow_of(feeder);
  expect_tangent(flow, Injection::loads_at(feeder, 1.0), load_columns(feeder), 0.1,
                 {1e-9, 1e-6, 1e-7});
}

TEST(LinearModel, StatesTheOperatingPoint) {
  const AcFlow flow = flow_of(varied_feeder(three_phase_feeder()));
  const Injection injection = Injection::loads_at(flow.feeder(), 1.0);
  const FlowState state = flow.solve(injection);
  const LinearModel model = network::linearise(flow, state, injection, {});
  for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
    EXPECT_DOUBLE_EQ(model.voltage_pu[i], std::abs(state.voltage_pu[i]));
  }
  std::vector<double> largest(flow.feeder().branches.size(), 0.0);
  for (std::size_t c = 0; c < model.conductors.size(); ++c) {
    double& a = largest[model.conductors[c].branch.index()];
    a = std::max(a, model.current_a[c]);
  }
  const std::vector<double> current_a = flow.branch_current_a(state.voltage_pu);
  for (std::size_t l = 0; l < largest.size(); ++l) {
    EXPECT_DOUBLE_EQ(largest[l], current_a[l]) << l;
  }
  EXPECT_DOUBLE_EQ(model.losses_kw, flow.losses_kw(state.voltage_pu));
  EXPECT_DOUBLE_EQ(model.import_kw, flow.import_kva(state).real());
  EXPECT_DOUBLE_EQ(model.import_kvar, flow.import_kva(state).imag());
}

TEST(LinearModel, ImportRisesByMarginalLossesAndAtTheSourceByExactlyTheDemand) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const Injection injection = Injection::loads_at(flow.feeder(), 1.0);
  const LinearModel model =
      network::linearise(flow, flow.solve(injection), injection, power_columns(flow.feeder()));
  EXPECT_EQ(model.import_kw_per_unit[0], -1.0);
  EXPECT_EQ(model.import_kw_per_unit[33], 0.0);
  EXPECT_EQ(model.import_kvar_per_unit[33], -1.0);
  for (std::size_t p = 1; p < 33; ++p) {
    EXPECT_LT(model.import_kw_per_unit[p], -1.0) << p;
    EXPECT_LT(model.import_kw_per_unit[33 + p], 0.0) << p;
    // Constant power: what is imported more is what is lost more, less what is injected.
    EXPECT_NEAR(model.losses_kw_per_unit[p], model.import_kw_per_unit[p] + 1.0, 1e-9) << p;
  }
  // Losses are about quadratic in the load: at the margin a kW loses about twice the average share.
  EXPECT_NEAR(model.import_kw_per_unit[17], -1.15, 0.05);
}

TEST(LinearModel, HasNoSensitivityWhereACurrentIsZero) {
  Feeder feeder = two_node_feeder({1.0, 2.0}, {800.0, 300.0});
  const NodeId idle = add_node(feeder, "idle", {0}, 12660.0);
  add_line(feeder, "idle line", NodeId{1}, idle, {1.0, 1.0});
  const AcFlow flow = flow_of(feeder);
  const Injection injection = Injection::loads_at(feeder, 1.0);
  const std::vector<InjectionColumn> columns{network::power_at(feeder, NodeId{1}, 1.0),
                                             network::power_at(feeder, idle, 1.0)};
  const LinearModel model = network::linearise(flow, flow.solve(injection), injection, columns);
  EXPECT_NEAR(model.current_a[1], 0.0, 1e-9);
  EXPECT_EQ(model.current_per_unit(1, 0), 0.0);
  EXPECT_EQ(model.current_per_unit(1, 1), 0.0);
  EXPECT_LT(model.current_per_unit(0, 1), 0.0);
}

TEST(LinearModel, ErrorFallsToAQuarterWhenTheStepIsHalved) {
  const AcFlow flow = flow_of(ieee33_feeder());
  const Feeder& feeder = flow.feeder();
  const Injection injection = Injection::loads_at(feeder, 1.0);
  for (const std::size_t p : {5U, 17U, 24U, 32U}) {
    const InjectionColumn column = network::power_at(feeder, NodeId{p}, {1.0, 0.5});
    const LinearModel model =
        network::linearise(flow, flow.solve(injection, exact), injection, {&column, 1});
    const auto error = [&](double step) {
      const Exact truth = exact_at(flow, model, moved(feeder, injection, column, step));
      double largest = 0.0;
      for (std::size_t i = 0; i < truth.voltage_pu.size(); ++i) {
        const double predicted = model.voltage_pu[i] + model.voltage_per_unit(i, 0) * step;
        largest = std::max(largest, std::abs(predicted - truth.voltage_pu[i]));
      }
      return largest;
    };
    double previous = error(80.0);
    for (double step = 40.0; step > 4.0; step /= 2.0) {
      const double now = error(step);
      EXPECT_NEAR(previous / now, 4.0, 0.1) << "point " << p << ", step " << step;
      previous = now;
    }
  }
}

RC_GTEST_PROP(LinearModelProperty, IsTheTangentOfAnyFeeder, (std::uint64_t seed)) {
  const Feeder feeder = varied_feeder(random_feeder(seed), seed);
  const AcFlow flow = flow_of(feeder);
  const Injection injection = Injection::loads_at(feeder, 1.0);
  const double step_kw = 1e-3 * feeder.base_kva / static_cast<double>(feeder.nodes.size());
  std::vector<InjectionColumn> columns = power_columns(feeder);
  for (const InjectionColumn& column : load_columns(feeder)) {
    columns.push_back(column);
  }
  const LinearModel model =
      network::linearise(flow, flow.solve(injection, exact), injection, columns);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const Exact up = exact_at(flow, model, moved(feeder, injection, columns[j], step_kw));
    const Exact down = exact_at(flow, model, moved(feeder, injection, columns[j], -step_kw));
    for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
      const double difference = (up.voltage_pu[i] - down.voltage_pu[i]) / (2.0 * step_kw);
      RC_ASSERT(std::abs(model.voltage_per_unit(i, j) - difference) < 1e-9);
    }
    const Complex import = (up.import_kva - down.import_kva) / (2.0 * step_kw);
    RC_ASSERT(std::abs(model.import_kw_per_unit[j] - import.real()) < 1e-6);
    RC_ASSERT(std::abs(model.import_kvar_per_unit[j] - import.imag()) < 1e-6);
    RC_ASSERT(std::abs(model.losses_kw_per_unit[j] -
                       (up.losses_kw - down.losses_kw) / (2.0 * step_kw)) < 1e-6);
  }
}

}  // namespace
}  // namespace gridpact::test
