// The way from a case to a plan: beliefs → operating point → program → plan → recheck, repeated at
// the plan's own operating point until the linear model and exact AC agree.

#include "gridpact/dispatch/dispatch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "gridpact/dispatch/build_plan.hpp"
#include "gridpact/dispatch/solve_at.hpp"
#include "gridpact/dispatch/state.hpp"

namespace gridpact::dispatch {

Prepared::Prepared(std::shared_ptr<const State> state) : state_(std::move(state)) {}
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;
Prepared::Prepared(const Prepared&) = default;
Prepared& Prepared::operator=(const Prepared&) = default;
Prepared::~Prepared() = default;

namespace {

using State = Prepared::State;

Faults linearise_at(State& state, Decision decision, unsigned threads) {
  auto grid =
      operating_point(state.problem, *state.flow, *state.columns, state.beliefs, decision, threads);
  if (!grid) {
    return grid.faults();
  }
  state.decision = std::move(decision);
  state.grid = *std::move(grid);
  return {};
}

/// Import peak of the expected day if nobody plans: cars charge on arrival, generators stand still.
Faults find_import_limit(State& state, unsigned threads) {
  auto idle = Decision::idle(state.problem, state.beliefs);
  for (auto& profile : idle.generator_kw) {
    std::fill(profile.begin(), profile.end(), 0.0);
  }
  const auto grid =
      operating_point(state.problem, *state.flow, *state.columns, state.beliefs, idle, threads);
  if (!grid) {
    return grid.faults();
  }
  for (const auto& linear : grid->linear) {
    state.uncontrolled_peak_kw = std::max(state.uncontrolled_peak_kw, linear.import_kw);
  }
  const auto& substation = state.problem.substation;
  state.import_limit_kw = substation.import_max_kw;
  if (substation.peak_reduction) {
    state.import_limit_kw = std::min(
        state.import_limit_kw, (1.0 - *substation.peak_reduction) * state.uncontrolled_peak_kw);
  }
  return {};
}

/// Rebuilds what depends on the decision: stations' deviations and the tangent of the grid.
Faults move_to(State& state, Decision decision, const PlanOptions& options) {
  if (auto faults = believe_stations(state.problem, decision.charge_kw, decision.sold, options,
                                     state.beliefs);
      !faults.empty()) {
    return faults;
  }
  return linearise_at(state, std::move(decision), options.threads);
}

/// On the way to the operating point any choice of the rows' switches is good enough, and the
/// stations' deviations need not be known as well as for the plan itself.
PlanOptions on_the_way(PlanOptions options) {
  options.relative_gap = 1.0;
  options.station_days = std::max<std::size_t>(options.station_days / 4, 1);
  return options;
}

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

}  // namespace

Result<Prepared> Prepared::create(const Case& given, const PlanOptions& options) {
  options.progress("reading the past", 0.0);
  auto state = std::make_shared<State>();
  state->units = units_for(given);
  state->problem = state->units.are_usual() ? given : in_units(given, state->units);
  const auto& problem = state->problem;
  auto flow = network::AcFlow::create(problem.feeder);
  if (!flow) {
    return flow.faults();
  }
  state->flow = std::make_shared<const network::AcFlow>(*std::move(flow));
  state->columns = std::make_shared<const network::CaseColumns>(problem);
  auto beliefs = [&] { return believe_forecasts(problem); }();
  if (!beliefs) {
    return beliefs.faults();
  }
  state->beliefs = *std::move(beliefs);
  state->tests = std::make_shared<const RowTests>(problem.seed);
  if (auto faults = find_import_limit(*state, options.threads); !faults.empty()) {
    return faults;
  }
  if (auto faults = move_to(*state, Decision::idle(problem, state->beliefs), on_the_way(options));
      !faults.empty()) {
    return faults;
  }
  // The deterministic plan is a better place to stand than the idle day. Where there is none, the
  // idle day's tangent remains, and the methods themselves say what is in conflict.
  auto first = options;
  first.method = Method::det;
  if (const auto det = solve_at(*state, first)) {
    if (auto faults = move_to(*state, det->decision, options); !faults.empty()) {
      return faults;
    }
  }
  return Prepared(std::move(state));
}

Result<Plan> solve(const Prepared& prepared, const PlanOptions& options) {
  auto solved = solve_deciding(prepared.state(), options);
  if (!solved) {
    return solved.faults();
  }
  return out_of_units(std::move(solved->plan), prepared.state().units);
}

Result<Plan> plan(const Prepared& prepared, const PlanOptions& options) {
  const auto rough = on_the_way(options);
  State state = prepared.state();
  auto wanted = solve_deciding(state, rough);  // its shares are kept until the end
  if (!wanted) {
    auto faults = wanted.faults();
    if (options.method != Method::det && !options.progress.stop.stop_requested()) {
      const auto more = explain_risk_level(state, rough);
      faults.insert(faults.end(), more.begin(), more.end());
    }
    return faults;
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
  if (auto faults = settle_tangent(*best_state, rough); !faults.empty()) {
    return faults;
  }
  auto solved = solve_deciding(*best_state, options);
  if (!solved) {
    return solved.faults();
  }
  return out_of_units(std::move(solved->plan), best_state->units);
}

Result<Plan> plan(const Case& problem, const PlanOptions& options) {
  const auto prepared = Prepared::create(problem, options);
  if (!prepared) {
    return prepared.faults();
  }
  return plan(*prepared, options);
}

}  // namespace gridpact::dispatch
