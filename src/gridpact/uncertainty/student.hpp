#pragma once

#include <vector>

#include "gridpact/base/matrix.hpp"

namespace gridpact::uncertainty {

/// Least degrees of freedom that are told: below, a Student t's variance says next to nothing of
/// its tails, and no history is long enough to tell.
inline constexpr double least_degrees = 3.0;

/// ν of the Student t with mean 0 and covariance `correlation` under which the standardised errors
/// of all days and periods (`days`: each periods × n) are likeliest, at least `least_degrees`; ∞
/// where a Gaussian is as likely. `independent`: each source is a t of its own with the common ν.
[[nodiscard]] double fitted_degrees(const std::vector<Matrix>& days, const Matrix& correlation,
                                    bool independent);

}  // namespace gridpact::uncertainty
