// The exact flexibility of a fleet, 96 periods of 15 minutes: time against the number of cars, and
// the same fleets as one linear program with every car explicit.
//
// Counters: `per_car_us` is the curve that must be flat; `lp_ratio` how many times longer the
// explicit program takes, `optimum_gap` how far the two optima are apart, relative;
// `promised_too_much` by how much of the bill the sum of the cars' bounds promises what no split
// over the cars delivers, `loss_gap` how much of the bill the realisable set may miss where a cycle
// loses; `approximations` are on recorded sessions (baselines.hpp).

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <string>

#include "baselines.hpp"
#include <benchmark/benchmark.h>

#include "gridpact/base/random.hpp"
#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/membership.hpp"
#include "gridpact/importers/session_reader.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::fleet {
namespace {

constexpr std::size_t periods = 96;

enum class Fleets { charging, v2g, lossy };

TimeGrid day() { return {local_midnight(19723, "UTC"), std::chrono::minutes{15}, periods, "UTC"}; }

/// Cars of homes and workplaces; batteries of 40 to 80 kWh where they discharge.
const Fleet& fleet_of(Fleets kind, std::size_t count) {
  static std::map<std::pair<Fleets, std::size_t>, Fleet> made;
  auto& fleet = made[{kind, count}];
  if (!fleet.empty()) {
    return fleet;
  }
  RandomStream random(1, 0);
  fleet.resize(count);
  for (auto& car : fleet) {
    const bool at_work = random.index(2) == 0;
    car.arrival_h = std::clamp((at_work ? 8.5 : 0.5) + 1.5 * random.normal(), 0.0, 20.0);
    car.departure_h = std::min(24.0, car.arrival_h + 2.0 + 12.0 * random.uniform());
    car.charge_max_kw = random.index(3) == 0 ? 11.0 : 7.4;
    car.energy_kwh = (0.1 + 0.6 * random.uniform()) * car.charge_max_kw *
                     std::min(5.0, car.departure_h - car.arrival_h);
    if (kind != Fleets::charging) {
      Battery battery;
      battery.capacity_kwh = 40.0 + 40.0 * random.uniform();
      battery.arrival_kwh = battery.capacity_kwh * (0.3 + 0.3 * random.uniform());
      battery.v2g_consent = true;
      battery.discharge_max_kw = car.charge_max_kw;
      battery.v2g_min_kwh = 0.3 * battery.capacity_kwh;
      if (kind == Fleets::lossy) {
        battery.charge_efficiency = 0.93;
        battery.discharge_efficiency = 0.93;
      }
      car.battery = battery;
    }
  }
  benchmark::DoNotOptimize(lower_infeasible_wishes(fleet));
  return fleet;
}

/// Two dear peaks and a cheap noon, with the noise of a volatile market; €/kWh.
std::vector<double> volatile_prices() {
  RandomStream random(2, 0);
  std::vector<double> price(periods);
  for (std::size_t t = 0; t < periods; ++t) {
    const double hour = static_cast<double>(t) / 4.0;
    price[t] = 0.2 + 0.08 * std::cos((hour - 19.0) / 12.0 * 3.14159) +
               0.05 * std::cos((hour - 8.0) / 6.0 * 3.14159) + 0.04 * random.normal();
  }
  return price;
}

double cost_of(std::span<const double> price, std::span<const double> energy) {
  return std::inner_product(price.begin(), price.end(), energy.begin(), 0.0);
}

/// Largest memory that this program has held so far, GB.
double peak_memory_gb() {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("VmHWM:")) {
      return std::stod(line.substr(6)) / 1e6;
    }
  }
  return 0.0;
}

std::size_t cars_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void count_per_car(benchmark::State& state) {
  state.SetComplexityN(state.range(0));
  state.counters["per_car_us"] = benchmark::Counter(
      1e-6 * static_cast<double>(state.range(0)),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <Fleets kind>
void aggregate(benchmark::State& state) {
  const auto& fleet = fleet_of(kind, cars_of(state));
  for (auto _ : state) {
    const Aggregate all(fleet, day());
    benchmark::DoNotOptimize(all.envelope());
  }
  count_per_car(state);
}

template <Fleets kind>
void optimise(benchmark::State& state) {
  const Aggregate all(fleet_of(kind, cars_of(state)), day());
  const auto price = volatile_prices();
  for (auto _ : state) {
    benchmark::DoNotOptimize(all.cheapest_kwh(price));
  }
  count_per_car(state);
}

template <Fleets kind>
void disaggregate_vertex(benchmark::State& state) {
  const Aggregate all(fleet_of(kind, cars_of(state)), day());
  const auto price = volatile_prices();
  for (auto _ : state) {
    benchmark::DoNotOptimize(all.cheapest_by_car_kwh(price));
  }
  count_per_car(state);
}

/// Proof that a profile of the middle of the set is deliverable, and its split over the cars.
template <Fleets kind>
void locate_and_disaggregate(benchmark::State& state) {
  const Aggregate all(fleet_of(kind, cars_of(state)), day());
  std::vector<double> profile(periods, 0.0);
  constexpr std::size_t mixed = 4;
  for (std::size_t k = 0; k < mixed; ++k) {
    auto price = volatile_prices();
    std::rotate(price.begin(), price.begin() + static_cast<std::ptrdiff_t>(11 * k), price.end());
    const auto vertex = all.cheapest_kwh(price);
    for (std::size_t t = 0; t < periods; ++t) {
      profile[t] += vertex[t] / mixed;
    }
  }
  for (auto _ : state) {
    const auto answer = locate(all, profile);
    if (!answer.inside) {
      state.SkipWithError("the profile was not found inside");
      break;
    }
    benchmark::DoNotOptimize(disaggregate(all, *answer.inside));
    state.counters["passes"] = static_cast<double>(answer.passes);
    state.counters["error_kwh"] = answer.inside->error_kwh;
  }
}

/// Every car's charging, discharging and content, and nothing clever.
program::Program explicit_program(const Fleet& fleet, std::span<const double> price) {
  program::Program out;
  const auto grid = day();
  const double period_h = grid.period_h();
  for (const auto& car : fleet) {
    const auto battery = car.battery.value_or(
        Battery{.capacity_kwh = car.energy_kwh, .arrival_kwh = 0.0, .v2g_min_kwh = 0.0});
    program::LinearExpression content(battery.arrival_kwh);
    program::VariableId last;
    for (std::size_t t = 0; t < periods; ++t) {
      const double most_kwh = car.limit_kw(t, period_h) * period_h;
      if (most_kwh == 0.0) {
        continue;
      }
      content.add(battery.charge_efficiency,
                  out.add_variable({.lower = 0.0, .upper = most_kwh, .cost = price[t]}));
      if (car.discharges()) {
        content.add(-1.0 / battery.discharge_efficiency,
                    out.add_variable({.lower = 0.0,
                                      .upper = car.discharge_limit_kw(t, period_h) * period_h,
                                      .cost = -price[t]}));
      }
      last = out.add_variable(
          {.lower = car.discharges() ? battery.v2g_min_kwh : 0.0, .upper = battery.capacity_kwh});
      content.add(-1.0, last);
      out.add_constraint(0.0, content, 0.0);
      content = last;
    }
    out.variable(last).lower = battery.content_after(battery.arrival_kwh, car.energy_kwh) - 1e-12;
  }
  return out;
}

template <Fleets kind>
void against_explicit_program(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const auto& fleet = fleet_of(kind, cars_of(state));
  const auto price = volatile_prices();
  const auto model = explicit_program(fleet, price);
  const auto begin = Clock::now();
  const auto solution = program::Solver().solve(model, {.feasibility = 1e-9});
  const std::chrono::duration<double> lp_seconds = Clock::now() - begin;
  if (solution.status != program::Status::optimal) {
    state.SkipWithError(solution.message.c_str());
    return;
  }
  double cost = 0.0;
  double bound = 0.0;
  std::chrono::duration<double> seconds{0.0};
  for (auto _ : state) {
    const auto start = Clock::now();
    if constexpr (kind == Fleets::lossy) {
      const auto schedule = best_response(fleet, day(), price, 0);
      cost = 0.25 * cost_of(price, schedule.total_kw);
      bound = cheapest_bound(fleet, day(), price, 0);
    } else {
      cost = cost_of(price, Aggregate(fleet, day()).cheapest_kwh(price));
      bound = cost;
    }
    seconds += Clock::now() - start;
  }
  const double mean_seconds = seconds.count() / static_cast<double>(state.iterations());
  // All gaps are told in shares of what charging at once would cost.
  const double bill = 0.25 * cost_of(price, uncontrolled_kw(fleet, day()));
  state.counters["lp_s"] = lp_seconds.count();
  state.counters["lp_ratio"] = lp_seconds.count() / mean_seconds;
  state.counters["optimum_gap"] = std::abs(bound - solution.objective) / bill;
  state.counters["saved"] = 1.0 - cost / bill;
  if constexpr (kind == Fleets::lossy) {
    state.counters["loss_gap"] = (cost - solution.objective) / bill;
    // The inner polymatroid with discharging in the dearest quarter of the day, and at any time.
    auto sorted = price;
    std::nth_element(sorted.begin(), sorted.begin() + periods / 4, sorted.end(), std::greater<>{});
    PeriodSet dear(periods);
    std::transform(price.begin(), price.end(), dear.begin(),
                   [&](double value) { return value >= sorted[periods / 4]; });
    const auto gap = [&](const PeriodSet& window) {
      const auto inner = Aggregate(fleet, day(), window).cheapest_kwh(price);
      return (cost_of(price, inner) - solution.objective) / bill;
    };
    state.counters["polymatroid_gap_dear"] = gap(dear);
    state.counters["polymatroid_gap_any"] = gap({});
    return;
  }
  state.counters["promised_too_much"] =
      (cost - baselines::sum_of_bounds_eur(fleet, day(), price)) / bill;
}

/// Cars of a recorded working day at `site` (cases/ieee33/history), cut off at the day's end; with
/// batteries of 60 kWh that discharge, where `kind` says so.
Fleet recorded_fleet(const std::string& site, Fleets kind) {
  const auto file = importers::read_session_file(std::string(GRIDPACT_SOURCE_DIR) +
                                                 "/cases/ieee33/history/sessions_" + site + ".csv");
  if (!file) {
    return {};
  }
  constexpr std::size_t most_cars = 150;
  constexpr double charger_kw = 7.2, capacity_kwh = 60.0;
  Fleet fleet;
  for (const auto& session : file->history.sessions) {
    Car car{session.arrival_h, std::min(24.0, session.arrival_h + session.stay_h),
            session.energy_kwh, charger_kw};
    if (session.weekday > 5 || car.departure_h - car.arrival_h < 0.25 ||
        fleet.size() == most_cars) {
      continue;
    }
    if (kind == Fleets::v2g) {
      Battery battery;
      battery.capacity_kwh = capacity_kwh;
      battery.arrival_kwh = 0.4 * capacity_kwh;
      battery.v2g_consent = true;
      battery.discharge_max_kw = charger_kw;
      battery.v2g_min_kwh = 0.3 * capacity_kwh;
      car.battery = battery;
    }
    fleet.push_back(car);
  }
  benchmark::DoNotOptimize(lower_infeasible_wishes(fleet));
  return fleet;
}

/// How far the usual approximations are from the exact set, in shares of the bill of charging at
/// once: what the sum of bounds promises too much, what the inner ones leave undone.
void approximations(benchmark::State& state, Fleets kind, const std::string& site) {
  const auto fleet = recorded_fleet(site, kind);
  if (fleet.empty()) {
    state.SkipWithError("cases/ieee33/history has no sessions of this site");
    return;
  }
  const auto price = volatile_prices();
  const double bill = 0.25 * cost_of(price, uncontrolled_kw(fleet, day()));
  double exact = 0.0;
  for (auto _ : state) {
    exact = cost_of(price, Aggregate(fleet, day()).cheapest_kwh(price));
  }
  state.counters["cars"] = static_cast<double>(fleet.size());
  state.counters["saved"] = 1.0 - exact / bill;
  state.counters["bounds_promise_too_much"] =
      (exact - baselines::sum_of_bounds_eur(fleet, day(), price)) / bill;
  state.counters["homothetic_leaves"] =
      (baselines::Homothetic(fleet, day()).cheapest_eur(price) - exact) / bill;
  state.counters["zonotope_leaves"] =
      (baselines::Zonotope(fleet, day()).cheapest_eur(price) - exact) / bill;
}

/// The whole way with as many cars as a country has: aggregate, optimum, proof and split of a
/// profile. `peak_gb`: largest memory of the program so far.
template <Fleets kind>
void whole_way(benchmark::State& state) {
  const auto& fleet = fleet_of(kind, cars_of(state));
  const auto price = volatile_prices();
  for (auto _ : state) {
    const Aggregate all(fleet, day());
    benchmark::DoNotOptimize(all.envelope());
    auto profile = all.cheapest_kwh(price);
    auto other = price;
    std::rotate(other.begin(), other.begin() + 17, other.end());
    const auto second = all.cheapest_kwh(other);
    for (std::size_t t = 0; t < periods; ++t) {
      profile[t] = 0.5 * (profile[t] + second[t]);
    }
    const auto answer = locate(all, profile, 1e-9 * static_cast<double>(fleet.size()));
    if (!answer.inside) {
      state.SkipWithError("the profile was not found inside");
      break;
    }
    benchmark::DoNotOptimize(disaggregate(all, *answer.inside));
    state.counters["passes"] = static_cast<double>(answer.passes);
    state.counters["error_kwh"] = answer.inside->error_kwh;
  }
  state.counters["peak_gb"] = peak_memory_gb();
  count_per_car(state);
}

/// A profile that asks for a tenth more at noon than the fleet can take: how long its refusal
/// takes.
template <Fleets kind>
void refuse(benchmark::State& state) {
  const Aggregate all(fleet_of(kind, cars_of(state)), day());
  auto profile = all.cheapest_kwh(volatile_prices());
  PeriodSet noon(periods, false);
  std::fill(noon.begin() + 48, noon.begin() + 56, true);
  const double excess_kwh = 0.1 * all.most_kwh(noon);
  for (std::size_t t = 48; t < 56; ++t) {
    profile[t] = (all.most_kwh(noon) + excess_kwh) / 8.0;
  }
  for (auto _ : state) {
    const auto answer = locate(all, profile);
    if (!answer.outside) {
      state.SkipWithError("the profile was not refused");
      break;
    }
    state.counters["passes"] = static_cast<double>(answer.passes);
    state.counters["excess_kwh"] = answer.outside->excess_kwh();
  }
}

void many(benchmark::internal::Benchmark* bench) {
  bench->RangeMultiplier(10)
      ->Range(1'000, 1'000'000)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime()
      ->Complexity(benchmark::oN);
}
void few(benchmark::internal::Benchmark* bench) {
  bench->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime();
}
void whole_sizes(benchmark::internal::Benchmark* bench) {
  bench->RangeMultiplier(10)
      ->Range(10'000, 1'000'000)
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime()
      ->Complexity(benchmark::oN);
}
void explicit_sizes(benchmark::internal::Benchmark* bench) {
  bench->Arg(100)->Arg(300)->Arg(1'000)->Unit(benchmark::kMillisecond)->UseRealTime();
}

BENCHMARK(aggregate<Fleets::charging>)->Apply(many);
BENCHMARK(aggregate<Fleets::v2g>)->Apply(many);
BENCHMARK(optimise<Fleets::charging>)->Apply(many);
BENCHMARK(optimise<Fleets::v2g>)->Apply(many);
BENCHMARK(disaggregate_vertex<Fleets::charging>)->Apply(many);
BENCHMARK(disaggregate_vertex<Fleets::v2g>)->Apply(many);
BENCHMARK(locate_and_disaggregate<Fleets::charging>)->Apply(few);
BENCHMARK(locate_and_disaggregate<Fleets::v2g>)->Apply(few);
BENCHMARK(refuse<Fleets::charging>)->Apply(few);
BENCHMARK(refuse<Fleets::v2g>)->Apply(few);
BENCHMARK(whole_way<Fleets::charging>)->Apply(whole_sizes);
BENCHMARK(whole_way<Fleets::v2g>)->Apply(whole_sizes);
BENCHMARK_CAPTURE(approximations, charging_caltech, Fleets::charging, "caltech")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(approximations, charging_jpl, Fleets::charging, "jpl")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(approximations, v2g_caltech, Fleets::v2g, "caltech")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(approximations, v2g_jpl, Fleets::v2g, "jpl")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(against_explicit_program<Fleets::charging>)->Apply(explicit_sizes);
BENCHMARK(against_explicit_program<Fleets::v2g>)->Apply(explicit_sizes);
BENCHMARK(against_explicit_program<Fleets::lossy>)->Apply(explicit_sizes);

}  // namespace
}  // namespace gridpact::fleet
