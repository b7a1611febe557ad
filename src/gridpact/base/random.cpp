#include "gridpact/base/random.hpp"

#include <cassert>
#include <new>
#include <type_traits>

#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <pcg_random.hpp>

namespace gridpact {

namespace {

static_assert(sizeof(pcg64) == 32 && std::is_trivially_destructible_v<pcg64> &&
              std::is_trivially_copyable_v<pcg64>);

pcg64& engine(std::array<std::byte, 32>& state) {
  return *std::launder(reinterpret_cast<pcg64*>(state.data()));
}

/// SplitMix64's scrambling of one number (Steele, Lea, Flood 2014): a bijection without a pattern.
std::uint64_t scrambled(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream) {
  // A generator's states are linear in its start and its stream constant. Streams 0, 1, 2, … as
  // they are would begin on a lattice, and the n-th draws of a thousand scenarios would not be
  // spread as random numbers are; scrambled, start and constant have no order. Different streams of
  // one seed keep different constants, since scrambling is one to one.
  using pcg_extras::pcg128_t;
  const pcg128_t state =
      PCG_128BIT_CONSTANT(scrambled(scrambled(seed) + stream), scrambled(scrambled(stream) + seed));
  const pcg128_t constant = PCG_128BIT_CONSTANT(scrambled(seed), scrambled(stream));
  new (state_.data()) pcg64(state, constant);
}

double RandomStream::uniform() { return boost::random::uniform_01<double>{}(engine(state_)); }

double RandomStream::normal() {
  // The ziggurat keeps no state between draws, so a fresh distribution object costs nothing.
  return boost::random::normal_distribution<double>{}(engine(state_));
}

std::size_t RandomStream::poisson(double mean) {
  if (mean <= 0.0) {
    return 0;
  }
  return static_cast<std::size_t>(
      boost::random::poisson_distribution<long, double>{mean}(engine(state_)));
}

std::size_t RandomStream::index(std::size_t count) {
  assert(count > 0);
  return boost::random::uniform_int_distribution<std::size_t>{0, count - 1}(engine(state_));
}

}  // namespace gridpact
