// The way to a plan by plans: where generators may stand still, or where no shorter one is found.

#include "gridpact/dispatch/plan_by_plans.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "gridpact/dispatch/operating.hpp"

namespace gridpact::dispatch {

namespace {

using State = Prepared::State;

/// Moves the tangent to where the plan wants to be, in steps that shrink, until both agree.
Faults settle_tangent(State& state, const PlanOptions& options) {
  for (int i = 0; i < options.max_refinements; ++i) {
    auto solved = solve_at(state, options);
    if (!solved) {
      return solved.faults();
    }
    const bool settled = solved->plan.linear_error_pu <= options.linear_tolerance_pu;
    if (auto faults = linearise_at(state, std::move(solved->decision), options.threads);
        !faults.empty()) {
      return faults;
    }
    state.step /= 3.0;
    if (settled) {
      break;
    }
  }
  return {};
}

/// A plan at its own operating point, with which generators run held.
struct Settled {
  State state;
  double cost_eur = 0.0;
};

Result<Settled> settle_commitment(State state, const PlanOptions& rough,
                                  const PlanOptions& options) {
  state.running = State::Running::held;
  if (auto faults = settle_tangent(state, rough); !faults.empty()) {
    return faults;
  }
  const auto solved = solve_at(state, options);
  if (!solved) {
    return solved.faults();
  }
  return Settled{std::move(state), solved->plan.cost.total_eur()};
}

/// The plan with the choice held, and how far from it the bound of all choices is.
Result<Solved> solve_unproven(State& state, const PlanOptions& options) {
  state.running = State::Running::held_and_proven;
  const auto bound = solve_at(state, options);
  state.running = State::Running::held;
  auto solved = solve_at(state, options);
  if (!bound || !solved) {
    return bound ? solved : bound;
  }
  auto& plan = solved->plan;
  plan.lower_bound_eur = std::min(plan.lower_bound_eur, bound->plan.lower_bound_eur);
  plan.gap = (plan.cost.total_eur() - plan.lower_bound_eur) /
             std::max(1.0, std::abs(plan.cost.total_eur()));
  return solved;
}

/// The plan at the operating point of `state`, and the proof that no other choice of generators is
/// cheaper. A choice that seems so is settled at its own operating point, where it must prove
/// itself; either way the program then knows what is lost there.
Result<Solved> solve_certified(State state, const PlanOptions& rough, const PlanOptions& options) {
  constexpr int most_rivals = 12;
  constexpr int most_tries = 5;  // of one choice
  auto best = settle_commitment(std::move(state), rough, options);
  if (!best) {
    return best.faults();
  }
  std::map<std::vector<Profile>, int> tried;
  for (int rivals = 0;; ++rivals) {
    auto& here = best->state;
    here.running = State::Running::chosen;
    auto solved = solve_at(here, options);
    if (!solved || (solved->is_of_tangent && solved->decision.on == here.decision.on &&
                    solved->plan.linear_error_pu <= options.linear_tolerance_pu)) {
      return solved;
    }
    if (rivals == most_rivals || ++tried[solved->decision.on] > most_tries) {
      return solve_unproven(here, options);
    }
    auto there = here;
    if (auto faults = linearise_at(there, std::move(solved->decision), options.threads);
        !faults.empty()) {
      return faults;
    }
    here.visited.push_back(there.visited.back());
    auto rival = settle_commitment(std::move(there), rough, options);
    if (rival && rival->cost_eur < best->cost_eur) {
      best = std::move(rival);
    } else if (rival) {
      here.visited = std::move(rival->state.visited);
    }
  }
}

/// The plan at its own operating point.
Result<Solved> solve_settled(State& state, const PlanOptions& rough, const PlanOptions& options) {
  if (auto faults = settle_tangent(state, rough); !faults.empty()) {
    return faults;
  }
  return solve_deciding(state, options);
}

}  // namespace

Result<Plan> plan_by_plans(State state, const PlanOptions& given, const PlanOptions& options) {
  auto rough = given;
  rough.any_switches = true;  // on the way any choice of the rows' switches is good enough
  auto wanted = solve_at(state, rough);
  if (!wanted) {
    return wanted.faults();
  }
  // A plan is of one piece if the stations' deviations and the grid's tangent are those of its own
  // targets. Every round makes such a plan of the last one's wishes; the cheapest is kept.
  std::optional<State> best_state;
  double best_cost = program::infinity;
  double best_error_pu = program::infinity;  // costs are compared once the tangents are right
  Faults last_faults;
  for (int i = 0; i < options.max_refinements; ++i) {
    if (auto faults = move_to(state, std::move(wanted->decision), rough); !faults.empty()) {
      return faults;
    }
    auto kept = state;
    kept.stations_keep_targets = true;
    kept.running = State::Running::held;
    const auto plan = solve_at(kept, rough);
    if (plan) {
      const double cost = plan->plan.cost.total_eur();
      const double error_pu = std::max(plan->plan.linear_error_pu, options.linear_tolerance_pu);
      const bool comparable = error_pu == best_error_pu;
      const bool settled = comparable && error_pu == options.linear_tolerance_pu &&
                           best_cost - cost <= options.settled_share * std::abs(cost);
      if (comparable ? cost < best_cost : error_pu < best_error_pu) {
        best_cost = cost;
        best_error_pu = error_pu;
        best_state = std::move(kept);
      }
      if (settled) {
        break;
      }
    } else {
      last_faults = plan.faults();
    }
    state.step /= 3.0;
    wanted = solve_at(state, rough);
    if (!wanted) {  // no plan within the step, where things look different by now: a wide one
      state.step = 1.0;
      wanted = solve_at(state, rough);
    }
    if (!wanted) {
      last_faults = wanted.faults();
      break;
    }
  }
  if (!best_state) {
    return last_faults;
  }
  auto targets = best_state->decision;
  if (auto faults = move_to(*best_state, std::move(targets), options); !faults.empty()) {
    return faults;
  }
  best_state->visited = state.visited;
  auto solved = has_commitment(state.problem) ? solve_certified(*best_state, rough, options)
                                              : solve_settled(*best_state, rough, options);
  if (!solved) {
    return solved.faults();
  }
  return out_of_units(std::move(solved->plan), best_state->units);
}

}  // namespace gridpact::dispatch
