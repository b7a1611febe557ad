// Sold reserve before the judge.

#include "verify/judging.hpp"
#include "verify/small_case.hpp"

#include "gridpact/fleet/source.hpp"

namespace gridpact::verify {
namespace {

using namespace testing;

/// A station that offers upward reserve for an hour at a time.
Case selling_case() {
  auto problem = two_node_case(24);
  add_station(problem, "A");
  problem.stations[0].reserve_sold = ReserveSale{.up_max_kw = 100.0,
                                                 .down_max_kw = 0.0,
                                                 .up_price_eur_per_kw_h = 0.05,
                                                 .down_price_eur_per_kw_h = 0.0,
                                                 .longest_call = 1};
  return problem;
}

/// Charges partly early and partly late, and sells `share` of what it draws until the afternoon.
Plan selling_plan(const Case& problem, double share, double held_kw) {
  auto plan = plan_for(problem, 50.0, held_kw);
  auto& station = plan.stations[0];
  const auto fleet = fleet::FleetSource(problem, StationId{0}).forecast();
  std::vector<fleet::Schedule> ways;
  for (const double slope : {1.0, -1.0}) {
    Profile price(24);
    for (std::size_t t = 0; t < 24; ++t) {
      price[t] = slope * static_cast<double>(t);
    }
    ways.push_back(fleet::best_response(fleet, problem.horizon, price));
  }
  station.charge_kw = fleet::combine(ways, std::vector{0.5, 0.5}).total_kw;
  station.sold_up_kw.assign(24, 0.0);
  station.sold_down_kw.assign(24, 0.0);
  for (std::size_t t = 0; t < 12; ++t) {
    station.sold_up_kw[t] = share * station.charge_kw[t];
  }
  return plan;
}

TEST(Calls, AreCountedAndMissedByMoreThanTheReserveHeld) {
  const auto problem = selling_case();
  const auto law = normal_law(problem, 0.0, 0.0);
  const auto wide = judged(problem, selling_plan(problem, 0.05, 150.0), law, days(200));
  EXPECT_GT(wide.stations[0].calls_missed.trials, 10U);
  EXPECT_EQ(wide.stations[0].calls_missed.count, 0U);
  const auto narrow = judged(problem, selling_plan(problem, 0.05, 0.01), law, days(200));
  EXPECT_EQ(narrow.stations[0].calls_missed.trials, wide.stations[0].calls_missed.trials);
  EXPECT_GT(narrow.stations[0].calls_missed.count, 0U);
  EXPECT_FALSE(narrow.certified);
  EXPECT_GT(narrow.calls_missed_upper, 0.05);
}

TEST(Calls, SoldReserveIsRevenue) {
  auto problem = selling_case();
  const auto law = normal_law(problem, 0.0, 0.0);
  const auto plan = selling_plan(problem, 0.05, 150.0);
  const auto paid = judged(problem, plan, law, days(20));
  problem.stations[0].reserve_sold->up_price_eur_per_kw_h = 0.0;
  const auto unpaid = judged(problem, plan, law, days(20));
  double sold_kwh = 0.0;
  for (const double kw : plan.stations[0].sold_up_kw) {
    sold_kwh += kw;
  }
  EXPECT_NEAR(unpaid.cost_mean_eur - paid.cost_mean_eur, 0.05 * sold_kwh, 1e-9);
}

TEST(Calls, APlanThatSellsTheImpossibleIsRefused) {
  const auto problem = selling_case();
  auto plan = selling_plan(problem, 0.05, 150.0);
  for (std::size_t t = 0; t < 24; ++t) {  // all that it draws, though cars need it
    plan.stations[0].sold_up_kw[t] = std::min(100.0, plan.stations[0].charge_kw[t]);
  }
  const auto refused = verify(problem, plan, days(1));
  ASSERT_FALSE(refused);
  EXPECT_NE(to_string(refused.faults().front()).find("can not deliver"), std::string::npos);
  plan.stations[0].sold_up_kw.assign(24, 200.0);
  EXPECT_FALSE(verify(problem, plan, days(1)));
}

}  // namespace
}  // namespace gridpact::verify
