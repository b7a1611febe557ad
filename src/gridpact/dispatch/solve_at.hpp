#pragma once

#include "gridpact/dispatch/solve_day.hpp"
#include "gridpact/dispatch/state.hpp"

namespace gridpact::dispatch {

/// A plan with the linear model and the beliefs of a state, and what the next one begins with.
struct Solved {
  Plan plan;
  Decision decision;
  /// A plan of the operating point's tangent alone, not also of those of points visited before,
  /// which is none to be had.
  bool is_of_tangent = true;
};

/// What a solution decides, and what the next one begins with.
[[nodiscard]] Decision decision_of(const DaySolution& solved);

/// With the providers' shares as the state's decision says. Faults: those of `solve_day`; a plan
/// that does not keep its own model.
[[nodiscard]] Result<Solved> solve_at(const Prepared::State& state, const PlanOptions& options);

/// What speaks against deciding the providers' shares where the options ask for it; each a sentence
/// that says what to do.
[[nodiscard]] Faults undecidable_participation(const Case& problem, const PlanOptions& options);

/// With the shares decided as well (participation.cpp), if the options ask for it, and nothing
/// speaks against it.
[[nodiscard]] Result<Solved> solve_deciding(const Prepared::State& state,
                                            const PlanOptions& options);

/// Near what shares the plan's will be: the best of a few, if they are to be decided; else, or
/// where there is no plan with any, the state's own.
[[nodiscard]] Participation likely_participation(const Prepared::State& state,
                                                 const PlanOptions& options);

}  // namespace gridpact::dispatch
