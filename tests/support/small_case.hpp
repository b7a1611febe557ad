#pragma once

#include <cstdint>

#include "gridpact/model/case.hpp"

namespace gridpact::test {

/// A random small case that has a plan: a radial feeder of 4 to 7 nodes, two generators, PV, wind,
/// up to two stations of a few cars, six periods of four hours, 120 days of history with
/// level-dependent, skewed errors. The same case for the same seed.
[[nodiscard]] Case small_case(std::uint64_t seed);

/// A balanced line of the single-line equivalent, r + jx in ohm.
[[nodiscard]] Branch balanced_line(const Feeder& feeder, NodeId from, NodeId to, double r_ohm,
                                   double x_ohm, double rating_a);

}  // namespace gridpact::test
