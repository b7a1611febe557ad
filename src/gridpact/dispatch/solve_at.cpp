#include "gridpact/dispatch/solve_at.hpp"

#include <algorithm>
#include <functional>

#include "gridpact/dispatch/build_plan.hpp"

namespace gridpact::dispatch {

namespace {

/// What the parts of a station's cars take together.
Profile total_kw(const std::vector<std::vector<fleet::Schedule>>& parts) {
  Profile out(parts.front().front().total_kw.size(), 0.0);
  for (const auto& schedules : parts) {
    std::ranges::transform(out, schedules.front().total_kw, out.begin(), std::plus<>());
  }
  return out;
}

}  // namespace

Decision decision_of(const DaySolution& solved) {
  auto out = solved.day->decision(solved.solution.point);
  out.schedules = solved.hull->used_schedules(solved.solution.point);
  for (std::size_t s = 0; s < out.schedules.size(); ++s) {
    out.charge_kw[s] = total_kw(out.schedules[s]);  // exactly what the cars do
  }
  out.energy_cuts = solved.hull->energy_cuts();
  out.rows = solved.rows->binding(solved.solution);
  out.cuts = solved.calls->cuts();
  return out;
}

Result<Solved> solve_at(const Prepared::State& state, const PlanOptions& options) {
  auto solved = solve_day(state, options);
  if (!solved) {
    return solved.faults();
  }
  auto plan = build_plan(state, *solved, options);
  if (!plan) {
    return plan.faults();
  }
  constexpr double trifle_kw = 5e-4;
  const bool is_of_tangent = solved->units->far_loss_kw(solved->solution.point) <= trifle_kw;
  auto faults = is_of_tangent ? recheck(state, solved->rows->rows(), *plan) : Faults{};
  if (!faults.empty()) {
    return faults;
  }
  return Solved{*std::move(plan), decision_of(*solved), is_of_tangent};
}

}  // namespace gridpact::dispatch
