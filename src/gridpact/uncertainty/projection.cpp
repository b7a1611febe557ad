// One number out of many errors: e = a'ξ_t for a row of the network or of the balance.
//
//   ξ_t = μ_t + D z,  D = diag(σ_t),  z ~ Σ_k π_k N(m_k, C_k),  Cov z = R
//   mean = a'μ_t,   variance = a'D R D a,   k-th component: N(a'μ_t + a'D m_k, a'D C_k D a)
//   support = Σ_j a_j [low_j, high_j]  (interval arithmetic over the box)
//   sum of independent e, e': N(m_k, s_k²) * N(m_l, s_l²) = N(m_k + m_l, s_k² + s_l²), weight π_k
//   π_l
//
// All four are textbook facts of linear maps and convolutions of Gaussians.

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

namespace {

/// v'Mv, at least 0 (rounding may leave a singular form just below).
double quadratic_form(const Matrix& m, const std::vector<double>& v) {
  double sum = 0.0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < v.size(); ++j) {
      row += m(i, j) * v[j];
    }
    sum += v[i] * row;
  }
  return std::max(sum, 0.0);
}

std::vector<ScalarLaw::Component> components_of(const ScalarLaw& law) {
  if (law.mixture.empty()) {
    return {{1.0, law.mean, law.std_deviation}};
  }
  return law.mixture;
}

}  // namespace

Matrix LayerLaw::covariance(std::size_t t) const {
  Matrix out(size(), size());
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t j = 0; j < size(); ++j) {
      out(i, j) = std_deviation(t, i) * correlation(i, j) * std_deviation(t, j);
    }
  }
  return out;
}

ScalarLaw project(const LayerLaw& law, std::size_t t, std::span<const double> weights) {
  assert(weights.size() == law.size() && t < law.periods());
  ScalarLaw out;
  std::vector<double> scaled(law.size());  // D a
  for (std::size_t j = 0; j < law.size(); ++j) {
    const double a = weights[j];
    scaled[j] = a * law.std_deviation(t, j);
    out.mean += a * law.mean(t, j);
    const double low = a * law.support_low(t, j);
    const double high = a * law.support_high(t, j);
    out.support_low += std::min(low, high);
    out.support_high += std::max(low, high);
  }
  out.std_deviation = std::sqrt(quadratic_form(law.correlation, scaled));
  for (const auto& component : law.mixture) {
    double shift = 0.0;
    for (std::size_t j = 0; j < law.size(); ++j) {
      shift += scaled[j] * component.mean[j];
    }
    out.mixture.push_back({component.weight, out.mean + shift,
                           std::sqrt(quadratic_form(component.covariance, scaled))});
  }
  return out;
}

ScalarLaw independent_sum(const ScalarLaw& a, const ScalarLaw& b) {
  ScalarLaw out;
  out.mean = a.mean + b.mean;
  out.std_deviation = std::hypot(a.std_deviation, b.std_deviation);
  out.support_low = a.support_low + b.support_low;
  out.support_high = a.support_high + b.support_high;
  for (const auto& first : components_of(a)) {
    for (const auto& second : components_of(b)) {
      out.mixture.push_back({first.weight * second.weight, first.mean + second.mean,
                             std::hypot(first.std_deviation, second.std_deviation)});
    }
  }
  return out;
}

}  // namespace gridpact::uncertainty
