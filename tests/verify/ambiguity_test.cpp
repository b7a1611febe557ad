#include "gridpact/verify/ambiguity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/uncertainty/stress.hpp"
#include "gridpact/verify/interval.hpp"
#include "gridpact/verify/joint_limits.hpp"

namespace gridpact::verify {
namespace {

using testing::days;
using ::testing::HasSubstr;
using testing::judged;
using testing::normal_law;
using testing::plan_for;
using testing::two_node_case;
using testing::two_nodes_at;

// ε' = 1 − inf over z in (0, 1) of (e^(−ρ) z^(1−ε) − 1)/(z − 1): Jiang, Guan 2016, another form.
double by_jiang_guan(double epsilon, double radius) {
  double least = 1e9;
  for (int i = 1; i < 1'000'000; ++i) {
    const double z = i * 1e-6;
    least = std::min(least, (std::exp(-radius) * std::pow(z, 1.0 - epsilon) - 1.0) / (z - 1.0));
  }
  return 1.0 - least;
}

TEST(Ambiguity, TheShrunkLimitIsTheLiteratureS) {
  for (const auto& [radius, limit] :
       {std::pair(0.001, 0.0408), std::pair(0.01, 0.0250), std::pair(0.05, 0.0081)}) {
    EXPECT_NEAR(shrunk_limit(0.05, radius), limit, 5e-5);
    EXPECT_NEAR(shrunk_limit(0.05, radius), by_jiang_guan(0.05, radius), 1e-7);
    EXPECT_NEAR(uncertainty::worst_probability(shrunk_limit(0.05, radius), radius), 0.05, 1e-9);
  }
  EXPECT_EQ(shrunk_limit(0.05, 0.0), 0.05);
}

TEST(Ambiguity, OneTestForKlSeveralForWasserstein) {
  const Ambiguity kl{0.01, 0.0};
  const auto one = tests_for(0.05, kl);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].tightening, 0.0);
  EXPECT_NEAR(worst_case(one[0].limit, one[0], kl), 0.05, 1e-9);
  const Ambiguity wasserstein{0.0, 0.001};
  const auto several = tests_for(0.05, wasserstein);
  EXPECT_GT(several.size(), 2u);
  for (const auto& test : several) {
    EXPECT_GT(test.limit, 0.0);
    EXPECT_NEAR(worst_case(test.limit, test, wasserstein), 0.05, 1e-12);
  }
}

// The bound attacked by the worst transport there is: mass at distance x from the limit is moved
// across it at the price x, nearest first, until the budget θ is spent.
TEST(Ambiguity, NoTransportBreaksTheWassersteinBound) {
  RandomStream random(5, 0);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> distance;
    for (int i = 0; i < 500; ++i) {
      distance.push_back(random.normal() * 0.1 + 0.3 * random.uniform());
    }
    std::sort(distance.begin(), distance.end());
    const Ambiguity radius{0.0, 1e-4 + 0.01 * random.uniform()};
    double budget = radius.wasserstein_radius * 500.0;
    double moved = 0.0;
    for (const double x : distance) {
      const double price = std::max(x, 0.0);
      const double part = price <= budget ? 1.0 : budget / price;
      moved += part;
      budget -= part * price;
      if (part < 1.0) {
        break;
      }
    }
    for (const double epsilon : {0.05, 0.2}) {
      for (const auto& test : tests_for(epsilon, radius)) {
        const auto near = std::count_if(distance.begin(), distance.end(),
                                        [&](double x) { return x <= test.tightening; });
        EXPECT_GE(worst_case(static_cast<double>(near) / 500.0, test, radius) + 1e-12,
                  std::min(1.0, moved / 500.0));
      }
    }
  }
}

TEST(Ambiguity, DistanceIsTheLeastShareOfAnyLimit) {
  auto problem = two_node_case(2);
  problem.generators.clear();
  problem.limits = {0.9, 1.1};
  const auto at = two_nodes_at(1000.0);
  problem.feeder.branches[0].rating_a = at.current_a / 0.8;  // 20 % away
  auto plan = plan_for(problem, 150.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(2, 150.0);
  plan.import_limit_kw = at.import_kw / 0.7;
  auto law = normal_law(problem, 0.0, 0.0);
  law.mean(1, 0) = 140.0;  // 10 of 150 kW left
  const auto judge = testing::judge(problem, plan, law, days(1));
  const auto day = judge.run(0);
  EXPECT_NEAR(judge.limits().distance(day, 0), 0.2, 1e-6);
  EXPECT_NEAR(judge.limits().distance(day, 1), 10.0 / 150.0, 1e-6);
  law.mean(1, 0) = 165.0;
  const auto beyond = testing::judge(problem, plan, law, days(1));
  EXPECT_NEAR(beyond.limits().distance(beyond.run(0), 1), -15.0 / 150.0, 1e-6);
  law.mean(1, 0) = 1e5;
  const auto hopeless = testing::judge(problem, plan, law, days(1));
  EXPECT_EQ(hopeless.limits().distance(hopeless.run(0), 1),
            -std::numeric_limits<double>::infinity());
}

/// Load ~ N(1000, 100²) kW in one hour, a reserve of so many deviations: breaks in 2 (1 − Φ(z)).
struct Bell {
  Case problem = two_node_case(1);
  Plan plan;
  explicit Bell(double deviations) {
    problem.generators.clear();
    plan = plan_for(problem, 100.0 * deviations);
    plan.substation.up_reserve_kw = plan.substation.down_reserve_kw =
        Profile(1, 100.0 * deviations);
  }
  [[nodiscard]] Certificate certified(const VerifyOptions& options) const {
    return judged(problem, plan, normal_law(problem, 0.0, 100.0), options);
  }
};

TEST(Ambiguity, CertifiesAgainstTheWorstLawWithinTheRadius) {
  const Bell bell(2.4);  // 1.6 %
  auto options = days(3000);
  const auto plain = bell.certified(options);
  EXPECT_TRUE(plain.certified);
  options.ambiguity.kl_radius = 0.01;  // 2.50 % under the law of the days are 5 % under the worst
  const auto kl = bell.certified(options);
  EXPECT_TRUE(kl.certified);
  EXPECT_NEAR(kl.tested_limit, 0.0250, 5e-5);
  EXPECT_GT(kl.promise_upper, plain.promise_upper);
  EXPECT_NEAR(kl.promise_upper, uncertainty::worst_probability(plain.promise_upper, 0.01), 1e-12);
  options.ambiguity.kl_radius = 0.05;
  EXPECT_FALSE(bell.certified(options).certified);

  // Limits 240 kW away: a radius of 0.02 % of that, tightened by a few %: |z| > 2.3, 2 %.
  options.ambiguity = {0.0, 0.0002};
  const auto wasserstein = bell.certified(options);
  EXPECT_TRUE(wasserstein.certified);
  EXPECT_GT(wasserstein.tightening, 0.0);
  EXPECT_GT(wasserstein.promise_upper, plain.promise_upper);
  options.ambiguity = {0.0, 0.01};
  EXPECT_FALSE(bell.certified(options).certified);
}

TEST(Ambiguity, BothRadiiAtOnceAreRefused) {
  auto options = days(10);
  options.ambiguity = {0.01, 0.001};
  const Bell bell(2.0);
  const auto refused =
      Judge::create(bell.problem, bell.plan, options, normal_law(bell.problem, 0.0, 1.0));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.faults().front().message, HasSubstr("give one of them"));
}

TEST(EarlyStop, EndsWhenTheDecisionIsCertain) {
  auto options = days(5000);
  options.early_stop = true;
  const auto safe = Bell(3.5).certified(options);
  EXPECT_TRUE(safe.certified);
  EXPECT_LT(safe.scenarios, 400u);
  EXPECT_EQ(safe.scenarios % look_days, 0u);
  EXPECT_EQ(safe.scenarios_asked, 5000u);
  EXPECT_FALSE(safe.partial);
  EXPECT_LE(safe.promise_upper, 0.05);
  const auto bad = Bell(1.0).certified(options);
  EXPECT_FALSE(bad.certified);
  EXPECT_LT(bad.scenarios, 200u);
  const auto close = Bell(2.1).certified(options);  // 3.6 %
  EXPECT_TRUE(close.certified);
  EXPECT_GT(close.scenarios, 500u);
}

TEST(EarlyStop, GivesTheSameOnAnyNumberOfThreads) {
  auto options = days(3000, 1);
  options.early_stop = true;
  const auto one = Bell(2.3).certified(options);
  options.threads = 3;
  const auto three = Bell(2.3).certified(options);
  EXPECT_EQ(one.scenarios, three.scenarios);
  EXPECT_EQ(one.promise_upper, three.promise_upper);
  EXPECT_EQ(one.evidence.blocks.back().digest, three.evidence.blocks.back().digest);
}

// Plans exactly at their limit: certified, with looks, in at most δ of the cases.
TEST(EarlyStop, IsWrongAsRarelyAsItSays) {
  const Bell bell(1.9599640);  // 5 %
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto options = days(600);
    options.early_stop = true;
    options.confidence = 0.9;
    options.seed = seed;
    wrong += bell.certified(options).certified ? 1 : 0;
  }
  EXPECT_LE(wrong, 33);  // 20 expected at most, 4.2 a deviation
}

}  // namespace
}  // namespace gridpact::verify
