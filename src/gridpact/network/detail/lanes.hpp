#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

// Functions that several variants of a loop share must be compiled into each of them, with that
// variant's instructions.
#define GRIDPACT_INLINE [[gnu::always_inline]] inline

namespace gridpact::network {

/// Numbers of several scenarios side by side, one arithmetic for all. The same source computes one
/// scenario (a plain double) and several (a vector of the compiler's), operation by operation
/// alike, so that a scenario's digits do not depend on its company.
inline constexpr std::size_t batch_lanes = 4;
using BatchLane = double __attribute__((vector_size(batch_lanes * sizeof(double))));

template <class Lane>
inline constexpr std::size_t lane_count = std::is_same_v<Lane, double> ? 1 : batch_lanes;

GRIDPACT_INLINE double get(double lane, std::size_t) { return lane; }
GRIDPACT_INLINE void set(double& lane, std::size_t, double value) { lane = value; }
GRIDPACT_INLINE double get(const BatchLane& lane, std::size_t k) { return lane[k]; }
GRIDPACT_INLINE void set(BatchLane& lane, std::size_t k, double value) { lane[k] = value; }

template <class Lane>
GRIDPACT_INLINE Lane broadcast(double value) {
  return value - Lane{};
}

template <class Lane>
GRIDPACT_INLINE Lane larger(const Lane& a, const Lane& b) {
  return a > b ? a : b;
}

template <class Lane>
GRIDPACT_INLINE Lane smaller(const Lane& a, const Lane& b) {
  return a < b ? a : b;
}

template <class Lane>
GRIDPACT_INLINE Lane square_root(const Lane& a) {
  Lane root;
  for (std::size_t k = 0; k < lane_count<Lane>; ++k) {
    set(root, k, std::sqrt(get(a, k)));
  }
  return root;
}

template <class Lane>
GRIDPACT_INLINE Lane power_of(const Lane& a, double exponent) {
  Lane power;
  for (std::size_t k = 0; k < lane_count<Lane>; ++k) {
    set(power, k, std::pow(get(a, k), exponent));
  }
  return power;
}

template <class Lane>
GRIDPACT_INLINE bool any_below(const Lane& a, double limit) {
  bool any = false;
  for (std::size_t k = 0; k < lane_count<Lane>; ++k) {
    any |= get(a, k) < limit;
  }
  return any;
}

}  // namespace gridpact::network
