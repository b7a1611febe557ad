#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// Nominal levels of the central intervals whose coverage is measured.
inline constexpr double interval_levels[] = {0.5, 0.8, 0.9, 0.95, 0.99};
inline constexpr double band_level = 0.95;
inline constexpr std::size_t rank_bins = 20;

/// How one kind of law did on days that it had not seen.
struct HeldOutScore {
  std::string law;                       ///< "fitted", "gaussian" or "empirical"
  std::vector<double> coverage;          ///< of `interval_levels`: shares of (day, period, source)
  double band_coverage = 0.0;            ///< share of days wholly inside the joint 95 % band
  double energy_score = 0.0;             ///< mean over days, kW
  double variogram_score = 0.0;          ///< mean over days
  std::vector<std::size_t> rank_counts;  ///< `rank_bins` bins of the PIT, all sources and periods
};

/// One held-out day: when it was, how far it lay out, and the bias of each source on it.
struct HeldOutDay {
  std::size_t day = 0;  ///< index in the tested history
  /// Share of days of the fitted law, before they are cut by the support, that lie further out
  /// (largest |ξ − μ|/σ): uniform if the law is right; below 0.05 outside of the 95 % band.
  double further_out = 0.0;
  double furthest = 0.0;                  ///< largest |ξ − μ|/σ of the day
  std::vector<double> mean_standardised;  ///< per source: mean over periods of (ξ − μ)/σ
};

struct HeldOut {
  std::size_t training_days = 0;
  std::vector<HeldOutScore> scores;  ///< fitted, gaussian, empirical
  std::vector<HeldOutDay> days;
  /// PIT of each source under the fitted law, n × days·periods where it varied.
  std::vector<std::vector<double>> ranks;
};

struct HeldOutOptions {
  FitOptions fit;
  std::size_t ensemble = 400;  ///< days drawn for each held-out day
  std::uint64_t seed = 1;
  unsigned threads = 0;  ///< 0 = all; never changes the result
};

/// Learns from `training` and is judged on every day of `tested`, each planned with its own
/// forecast levels and, where `limits` has them, its physical limits (one PlannedDay per tested
/// day; empty: levels of the history and no limits). Only entries whose deviation is at least 2 %
/// of the source's largest on that day count. Compared are the fitted law, the same moments with
/// one Gaussian, and past days as they were. Faults as of `ErrorModel::learn`, or other sources.
[[nodiscard]] Result<HeldOut> judge_held_out(const ErrorHistory& training,
                                             const ErrorHistory& tested,
                                             const std::vector<PlannedDay>& limits,
                                             const HeldOutOptions& options = {});

/// The days [first, last) of a history.
[[nodiscard]] ErrorHistory days_of(const ErrorHistory& history, std::size_t first,
                                   std::size_t last);

/// How much the fit must be distrusted, from days that it had not seen.
struct Ambiguity {
  std::size_t folds = 0;
  /// Radii of the confidence region (δ = 5 %) of the mean, (m − μ)' Σ⁻¹ (m − μ) ≤ mean_radius, and
  /// of the covariance, E (ξ − μ)(ξ − μ)' ≼ covariance_factor Σ, of the standardised errors, from
  /// day-wise bootstrap (Delage, Ye 2010, Operations Research 58(3)).
  double mean_radius = 0.0;
  double covariance_factor = 1.0;
  /// Kullback-Leibler radius: smallest so that what held-out days did more often than the law says
  /// (lie outside of its joint 80, 90, 95, 98 % bands) some law in the ball does as often.
  double kl_radius = 0.0;
  /// The same with each frequency at its upper 95 % confidence bound.
  double kl_radius_upper = 0.0;
  /// c of the band |ξ − μ| ≤ c σ that 95 % of the held-out days kept (the conformal quantile: rank
  /// ⌈0.95 (D + 1)⌉ of D): whatever the law's tails, a new day that is like them keeps it with
  /// probability 95 %.
  double band_factor = 0.0;
  /// Wasserstein-1 distance of the held-out PIT to the uniform law, in deviations √(1/12) of that
  /// law; largest over sources, median over folds.
  double wasserstein_radius = 0.0;
};

/// By cross-validation over `folds` blocks of consecutive days: each is judged by what was learned
/// from the others.
[[nodiscard]] Result<Ambiguity> measure_ambiguity(const ErrorHistory& history,
                                                  std::size_t folds = 5,
                                                  const HeldOutOptions& options = {});

/// The KL radius of `Ambiguity` for given days.
[[nodiscard]] double kl_radius_of(const std::vector<HeldOutDay>& days, bool upper_bound);

}  // namespace gridpact::uncertainty
