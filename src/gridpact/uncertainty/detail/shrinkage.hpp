#pragma once

#include <span>

namespace gridpact::uncertainty {

/// Weight w in [0, 1] of the shrunk covariance (1 − w) S + w (tr S / p) I, S the covariance of
/// `rows` independent observations with these p eigenvalues: oracle approximating shrinkage (Chen,
/// Wiesel, Eldar, Hero 2010, IEEE TSP 58(10)). Formula: shrinkage.cpp.
[[nodiscard]] double oas_weight(std::span<const double> eigenvalues, double rows);

}  // namespace gridpact::uncertainty
