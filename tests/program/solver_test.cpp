// Small programs with known answers, all run through the solver.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <ostream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "gridpact/base/random.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::program {
namespace {

using testing::HasSubstr;

struct Small {
  const char* name;
  std::function<void(Program&)> build;
  Status status;
  double objective = 0.0;
  std::optional<std::vector<double>> point = std::nullopt;  ///< where it is unique
};

std::ostream& operator<<(std::ostream& out, const Small& small) { return out << small.name; }

VariableId variable(Program& p, double lower, double upper, double cost, double quadratic = 0.0,
                    bool integer = false) {
  return p.add_variable({lower, upper, cost, quadratic, integer, {}});
}

std::vector<Small> ordinary_and_impossible_lps() {
  return {
      {"Lp",
       [](Program& p) {  // max 3x + 5y: x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18 (Hillier & Lieberman)
         const auto x = variable(p, 0, infinity, -3);
         const auto y = variable(p, 0, infinity, -5);
         p.add_constraint(-infinity, x, 4);
         p.add_constraint(-infinity, 2.0 * LinearExpression{y}, 12);
         p.add_constraint(-infinity, LinearExpression{}.add(3, x).add(2, y), 18);
       },
       Status::optimal,
       -36.0,
       {{2, 6}}},
      {"DegenerateLp",
       [](Program& p) {  // Beale's example, on which the plain simplex method cycles
         const auto a = variable(p, 0, infinity, -0.75);
         const auto b = variable(p, 0, infinity, 150);
         const auto c = variable(p, 0, infinity, -0.02);
         const auto d = variable(p, 0, infinity, 6);
         p.add_constraint(-infinity,
                          LinearExpression{}.add(0.25, a).add(-60, b).add(-0.04, c).add(9, d), 0);
         p.add_constraint(-infinity,
                          LinearExpression{}.add(0.5, a).add(-90, b).add(-0.02, c).add(3, d), 0);
         p.add_constraint(-infinity, c, 1);
       },
       Status::optimal,
       -0.05,
       {{0.04, 0, 1, 0}}},
      {"InfeasibleLp",
       [](Program& p) {
         const auto x = variable(p, 0, infinity, 1);
         const auto y = variable(p, 0, infinity, 1);
         p.add_constraint(-infinity, LinearExpression{}.add(1, x).add(1, y), 1);
         p.add_constraint(2, LinearExpression{}.add(1, x).add(1, y), infinity);
       },
       Status::infeasible},
      {"InfeasibleByEmptyRow",
       [](Program& p) {
         variable(p, 0, 1, 1);
         p.add_constraint(1, LinearExpression{}, 2);
       },
       Status::infeasible},
      {"InfeasibleByCrossedBounds", [](Program& p) { variable(p, 2, 1, 1); }, Status::infeasible},
  };
}

std::vector<Small> unbounded_and_special_lps() {
  return {
      {"UnboundedLp",
       [](Program& p) {
         const auto x = variable(p, 0, infinity, -1);
         const auto y = variable(p, 0, infinity, 0);
         p.add_constraint(-infinity, LinearExpression{}.add(1, x).add(-1, y), 1);
       },
       Status::unbounded},
      {"InfeasibleAndCheapWithoutLimit",
       [](Program& p) {
         variable(p, 0, infinity, -1);
         const auto y = variable(p, -infinity, infinity, 1);
         const auto z = variable(p, -infinity, infinity, 0);
         p.add_constraint(1, LinearExpression{}.add(1, y).add(1, z), infinity);
         p.add_constraint(-infinity, LinearExpression{}.add(1, y).add(1, z), 0);
       },
       Status::infeasible},
      {"FreeVariablesAndEqualities",
       [](Program& p) {  // x + y = 1, x − y = 5
         const auto x = variable(p, -infinity, infinity, 1);
         const auto y = variable(p, -infinity, infinity, 1);
         p.add_constraint(1, LinearExpression{}.add(1, x).add(1, y), 1);
         p.add_constraint(5, LinearExpression{}.add(1, x).add(-1, y), 5);
       },
       Status::optimal,
       1.0,
       {{3, -2}}},
      {"RangeHeldBelow",
       [](Program& p) {
         const auto x = variable(p, -infinity, infinity, 2);
         p.add_constraint(-3, x, 8);
         p.add_objective(100.0);
       },
       Status::optimal,
       94.0,
       {{-3}}},
      {"RangeHeldAbove",
       [](Program& p) {
         const auto x = variable(p, -infinity, infinity, -2);
         p.add_constraint(-3, x, 8);
       },
       Status::optimal,
       -16.0,
       {{8}}},
      {"EmptyRowsAndFixedVariables",
       [](Program& p) {
         const auto x = variable(p, 2.5, 2.5, 4);
         const auto y = variable(p, 0, infinity, 1);
         p.add_constraint(-1, LinearExpression{}, 1);
         p.add_constraint(4, LinearExpression{}.add(1, x).add(1, y), infinity);
       },
       Status::optimal,
       11.5,
       {{2.5, 1.5}}},
  };
}

std::vector<Small> odd_lps() {
  return {
      {"RepeatedVariables",
       [](Program& p) {  // x + 2x − y + y ≥ 6
         const auto x = variable(p, 0, infinity, 1);
         const auto y = variable(p, 0, 1, 1);
         p.add_constraint(6, LinearExpression{}.add(1, x).add(2, x).add(-1, y).add(1, y), infinity);
       },
       Status::optimal,
       2.0,
       {{2, 0}}},
      {"NoVariables", [](Program& p) { p.add_objective(3.0); }, Status::optimal, 3.0, {{}}},
      {"BadlyScaledLp",
       [](Program& p) {  // 1e-6 x ≥ 1, 1e6 y ≥ 1, x + 1e12 y + z ≥ 3e6
         const auto x = variable(p, 0, infinity, 1);
         const auto y = variable(p, 0, infinity, 1e6);
         const auto z = variable(p, 0, infinity, 10);
         p.add_constraint(1, LinearExpression{}.add(1e-6, x), infinity);
         p.add_constraint(1, LinearExpression{}.add(1e6, y), infinity);
         p.add_constraint(3, LinearExpression{}.add(1e-6, x).add(1e6, y).add(1e-6, z), infinity);
       },
       Status::optimal,
       1e6 + 2.0,
       {{1e6, 2e-6, 0}}},
  };
}

std::vector<Small> qps() {
  return {
      {"QpOnALine",
       [](Program& p) {  // min x² + 2y² + 3: x + y = 3 → x = 2, y = 1
         const auto x = variable(p, 0, infinity, 0, 1);
         const auto y = variable(p, 0, infinity, 0, 2);
         p.add_constraint(3, LinearExpression{}.add(1, x).add(1, y), 3);
         p.add_objective(3.0);
       },
       Status::optimal,
       9.0,
       {{2, 1}}},
      {"QpWithoutConstraints",
       [](Program& p) {  // min x² − 2000 x, and a variable at its limit
         variable(p, -infinity, infinity, -2000, 1);
         variable(p, -1, 4, -100, 3);
       },
       Status::optimal,
       -1e6 - 400 + 48,
       {{1000, 4}}},
      {"QpFarFromZero",
       [](Program& p) {  // dispatch of three generators, costs as of a 100 MW system in kW
         const auto a = variable(p, 0, 80e3, 0.02, 2e-7);
         const auto b = variable(p, 0, 80e3, 0.0175, 1.75e-7);
         const auto c = variable(p, 0, 50e3, 0.01, 6.25e-7);
         p.add_constraint(120e3, LinearExpression{}.add(1, a).add(1, b).add(1, c), infinity);
       },
       Status::optimal, 3243.9385150812063},
      {"QpUnbounded",
       [](Program& p) {
         const auto x = variable(p, -infinity, infinity, 1, 1);
         const auto y = variable(p, -infinity, infinity, 1);
         p.add_constraint(0, LinearExpression{}.add(1, x).add(-1, y), infinity);
       },
       Status::unbounded},
      {"QpInfeasible",
       [](Program& p) {
         const auto x = variable(p, 0, 1, 1, 1);
         p.add_constraint(2, x, infinity);
       },
       Status::infeasible},
  };
}

std::vector<Small> mips() {
  return {
      {"Mip",
       [](Program& p) {  // max 5x + 4y: 6x + 4y ≤ 24, x + 2y ≤ 6, integers → (4, 0)
         const auto x = variable(p, 0, 10, -5, 0, true);
         const auto y = variable(p, 0, 10, -4, 0, true);
         p.add_constraint(-infinity, LinearExpression{}.add(6, x).add(4, y), 24);
         p.add_constraint(-infinity, LinearExpression{}.add(1, x).add(2, y), 6);
       },
       Status::optimal,
       -20.0,
       {{4, 0}}},
      {"MipInfeasible",
       [](Program& p) {  // 2x + 4y = 7
         const auto x = variable(p, 0, 10, 1, 0, true);
         const auto y = variable(p, 0, 10, 1, 0, true);
         p.add_constraint(7, LinearExpression{}.add(2, x).add(4, y), 7);
       },
       Status::infeasible},
      {"MipUnbounded",
       [](Program& p) {
         const auto x = variable(p, 0, infinity, -1, 0, true);
         const auto y = variable(p, 0, infinity, 0);
         p.add_constraint(-infinity, LinearExpression{}.add(1, x).add(-1, y), 0.5);
       },
       Status::unbounded},
      {"MipInfeasibleAndCheapWithoutLimit",
       [](Program& p) {
         variable(p, 0, infinity, -1);
         const auto x = variable(p, 0, 10, 0, 0, true);
         p.add_constraint(0.25, x, 0.75);
       },
       Status::infeasible},
      {"IntegersFixedAreNumbers",
       [](Program& p) {  // with u = 1: min x² − 4x, so a QP
         const auto u = variable(p, 1, 1, 10, 0, true);
         const auto x = variable(p, 0, infinity, -4, 1);
         p.add_constraint(-infinity, LinearExpression{}.add(1, x).add(-1.5, u), 0);
       },
       Status::optimal,
       10 + 2.25 - 6,
       {{1, 1.5}}},
      {"IntegerFixedAtAFraction", [](Program& p) { variable(p, 0.5, 0.5, 1, 0, true); },
       Status::infeasible},
  };
}

std::vector<Small> small_programs() {
  std::vector<Small> all;
  for (auto group :
       {ordinary_and_impossible_lps(), unbounded_and_special_lps(), odd_lps(), qps(), mips()}) {
    std::ranges::move(group, std::back_inserter(all));
  }
  return all;
}

class SmallPrograms : public testing::TestWithParam<Small> {};

TEST_P(SmallPrograms, AreAnswered) {
  Program p;
  GetParam().build(p);
  Solver solver;
  for (const char* when : {"first", "again, from the last basis"}) {
    SCOPED_TRACE(when);
    const auto s = solver.solve(p);
    ASSERT_EQ(s.status, GetParam().status) << s.message;
    if (s.status != Status::optimal) {
      EXPECT_NE(s.message, "");
      continue;
    }
    const double tolerance = 1e-7 * std::max(1.0, std::abs(GetParam().objective));
    EXPECT_NEAR(s.objective, GetParam().objective, tolerance);
    EXPECT_NEAR(s.bound, s.objective, 10 * tolerance);
    EXPECT_LE(s.bound, s.objective + tolerance);
    EXPECT_EQ(s.objective, p.objective(s.point));
    EXPECT_EQ(s.message, "");
    if (GetParam().point) {
      ASSERT_EQ(s.point.size(), GetParam().point->size());
      for (std::size_t j = 0; j < s.point.size(); ++j) {
        const double x = (*GetParam().point)[j];
        EXPECT_NEAR(s.point[j], x, 1e-3 * std::max(std::abs(x), 1e-3)) << "variable " << j;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SmallPrograms, testing::ValuesIn(small_programs()),
                         [](const auto& test) { return test.param.name; });

TEST(Solver, TakesOneProgramAfterAnother) {
  Solver solver;  // whatever it kept of the last program must not show in the next
  for (const auto& small : small_programs()) {
    Program p;
    small.build(p);
    const auto s = solver.solve(p);
    EXPECT_EQ(s.status, small.status) << small.name << ": " << s.message;
    EXPECT_NEAR(s.objective, small.status == Status::optimal ? small.objective : s.objective,
                1e-7 * std::max(1.0, std::abs(small.objective)))
        << small.name;
  }
}

TEST(Solver, RefusesIntegersWithQuadraticCost) {
  Program p;
  variable(p, 0, 3, 1, 0, true);
  variable(p, 0, 3, 1, 1);
  const auto s = Solver{}.solve(p);
  EXPECT_EQ(s.status, Status::failed);
  EXPECT_THAT(s.message, HasSubstr("integers and quadratic cost together"));
  EXPECT_TRUE(s.point.empty());
}

TEST(Solver, RefusesWhatIsNoNumber) {
  Program p;
  const auto x = p.add_variable({.cost = std::nan(""), .name = "import"});
  EXPECT_THAT(Solver{}.solve(p).message, HasSubstr("variable 0 'import'"));
  p.variable(x).cost = 1.0;
  p.add_constraint(0, LinearExpression{}.add(std::nan(""), x), 1, "balance");
  const auto s = Solver{}.solve(p);
  EXPECT_EQ(s.status, Status::failed);
  EXPECT_THAT(s.message, HasSubstr("constraint 0 'balance'"));
}

TEST(Solver, DualsAreTheSlopesOfTheObjectiveInTheBounds) {
  // min 2x + 3y, x + y ≥ 4 (floor), x ≤ 3 (ceiling): one unit more demand costs 3; one more of the
  // cheap source saves 1.
  Program p;
  const auto x = variable(p, 0, infinity, 2);
  const auto y = variable(p, 0, infinity, 3);
  p.add_constraint(4, LinearExpression{}.add(1, x).add(1, y), infinity);
  p.add_constraint(-infinity, x, 3);
  auto s = Solver{}.solve(p);
  EXPECT_THAT(s.duals,
              testing::ElementsAre(testing::DoubleNear(3, 1e-9), testing::DoubleNear(-1, 1e-9)));
  p.variable(x).upper = 2.0;
  s = Solver{}.solve(p);
  EXPECT_THAT(s.duals,
              testing::ElementsAre(testing::DoubleNear(3, 1e-9), testing::DoubleNear(0, 1e-9)));
  EXPECT_THAT(s.reduced_costs,
              testing::ElementsAre(testing::DoubleNear(-1, 1e-9), testing::DoubleNear(0, 1e-9)));
}

TEST(Solver, KnapsacksAgreeWithTryingEverySubset) {
  RandomStream random(7, 0);
  Solver solver;
  for (int trial = 0; trial < 30; ++trial) {
    constexpr std::size_t items = 12;
    Program p;
    std::vector<double> value, weight, volume;
    LinearExpression weights, volumes;
    for (std::size_t j = 0; j < items; ++j) {
      value.push_back(1 + 9 * random.uniform());
      weight.push_back(1 + 9 * random.uniform());
      volume.push_back(1 + 9 * random.uniform());
      const auto x = variable(p, 0, 1, -value[j], 0, true);
      weights.add(weight[j], x);
      volumes.add(volume[j], x);
    }
    p.add_constraint(-infinity, weights, 30);
    p.add_constraint(-infinity, volumes, 25);
    double best = 0.0;
    for (unsigned set = 0; set < 1U << items; ++set) {
      double v = 0, w = 0, u = 0;
      for (std::size_t j = 0; j < items; ++j) {
        if ((set >> j & 1U) != 0) {
          v += value[j];
          w += weight[j];
          u += volume[j];
        }
      }
      if (w <= 30 && u <= 25) {
        best = std::max(best, v);
      }
    }
    const auto s = solver.solve(p);
    ASSERT_EQ(s.status, Status::optimal) << s.message;
    EXPECT_NEAR(s.objective, -best, 2e-6 * best);
    EXPECT_LE(s.bound, -best + 1e-6 * best);
    for (const double x : s.point) {
      EXPECT_EQ(x, std::round(x));
    }
  }
}

/// Four equations over 30 binaries that hold for no choice, which takes branch and bound very long
/// to find (market split: Cornuéjols & Dawande 1998); slack in the equations is what costs.
Program market_split() {
  RandomStream random(3, 0);
  Program p;
  std::vector<VariableId> x;
  for (int j = 0; j < 30; ++j) {
    x.push_back(variable(p, 0, 1, 0, 0, true));
  }
  for (int i = 0; i < 4; ++i) {
    LinearExpression sum;
    double half = 0.0;
    for (const auto id : x) {
      const double a = static_cast<double>(random.index(100));
      sum.add(a, id);
      half += a / 2;
    }
    sum.add(1, variable(p, 0, infinity, 1)).add(-1, variable(p, 0, infinity, 1));
    p.add_constraint(std::floor(half), sum, std::floor(half));
  }
  return p;
}

TEST(Solver, KeepsTheTimeLimit) {
  const auto p = market_split();
  const auto s = Solver{}.solve(p, {.time_limit_s = 0.5});
  EXPECT_EQ(s.status, Status::time_limit);
  EXPECT_THAT(s.message, HasSubstr("0.5 s"));
  ASSERT_FALSE(s.point.empty()) << "the best point so far is worth having";
  EXPECT_LE(s.bound, s.objective);
  EXPECT_LE(p.largest_violation(s.point).amount, 1e-6);
}

TEST(Solver, StopsWhenAsked) {
  const auto p = market_split();
  std::atomic<int> polls{0};
  const std::function<bool()> stop = [&] { return ++polls > 20; };
  const auto s = Solver{}.solve(p, {.time_limit_s = 60, .stop = &stop});
  EXPECT_EQ(s.status, Status::interrupted);
  EXPECT_GT(polls.load(), 20);
  const std::function<bool()> at_once = [] { return true; };
  Program lp;
  variable(lp, 0, 1, 1);
  EXPECT_EQ(Solver{}.solve(lp, {.stop = &at_once}).status, Status::interrupted);
}

TEST(Solver, SolversInDifferentThreadsDoNotMeet) {
  std::atomic<int> right{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&right] {
      Solver solver;
      for (const auto& small : small_programs()) {
        Program p;
        small.build(p);
        right += solver.solve(p).status == small.status ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right.load(), 4 * static_cast<int>(small_programs().size()));
}

}  // namespace
}  // namespace gridpact::program
