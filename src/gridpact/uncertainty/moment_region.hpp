#pragma once

#include <cstdint>
#include <vector>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// Where the true moments of the planned day lie with 95 % confidence, period by period, as far as
/// the number of past days tells: all laws with mean m and E (ξ − μ)(ξ − μ)' = S about the fitted μ
/// and Σ of that period so that (m − μ)' Σ⁻¹ (m − μ) ≤ mean_radius and S ≼ covariance_factor · Σ
/// (Delage, Ye 2010, Operations Research 58(3)). For all sources, so for every row, at once.
struct MomentRegion {
  std::vector<double> mean_radius;        ///< per period, ≥ 0
  std::vector<double> covariance_factor;  ///< per period, ≥ 1
};

/// From `resamples` bootstraps of whole days: of the planned day's neighbours for mean and
/// deviation, of all past days for the correlation.
[[nodiscard]] MomentRegion moment_region(const ErrorModel& model, const PlannedDay& day,
                                         std::uint64_t seed, std::size_t resamples = 400);

/// By how much a deviation is to be multiplied so that a row whose distances are k or more such
/// deviations is as safe under every law of the region as it is under the fitted moments
/// (k = `least_factor` > 0, the safety factor at the largest level that a row may have). Exact
/// statement and proof: moment_region.cpp.
[[nodiscard]] double inflation(double mean_radius, double covariance_factor, double least_factor);

/// The law with the deviations of each period multiplied by their `inflation`. Mean, shape,
/// correlation and support stay.
[[nodiscard]] LayerLaw inflated(LayerLaw law, const MomentRegion& region, double least_factor);

/// `fit`, inflated by the region of the history's own planned day.
[[nodiscard]] Result<LayerLaw> fit_inflated(const ErrorHistory& history, double least_factor,
                                            std::uint64_t seed, const FitOptions& options = {});

}  // namespace gridpact::uncertainty
