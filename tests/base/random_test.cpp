#include "gridpact/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace gridpact {
namespace {

TEST(RandomStream, SameSeedAndStreamSameNumbers) {
  RandomStream a(3, 5);
  RandomStream b(3, 5);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(a.normal(), b.normal());
    EXPECT_EQ(a.index(1000), b.index(1000));
  }
}

TEST(RandomStream, OtherSeedOrStreamOtherNumbers) {
  const double first = RandomStream(3, 5).uniform();
  EXPECT_NE(first, RandomStream(3, 6).uniform());
  EXPECT_NE(first, RandomStream(4, 5).uniform());
  EXPECT_NE(first, RandomStream(5, 3).uniform());
}

// Scenario s draws from stream s: the k-th draws of all scenarios must be spread as the law says,
// not only the draws of one stream.
TEST(RandomStream, TheSameDrawOfManyStreamsIsSpreadLikeTheLaw) {
  constexpr std::size_t streams = 20000;
  constexpr std::size_t draws = 8;
  for (const std::uint64_t seed : {1U, 42U}) {
    std::vector<std::vector<double>> uniforms(draws);
    for (std::uint64_t s = 0; s < streams; ++s) {
      RandomStream random(seed, s);
      uniforms[0].push_back(random.uniform());
      for (std::size_t k = 1; k < draws; ++k) {
        uniforms[k].push_back(0.5 * std::erfc(-random.normal() / std::sqrt(2.0)));
      }
    }
    for (auto& values : uniforms) {
      std::sort(values.begin(), values.end());
      double largest = 0.0;
      for (std::size_t i = 0; i < streams; ++i) {
        const double below = static_cast<double>(i) / streams;
        largest = std::max({largest, values[i] - below, below + 1.0 / streams - values[i]});
      }
      // Kolmogorov-Smirnov: each of the 16 samples passes with probability 99.9 %.
      EXPECT_LT(largest, 1.95 / std::sqrt(static_cast<double>(streams))) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace gridpact
