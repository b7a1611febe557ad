#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "gridpact/network/detail/lanes.hpp"
#include "gridpact/network/load_current.hpp"

namespace gridpact::network {

/// g_p and g_q of load_current.hpp.
template <class Lane>
struct LoadFactor {
  Lane p{};
  Lane q{};
};

/// Σ_k share_k u^(e_k − 2) at u² = `u_squared`.
template <class Lane>
GRIDPACT_INLINE LoadFactor<Lane> sum_of_terms(std::span<const LoadTerm> terms,
                                              const Lane& u_squared) {
  LoadFactor<Lane> sum;
  for (const LoadTerm& term : terms) {
    Lane power;
    if (term.exponent == 0.0) {
      power = 1.0 / u_squared;
    } else if (term.exponent == 1.0) {
      power = 1.0 / square_root(u_squared);
    } else if (term.exponent == 2.0) {
      power = broadcast<Lane>(1.0);
    } else {
      power = power_of(u_squared, 0.5 * term.exponent - 1.0);
    }
    sum.p += term.p_share * power;
    sum.q += term.q_share * power;
  }
  return sum;
}

/// p̃ and q̃ at u: Σ_k share_k u^(ẽ_k − 2).
[[nodiscard]] inline LoadFactor<double> sum_beyond(std::span<const LoadTerm> terms, double u) {
  LoadFactor<double> sum;
  for (const LoadTerm& term : terms) {
    const double beyond = term.exponent + term.exponent_jump;
    const double power = beyond == 2.0 ? 1.0 : std::pow(u, beyond - 2.0);
    sum.p += term.p_share * power;
    sum.q += term.q_share * power;
  }
  return sum;
}

/// The voltages between which a load follows its terms, and its factors at and beyond them.
struct LoadRange {
  double u_low = 0.0;
  double u_min = 0.0;
  double u_min_squared = 0.0;
  double u_max_squared = std::numeric_limits<double>::infinity();
  LoadFactor<double> nominal{1.0, 1.0};
  LoadFactor<double> at_min{1.0, 1.0};
  LoadFactor<double> at_max{1.0, 1.0};

  static LoadRange of(const LoadPort& port) {
    return {port.u_low,
            port.u_min,
            port.u_min * port.u_min,
            port.u_max * port.u_max,
            sum_of_terms<double>(port.terms, 1.0),
            sum_beyond(port.terms, port.u_min),
            sum_beyond(port.terms, port.u_max)};
  }
};

/// The factor below u_min, given p(1) and p̃(u_min).
template <class Lane>
GRIDPACT_INLINE Lane below_minimum(const LoadRange& range, const Lane& u, double nominal,
                                   double at_min) {
  // At no voltage at all any finite factor does: it draws nothing.
  constexpr double least = 1e-12;
  const double from = range.u_low > least ? range.u_low : least;
  const Lane u_above = larger(u, broadcast<Lane>(from));
  const double width = range.u_min - range.u_low;
  const Lane t = width > 0.0 ? (u_above - range.u_low) / width : broadcast<Lane>(0.0);
  return ((1.0 - t) * (nominal * range.u_low) + t * at_min * range.u_min) / u_above;
}

/// g at u² = `u_squared`. One source of the formula for one solve and for many at a time.
template <class Lane>
GRIDPACT_INLINE LoadFactor<Lane> load_factor(const LoadRange& range,
                                             std::span<const LoadTerm> terms,
                                             const Lane& u_squared) {
  const Lane within = smaller(larger(u_squared, broadcast<Lane>(range.u_min_squared)),
                              broadcast<Lane>(range.u_max_squared));
  LoadFactor<Lane> g = sum_of_terms<Lane>(terms, within);
  const Lane maximum = broadcast<Lane>(range.u_max_squared);
  g.p = select_less<Lane>(maximum, u_squared, broadcast<Lane>(range.at_max.p), g.p);
  g.q = select_less<Lane>(maximum, u_squared, broadcast<Lane>(range.at_max.q), g.q);
  if (any_below(u_squared, range.u_min_squared)) {
    const Lane u = square_root(u_squared);
    const Lane minimum = broadcast<Lane>(range.u_min_squared);
    g.p = select_less<Lane>(u_squared, minimum,
                            below_minimum(range, u, range.nominal.p, range.at_min.p), g.p);
    g.q = select_less<Lane>(u_squared, minimum,
                            below_minimum(range, u, range.nominal.q, range.at_min.q), g.q);
  }
  return g;
}

/// dg/du.
[[nodiscard]] inline LoadFactor<double> load_factor_slope(const LoadPort& port, double u) {
  LoadFactor<double> slope;
  if (u > port.u_max) {
    return slope;
  }
  if (u >= port.u_min) {
    for (const LoadTerm& term : port.terms) {
      const double power =
          term.exponent == 2.0 ? 0.0 : (term.exponent - 2.0) * std::pow(u, term.exponent - 3.0);
      slope.p += term.p_share * power;
      slope.q += term.q_share * power;
    }
    return slope;
  }
  if (u <= port.u_low || !(port.u_min > port.u_low)) {
    return slope;
  }
  // g = A/u + B with A = u_low u_min (p(1) − p̃(u_min)) / (u_min − u_low), so g' = −A/u².
  const LoadFactor<double> nominal = sum_of_terms<double>(port.terms, 1.0);
  const LoadFactor<double> at_min = sum_beyond(port.terms, port.u_min);
  const double scale = -port.u_low * port.u_min / ((port.u_min - port.u_low) * u * u);
  return {scale * (nominal.p - at_min.p), scale * (nominal.q - at_min.q)};
}

}  // namespace gridpact::network
