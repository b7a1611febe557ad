// Maximum likelihood of ν, the covariance R being given (R's scatter is R (ν − 2)/ν):
//
//   log f(z) = log Γ((ν + n)/2) − log Γ(ν/2) − (n/2) log((ν − 2) π) − ½ log |R|
//              − ((ν + n)/2) log(1 + z' R⁻¹ z / (ν − 2))
//
// (Kotz, Nadarajah 2004, Multivariate t Distributions and Their Applications, ch. 1.) Only the
// squared distances δ = z' R⁻¹ z depend on the data, so they are computed once. Hours of a day are
// not independent; that makes the estimate less sure, not biased. Searched in 1/ν, in which ∞ is
// the point 0.

#include "gridpact/uncertainty/student.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Dense>

namespace gridpact::uncertainty {

namespace {

constexpr double least_eigenvalue = 1e-6;
constexpr int steps = 60;  // of 1/ν from 0 to 1 / least_degrees

struct Distances {
  std::vector<double> squared;  ///< δ of each day and period (and source, if independent)
  double dimension = 1.0;       ///< n
};

Distances distances_of(const std::vector<Matrix>& days, const Matrix& correlation,
                       bool independent) {
  Distances out;
  if (independent) {
    for (const auto& day : days) {
      for (std::size_t t = 0; t < day.rows(); ++t) {
        for (const double z : day.row(t)) {
          out.squared.push_back(z * z);
        }
      }
    }
    return out;
  }
  const auto n = static_cast<Eigen::Index>(correlation.rows());
  const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> r(
      correlation.row(0).data(), n, n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(Eigen::MatrixXd{r});
  std::vector<Eigen::Index> kept;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (eigen.eigenvalues()[k] > least_eigenvalue) {
      kept.push_back(k);
    }
  }
  Eigen::MatrixXd whiten(static_cast<Eigen::Index>(kept.size()), n);
  for (Eigen::Index k = 0; k < whiten.rows(); ++k) {
    const auto from = kept[static_cast<std::size_t>(k)];
    whiten.row(k) =
        eigen.eigenvectors().col(from).transpose() / std::sqrt(eigen.eigenvalues()[from]);
  }
  out.dimension = static_cast<double>(kept.size());
  for (const auto& day : days) {
    for (std::size_t t = 0; t < day.rows(); ++t) {
      const Eigen::Map<const Eigen::VectorXd> z(day.row(t).data(), n);
      out.squared.push_back((whiten * z).squaredNorm());
    }
  }
  return out;
}

/// Mean of log f, without what does not depend on ν.
double log_likelihood(const Distances& distances, double degrees) {
  const double n = distances.dimension;
  const auto count = static_cast<double>(distances.squared.size());
  double sum = 0.0;
  if (!std::isfinite(degrees)) {
    for (const double squared : distances.squared) {
      sum -= 0.5 * squared;
    }
    return sum / count - 0.5 * n * std::log(2.0 * std::numbers::pi);
  }
  for (const double squared : distances.squared) {
    sum -= 0.5 * (degrees + n) * std::log1p(squared / (degrees - 2.0));
  }
  return sum / count + std::lgamma(0.5 * (degrees + n)) - std::lgamma(0.5 * degrees) -
         0.5 * n * std::log((degrees - 2.0) * std::numbers::pi);
}

}  // namespace

double fitted_degrees(const std::vector<Matrix>& days, const Matrix& correlation,
                      bool independent) {
  constexpr double gaussian = std::numeric_limits<double>::infinity();
  if (days.empty() || days.front().cols() == 0) {
    return gaussian;
  }
  const auto distances = distances_of(days, correlation, independent);
  double best = gaussian;
  double best_value = log_likelihood(distances, gaussian);
  for (int i = 1; i <= steps; ++i) {
    const double degrees = least_degrees * steps / i;
    const double value = log_likelihood(distances, degrees);
    if (value > best_value) {
      best_value = value;
      best = degrees;
    }
  }
  return best;
}

}  // namespace gridpact::uncertainty
