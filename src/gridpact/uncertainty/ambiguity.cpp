// How much the fit must be distrusted.
//
//   Moments, from B day-wise resamples of the standardised errors z with mean m̂, covariance Ĉ:
//     mean_radius       = 95 % quantile of (m* − m̂)' Ĉ⁻¹ (m* − m̂)
//     covariance_factor = 95 % quantile of the largest eigenvalue of Ĉ^(−½) C* Ĉ^(−½), at least 1
//   Whole days are resampled, since the hours of a day are nearly one observation.
//   KL: with f_α the share of held-out days outside of the joint band that α of the law's days
//   leave,
//     ρ = max_α d(f_α ‖ α) over f_α > α,  d(q‖p) = q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)).
//     Any law that gives these events their frequencies has at least this divergence from the fit
//     (data processing), and for each of them some law in the ball reaches it.
//     Upper bound: f_α + 1.645 √(f̃ (1 − f̃) / D), f̃ = (count + 1) / (D + 2).
//   Wasserstein-1 of two samples on the line: mean distance of their quantile functions.

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "gridpact/uncertainty/held_out.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double confidence_share = 0.95;
constexpr double normal_95 = 1.6448536269514722;
constexpr std::size_t resamples = 400;
constexpr double tested_levels[] = {0.2, 0.1, 0.05, 0.02};
constexpr double least_eigenvalue = 1e-6;

double divergence(double q, double p) {
  const auto term = [](double a, double b) { return a > 0.0 ? a * std::log(a / b) : 0.0; };
  return term(q, p) + term(1.0 - q, 1.0 - p);
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())) - 1.0);
  return values[std::min(rank, values.size() - 1)];
}

double conformal_factor(const std::vector<HeldOutDay>& days) {
  std::vector<double> furthest;
  for (const auto& day : days) {
    furthest.push_back(day.furthest);
  }
  const auto count = static_cast<double>(days.size());
  return quantile(std::move(furthest), std::min(1.0, band_level * (count + 1.0) / count));
}

/// Sums of one day's z and z z'.
struct DaySums {
  double count = 0.0;
  Eigen::VectorXd first;
  Eigen::MatrixXd second;
};

std::vector<DaySums> sums_by_day(const std::vector<Matrix>& days) {
  std::vector<DaySums> out;
  for (const auto& day : days) {
    const auto n = static_cast<Eigen::Index>(day.cols());
    DaySums sums{0.0, Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Zero(n, n)};
    for (std::size_t t = 0; t < day.rows(); ++t) {
      const Eigen::Map<const Eigen::VectorXd> z(day.row(t).data(), n);
      sums.count += 1.0;
      sums.first += z;
      sums.second += z * z.transpose();
    }
    out.push_back(std::move(sums));
  }
  return out;
}

void measure_moments(const std::vector<Matrix>& days, std::uint64_t seed, Ambiguity& out) {
  const auto sums = sums_by_day(days);
  const auto n = sums.front().first.size();
  double count = 0.0;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(n);
  Eigen::MatrixXd second = Eigen::MatrixXd::Zero(n, n);
  for (const auto& day : sums) {
    count += day.count;
    mean += day.first;
    second += day.second;
  }
  mean /= count;
  const Eigen::MatrixXd covariance = second / count - mean * mean.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance);
  const auto kept = (eigen.eigenvalues().array() > least_eigenvalue).count();
  if (kept == 0) {
    return;
  }
  const Eigen::MatrixXd whitening =
      eigen.eigenvalues().tail(kept).cwiseSqrt().cwiseInverse().asDiagonal() *
      eigen.eigenvectors().rightCols(kept).transpose();
  std::vector<double> mean_distance;
  std::vector<double> largest_ratio;
  for (std::size_t b = 0; b < resamples; ++b) {
    RandomStream random(seed, b);
    double c = 0.0;
    Eigen::VectorXd m = Eigen::VectorXd::Zero(n);
    Eigen::MatrixXd s = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t d = 0; d < sums.size(); ++d) {
      const auto& day = sums[random.index(sums.size())];
      c += day.count;
      m += day.first;
      s += day.second;
    }
    const Eigen::VectorXd shift = whitening * (m / c - mean);
    mean_distance.push_back(shift.squaredNorm());
    // E (z − m̂)(z − m̂)' of the resample, in units of Ĉ.
    const Eigen::MatrixXd about_mean =
        s / c - (m / c) * mean.transpose() - mean * (m / c).transpose() + mean * mean.transpose();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> ratio(
        whitening * about_mean * whitening.transpose(), Eigen::EigenvaluesOnly);
    largest_ratio.push_back(ratio.eigenvalues().maxCoeff());
  }
  out.mean_radius = quantile(mean_distance, confidence_share);
  out.covariance_factor = std::max(1.0, quantile(largest_ratio, confidence_share));
}

/// Of the PIT against the uniform law, in units of that law's deviation √(1/12).
double wasserstein_of_ranks(std::vector<double> ranks) {
  std::sort(ranks.begin(), ranks.end());
  const auto count = static_cast<double>(ranks.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    sum += std::abs(ranks[i] - (static_cast<double>(i) + 0.5) / count);
  }
  return ranks.empty() ? 0.0 : sum / count * std::sqrt(12.0);
}

/// The history without the days [first, last).
ErrorHistory without(const ErrorHistory& history, std::size_t first, std::size_t last) {
  ErrorHistory out = history;
  const auto erase = [&](auto& days) {
    if (!days.empty()) {
      days.erase(days.begin() + static_cast<std::ptrdiff_t>(first),
                 days.begin() + static_cast<std::ptrdiff_t>(last));
    }
  };
  erase(out.days);
  erase(out.levels);
  erase(out.dates);
  return out;
}

}  // namespace

double kl_radius_of(const std::vector<HeldOutDay>& days, bool upper_bound) {
  const auto count = static_cast<double>(days.size());
  double radius = 0.0;
  for (const double level : tested_levels) {
    const auto outside = static_cast<double>(std::count_if(
        days.begin(), days.end(), [&](const auto& day) { return day.further_out < level; }));
    double frequency = outside / count;
    if (upper_bound) {
      const double smoothed = (outside + 1.0) / (count + 2.0);
      frequency =
          std::min(1.0, frequency + normal_95 * std::sqrt(smoothed * (1.0 - smoothed) / count));
    }
    if (frequency > level) {
      radius = std::max(radius, divergence(frequency, level));
    }
  }
  return radius;
}

Result<Ambiguity> measure_ambiguity(const ErrorHistory& history, std::size_t folds,
                                    const HeldOutOptions& options) {
  const std::size_t days = history.days.size();
  if (folds < 2 || days < folds * least_days) {
    return Fault{Severity::error,
                 {},
                 "cross-validation needs two folds or more with two weeks of days in each; give a "
                 "longer history or fewer folds"};
  }
  Ambiguity out;
  out.folds = folds;
  std::vector<HeldOutDay> held_out;
  std::vector<double> distances;
  for (std::size_t k = 0; k < folds; ++k) {
    const std::size_t first = k * days / folds;
    const std::size_t last = (k + 1) * days / folds;
    const auto result =
        judge_held_out(without(history, first, last), days_of(history, first, last), {}, options);
    if (!result) {
      return result.faults();
    }
    held_out.insert(held_out.end(), result->days.begin(), result->days.end());
    double largest = 0.0;
    for (const auto& ranks : result->ranks) {
      largest = std::max(largest, wasserstein_of_ranks(ranks));
    }
    distances.push_back(largest);
  }
  out.kl_radius = kl_radius_of(held_out, false);
  out.kl_radius_upper = kl_radius_of(held_out, true);
  out.band_factor = conformal_factor(held_out);
  out.wasserstein_radius = quantile(distances, 0.5);
  const auto model = ErrorModel::learn(history, options.fit);
  if (!model) {
    return model.faults();
  }
  const auto law =
      model->law(history.levels.empty() ? PlannedDay{} : PlannedDay{history.levels.back(), {}, {}});
  measure_moments(law.past_days, options.seed, out);
  return out;
}

}  // namespace gridpact::uncertainty
