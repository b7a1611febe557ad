// The shape of a law of one number.
//
//   modes: sign changes from + to − of f'(x) = Σ_k π_k (m_k − x) / s_k³ φ((x − m_k) / s_k) on a
//   grid
//     as fine as a tenth of the narrowest component near each mean (between the outermost means,
//     where all modes of a Gaussian mixture on the line lie: Carreira-Perpiñán, Williams 2003)
//   symmetry of data: T = sup_x |F̂(x) + F̂(−x) − 1| (Butler 1969); under symmetry the signs of
//     independent observations may be flipped without changing the law of T, here of whole days

#include "gridpact/uncertainty/shape.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace gridpact::uncertainty {

namespace {

constexpr double narrowest = 1e-9;

double mean_of(std::span<const ScalarComponent> mixture) {
  double mean = 0.0;
  for (const auto& c : mixture) {
    mean += c.weight * c.mean;
  }
  return mean;
}

double deviation_of(std::span<const ScalarComponent> mixture) {
  const double mean = mean_of(mixture);
  double variance = 0.0;
  for (const auto& c : mixture) {
    variance += c.weight * (c.std_deviation * c.std_deviation + (c.mean - mean) * (c.mean - mean));
  }
  return std::sqrt(variance);
}

double slope(std::span<const ScalarComponent> mixture, double x) {
  double sum = 0.0;
  for (const auto& c : mixture) {
    const double u = (x - c.mean) / c.std_deviation;
    sum -= c.weight * u * std::exp(-0.5 * u * u) / (c.std_deviation * c.std_deviation);
  }
  return sum;
}

double cdf(std::span<const ScalarComponent> mixture, double x) {
  double sum = 0.0;
  for (const auto& c : mixture) {
    sum += c.std_deviation > 0.0
               ? c.weight * 0.5 * std::erfc((c.mean - x) / (c.std_deviation * std::numbers::sqrt2))
               : (x >= c.mean ? c.weight : 0.0);
  }
  return sum;
}

/// sup |F̂(x) + F̂(−x) − 1| of sorted values.
double sample_asymmetry(const std::vector<double>& sorted) {
  const auto count = static_cast<double>(sorted.size());
  const auto below = [&](double x) {
    return static_cast<double>(std::upper_bound(sorted.begin(), sorted.end(), x) - sorted.begin()) /
           count;
  };
  double largest = 0.0;
  constexpr std::size_t places = 200;
  const double far = std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  for (std::size_t i = 1; i <= places; ++i) {
    // Denser near the centre, where most values are.
    const double share = static_cast<double>(i) / places;
    const double x = far * share * share;
    largest = std::max(largest, std::abs(below(x) + below(-x) - 1.0));
  }
  return largest;
}

}  // namespace

std::size_t count_modes(std::span<const ScalarComponent> mixture) {
  std::vector<ScalarComponent> wide;
  std::size_t modes = 0;
  const double whole = deviation_of(mixture);
  for (const auto& c : mixture) {
    if (c.weight > 0.0) {
      if (c.std_deviation > narrowest * whole) {
        wide.push_back(c);
      } else {
        ++modes;
      }
    }
  }
  std::vector<double> grid;
  constexpr int steps = 80;  // of a tenth of the deviation to each side of each mean
  for (const auto& c : wide) {
    for (int i = -steps; i <= steps; ++i) {
      grid.push_back(c.mean + 0.1 * i * c.std_deviation);
    }
  }
  std::sort(grid.begin(), grid.end());
  bool rises = true;
  for (const double x : grid) {
    const double s = slope(wide, x);
    if (rises && s < 0.0) {
      ++modes;
      rises = false;
    } else if (s > 0.0) {
      rises = true;
    }
  }
  return modes;
}

double asymmetry(std::span<const ScalarComponent> mixture) {
  const double mean = mean_of(mixture);
  double largest = 0.0;
  constexpr int places = 400;
  const double step = 8.0 * deviation_of(mixture) / places;
  for (int i = 0; i <= places; ++i) {
    largest = std::max(
        largest, std::abs(cdf(mixture, mean + i * step) + cdf(mixture, mean - i * step) - 1.0));
  }
  return largest;
}

HonestFactors honest_factors(const ScalarLaw& law) {
  if (law.mixture.empty()) {
    return {true, true};  // one Gaussian
  }
  return {asymmetry(law.mixture) <= most_asymmetry, count_modes(law.mixture) <= 1};
}

// With the values by falling size, n (F̂(−x) + F̂(x) − 1) is a walk of their signs: under flips a
// walk of n random signs, whatever the values.

SymmetryTest::SymmetryTest(std::size_t size, std::uint64_t seed, std::size_t flips) {
  for (std::size_t b = 0; b < flips; ++b) {
    RandomStream random(seed, b);
    long largest = 0;
    long walk = 0;
    for (std::size_t i = 0; i < size; ++i) {
      walk += random.uniform() < 0.5 ? -1 : 1;
      largest = std::max(largest, std::abs(walk));
    }
    largest_walks_.push_back(largest);
  }
  std::ranges::sort(largest_walks_);
}

double SymmetryTest::p_value(std::vector<double> values) const {
  std::ranges::sort(values, [](double a, double b) { return std::abs(a) > std::abs(b); });
  long observed = 0;
  long walk = 0;
  for (const double value : values) {
    walk += value < 0.0 ? -1 : 1;
    observed = std::max(observed, std::abs(walk));
  }
  const auto as_large =
      std::distance(std::ranges::lower_bound(largest_walks_, observed), largest_walks_.end());
  return (static_cast<double>(as_large) + 1.0) / (static_cast<double>(largest_walks_.size()) + 1.0);
}

double symmetry_p_value(std::span<const Matrix> days, std::size_t source, std::uint64_t seed,
                        std::size_t flips) {
  const auto statistic = [&](RandomStream* random) {
    std::vector<double> values;
    for (const auto& day : days) {
      const double sign = random != nullptr && random->uniform() < 0.5 ? -1.0 : 1.0;
      for (std::size_t t = 0; t < day.rows(); ++t) {
        values.push_back(sign * day(t, source));
      }
    }
    std::sort(values.begin(), values.end());
    return sample_asymmetry(values);
  };
  const double observed = statistic(nullptr);
  std::size_t as_large = 0;
  for (std::size_t b = 0; b < flips; ++b) {
    RandomStream random(seed, b);
    as_large += statistic(&random) >= observed ? std::size_t{1} : std::size_t{0};
  }
  return (static_cast<double>(as_large) + 1.0) / (static_cast<double>(flips) + 1.0);
}

}  // namespace gridpact::uncertainty
