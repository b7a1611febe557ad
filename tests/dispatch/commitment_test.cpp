// Which generators run: against every on/off pattern, and in cases whose answer is plain.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "dispatch/planning.hpp"
#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/base/random.hpp"
#include "gridpact/dispatch/build_plan.hpp"

namespace gridpact::dispatch {
namespace {

using testing::HasSubstr;

constexpr std::size_t few_days = 60;  // simulated, at stations
constexpr double infinite = std::numeric_limits<double>::infinity();

/// A small case whose first `units` generators may stand still. The substation answers for them.
Case case_with_units(std::uint64_t seed, std::size_t units) {
  auto problem = test::small_case(seed);
  RandomStream random(seed, 77);
  for (std::size_t g = 0; g < units; ++g) {
    auto& generator = problem.generators[g];
    problem.substation.reserve.participation += generator.reserve.participation;
    generator.reserve = {};
    generator.p_min_kw = (0.3 + 0.3 * random.uniform()) * generator.p_max_kw;
    generator.ramp_kw_per_h = (0.3 + random.uniform()) * generator.p_min_kw / 4.0;
    generator.cost_c_eur_per_h = 2.0 * random.uniform();
    generator.commitment = Commitment{.start_cost_eur = 10.0 * random.uniform(),
                                      .min_up_periods = 1 + random.index(3),
                                      .min_down_periods = 1 + random.index(3),
                                      .on_before = random.uniform() < 0.5};
  }
  return problem;
}

/// So that all patterns are few.
void shorten(Case& problem, std::size_t periods) {
  problem.horizon.count = periods;
  problem.substation.import_price_eur_per_kwh.resize(periods);
  problem.substation.export_price_eur_per_kwh.resize(periods);
}

/// By the tangent of the operating point alone.
Prepared::State at_one_point(const Case& problem) {
  auto state = prepared(problem, few_days).state();
  state.visited.clear();
  return state;
}

/// Bit t of `pattern` is period t.
Profile profile_of(unsigned pattern, std::size_t periods) {
  Profile out(periods);
  for (std::size_t t = 0; t < periods; ++t) {
    out[t] = pattern >> t & 1U;
  }
  return out;
}

/// Starts of a pattern, if every stretch that begins and ends in the horizon is long enough.
std::optional<std::size_t> starts_if_allowed(const Profile& on, const Commitment& terms) {
  std::size_t starts = 0;
  for (std::size_t t = 0; t < on.size(); ++t) {
    const double before = t == 0 ? static_cast<double>(terms.on_before) : on[t - 1];
    if (on[t] == before) {
      continue;
    }
    starts += on[t] == 1.0 ? 1U : 0U;
    const std::size_t least = on[t] == 1.0 ? terms.min_up_periods : terms.min_down_periods;
    for (std::size_t k = t; k < std::min(on.size(), t + least); ++k) {
      if (on[k] != on[t]) {
        return std::nullopt;
      }
    }
  }
  return starts;
}

/// The cheapest of all patterns of all units. Starts and minimum times are counted here: the
/// program that each pattern is solved with knows of none.
double cheapest_pattern(const Prepared::State& given, const PlanOptions& options) {
  auto state = given;
  std::vector<std::size_t> units;
  for (std::size_t g = 0; g < state.problem.generators.size(); ++g) {
    if (auto& commitment = state.problem.generators[g].commitment) {
      units.push_back(g);
      commitment->start_cost_eur = 0.0;
      commitment->min_up_periods = commitment->min_down_periods = 1;
    }
  }
  state.running = Prepared::State::Running::held;
  state.decision.on.resize(state.problem.generators.size());
  const std::size_t periods = state.problem.horizon.count;
  double best = infinite;
  for (unsigned pattern = 0; pattern < 1U << (periods * units.size()); ++pattern) {
    double starts_eur = 0.0;
    bool allowed = true;
    for (std::size_t i = 0; i < units.size() && allowed; ++i) {
      const auto on = profile_of(pattern >> (i * periods), periods);
      const auto& terms = *given.problem.generators[units[i]].commitment;
      const auto starts = starts_if_allowed(on, terms);
      allowed = starts.has_value();
      starts_eur += allowed ? static_cast<double>(*starts) * terms.start_cost_eur : 0.0;
      state.decision.on[units[i]] = on;
    }
    if (allowed) {
      if (const auto solved = solve_day(state, options)) {
        best = std::min(best, solved->cost_eur + starts_eur);
      }
    }
  }
  return best;
}

void expect_the_cheapest_pattern(const Case& problem, const PlanOptions& options) {
  const auto state = at_one_point(problem);
  const double best = cheapest_pattern(state, options);
  const auto solved = solve_day(state, options);
  ASSERT_TRUE(solved) << told(solved.faults());
  const double gap = options.relative_gap * std::abs(best);
  EXPECT_LE(solved->lower_bound_eur, best + 1e-6 * std::abs(best));
  EXPECT_LE(solved->cost_eur, best + gap);
  EXPECT_GE(solved->cost_eur, best - gap);  // both plans are within their gap
  EXPECT_LE(solved->cost_eur - solved->lower_bound_eur, gap + 1e-9);
}

class UnitCases : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, UnitCases, testing::Range<std::uint64_t>(1, 5));

TEST_P(UnitCases, NoPatternIsCheaper) {
  const auto problem = case_with_units(GetParam(), 1);
  expect_the_cheapest_pattern(problem, options_for(problem, Method::det, few_days));
}

// With limits that may break, and switches between a risk level and the support.
TEST_P(UnitCases, NoPatternIsCheaperUnderRisk) {
  auto problem = case_with_units(GetParam(), 1);
  shorten(problem, 4);
  problem.risk.knowledge = GetParam() % 2 == 0 ? Knowledge::gaussian : Knowledge::moments_support;
  expect_the_cheapest_pattern(problem, options_for(problem, Method::oba, few_days));
}

TEST_P(UnitCases, NoPatternOfTwoIsCheaper) {
  auto problem = case_with_units(GetParam(), 2);
  shorten(problem, 3);
  expect_the_cheapest_pattern(problem, options_for(problem, Method::det, few_days));
}

// All the way: the plan agrees with exact AC, is within its gap, and is the same for any threads.
TEST_P(UnitCases, PlanIsProvenAtItsOwnOperatingPoint) {
  const auto problem = case_with_units(GetParam(), 2);
  auto options = options_for(problem, Method::oba, few_days);
  options.threads = 1;
  const auto one = plan(problem, options);
  ASSERT_TRUE(one) << told(one.faults());
  EXPECT_LE(one->linear_error_pu, 1e-4);
  EXPECT_LE(one->gap, 1e-3);
  EXPECT_GE(one->gap, -1e-6);
  for (const auto& unit : one->generators) {
    EXPECT_EQ(unit.on.size(), problem.horizon.count);
  }
  options.threads = 3;
  const auto three = plan(problem, options);
  ASSERT_TRUE(three);
  EXPECT_EQ(one->cost.total_eur(), three->cost.total_eur());
  EXPECT_EQ(one->generators[0].on, three->generators[0].on);
  EXPECT_EQ(one->generators[0].p_kw, three->generators[0].p_kw);
}

// Stations whose cars lose or wear enter as mixtures of schedules, of which some are always
// missing: the bound must hold all the same. Wear is counted to within what mixtures of it err.
TEST_P(UnitCases, BoundHoldsBesideStationsThatLose) {
  auto problem = case_with_units(GetParam(), 1);
  shorten(problem, 4);
  const bool wears = GetParam() % 2 == 0;
  for (auto& station : problem.stations) {
    station.charge_efficiency = 0.95;
    station.batteries = CarBatteries{.capacity_kwh = 40.0,
                                     .departure_soc = 0.8,
                                     .discharge_max_kw = 7.4,
                                     .discharge_efficiency = 0.95,
                                     .v2g_share = 0.7,
                                     .v2g_min_kwh = 8.0,
                                     .wear = std::nullopt};
    if (wears) {
      station.batteries->wear = WearLaw{.replacement_eur_per_kwh = 20.0};
    }
  }
  const auto options = options_for(problem, Method::det, few_days);
  const auto state = at_one_point(problem);
  const double best = cheapest_pattern(state, options);
  const auto solved = solve_day(state, options);
  ASSERT_TRUE(solved) << told(solved.faults());
  EXPECT_LE(solved->lower_bound_eur, best + (wears ? 1e-4 : 1e-6) * std::abs(best));
  EXPECT_LE(solved->cost_eur, best + options.relative_gap * std::abs(best));
}

/// One unit, no stations, no limit that binds but the import's.
Case plain_case() {
  auto problem = case_with_units(8, 1);
  problem.stations.clear();
  problem.limits = {0.5, 1.5};
  problem.generators.resize(1);
  problem.substation.reserve.participation = 1.0;
  for (auto& branch : problem.feeder.branches) {
    branch.rating_a = infinite;
  }
  auto& unit = problem.generators[0];
  unit.p_min_kw = 0.5 * unit.p_max_kw;
  unit.ramp_kw_per_h = unit.p_max_kw;
  unit.cost_a_eur_per_kw2_h = 0.0;
  unit.cost_b_eur_per_kwh = 0.10;
  unit.cost_c_eur_per_h = 1.0;
  unit.commitment = Commitment{.start_cost_eur = 5.0};
  problem.substation.import_max_kw = problem.substation.export_max_kw = 1e5;
  problem.substation.import_price_eur_per_kwh.assign(problem.horizon.count, 0.05);
  problem.substation.export_price_eur_per_kwh.assign(problem.horizon.count, 0.04);
  return problem;
}

Plan planned(const Case& problem) {
  const auto out = plan(problem, options_for(problem, Method::det, few_days));
  EXPECT_TRUE(out) << told(out.faults());
  return *out;
}

TEST(Commitment, DearUnitStandsStillAllDay) {
  const auto plan = planned(plain_case());
  EXPECT_EQ(plan.generators[0].on, Profile(6, 0.0));
  EXPECT_EQ(plan.generators[0].p_kw, Profile(6, 0.0));
  EXPECT_EQ(plan.generators[0].q_kvar, Profile(6, 0.0));
  EXPECT_EQ(plan.cost.generation_eur, 0.0);
  EXPECT_EQ(plan.cost.start_eur, 0.0);
}

// The same unit that always runs does so at its least power, and costs that.
TEST(Commitment, WithoutItTheLeastPowerRunsAllDay) {
  auto problem = plain_case();
  const auto& unit = problem.generators[0];
  problem.generators[0].commitment.reset();
  const auto plan = planned(problem);
  EXPECT_TRUE(plan.generators[0].on.empty());
  EXPECT_NEAR(plan.cost.generation_eur, 24.0 * (0.10 * unit.p_min_kw + 1.0), 1e-3);
}

TEST(Commitment, UnitStartsForTheEvening) {
  auto problem = plain_case();
  for (auto* price : {&problem.substation.import_price_eur_per_kwh,
                      &problem.substation.export_price_eur_per_kwh}) {
    (*price)[4] = 0.5;
  }
  const auto plan = planned(problem);
  EXPECT_EQ(plan.generators[0].on, (Profile{0, 0, 0, 0, 1, 0}));
  EXPECT_NEAR(plan.generators[0].p_kw[4], problem.generators[0].p_max_kw, 1e-3);
  EXPECT_EQ(plan.cost.start_eur, 5.0);
  EXPECT_NEAR(plan.cost.generation_eur, 4.0 * (0.10 * problem.generators[0].p_max_kw + 1.0), 1e-2);
}

TEST(Commitment, MinimumTimesKeepItRunning) {
  auto problem = plain_case();
  for (auto* price : {&problem.substation.import_price_eur_per_kwh,
                      &problem.substation.export_price_eur_per_kwh}) {
    (*price)[2] = 0.5;
  }
  problem.generators[0].commitment->min_up_periods = 3;
  const auto on = planned(problem).generators[0].on;
  EXPECT_EQ(on[2], 1.0);
  EXPECT_EQ(on[0] + on[1] + on[2] + on[3] + on[4] + on[5], 3.0);
}

// A start that costs more than the hours between is not made: the unit runs through.
TEST(Commitment, DearStartBridgesTheHoursBetween) {
  auto problem = plain_case();
  for (auto* price : {&problem.substation.import_price_eur_per_kwh,
                      &problem.substation.export_price_eur_per_kwh}) {
    (*price)[2] = (*price)[4] = 0.5;
  }
  EXPECT_EQ(planned(problem).generators[0].on, (Profile{0, 0, 1, 0, 1, 0}));
  problem.generators[0].commitment->start_cost_eur = 100.0;
  EXPECT_EQ(planned(problem).generators[0].on, (Profile{0, 0, 1, 1, 1, 0}));
}

// From off it reaches its least power at once, and goes on by its ramp.
TEST(Commitment, FirstStepReachesTheLeastPower) {
  auto problem = plain_case();
  auto& unit = problem.generators[0];
  unit.p_min_kw = 0.25 * unit.p_max_kw;
  unit.ramp_kw_per_h = 0.03 * unit.p_max_kw;
  problem.substation.import_price_eur_per_kwh.assign(6, 0.3);
  problem.substation.export_price_eur_per_kwh.assign(6, 0.3);
  const auto p_kw = planned(problem).generators[0].p_kw;
  EXPECT_NEAR(p_kw[0], unit.p_min_kw, 1e-3);
  EXPECT_NEAR(p_kw[1], unit.p_min_kw + 4.0 * unit.ramp_kw_per_h, 1e-3);
  EXPECT_NEAR(p_kw[5], unit.p_min_kw + 20.0 * unit.ramp_kw_per_h, 1e-3);
  unit.commitment->on_before = true;  // at what power is not known
  EXPECT_NEAR(planned(problem).generators[0].p_kw[0], unit.p_max_kw, 1e-3);
}

// It is off, must stay off for long, and without it the feeder draws too much.
TEST(Commitment, SaysWhatWouldHaveToGive) {
  auto problem = plain_case();
  auto& unit = problem.generators[0];
  const auto import_kw = planned(problem).substation.import_kw;
  problem.substation.import_max_kw = *std::ranges::max_element(import_kw) - 5.0;
  EXPECT_GE(planned(problem).cost.start_eur, 5.0);
  unit.p_min_kw = unit.p_max_kw = 1.0;
  const auto refused = plan(problem, options_for(problem, Method::det, few_days));
  ASSERT_FALSE(refused);
  EXPECT_THAT(told(refused.faults()), HasSubstr("no plan keeps all limits with method det"));
}

// Where power can be had only in lumps: a relaxed unit would keep the limits, a whole one can not.
TEST(Commitment, SaysSoWhereOnlyHalfAUnitWouldDo) {
  auto problem = plain_case();
  auto& unit = problem.generators[0];
  const auto import_kw = planned(problem).substation.import_kw;
  const double most_kw = *std::ranges::max_element(import_kw);
  problem.substation.import_max_kw = most_kw - 0.3 * unit.p_max_kw;
  problem.substation.export_max_kw = 0.0;
  unit.p_min_kw = unit.p_max_kw = 2.0 * most_kw;
  unit.ramp_kw_per_h = unit.p_max_kw;
  unit.q_min_kvar = unit.q_max_kvar = 0.0;
  const auto refused = plan(problem, options_for(problem, Method::det, few_days));
  ASSERT_FALSE(refused);
  EXPECT_THAT(told(refused.faults()), HasSubstr("would have to"));
}

// At u = 1 each tangent is one of the cost; at u = 0 it says 0; between, it is their mixture.
TEST(Commitment, TangentsInPerspective) {
  const auto problem = case_with_units(3, 1);
  const auto base = prepared(problem, few_days);
  DayProgram day(base.state());
  const auto& unit = base.state().problem.generators[0];
  RandomStream random(5, 0);
  for (int draw = 0; draw < 200; ++draw) {
    const double at_kw = unit.p_max_kw * random.uniform();
    const double p_kw = unit.p_max_kw * random.uniform();
    day.add_cost_tangent(0, 2, at_kw);
    const auto& row = day.program.constraints().back();
    std::vector<double> point(day.program.variables().size(), 0.0);
    const auto value = [&](double p, double on, double cost) {
      point[day.v.generator_kw[0][2].index()] = p;
      point[day.v.on[0][2].index()] = on;
      point[day.v.generator_cost_eur[0][2].index()] = cost;
      LinearExpression left;
      left.terms = row.terms;
      return program::evaluate(left, point) - row.lower;
    };
    const auto cost = [&](double p) {
      return (unit.cost_a_eur_per_kw2_h * p + unit.cost_b_eur_per_kwh) * p + unit.cost_c_eur_per_h;
    };
    EXPECT_NEAR(value(at_kw, 1.0, cost(at_kw)), 0.0, 1e-9);
    EXPECT_GE(value(p_kw, 1.0, cost(p_kw)), -1e-9);
    EXPECT_EQ(value(0.0, 0.0, 0.0), 0.0);
    const double on = random.uniform();
    EXPECT_NEAR(value(on * at_kw, on, on * cost(at_kw)), 0.0, 1e-9);
    EXPECT_GE(value(on * p_kw, on, on * cost(p_kw)), -1e-9);
  }
}

/// A plan that starts in period 2, runs for two periods and stops, and what is needed to check it.
class CommitmentRecheck : public testing::Test {
 protected:
  void SetUp() override {
    problem_ = plain_case();
    problem_.substation.import_price_eur_per_kwh[2] = 0.5;
    problem_.substation.import_price_eur_per_kwh[3] = 0.5;
    problem_.generators[0].commitment->min_up_periods = 2;
    problem_.generators[0].commitment->min_down_periods = 2;
    const auto options = options_for(problem_, Method::det, few_days);
    base_.emplace(prepared(problem_, few_days));
    auto solved = solve_day(base_->state(), options);
    ASSERT_TRUE(solved);
    rows_ = solved->rows->rows();
    auto plan = build_plan(base_->state(), *solved, options);
    ASSERT_TRUE(plan);
    plan_ = *std::move(plan);
    ASSERT_EQ(unit().on, (Profile{0, 0, 1, 1, 0, 0}));
  }
  PlannedGenerator& unit() { return plan_.generators[0]; }
  std::string told_of() { return told(recheck(base_->state(), rows_, plan_)); }

  Case problem_;
  std::optional<Prepared> base_;
  std::vector<JointRow> rows_;
  Plan plan_;
};

TEST_F(CommitmentRecheck, AcceptsTheSolversPlan) { EXPECT_EQ(told_of(), ""); }

TEST_F(CommitmentRecheck, StoppedTooSoon) {
  unit().on[3] = 0.0;
  EXPECT_THAT(told_of(), HasSubstr("12:00, G1 is stopped too soon"));
  EXPECT_THAT(told_of(), HasSubstr("12:00, G1 is outside the limits of whether it runs"));
}

TEST_F(CommitmentRecheck, StartedTooSoon) {
  unit().on = {0, 0, 1, 1, 0, 1};
  EXPECT_THAT(told_of(), HasSubstr("20:00, G1 is started too soon"));
}

TEST_F(CommitmentRecheck, NeitherOnNorOff) {
  unit().on[1] = 0.5;
  EXPECT_THAT(told_of(), HasSubstr("04:00, G1 neither runs nor stands still"));
}

TEST_F(CommitmentRecheck, BelowTheLeastPower) {
  unit().p_kw[2] = 0.5 * problem_.generators[0].p_min_kw;
  EXPECT_THAT(told_of(), HasSubstr("08:00, G1 is outside the limits of whether it runs"));
}

TEST_F(CommitmentRecheck, ReactivePowerWhileItStandsStill) {
  unit().q_kvar[0] = 3.0;
  EXPECT_THAT(told_of(), HasSubstr("00:00, G1 is outside the limits of whether it runs"));
}

TEST_F(CommitmentRecheck, RampWhileItRuns) {
  auto slow = base_->state();
  slow.problem.generators[0].ramp_kw_per_h = 1.0;
  unit().p_kw[2] = problem_.generators[0].p_min_kw;
  EXPECT_THAT(told(recheck(slow, rows_, plan_)), HasSubstr("12:00, G1 ramps too fast"));
}

}  // namespace
}  // namespace gridpact::dispatch
