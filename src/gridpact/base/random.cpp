#include "gridpact/base/random.hpp"

#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cassert>
#include <new>
#include <pcg_random.hpp>
#include <type_traits>

namespace gridpact {

namespace {

static_assert(sizeof(pcg64) == 32 && std::is_trivially_destructible_v<pcg64> &&
              std::is_trivially_copyable_v<pcg64>);

pcg64& engine(std::array<std::byte, 32>& state) {
  return *std::launder(reinterpret_cast<pcg64*>(state.data()));
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream) {
  new (state_.data()) pcg64(seed, stream);
}

double RandomStream::uniform() {
  return boost::random::uniform_01<double>{}(engine(state_));
}

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
