#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "gridpact/dispatch/state.hpp"

namespace gridpact::test {

/// Names of the small days of tests/validation/explicit_day.
[[nodiscard]] std::vector<std::string> explicit_day_names();

/// One of them: case, beliefs and operating point, all stated and nothing learned, so that the same
/// program comes of it whatever becomes of the ways to learn. Throws for an unknown name.
[[nodiscard]] dispatch::Prepared::State explicit_day(std::string_view name);

/// All that another tool needs to write the day's mathematical program itself: limits, prices,
/// offers, cars, the laws of the errors, and the flow's tangent at the operating point. No row of
/// gridpact's program, and no number that it computes of one.
[[nodiscard]] nlohmann::json input_of(const dispatch::Prepared::State& state);

}  // namespace gridpact::test
