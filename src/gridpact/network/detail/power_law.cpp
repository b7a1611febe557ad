// ψ(w) = u^β w is homogeneous of degree β + 1. With w = u and δ = t (a + j b), a² + b² = 1,
//
//   Dψ:  u^β (1 + β) along w, u^β across it, so ‖Dψ‖ = u^β max(1, |1 + β|)
//   D²ψ[δ,δ] = u^(β−1) β (1 + β a² + 2 j a b) t²
//   |1 + β s + 2 j √(s(1−s))|² = 1 + (2β + 4) s + (β² − 4) s²,  s = a² in [0, 1]
//
// whose largest value m is at s = 0, at s = 1, or, if β² < 4, at s = 1/(2 − β), where it is
// 4/(2 − β). So ‖D²ψ‖ ≤ |β| √m u^(β−1). For constant power, β = −2, m = 1: ‖D²ψ‖ = 2/u³.
//
// By Taylor's formula along the segment, on which u ≥ u₀ − t r and u ≤ u₀ + t r at its part t,
//
//   |ψ(w+δ) − ψ(w)|         ≤ r  max(1, |1+β|) ∫ u^β dt
//   |Dψ(w+δ) − Dψ(w)|       ≤ r  |β| √m ∫ u^(β−1) dt
//   |ψ(w+δ) − ψ(w) − Dψ δ|  ≤ r² |β| √m ∫ (1 − t) u^(β−1) dt
//
// A power p of u is bounded on the segment by its chord where it is convex in t (p ≤ 0, p ≥ 1), by
// its largest value otherwise; the chord's integrals are (f₀ + f₁)/2 and f₀/3 + f₁/6.

#include "gridpact/network/detail/power_law.hpp"

#include <algorithm>
#include <cmath>

#include "gridpact/network/detail/load_factor.hpp"

namespace gridpact::network {

namespace {

/// The power `p` of u at both ends of the segment's bound; equal ends where a chord is no bound.
struct Ends {
  double first, last;
  Ends(double u, double r, double p)
      : first(std::pow(u, p)), last(std::pow(p < 0.0 ? u - r : u + r, p)) {
    if (p > 0.0 && p < 1.0) {
      first = last;
    }
  }
  [[nodiscard]] double mean() const { return 0.5 * (first + last); }
  [[nodiscard]] double weighted() const { return first / 3.0 + last / 6.0; }
};

double first_order(double beta) { return std::max(1.0, std::abs(1.0 + beta)); }

double second_order(double beta) {
  double m = std::max(1.0, (1.0 + beta) * (1.0 + beta));
  if (beta * beta < 4.0 && beta <= 1.0) {
    m = std::max(m, 4.0 / (2.0 - beta));
  }
  return std::abs(beta) * std::sqrt(m);
}

}  // namespace

PowerLaw PowerLaw::of(const LoadPort& port, double u) {
  const auto size = [&](double p, double q) {
    return std::hypot(port.power_pu.real() * p, port.power_pu.imag() * q);
  };
  PowerLaw law;
  if (u >= port.u_min && u <= port.u_max) {
    law.low = port.u_min;
    law.high = port.u_max;
    for (const LoadTerm& term : port.terms) {
      law.terms.push_back({size(term.p_share, term.q_share), term.exponent - 2.0});
    }
    return law;
  }
  if (u > port.u_max) {
    const auto g = sum_beyond(port.terms, port.u_max);
    law.low = port.u_max;
    law.terms = {{size(g.p, g.q), 0.0}};
    return law;
  }
  const auto nominal = sum_of_terms<double>(port.terms, 1.0);
  if (u <= port.u_low) {
    law.high = port.u_low;
    law.terms = {{size(nominal.p, nominal.q), 0.0}};
    return law;
  }
  // g u = A + B u between u_low and u_min, where it is p(1) u_low and p̃(u_min) u_min.
  const auto at_min = sum_beyond(port.terms, port.u_min);
  const auto slope = [&](double low, double high) {
    return (high * port.u_min - low * port.u_low) / (port.u_min - port.u_low);
  };
  const double p = slope(nominal.p, at_min.p), q = slope(nominal.q, at_min.q);
  law.low = port.u_low;
  law.high = port.u_min;
  law.terms = {{size((nominal.p - p) * port.u_low, (nominal.q - q) * port.u_low), -1.0},
               {size(p, q), 0.0}};
  return law;
}

double PowerLaw::value(double u) const {
  double sum = 0.0;
  for (const auto& [size, beta] : terms) {
    sum += size * std::pow(u, beta + 1.0);
  }
  return sum;
}

double PowerLaw::increment(double u, double r) const {
  double sum = 0.0;
  for (const auto& [size, beta] : terms) {
    sum += size * first_order(beta) * r * Ends(u, r, beta).mean();
  }
  return sum;
}

double PowerLaw::slope(double u, double r) const {
  double sum = 0.0;
  for (const auto& [size, beta] : terms) {
    const Ends ends(u, r, beta);
    sum += size * first_order(beta) * std::max(ends.first, ends.last);
  }
  return sum;
}

double PowerLaw::slope_change(double u, double r) const {
  double sum = 0.0;
  for (const auto& [size, beta] : terms) {
    sum += size * second_order(beta) * r * Ends(u, r, beta - 1.0).mean();
  }
  return sum;
}

double PowerLaw::remainder(double u, double r) const {
  double sum = 0.0;
  for (const auto& [size, beta] : terms) {
    sum += size * second_order(beta) * r * r * Ends(u, r, beta - 1.0).weighted();
  }
  return sum;
}

}  // namespace gridpact::network
