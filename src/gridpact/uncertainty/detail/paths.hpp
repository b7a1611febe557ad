#pragma once

#include "gridpact/uncertainty/detail/conditional.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// L, lower triangular, with L L' = C for any positive semidefinite C (n × n): a column whose pivot
/// is below 1e-9 of the diagonal is zero (two plants on one series are one direction).
[[nodiscard]] Matrix lower_root(const Matrix& covariance);

/// Sets `time_correlation` and `regime_persistence` of a law from the past that it was fitted to.
/// Formulas: paths.cpp.
void learn_paths(LayerLaw& law, const ConditionalErrors& past);

}  // namespace gridpact::uncertainty
