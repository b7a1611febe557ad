// The way from a case to a plan: beliefs → operating point → relaxed program, repeated where that
// wants to be until the linear model and exact AC agree; there program → plan → recheck.

#include "gridpact/dispatch/dispatch.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "gridpact/dispatch/build_plan.hpp"
#include "gridpact/dispatch/operating.hpp"
#include "gridpact/dispatch/plan_by_plans.hpp"
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

/// On the way to the operating point the stations' deviations need not be known as well as for the
/// plan itself.
PlanOptions on_the_way(PlanOptions options) {
  options.station_days = std::max<std::size_t>(options.station_days / 4, 1);
  return options;
}

/// Where the program would have the day, with its rows' switches relaxed.
struct Wish {
  Decision decision;
  double lower_bound_eur = 0.0;
  struct Voltage {
    std::size_t period = 0, node_phase = 0;
    double linear_pu = 0.0;
  };
  std::vector<Voltage> voltages;  ///< that have a limit
};

Result<Wish> wish_at(const State& state, const PlanOptions& options) {
  const auto relaxed = relax_day(state, options);
  if (!relaxed) {
    return relaxed.faults();
  }
  Wish out{decision_of(*relaxed), relaxed->lower_bound_eur, {}};
  for (const auto& row : relaxed->rows->rows()) {
    if (row.kind == RowKind::voltage) {
      const auto linear = relaxed->day->voltage_pu(row.period, row.element);
      out.voltages.push_back(
          {row.period, row.element, program::evaluate(linear, relaxed->solution.point)});
    }
  }
  return out;
}

/// Where no plan is within the step, things may look different by now: a wide one.
Result<Wish> wish_near(State& state, const PlanOptions& options) {
  auto wish = wish_at(state, options);
  if (!wish && state.step < 1.0 && !options.progress.stop.stop_requested()) {
    state.step = 1.0;
    wish = wish_at(state, options);
  }
  return wish;
}

double linear_error_pu(const std::vector<Wish::Voltage>& voltages, const GridPoint& exact) {
  double largest = 0.0;
  for (const auto& [t, i, linear_pu] : voltages) {
    largest = std::max(largest, std::abs(linear_pu - exact.linear[t].voltage_pu[i]));
  }
  return largest;
}

/// Moves to where the program wants to be, in steps that shrink, until the tangents there are right
/// and the cost settles.
Faults settle(State& state, Wish wish, const PlanOptions& options) {
  double last_eur = program::infinity;
  for (int i = 0; i < options.max_refinements; ++i) {
    if (auto faults = move_to(state, std::move(wish.decision), options); !faults.empty()) {
      return faults;
    }
    const double error_pu = linear_error_pu(wish.voltages, state.grid);
    const double cost_eur = wish.lower_bound_eur;
    state.step /= 3.0;
    if (error_pu <= options.linear_tolerance_pu &&
        std::abs(cost_eur - last_eur) <= options.settled_share * std::abs(cost_eur)) {
      break;
    }
    last_eur = cost_eur;
    auto next = wish_near(state, options);
    if (!next) {
      return next.faults();
    }
    wish = *std::move(next);
  }
  return {};
}

/// Where units may stand still, of a plan: half a unit runs nowhere.
Result<Decision> deterministic_at(const State& state, const PlanOptions& options) {
  if (has_commitment(state.problem)) {
    auto solved = solve_at(state, options);
    return solved ? Result<Decision>(std::move(solved->decision)) : solved.faults();
  }
  auto wish = wish_at(state, options);
  return wish ? Result<Decision>(std::move(wish->decision)) : wish.faults();
}

/// The plan whose stations keep to the state's targets; the tangent moves with it until both agree.
Result<Plan> plan_at(State state, const PlanOptions& options) {
  state.stations_keep_targets = true;
  auto targets = state.decision;
  if (auto faults = move_to(state, std::move(targets), options); !faults.empty()) {
    return faults;
  }
  state.step = 1.0;
  for (int i = 0; i < options.max_refinements; ++i) {
    auto wish = wish_at(state, options);
    if (!wish) {
      return wish.faults();
    }
    if (auto faults = linearise_at(state, std::move(wish->decision), options.threads);
        !faults.empty()) {
      return faults;
    }
    state.step /= 3.0;
    if (linear_error_pu(wish->voltages, state.grid) <= options.linear_tolerance_pu) {
      break;
    }
  }
  auto solved = solve_deciding(state, options);
  if (!solved) {
    return solved.faults();
  }
  return out_of_units(std::move(solved->plan), state.units);
}

/// The short way, which does not always end at a plan. One is of one piece if the stations'
/// deviations and the grid's tangent are those of its own targets; where there is none for the
/// targets wished for, others may have one.
Result<Plan> plan_by_relaxations(State state, Result<Wish> wish, const PlanOptions& rough,
                                 const PlanOptions& options) {
  constexpr int most_wishes = 3;
  for (int i = 0;; ++i) {
    if (auto faults = settle(state, *std::move(wish), rough); !faults.empty()) {
      return faults;
    }
    auto out = plan_at(state, options);
    if (out || i + 1 == most_wishes || options.progress.stop.stop_requested()) {
      return out;
    }
    wish = wish_near(state, rough);
    if (!wish) {
      return out;
    }
  }
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
  if (auto det = deterministic_at(*state, first)) {
    if (auto faults = move_to(*state, *std::move(det), options); !faults.empty()) {
      return faults;
    }
  }
  return Prepared(std::move(state));
}

Result<Plan> solve(const Prepared& prepared, const PlanOptions& options) {
  State state = prepared.state();
  if (auto faults = undecidable_participation(state.problem, options); !faults.empty()) {
    return faults;
  }
  state.visited.clear();  // of this tangent alone
  auto solved = solve_deciding(state, options);
  if (!solved) {
    return solved.faults();
  }
  return out_of_units(std::move(solved->plan), prepared.state().units);
}

Result<Plan> plan(const Prepared& prepared, const PlanOptions& options) {
  const auto rough = on_the_way(options);
  State state = prepared.state();
  if (auto faults = undecidable_participation(state.problem, options); !faults.empty()) {
    return faults;
  }
  state.decision.participation = likely_participation(state, rough);
  const auto explained = [&](Faults faults) {
    if (options.method != Method::det && !options.progress.stop.stop_requested()) {
      const auto more = explain_risk_level(state, rough);
      faults.insert(faults.end(), more.begin(), more.end());
    }
    return faults;
  };
  if (!has_commitment(state.problem)) {
    auto wish = wish_at(state, rough);
    if (!wish) {
      return explained(wish.faults());
    }
    if (auto out = plan_by_relaxations(state, std::move(wish), rough, options)) {
      return out;
    }
  }
  auto out = plan_by_plans(state, rough, options);
  return out ? std::move(out) : explained(out.faults());
}

Result<Plan> plan(const Case& problem, const PlanOptions& options) {
  const auto prepared = Prepared::create(problem, options);
  if (!prepared) {
    return prepared.faults();
  }
  return plan(*prepared, options);
}

}  // namespace gridpact::dispatch
