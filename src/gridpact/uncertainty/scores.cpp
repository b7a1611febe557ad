// With ensemble X_1 … X_M, outcome y:
//
//   energy score    = 1/M Σ ‖X_m − y‖ − 1/(2 M) Σ ‖X_m − X_(m+1)‖        (X_(M+1) = X_1)
//     Gneiting, Raftery 2007, JASA 102(477), with the expected distance of two members taken over
//     neighbours in the ensemble, as its members are exchangeable
//   variogram score = mean over pairs (a, b) of (|y_a − y_b|^½ − 1/M Σ |X_m,a − X_m,b|^½)²
//     Scheuerer, Hamill 2015, Monthly Weather Review 143(4)

#include "gridpact/uncertainty/scores.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace gridpact::uncertainty {

namespace {

double distance(const Matrix& a, const Matrix& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.rows() * a.cols(); ++i) {
    const double d = a.data()[i] - b.data()[i];
    sum += d * d;
  }
  return std::sqrt(sum);
}

struct Entry {
  std::size_t t = 0;
  std::size_t j = 0;
};

double squared_miss(std::span<const Matrix> ensemble, const Matrix& outcome, Entry a, Entry b) {
  const auto step = [&](const Matrix& day) {
    return std::sqrt(std::abs(day(a.t, a.j) - day(b.t, b.j)));
  };
  double expected = 0.0;
  for (const auto& day : ensemble) {
    expected += step(day);
  }
  const double miss = step(outcome) - expected / static_cast<double>(ensemble.size());
  return miss * miss;
}

}  // namespace

double energy_score(std::span<const Matrix> ensemble, const Matrix& outcome) {
  assert(ensemble.size() >= 2);
  const auto count = static_cast<double>(ensemble.size());
  double to_outcome = 0.0;
  double between = 0.0;
  for (std::size_t m = 0; m < ensemble.size(); ++m) {
    to_outcome += distance(ensemble[m], outcome) / count;
    between += distance(ensemble[m], ensemble[(m + 1) % ensemble.size()]) / count;
  }
  return to_outcome - 0.5 * between;
}

double variogram_score(std::span<const Matrix> ensemble, const Matrix& outcome,
                       std::size_t most_lag) {
  assert(!ensemble.empty());
  double sum = 0.0;
  std::size_t pairs = 0;
  for (std::size_t t = 0; t < outcome.rows(); ++t) {
    for (std::size_t j = 0; j < outcome.cols(); ++j) {
      for (std::size_t s = t + 1; s < std::min(outcome.rows(), t + most_lag + 1); ++s, ++pairs) {
        sum += squared_miss(ensemble, outcome, {t, j}, {s, j});
      }
      for (std::size_t i = j + 1; i < outcome.cols(); ++i, ++pairs) {
        sum += squared_miss(ensemble, outcome, {t, j}, {t, i});
      }
    }
  }
  return pairs > 0 ? sum / static_cast<double>(pairs) : 0.0;
}

double rank_share(std::span<const double> values, double outcome) {
  double below = 0.0;
  for (const double value : values) {
    below += value < outcome ? 1.0 : value == outcome ? 0.5 : 0.0;
  }
  return values.empty() ? 0.5 : below / static_cast<double>(values.size());
}

}  // namespace gridpact::uncertainty
