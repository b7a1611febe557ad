#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gridpact {

/// One reproducible stream of random numbers. Stream `stream` of seed `seed` is the same on every
/// machine and independent of every other stream: scenario number = stream number, so results do
/// not depend on who draws first or on the number of threads. PCG64 (O'Neill 2014), with Boost's
/// distributions, which, unlike the standard library's, are the same everywhere.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  /// Uniform in [0, 1).
  double uniform();
  /// Standard normal.
  double normal();
  /// Poisson with the given mean (≥ 0).
  std::size_t poisson(double mean);
  /// Uniform in {0, …, count − 1}; count ≥ 1.
  std::size_t index(std::size_t count);

 private:
  alignas(16) std::array<std::byte, 32> state_{};  // a pcg64; its header stays in the .cpp
};

}  // namespace gridpact
