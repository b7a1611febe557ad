#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"

namespace gridpact::uncertainty {

/// Proper scores of an ensemble of days (each periods × n, at least two, exchangeable) against the
/// day that came. Smaller is better. Formulas and sources: scores.cpp.
///
/// Energy score: how far the day lies from the ensemble, all periods and sources at once.
[[nodiscard]] double energy_score(std::span<const Matrix> ensemble, const Matrix& outcome);

/// Variogram score of order 1/2: how well the ensemble knows by how much two numbers of the day
/// differ, over pairs of periods of one source no further than `most_lag` apart and pairs of
/// sources in one period. It sees wrong correlation, which the energy score hardly does.
[[nodiscard]] double variogram_score(std::span<const Matrix> ensemble, const Matrix& outcome,
                                     std::size_t most_lag = 6);

/// Share of `values` below `outcome`, equal ones half: uniform in [0, 1] if the law is right.
[[nodiscard]] double rank_share(std::span<const double> values, double outcome);

}  // namespace gridpact::uncertainty
