// A year of quarter-hours of 50 sources to their law, and 10,000 days of 300 injections from a law.
// Asked for: under 10 s and under 2 s on two cores.

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "gridpact/base/parallel.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {
namespace {

/// Sources in five groups that share part of their error, each an AR(1) path with heavy tails whose
/// size grows with the forecast level.
ErrorHistory history_of(std::size_t days, std::size_t periods, std::size_t n) {
  constexpr std::size_t groups = 5;
  constexpr double memory = 0.97;
  RandomStream random(1, 0);
  ErrorHistory history;
  history.layer = "net_load";
  for (std::size_t j = 0; j < n; ++j) {
    history.sources.push_back(std::to_string(j));
  }
  std::vector<double> shared(groups, 0.0);
  std::vector<double> own(n, 0.0);
  const auto next = [&](double state) {
    return memory * state + std::sqrt(1.0 - memory * memory) * random.normal();
  };
  for (std::size_t d = 0; d < days; ++d) {
    Matrix errors(periods, n);
    Matrix levels(periods, n);
    const double rough = random.uniform() < 0.1 ? 2.5 : 0.8;
    for (std::size_t t = 0; t < periods; ++t) {
      for (double& state : shared) {
        state = next(state);
      }
      for (std::size_t j = 0; j < n; ++j) {
        own[j] = next(own[j]);
        levels(t, j) = random.uniform();
        errors(t, j) =
            100.0 * rough * (0.3 + levels(t, j)) * (0.7 * shared[j % groups] + 0.7 * own[j]);
      }
    }
    history.days.push_back(errors);
    history.levels.push_back(levels);
  }
  history.planned_level = history.levels.back();
  return history;
}

void fit_a_year_of_quarter_hours_of_50_sources(benchmark::State& state) {
  const auto history = history_of(365, 96, 50);
  for (auto _ : state) {
    benchmark::DoNotOptimize(fit(history));
  }
}
BENCHMARK(fit_a_year_of_quarter_hours_of_50_sources)->Unit(benchmark::kSecond)->UseRealTime();

void sample_10000_days_of_300_injections(benchmark::State& state) {
  FitOptions options;
  options.max_components = 1;
  const DaySampler sampler(fit(history_of(365, 24, 300), options).value());
  for (auto _ : state) {
    std::vector<double> total(10000);
    parallel_for(total.size(), 0, [&](std::size_t d) {
      RandomStream random(2, d);
      total[d] = sampler.sample(random)(12, 0);
    });
    benchmark::DoNotOptimize(total.data());
  }
}
BENCHMARK(sample_10000_days_of_300_injections)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace
}  // namespace gridpact::uncertainty
