// The tangent at 30 columns and at all nodes, and what the linear models are off exact flow: the
// counters are docs/theory/linear-model.md's tables.

#include <algorithm>
#include <cmath>
#include <vector>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <benchmark/benchmark.h>

#include "gridpact/base/random.hpp"
#include "gridpact/network/linear_distflow.hpp"
#include "gridpact/network/linear_error.hpp"
#include "gridpact/network/linear_model.hpp"

namespace gridpact {
namespace {

using network::Injection;
using network::InjectionColumn;

std::vector<InjectionColumn> load_columns(const Feeder& feeder) {
  std::vector<InjectionColumn> columns;
  for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
    columns.push_back({{}, {{LoadId{l}, 1.0}}});
  }
  return columns;
}

void linearise(benchmark::State& state) {
  const auto flow = network::AcFlow::create(test::ieee33_feeder()).value();
  const auto injection = Injection::loads_at(flow.feeder(), 1.0);
  const auto at = flow.solve(injection);
  const auto columns = load_columns(flow.feeder());
  for (auto _ : state) {
    benchmark::DoNotOptimize(network::linearise(flow, at, injection, columns));
  }
}
BENCHMARK(linearise)->Unit(benchmark::kMicrosecond);

/// IEEE 33, every load at range(0) % of nominal.
void lindistflow(benchmark::State& state) {
  const auto flow = network::AcFlow::create(test::ieee33_feeder()).value();
  const auto injection =
      Injection::loads_at(flow.feeder(), static_cast<double>(state.range(0)) / 100.0);
  const auto at = flow.solve(injection);
  double above = 0.0, below = 0.0;
  for (auto _ : state) {
    const auto linear = network::lindistflow(flow.feeder(), injection).value();
    for (std::size_t i = 0; i < linear.size(); ++i) {
      const double error = linear[i] - std::abs(at.voltage_pu[i]);
      above = std::max(above, error);
      below = std::max(below, -error);
    }
  }
  state.counters["above_pu"] = above;
  state.counters["below_pu"] = below;
}
BENCHMARK(lindistflow)->Arg(50)->Arg(100)->Arg(150)->Unit(benchmark::kMicrosecond);

/// IEEE 33, every load apart within ± range(0) % of nominal: the bound over the box, and the
/// largest error at both ends and at 1000 random points of it.
void error_bound(benchmark::State& state) {
  const auto flow = network::AcFlow::create(test::ieee33_feeder()).value();
  const Feeder& feeder = flow.feeder();
  const auto injection = Injection::loads_at(feeder, 1.0);
  const auto at = flow.solve(injection);
  const auto columns = load_columns(feeder);
  const auto model = network::linearise(flow, at, injection, columns);
  const double width = static_cast<double>(state.range(0)) / 100.0;
  const std::vector<network::ColumnRange> box(columns.size(), {-width, width});
  double bound_pu = 0.0;
  for (auto _ : state) {
    const network::LinearErrorBound bound(flow, at, injection, columns);
    const auto errors = bound.over(box).value();
    bound_pu = *std::max_element(errors.voltage_pu.begin(), errors.voltage_pu.end());
  }
  double found_pu = 0.0;
  RandomStream random(1, 0);
  for (int k = 0; k < 1002; ++k) {
    Injection there = injection;
    for (double& level : there.load_level) {
      level += k == 0 ? width : k == 1 ? -width : std::lerp(-width, width, random.uniform());
    }
    const auto moved = flow.solve(there);
    for (std::size_t i = 0; i < moved.voltage_pu.size(); ++i) {
      double linear = model.voltage_pu[i];
      for (std::size_t j = 0; j < columns.size(); ++j) {
        linear += model.voltage_per_unit(i, j) * (there.load_level[j] - 1.0);
      }
      found_pu = std::max(found_pu, std::abs(linear - std::abs(moved.voltage_pu[i])));
    }
  }
  state.counters["bound_pu"] = bound_pu;
  state.counters["found_pu"] = found_pu;
  state.counters["ratio"] = bound_pu / found_pu;
}
BENCHMARK(error_bound)->Arg(10)->Arg(30)->Arg(50)->Unit(benchmark::kMicrosecond);

/// Median ratio of the bound at one change to the error there (largest over voltages), random
/// feeders with loads of every kind, ± range(0) % of every load.
void tightness(benchmark::State& state) {
  const double width = static_cast<double>(state.range(0)) / 100.0;
  std::vector<double> ratios;
  double without = 0.0;
  for (auto _ : state) {
    ratios.clear();
    without = 0.0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      RandomStream random(seed, 9);
      const auto flow =
          network::AcFlow::create(test::varied_feeder(test::random_feeder(seed), seed)).value();
      const auto injection = Injection::loads_at(flow.feeder(), 1.0);
      const auto at = flow.solve(injection, {1e-13, 2000});
      const auto columns = load_columns(flow.feeder());
      if (columns.empty()) {
        continue;
      }
      const auto model = network::linearise(flow, at, injection, columns);
      Injection there = injection;
      std::vector<network::ColumnRange> change;
      for (double& level : there.load_level) {
        const double step = random.uniform() < 0.5 ? -width : width;
        level += step;
        change.push_back({step, step});
      }
      const auto bound = network::LinearErrorBound(flow, at, injection, columns).over(change);
      if (!bound) {
        without += 1.0;
        continue;
      }
      const auto moved = flow.solve(there, {1e-13, 2000}, &at.voltage_pu);
      double found = 0.0;
      for (std::size_t i = 0; i < moved.voltage_pu.size(); ++i) {
        double linear = model.voltage_pu[i];
        for (std::size_t j = 0; j < columns.size(); ++j) {
          linear += model.voltage_per_unit(i, j) * change[j].low;
        }
        found = std::max(found, std::abs(linear - std::abs(moved.voltage_pu[i])));
      }
      if (found > 1e-9) {  // all loads impedances, or none: nothing to bound
        ratios.push_back(*std::max_element(bound->voltage_pu.begin(), bound->voltage_pu.end()) /
                         found);
      }
    }
  }
  std::sort(ratios.begin(), ratios.end());
  state.counters["feeders"] = static_cast<double>(ratios.size());
  state.counters["without_bound"] = without;
  state.counters["median_ratio"] = ratios[ratios.size() / 2];
  state.counters["ratio_90_percent"] = ratios[ratios.size() * 9 / 10];
}
BENCHMARK(tightness)->Arg(10)->Arg(30)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gridpact
