// Planning the shipped case: each method on rows that are prepared once, and oba with its
// re-linearisations. The counter `ratio` of the methods is what risk costs: time over that of det.

#include <chrono>

#include <benchmark/benchmark.h>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/importers/case_reader.hpp"

namespace {

using namespace gridpact;

const Case& shipped_case() {
  static const auto problem = importers::read_case(GRIDPACT_SOURCE_DIR "/cases/ieee33");
  return problem.value();
}

dispatch::PlanOptions options_for(Method method) {
  dispatch::PlanOptions options;
  options.method = method;
  options.risk = shipped_case().risk;
  return options;
}

const dispatch::Prepared& prepared() {
  static const auto out = dispatch::Prepared::create(shipped_case(), options_for(Method::det));
  return out.value();
}

double seconds_of_det() {
  static const double seconds = [] {
    (void)prepared();  // not part of what is measured
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(dispatch::solve(prepared(), options_for(Method::det)));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }();
  return seconds;
}

void solve_once(benchmark::State& state, Method method) {
  const double det = seconds_of_det();
  double total = 0.0;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(dispatch::solve(prepared(), options_for(method)));
    total += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  state.counters["ratio"] = total / static_cast<double>(state.iterations()) / det;
}
BENCHMARK_CAPTURE(solve_once, det, Method::det)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(solve_once, icc, Method::icc)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(solve_once, ba, Method::ba)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(solve_once, oba, Method::oba)->Unit(benchmark::kMillisecond)->UseRealTime();

void plan_to_agreement_with_ac(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(dispatch::plan(prepared(), options_for(Method::oba)));
  }
}
BENCHMARK(plan_to_agreement_with_ac)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
