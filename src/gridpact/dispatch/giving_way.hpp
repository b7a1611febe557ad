#pragma once

#include <string>

#include "gridpact/dispatch/joint_row.hpp"

namespace gridpact::dispatch {

/// A unit of giving way that hurts alike for every kind: 0.001 pu, 1 % of a rating, 1 kW.
[[nodiscard]] double slack_unit(const Case& problem, const JointRow& row);

/// What would have to give, as a sentence: when, where and by how much (`slack` in the row's unit).
[[nodiscard]] std::string what_gives(const Prepared::State& state, const JointRow& row,
                                     double slack);

}  // namespace gridpact::dispatch
