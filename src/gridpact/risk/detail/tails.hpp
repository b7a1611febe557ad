#pragma once

#include <span>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::risk {

using Components = std::span<const uncertainty::ScalarLaw::Component>;

/// P(e > z) = Σ π_k Q((z − m_k)/s_k), Q the standard Gaussian's upper tail; a component without
/// deviation is a point.
[[nodiscard]] double tail(Components components, double z);

/// Density at z, points left out: −d tail / dz.
[[nodiscard]] double density(Components components, double z);

/// Smallest z with tail(z) ≤ ε, 0 < ε < 1, rounded so that tail(z) ≤ ε holds as computed.
[[nodiscard]] double tail_quantile(Components components, double epsilon);

/// P(e > z) and density of a Student t with ν > 2 degrees of freedom, mean 0 and deviation 1; ν = ∞
/// is the Gaussian.
[[nodiscard]] double student_tail(double degrees, double z);
[[nodiscard]] double student_density(double degrees, double z);

/// A point beyond which the density falls for sure: the last mode to within `resolution`, never
/// left of it.
[[nodiscard]] double last_rise(Components components, double resolution);

}  // namespace gridpact::risk
