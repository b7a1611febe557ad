// One AC flow as the verifier asks for it: IEEE 33 with every load off by about 30 %, started from
// the forecast's voltages; then its branch currents.

#include <vector>

#include "support/feeders.hpp"
#include <benchmark/benchmark.h>

#include "gridpact/base/random.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact {
namespace {

struct Replay {
  network::AcFlow flow = network::AcFlow::create(test::ieee33_feeder()).value();
  std::vector<std::vector<Complex>> scenarios;
  network::FlowState forecast;

  Replay() {
    const Feeder& feeder = flow.feeder();
    RandomStream random(1, 0);
    for (int k = 0; k < 1000; ++k) {
      std::vector<Complex>& injection = scenarios.emplace_back(feeder.node_phases.size());
      for (const Load& load : feeder.loads) {
        const double level = k == 0 ? 1.0 : 1.0 + 0.3 * random.normal();
        network::add_injection(feeder, load.node, -level * Complex(load.p_kw, load.q_kvar),
                               injection);
      }
    }
    forecast = flow.solve(scenarios.front());
  }
};

void solve(benchmark::State& state, const std::vector<Complex>* start, const Replay& replay) {
  std::size_t k = 0;
  double iterations = 0.0;
  for (auto _ : state) {
    const network::FlowState solution =
        replay.flow.solve(replay.scenarios[++k % replay.scenarios.size()], {}, start);
    iterations += solution.iterations;
    benchmark::DoNotOptimize(solution.voltage_pu.data());
  }
  state.counters["iterations"] = benchmark::Counter(iterations, benchmark::Counter::kAvgIterations);
}

void warm_solve(benchmark::State& state) {
  const Replay replay;
  solve(state, &replay.forecast.voltage_pu, replay);
}
BENCHMARK(warm_solve)->Unit(benchmark::kMicrosecond);

void cold_solve(benchmark::State& state) { solve(state, nullptr, Replay()); }
BENCHMARK(cold_solve)->Unit(benchmark::kMicrosecond);

void branch_currents(benchmark::State& state) {
  const Replay replay;
  for (auto _ : state) {
    benchmark::DoNotOptimize(replay.flow.branch_current_a(replay.forecast.voltage_pu));
  }
}
BENCHMARK(branch_currents)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gridpact
