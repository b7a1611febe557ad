#pragma once

#include "gridpact/dispatch/solve_day.hpp"

namespace gridpact::dispatch {

/// The plan that `solved` stands for, with exact AC voltages and currents of the expected day.
/// Faults: the exact AC flow at the plan does not converge.
[[nodiscard]] Result<Plan> build_plan(const Prepared::State& state, const DaySolution& solved,
                                      const PlanOptions& options);

/// Checks `plan` against the case in plain arithmetic, from its own numbers and not from the
/// program's: balance, limits, ramps, offers, shares, stations car by car, spent risk, cost.
/// Faults: every requirement that the plan breaks (then the plan must not be used, whatever the
/// solver said).
[[nodiscard]] Faults recheck(const Prepared::State& state, const std::vector<JointRow>& rows,
                             const Plan& plan);

}  // namespace gridpact::dispatch
