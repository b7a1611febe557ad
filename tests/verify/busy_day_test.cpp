// A day with everything on it: repetition, replay, interruption, and cars.

#include <algorithm>
#include <cmath>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gtest/gtest.h>

#include "gridpact/documents/certificate_document.hpp"

namespace gridpact::verify {
namespace {

using testing::days;
using testing::judge;
using testing::judged;
using testing::normal_law;
using testing::plan_for;
using testing::two_node_case;

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

TEST_F(BusyDay, TellsOfEveryStationAndDriverWhoLeftShort) {
  problem_.stations[0].connection_max_kw = 12.0;  // far too little for its cars
  for (double& charge_kw : plan_.stations[0].charge_kw) {
    charge_kw = std::min(charge_kw, 12.0);
  }
  const auto all = judge(problem_, plan_, law_, days(40, 2));
  const auto certificate = certify(all);
  ASSERT_EQ(certificate.stations.size(), 2U);
  std::uint64_t cars = 0, cars_short = 0, days_served = 0;
  for (std::uint64_t scenario = 0; scenario < 40; ++scenario) {
    const auto day = all.run(scenario);
    bool served = true;
    for (const double missing_kwh : day.visits[0].missing_kwh) {
      ++cars;
      cars_short += missing_kwh > 1e-3 ? 1U : 0U;
      served = served && missing_kwh <= 1e-3;
    }
    days_served += served ? 1U : 0U;
  }
  EXPECT_EQ(certificate.stations[0].cars, cars);
  EXPECT_EQ(certificate.stations[0].cars_short, cars_short);
  EXPECT_EQ(certificate.stations[0].days_all_served.count, days_served);
  EXPECT_GT(cars_short, 0U);
  EXPECT_EQ(certificate.stations[1].cars_short, 0U);
  EXPECT_EQ(certificate.drivers_short.size(), certificate.stations[0].drivers_short);
  for (const auto& record : certificate.drivers_short) {
    EXPECT_EQ(record.station, problem_.stations[0].name);
    EXPECT_LT(record.served.share, 1.0);
    EXPECT_GT(record.missing_kwh, 0.0);
  }
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
    EXPECT_EQ(std::exchange(partial.scenarios_asked, partial.scenarios), 120u);
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
