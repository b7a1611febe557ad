// Confidence in the planned day's moments, and what a plan can do about it.
//
// Region. With Σ_t = D_t R D_t (law.hpp), and *, the same of a resample of the past days in which
// day d counts w_d times:
//   μ*(t, j) = Σ w_d ξ / Σ w_d over the neighbours of (t, j), σ*(t, j)² = their mean square about
//   the fitted μ(t, j), times the law's scale;   R* = correlation of the standardised errors δ(t)²
//   = (μ* − μ)' Σ_t⁻¹ (μ* − μ),   γ(t) = largest eigenvalue of Σ_t^(−½) S* Σ_t^(−½), S* = D* R* D*
//   with D* = diag(σ*) mean_radius γ₁, covariance_factor γ₂ ≥ 1: 95 % quantiles of δ² and γ over
//   the resamples
// Directions in which the sources do not vary are left out.
//
// Inflation. Let e be a row's error about its fitted mean, σ its fitted deviation, so that |E e| ≤
// δ σ with δ = √γ₁ and E e² ≤ γ₂ σ² for every law of the region (project it on the row). With q =
// 1/k
//   s = q δ + √(q² γ₁ + γ₂)           solves s² = γ₂ + 2 q s δ
// Moments (k = √((1 − ε)/ε)): whatever distances u, l the bound of risk/moment_bound.cpp with the
// deviation s σ finds to be broken with probability p ≤ ε, it holds for the region. That bound is
// E (e − c)² / h² with s² σ² + c² for the expectation, where either c = (u − l)/2 is the mid-band,
// |c| ≤ q s σ, or c = −s² σ²/u, and p ≤ ε says u ≥ s σ/q; in both, |c| ≤ q s σ. For a law of the
// region E (e − c)² ≤ γ₂ σ² + 2 |c| δ σ + c² ≤ (γ₂ + 2 q s δ) σ² + c² = s² σ² + c².
// A known shape (Gaussian): P(e > u) with u ≥ k s σ is largest at mean δ σ and deviation √γ₂ σ, and
// (u − δ σ)/(√γ₂ σ) ≥ u/(s σ), since s ≥ √γ₂ + δ/k. The same below; the two tails add.

#include "gridpact/uncertainty/moment_region.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <Eigen/Dense>

#include "gridpact/uncertainty/detail/conditional.hpp"

namespace gridpact::uncertainty {

namespace {

constexpr double confidence = 0.95;
constexpr double least_share = 1e-6;  // of a standardised source: below, no direction

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())) - 1.0);
  return values[std::min(rank, values.size() - 1)];
}

/// How often each day is in each resample.
std::vector<std::vector<double>> draw_counts(std::size_t days, std::uint64_t seed,
                                             std::size_t resamples) {
  std::vector<std::vector<double>> out(resamples, std::vector<double>(days, 0.0));
  for (std::size_t b = 0; b < resamples; ++b) {
    RandomStream random(seed, b);
    for (std::size_t d = 0; d < days; ++d) {
      out[b][random.index(days)] += 1.0;
    }
  }
  return out;
}

/// Second moments of the standardised errors of each day, summed over its periods.
std::vector<Eigen::MatrixXd> day_products(const std::vector<Matrix>& days) {
  std::vector<Eigen::MatrixXd> out;
  for (const auto& day : days) {
    const auto n = static_cast<Eigen::Index>(day.cols());
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t t = 0; t < day.rows(); ++t) {
      const Eigen::Map<const Eigen::VectorXd> z(day.row(t).data(), n);
      sum += z * z.transpose();
    }
    out.push_back(std::move(sum));
  }
  return out;
}

Eigen::MatrixXd correlation_of(const std::vector<Eigen::MatrixXd>& products,
                               const std::vector<double>& counts) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(products.front().rows(), products.front().cols());
  for (std::size_t d = 0; d < products.size(); ++d) {
    out += counts[d] * products[d];
  }
  const Eigen::VectorXd scale =
      out.diagonal().unaryExpr([](double v) { return v > 0.0 ? 1.0 / std::sqrt(v) : 0.0; });
  return scale.asDiagonal() * out * scale.asDiagonal();
}

/// W with W' R W = I on the directions in which R varies.
Eigen::MatrixXd whitening_of(const Eigen::MatrixXd& correlation) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(correlation);
  const auto kept = (eigen.eigenvalues().array() > least_share).count();
  return eigen.eigenvectors().rightCols(kept) *
         eigen.eigenvalues().tail(kept).cwiseSqrt().cwiseInverse().asDiagonal();
}

/// One resample's moments of a period, in units of the fitted ones: shift (μ* − μ)/σ and ratio
/// σ*/σ.
struct Resampled {
  Eigen::VectorXd shift;
  Eigen::VectorXd ratio;
};

Resampled resampled(const std::vector<std::vector<Neighbour>>& neighbours, const LayerLaw& law,
                    const std::vector<double>& fitted_square, std::size_t t,
                    const std::vector<double>& counts) {
  const auto n = static_cast<Eigen::Index>(neighbours.size());
  Resampled out{Eigen::VectorXd::Zero(n), Eigen::VectorXd::Zero(n)};
  for (std::size_t j = 0; j < neighbours.size(); ++j) {
    if (!(law.std_deviation(t, j) > 0.0) || !(fitted_square[j] > 0.0)) {
      continue;
    }
    double weight = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (const auto& [error, day] : neighbours[j]) {
      const double offset = error - law.mean(t, j);
      weight += counts[day];
      sum += counts[day] * offset;
      squares += counts[day] * offset * offset;
    }
    if (weight > 0.0) {
      const auto i = static_cast<Eigen::Index>(j);
      out.shift[i] = sum / weight / law.std_deviation(t, j);
      out.ratio[i] = std::sqrt(squares / weight / fitted_square[j]);
    }
  }
  return out;
}

}  // namespace

MomentRegion moment_region(const ErrorModel& model, const PlannedDay& day, std::uint64_t seed,
                           std::size_t resamples) {
  const auto law = model.law(day);
  const auto counts = draw_counts(law.past_days.size(), seed, resamples);
  const auto products = day_products(law.past_days);
  const auto fitted = correlation_of(products, std::vector<double>(products.size(), 1.0));
  const Eigen::MatrixXd whitening = whitening_of(fitted);
  std::vector<Eigen::MatrixXd> correlations;
  for (const auto& c : counts) {
    correlations.push_back(correlation_of(products, c));
  }
  MomentRegion out;
  for (std::size_t t = 0; t < law.periods(); ++t) {
    std::vector<std::vector<Neighbour>> neighbours;
    std::vector<double> fitted_square;
    for (std::size_t j = 0; j < law.size(); ++j) {
      neighbours.push_back(model.neighbours(day, t, j));
      double squares = 0.0;
      for (const auto& [error, number] : neighbours.back()) {
        squares += (error - law.mean(t, j)) * (error - law.mean(t, j));
      }
      fitted_square.push_back(squares / static_cast<double>(neighbours.back().size()));
    }
    std::vector<double> radius;
    std::vector<double> factor;
    for (std::size_t b = 0; b < resamples; ++b) {
      const auto moments = resampled(neighbours, law, fitted_square, t, counts[b]);
      radius.push_back((whitening.transpose() * moments.shift).squaredNorm());
      const Eigen::MatrixXd second =
          moments.ratio.asDiagonal() * correlations[b] * moments.ratio.asDiagonal();
      const Eigen::MatrixXd ratio = whitening.transpose() * second * whitening;
      factor.push_back(ratio.size() > 0 ? Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(
                                              ratio, Eigen::EigenvaluesOnly)
                                              .eigenvalues()
                                              .maxCoeff()
                                        : 1.0);
    }
    out.mean_radius.push_back(quantile(std::move(radius), confidence));
    out.covariance_factor.push_back(std::max(1.0, quantile(std::move(factor), confidence)));
  }
  return out;
}

double inflation(double mean_radius, double covariance_factor, double least_factor) {
  assert(mean_radius >= 0.0 && covariance_factor >= 1.0 && least_factor > 0.0);
  const double q = 1.0 / least_factor;
  return q * std::sqrt(mean_radius) + std::sqrt(q * q * mean_radius + covariance_factor);
}

LayerLaw inflated(LayerLaw law, const MomentRegion& region, double least_factor) {
  for (std::size_t t = 0; t < law.periods(); ++t) {
    const double factor =
        inflation(region.mean_radius[t], region.covariance_factor[t], least_factor);
    for (double& deviation : law.std_deviation.row(t)) {
      deviation *= factor;
    }
  }
  return law;
}

Result<LayerLaw> fit_inflated(const ErrorHistory& history, double least_factor, std::uint64_t seed,
                              const FitOptions& options) {
  const auto model = ErrorModel::learn(history, options);
  if (!model) {
    return model.faults();
  }
  const PlannedDay day{history.planned_level, history.physical_low, history.physical_high};
  return inflated(model->law(day), moment_region(*model, day, seed), least_factor);
}

}  // namespace gridpact::uncertainty
