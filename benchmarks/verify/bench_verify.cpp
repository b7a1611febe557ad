// The shipped cases (24 hours each; IEEE 33 with 1,250 cars, unbalanced IEEE 123 with 4,400): days
// of plans by oba as `gridpact verify` replays them, and where a day's time goes.

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../network/opendss_peer.hpp"
#include <benchmark/benchmark.h>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/uncertainty/net_load.hpp"
#include "gridpact/verify/judge.hpp"

namespace gridpact::verify {
namespace {

/// As `gridpact plan` makes it.
Plan plan_of(const Case& problem) {
  dispatch::PlanOptions options;
  options.risk = problem.risk;
  auto plan = dispatch::plan(problem, options);
  if (!plan) {
    throw std::runtime_error(to_string(plan.faults().front()));
  }
  return *std::move(plan);
}

struct Subject {
  Case problem;
  Plan plan;

  explicit Subject(const std::string& name) : problem(read(name)), plan(plan_of(problem)) {}

  static Case read(const std::string& name) {
    auto read = importers::read_case(GRIDPACT_SOURCE_DIR "/cases/" + name);
    if (!read) {
      throw std::runtime_error(to_string(read.faults().front()));
    }
    return *std::move(read);
  }
};

const Subject& subject(const benchmark::State& state) {
  if (state.range(0) == 33) {
    static const Subject ieee33("ieee33");
    return ieee33;
  }
  static const Subject ieee123("ieee123");
  return ieee123;
}

Judge judge_of(const Subject& on) {
  auto judge = Judge::create(on.problem, on.plan, VerifyOptions{});
  if (!judge) {
    throw std::runtime_error(to_string(judge.faults().front()));
  }
  return *std::move(judge);
}

double seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

/// Seconds per flow while `threads` solve at the same time.
double opendss_flow_seconds(std::size_t threads) {
  constexpr std::size_t flows = 1000;
  std::vector<double> levels;
  for (std::size_t k = 0; k < flows; ++k) {
    levels.push_back(0.7 + 0.5 * static_cast<double>((k * 79) % flows) / flows);
  }
  std::vector<std::unique_ptr<bench::DssCircuit>> circuits;
  for (std::size_t t = 0; t < threads; ++t) {
    circuits.push_back(std::make_unique<bench::DssCircuit>(
        GRIDPACT_SOURCE_DIR "/tests/validation/opendss/ieee123/feeder.dss",
        bench::DssSettings{bench::DssCall::solve_direct_call}));
  }
  std::vector<std::size_t> converged(threads);
  const auto since = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] { converged[t] = circuits[t]->solve(levels); });
    }
  }
  const double taken = seconds(since);
  if (std::count(converged.begin(), converged.end(), flows) != std::ssize(converged)) {
    throw std::runtime_error("a snapshot does not converge");
  }
  return taken / static_cast<double>(threads * flows);
}

void verify_days(benchmark::State& state) {
  const Subject& on = subject(state);
  VerifyOptions options;
  options.scenarios = static_cast<std::uint64_t>(state.range(1));
  options.threads = static_cast<unsigned>(state.range(2));
  const auto since = std::chrono::steady_clock::now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(verify(on.problem, on.plan, options));
  }
  if (state.range(0) == 123) {
    const double ours = seconds(since) / static_cast<double>(state.iterations());
    const auto flows = static_cast<double>(options.scenarios * on.problem.horizon.count);
    const double theirs = flows * opendss_flow_seconds(options.threads);
    state.counters["opendss_flows_alone_s"] = theirs;
    state.counters["opendss_over_gridpact"] = theirs / ours;
  }
}
BENCHMARK(verify_days)
    ->ArgNames({"ieee", "days", "threads"})
    ->Args({33, 2000, 1})
    ->Args({33, 2000, 2})
    ->Args({123, 10000, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void both_cases(benchmark::internal::Benchmark* one) { one->ArgName("ieee")->Arg(33)->Arg(123); }

void set_up(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(judge_of(subject(state)));
  }
}
BENCHMARK(set_up)->Apply(both_cases)->Unit(benchmark::kMillisecond);

void replay_one_day(benchmark::State& state) {
  const auto judge = judge_of(subject(state));
  std::uint64_t day = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(judge.run(day++));
  }
}
BENCHMARK(replay_one_day)->Apply(both_cases)->Unit(benchmark::kMicrosecond);

void of_it_sample_errors(benchmark::State& state) {
  const auto law = *uncertainty::fit(*uncertainty::net_load_errors(subject(state).problem));
  std::uint64_t day = 0;
  for (auto _ : state) {
    RandomStream random(1, day++);
    benchmark::DoNotOptimize(uncertainty::sample_day(law, random));
  }
}
BENCHMARK(of_it_sample_errors)->Apply(both_cases)->Unit(benchmark::kMicrosecond);

struct Stations {
  std::vector<fleet::FleetSource> sources;
  std::vector<fleet::Controller> controllers;

  explicit Stations(const Subject& on) {
    const auto& problem = on.problem;
    for (std::size_t s = 0; s < problem.stations.size(); ++s) {
      sources.emplace_back(problem, StationId{s});
      controllers.emplace_back(sources[s].forecast(), problem.horizon,
                               on.plan.stations[s].charge_kw,
                               problem.stations[s].connection_max_kw);
    }
  }
  [[nodiscard]] fleet::Fleet sample(std::size_t s, std::uint64_t day) const {
    auto random = fleet::day_stream(1, fleet::DayUse::judging, StationId{s}, day);
    return sources[s].sample(random);
  }
};

void of_it_sample_fleets(benchmark::State& state) {
  const Stations stations(subject(state));
  std::uint64_t day = 0;
  for (auto _ : state) {
    for (std::size_t s = 0; s < stations.sources.size(); ++s) {
      benchmark::DoNotOptimize(stations.sample(s, day));
    }
    ++day;
  }
}
BENCHMARK(of_it_sample_fleets)->Apply(both_cases)->Unit(benchmark::kMicrosecond);

void of_it_sample_and_follow(benchmark::State& state) {
  const Stations stations(subject(state));
  std::uint64_t day = 0;
  for (auto _ : state) {
    for (std::size_t s = 0; s < stations.sources.size(); ++s) {
      benchmark::DoNotOptimize(stations.controllers[s].follow(stations.sample(s, day)));
    }
    ++day;
  }
}
BENCHMARK(of_it_sample_and_follow)->Apply(both_cases)->Unit(benchmark::kMicrosecond);

/// The same day without cars: errors, policy, injections, 24 flows, limits.
void of_it_without_cars(benchmark::State& state) {
  auto [problem, plan] = subject(state);
  problem.stations.clear();
  plan.stations.clear();
  const auto judge = Judge::create(problem, plan, VerifyOptions{});
  std::uint64_t day = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(judge->run(day++));
  }
}
BENCHMARK(of_it_without_cars)->Apply(both_cases)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gridpact::verify
