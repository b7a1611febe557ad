#pragma once

#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {

/// two_sided_moment_bound and its gradient at a point with upper, lower ≥ σ > 0.
[[nodiscard]] RowRisk::Tangent moment_tangent(double sigma, double upper, double lower);

}  // namespace gridpact::risk
