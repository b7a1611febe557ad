#include "gridpact/network/batch_flow.hpp"

#include <cmath>
#include <mutex>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::BatchFlow;
using network::FlowBlock;
using network::FlowState;
using network::Injection;
using network::InjectionColumn;

/// A feeder with loads of every kind, also at the source, and a capacitor.
Feeder mixed_feeder() {
  Feeder feeder = three_phase_feeder();
  const auto phase = [&](const char* node, int k) {
    return phase_of(feeder, *feeder.find_node(node), k);
  };
  Load delta{"delta", *feeder.find_node("main"), 120.0, 40.0};
  delta.ports = {{phase("main", 1), phase("main", 2)}, {phase("main", 2), phase("main", 3)}};
  delta.terms = {{0.4, 0.4, 0.0}, {0.4, 0.4, 1.0}, {0.2, 0.2, 2.0}};
  Load sagging{"sagging", *feeder.find_node("secondary"), 60.0, 20.0};
  sagging.u_low = 0.5;
  sagging.u_min = 0.99;
  sagging.u_max = 1.05;
  Load at_source{"at source", feeder.source, 30.0, 10.0};
  feeder.loads.insert(feeder.loads.end(), {delta, sagging, at_source});
  return feeder;
}

struct Scenarios {
  std::vector<InjectionColumn> columns;
  Matrix x;
};

/// Every load has a level of its own; one generator, in kW, and one at the source.
Scenarios scenarios_of(const Feeder& feeder, std::size_t count) {
  Scenarios out;
  for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
    out.columns.push_back({{}, {{LoadId{l}, 1.0}}});
  }
  out.columns.push_back(network::power_at(feeder, NodeId{feeder.nodes.size() - 1}, {1.0, 0.2}));
  out.columns.push_back(network::power_at(feeder, feeder.source, {1.0, 0.0}));
  out.x = Matrix(count, out.columns.size());
  RandomStream random(3, 0);
  for (std::size_t s = 0; s < count; ++s) {
    for (std::size_t j = 0; j < out.columns.size(); ++j) {
      out.x(s, j) = j < feeder.loads.size() ? 1.3 * random.uniform() : 40.0 * random.uniform();
    }
  }
  return out;
}

struct Numbers {
  std::vector<Complex> voltage_pu;
  std::vector<double> current_a;
  Complex import_kva;
  double losses_kw = 0.0;
  bool converged = false;
  friend bool operator==(const Numbers&, const Numbers&) = default;
};

std::vector<Numbers> solve_all(const AcFlow& flow, const Scenarios& scenarios, unsigned threads) {
  const BatchFlow batch(flow, scenarios.columns);
  std::vector<Numbers> out(scenarios.x.rows());
  batch.solve(
      scenarios.x,
      [&](const FlowBlock& block) {
        for (std::size_t k = 0; k < block.count(); ++k) {
          Numbers& numbers = out[block.first() + k];
          for (std::size_t i = 0; i < flow.feeder().node_phases.size(); ++i) {
            numbers.voltage_pu.push_back(block.voltage_pu(NodePhaseId{i}, k));
          }
          numbers.current_a.resize(flow.feeder().branches.size());
          block.branch_current_a(k, numbers.current_a);
          numbers.import_kva = block.import_kva(k);
          numbers.losses_kw = block.losses_kw(k);
          numbers.converged = block.converged(k);
        }
      },
      {}, {}, threads);
  return out;
}

TEST(BatchFlow, EqualsSingleFlowsToTheLastBit) {
  for (const Feeder& feeder : {mixed_feeder(), ieee33_feeder(), random_feeder(11)}) {
    const AcFlow flow = flow_of(feeder);
    const Scenarios scenarios = scenarios_of(feeder, 11);
    const std::vector<Numbers> batch = solve_all(flow, scenarios, 1);
    for (std::size_t s = 0; s < batch.size(); ++s) {
      const Injection injection = network::combine(feeder, scenarios.columns, scenarios.x.row(s));
      const FlowState state = flow.solve(injection);
      ASSERT_TRUE(state.converged);
      EXPECT_TRUE(batch[s].converged);
      EXPECT_EQ(batch[s].voltage_pu, state.voltage_pu) << feeder.name << " " << s;
      const std::vector<double> current_a = flow.branch_current_a(state.voltage_pu);
      for (std::size_t l = 0; l < current_a.size(); ++l) {
        EXPECT_NEAR(batch[s].current_a[l], current_a[l], 1e-9 * (1.0 + current_a[l]));
      }
      EXPECT_NEAR(std::abs(batch[s].import_kva - flow.import_kva(state)), 0.0, 1e-8);
      EXPECT_NEAR(batch[s].losses_kw, flow.losses_kw(state.voltage_pu), 1e-8);
    }
  }
}

TEST(BatchFlow, DependsNeitherOnThreadsNorOnCompany) {
  const Feeder feeder = mixed_feeder();
  const AcFlow flow = flow_of(feeder);
  const Scenarios all = scenarios_of(feeder, 37);
  const std::vector<Numbers> one = solve_all(flow, all, 1);
  EXPECT_EQ(one, solve_all(flow, all, 2));
  EXPECT_EQ(one, solve_all(flow, all, 7));

  Scenarios some = all;
  some.x = Matrix(5, all.x.cols());
  for (std::size_t s = 0; s < 5; ++s) {
    std::copy(all.x.row(30 + s).begin(), all.x.row(30 + s).end(), some.x.row(s).begin());
  }
  const std::vector<Numbers> alone = solve_all(flow, some, 1);
  for (std::size_t s = 0; s < 5; ++s) {
    EXPECT_EQ(alone[s], one[30 + s]);
  }
}

TEST(BatchFlow, StartsEachScenarioWhereItIsTold) {
  const Feeder feeder = mixed_feeder();
  const AcFlow flow = flow_of(feeder);
  const Scenarios scenarios = scenarios_of(feeder, 11);
  const BatchFlow batch(flow, scenarios.columns);
  std::vector<std::vector<Complex>> start(scenarios.x.rows());
  for (std::size_t s = 0; s < start.size(); s += 2) {
    start[s] = flow.solve(Injection::loads_at(feeder, 0.1 * static_cast<double>(s))).voltage_pu;
  }
  batch.solve(
      scenarios.x,
      [&](const FlowBlock& block) {
        for (std::size_t k = 0; k < block.count(); ++k) {
          const std::size_t s = block.first() + k;
          const FlowState state =
              flow.solve(network::combine(feeder, scenarios.columns, scenarios.x.row(s)), {},
                         start[s].empty() ? nullptr : &start[s]);
          EXPECT_EQ(block.iterations(k), state.iterations);
          for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
            EXPECT_EQ(block.voltage_pu(NodePhaseId{i}, k), state.voltage_pu[i]);
          }
        }
      },
      {}, start, 1);
}

TEST(BatchFlow, OneScenarioWithoutASolutionDoesNotDisturbItsNeighbours) {
  const Feeder feeder = ieee33_feeder();
  const AcFlow flow = flow_of(feeder);
  Scenarios scenarios = scenarios_of(feeder, 6);
  const std::vector<Numbers> before = solve_all(flow, scenarios, 1);
  for (double& level : scenarios.x.row(2)) {
    level = 8.0;
  }
  const std::vector<Numbers> after = solve_all(flow, scenarios, 1);
  for (std::size_t s = 0; s < 6; ++s) {
    EXPECT_EQ(after[s].converged, s != 2);
    if (s != 2) {
      EXPECT_EQ(after[s], before[s]);
    }
  }
}

TEST(BatchFlow, NoScenarioAndNoColumnAreFine) {
  const Feeder feeder = mixed_feeder();
  const AcFlow flow = flow_of(feeder);
  const BatchFlow batch(flow, {});
  int blocks = 0;
  EXPECT_TRUE(batch.solve(Matrix(0, 0), [&](const FlowBlock&) { ++blocks; }));
  EXPECT_EQ(blocks, 0);
  EXPECT_TRUE(batch.solve(
      Matrix(1, 0), [&](const FlowBlock& block) { EXPECT_TRUE(block.converged(0)); }, {}, {}, 1));
}

}  // namespace
}  // namespace gridpact::test
