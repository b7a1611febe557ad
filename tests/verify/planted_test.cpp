// Violations that are put where the two-node feeder's closed form says, and must be found there.

#include <string>
#include <vector>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::verify {
namespace {

using testing::days;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::judge;
using testing::judged;
using testing::normal_law;
using testing::plan_for;
using testing::two_node_case;
using testing::two_nodes_at;

constexpr double voltage_close = 1e-8;
constexpr double kw_close = 1e-4;

/// Everybody knows what comes, save in hour 1.
class Planted : public ::testing::Test {
 protected:
  /// The load is `kw` more than planned in hour 1 of three.
  void surprise(double kw) { law_.mean(1, 0) = kw; }
  Certificate found() { return judged(problem_, plan_, law_, days(7)); }
  void expect_only(RowKind kind, const std::string& place, double excess, double close) {
    const auto certificate = found();
    ASSERT_EQ(certificate.limits.size(), 1u);
    const auto& limit = certificate.limits[0];
    EXPECT_EQ(limit.kind, kind);
    EXPECT_EQ(limit.place, place);
    EXPECT_EQ(limit.periods_violated, 7u);
    EXPECT_NEAR(limit.worst_excess, excess, close);
    EXPECT_EQ(limit.worst_period, 1u);
    EXPECT_EQ(limit.worst_scenario, 0u);
    EXPECT_EQ(certificate.by_period[0].count, 0u);
    EXPECT_EQ(certificate.by_period[1].count, 7u);
    EXPECT_EQ(certificate.worst_period_index, 1u);
    EXPECT_EQ(certificate.days.count, 7u);
    EXPECT_EQ(certificate.by_kind[static_cast<std::size_t>(kind)].count, 7u);
    EXPECT_EQ(certificate.periods.count, 7u);
    EXPECT_FALSE(certificate.certified);
  }

  Case problem_ = two_node_case(3);
  Plan plan_ = plan_for(problem_, 150.0);
  uncertainty::LayerLaw law_ = normal_law(problem_, 0.0, 0.0);
  testing::TwoNodes planned_ = two_nodes_at(1000.0, 200.0);
  testing::TwoNodes surprised_ = two_nodes_at(1100.0, 240.0);  // the generator takes 0.4
};

TEST_F(Planted, NothingBreaksWithoutOne) {
  surprise(100.0);
  const auto certificate = found();
  EXPECT_THAT(certificate.limits, IsEmpty());
  EXPECT_EQ(certificate.days.count, 0u);
  EXPECT_NEAR(certificate.voltage_quantiles_pu(0, 0), planned_.voltage_pu, voltage_close);
  EXPECT_NEAR(certificate.voltage_quantiles_pu(1, 0), surprised_.voltage_pu, voltage_close);
  EXPECT_EQ(certificate.voltage_quantiles_pu(1, 4), 1.0);
}

TEST_F(Planted, LowVoltage) {
  surprise(100.0);
  problem_.limits.voltage_min_pu = surprised_.voltage_pu + 1e-4;
  expect_only(RowKind::voltage, "node load", 1e-4, voltage_close);
}

TEST_F(Planted, HighVoltage) {
  problem_.generators[0].p_max_kw = 4000.0;
  plan_.generators[0].p_kw = Profile(3, 3000.0);
  surprise(-100.0);
  const double voltage_pu = two_nodes_at(900.0, 2960.0).voltage_pu;
  problem_.limits.voltage_max_pu = voltage_pu - 2e-5;
  ASSERT_LT(two_nodes_at(1000.0, 3000.0).voltage_pu, problem_.limits.voltage_max_pu);
  expect_only(RowKind::voltage, "node load", 2e-5, voltage_close);
}

TEST_F(Planted, BranchCurrent) {
  surprise(100.0);
  problem_.feeder.branches[0].rating_a = surprised_.current_a - 0.5;
  expect_only(RowKind::branch, "branch line", 0.5, 1e-5);
}

TEST_F(Planted, Import) {
  surprise(100.0);
  plan_.import_limit_kw = surprised_.import_kw - 20.0;
  expect_only(RowKind::import_, "feeder", 20.0, kw_close);
}

TEST_F(Planted, Export) {
  problem_.generators[0].p_max_kw = 4000.0;
  plan_.generators[0].p_kw = Profile(3, 3000.0);
  surprise(-100.0);
  problem_.substation.export_max_kw = -two_nodes_at(900.0, 2960.0).import_kw - 5.0;
  expect_only(RowKind::import_, "feeder", 5.0, kw_close);
}

TEST_F(Planted, UpReserve) {
  surprise(170.0);
  expect_only(RowKind::reserve, "feeder", 20.0, kw_close);
}

TEST_F(Planted, DownReserve) {
  surprise(-190.0);
  expect_only(RowKind::reserve, "feeder", 40.0, kw_close);
}

// The grid sees no more generation than is held: 0.4 · 150 kW.
TEST_F(Planted, WhatNobodyHoldsFallsOnTheImport) {
  surprise(400.0);
  const auto day = judge(problem_, plan_, law_, days(1)).run(0);
  EXPECT_NEAR(day.generator_kw(1, 0), 260.0, kw_close);
  EXPECT_NEAR(day.beyond_reserve_kw[1], 250.0, kw_close);
  EXPECT_NEAR(day.import_kw[1], two_nodes_at(1400.0, 260.0).import_kw, kw_close);
  EXPECT_NEAR(day.branch_current_a(1, 0), two_nodes_at(1400.0, 260.0).current_a, 1e-5);
  EXPECT_NEAR(day.voltage_pu(1, 1), two_nodes_at(1400.0, 260.0).voltage_pu, voltage_close);
}

TEST_F(Planted, ToleranceHidesNoMoreThanArithmetic) {
  surprise(100.0);
  problem_.limits.voltage_min_pu = surprised_.voltage_pu + 0.5e-6;
  EXPECT_THAT(found().limits, IsEmpty());
  problem_.limits.voltage_min_pu = surprised_.voltage_pu + 2e-6;
  EXPECT_EQ(found().limits.size(), 1u);
  problem_.limits.voltage_min_pu = 0.8;
  plan_.import_limit_kw = surprised_.import_kw / (1.0 + 0.5e-4);
  EXPECT_THAT(found().limits, IsEmpty());
  plan_.import_limit_kw = surprised_.import_kw / (1.0 + 2e-4);
  EXPECT_EQ(found().limits.size(), 1u);
}

// The line can carry about 24 MW.
TEST_F(Planted, AFlowWithoutSolutionBreaksEveryLimitOfTheGrid) {
  surprise(1e5);
  problem_.feeder.branches[0].rating_a = 1e4;
  const auto certificate = found();
  EXPECT_EQ(certificate.diverged, 7u);
  EXPECT_EQ(certificate.by_period[1].count, 7u);
  std::vector<std::string> broken;
  for (const auto& limit : certificate.limits) {
    broken.push_back(std::string(to_string(limit.kind)) + " " + limit.place);
    EXPECT_EQ(limit.periods_violated, 7u);
    EXPECT_EQ(limit.worst_period, 1u);
    EXPECT_EQ(limit.worst_excess > 0.0, limit.kind == RowKind::reserve);
  }
  EXPECT_THAT(broken, ElementsAre("voltage node source", "voltage node load", "branch branch line",
                                  "import feeder", "reserve feeder"));
  EXPECT_EQ(certificate.voltage_quantiles_pu(1, 0), 0.0);
  const auto day = judge(problem_, plan_, law_, days(1)).run(0);
  EXPECT_THAT(day.diverged, ElementsAre(1));
  EXPECT_NEAR(day.import_kw[1], 101000.0 - 260.0, 1e-6);
  EXPECT_NEAR(day.import_kw[2], planned_.import_kw, kw_close);
}

TEST_F(Planted, CurtailmentTakesAFixedAmountOffWhatIsThere) {
  testing::add_sun(problem_);
  plan_ = plan_for(problem_, 150.0);
  plan_.renewables[0].curtailed_kw = {0.0, 60.0, 60.0};
  plan_.renewables[0].q_kvar = {0.0, 0.0, 0.0};
  law_ = normal_law(problem_, 0.0, 0.0);
  law_.mean(0, 1) = 300.0;   // 300 kW less sun than the 200 kW forecast: none
  law_.mean(1, 1) = -350.0;  // more than the plant's 400 kW
  law_.mean(2, 1) = 170.0;   // 30 kW, less than the curtailment
  const auto day = judge(problem_, plan_, law_, days(1)).run(0);
  EXPECT_THAT(std::vector(day.available_kw.data(), day.available_kw.data() + 3),
              ElementsAre(0.0, 400.0, 30.0));
  EXPECT_THAT(std::vector(day.renewable_kw.data(), day.renewable_kw.data() + 3),
              ElementsAre(0.0, 340.0, 0.0));
  EXPECT_THAT(day.net_load_deviation_kw, ElementsAre(200.0, -200.0, 140.0));
}

// €: import, generator 200 kW + 40 kW in hour 1, its and the substation's reserve.
TEST_F(Planted, CostIsThatOfTheRealisedDay) {
  surprise(100.0);
  const auto generation = [](double p) { return 1e-4 * p * p + 0.05 * p + 2.0; };
  const double reserve = 60.0 * (0.03 + 0.02) + 90.0 * (0.02 + 0.01);
  const double expected = 0.1 * (2.0 * planned_.import_kw + surprised_.import_kw) +
                          2.0 * generation(200.0) + generation(240.0) + 3.0 * reserve;
  const auto certificate = found();
  EXPECT_NEAR(certificate.cost_mean_eur, expected, 1e-4);
  EXPECT_NEAR(certificate.cost_p05_eur, expected, 1e-4);
  EXPECT_NEAR(certificate.cost_p95_eur, expected, 1e-4);
}

TEST_F(Planted, ExportEarnsTheExportPrice) {
  problem_.generators[0].p_max_kw = 4000.0;
  plan_.generators[0].p_kw = Profile(3, 3000.0);
  plan_.generators[0].up_reserve_kw = plan_.generators[0].down_reserve_kw = Profile(3, 60.0);
  const double generation = 1e-4 * 9e6 + 0.05 * 3000.0 + 2.0;
  const double reserve = 60.0 * (0.03 + 0.02) + 90.0 * (0.02 + 0.01);
  EXPECT_NEAR(found().cost_mean_eur,
              3.0 * (0.04 * two_nodes_at(1000.0, 3000.0).import_kw + generation + reserve), 1e-4);
}

TEST(Certify, NamesThePhaseOfAnUnbalancedNode) {
  auto problem = two_node_case(1);
  for (auto& at : problem.feeder.node_phases) {
    at.phase = 3;
  }
  problem.limits.voltage_min_pu = 0.9999;
  const auto plan = plan_for(problem, 10.0);
  const auto certificate = judged(problem, plan, normal_law(problem, 0.0, 0.0), days(1));
  ASSERT_EQ(certificate.limits.size(), 1u);
  EXPECT_EQ(certificate.limits[0].place, "node load.3");
}

TEST(Certify, AsksNothingOfNeutrals) {
  auto problem = two_node_case(1);
  problem.feeder.node_phases[1].phase = 4;
  problem.limits.voltage_min_pu = 0.9999;
  const JointLimits limits(problem, plan_for(problem, 10.0));
  EXPECT_THAT(limits.live(), ElementsAre(0));
}

}  // namespace
}  // namespace gridpact::verify
