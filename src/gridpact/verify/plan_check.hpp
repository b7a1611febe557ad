#pragma once

#include "gridpact/base/result.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::verify {

/// Is this a plan of this case, and one that can be carried out? Everything that holds whatever the
/// day brings and so is checked once: same case, horizon and resources, finite numbers, every
/// resource within its capability and offer also with its whole reserve in use, ramps, the reserve
/// that the plan counts on held by somebody, an import limit that the case allows. To within
/// `plan_tolerance_kw`. Each fault says what to do.
[[nodiscard]] Faults check_plan(const Case& problem, const Plan& plan);

/// What a planner's solver may leave of a limit, kW or kvar.
inline constexpr double plan_tolerance_kw = 1e-2;

}  // namespace gridpact::verify
