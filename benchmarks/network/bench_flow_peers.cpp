// Many flows of one feeder, beside other tools in the same run on the same cores. A scenario is a
// load level for the whole feeder (the cheapest change that the other tools know); all iterate
// until no voltage changes by more than 1e-6 pu.
//
// ieee123: OpenDSS's snapshot solves by its C API, the engine compiled once per context, controls
// off, one context per thread; the table takes the fastest of its calls, algorithms and threads.
// Balanced feeders: power-grid-model's batches are timed by bench_flow_peers.py, which also prints
// the table. ieee8500 needs GRIDPACT_SHARED_DATA.
//
// The bound: the flops of a flow are counted (BatchWork), whatever part of them is waiting for
// others. flops_peak is the rate of multiplications and additions in registers that wait for
// nothing, half of each, on all cores, in the vectors that the library uses and, like the library,
// without fused instructions: no program of that kind is faster. bytes_peak is that of a triad on
// arrays beyond the caches; a feeder whose numbers stay in the caches is not bound by it.

#include <chrono>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "opendss_peer.hpp"
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/batch_flow.hpp"
#include "gridpact/network/detail/lanes.hpp"

namespace gridpact::bench {
namespace {

constexpr double tolerance_pu = 1e-6;
const std::string source = GRIDPACT_SOURCE_DIR;

/// From 0.7 to 1.2 of the stated loads; `scale` times that on a feeder that can not carry more.
std::vector<double> levels(std::size_t count, double scale = 1.0) {
  std::vector<double> out(count);
  for (std::size_t k = 0; k < count; ++k) {
    out[k] =
        scale * (0.7 + 0.5 * static_cast<double>((k * 7919) % count) / static_cast<double>(count));
  }
  return out;
}

template <class Read>
auto value_of(Read read) {
  if (!read) {
    throw std::runtime_error(to_string(read.faults().front()));
  }
  return std::move(*read);
}

Feeder read(const std::string& file) {
  return file.ends_with(".dss") ? value_of(importers::read_opendss(file)).feeder
                                : value_of(importers::read_feeder(file));
}

/// A feeder's batch with one column: the level of all loads.
struct Batch {
  network::AcFlow flow;
  network::BatchFlow batch;

  explicit Batch(const Feeder& feeder)
      : flow(value_of(network::AcFlow::create(feeder))), batch(flow, {all_loads(feeder)}) {}

  static network::InjectionColumn all_loads(const Feeder& feeder) {
    network::InjectionColumn column;
    for (std::size_t k = 0; k < feeder.loads.size(); ++k) {
      column.load_level.emplace_back(LoadId{k}, 1.0);
    }
    return column;
  }
};

double peak_memory_gb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e6;
}

void run_batch(benchmark::State& state, const std::string& file, std::size_t scenarios,
               double scale) {
  const Batch feeder(read(file));
  const std::vector<double> level = levels(scenarios, scale);
  Matrix x(scenarios, 1);
  std::copy(level.begin(), level.end(), x.data());
  std::vector<int> iterations(scenarios);
  double total = 0.0;
  for (auto _ : state) {
    feeder.batch.solve(x,
                       [&](const network::FlowBlock& block) {
                         for (std::size_t k = 0; k < block.count(); ++k) {
                           if (!block.converged(k)) {
                             throw std::runtime_error("a scenario does not converge");
                           }
                           iterations[block.first() + k] = block.iterations(k);
                         }
                       },
                       {.tolerance_pu = tolerance_pu});
  }
  for (const int count : iterations) {
    total += count;
  }
  const double flows = static_cast<double>(state.iterations()) * static_cast<double>(scenarios);
  const network::BatchWork work = feeder.batch.work();
  const auto rate = [&](double step, double last_step) {
    const double steps = total - static_cast<double>(scenarios);
    return benchmark::Counter(static_cast<double>(state.iterations()) *
                                  (steps * step + static_cast<double>(scenarios) * last_step),
                              benchmark::Counter::kIsRate);
  };
  using benchmark::Counter;
  state.counters["seconds_per_flow"] = Counter(flows, Counter::kIsRate | Counter::kInvert);
  state.counters["iterations"] = total / static_cast<double>(scenarios);
  state.counters["flops_of_a_step"] = work.step_flops;
  state.counters["flops_of_the_last_step"] = work.last_step_flops;
  state.counters["flops"] = rate(work.step_flops, work.last_step_flops);
  state.counters["bytes"] = rate(work.step_bytes, work.last_step_bytes);
  state.counters["peak_memory_gb"] = peak_memory_gb();
}

/// Voltages of both tools at one level, as far apart as they may be at this tolerance.
void check_same_voltages(const Feeder& feeder, DssCircuit& circuit, double level) {
  circuit.solve({level});
  const auto theirs = circuit.voltage_v();
  const network::AcFlow flow = value_of(network::AcFlow::create(feeder));
  const network::FlowState state = flow.solve(network::Injection::loads_at(feeder, level));
  for (std::size_t k = 0; k < feeder.node_phases.size(); ++k) {
    const NodePhase& at = feeder.node_phases[k];
    const std::string name = feeder.nodes[at.node.index()].name + "." + std::to_string(at.phase);
    const auto found = theirs.find(name);
    if (found != theirs.end() &&
        std::abs(found->second / at.base_voltage_v - state.voltage_pu[k]) > 1e-5) {
      throw std::runtime_error("not the same flow at " + name);
    }
  }
}

void run_opendss(benchmark::State& state, const DssSettings& settings, std::size_t threads,
                 std::size_t scenarios) {
  const std::string script = source + "/tests/validation/opendss/ieee123/feeder.dss";
  std::vector<std::unique_ptr<DssCircuit>> circuits;
  for (std::size_t t = 0; t < threads; ++t) {
    circuits.push_back(std::make_unique<DssCircuit>(script, settings));
  }
  check_same_voltages(read(source + "/cases/ieee123/feeder.json"), *circuits.front(), 0.9);
  const std::vector<double> all = levels(scenarios);
  for (auto _ : state) {
    std::vector<std::jthread> workers;
    std::vector<std::size_t> converged(threads);
    for (std::size_t t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] {
        const auto from = static_cast<std::ptrdiff_t>(t * scenarios / threads);
        const auto to = static_cast<std::ptrdiff_t>((t + 1) * scenarios / threads);
        converged[t] = circuits[t]->solve({all.begin() + from, all.begin() + to});
      });
    }
    workers.clear();
    std::size_t sum = 0;
    for (const std::size_t count : converged) {
      sum += count;
    }
    if (sum != scenarios) {
      state.SkipWithError("a snapshot does not converge");
      return;
    }
  }
  state.counters["seconds_per_flow"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(scenarios),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void run_first_flow(benchmark::State& state, const std::string& file) {
  const Feeder feeder = read(file);
  const network::Injection injection = network::Injection::loads_at(feeder, 1.0);
  for (auto _ : state) {
    const network::AcFlow flow = value_of(network::AcFlow::create(feeder));
    benchmark::DoNotOptimize(flow.solve(injection, {.tolerance_pu = tolerance_pu}));
  }
}

template <class Work>
void on_all_cores(std::size_t threads, const Work& work) {
  std::vector<std::jthread> workers;
  for (std::size_t t = 0; t < threads; ++t) {
    workers.emplace_back([&work, t] { work(t); });
  }
}

void flops_peak(benchmark::State& state) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  constexpr int rounds = 4'000'000;
  // As many as the processor has registers for, and more than it takes to fill its pipelines.
  constexpr std::size_t chains = 6;
  for (auto _ : state) {
    on_all_cores(threads, [](std::size_t) {
      network::with_widest_vectors([]() GRIDPACT_INLINE_HERE {
        network::Vector product[chains], sum[chains];
        for (std::size_t k = 0; k < chains; ++k) {
          product[k] = network::Vector{1.0, 1.1, 1.2, 1.3};
          sum[k] = network::Vector{};
        }
        network::Vector factor = {0.99999999, 0.99999998, 0.99999997, 0.99999996};
        network::Vector term = {1e-6, 2e-6, 3e-6, 4e-6};
        benchmark::DoNotOptimize(factor);
        benchmark::DoNotOptimize(term);
        for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 6
          for (std::size_t k = 0; k < chains; ++k) {
            product[k] *= factor;
            sum[k] += term;
          }
        }
        for (std::size_t k = 0; k < chains; ++k) {
          benchmark::DoNotOptimize(product[k]);
          benchmark::DoNotOptimize(sum[k]);
        }
      });
    });
  }
  state.counters["per_second"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(threads) *
                             2.0 * rounds * static_cast<double>(chains * network::vector_lanes),
                         benchmark::Counter::kIsRate);
}

void bytes_peak(benchmark::State& state) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  constexpr std::size_t size = std::size_t{1} << 23;
  std::vector<std::vector<double>> a(threads), b(threads), c(threads);
  for (std::size_t t = 0; t < threads; ++t) {
    a[t].assign(size, 0.0);
    b[t].assign(size, 1.0);
    c[t].assign(size, 2.0);
  }
  for (auto _ : state) {
    on_all_cores(threads, [&](std::size_t t) {
      for (std::size_t i = 0; i < size; ++i) {
        a[t][i] = b[t][i] + 3.0 * c[t][i];
      }
      benchmark::DoNotOptimize(a[t].data());
      benchmark::ClobberMemory();
    });
  }
  state.counters["per_second"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(threads * size) * 24.0,
      benchmark::Counter::kIsRate);
}

void in_wall_time(benchmark::internal::Benchmark* one) {
  one->UseRealTime()->Unit(benchmark::kMillisecond);
}

// Google Benchmark keeps what is registered; the analyzer takes it for a leak.
#ifndef __clang_analyzer__
bool register_all() {
  using benchmark::RegisterBenchmark;
  in_wall_time(RegisterBenchmark("flops_peak", flops_peak));
  in_wall_time(RegisterBenchmark("bytes_peak", bytes_peak));
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  constexpr std::size_t scenarios = 4000, snapshots = 200;
  in_wall_time(RegisterBenchmark("ieee123/gridpact", run_batch,
                                 source + "/cases/ieee123/feeder.json", scenarios, 1.0));
  const std::vector<std::pair<std::string, DssCall>> calls{{"snap", DssCall::snap},
                                                           {"solve", DssCall::solve_direct_call}};
  for (const auto& [name, call] : calls) {
    for (const bool newton : {false, true}) {
      for (const std::size_t threads : {std::size_t{1}, cores}) {
        const std::string title = "ieee123/opendss/" + name + (newton ? "/newton" : "/normal") +
                                  "/threads:" + std::to_string(threads);
        in_wall_time(RegisterBenchmark(title.c_str(), run_opendss,
                                       DssSettings{call, newton, tolerance_pu}, threads,
                                       snapshots));
      }
    }
  }
  in_wall_time(RegisterBenchmark("ieee33/gridpact", run_batch, source + "/cases/ieee33/feeder.toml",
                                 scenarios, 1.0));
  if (const char* data = std::getenv("GRIDPACT_SHARED_DATA")) {
    const std::string shared = data;
    in_wall_time(RegisterBenchmark("case141/gridpact", run_batch,
                                   shared + "/feeders_matpower/case141.m", scenarios, 1.0));
    in_wall_time(RegisterBenchmark("case533mt_hi/gridpact", run_batch,
                                   shared + "/feeders_matpower/case533mt_hi.m", scenarios, 1.0));
    const std::string large = shared + "/feeders_opendss/ieee8500/Master-unbal.dss";
    in_wall_time(RegisterBenchmark("ieee8500/factorise_and_solve", run_first_flow, large));
    in_wall_time(RegisterBenchmark("ieee8500/gridpact", run_batch, large, std::size_t{1000}, 0.85));
  }
  return true;
}

const bool registered = register_all();
#endif

}  // namespace
}  // namespace gridpact::bench
