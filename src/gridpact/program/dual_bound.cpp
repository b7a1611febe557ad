#include "gridpact/program/dual_bound.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace gridpact::program {

namespace {

/// min over [lower, upper] of d·x + q·x², q ≥ 0.
double box_minimum(double d, const Variable& v, double noise) {
  const double q = v.quadratic_cost;
  if (q > 0.0) {
    const double x = std::clamp(-d / (2.0 * q), v.lower, v.upper);
    return (d + q * x) * x;
  }
  const double end = d > 0.0 ? v.lower : v.upper;
  if (std::isfinite(end)) {
    return d * end;
  }
  return std::abs(d) <= noise ? 0.0 : -infinity;
}

}  // namespace

double dual_bound(const Program& program, std::span<const double> multipliers, double noise) {
  assert(multipliers.size() == program.constraints().size());
  const auto& variables = program.variables();
  std::vector<double> d(variables.size());
  std::vector<double> scale(variables.size());
  for (std::size_t j = 0; j < variables.size(); ++j) {
    d[j] = variables[j].cost;
    scale[j] = std::max(1.0, std::abs(d[j]));
  }
  double bound = program.objective_constant();
  for (std::size_t i = 0; i < multipliers.size(); ++i) {
    const auto& row = program.constraints()[i];
    const double y = multipliers[i];
    const double side = y > 0.0 ? row.lower : row.upper;
    if (y == 0.0 || !std::isfinite(side)) {
      continue;
    }
    bound += y * side;
    for (const auto& [variable, coefficient] : row.terms) {
      const double part = coefficient * y;
      d[variable.index()] -= part;
      scale[variable.index()] = std::max(scale[variable.index()], std::abs(part));
    }
  }
  for (std::size_t j = 0; j < variables.size(); ++j) {
    bound += box_minimum(d[j], variables[j], noise * scale[j]);
  }
  return bound;
}

}  // namespace gridpact::program
