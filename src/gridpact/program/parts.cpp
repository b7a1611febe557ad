#include "gridpact/program/parts.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "gridpact/base/parallel.hpp"
#include "gridpact/program/branch_and_bound.hpp"
#include "gridpact/program/detail/highs_model.hpp"

namespace gridpact::program {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

/// Disjoint sets of variables.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);  // the smallest member stands for the set
  }

 private:
  std::vector<std::size_t> parent_;
};

class Splitter {
 public:
  Splitter(const Program& program, const Coupling& coupling, std::span<const double> multipliers)
      : program_(program),
        is_coupling_(program.constraints().size(), false),
        is_foreign_(program.variables().size(), false),
        reduced_cost_(program.variables().size()) {
    for (const auto id : coupling.constraints) {
      is_coupling_[id.index()] = true;
    }
    for (const auto id : coupling.foreign) {
      is_foreign_[id.index()] = true;
    }
    std::ranges::transform(program.variables(), reduced_cost_.begin(), &Variable::cost);
    constant = program.objective_constant();
    for (const auto id : coupling.constraints) {
      let_go(program.constraints()[id.index()], multipliers[id.index()]);
    }
  }

  std::vector<Part> split() {
    const auto& variables = program_.variables();
    Sets sets(variables.size());
    for (std::size_t i = 0; i < program_.constraints().size(); ++i) {
      const auto& terms = program_.constraints()[i].terms;
      for (std::size_t k = 1; k < terms.size() && !is_coupling_[i]; ++k) {
        sets.join(terms[0].variable.index(), terms[k].variable.index());
      }
    }
    std::vector<Part> parts;
    std::vector<std::size_t> part_of(variables.size(), none);
    std::vector<VariableId> inner(variables.size(), VariableId{0});
    for (std::size_t j = 0; j < variables.size(); ++j) {
      if (is_foreign_[j]) {
        continue;
      }
      auto& part = part_of[sets.root(j)];  // the root comes first
      if (part == none) {
        part = parts.size();
        parts.emplace_back();
      }
      part_of[j] = part;
      Variable variable = variables[j];
      variable.cost = reduced_cost_[j];
      parts[part].variables.push_back(VariableId{j});
      inner[j] = parts[part].program.add_variable(std::move(variable));
    }
    for (std::size_t i = 0; i < program_.constraints().size(); ++i) {
      const auto& row = program_.constraints()[i];
      if (is_coupling_[i] || row.terms.empty() || is_foreign_[row.terms[0].variable.index()]) {
        continue;
      }
      LinearExpression expression;
      for (const auto& term : row.terms) {
        assert(!is_foreign_[term.variable.index()]);
        expression.add(term.coefficient, inner[term.variable.index()]);
      }
      parts[part_of[row.terms[0].variable.index()]].program.add_constraint(row.lower, expression,
                                                                           row.upper, row.name);
    }
    return parts;
  }

  [[nodiscard]] double reduced_cost(std::size_t variable) const { return reduced_cost_[variable]; }

  double constant = 0.0;

 private:
  void let_go(const Constraint& row, double y) {
    const double side = y > 0.0 ? row.lower : row.upper;
    if (y == 0.0 || !std::isfinite(side)) {
      return;
    }
    constant += y * side;
    for (const auto& term : row.terms) {
      reduced_cost_[term.variable.index()] -= y * term.coefficient;
    }
  }

  const Program& program_;
  std::vector<bool> is_coupling_;
  std::vector<bool> is_foreign_;
  std::vector<double> reduced_cost_;
};

/// Near the best multipliers most parts' relaxations have an integer optimum, or nearly.
PartSolution solve_integers(const Program& part, const SolveOptions& options) {
  const bool convex = std::ranges::none_of(part.variables(), is_free_integer);
  constexpr int most_nodes = 2000;
  if (auto solution = branch_and_bound(part, options, most_nodes)) {
    return {*std::move(solution), convex};
  }
  Solver solver;
  return {solver.solve(part, options), convex};
}

}  // namespace

PartsAnswer solve_parts(const Program& program, const Coupling& coupling,
                        std::span<const double> multipliers, const SolveOptions& options,
                        unsigned threads) {
  return solve_parts_with([&](const Part& part) { return solve_integers(part.program, options); },
                          program, coupling, multipliers, threads);
}

PartsAnswer solve_parts_with(const PartSolver& solve_part, const Program& program,
                             const Coupling& coupling, std::span<const double> multipliers,
                             unsigned threads) {
  assert(multipliers.size() == program.constraints().size());
  Splitter splitter(program, coupling, multipliers);
  const auto parts = splitter.split();
  std::vector<PartSolution> answers(parts.size());
  parallel_for(parts.size(), threads, [&](std::size_t k) { answers[k] = solve_part(parts[k]); });
  PartsAnswer out;
  out.status = Status::optimal;
  out.bound = splitter.constant;
  out.point.assign(program.variables().size(), 0.0);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto& solution = answers[k].solution;
    if (solution.status != Status::optimal) {
      out.status = solution.status;
      out.message = solution.message;
      out.bound = solution.status == Status::infeasible ? infinity : -infinity;
      return out;
    }
    out.bound += solution.bound;
    PartsAnswer::Cut cut{{}, solution.bound};
    for (std::size_t i = 0; i < parts[k].variables.size(); ++i) {
      const auto id = parts[k].variables[i];
      out.point[id.index()] = solution.point[i];
      const auto& variable = program.variables()[id.index()];
      const double cost = splitter.reduced_cost(id.index());
      if (variable.lower == variable.upper) {
        cut.lower -= cost * variable.lower;  // some cost a thousand times as much as all others
      } else if (cost != 0.0) {
        cut.expression.add(cost, id);
      }
    }
    if (!answers[k].convex) {
      out.cuts.push_back(std::move(cut));
    }
  }
  return out;
}

}  // namespace gridpact::program
