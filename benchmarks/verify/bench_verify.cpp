// The shipped case (IEEE 33, 24 hours, four stations, 1,250 cars): 2,000 days as `gridpact verify`
// replays them, and where a day's time goes.

#include <algorithm>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "gridpact/fleet/fleet.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/uncertainty/net_load.hpp"
#include "gridpact/verify/judge.hpp"

namespace gridpact::verify {
namespace {

const Case& shipped_case() {
  static const Case problem = [] {
    auto read = importers::read_case(GRIDPACT_SOURCE_DIR "/cases/ieee33");
    if (!read) {
      throw std::runtime_error(to_string(read.faults().front()));
    }
    return *std::move(read);
  }();
  return problem;
}

/// Nothing optimised: cars charge at the cheapest hours, generators at half power, no reserve.
const Plan& simple_plan() {
  static const Plan plan = [] {
    const auto& problem = shipped_case();
    const Profile none(problem.horizon.count, 0.0);
    Plan out;
    out.case_digest = problem.digest;
    out.horizon = problem.horizon;
    for (const auto& source : net_load_sources(problem)) {
      if (source.sign > 0.0) {
        out.loads.push_back({forecast_kw(problem, source)});
      } else {
        out.renewables.push_back({forecast_kw(problem, source), none, none});
      }
    }
    for (const auto& generator : problem.generators) {
      const double half_kw = 0.5 * (generator.p_min_kw + generator.p_max_kw);
      out.generators.push_back({Profile(none.size(), half_kw), none, none, none, none});
    }
    for (std::size_t s = 0; s < problem.stations.size(); ++s) {
      PlannedStation station;
      const auto fleet = fleet::FleetSource(problem, StationId{s}).forecast();
      station.charge_kw =
          fleet::best_response(fleet, problem.horizon, problem.substation.import_price_eur_per_kwh)
              .total_kw;
      for (double& charge_kw : station.charge_kw) {
        charge_kw = std::min(charge_kw, problem.stations[s].connection_max_kw);
      }
      station.up_reserve_kw = station.down_reserve_kw = none;
      out.stations.push_back(station);
    }
    out.substation = {none, none, none, none};
    out.reserve = {none, none};
    return out;
  }();
  return plan;
}

Judge shipped_judge(unsigned threads = 1) {
  VerifyOptions options;
  options.threads = threads;
  auto judge = Judge::create(shipped_case(), simple_plan(), options);
  if (!judge) {
    throw std::runtime_error(to_string(judge.faults().front()));
  }
  return *std::move(judge);
}

void verify_2000_days(benchmark::State& state) {
  VerifyOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(verify(shipped_case(), simple_plan(), options));
  }
}
BENCHMARK(verify_2000_days)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void set_up(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(shipped_judge());
  }
}
BENCHMARK(set_up)->Unit(benchmark::kMillisecond);

void replay_one_day(benchmark::State& state) {
  const auto judge = shipped_judge();
  std::uint64_t day = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(judge.run(day++));
  }
}
BENCHMARK(replay_one_day)->Unit(benchmark::kMicrosecond);

void of_it_sample_errors(benchmark::State& state) {
  const auto law = *uncertainty::fit(*uncertainty::net_load_errors(shipped_case()));
  std::uint64_t day = 0;
  for (auto _ : state) {
    RandomStream random(1, day++);
    benchmark::DoNotOptimize(uncertainty::sample_day(law, random));
  }
}
BENCHMARK(of_it_sample_errors)->Unit(benchmark::kMicrosecond);

struct Stations {
  std::vector<fleet::FleetSource> sources;
  std::vector<fleet::Controller> controllers;

  Stations() {
    const auto& problem = shipped_case();
    for (std::size_t s = 0; s < problem.stations.size(); ++s) {
      sources.emplace_back(problem, StationId{s});
      controllers.emplace_back(sources[s].forecast(), problem.horizon,
                               simple_plan().stations[s].charge_kw,
                               problem.stations[s].connection_max_kw);
    }
  }
  [[nodiscard]] fleet::Fleet sample(std::size_t s, std::uint64_t day) const {
    auto random = fleet::day_stream(1, fleet::DayUse::judging, StationId{s}, day);
    return sources[s].sample(random);
  }
};

void of_it_sample_fleets(benchmark::State& state) {
  const Stations stations;
  std::uint64_t day = 0;
  for (auto _ : state) {
    for (std::size_t s = 0; s < stations.sources.size(); ++s) {
      benchmark::DoNotOptimize(stations.sample(s, day));
    }
    ++day;
  }
}
BENCHMARK(of_it_sample_fleets)->Unit(benchmark::kMicrosecond);

void of_it_sample_and_follow(benchmark::State& state) {
  const Stations stations;
  std::uint64_t day = 0;
  for (auto _ : state) {
    for (std::size_t s = 0; s < stations.sources.size(); ++s) {
      benchmark::DoNotOptimize(stations.controllers[s].follow(stations.sample(s, day)));
    }
    ++day;
  }
}
BENCHMARK(of_it_sample_and_follow)->Unit(benchmark::kMicrosecond);

/// The same day without cars: errors, policy, injections, 24 flows, limits.
void of_it_without_cars(benchmark::State& state) {
  auto problem = shipped_case();
  auto plan = simple_plan();
  problem.stations.clear();
  plan.stations.clear();
  const auto judge = Judge::create(problem, plan, VerifyOptions{});
  std::uint64_t day = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(judge->run(day++));
  }
}
BENCHMARK(of_it_without_cars)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gridpact::verify
