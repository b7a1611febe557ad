#pragma once

#include "gridpact/dispatch/state.hpp"

namespace gridpact::dispatch {

/// Are there generators that may stand still?
[[nodiscard]] bool has_commitment(const Case& problem);

/// Makes `decision` the operating point: exact flow, tangent. Faults: the flow does not converge.
[[nodiscard]] Faults linearise_at(Prepared::State& state, Decision decision, unsigned threads);

/// The same, and learns the stations' deviations from its targets.
[[nodiscard]] Faults move_to(Prepared::State& state, Decision decision, const PlanOptions& options);

}  // namespace gridpact::dispatch
