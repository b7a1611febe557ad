// Days drawn from a layer's law.
//
//   k ~ π (once a day);   u_1 ~ N(0, I),  u_t = r u_(t−1) + √(1 − r²) w_t,  w_t ~ N(0, I)
//   z_t = m_k + F_k u_t,  F_k F_k' = C_k;   ξ(t, j) = μ(t, j) + σ(t, j) z_t,j, clipped to the
//   support
//
// Each z_t has the mixture as its law, whatever r is. Within a component lag-1 covariance is r C_k;
// the component's own mean stays all day. With b = mean over sources of Σ_k π_k m_k,j² the lag-1
// autocorrelation of z is b + r (1 − b), so r = (persistence − b) / (1 − b) gives it the law's
// value (0 if b alone is already more).

#include <algorithm>
#include <cassert>
#include <cmath>

#include <Eigen/Dense>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

const MixtureComponent& draw_component(const LayerLaw& law, RandomStream& random) {
  double left = random.uniform();
  for (const auto& component : law.mixture) {
    left -= component.weight;
    if (left < 0.0) {
      return component;
    }
  }
  return law.mixture.back();
}

/// F with F F' = C for any positive semidefinite C (two plants on one series make it singular).
Eigen::MatrixXd root_of(const Matrix& covariance) {
  const auto n = static_cast<Eigen::Index>(covariance.rows());
  const Eigen::LDLT<Eigen::MatrixXd> ldlt(Eigen::Map<const RowMajor>(covariance.data(), n, n));
  const Eigen::MatrixXd lower = ldlt.matrixL();
  const Eigen::VectorXd pivots = ldlt.vectorD().cwiseMax(0.0).cwiseSqrt();
  return ldlt.transpositionsP().transpose() * (lower * pivots.asDiagonal()).eval();
}

/// r of the AR(1) path.
double path_persistence(const LayerLaw& law) {
  double between = 0.0;
  std::size_t varying = 0;
  for (std::size_t j = 0; j < law.size(); ++j) {
    double largest = 0.0;
    for (std::size_t t = 0; t < law.periods(); ++t) {
      largest = std::max(largest, law.std_deviation(t, j));
    }
    if (largest > 0.0) {
      ++varying;
      for (const auto& component : law.mixture) {
        between += component.weight * component.mean[j] * component.mean[j];
      }
    }
  }
  if (varying == 0) {
    return 0.0;
  }
  between /= static_cast<double>(varying);
  const double within = 1.0 - between;
  return within > 0.0
             ? std::clamp((law.persistence - between) / within, std::min(0.0, law.persistence), 1.0)
             : 0.0;
}

double scaled_and_clipped(const LayerLaw& law, std::size_t t, std::size_t j, double z) {
  return std::clamp(law.mean(t, j) + law.std_deviation(t, j) * z, law.support_low(t, j),
                    law.support_high(t, j));
}

void draw_normal(Eigen::VectorXd& out, RandomStream& random) {
  for (double& value : out) {
    value = random.normal();
  }
}

}  // namespace

Matrix sample_day(const LayerLaw& law, RandomStream& random) {
  assert(!law.mixture.empty());
  const auto n = static_cast<Eigen::Index>(law.size());
  const auto& component = draw_component(law, random);
  const Eigen::MatrixXd root = root_of(component.covariance);
  const Eigen::Map<const Eigen::VectorXd> mean(component.mean.data(), n);
  const double r = path_persistence(law);
  const double fresh = std::sqrt(1.0 - r * r);

  Matrix day(law.periods(), law.size());
  Eigen::VectorXd path(n);
  Eigen::VectorXd noise(n);
  Eigen::VectorXd z(n);
  draw_normal(path, random);
  for (std::size_t t = 0; t < law.periods(); ++t) {
    if (t > 0) {
      draw_normal(noise, random);
      path = r * path + fresh * noise;
    }
    z.noalias() = mean + root * path;
    for (std::size_t j = 0; j < law.size(); ++j) {
      day(t, j) = scaled_and_clipped(law, t, j, z[static_cast<Eigen::Index>(j)]);
    }
  }
  return day;
}

Matrix resample_day(const LayerLaw& law, RandomStream& random) {
  assert(!law.past_days.empty());
  const auto& past = law.past_days[random.index(law.past_days.size())];
  Matrix day(law.periods(), law.size());
  for (std::size_t t = 0; t < law.periods(); ++t) {
    for (std::size_t j = 0; j < law.size(); ++j) {
      day(t, j) = scaled_and_clipped(law, t, j, past(t, j));
    }
  }
  return day;
}

}  // namespace gridpact::uncertainty
