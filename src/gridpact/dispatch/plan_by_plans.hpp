#pragma once

#include "gridpact/dispatch/solve_at.hpp"

namespace gridpact::dispatch {

/// Plans from `state` by a way of whole plans, of which the cheapest is kept: longer than that of
/// relaxations, but each step is a plan already. Where generators may stand still it is the way:
/// one that starts or stops goes far from the operating point (docs/theory/planning.md). `rough`:
/// on the way. Faults: as of `plan`.
[[nodiscard]] Result<Plan> plan_by_plans(Prepared::State state, const PlanOptions& rough,
                                         const PlanOptions& options);

}  // namespace gridpact::dispatch
