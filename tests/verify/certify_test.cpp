#include "gridpact/verify/certify.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stop_token>

#include "verify/small_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/documents/certificate_document.hpp"

namespace gridpact::verify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::normal_law;
using testing::plan_for;
using testing::two_node_case;
using testing::two_nodes_at;

constexpr double voltage_close = 1e-8;
constexpr double kw_close = 1e-4;

Judge judge(const Case& problem, const Plan& plan, const uncertainty::LayerLaw& law,
            const VerifyOptions& options) {
  auto made = Judge::create(problem, plan, options, law);
  for (std::size_t i = 0; !made.ok() && i < made.faults().size(); ++i) {
    ADD_FAILURE() << to_string(made.faults()[i]);
  }
  return std::move(made).value();
}

Certificate judged(const Case& problem, const Plan& plan, const uncertainty::LayerLaw& law,
                   const VerifyOptions& options) {
  return certify(judge(problem, plan, law, options));
}

VerifyOptions days(std::uint64_t scenarios, unsigned threads = 1) {
  VerifyOptions options;
  options.scenarios = scenarios;
  options.threads = threads;
  return options;
}

double normal_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

bool covers(const MeasuredShare& measured, double truth) {
  return measured.lower <= truth && truth <= measured.upper;
}

// --- Known probabilities
// --------------------------------------------------------------------------

// Load ~ N(1000, 100²) kW, independent in each hour, nobody answers. Voltage, current and import
// are monotone in the load, so a limit at their value for 1000 + 100 z breaks with probability 1 −
// Φ(z); the reserve of 120 kW breaks at |z| > 1.2 and so whenever anything does.
TEST(Certify, MeasuresKnownProbabilities) {
  constexpr std::size_t periods = 3;
  auto problem = two_node_case(periods);
  problem.generators.clear();
  problem.limits.voltage_min_pu = two_nodes_at(1150.0).voltage_pu;
  problem.feeder.branches[0].rating_a = two_nodes_at(1180.0).current_a / (1.0 + relative_tolerance);
  auto plan = plan_for(problem, 120.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(periods, 120.0);
  plan.import_limit_kw = two_nodes_at(1200.0).import_kw / (1.0 + relative_tolerance);
  const auto certificate = judged(problem, plan, normal_law(problem, 0.0, 100.0), days(6000, 2));

  const double any = 2.0 * normal_tail(1.2);
  for (const auto& period : certificate.by_period) {
    EXPECT_EQ(period.trials, 6000u);
    EXPECT_TRUE(covers(period, any)) << period.share << " for " << any;
    EXPECT_LT(period.upper - period.lower, 0.03);
  }
  EXPECT_TRUE(covers(certificate.days, 1.0 - std::pow(1.0 - any, periods)));
  EXPECT_TRUE(covers(certificate.periods, any));
  const double expected[] = {normal_tail(1.5), normal_tail(1.8), normal_tail(2.0), any, 0.0};
  for (std::size_t kind = 0; kind < certificate.by_kind.size(); ++kind) {
    const double sigma = std::sqrt(expected[kind] / 18000.0);
    EXPECT_NEAR(certificate.by_kind[kind].share, expected[kind], 3.5 * sigma) << kind;
    EXPECT_TRUE(covers(certificate.by_kind[kind], expected[kind])) << kind;
  }
  EXPECT_NEAR(certificate.cost_mean_eur,
              0.1 * periods * two_nodes_at(1000.0).import_kw + periods * 120.0 * 0.03, 1.0);
  EXPECT_FALSE(certificate.certified);
  EXPECT_FALSE(certificate.partial);
}

// Some seeds' intervals must miss; nearly all must not.
TEST(Certify, IntervalsHoldAsOftenAsTheySay) {
  auto problem = two_node_case(1);
  problem.generators.clear();
  auto plan = plan_for(problem, 150.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(1, 150.0);
  const double truth = 2.0 * normal_tail(1.5);
  int missed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto options = days(120);
    options.seed = seed;
    options.confidence = 0.9;
    missed +=
        covers(judged(problem, plan, normal_law(problem, 0.0, 100.0), options).days, truth) ? 0 : 1;
  }
  EXPECT_GT(missed, 5);
  EXPECT_LE(missed, 45);  // 30 expected at most; 45 is 2.9 deviations more
}

// --- Planted violations
// ---------------------------------------------------------------------------

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

// --- The promise
// ----------------------------------------------------------------------------------

TEST(Certify, CertifiesByTheScopeThatWasPromised) {
  auto problem = two_node_case(24);
  problem.generators.clear();
  auto plan = plan_for(problem, 280.0);
  plan.substation.up_reserve_kw = plan.substation.down_reserve_kw = Profile(24, 280.0);
  const auto law = normal_law(problem, 0.0, 100.0);  // hours 0.5 %, days 12 %
  const auto by_hour = judged(problem, plan, law, days(1000));
  EXPECT_TRUE(by_hour.certified);
  EXPECT_EQ(by_hour.worst_period.count,
            std::max_element(by_hour.by_period.begin(), by_hour.by_period.end(),
                             [](const auto& a, const auto& b) { return a.count < b.count; })
                ->count);
  EXPECT_GT(by_hour.promise_upper, by_hour.worst_period.share);
  EXPECT_LT(by_hour.promise_upper, by_hour.worst_period.upper);  // one side against two

  plan.risk.scope = RiskScope::horizon;
  const auto by_day = judged(problem, plan, law, days(1000));
  EXPECT_FALSE(by_day.certified);
  EXPECT_GT(by_day.promise_upper, 0.1);
  plan.risk.joint_violation_limit = 0.2;
  EXPECT_TRUE(judged(problem, plan, law, days(1000)).certified);
  // One clean day proves nothing.
  plan.risk.joint_violation_limit = 0.05;
  const auto clean = judged(problem, plan, normal_law(problem, 0.0, 0.0), days(1));
  EXPECT_EQ(clean.days.count, 0u);
  EXPECT_FALSE(clean.certified);
}

// --- Cars, repetition, replay
// ---------------------------------------------------------------------

class BusyDay : public ::testing::Test {
 protected:
  BusyDay() {
    testing::add_sun(problem_);
    testing::add_station(problem_, "A");
    testing::add_station(problem_, "B");
    plan_ = plan_for(problem_, 90.0, 25.0);
    law_ = normal_law(problem_, 5.0, 45.0);
    law_.persistence = 0.7;
    problem_.limits.voltage_min_pu = 0.9905;
    problem_.feeder.branches[0].rating_a = 40.0;
  }
  Case problem_ = two_node_case(24);
  Plan plan_;
  uncertainty::LayerLaw law_;
};

TEST_F(BusyDay, IsTheSameOnAnyNumberOfThreads) {
  const auto one = judged(problem_, plan_, law_, days(150, 1));
  EXPECT_EQ(one.limits.size(), 5u);  // all but the import: else there would be little to compare
  const auto document = documents::to_json(one);
  EXPECT_EQ(documents::to_json(judged(problem_, plan_, law_, days(150, 2))), document);
  EXPECT_EQ(documents::to_json(judged(problem_, plan_, law_, days(150, 5))), document);
  auto other_seed = days(150, 2);
  other_seed.seed = 1;
  EXPECT_NE(judged(problem_, plan_, law_, other_seed).cost_mean_eur, one.cost_mean_eur);
}

TEST_F(BusyDay, AScenarioReplayedAloneIsTheOneOfTheRecord) {
  const auto all = judge(problem_, plan_, law_, days(80, 2));
  const auto certificate = certify(all);
  ASSERT_FALSE(certificate.limits.empty());
  for (const auto& limit : certificate.limits) {
    const auto day = judge(problem_, plan_, law_, days(1)).run(limit.worst_scenario);
    const auto found = std::any_of(day.breaches.begin(), day.breaches.end(), [&](const Breach& b) {
      return b.kind == limit.kind && b.period == limit.worst_period &&
             b.excess == limit.worst_excess &&
             limit_place(problem_, b.kind, b.element) == limit.place;
    });
    EXPECT_TRUE(found) << limit.place;
  }
  double cost_eur = 0.0;
  std::size_t violated = 0;
  for (std::uint64_t scenario = 0; scenario < 80; ++scenario) {
    const auto day = all.run(scenario);
    cost_eur += day.cost_eur;
    violated += day.breaches.empty() ? 0U : 1U;
  }
  EXPECT_EQ(certificate.cost_mean_eur, cost_eur / 80.0);
  EXPECT_EQ(certificate.days.count, violated);
}

TEST_F(BusyDay, StationsDeviateAsTheirControllersDo) {
  const auto day = judge(problem_, plan_, law_, days(1)).run(3);
  double wanted_kwh = 0.0;
  for (std::size_t s = 0; s < 2; ++s) {
    const fleet::FleetSource source(problem_, StationId{s});
    const fleet::Controller controller(source.forecast(), problem_.horizon,
                                       plan_.stations[s].charge_kw, 180.0);
    auto random = fleet::day_stream(VerifyOptions{}.seed, fleet::DayUse::judging, StationId{s}, 3);
    const auto tracking = controller.follow(source.sample(random));
    wanted_kwh += tracking.energy_wanted_kwh;
    for (std::size_t t = 0; t < 24; ++t) {
      EXPECT_EQ(day.charge_kw(t, s), tracking.charge_kw[t]);
      const double deviation_kw = tracking.charge_kw[t] - plan_.stations[s].charge_kw[t];
      EXPECT_EQ(day.station_deviation_kw(t, s), deviation_kw);
      const auto breach =
          std::find_if(day.breaches.begin(), day.breaches.end(), [&](const Breach& b) {
            return b.kind == RowKind::station_reserve && b.element == s && b.period == t;
          });
      if (std::abs(deviation_kw) > 25.01) {
        ASSERT_NE(breach, day.breaches.end());
        EXPECT_DOUBLE_EQ(breach->excess, std::abs(deviation_kw) - 25.0);
      } else if (std::abs(deviation_kw) < 25.0) {
        EXPECT_EQ(breach, day.breaches.end());
      }
    }
  }
  EXPECT_DOUBLE_EQ(day.energy_wanted_kwh, wanted_kwh);
  EXPECT_GT(day.cars, 20u);
}

// The generator answers both layers together, and the import is what physics leaves.
TEST_F(BusyDay, ProvidersAnswerTheWholeDeviation) {
  const auto day = judge(problem_, plan_, law_, days(1)).run(11);
  for (std::size_t t = 0; t < 24; ++t) {
    const double deviation_kw = day.net_load_deviation_kw[t] + day.station_deviation_kw(t, 0) +
                                day.station_deviation_kw(t, 1);
    const double held_kw = plan_.generators[0].up_reserve_kw[t];
    const double moved_kw = day.generator_kw(t, 0) - plan_.generators[0].p_kw[t];
    EXPECT_NEAR(moved_kw, std::clamp(0.4 * deviation_kw, -held_kw, held_kw), 1e-9);
    const double drawn_kw = day.charge_kw(t, 0) + day.charge_kw(t, 1) - day.renewable_kw(t, 0);
    const double losses_kw =
        day.import_kw[t] - day.load_kw(t, 0) - drawn_kw + day.generator_kw(t, 0);
    const double amps = day.branch_current_a(t, 0);
    EXPECT_NEAR(losses_kw, 3.0 * amps * amps * 1.5 / 1000.0, 1e-3);
  }
}

TEST_F(BusyDay, StoppedGivesWhatIsFinishedAndCertifiesNothing) {
  problem_.limits.voltage_min_pu = 0.8;
  problem_.feeder.branches[0].rating_a = 1e4;
  plan_ = plan_for(problem_, 400.0, 50.0);
  plan_.risk.joint_violation_limit = 0.9;
  for (const unsigned threads : {1U, 3U}) {
    std::stop_source stop;
    auto options = days(120, threads);
    options.progress.stop = stop.get_token();
    options.progress.report = [&](std::string_view, double share) {
      if (share >= 0.25) {
        stop.request_stop();
      }
    };
    auto partial = judged(problem_, plan_, law_, options);
    EXPECT_TRUE(partial.partial);
    EXPECT_FALSE(partial.certified);
    EXPECT_GE(partial.scenarios, 30u);
    EXPECT_LT(partial.scenarios, 40u);
    EXPECT_EQ(partial.days.trials, partial.scenarios);
    const auto whole = judged(problem_, plan_, law_, days(partial.scenarios));
    EXPECT_TRUE(whole.certified);
    partial.partial = false;
    partial.certified = true;
    EXPECT_EQ(documents::to_json(partial), documents::to_json(whole));
  }
}

TEST_F(BusyDay, StoppedBeforeTheFirstDayIsAnEmptyCertificate) {
  std::stop_source stop;
  stop.request_stop();
  auto options = days(10);
  options.progress.stop = stop.get_token();
  const auto nothing = judged(problem_, plan_, law_, options);
  EXPECT_TRUE(nothing.partial);
  EXPECT_EQ(nothing.scenarios, 0u);
  EXPECT_EQ(nothing.days.upper, 1.0);
  EXPECT_EQ(nothing.promise_upper, 1.0);
  EXPECT_FALSE(documents::to_json(nothing).empty());
}

TEST_F(BusyDay, ReportsProgressToTheEnd) {
  auto options = days(50, 3);
  std::vector<double> shares;
  options.progress.report = [&](std::string_view, double share) { shares.push_back(share); };
  (void)judged(problem_, plan_, law_, options);
  EXPECT_EQ(shares.size(), 50u);
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_EQ(shares.back(), 1.0);
}

}  // namespace
}  // namespace gridpact::verify
