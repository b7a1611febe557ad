#include "gridpact/verify/plan_check.hpp"

#include <functional>
#include <limits>
#include <utility>

#include "verify/small_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::verify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Case full_case() {
  auto problem = testing::two_node_case(24);
  testing::add_sun(problem);
  testing::add_station(problem);
  return problem;
}

std::vector<std::string> messages(const Case& problem, const Plan& plan) {
  std::vector<std::string> out;
  for (const auto& fault : check_plan(problem, plan)) {
    EXPECT_EQ(fault.severity, Severity::error);
    out.push_back(fault.message);
  }
  return out;
}

TEST(PlanCheck, PassesAPlanThatFits) {
  const auto problem = full_case();
  EXPECT_THAT(messages(problem, testing::plan_for(problem, 100.0, 10.0)), IsEmpty());
}

struct Broken {
  const char* message;
  std::function<void(Case&, Plan&)> how;
};

TEST(PlanCheck, SaysWhatIsWrongAndWhatToDo) {
  const Broken table[] = {
      {"the plan was made from other files of case 'two nodes' (digest 0123456789ab) than the ones "
       "read now (digest d16e57); plan again, or verify against the files it was made from",
       [](Case&, Plan& plan) { plan.case_digest = "0123456789abcdef0123456789abcdef"; }},
      {"the plan covers 23 periods of PT1H from 2024-06-13T00:00:00+00:00, the case 24 periods of "
       "PT1H from 2024-06-13T00:00:00+00:00; plan again",
       [](Case&, Plan& plan) { plan.horizon.count = 23; }},
      {"the plan promises a joint violation limit of 0, which must lie between 0 and 1; plan again",
       [](Case&, Plan& plan) { plan.risk.joint_violation_limit = 0.0; }},
      {"the plan has 0 generators, the case 1; plan again",
       [](Case&, Plan& plan) { plan.generators.clear(); }},
      {"sun: the plan's curtailed_kw has 3 periods instead of 24; plan again",
       [](Case&, Plan& plan) { plan.renewables[0].curtailed_kw.resize(3); }},
      {"G, 05:00: the plan's p_kw is not a number; plan again",
       [](Case&, Plan& plan) {
         plan.generators[0].p_kw[5] = std::numeric_limits<double>::quiet_NaN();
       }},
      {"the plan's import_limit_kw is not a number; plan again",
       [](Case&, Plan& plan) { plan.import_limit_kw = std::numeric_limits<double>::infinity(); }},
      {"G, 00:00: the plan has power with its up reserve of 244.000 kW, more than the 240.000 kW "
       "that the case allows; plan again",
       [](Case& problem, Plan&) { problem.generators[0].p_max_kw = 240.0; }},
      {"G, 00:00: the plan has power less its down reserve of 156.000 kW, less than the 160.000 kW "
       "that the case allows; plan again",
       [](Case& problem, Plan&) { problem.generators[0].p_min_kw = 160.0; }},
      {"G, 02:00: the plan has reactive power of -101.000 kvar, less than the -100.000 kvar that "
       "the case allows; plan again",
       [](Case&, Plan& plan) { plan.generators[0].q_kvar[2] = -101.0; }},
      {"G, 07:00: the plan has a change of power of 90.000 kW, more than the 50.000 kW that the "
       "case allows; plan again",
       [](Case& problem, Plan& plan) {
         problem.generators[0].ramp_kw_per_h = 50.0;
         for (std::size_t t = 7; t < 24; ++t) {
           plan.generators[0].p_kw[t] += 90.0;
         }
       }},
      {"G, 00:00: the plan has up reserve of 44.000 kW, more than the 30.000 kW that the case "
       "allows; plan again",
       [](Case& problem, Plan&) { problem.generators[0].reserve.up_max_kw = 30.0; }},
      {"the substation, 00:00: the plan has down reserve of 66.000 kW, more than the 10.000 kW "
       "that the case allows; plan again",
       [](Case& problem, Plan&) { problem.substation.reserve.down_max_kw = 10.0; }},
      {"all providers, 04:00: the plan has participations that add up to a share of 1.200, more "
       "than the 1.000 that the case allows; plan again",
       [](Case&, Plan& plan) { plan.substation.participation[4] = 0.8; }},
      {"03:00: the plan counts on 110.000 kW of up reserve, but its providers hold 86.000 kW; plan "
       "again",
       [](Case&, Plan& plan) { plan.generators[0].up_reserve_kw[3] = 20.0; }},
      {"06:00: the plan counts on 130.000 kW of down reserve, but its providers hold 110.000 kW; "
       "plan again",
       [](Case&, Plan& plan) { plan.stations[0].down_reserve_kw[6] += 20.0; }},
      {"the plan keeps an import limit of 100000.000 kW, but the connection and the peak target "
       "allow 900.000 kW; plan again",
       [](Case& problem, Plan& plan) {
         problem.substation.peak_reduction = 0.1;
         plan.uncontrolled_peak_kw = 1000.0;
       }},
      {"sun, 09:00: the plan has a curtailment of 250.000 kW, more than the 200.000 kW that the "
       "case allows; plan again",
       [](Case&, Plan& plan) { plan.renewables[0].curtailed_kw[9] = 250.0; }},
      {"sun, 00:00: the plan has a forecast of 200.000 kW, more than the 150.000 kW that the case "
       "allows; plan again",
       [](Case& problem, Plan&) { problem.renewables[0].capacity_kw = 150.0; }},
      {"S, 00:00: the plan has charging power of 181.000 kW, more than the 180.000 kW that the "
       "case allows; plan again",
       [](Case&, Plan& plan) { plan.stations[0].charge_kw[0] = 181.0; }},
  };
  for (const auto& [message, how] : table) {
    auto problem = full_case();
    auto plan = testing::plan_for(problem, 100.0, 10.0);
    how(problem, plan);
    EXPECT_THAT(messages(problem, plan), ElementsAre(message));
  }
}

/// The generator may stand still, does so for the first two hours, and then runs.
std::pair<Case, Plan> case_and_plan_with_commitment() {
  auto problem = full_case();
  auto plan = testing::plan_for(problem, 100.0, 10.0);
  auto& generator = problem.generators[0];
  generator.reserve.participation = 0.0;
  generator.p_min_kw = 50.0;
  generator.commitment = Commitment{
      .start_cost_eur = 5.0, .min_up_periods = 3, .min_down_periods = 2, .on_before = false};
  auto& unit = plan.generators[0];
  plan.substation.participation.assign(24, 1.0);
  unit.participation.assign(24, 0.0);
  for (auto [from, to] : {std::pair{&unit.up_reserve_kw, &plan.substation.up_reserve_kw},
                          std::pair{&unit.down_reserve_kw, &plan.substation.down_reserve_kw}}) {
    for (std::size_t t = 0; t < 24; ++t) {
      (*to)[t] += std::exchange((*from)[t], 0.0);
    }
  }
  unit.on.assign(24, 1.0);
  for (const std::size_t t : {0U, 1U}) {
    unit.on[t] = unit.p_kw[t] = unit.q_kvar[t] = 0.0;
  }
  return {problem, plan};
}

TEST(PlanCheck, PassesACommitmentThatFits) {
  const auto [problem, plan] = case_and_plan_with_commitment();
  EXPECT_THAT(messages(problem, plan), IsEmpty());
}

TEST(PlanCheck, SaysWhatIsWrongOfACommitment) {
  const Broken table[] = {
      {"G: the plan's on has 0 periods instead of 24; plan again",
       [](Case&, Plan& plan) { plan.generators[0].on.clear(); }},
      {"G may stand still in the plan, but not in the case; plan again",
       [](Case& problem, Plan&) {
         problem.generators[0].commitment.reset();
         problem.generators[0].p_min_kw = 0.0;
       }},
      {"G is neither on nor off in the plan; plan again",
       [](Case&, Plan& plan) { plan.generators[0].on[5] = 0.5; }},
      {"G, 01:00: the plan has power with its up reserve of 40.000 kW, more than the 0.000 kW that "
       "the case allows; plan again",
       [](Case& problem, Plan& plan) {
         problem.generators[0].p_min_kw = 0.0;
         plan.generators[0].p_kw[1] = 40.0;
         plan.generators[0].down_reserve_kw[1] = 40.0;
       }},
      {"G, 00:00: the plan has reactive power of 1.000 kvar, more than the 0.000 kvar that the "
       "case allows; plan again",
       [](Case&, Plan& plan) { plan.generators[0].q_kvar[0] = 1.0; }},
      {"G, 02:00: the plan has a change of power of 200.000 kW, more than the 60.000 kW that the "
       "case allows; plan again",
       [](Case& problem, Plan&) { problem.generators[0].ramp_kw_per_h = 60.0; }},
      {"G, 02:00: the plan has it on for 2 periods, fewer than the 3 that the case allows; plan "
       "again",
       [](Case&, Plan& plan) {
         auto& unit = plan.generators[0];
         for (std::size_t t = 4; t < 24; ++t) {
           unit.on[t] = unit.p_kw[t] = unit.q_kvar[t] = 0.0;
         }
       }},
      {"G, 10:00: the plan has it off for 1 periods, fewer than the 2 that the case allows; plan "
       "again",
       [](Case&, Plan& plan) {
         auto& unit = plan.generators[0];
         unit.on[10] = unit.p_kw[10] = unit.q_kvar[10] = 0.0;
       }},
  };
  for (const auto& [message, how] : table) {
    auto [problem, plan] = case_and_plan_with_commitment();
    how(problem, plan);
    EXPECT_THAT(messages(problem, plan), ElementsAre(message));
  }
}

// Standing still costs nothing, a start what the case says.
TEST(PlanCheck, StartsAreCountedFromBeforeTheHorizon) {
  const Commitment off_before{.start_cost_eur = 1.0};
  const Commitment on_before{.start_cost_eur = 1.0, .on_before = true};
  EXPECT_EQ(off_before.starts({1, 1, 0, 1}), 2U);
  EXPECT_EQ(on_before.starts({1, 1, 0, 1}), 1U);
  EXPECT_EQ(on_before.starts({0, 0, 0, 0}), 0U);
}

TEST(PlanCheck, ReportsAllFaultsAtOnce) {
  const auto problem = full_case();
  auto plan = testing::plan_for(problem, 100.0, 10.0);
  plan.stations.clear();
  plan.loads[0].forecast_kw.pop_back();
  EXPECT_EQ(messages(problem, plan).size(), 2u);
}

TEST(PlanCheck, AnotherCasesPlanIsOneFault) {
  const auto problem = full_case();
  auto plan = testing::plan_for(problem, 100.0, 10.0);
  plan.case_digest = "other";
  plan.stations.clear();
  EXPECT_EQ(messages(problem, plan).size(), 1u);
}

}  // namespace
}  // namespace gridpact::verify
