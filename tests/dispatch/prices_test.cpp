// Locational prices against what they say: the program's optimum is convex in a demand, so its
// slope there lies between the cost's differences to both sides.

#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/dispatch/build_plan.hpp"
#include "gridpact/dispatch/solve_day.hpp"
#include "gridpact/network/linear_model.hpp"

namespace gridpact::dispatch {
namespace {

using test::small_case;

/// The state whose expected day has `kw` more demand at a node-phase in a period.
Prepared::State with_demand(Prepared::State state, std::size_t t, std::size_t node_phase,
                            double kw) {
  const auto& feeder = state.problem.feeder;
  const network::InjectionColumn column{
      {{NodePhaseId{node_phase}, Complex(-1.0 / feeder.base_kva, 0.0)}}, {}};
  const auto slope = network::linearise(
      *state.flow, state.grid.flow[t],
      network::combine(feeder, state.columns->columns(), state.grid.x[t]), {&column, 1});
  auto& model = state.grid.linear[t];
  for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
    model.voltage_pu[i] += kw * slope.voltage_per_unit(i, 0);
  }
  for (std::size_t c = 0; c < model.current_a.size(); ++c) {
    model.current_a[c] += kw * slope.current_per_unit(c, 0);
  }
  model.import_kw += kw * slope.import_kw_per_unit[0];
  return state;
}

class Prices : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Prices, testing::Range<std::uint64_t>(1, 9));

TEST_P(Prices, AreTheSlopeOfTheOptimumInDemand) {
  auto problem = small_case(GetParam());
  problem.risk.knowledge = Knowledge::gaussian;
  problem.limits = {0.97, 1.05};  // so that voltages bind somewhere
  PlanOptions options;
  options.method = Method::oba;
  options.risk = problem.risk;
  options.station_days = 100;
  const auto base = Prepared::create(problem, options);
  ASSERT_TRUE(base);
  const auto& state = base->state();
  const auto solved = solve_day(state, options);
  if (!solved) {
    GTEST_SKIP() << "no plan keeps the narrow band: " << to_string(solved.faults().front());
  }
  const auto plan = build_plan(state, *solved, options);
  ASSERT_TRUE(plan);
  const double dt = problem.horizon.period_h();
  constexpr double kw = 4.0;
  for (std::size_t t = 0; t < problem.horizon.count; t += 2) {
    for (std::size_t i = 1; i < problem.feeder.node_phases.size(); i += 2) {
      const auto more = solve_day(with_demand(state, t, i, kw), options);
      const auto less = solve_day(with_demand(state, t, i, -kw), options);
      ASSERT_TRUE(less);
      const double price = dt * plan->price_eur_per_kwh(t, i);
      const double hair = 2e-6 * std::abs(solved->cost_eur) + 1e-4;
      EXPECT_GE(kw * price, solved->cost_eur - less->cost_eur - hair) << t << ' ' << i;
      if (more) {
        EXPECT_LE(kw * price, more->cost_eur - solved->cost_eur + hair) << t << ' ' << i;
      }
    }
  }
}

}  // namespace
}  // namespace gridpact::dispatch
