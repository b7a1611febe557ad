#pragma once

#include <limits>
#include <vector>

#include "gridpact/network/load_current.hpp"

namespace gridpact::network {

/// What a port draws at level 1 as a sum of powers of its voltage, φ(w) = Σ_k c_k u^β_k w, u = |w|,
/// in the range of u in which that law holds; and bounds of its change over discs |δ| ≤ r around a
/// voltage u₀ (formulas: power_law.cpp). All need low < u₀ − r and u₀ + r < high.
struct PowerLaw {
  struct Term {
    double size = 1.0;  ///< |c|
    double exponent = -2.0;
  };
  std::vector<Term> terms;
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();

  /// The law of `port` around u.
  [[nodiscard]] static PowerLaw of(const LoadPort& port, double u);

  [[nodiscard]] double value(double u) const;                   ///< |φ|
  [[nodiscard]] double increment(double u, double r) const;     ///< |φ(w+δ) − φ(w)|
  [[nodiscard]] double slope_change(double u, double r) const;  ///< ‖dφ(w+δ) − dφ(w)‖
  [[nodiscard]] double slope(double u, double r) const;         ///< ‖dφ(w+δ)‖
  [[nodiscard]] double remainder(double u, double r) const;     ///< |φ(w+δ) − φ(w) − dφ δ|
};

}  // namespace gridpact::network
