// Tails of one-dimensional Gaussian mixtures and of Student's t.
//
//   P(e > z) = Σ π_k Q(t_k),  t_k = (z − m_k)/s_k,  Q(t) = ½ erfc(t/√2)
//   f(z) = Σ π_k φ(t_k)/s_k,  f'(z) = Σ π_k g(t_k)/s_k²,  g(t) = −t φ(t)
//
// Quantiles by TOMS 748 (Alefeld, Potra & Shi 1995) between the least and the largest quantile of
// the components. Right of the last mode f falls, so the tail is convex there
// (docs/theory/planning.md); the mode is approached from the right-most mean by steps on which
// interval arithmetic proves f' < 0: g rises to t = −1, falls to t = 1, rises again.

#include "gridpact/risk/detail/tails.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/tools/roots.hpp>

#include "gridpact/risk/row_risk.hpp"

namespace gridpact::risk {

namespace {

double standard_tail(double t) { return 0.5 * std::erfc(t / std::numbers::sqrt2); }

double standard_density(double t) {
  return std::exp(-0.5 * t * t) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

double rise(double t) { return -t * standard_density(t); }

/// Largest rise on [left, right].
double largest_rise(double left, double right) {
  return left <= -1.0 && right >= -1.0 ? rise(-1.0) : std::max(rise(left), rise(right));
}

bool falls_on(Components components, double left, double right) {
  double slope = 0.0;
  for (const auto& [weight, mean, deviation] : components) {
    if (deviation > 0.0) {
      slope += weight / (deviation * deviation) *
               largest_rise((left - mean) / deviation, (right - mean) / deviation);
    } else if (left <= mean && mean <= right) {
      return false;
    }
  }
  return slope < 0.0;
}

}  // namespace

double gaussian_factor(double epsilon) {
  assert(epsilon > 0.0 && epsilon < 1.0);
  return std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * epsilon);
}

namespace {

/// A standardised e is √((ν − 2)/ν) times a t of ν degrees.
double student_scale(double degrees) { return std::sqrt((degrees - 2.0) / degrees); }

}  // namespace

double student_factor(double degrees, double epsilon) {
  assert(degrees > 2.0 && epsilon > 0.0 && epsilon < 1.0);
  if (!std::isfinite(degrees)) {
    return gaussian_factor(epsilon);
  }
  const boost::math::students_t law(degrees);
  return student_scale(degrees) * boost::math::quantile(boost::math::complement(law, epsilon));
}

double student_tail(double degrees, double z) {
  if (!std::isfinite(z)) {
    return z > 0.0 ? 0.0 : 1.0;
  }
  if (!std::isfinite(degrees)) {
    return standard_tail(z);
  }
  const boost::math::students_t law(degrees);
  return boost::math::cdf(boost::math::complement(law, z / student_scale(degrees)));
}

double student_density(double degrees, double z) {
  if (!std::isfinite(z)) {
    return 0.0;
  }
  if (!std::isfinite(degrees)) {
    return standard_density(z);
  }
  const double scale = student_scale(degrees);
  return boost::math::pdf(boost::math::students_t(degrees), z / scale) / scale;
}

double tail(Components components, double z) {
  double sum = 0.0;
  for (const auto& [weight, mean, deviation] : components) {
    sum += weight * (deviation > 0.0 ? standard_tail((z - mean) / deviation)
                                     : static_cast<double>(z < mean));
  }
  return sum;
}

double density(Components components, double z) {
  double sum = 0.0;
  for (const auto& [weight, mean, deviation] : components) {
    if (deviation > 0.0) {
      sum += weight * standard_density((z - mean) / deviation) / deviation;
    }
  }
  return sum;
}

double tail_quantile(Components components, double epsilon) {
  const double factor = gaussian_factor(epsilon);
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const auto& [weight, mean, deviation] : components) {
    low = std::min(low, mean + factor * deviation);
    high = std::max(high, mean + factor * deviation);
  }
  const auto excess = [&](double z) { return tail(components, z) / epsilon - 1.0; };
  double z = high;
  if (low < high && excess(low) > 0.0 && excess(high) < 0.0) {
    std::uintmax_t most_steps = 200;
    z = boost::math::tools::toms748_solve(excess, low, high,
                                          boost::math::tools::eps_tolerance<double>(52), most_steps)
            .second;
  } else if (excess(low) <= 0.0) {
    z = low;
  }
  while (excess(z) > 0.0) {
    z = std::nextafter(z, std::numeric_limits<double>::infinity());
  }
  return z;
}

double last_rise(Components components, double resolution) {
  double right = -std::numeric_limits<double>::infinity();
  for (const auto& component : components) {
    right = std::max(right, component.mean);
  }
  for (double step = 256.0 * resolution; step >= resolution;) {
    if (falls_on(components, right - step, right)) {
      right -= step;
    } else {
      step *= 0.5;
    }
  }
  return right;
}

}  // namespace gridpact::risk
