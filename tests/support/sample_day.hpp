#pragma once

#include "gridpact/model/case.hpp"
#include "gridpact/model/certificate.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::support {

// A day on the IEEE 33-node feeder with made-up but plausible numbers, for tests of what only shows
// or stores results: nothing here was optimised, and the power flow is a linear sketch.

[[nodiscard]] Case sample_case();
[[nodiscard]] Plan sample_plan(const Case& problem, Method method);
[[nodiscard]] Certificate sample_certificate(const Case& problem, const Plan& plan);

}  // namespace gridpact::support
