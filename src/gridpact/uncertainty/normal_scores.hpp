#pragma once

#include <span>
#include <vector>

namespace gridpact::uncertainty {

/// Φ⁻¹(share), 0 < share < 1.
[[nodiscard]] double normal_score(double share);

/// Φ⁻¹((rank − ½) / n) of each value among all; equal values share their mean rank.
[[nodiscard]] std::vector<double> normal_scores(std::span<const double> values);

}  // namespace gridpact::uncertainty
