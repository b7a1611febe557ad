#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

// Functions that several variants of a loop share must be compiled into each of them, with that
// variant's instructions.
#define GRIDPACT_INLINE [[gnu::always_inline]] inline

namespace gridpact::network {

inline constexpr std::size_t vector_lanes = 4;
using Vector = double __attribute__((vector_size(vector_lanes * sizeof(double))));

/// Numbers of several scenarios side by side, one arithmetic for all. The same source computes one
/// scenario (a plain double) and several (this), operation by operation alike, so that a scenario's
/// digits do not depend on its company. Two of the processor's vectors: while one waits for a
/// result, the other computes, and an entry of the factors serves both.
struct alignas(sizeof(Vector)) BatchLane {
  Vector low{};
  Vector high{};
};
inline constexpr std::size_t batch_lanes = 2 * vector_lanes;

template <class Lane>
inline constexpr std::size_t lane_count = std::is_same_v<Lane, double> ? 1 : batch_lanes;

GRIDPACT_INLINE BatchLane operator+(const BatchLane& a, const BatchLane& b) {
  return {a.low + b.low, a.high + b.high};
}
GRIDPACT_INLINE BatchLane operator-(const BatchLane& a, const BatchLane& b) {
  return {a.low - b.low, a.high - b.high};
}
GRIDPACT_INLINE BatchLane operator*(const BatchLane& a, const BatchLane& b) {
  return {a.low * b.low, a.high * b.high};
}
GRIDPACT_INLINE BatchLane operator/(const BatchLane& a, const BatchLane& b) {
  return {a.low / b.low, a.high / b.high};
}
GRIDPACT_INLINE BatchLane operator+(double a, const BatchLane& b) {
  return {a + b.low, a + b.high};
}
GRIDPACT_INLINE BatchLane operator-(double a, const BatchLane& b) {
  return {a - b.low, a - b.high};
}
GRIDPACT_INLINE BatchLane operator-(const BatchLane& a, double b) {
  return {a.low - b, a.high - b};
}
GRIDPACT_INLINE BatchLane operator*(double a, const BatchLane& b) {
  return {a * b.low, a * b.high};
}
GRIDPACT_INLINE BatchLane operator*(const BatchLane& a, double b) {
  return {a.low * b, a.high * b};
}
GRIDPACT_INLINE BatchLane operator/(double a, const BatchLane& b) {
  return {a / b.low, a / b.high};
}
GRIDPACT_INLINE BatchLane operator/(const BatchLane& a, double b) {
  return {a.low / b, a.high / b};
}
GRIDPACT_INLINE BatchLane operator-(const BatchLane& a) { return {-a.low, -a.high}; }
GRIDPACT_INLINE BatchLane& operator+=(BatchLane& a, const BatchLane& b) {
  a.low += b.low;
  a.high += b.high;
  return a;
}
GRIDPACT_INLINE BatchLane& operator-=(BatchLane& a, const BatchLane& b) {
  a.low -= b.low;
  a.high -= b.high;
  return a;
}

GRIDPACT_INLINE double get(double lane, std::size_t) { return lane; }
GRIDPACT_INLINE void set(double& lane, std::size_t, double value) { lane = value; }
GRIDPACT_INLINE double get(const BatchLane& lane, std::size_t k) {
  return k < vector_lanes ? lane.low[k] : lane.high[k - vector_lanes];
}
GRIDPACT_INLINE void set(BatchLane& lane, std::size_t k, double value) {
  (k < vector_lanes ? lane.low[k] : lane.high[k - vector_lanes]) = value;
}

template <class Lane>
GRIDPACT_INLINE Lane broadcast(double value) {
  if constexpr (std::is_same_v<Lane, double>) {
    return value;
  } else {
    return {value - Vector{}, value - Vector{}};
  }
}

/// a < b ? x : y in each lane.
template <class Number>
GRIDPACT_INLINE Number select_less(const Number& a, const Number& b, const Number& x,
                                   const Number& y) {
  if constexpr (std::is_same_v<Number, BatchLane>) {
    return {select_less(a.low, b.low, x.low, y.low), select_less(a.high, b.high, x.high, y.high)};
  } else {
    return a < b ? x : y;
  }
}

template <class Lane>
GRIDPACT_INLINE Lane larger(const Lane& a, const Lane& b) {
  return select_less<Lane>(b, a, a, b);
}

template <class Lane>
GRIDPACT_INLINE Lane smaller(const Lane& a, const Lane& b) {
  return select_less<Lane>(a, b, a, b);
}

/// factor · x, and 0 where the factor is 0 even if x is infinite or not a number.
template <class Number>
GRIDPACT_INLINE Number scaled_if_any(const Number& factor, const Number& x) {
  if constexpr (std::is_same_v<Number, BatchLane>) {
    return {scaled_if_any(factor.low, x.low), scaled_if_any(factor.high, x.high)};
  } else {
    return factor == 0.0 ? Number{} : factor * x;
  }
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

/// Is any lane below `limit`?
GRIDPACT_INLINE bool any_below(double a, double limit) { return a < limit; }
GRIDPACT_INLINE bool any_below(const BatchLane& a, double limit) {
  const auto below = (a.low < limit) | (a.high < limit);
  return (below[0] | below[1] | below[2] | below[3]) != 0;
}

#if defined(__x86_64__)
template <class Work>
[[gnu::target("avx2")]] void with_avx2(const Work& work) {
  work();
}
#endif

/// Calls `work`, which says GRIDPACT_INLINE_HERE, compiled for the instructions that the processor
/// has. None of them fuses operations, so that the digits are the same on all.
template <class Work>
void with_widest_vectors(const Work& work) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) {
    with_avx2(work);
    return;
  }
#endif
  work();
}
#define GRIDPACT_INLINE_HERE __attribute__((always_inline))

}  // namespace gridpact::network
