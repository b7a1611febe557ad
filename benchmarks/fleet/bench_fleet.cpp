// 1,200 cars in 24 hours at four stations: what the optimiser asks of each station again and again
// (a best response), and what the verifier asks once per scenario (a sampled day under control).

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <benchmark/benchmark.h>

#include "gridpact/fleet/controller.hpp"
#include "gridpact/fleet/source.hpp"

namespace gridpact::fleet {
namespace {

constexpr std::size_t stations = 4;
constexpr std::size_t cars_per_station = 300;

Case workplaces() {
  RandomStream random(1, 0);
  SessionHistory history;
  for (long day = 19723; day < 19723 + 364; ++day) {
    for (std::size_t k = random.poisson(weekday_of(day) <= 5 ? 40.0 : 8.0); k > 0; --k) {
      Session session;
      session.arrival_day = day;
      session.arrival_h = std::clamp(9.0 + 2.5 * random.normal(), 0.0, 23.9);
      session.stay_h = 0.5 + 10.0 * random.uniform();
      session.energy_kwh = 2.0 + 20.0 * random.uniform();
      history.sessions.push_back(session);
    }
  }
  Case problem;
  problem.horizon = {local_midnight(20251, "UTC"), std::chrono::hours{1}, 24, "UTC"};
  problem.session_histories = {history};
  for (std::size_t s = 0; s < stations; ++s) {
    Station station;
    station.cars = cars_per_station;
    station.charger_kw = 7.2;
    station.connection_max_kw = 800.0;
    problem.stations.push_back(station);
  }
  return problem;
}

void best_response_of_1200_cars(benchmark::State& state) {
  auto problem = workplaces();
  problem.stations[0].cars = stations * cars_per_station;
  const auto fleet = FleetSource(problem, StationId{0}).forecast();
  std::vector<double> price(24);
  for (std::size_t t = 0; t < price.size(); ++t) {
    price[t] = std::sin(static_cast<double>(t));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(best_response(fleet, problem.horizon, price));
  }
}
BENCHMARK(best_response_of_1200_cars)->Unit(benchmark::kMicrosecond);

struct World {
  Case problem = workplaces();
  std::vector<FleetSource> sources;
  std::vector<Controller> controllers;
  std::vector<Fleet> days;

  World() {
    for (std::size_t s = 0; s < stations; ++s) {
      sources.emplace_back(problem, StationId{s});
      const auto forecast = sources[s].forecast();
      std::vector<double> falling(24);
      for (std::size_t t = 0; t < falling.size(); ++t) {
        falling[t] = -static_cast<double>(t);
      }
      // As late as possible: most cars are unfinished for most of the day, the dearest case.
      const auto target_kw = best_response(forecast, problem.horizon, falling).total_kw;
      controllers.emplace_back(forecast, problem.horizon, target_kw, 800.0);
      auto random = day_stream(1, DayUse::judging, StationId{s}, 0);
      days.push_back(sources[s].sample(random));
    }
  }
};

void sample_four_stations(benchmark::State& state) {
  const World world;
  std::uint64_t day = 0;
  for (auto _ : state) {
    for (const auto& source : world.sources) {
      auto random = day_stream(1, DayUse::judging, source.station(), day);
      benchmark::DoNotOptimize(source.sample(random));
    }
    ++day;
  }
}
BENCHMARK(sample_four_stations)->Unit(benchmark::kMicrosecond);

void follow_a_day_at_four_stations(benchmark::State& state) {
  const World world;
  for (auto _ : state) {
    for (std::size_t s = 0; s < stations; ++s) {
      benchmark::DoNotOptimize(world.controllers[s].follow(world.days[s]));
    }
  }
}
BENCHMARK(follow_a_day_at_four_stations)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gridpact::fleet
