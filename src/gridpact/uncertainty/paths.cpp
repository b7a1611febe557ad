// How a day hangs together.
//
//   y_t = L⁻¹ z_t,  L L' = R:   what source j adds to those before it, for each past day d
//   ĉ(s, t) = Σ_d y(d,s) y(d,t) / √(Σ_d y(d,s)² Σ_d y(d,t)²)     for each direction j
//   τ(l)    = mean of ĉ(s, t) over |s − t| = l                     (a stationary day)
//   T(s, t) = (1 − λ) ĉ(s, t) + λ τ(|s − t|),
//   λ = Σ Var ĉ / Σ (ĉ − τ)² over s ≠ t, cut to [0, 1],  Var ĉ ≈ (1 − ĉ²)² / (D − 1)
//
// The shrinkage weight that minimises the expected squared error (Schäfer, Strimmer 2005, Stat.
// Appl. Genet. Mol. Biol. 4(1), with a target that depends on the lag): where a few hundred days
// can not tell the hours apart, all hours share one course.
//
// Regime persistence ρ: rough hours come in rough days. The variance over days of the day's mean
// square, V = Var_d mean_{t,j} z², grows with ρ; ρ is the one of a few whose simulated V is nearest
// to that of the past, every simulated day seen only where the past day of its number varied.

#include "gridpact/uncertainty/detail/paths.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gridpact/uncertainty/detail/standard.hpp"

namespace gridpact::uncertainty {

namespace {

/// y of one day, periods × n.
Matrix directions(const Matrix& day, const Matrix& root) {
  Matrix out(day.rows(), day.cols());
  for (std::size_t t = 0; t < day.rows(); ++t) {
    for (std::size_t i = 0; i < day.cols(); ++i) {
      double rest = day(t, i);
      for (std::size_t k = 0; k < i; ++k) {
        rest -= root(i, k) * out(t, k);
      }
      out(t, i) = root(i, i) > 0.0 ? rest / root(i, i) : 0.0;
    }
  }
  return out;
}

Matrix sample_correlation(const std::vector<Matrix>& days, std::size_t j) {
  const std::size_t periods = days.front().rows();
  Matrix product(periods, periods);
  std::vector<double> y(periods);
  for (const auto& day : days) {
    for (std::size_t t = 0; t < periods; ++t) {
      y[t] = day(t, j);
    }
    for (std::size_t s = 0; s < periods; ++s) {
      for (std::size_t t = 0; t <= s; ++t) {
        product(s, t) += y[s] * y[t];
      }
    }
  }
  Matrix out(periods, periods);
  for (std::size_t s = 0; s < periods; ++s) {
    out(s, s) = 1.0;
    for (std::size_t t = 0; t < s; ++t) {
      const double scale = std::sqrt(product(s, s) * product(t, t));
      out(s, t) = out(t, s) = scale > 0.0 ? product(s, t) / scale : 0.0;
    }
  }
  return out;
}

Matrix shrunk_to_lags(const Matrix& sample, std::size_t days) {
  const std::size_t periods = sample.rows();
  std::vector<double> by_lag(periods, 0.0);
  for (std::size_t s = 0; s < periods; ++s) {
    for (std::size_t t = 0; t <= s; ++t) {
      by_lag[s - t] += sample(s, t) / static_cast<double>(periods - (s - t));
    }
  }
  double variance = 0.0;
  double distance = 0.0;
  for (std::size_t s = 0; s < periods; ++s) {
    for (std::size_t t = 0; t < s; ++t) {
      const double c = sample(s, t);
      variance += (1.0 - c * c) * (1.0 - c * c) / static_cast<double>(days - 1);
      distance += (c - by_lag[s - t]) * (c - by_lag[s - t]);
    }
  }
  const double weight = distance > 0.0 ? std::clamp(variance / distance, 0.0, 1.0) : 1.0;
  Matrix out = sample;
  for (std::size_t s = 0; s < periods; ++s) {
    for (std::size_t t = 0; t < s; ++t) {
      out(s, t) = out(t, s) = (1.0 - weight) * sample(s, t) + weight * by_lag[s - t];
    }
  }
  return out;
}

/// Variance over days of the mean of z² over what varied on the past day of the same number.
double roughness_spread(const std::vector<Matrix>& days, const ConditionalErrors& past) {
  double sum = 0.0;
  double squares = 0.0;
  std::size_t count = 0;
  for (std::size_t d = 0; d < days.size(); ++d) {
    const auto& varies = past.varies[d];
    double roughness = 0.0;
    std::size_t entries = 0;
    for (std::size_t t = 0; t < varies.rows(); ++t) {
      for (std::size_t j = 0; j < varies.cols(); ++j) {
        if (varies(t, j) != 0) {
          roughness += days[d](t, j) * days[d](t, j);
          ++entries;
        }
      }
    }
    if (entries > 0) {
      roughness /= static_cast<double>(entries);
      sum += roughness;
      squares += roughness * roughness;
      ++count;
    }
  }
  if (count == 0) {
    return 0.0;
  }
  const double mean = sum / static_cast<double>(count);
  return std::max(0.0, squares / static_cast<double>(count) - mean * mean);
}

/// The law of z itself: mean 0, deviation 1, no support.
LayerLaw standardised(const LayerLaw& law) {
  LayerLaw out = law;
  out.mean = Matrix(law.periods(), law.size());
  out.std_deviation = Matrix(law.periods(), law.size(), 1.0);
  out.support_low = Matrix(law.periods(), law.size(), -std::numeric_limits<double>::infinity());
  out.support_high = Matrix(law.periods(), law.size(), std::numeric_limits<double>::infinity());
  out.past_days.clear();
  return out;
}

double simulated_spread(LayerLaw law, double regime_persistence, const ConditionalErrors& past) {
  law.regime_persistence = regime_persistence;
  const DaySampler sampler(std::move(law));
  constexpr std::uint64_t seed = 1;  // the same days for every candidate
  constexpr std::size_t rounds = 4;
  double spread = 0.0;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<Matrix> days;
    for (std::size_t d = 0; d < past.varies.size(); ++d) {
      RandomStream random(seed, round * past.varies.size() + d);
      days.push_back(sampler.sample(random));
    }
    spread += roughness_spread(days, past) / rounds;
  }
  return spread;
}

double learned_regime_persistence(const LayerLaw& law, const ConditionalErrors& past) {
  const double observed = roughness_spread(past.standardised, past);
  const auto plain = standardised(law);
  double best = 1.0;
  double least = std::numeric_limits<double>::infinity();
  for (const double candidate : {1.0, 0.98, 0.95, 0.9, 0.8, 0.6, 0.0}) {
    const double distance = std::abs(simulated_spread(plain, candidate, past) - observed);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

Matrix lower_root(const Matrix& covariance) {
  const std::size_t n = covariance.rows();
  constexpr double least_pivot = 1e-9;  // of the diagonal
  Matrix root(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double rest = covariance(i, j);
      for (std::size_t k = 0; k < j; ++k) {
        rest -= root(i, k) * root(j, k);
      }
      if (i == j) {
        if (!(rest > least_pivot * covariance(j, j))) {
          break;  // j is a combination of those before it
        }
        root(j, j) = std::sqrt(rest);
      } else {
        root(i, j) = rest / root(j, j);
      }
    }
  }
  return root;
}

void learn_paths(LayerLaw& law, const ConditionalErrors& past) {
  const Matrix root = lower_root(law.correlation);
  std::vector<Matrix> days;
  for (const auto& day : without_gaps(past)) {
    days.push_back(directions(day, root));
  }
  law.time_correlation.clear();
  for (std::size_t j = 0; j < law.size(); ++j) {
    law.time_correlation.push_back(shrunk_to_lags(sample_correlation(days, j), days.size()));
  }
  if (law.mixture.size() > 1 && law.own_shapes.empty()) {
    law.regime_persistence = learned_regime_persistence(law, past);
  }
}

}  // namespace gridpact::uncertainty
