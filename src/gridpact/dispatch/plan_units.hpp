#pragma once

#include "gridpact/dispatch/solve_at.hpp"

namespace gridpact::dispatch {

/// Plans from `state` with the generators that run chosen as well: a unit that starts or stops goes
/// far from the operating point, so the way there is one of whole plans (docs/theory/planning.md).
/// `rough`: on the way. Faults: as of `plan`.
[[nodiscard]] Result<Plan> plan_with_units(Prepared::State state, const PlanOptions& rough,
                                           const PlanOptions& options);

}  // namespace gridpact::dispatch
