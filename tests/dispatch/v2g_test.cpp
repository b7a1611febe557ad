// V2G, wear and sold reserve in the plan of small random cases.

#include <cmath>
#include <limits>

#include "dispatch/planning.hpp"
#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/base/random.hpp"
#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/call.hpp"
#include "gridpact/fleet/source.hpp"

namespace gridpact::dispatch {
namespace {

/// A case with at least one station, whose cars have batteries.
Case v2g_case(std::uint64_t seed, double discharge_efficiency) {
  auto problem = test::small_case(seed);
  while (problem.stations.empty()) {
    problem = test::small_case(++seed + 100);
  }
  problem.risk.knowledge = Knowledge::gaussian;
  for (auto& station : problem.stations) {
    station.batteries = CarBatteries{.capacity_kwh = 40.0,
                                     .departure_soc = 0.8,
                                     .discharge_max_kw = 7.4,
                                     .discharge_efficiency = discharge_efficiency,
                                     .v2g_share = 0.7,
                                     .v2g_min_kwh = 8.0,
                                     .wear = std::nullopt};
  }
  return problem;
}

ReserveSale offer(std::size_t longest_call) {
  return {.up_max_kw = 40.0,
          .down_max_kw = 30.0,
          .up_price_eur_per_kw_h = 0.03,
          .down_price_eur_per_kw_h = 0.02,
          .longest_call = longest_call};
}

Plan solved(const Case& problem) {
  const auto base = Prepared::create(problem, options_for(problem));
  EXPECT_TRUE(base) << told(base.faults());
  auto plan = solve(*base, options_for(problem));
  EXPECT_TRUE(plan) << told(plan.faults());
  return *std::move(plan);
}

class V2gCases : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, V2gCases, testing::Range<std::uint64_t>(1, 7));

// What the plan sells is deliverable: each of many random activations begins a profile that the
// expected cars can take, with some rest of the day.
TEST_P(V2gCases, RandomActivationsOfWhatIsSoldAreDeliverable) {
  for (const std::size_t longest_call : {1U, 2U, 6U}) {
    auto problem = v2g_case(GetParam(), 1.0);
    for (auto& station : problem.stations) {
      station.reserve_sold = offer(longest_call);
    }
    const auto plan = solved(problem);
    const double period_h = problem.horizon.period_h();
    RandomStream random(GetParam(), longest_call);
    for (std::size_t s = 0; s < problem.stations.size(); ++s) {
      const fleet::Aggregate set(fleet::FleetSource(problem, StationId{s}).forecast(),
                                 problem.horizon);
      const auto& station = plan.stations[s];
      for (int draw = 0; draw < 40; ++draw) {
        const fleet::SoldReserve sold{station.sold_up_kw, station.sold_down_kw, longest_call};
        const auto call = fleet::draw_call(sold, random.index(sold.begins()), random);
        // The activated profile until the call's end, by every set of periods until then.
        for (unsigned mask = 1; mask < 1U << call.end; ++mask) {
          fleet::PeriodSet periods(problem.horizon.count, false);
          double energy_kwh = 0.0;
          for (std::size_t t = 0; t < call.end; ++t) {
            if ((mask >> t & 1U) != 0) {
              periods[t] = true;
              energy_kwh += period_h * (station.charge_kw[t] + call.move_in_kw(t));
            }
          }
          ASSERT_LE(energy_kwh, set.most_kwh(periods) + 0.02);
          ASSERT_GE(energy_kwh, set.least_kwh(periods) - 0.02);
        }
      }
    }
  }
}

TEST_P(V2gCases, WhatMayBeDoneBesidesNeverCostsMore) {
  auto problem = v2g_case(GetParam(), 1.0);
  auto one_way = problem;
  for (auto& station : one_way.stations) {
    station.batteries->v2g_share = 0.0;
  }
  auto selling = problem;
  for (auto& station : selling.stations) {
    station.reserve_sold = offer(1);
  }
  auto options = options_for(problem);
  options.method = Method::det;  // on the expected day alone, whatever stations stray
  const auto cost = [&](const Case& variant) {
    const auto base = Prepared::create(variant, options);
    EXPECT_TRUE(base) << told(base.faults());
    const auto plan = solve(*base, options);
    EXPECT_TRUE(plan) << told(plan.faults());
    return plan->cost.total_eur() - plan->cost.deviation_eur - plan->cost.station_reserve_eur;
  };
  const double both_ways = cost(problem);
  const double hair = 2e-3 * std::abs(both_ways) + 0.5;  // tangents differ
  EXPECT_LE(both_ways, cost(one_way) + hair);
  EXPECT_LE(cost(selling), both_ways + hair);
}

// By clusters: within one, a car may still charge while another discharges (station_set.hpp).
TEST_P(V2gCases, DearerBatteriesWearLess) {
  auto problem = v2g_case(GetParam(), 0.97);
  double before = std::numeric_limits<double>::infinity();
  for (const double replacement : {1e-3, 30.0, 1e6}) {
    for (auto& station : problem.stations) {
      station.charge_efficiency = 0.97;
      station.batteries->wear = WearLaw{.replacement_eur_per_kwh = replacement};
    }
    const auto plan = solved(problem);
    const double life = plan.cost.wear_eur / replacement;
    EXPECT_GE(life, 0.0);
    EXPECT_LE(life, before + 1e-9) << replacement;
    EXPECT_GE(plan.loss_gap_eur, 0.0);
    EXPECT_GE(plan.gap, -1e-6);
    before = life;
  }
  EXPECT_LT(before, 1e-6);
}

// At negative prices it would pay to charge and to discharge one car at once and to burn the
// difference: a program with a power each way asks for a binary here. A car's schedule is one net
// power: what its battery holds follows from it, and it gets full.
TEST_P(V2gCases, NoCarChargesAndDischargesAtOnce) {
  auto problem = v2g_case(GetParam(), 0.8);
  for (const std::size_t t : {2U, 3U}) {
    problem.substation.import_price_eur_per_kwh[t] = -0.5;
    problem.substation.export_price_eur_per_kwh[t] = -0.6;
  }
  for (auto& station : problem.stations) {
    station.charge_efficiency = 0.8;
  }
  auto options = options_for(problem);
  options.method = Method::det;
  const auto plan = dispatch::plan(problem, options);
  ASSERT_TRUE(plan) << told(plan.faults());
  const double period_h = problem.horizon.period_h();
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    const auto fleet = fleet::FleetSource(problem, StationId{s}).forecast();
    const auto& station = plan->stations[s];
    double cost_eur = 0.0;
    for (std::size_t t = 0; t < problem.horizon.count; ++t) {
      cost_eur += period_h * problem.substation.import_price_eur_per_kwh[t] * station.charge_kw[t];
    }
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      double content_kwh = fleet[i].battery->arrival_kwh;
      for (const double kw : station.car_charge_kw.row(i)) {
        content_kwh += period_h * (kw > 0.0 ? 0.8 * kw : kw / 0.8);
        EXPECT_LE(content_kwh, fleet[i].battery->capacity_kwh + 1e-3);
      }
    }
    // Cars that could burn would pay less than these: there was something to be tempted by.
    EXPECT_GT(cost_eur, fleet::cheapest_bound(fleet, problem.horizon,
                                              problem.substation.import_price_eur_per_kwh) +
                            0.05 * static_cast<double>(fleet.size()));
  }
}

}  // namespace
}  // namespace gridpact::dispatch
