// Theorems as properties, on random programs.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/program/dual_bound.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::program {
namespace {

/// A program that grows around a point which it always keeps, so it is feasible; all variables have
/// limits, so it is bounded. Half of the rows and limits are tight at that point: vertices are
/// degenerate.
class Growing {
 public:
  Growing(std::uint64_t seed, bool quadratic) : random_(seed, 0), quadratic_(quadratic) {}

  Program program;

  void add_variables(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      const double x = 20 * random_.uniform() - 10;
      inside_.push_back(x);
      program.add_variable({x - slack(), x + slack(), 10 * random_.normal(),
                            quadratic_ && random_.uniform() < 0.5 ? random_.uniform() : 0.0});
    }
  }
  void add_constraints(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      LinearExpression e;
      for (std::size_t j = 0; j < inside_.size(); ++j) {
        if (random_.uniform() < 0.4) {
          e.add(random_.normal(), VariableId{j});
        }
      }
      const double at = evaluate(e, inside_);
      const double kind = random_.uniform();
      program.add_constraint(kind < 0.4 ? -infinity : at - (kind < 0.5 ? 0.0 : slack()), e,
                             kind > 0.8 ? infinity : at + (kind < 0.5 ? 0.0 : slack()));
    }
  }
  void change_something() {
    const VariableId j{random_.index(inside_.size())};
    auto& v = program.variable(j);
    v.cost = 10 * random_.normal();
    v.lower = inside_[j.index()] - slack();
    v.upper = inside_[j.index()] + slack();
    v.quadratic_cost = quadratic_ ? 2 * random_.uniform() : 0.0;
    if (program.constraints().empty()) {
      return;
    }
    const ConstraintId changed{random_.index(program.constraints().size())};
    if (random_.uniform() < 0.5) {  // a variable that the row may have already
      program.add_term(changed, random_.normal(), VariableId{random_.index(inside_.size())});
    }
    auto& row = program.constraint(changed);
    if (random_.uniform() < 0.2) {
      row.terms.resize(row.terms.size() / 2);
    }
    if (random_.uniform() < 0.5 && !row.terms.empty()) {
      row.terms[random_.index(row.terms.size())].coefficient = random_.normal();
    }
    LinearExpression e;
    e.terms = row.terms;
    const double at = evaluate(e, inside_);
    row.lower = std::isfinite(row.lower) ? at - slack() : row.lower;
    row.upper = std::isfinite(row.upper) ? at + slack() : row.upper;
  }

 private:
  double slack() { return random_.uniform() < 0.5 ? 0.0 : 5 * random_.uniform(); }

  RandomStream random_;
  bool quadratic_;
  std::vector<double> inside_;
};

void expect_warm_equals_cold(std::uint64_t seed, bool quadratic) {
  Growing growing(seed, quadratic);
  Solver warm;
  growing.add_variables(8);
  for (int step = 0; step < 6; ++step) {
    growing.add_constraints(4);
    growing.change_something();
    if (step % 2 == 1) {
      growing.add_variables(2);
    }
    const auto a = warm.solve(growing.program);
    const auto b = Solver{}.solve(growing.program);
    RC_ASSERT(a.message == "");
    RC_ASSERT(a.status == Status::optimal);
    RC_ASSERT(b.status == Status::optimal);
    const double scale = std::max(1.0, std::abs(b.objective));
    RC_ASSERT(std::abs(a.objective - b.objective) <= 3e-8 * scale);
    RC_ASSERT(a.objective - a.bound <= 1.1e-8 * scale);
    RC_ASSERT(a.bound <= b.objective + 1e-9 * scale);
    RC_ASSERT(growing.program.largest_violation(a.point).amount <= 1e-6);
  }
}

RC_GTEST_PROP(SolverProperty, AGrownLpEqualsAFreshOne, (std::uint64_t seed)) {
  expect_warm_equals_cold(seed, false);
}

/// Most rows come to rest, and are broken again when costs change.
TEST(SolverProperty, AnLpWhoseRowsRestEqualsAFreshOne) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Growing growing(seed, false);
    Solver warm;
    growing.add_variables(12);
    growing.add_constraints(300);
    for (int step = 0; step < 24; ++step) {
      if (step % 4 == 3) {  // else rows get tired
        growing.add_variables(1);
        growing.add_constraints(20);
        for (int k = 0; k < 6; ++k) {
          growing.change_something();
        }
      }
      const auto a = warm.solve(growing.program);
      const auto b = Solver{}.solve(growing.program);
      ASSERT_EQ(a.status, Status::optimal) << a.message;
      ASSERT_EQ(b.status, Status::optimal) << b.message;
      const double scale = std::max(1.0, std::abs(b.objective));
      EXPECT_NEAR(a.objective, b.objective, 3e-8 * scale);
      EXPECT_LE(a.objective - a.bound, 1.1e-8 * scale);
      EXPECT_EQ(a.duals.size(), growing.program.constraints().size());
      EXPECT_LE(growing.program.largest_violation(a.point).amount, 1e-6);
    }
  }
}

/// A row that rests may be what bounds the program.
TEST(SolverProperty, RestingRowsBoundAProgramWhoseCostTurns) {
  Program p;
  const auto x = p.add_variable({-infinity, infinity, 1.0});
  const auto y = p.add_variable({-infinity, infinity, 1.0});
  for (int k = 0; k < 200; ++k) {
    const double angle = 0.1 + 0.007 * k;
    p.add_constraint(-1.0,
                     std::cos(angle) * LinearExpression{x} + std::sin(angle) * LinearExpression{y},
                     infinity);
    p.add_constraint(-infinity,
                     std::cos(angle) * LinearExpression{x} + std::sin(angle) * LinearExpression{y},
                     1.0);
  }
  Solver solver;
  for (const double sign : {1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, 1.0}) {
    p.variable(x).cost = p.variable(y).cost = sign;
    const auto warm = solver.solve(p);
    const auto fresh = Solver{}.solve(p);
    ASSERT_EQ(warm.status, Status::optimal) << warm.message;
    EXPECT_NEAR(warm.objective, fresh.objective, 1e-9);
  }
}

RC_GTEST_PROP(SolverProperty, AGrownQpEqualsAFreshOne, (std::uint64_t seed)) {
  expect_warm_equals_cold(seed, true);
}

TEST(SolverProperty, AGrownMipEqualsAFreshOne) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    RandomStream random(seed, 1);
    Program p;
    Solver warm;
    for (int step = 0; step < 3; ++step) {
      LinearExpression e;
      for (std::size_t k = 0; k < 4; ++k) {
        p.add_variable({0, 3, -1 - random.uniform(), 0, random.uniform() < 0.6});
      }
      for (std::size_t j = 0; j < p.variables().size(); ++j) {
        e.add(random.uniform(), VariableId{j});
      }
      p.add_constraint(-infinity, e, 5.0);
      const auto a = warm.solve(p);
      const auto b = Solver{}.solve(p);
      ASSERT_EQ(a.status, Status::optimal) << "seed " << seed << ": " << a.message;
      ASSERT_EQ(b.status, Status::optimal) << "seed " << seed << ": " << b.message;
      EXPECT_NEAR(a.objective, b.objective, 2.1e-6 * std::abs(b.objective)) << "seed " << seed;
    }
  }
}

/// The optimum v as a function of a bound is convex, so a dual lies between the slopes to either
/// side.
void expect_duals_between_slopes(std::uint64_t seed, bool quadratic) {
  Growing growing(seed, quadratic);
  growing.add_variables(6);
  growing.add_constraints(6);
  auto& p = growing.program;
  const SolveOptions exact{.quadratic_gap = 1e-9};
  const auto base = Solver{}.solve(p, exact);
  RC_ASSERT(base.status == Status::optimal);
  const double step = quadratic ? 1e-3 : 1e-4;
  const double tolerance = (quadratic ? 2e-3 : 1e-4) * std::max(1.0, std::abs(base.objective));
  const auto slope = [&](std::size_t i, double by) {
    Program moved = p;
    auto& row = moved.constraint(ConstraintId{i});
    (base.duals[i] > 0 ? row.lower : row.upper) += by;
    if (p.constraints()[i].lower == p.constraints()[i].upper) {
      row.lower = row.upper = p.constraints()[i].lower + by;
    }
    const auto s = Solver{}.solve(moved, exact);
    return s.status == Status::optimal ? (s.objective - base.objective) / by
                                       : (by > 0 ? infinity : -infinity);
  };
  for (std::size_t i = 0; i < p.constraints().size(); ++i) {
    if (base.duals[i] != 0.0) {
      RC_ASSERT(slope(i, -step) - tolerance <= base.duals[i]);
      RC_ASSERT(base.duals[i] <= slope(i, step) + tolerance);
    }
  }
}

RC_GTEST_PROP(SolverProperty, DualsLieBetweenTheSlopesOfAnLp, (std::uint64_t seed)) {
  expect_duals_between_slopes(seed, false);
}

RC_GTEST_PROP(SolverProperty, DualsLieBetweenTheSlopesOfAQp, (std::uint64_t seed)) {
  expect_duals_between_slopes(seed, true);
}

RC_GTEST_PROP(SolverProperty, AnyMultipliersGiveALowerBound, (std::uint64_t seed)) {
  Growing growing(seed, true);
  growing.add_variables(6);
  growing.add_constraints(5);
  const auto best = Solver{}.solve(growing.program);
  RandomStream random(seed, 2);
  for (int trial = 0; trial < 20; ++trial) {
    auto y = best.duals;
    for (double& multiplier : y) {
      multiplier += random.normal();
    }
    RC_ASSERT(dual_bound(growing.program, y) <=
              best.objective + 1e-7 * std::max(1.0, std::abs(best.objective)));
  }
}

/// Projection on {x ≥ 0, Σx = 1} by sorting (Held, Wolfe & Crowder 1974): an exact QP without a
/// solver.
std::vector<double> project_on_simplex(const std::vector<double>& a) {
  auto sorted = a;
  std::ranges::sort(sorted, std::greater<>{});
  double sum = 0.0;
  double shift = 0.0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    sum += sorted[k];
    const double candidate = (sum - 1.0) / static_cast<double>(k + 1);
    if (sorted[k] > candidate) {
      shift = candidate;
    }
  }
  std::vector<double> x;
  for (const double value : a) {
    x.push_back(std::max(0.0, value - shift));
  }
  return x;
}

RC_GTEST_PROP(SolverProperty, AQpProjectsOnTheSimplex, (std::uint64_t seed)) {
  RandomStream random(seed, 3);
  Program p;
  LinearExpression sum;
  std::vector<double> a;
  double constant = 0.0;
  for (std::size_t j = 0; j < 20; ++j) {
    a.push_back(random.normal() / 3);
    constant += a[j] * a[j];
    sum.add(1.0, p.add_variable({0, infinity, -2 * a[j], 1.0}));
  }
  p.add_constraint(1, sum, 1);
  p.add_objective(constant);
  const auto s = Solver{}.solve(p, {.quadratic_gap = 1e-9});
  RC_ASSERT(s.status == Status::optimal);
  const auto exact = project_on_simplex(a);
  RC_ASSERT(std::abs(s.objective - p.objective(exact)) <= 1.1e-9 * std::max(1.0, s.objective));
  for (std::size_t j = 0; j < a.size(); ++j) {
    RC_ASSERT(std::abs(s.point[j] - exact[j]) <= 1e-4);  // √gap
  }
}

TEST(SolverProperty, ADegenerateQpOf300VariablesAnd500RowsEnds) {
  Growing growing(1, true);
  growing.add_variables(300);
  growing.add_constraints(500);
  const auto s = Solver{}.solve(growing.program);
  EXPECT_EQ(s.status, Status::optimal) << s.message;
  EXPECT_LE(s.objective - s.bound, 1e-8 * std::max(1.0, std::abs(s.objective)));
}

TEST(SolverProperty, TheSameCallsGiveTheSameBytes) {
  std::vector<std::vector<double>> points;
  for (int run = 0; run < 2; ++run) {
    Growing growing(5, true);
    Solver solver;
    std::vector<double> all;
    for (int step = 0; step < 5; ++step) {
      growing.add_variables(5);
      growing.add_constraints(5);
      const auto s = solver.solve(growing.program);
      all.insert(all.end(), s.point.begin(), s.point.end());
      all.insert(all.end(), s.duals.begin(), s.duals.end());
    }
    points.push_back(all);
  }
  EXPECT_EQ(points[0], points[1]);
}

}  // namespace
}  // namespace gridpact::program
