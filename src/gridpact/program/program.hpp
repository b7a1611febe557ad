#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gridpact/base/ids.hpp"

namespace gridpact::program {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

using VariableId = Id<struct VariableTag>;
using ConstraintId = Id<struct ConstraintTag>;

struct Term {
  VariableId variable;
  double coefficient = 0.0;
};

/// constant + Σ coefficient·variable. Repeated variables add up.
struct LinearExpression {
  double constant = 0.0;
  std::vector<Term> terms;

  LinearExpression() = default;
  LinearExpression(double value) : constant(value) {}  // NOLINT(google-explicit-constructor)
  // NOLINTNEXTLINE(google-explicit-constructor)
  LinearExpression(VariableId variable) : terms{{variable, 1.0}} {}
  LinearExpression& operator+=(const LinearExpression& other);
  LinearExpression& operator-=(const LinearExpression& other);
  LinearExpression& operator*=(double factor);
  LinearExpression& add(double coefficient, VariableId variable);
};
[[nodiscard]] LinearExpression operator+(LinearExpression a, const LinearExpression& b);
[[nodiscard]] LinearExpression operator-(LinearExpression a, const LinearExpression& b);
[[nodiscard]] LinearExpression operator*(double factor, LinearExpression e);
[[nodiscard]] double evaluate(const LinearExpression& expression, std::span<const double> point);

struct Variable {
  double lower = 0.0;
  double upper = infinity;
  double cost = 0.0;            ///< linear objective coefficient
  double quadratic_cost = 0.0;  ///< coefficient of x² (≥ 0, convex); not half of it
  bool integer = false;
  std::string name = {};
};

struct Constraint {
  double lower = -infinity;
  double upper = infinity;
  std::vector<Term> terms;
  std::string name;
};

/// minimise Σ cost·x + quadratic_cost·x² + constant, lower ≤ A x ≤ upper, bounds, integers.
class Program {
 public:
  VariableId add_variable(Variable variable);
  /// lower ≤ expression ≤ upper; the expression's constant is moved to the bounds.
  ConstraintId add_constraint(double lower, const LinearExpression& expression, double upper,
                              std::string name = {});
  /// Extends a constraint by a variable that was added after it.
  void add_term(ConstraintId constraint, double coefficient, VariableId variable);
  void add_objective(const LinearExpression& expression);  ///< adds to the objective

  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
  [[nodiscard]] const std::vector<Constraint>& constraints() const { return constraints_; }
  [[nodiscard]] double objective_constant() const { return constant_; }
  [[nodiscard]] Variable& variable(VariableId id) { return variables_[id.index()]; }
  [[nodiscard]] Constraint& constraint(ConstraintId id) { return constraints_[id.index()]; }

  /// Objective at `point` in plain arithmetic.
  [[nodiscard]] double objective(std::span<const double> point) const;
  /// Largest violation of any bound, constraint or integrality at `point`, and where.
  struct Violation {
    double amount = 0.0;
    std::string what;
  };
  /// `absolute`: in the units of the bound. `relative`: divided by max(1, |bound|, max_j |a_j
  /// x_j|), the size of the numbers whose sum is compared. A point that is not finite violates
  /// infinitely.
  enum class Measure { absolute, relative };
  [[nodiscard]] Violation largest_violation(std::span<const double> point,
                                            Measure measure = Measure::absolute) const;

 private:
  std::vector<Variable> variables_;
  std::vector<Constraint> constraints_;
  double constant_ = 0.0;
};

enum class Status { optimal, infeasible, unbounded, time_limit, interrupted, failed };

struct Solution {
  Status status = Status::failed;
  std::vector<double> point;  ///< empty unless a point within the tolerance is known
  double objective = 0.0;     ///< recomputed from `point` in plain arithmetic
  /// Lower bound on the optimum. LP and QP: the Lagrangian dual function at `duals`, recomputed in
  /// plain arithmetic; MIP: the solver's dual bound. With integers fixed by bounds it is the LP's.
  double bound = -infinity;
  /// Per constraint, d objective / d bound: ≥ 0 where the lower bound holds it, ≤ 0 where the upper
  /// one does (raising a floor costs, raising a ceiling saves). Empty with integers.
  std::vector<double> duals;
  std::vector<double> reduced_costs;  ///< the same per variable, for its own bounds
  std::string message;                ///< why, for everything that is not optimal
};

struct SolveOptions {
  double time_limit_s = 600.0;
  /// With integers: |objective − bound| ≤ gap·|objective| or ≤ the absolute gap.
  double relative_gap = 1e-6;
  double absolute_gap = 1e-6;
  /// With integers: looks for points by smaller programs too. Not worth it where relaxations are
  /// near and the next point is known to be improved elsewhere: most of the time goes there.
  bool smaller_programs = true;
  /// With quadratic cost: the same, against max(1, |objective|). What can be reached, some 1e-11
  /// per variable, is absolute: an objective much smaller than 1 wants larger units.
  double quadratic_gap = 1e-8;
  double feasibility = 1e-7;  ///< absolute, of bounds and rows; 1e-10 at the least
  const std::function<bool()>* stop = nullptr;  ///< polled; true = interrupt
};

/// A solver that keeps its state, so that a program which grows by constraints and columns is
/// re-solved from the last basis. LP, convex QP (separable quadratic cost) and MIP; a MIP with
/// quadratic cost is refused (status failed, saying so): outer-approximate it.
///
/// The status is never taken on trust: `point` is given only if its relative violation (see
/// Program::Measure) is at most 10·feasibility, integers being integers exactly, and a solve whose
/// point breaks that is repeated from scratch, then reported as failed with the worst row's name.
/// One thread, fixed seed, no output: the same calls give the same answers.
class Solver {
 public:
  Solver();
  ~Solver();
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;
  Solver(Solver&&) noexcept;
  Solver& operator=(Solver&&) noexcept;

  /// Brings the solver's copy up to date with `program`: variables and constraints appended since
  /// the last call are added to it, whatever else changed in it is updated; then solves. A program
  /// that has fewer variables or constraints than the last one is taken as a new one.
  [[nodiscard]] Solution solve(const Program& program, const SolveOptions& options = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridpact::program
