#include "gridpact/tuning/walk.hpp"

#include "tuning/world.hpp"
#include <gtest/gtest.h>

namespace gridpact::tuning {
namespace {

class Walks : public ::testing::Test {
 protected:
  Walks() {
    options_.plan.risk.joint_violation_limit = 0.05;
    options_.plan.risk.knowledge = Knowledge::moments;
    options_.verify.scenarios = 400;
    problem_.risk = options_.plan.risk;
  }
  Walk walked() {
    const auto prepared = dispatch::Prepared::create(problem_, options_.plan);
    EXPECT_TRUE(prepared.ok());
    auto found = walk(problem_, *prepared, options_);
    EXPECT_TRUE(found.ok());
    return *std::move(found);
  }

  Case problem_ = testing::world(testing::Truth::normal, 5, 120);
  WalkOptions options_;
};

TEST_F(Walks, EndAtTheFirstPlanThatIsNotCertifiedAndChooseTheCheapestBefore) {
  const auto found = walked();
  ASSERT_TRUE(found.chosen);
  ASSERT_GE(found.steps.size(), 3u);
  double cost = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < found.steps.size(); ++i) {
    const auto& step = found.steps[i];
    ASSERT_TRUE(step.plan && step.certificate);
    EXPECT_DOUBLE_EQ(step.budget, 0.05 * options_.scales[i]);
    EXPECT_DOUBLE_EQ(step.plan->risk.joint_violation_limit, 0.05) << "what it is certified for";
    EXPECT_DOUBLE_EQ(step.certificate->joint_violation_limit, 0.05);
    EXPECT_LE(step.plan->cost.total_eur(), cost * (1.0 + options_.plan.relative_gap))
        << "bolder is cheaper";
    cost = step.plan->cost.total_eur();
    EXPECT_EQ(step.certificate->certified,
              i + 1 < found.steps.size() || found.steps.size() == options_.scales.size());
  }
  const auto& chosen = found.steps[*found.chosen];
  EXPECT_TRUE(chosen.certificate->certified);
  EXPECT_GT(chosen.scale, 1.0) << "moments leave room";
}

TEST_F(Walks, TheFirstFailureEndsThem) {
  options_.plan.risk.knowledge = Knowledge::gaussian;  // spends what it may
  options_.scales = {1.0, 1.2, 1.4};
  const auto found = walked();
  EXPECT_FALSE(found.chosen);
  EXPECT_EQ(found.steps.size(), 1u);
}

TEST_F(Walks, BudgetsThatDoNotAscendAreRefused) {
  const auto prepared = dispatch::Prepared::create(problem_, options_.plan);
  for (const auto& wrong : {std::vector<double>{}, {2.0, 1.0}, {0.0, 1.0}, {1.0, 1.0}}) {
    options_.scales = wrong;
    EXPECT_FALSE(walk(problem_, *prepared, options_).ok());
  }
}

}  // namespace
}  // namespace gridpact::tuning
