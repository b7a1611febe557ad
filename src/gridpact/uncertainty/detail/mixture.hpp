#pragma once

#include <cstddef>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// A Gaussian mixture and how well it explains the rows that it was fitted to.
struct FittedMixture {
  std::vector<MixtureComponent> components;  ///< heaviest first
  double mean_log_likelihood = 0.0;          ///< per row, natural logarithm
  double bic = 0.0;                          ///< smaller is better
};

/// Fits Gaussian mixtures with full covariances of 1, 2, … `max_components` components to `rows`
/// (observations × dimensions) by expectation maximisation and returns the one with the smallest
/// BIC. `rows` should be whitened, that is, have covariance near the identity: the limit below
/// which a component counts as degenerate is absolute. `effective_rows` is the number of
/// independent observations that the rows are worth (their number if they are independent).
/// Deterministic: the same rows give the same mixture.
///
/// A component whose smallest variance is below `least_variance` is degenerate, and that number of
/// components is not taken. 0 allows spikes (many days on which nothing at all went wrong), whose
/// variance then ends at `spike_variance`.
[[nodiscard]] FittedMixture fit_mixture(const Matrix& rows, std::size_t max_components,
                                        double effective_rows, double least_variance = 1e-3);

/// Of a unit variance: no component is narrower.
inline constexpr double spike_variance = 1e-4;

/// Mixture of one whitened column by EM and BIC, spikes allowed, moved and scaled to mean 0 and
/// variance 1 exactly.
[[nodiscard]] std::vector<ScalarComponent> fit_scalar_mixture(const Matrix& column,
                                                              std::size_t max_components,
                                                              double effective_rows);

/// Moves and scales the mixture by the affine map x ↦ S^(−1/2)(x − m), m and S being its own mean
/// and covariance: afterwards its mean is 0 and its covariance the identity.
void whiten(std::vector<MixtureComponent>& components);

/// The mixture of B x (`map` is B, outputs × dimensions).
[[nodiscard]] std::vector<MixtureComponent> mapped(const std::vector<MixtureComponent>& components,
                                                   const Matrix& map);

}  // namespace gridpact::uncertainty
