#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace gridpact::fleet {

/// Minimum of a submodular function f over subsets of {0, …, size − 1}, f(∅) = 0, by the point of
/// least norm of its base polytope {x : x(S) ≤ f(S), x(all) = f(all)} (Fujishige 1980, Wolfe 1976).
struct SubmodularMinimum {
  std::vector<bool> set;  ///< the best one seen
  double value = 0.0;     ///< f(set): an upper bound of the minimum, at most 0
  double lower_bound = 0.0;
  /// The last point as a mixture of vertices, each the answer to an order.
  std::vector<std::vector<double>> ranks;
  std::vector<double> weights;
  std::vector<double> point;
  std::size_t vertices_tried = 0;
};

/// Gives the greedy vertex of the base polytope for an order of the elements, the one with rank 0
/// first: x({first k}) = f({first k}) for every k.
using BaseVertex = std::function<std::vector<double>(const std::vector<double>& rank)>;

/// Stops when a set with f(S) < −tolerance is found, or the point itself is within the tolerance
/// of 0: then none can exist.
[[nodiscard]] SubmodularMinimum minimise_submodular(std::size_t size, const BaseVertex& vertex,
                                                    double tolerance);

}  // namespace gridpact::fleet
