#pragma once

#include <cmath>
#include <cstdint>

#include "gridpact/base/random.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::risk {

/// A law with zero mean, the given deviation and no support.
[[nodiscard]] inline uncertainty::ScalarLaw plain_law(double deviation) {
  uncertainty::ScalarLaw law;
  law.std_deviation = deviation;
  return law;
}

/// One of the ordinary and the awkward: skewed, bimodal, with a small far bump, with narrow spikes.
[[nodiscard]] inline uncertainty::ScalarLaw random_mixture(std::uint64_t seed) {
  RandomStream random(seed, 0);
  uncertainty::ScalarLaw law;
  const std::size_t count = 1 + random.index(5);
  double total = 0.0;
  for (std::size_t k = 0; k < count; ++k) {
    const double weight = random.uniform() < 0.3 ? 0.01 : 0.1 + random.uniform();
    const double spread = random.uniform() < 0.3 ? 0.1 : 0.5 + random.uniform();
    law.mixture.push_back({weight, 4 * random.uniform() - 2, spread});
    total += weight;
  }
  double square = 0.0;
  for (auto& [weight, mean, deviation] : law.mixture) {
    weight /= total;
    law.mean += weight * mean;
    square += weight * (deviation * deviation + mean * mean);
  }
  law.std_deviation = std::sqrt(square - law.mean * law.mean);
  return law;
}

}  // namespace gridpact::risk
