#include "gridpact/program/program.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "gridpact/program/dual_bound.hpp"

namespace gridpact::program {
namespace {

using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(LinearExpression, AddsSubtractsAndScales) {
  const VariableId x{0};
  const VariableId y{1};
  LinearExpression e = 2.0 * LinearExpression{x} + 3.0;
  e -= 0.5 * LinearExpression{y};
  e.add(1.0, x);
  const std::vector<double> point{10.0, 4.0};
  EXPECT_EQ(evaluate(e, point), 2.0 * 10 + 3 - 0.5 * 4 + 10);
  EXPECT_EQ(evaluate(e - LinearExpression{x}, point), 31.0 - 10.0);
  e += e;
  EXPECT_EQ(evaluate(e, point), 62.0);
  e -= e;
  EXPECT_EQ(evaluate(e, point), 0.0);
}

TEST(Program, MovesTheConstantOfAnExpressionToTheBounds) {
  Program p;
  const auto x = p.add_variable({});
  const auto row = p.add_constraint(1.0, LinearExpression{x} + 5.0, infinity);
  EXPECT_EQ(p.constraint(row).lower, -4.0);
  EXPECT_EQ(p.constraint(row).upper, infinity);
}

TEST(Program, ObjectiveIsLinearPlusSquaresPlusConstant) {
  Program p;
  const auto x = p.add_variable({.cost = 3.0, .quadratic_cost = 2.0});
  p.add_variable({.cost = -1.0});
  p.add_objective(LinearExpression{7.0}.add(0.5, x));
  EXPECT_EQ(p.objective(std::vector{4.0, 5.0}), 3.5 * 4 + 2 * 16 - 5 + 7);
}

class Violations : public testing::Test {
 protected:
  Violations() {
    x_ = p_.add_variable({.lower = 0.0, .upper = 1000.0, .name = "charge"});
    y_ = p_.add_variable({.lower = -1.0, .upper = 1.0, .name = "swing"});
    n_ = p_.add_variable({.lower = 0.0, .upper = 10.0, .integer = true, .name = "unit"});
    p_.add_constraint(-infinity, LinearExpression{x_}.add(-500.0, y_), 0.0, "line");
    p_.add_constraint(2.0, LinearExpression{y_}.add(1.0, n_), 2.0, "balance");
  }
  Program p_;
  VariableId x_, y_, n_;
};

TEST_F(Violations, NoneAtAFeasiblePoint) {
  const auto v = p_.largest_violation(std::vector{100.0, 1.0, 1.0});
  EXPECT_EQ(v.amount, 0.0);
  EXPECT_EQ(v.what, "");
}

TEST_F(Violations, FindsTheWorstAndNamesIt) {
  auto v = p_.largest_violation(std::vector{-0.25, 1.0, 1.0});
  EXPECT_EQ(v.amount, 0.25);
  EXPECT_THAT(v.what, HasSubstr("'charge' = -0.25"));
  v = p_.largest_violation(std::vector{750.0, 1.0, 1.0});
  EXPECT_EQ(v.amount, 250.0);
  EXPECT_THAT(v.what, HasSubstr("'line' = 250"));
  v = p_.largest_violation(std::vector{0.0, 0.75, 1.25});
  EXPECT_EQ(v.amount, 0.25);
  EXPECT_THAT(v.what, HasSubstr("'unit' = 1.25 is not an integer"));
  v = p_.largest_violation(std::vector{0.0, 0.5, 2.0});
  EXPECT_EQ(v.amount, 0.5);
  EXPECT_THAT(v.what, HasSubstr("'balance'"));
}

TEST_F(Violations, RelativeIsAgainstTheNumbersOfTheRow) {
  // 'line' is 1 above 0 as the difference of 501 and 500; 'swing' is 0.01 above 1.
  const std::vector point{506.0, 1.01, 0.99};
  EXPECT_THAT(p_.largest_violation(point).what, HasSubstr("'line'"));
  const auto v = p_.largest_violation(point, Program::Measure::relative);
  EXPECT_NEAR(v.amount, 0.01, 1e-12);
  EXPECT_NEAR(p_.largest_violation(std::vector{501.0, 1.0, 1.0}, Program::Measure::relative).amount,
              1.0 / 501.0, 1e-15);
}

TEST_F(Violations, PointsThatAreNotFiniteNeverPass) {
  EXPECT_EQ(p_.largest_violation(std::vector{nan, 0.0, 2.0}).amount, infinity);
  EXPECT_EQ(p_.largest_violation(std::vector{0.0, 0.0, infinity}).amount, infinity);
}

TEST(DualBound, IsTheLagrangianOfASmallProgram) {
  // min 2x + y², x in [0, 10], y free, x + y ≥ 3. With y₁ = 2: d = (0, −2), min y² − 2y = −1: L = 6
  // − 1.
  Program p;
  const auto x = p.add_variable({.lower = 0.0, .upper = 10.0, .cost = 2.0});
  const auto y = p.add_variable({.lower = -infinity, .upper = infinity, .quadratic_cost = 1.0});
  p.add_constraint(3.0, LinearExpression{x}.add(1.0, y), infinity);
  EXPECT_DOUBLE_EQ(dual_bound(p, std::vector{2.0}), 5.0);
  EXPECT_DOUBLE_EQ(dual_bound(p, std::vector{0.0}), 0.0);
  // 2·3 at y₁ = 4: d_x = −2 → −20, min y² − 4y = −4.
  EXPECT_DOUBLE_EQ(dual_bound(p, std::vector{4.0}), 12.0 - 20.0 - 4.0);
  EXPECT_DOUBLE_EQ(dual_bound(p, std::vector{-1.0}), 0.0) << "the row has no upper bound";
}

TEST(DualBound, SaysNothingWhereAnUnlimitedVariableIsCheap) {
  Program p;
  p.add_variable({.cost = -1.0});
  EXPECT_EQ(dual_bound(p, {}), -infinity);
}

}  // namespace
}  // namespace gridpact::program
