// Best bound first, but from each node on to the child that its fractional value is nearer to,
// until a leaf: that finds plans early, and successive programs differ in one bound. The integer
// that is furthest from integer is branched on, of several the first.

#include "gridpact/program/branch_and_bound.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "gridpact/program/detail/highs_model.hpp"

namespace gridpact::program {

namespace {

constexpr double integral = 1e-6;

class Tree {
 public:
  Tree(const Program& program, const SolveOptions& options) : relaxed_(program), options_(options) {
    best_.status = Status::infeasible;
    best_.objective = infinity;
    best_.message = "no point keeps all bounds and constraints with its integers";
    for (std::size_t j = 0; j < program.variables().size(); ++j) {
      if (is_free_integer(program.variables()[j])) {
        integers_.emplace_back(j);
        relaxed_.variable(VariableId{j}).integer = false;
      }
    }
  }

  std::optional<Solution> run(int most_nodes);

 private:
  struct Node {
    std::vector<std::pair<double, double>> ranges;  ///< of the integers
    double bound = -infinity;
  };

  [[nodiscard]] Node root() const {
    Node out;
    for (const auto id : integers_) {
      const auto& variable = relaxed_.variables()[id.index()];
      out.ranges.emplace_back(variable.lower, variable.upper);
    }
    return out;
  }

  [[nodiscard]] Solution solve(const Node& node) {
    for (std::size_t k = 0; k < integers_.size(); ++k) {
      auto& variable = relaxed_.variable(integers_[k]);
      std::tie(variable.lower, variable.upper) = node.ranges[k];
    }
    return solver_.solve(relaxed_, options_);
  }

  /// Of which integer a point is furthest; their count if all are integer.
  [[nodiscard]] std::size_t most_fractional(const std::vector<double>& point) const {
    std::size_t out = integers_.size();
    double furthest = integral;
    for (std::size_t k = 0; k < integers_.size(); ++k) {
      const double x = point[integers_[k].index()];
      if (const double distance = std::abs(x - std::round(x)); distance > furthest) {
        furthest = distance;
        out = k;
      }
    }
    return out;
  }

  [[nodiscard]] bool is_not_better(double bound) const {
    const double gap =
        std::max(options_.absolute_gap, options_.relative_gap * std::abs(best_.objective));
    return best_.objective < infinity && bound >= best_.objective - gap;
  }

  /// The child to go on with; the other one waits.
  Node branch(Node node, std::size_t k, double x) {
    auto below = node;
    below.ranges[k].second = std::floor(x);
    node.ranges[k].first = std::ceil(x);
    auto& nearer = x - std::floor(x) < 0.5 ? below : node;
    auto& other = x - std::floor(x) < 0.5 ? node : below;
    const double bound = other.bound;
    open_.emplace(bound, std::move(other));
    return std::move(nearer);
  }

  std::optional<Node> next_open() {
    if (open_.empty() || is_not_better(open_.begin()->first)) {
      return std::nullopt;  // what waits is no better than the first of it
    }
    auto out = std::move(open_.begin()->second);
    open_.erase(open_.begin());
    return out;
  }

  Solution finish() {
    if (!open_.empty()) {
      least_leaf_ = std::min(least_leaf_, open_.begin()->first);
    }
    best_.bound = std::min(least_leaf_, best_.objective);
    best_.duals.clear();
    best_.reduced_costs.clear();
    return std::move(best_);
  }

  Program relaxed_;
  SolveOptions options_;
  Solver solver_;
  std::vector<VariableId> integers_;
  std::multimap<double, Node> open_;  ///< by bound
  Solution best_;
  double least_leaf_ = infinity;
};

std::optional<Solution> Tree::run(int most_nodes) {
  std::optional<Node> node = root();
  for (int branched = 0; node;) {
    auto solution = solve(*node);
    if (solution.status == Status::failed) {
      return std::nullopt;
    }
    if (solution.status != Status::optimal && solution.status != Status::infeasible) {
      return solution;
    }
    node->bound = std::max(node->bound, solution.bound);
    const bool is_leaf = solution.status == Status::infeasible || is_not_better(node->bound);
    const std::size_t k = is_leaf ? integers_.size() : most_fractional(solution.point);
    if (k < integers_.size()) {
      if (++branched > most_nodes) {
        return std::nullopt;
      }
      node = branch(*std::move(node), k, solution.point[integers_[k].index()]);
      continue;
    }
    least_leaf_ = std::min(least_leaf_, node->bound);
    if (!is_leaf) {
      best_ = std::move(solution);  // it is better
    }
    node = next_open();
  }
  return finish();
}

}  // namespace

std::optional<Solution> branch_and_bound(const Program& program, const SolveOptions& options,
                                         int most_nodes) {
  return Tree(program, options).run(most_nodes);
}

}  // namespace gridpact::program
