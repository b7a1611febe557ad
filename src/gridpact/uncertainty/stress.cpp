// Laws that are not the fitted one.
//
//   correlation: R_s = (1 − s) R + s 11' (s ≥ 0), (1 + s) R − s I (s < 0), and the same for the
//     correlation of every component: convex combinations of correlations are correlations. The
//     components' means shrink by √(1 − |s|), and the whole is scaled back to unit variances.
//   mean: μ + δ σ;   deviation: f σ;   Student t: a factor √((ν − 2) / χ²_ν) for the whole day
//   worst probability within KL radius ρ: the largest q ≥ p with
//     q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)) ≤ ρ            (math as for any event; bisection)
//   worst weights: w_i ∝ exp(θ l_i), θ ≥ 0 such that Σ w ln(N w) = ρ, or as θ → ∞ all on the
//   largest
//     losses where those alone are nearer (Donsker, Varadhan; Hu, Hong 2013)

#include "gridpact/uncertainty/stress.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace gridpact::uncertainty {

namespace {

Matrix shifted_covariance(const Matrix& covariance, double shift) {
  const std::size_t n = covariance.rows();
  Matrix out(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double scale = std::sqrt(covariance(i, i) * covariance(j, j));
      const double towards = i == j || shift > 0.0 ? scale : 0.0;
      out(i, j) = (1.0 - std::abs(shift)) * covariance(i, j) + std::abs(shift) * towards;
    }
  }
  return out;
}

void shift_correlation(LayerLaw& law, double shift) {
  const std::size_t n = law.size();
  const double shrink = std::sqrt(1.0 - std::abs(shift));
  law.correlation = Matrix(n, n);
  for (auto& component : law.mixture) {
    component.covariance = shifted_covariance(component.covariance, shift);
    for (double& m : component.mean) {
      m *= shrink;
    }
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        law.correlation(i, j) +=
            component.weight * (component.covariance(i, j) + component.mean[i] * component.mean[j]);
      }
    }
  }
  std::vector<double> scale(n, 1.0);
  for (std::size_t i = 0; i < n; ++i) {
    scale[i] = law.correlation(i, i) > 0.0 ? 1.0 / std::sqrt(law.correlation(i, i)) : 1.0;
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (auto& component : law.mixture) {
      component.mean[i] *= scale[i];
    }
    for (std::size_t j = 0; j < n; ++j) {
      law.correlation(i, j) *= scale[i] * scale[j];
      for (auto& component : law.mixture) {
        component.covariance(i, j) *= scale[i] * scale[j];
      }
    }
  }
}

double divergence(double q, double p) {
  const auto term = [](double a, double b) { return a > 0.0 ? a * std::log(a / b) : 0.0; };
  return term(q, p) + term(1.0 - q, 1.0 - p);
}

std::vector<double> tilted(std::span<const double> losses, double theta) {
  const double largest = *std::max_element(losses.begin(), losses.end());
  std::vector<double> out(losses.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = std::exp(theta * (losses[i] - largest));
    sum += out[i];
  }
  for (double& w : out) {
    w /= sum;
  }
  return out;
}

double divergence_from_equal(std::span<const double> weights) {
  double sum = 0.0;
  for (const double w : weights) {
    sum += w > 0.0 ? w * std::log(w * static_cast<double>(weights.size())) : 0.0;
  }
  return sum;
}

}  // namespace

Result<LayerLaw> stressed(const LayerLaw& law, const Stress& stress) {
  Faults faults;
  const auto refuse = [&](const char* what) { faults.push_back({Severity::error, {}, what}); };
  if (stress.student_degrees == 1 || stress.student_degrees == 2) {
    refuse(
        "a Student t needs 3 or more degrees of freedom to have a covariance; 0 stands for none");
  }
  if (!(std::abs(stress.correlation_shift) <= 1.0)) {
    refuse("the correlation's shift must lie between -1 (independent) and 1 (all fail together)");
  }
  if (!std::isfinite(stress.mean_drift)) {
    refuse("the drift of the mean must be a finite number of standard deviations");
  }
  if (!(stress.deviation_factor > 0.0 && std::isfinite(stress.deviation_factor))) {
    refuse("the factor of the deviations must be above 0");
  }
  if (!faults.empty()) {
    return faults;
  }
  LayerLaw out = law;
  out.student_degrees = stress.student_degrees;
  if (stress.correlation_shift != 0.0) {
    shift_correlation(out, stress.correlation_shift);
  }
  const double wider = std::max(1.0, stress.deviation_factor);
  for (std::size_t t = 0; t < law.periods(); ++t) {
    for (std::size_t j = 0; j < law.size(); ++j) {
      const double mean = law.mean(t, j);
      const double drift = stress.mean_drift * law.std_deviation(t, j);
      out.mean(t, j) = mean + drift;
      out.std_deviation(t, j) = stress.deviation_factor * law.std_deviation(t, j);
      out.support_low(t, j) =
          std::min(law.support_low(t, j), mean + drift + wider * (law.support_low(t, j) - mean));
      out.support_high(t, j) =
          std::max(law.support_high(t, j), mean + drift + wider * (law.support_high(t, j) - mean));
    }
  }
  return out;
}

double worst_probability(double p, double radius) {
  assert(p >= 0.0 && p <= 1.0 && radius >= 0.0);
  if (p <= 0.0 || p >= 1.0) {
    return p;  // what never happens never happens in any law near by
  }
  if (-std::log(p) <= radius) {
    return 1.0;
  }
  double low = p;
  double high = 1.0;
  constexpr int halvings = 200;
  for (int i = 0; i < halvings && high - low > 1e-15; ++i) {
    const double middle = 0.5 * (low + high);
    (divergence(middle, p) <= radius ? low : high) = middle;
  }
  return high;  // on the safe side
}

double robust_level(double epsilon, double radius) {
  assert(epsilon > 0.0 && epsilon < 1.0 && radius >= 0.0);
  double low = 0.0;
  double high = epsilon;
  constexpr int halvings = 200;
  for (int i = 0; i < halvings && high - low > 1e-15; ++i) {
    const double middle = 0.5 * (low + high);
    (worst_probability(middle, radius) <= epsilon ? low : high) = middle;
  }
  return radius == 0.0 ? epsilon : low;  // on the safe side
}

std::vector<double> worst_weights(std::span<const double> losses, double radius) {
  assert(!losses.empty() && radius >= 0.0);
  const auto [least, largest] = std::minmax_element(losses.begin(), losses.end());
  const double range = *largest - *least;
  std::vector<double> equal(losses.size(), 1.0 / static_cast<double>(losses.size()));
  if (!(range > 0.0) || radius == 0.0) {
    return equal;
  }
  double low = 0.0;
  double high = 1.0 / range;
  constexpr double steepest = 1e6;
  while (divergence_from_equal(tilted(losses, high)) < radius) {
    if (high * range > steepest) {
      return tilted(losses, high);  // all that is left is among the largest losses
    }
    low = high;
    high *= 2.0;
  }
  constexpr int halvings = 100;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    (divergence_from_equal(tilted(losses, middle)) <= radius ? low : high) = middle;
  }
  return tilted(losses, low);
}

std::vector<double> past_severity(const LayerLaw& law) {
  std::vector<double> out;
  const std::vector<double> ones(law.size(), 1.0);
  std::vector<double> deviation;
  for (std::size_t t = 0; t < law.periods(); ++t) {
    deviation.push_back(project(law, t, ones).std_deviation);
  }
  for (const auto& day : law.past_days) {
    double largest = 0.0;
    for (std::size_t t = 0; t < law.periods(); ++t) {
      double sum = 0.0;
      for (std::size_t j = 0; j < law.size(); ++j) {
        sum += law.std_deviation(t, j) * day(t, j);
      }
      largest = deviation[t] > 0.0 ? std::max(largest, std::abs(sum) / deviation[t]) : largest;
    }
    out.push_back(largest);
  }
  return out;
}

LayerLaw reweighted(LayerLaw law, std::span<const double> losses, double radius) {
  assert(losses.size() == law.past_days.size());
  law.past_weights = worst_weights(losses, radius);
  return law;
}

}  // namespace gridpact::uncertainty
