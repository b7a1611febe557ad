#pragma once

#include <nlohmann/json.hpp>

#include "gridpact/dispatch/state.hpp"

namespace gridpact::test {

/// All that another tool needs to write the day's mathematical program itself: limits, prices,
/// offers, cars, the laws of the errors, and the flow's tangent at the operating point. No row of
/// gridpact's program, and no number that it computes of one.
[[nodiscard]] nlohmann::json input_of(const dispatch::Prepared::State& state);

}  // namespace gridpact::test
