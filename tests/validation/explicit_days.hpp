#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gridpact/dispatch/state.hpp"

namespace gridpact::test {

/// Names of the small days of tests/validation/explicit_day.
[[nodiscard]] std::vector<std::string> explicit_day_names();

/// One of them: case, beliefs and operating point, all stated and nothing learned, so that the same
/// program comes of it whatever becomes of the ways to learn. Throws for an unknown name.
[[nodiscard]] dispatch::Prepared::State explicit_day(std::string_view name);

}  // namespace gridpact::test
