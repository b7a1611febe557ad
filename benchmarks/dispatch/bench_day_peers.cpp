// Solves the day of one case folder as `oba` under moments and support, at the operating point that
// all methods share, and prints as JSON what that took and came to. Writes all that another tool
// needs to write the same program to a file. bench_day_peers.py runs it.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <vector>

#include "fail.hpp"
#include "validation/day_input.hpp"
#include <nlohmann/json.hpp>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/importers/case_reader.hpp"

namespace {

using namespace gridpact;
using bench::fail;

constexpr int repetitions = 3;

/// The plan's decisions, one row per period: kW and kvar of the generators, of the renewables, kW
/// of the stations.
nlohmann::json decisions_of(const Plan& plan) {
  auto out = nlohmann::json::array();
  for (std::size_t t = 0; t < plan.horizon.count; ++t) {
    std::vector<double> row;
    const auto add = [&](const auto& units, const auto& value) {
      std::ranges::transform(units, std::back_inserter(row), value);
    };
    add(plan.generators, [t](const auto& unit) { return unit.p_kw[t]; });
    add(plan.generators, [t](const auto& unit) { return unit.q_kvar[t]; });
    add(plan.renewables, [t](const auto& one) { return one.forecast_kw[t] - one.curtailed_kw[t]; });
    add(plan.renewables, [t](const auto& one) { return one.q_kvar[t]; });
    add(plan.stations, [t](const auto& one) { return one.charge_kw[t]; });
    out.push_back(row);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (words.size() != 3) {
    std::fputs("usage: bench_day_peers CASE INPUT; run by bench_day_peers.py\n", stderr);
    return 2;
  }
  auto problem = importers::read_case(words[1]);
  if (!problem) {
    return fail(problem.faults());
  }
  problem->risk.knowledge = Knowledge::moments_support;
  problem->risk.layers = Layers::apart;
  problem->risk.ambiguity = Ambiguity::none;
  dispatch::PlanOptions options;
  options.method = Method::oba;
  options.risk = problem->risk;
  const auto prepared = dispatch::Prepared::create(*problem, options);
  if (!prepared) {
    return fail(prepared.faults());
  }
  auto input = test::input_of(prepared->state());
  input["joint_violation_limit"] = options.risk.joint_violation_limit;
  input["relative_gap"] = options.relative_gap;
  std::ofstream(words[2]) << input.dump();
  double fastest_s = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto plan = dispatch::solve(*prepared, options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (!plan) {
      return fail(plan.faults());
    }
    fastest_s = std::min(fastest_s, took.count());
    if (i + 1 == repetitions) {
      const double known_eur = plan->cost.deviation_eur;  // of deviations, no part of the program
      const nlohmann::json answer = {{"seconds", fastest_s},
                                     {"cost", plan->cost.total_eur() - known_eur},
                                     {"bound", plan->lower_bound_eur - known_eur},
                                     {"rows", plan->row_count},
                                     {"decisions", decisions_of(*plan)}};
      std::puts(answer.dump().c_str());
    }
  }
  return 0;
}
