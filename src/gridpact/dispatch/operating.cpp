#include "gridpact/dispatch/operating.hpp"

#include <algorithm>

namespace gridpact::dispatch {

bool has_commitment(const Case& problem) {
  return std::ranges::any_of(problem.generators,
                             [](const Generator& unit) { return unit.commitment.has_value(); });
}

Faults linearise_at(Prepared::State& state, Decision decision, unsigned threads) {
  auto grid =
      operating_point(state.problem, *state.flow, *state.columns, state.beliefs, decision, threads);
  if (!grid) {
    return grid.faults();
  }
  state.decision = std::move(decision);
  state.grid = *std::move(grid);
  if (has_commitment(state.problem)) {
    state.visited.push_back(import_tangents(state.grid));
  }
  return {};
}

Faults move_to(Prepared::State& state, Decision decision, const PlanOptions& options) {
  if (auto faults = believe_stations(state.problem, decision.charge_kw, decision.sold, options,
                                     state.beliefs);
      !faults.empty()) {
    return faults;
  }
  return linearise_at(state, std::move(decision), options.threads);
}

}  // namespace gridpact::dispatch
