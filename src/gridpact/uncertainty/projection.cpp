// One number out of many errors: e = a'ξ_t for a row of the network or of the balance.
//
//   ξ_t = μ_t + D z,  D = diag(σ_t),  z ~ Σ_k π_k N(m_k, C_k),  Cov z = R
//   mean = a'μ_t,   variance = a'D R D a,   k-th component: N(a'μ_t + a'D m_k, a'D C_k D a)
//   support = Σ_j a_j [low_j, high_j]  (interval arithmetic over the box)
//   sum of independent e, e': N(m_k, s_k²) * N(m_l, s_l²) = N(m_k + m_l, s_k² + s_l²), weight π_k
//   π_l
//   own shapes: e = Σ_j a_j ξ_j, each a_j ξ_j with its own mixture, summed as independent
//   merging of k, l: π = π_k + π_l, with the mean and variance of the two together, the pair of
//   neighbours (in the order of means) first whose merging costs least,
//   2B = π log s² − π_k log s_k² − π_l log s_l²   (Runnalls 2007, IEEE TAES 43(3))
//
// The others are textbook facts of linear maps and convolutions of Gaussians.

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

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

ScalarLaw::Component merged(const ScalarLaw::Component& a, const ScalarLaw::Component& b) {
  const double weight = a.weight + b.weight;
  if (weight <= 0.0) {
    return a;
  }
  const double mean = (a.weight * a.mean + b.weight * b.mean) / weight;
  const auto square = [](double x) { return x * x; };
  const double variance = (a.weight * (square(a.std_deviation) + square(a.mean - mean)) +
                           b.weight * (square(b.std_deviation) + square(b.mean - mean))) /
                          weight;
  return {weight, mean, std::sqrt(variance)};
}

/// What is lost by merging: an upper bound of the Kullback-Leibler divergence.
double loss_of_merging(const ScalarLaw::Component& a, const ScalarLaw::Component& b) {
  static constexpr double tiny = 1e-300;  // spikes: their logarithm is finite, and they merge last
  const auto log_deviation = [](const ScalarLaw::Component& c) {
    return std::log(std::max(c.std_deviation, tiny));
  };
  const auto both = merged(a, b);
  return both.weight * log_deviation(both) - a.weight * log_deviation(a) -
         b.weight * log_deviation(b);
}

void reduce(std::vector<ScalarLaw::Component>& components, std::size_t most) {
  if (components.size() <= most) {
    return;
  }
  std::sort(components.begin(), components.end(), [](const auto& a, const auto& b) {
    return std::pair(a.mean, a.std_deviation) < std::pair(b.mean, b.std_deviation);
  });
  std::vector<double> loss;  // of merging each with the next
  for (std::size_t k = 0; k + 1 < components.size(); ++k) {
    loss.push_back(loss_of_merging(components[k], components[k + 1]));
  }
  while (components.size() > most) {
    const auto k =
        static_cast<std::size_t>(std::min_element(loss.begin(), loss.end()) - loss.begin());
    components[k] = merged(components[k], components[k + 1]);
    components.erase(components.begin() + static_cast<std::ptrdiff_t>(k) + 1);
    loss.erase(loss.begin() + static_cast<std::ptrdiff_t>(k));
    if (k > 0) {
      loss[k - 1] = loss_of_merging(components[k - 1], components[k]);
    }
    if (k < loss.size()) {
      loss[k] = loss_of_merging(components[k], components[k + 1]);
    }
  }
}

/// The law of a ξ_j in period t, the source having a shape of its own.
ScalarLaw scaled_source(const LayerLaw& law, std::size_t t, std::size_t j, double a) {
  ScalarLaw out;
  out.mean = a * law.mean(t, j);
  out.std_deviation = std::abs(a) * law.std_deviation(t, j);
  const double scale = a * law.std_deviation(t, j);
  for (const auto& c : law.own_shapes(t, j)) {
    out.mixture.push_back({c.weight, out.mean + scale * c.mean, std::abs(scale) * c.std_deviation});
  }
  return out;
}

std::vector<ScalarLaw::Component> own_mixture(const LayerLaw& law, std::size_t t,
                                              std::span<const double> weights, double mean) {
  std::optional<ScalarLaw> sum;
  for (std::size_t j = 0; j < law.size(); ++j) {
    if (weights[j] != 0.0 && law.std_deviation(t, j) > 0.0) {
      const auto source = scaled_source(law, t, j, weights[j]);
      sum = sum ? independent_sum(*sum, source) : source;
    }
  }
  if (!sum) {
    return {{1.0, mean, 0.0}};
  }
  // Sources that do not vary only move it.
  const double shift = mean - sum->mean;
  for (auto& c : sum->mixture) {
    c.mean += shift;
  }
  return std::move(sum->mixture);
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
  out.student_degrees = law.fitted_degrees;
  if (!law.own_shapes.empty()) {
    out.mixture = own_mixture(law, t, weights, out.mean);
    return out;
  }
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

ScalarLaw correlated_sum(const ScalarLaw& a, const ScalarLaw& b, double more_variance) {
  auto out = independent_sum(a, b);
  const double apart = out.std_deviation;
  out.std_deviation = std::sqrt(std::max(0.0, apart * apart + more_variance));
  const double stretch = apart > 0.0 ? out.std_deviation / apart : 1.0;
  for (auto& c : out.mixture) {
    c.mean = out.mean + stretch * (c.mean - out.mean);
    c.std_deviation *= stretch;
  }
  return out;
}

ScalarLaw independent_sum(const ScalarLaw& a, const ScalarLaw& b) {
  ScalarLaw out;
  out.mean = a.mean + b.mean;
  out.std_deviation = std::hypot(a.std_deviation, b.std_deviation);
  out.support_low = a.support_low + b.support_low;
  out.support_high = a.support_high + b.support_high;
  // A sum of two t is none; the one with the heavier tails is the safe one of the two.
  out.student_degrees = std::min(a.std_deviation > 0.0 ? a.student_degrees : infinite_degrees,
                                 b.std_deviation > 0.0 ? b.student_degrees : infinite_degrees);
  for (const auto& first : components_of(a)) {
    for (const auto& second : components_of(b)) {
      out.mixture.push_back({first.weight * second.weight, first.mean + second.mean,
                             std::hypot(first.std_deviation, second.std_deviation)});
    }
  }
  reduce(out.mixture, most_components);
  return out;
}

}  // namespace gridpact::uncertainty
