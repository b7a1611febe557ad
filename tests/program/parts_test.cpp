// Lagrangian parts against the whole: bounds bracket the integer optimum, cuts keep it.

#include "gridpact/program/parts.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::program {
namespace {

/// Blocks of three continuous variables and two switches, tied by two rows over all blocks.
struct Blocks {
  Program program;
  Coupling coupling;

  explicit Blocks(std::uint64_t seed, std::size_t count = 4) {
    RandomStream random(seed, 0);
    LinearExpression supply;
    LinearExpression use;
    for (std::size_t b = 0; b < count; ++b) {
      LinearExpression local;
      LinearExpression chosen;
      for (int i = 0; i < 3; ++i) {
        const auto x = program.add_variable({0.0, 10.0, 5.0 * random.normal(), 0.0, false, {}});
        local.add(0.5 + random.uniform(), x);
        supply.add(1.0, x);
        use.add(random.uniform(), x);
      }
      for (int i = 0; i < 2; ++i) {
        const auto z = program.add_variable({0.0, 1.0, 4.0 * random.uniform(), 0.0, true, {}});
        chosen.add(3.0 + 5.0 * random.uniform(), z);
      }
      program.add_constraint(-infinity, local - chosen, 1.0 + random.uniform());
    }
    const double most = static_cast<double>(count);
    coupling.constraints.push_back(program.add_constraint(1.5 * most, supply, infinity));
    coupling.constraints.push_back(program.add_constraint(-infinity, use, 2.5 * most));
  }

  [[nodiscard]] Program relaxed() const {
    auto out = program;
    for (std::size_t j = 0; j < out.variables().size(); ++j) {
      out.variable(VariableId{j}).integer = false;
    }
    return out;
  }
};

class PartsOfBlocks : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PartsOfBlocks, BoundLiesBetweenRelaxationAndOptimum) {
  const Blocks blocks(GetParam());
  Solver whole;
  const auto optimum = whole.solve(blocks.program);
  ASSERT_EQ(optimum.status, Status::optimal) << optimum.message;
  Solver linear;
  const auto relaxed = linear.solve(blocks.relaxed());
  ASSERT_EQ(relaxed.status, Status::optimal) << relaxed.message;
  const auto parts = solve_parts(blocks.program, blocks.coupling, relaxed.duals, {}, 1);
  ASSERT_EQ(parts.status, Status::optimal) << parts.message;
  EXPECT_GE(parts.bound, relaxed.objective - 1e-5);
  EXPECT_LE(parts.bound, optimum.objective + 1e-5);
  EXPECT_EQ(parts.cuts.size(), 4U);
  for (const auto& cut : parts.cuts) {
    EXPECT_GE(evaluate(cut.expression, optimum.point), cut.lower - 1e-5);
  }
}

TEST_P(PartsOfBlocks, PointKeepsEverythingButTheCoupling) {
  const Blocks blocks(GetParam());
  const std::vector<double> none(blocks.program.constraints().size(), 0.0);
  const auto parts = solve_parts(blocks.program, blocks.coupling, none, {}, 1);
  ASSERT_EQ(parts.status, Status::optimal) << parts.message;
  auto free = blocks.program;
  for (const auto id : blocks.coupling.constraints) {
    free.constraint(id).lower = -infinity;
    free.constraint(id).upper = infinity;
  }
  EXPECT_LE(free.largest_violation(parts.point).amount, 1e-6);
  EXPECT_NEAR(free.objective(parts.point), parts.bound, 1e-4);
}

TEST_P(PartsOfBlocks, CutsRaiseTheRelaxationToTheBound) {
  const Blocks blocks(GetParam());
  auto relaxed = blocks.relaxed();
  Solver solver;
  const auto before = solver.solve(relaxed);
  const auto parts = solve_parts(blocks.program, blocks.coupling, before.duals, {}, 1);
  ASSERT_EQ(parts.status, Status::optimal) << parts.message;
  for (const auto& cut : parts.cuts) {
    relaxed.add_constraint(cut.lower, cut.expression, infinity);
  }
  const auto after = solver.solve(relaxed);
  ASSERT_EQ(after.status, Status::optimal) << after.message;
  EXPECT_GE(after.objective, parts.bound - 1e-5);
}

TEST_P(PartsOfBlocks, ThreadsDoNotChangeTheAnswer) {
  const Blocks blocks(GetParam(), 9);
  const std::vector<double> duals(blocks.program.constraints().size(), 0.25);
  const auto one = solve_parts(blocks.program, blocks.coupling, duals, {}, 1);
  const auto two = solve_parts(blocks.program, blocks.coupling, duals, {}, 2);
  EXPECT_EQ(one.bound, two.bound);
  EXPECT_EQ(one.point, two.point);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PartsOfBlocks, testing::Range<std::uint64_t>(1, 31));

TEST(Parts, ForeignVariablesAreLeftToTheCaller) {
  // min x + 3 w,  x + w ≥ 2 (coupling),  w ≤ 1 (foreign alone),  0 ≤ x ≤ 5
  Program program;
  const auto x = program.add_variable({0.0, 5.0, 1.0, 0.0, false, "x"});
  const auto w = program.add_variable({0.0, infinity, 3.0, 0.0, false, "w"});
  LinearExpression sum{x};
  sum.add(1.0, w);
  Coupling coupling;
  coupling.constraints.push_back(program.add_constraint(2.0, sum, infinity));
  coupling.foreign.push_back(w);
  program.add_constraint(-infinity, LinearExpression{w}, 1.0);
  const auto parts = solve_parts(program, coupling, std::vector<double>{1.5, 7.0}, {}, 1);
  ASSERT_EQ(parts.status, Status::optimal) << parts.message;
  // 1.5·2 + min (1 − 1.5)·x; what (3 − 1.5)·w can be is the caller's.
  EXPECT_NEAR(parts.bound, 3.0 - 0.5 * 5.0, 1e-9);
  EXPECT_EQ(parts.point[w.index()], 0.0);
}

TEST(Parts, APartWithoutAnyPointIsInfeasible) {
  Program program;
  program.add_variable({0.0, 1.0, 1.0, 0.0, false, {}});
  const auto z = program.add_variable({0.0, 1.0, 1.0, 0.0, true, {}});
  program.add_constraint(0.4, LinearExpression{z}, 0.6);
  const auto parts = solve_parts(program, {}, std::vector<double>{0.0}, {}, 1);
  EXPECT_EQ(parts.status, Status::infeasible);
  EXPECT_EQ(parts.bound, infinity);
}

}  // namespace
}  // namespace gridpact::program
