// Cases that are hard on the numbers, with every method: the same problem in other units, errors
// without variance or with a singular covariance, and cases in which whole parts are missing.
//
// With all powers and energies times f, money times g (the feeder per unit of its own base, so that
// voltages stay), every decision is f times, every cost g times what it was.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>
#include <string>

#include "dispatch/planning.hpp"
#include "support/small_case.hpp"
#include <gmock/gmock.h>

#include "gridpact/dispatch/dispatch.hpp"

namespace gridpact::dispatch {
namespace {

constexpr std::array all_methods{Method::det, Method::icc, Method::ba,
                                 Method::oba, Method::so,  Method::ro};

void scale(ReserveOffer& offer, double power, double price) {
  offer.up_max_kw *= power;
  offer.down_max_kw *= power;
  offer.up_price_eur_per_kw_h *= price;
  offer.down_price_eur_per_kw_h *= price;
}

/// The case with every power times `power` and every cost times `money`.
Case in_units(Case out, double power, double money) {
  const double price = money / power;
  out.feeder.base_kva *= power;
  for (auto& place : out.feeder.node_phases) {
    place.amps_per_pu *= power;
  }
  for (auto& branch : out.feeder.branches) {
    branch.rating_a *= power;
  }
  for (auto& load : out.feeder.loads) {
    load.p_kw *= power;
    load.q_kvar *= power;
  }
  for (auto& group : out.load_groups) {
    group.nominal_kw *= power;
  }
  out.substation.import_max_kw *= power;
  out.substation.export_max_kw *= power;
  for (auto* prices :
       {&out.substation.import_price_eur_per_kwh, &out.substation.export_price_eur_per_kwh}) {
    for (double& one : *prices) {
      one *= price;
    }
  }
  scale(out.substation.reserve, power, price);
  for (auto& generator : out.generators) {
    for (auto* kw : {&generator.p_min_kw, &generator.p_max_kw, &generator.q_min_kvar,
                     &generator.q_max_kvar, &generator.ramp_kw_per_h}) {
      *kw *= power;
    }
    generator.cost_a_eur_per_kw2_h *= price / power;
    generator.cost_b_eur_per_kwh *= price;
    generator.cost_c_eur_per_h *= money;
    scale(generator.reserve, power, price);
  }
  for (auto& plant : out.renewables) {
    plant.capacity_kw *= power;
    plant.q_min_kvar *= power;
    plant.q_max_kvar *= power;
    plant.curtailment_price_eur_per_kwh *= price;
  }
  for (auto& history : out.session_histories) {
    for (auto& session : history.sessions) {
      session.energy_kwh *= power;
    }
  }
  for (auto& station : out.stations) {
    station.charger_kw *= power;
    station.connection_max_kw *= power;
    station.deviation_price_eur_per_kw_h *= price;
  }
  return out;
}

/// A small case that has stations.
Case case_with_stations() {
  for (std::uint64_t seed = 1;; ++seed) {
    auto problem = test::small_case(seed);
    if (!problem.stations.empty()) {
      return problem;
    }
  }
}

/// One plan per method, on the same rows, each checked by itself.
std::map<Method, Plan> plans_of(const Case& problem) {
  std::map<Method, Plan> out;
  const auto prepared = Prepared::create(problem, options_for(problem, Method::det));
  if (!prepared) {
    ADD_FAILURE() << told(prepared.faults());
    return out;
  }
  for (const auto method : all_methods) {
    const auto options = options_for(problem, method);
    const auto plan = solve(*prepared, options);
    if (!plan) {
      ADD_FAILURE() << to_string(method) << ": " << told(plan.faults());
      continue;
    }
    EXPECT_TRUE(std::isfinite(plan->cost.total_eur())) << to_string(method);
    EXPECT_LE(plan->gap, options.relative_gap) << to_string(method);
    EXPECT_GE(plan->gap, -1e-6) << to_string(method);
    if (method == Method::ba || method == Method::oba) {
      EXPECT_LE(plan->promised_violation, problem.risk.joint_violation_limit * (1.0 + 1e-6));
    }
    out[method] = *plan;
  }
  return out;
}

/// det ≤ icc ≤ oba ≤ ba, oba ≤ ro and det ≤ so, up to the gaps.
void expect_order_of_costs(const std::map<Method, Plan>& plans) {
  ASSERT_EQ(plans.size(), all_methods.size());
  const auto expect = [&](Method less, Method more) {
    const double cost = plans.at(more).cost.total_eur();
    EXPECT_LE(plans.at(less).cost.total_eur(), cost + 1e-3 * std::abs(cost) + 1e-6)
        << to_string(less) << ' ' << to_string(more);
  };
  expect(Method::det, Method::icc);
  expect(Method::icc, Method::oba);
  expect(Method::oba, Method::ba);
  expect(Method::oba, Method::ro);
  expect(Method::det, Method::so);
}

/// Largest difference of two profiles, over the largest entry of the second.
double difference(const Profile& one, const Profile& other) {
  double most = 0.0;
  double size = 0.0;
  for (std::size_t t = 0; t < one.size(); ++t) {
    most = std::max(most, std::abs(one[t] - other[t]));
    size = std::max(size, std::abs(other[t]));
  }
  return size > 0.0 ? most / size : most;
}

Profile scaled(Profile profile, double factor) {
  for (double& value : profile) {
    value *= factor;
  }
  return profile;
}

struct Units {
  double power = 1.0;
  double money = 1.0;
};

void PrintTo(const Units& units, std::ostream* out) {
  *out << "power " << units.power << ", money " << units.money;
}

class InOtherUnits : public testing::TestWithParam<Units> {};
INSTANTIATE_TEST_SUITE_P(Powers, InOtherUnits,
                         testing::Values(Units{1e-6, 1e-6}, Units{1e-3, 1e-3}, Units{1e3, 1e3},
                                         Units{1e6, 1e6}));
INSTANTIATE_TEST_SUITE_P(Prices, InOtherUnits,
                         testing::Values(Units{1.0, 1e-6}, Units{1.0, 1e-3}, Units{1.0, 1e3},
                                         Units{1.0, 1e6}));
INSTANTIATE_TEST_SUITE_P(Both, InOtherUnits,
                         testing::Values(Units{1e-6, 1.0}, Units{1e-6, 1e6}, Units{1e6, 1.0},
                                         Units{1e6, 1e-6}));

TEST_P(InOtherUnits, ThePlanIsTheSame) {
  const auto [power, money] = GetParam();
  static const auto problem = case_with_stations();
  static const auto plans = plans_of(problem);
  const auto others = plans_of(in_units(problem, power, money));
  ASSERT_EQ(plans.size(), all_methods.size());
  ASSERT_EQ(others.size(), all_methods.size());
  for (const auto method : all_methods) {
    const auto& plan = plans.at(method);
    const auto& same = others.at(method);
    const double cost = plan.cost.total_eur();
    EXPECT_NEAR(same.cost.total_eur() / money, cost, 1e-3 * std::abs(cost)) << to_string(method);
    EXPECT_NEAR(same.lower_bound_eur / money, cost, 1.1e-3 * std::abs(cost)) << to_string(method);
    EXPECT_LE(difference(scaled(same.reserve.up_kw, 1.0 / power), plan.reserve.up_kw), 0.02)
        << to_string(method);
    EXPECT_NEAR(same.promised_violation, plan.promised_violation, 0.01) << to_string(method);
    EXPECT_NEAR(same.import_limit_kw / power, plan.import_limit_kw, 1e-6 * plan.import_limit_kw);
    for (std::size_t t = 0; t < plan.horizon.count; ++t) {
      for (std::size_t i = 0; i < plan.voltage_pu.cols(); ++i) {
        EXPECT_NEAR(same.voltage_pu(t, i), plan.voltage_pu(t, i), 2e-3) << to_string(method);
      }
    }
  }
}

// What can not be kept is told in the case's own kW: as much as was left out of the offers.
TEST_P(InOtherUnits, WhatHasToGiveIsTheSame) {
  const auto [power, money] = GetParam();
  auto problem = case_with_stations();
  for (auto& generator : problem.generators) {
    generator.reserve.up_max_kw = 1.0;
  }
  const auto short_kw = [](const Case& of) {
    const auto options = options_for(of, Method::ba);
    const auto prepared = Prepared::create(of, options);
    const auto plan = solve(*prepared, options);
    EXPECT_FALSE(plan);
    double kw = 0.0;
    const auto text = told(plan.faults());
    const std::string before = "the providers' reserve offers fall ";
    const auto at = text.find(before);
    EXPECT_NE(at, std::string::npos) << text;
    EXPECT_EQ(std::sscanf(text.c_str() + at + before.size(), "%lf kW short", &kw), 1) << text;
    return kw;
  };
  const double kw = short_kw(problem);
  EXPECT_NEAR(short_kw(in_units(problem, power, money)) / power, kw, 0.01 * kw);
}

/// Everything comes as forecast, and nobody charges.
Case without_errors(Case problem) {
  for (auto& series : problem.series) {
    series.actual = series.forecast;
  }
  problem.stations.clear();
  return problem;
}

// Without errors there is nothing to be held against them: every method is det.
TEST(BadNumbers, WithoutErrorsAllMethodsAreTheDeterministicOne) {
  for (const auto knowledge : {Knowledge::tested, Knowledge::gaussian, Knowledge::mixture}) {
    auto problem = without_errors(test::small_case(1));
    problem.risk.knowledge = knowledge;
    const auto plans = plans_of(problem);
    ASSERT_EQ(plans.size(), all_methods.size());
    const double cost = plans.at(Method::det).cost.total_eur();
    for (const auto& [method, plan] : plans) {
      EXPECT_NEAR(plan.cost.total_eur(), cost, 1e-3 * std::abs(cost)) << to_string(method);
      for (std::size_t t = 0; t < plan.horizon.count; ++t) {
        EXPECT_NEAR(plan.reserve.up_kw[t], 0.0, 1e-3) << to_string(method);
        EXPECT_NEAR(plan.reserve.down_kw[t], 0.0, 1e-3) << to_string(method);
      }
    }
  }
}

// One source written as two that go together has a singular covariance, and the same plan (so,
// which draws other days of more sources, nearly).
TEST(BadNumbers, ASourceWrittenTwiceIsTheSameSource) {
  for (const auto knowledge :
       {Knowledge::moments_support, Knowledge::gaussian, Knowledge::mixture}) {
    auto problem = case_with_stations();
    problem.risk.knowledge = knowledge;
    auto twice = problem;
    twice.series.push_back(twice.series[0]);
    twice.series.back().name = "again";
    twice.load_groups[0].nominal_kw = 0.0;
    twice.load_groups.push_back({"others", SeriesId{twice.series.size() - 1}, 0.0});
    for (std::size_t i = 0; i < twice.feeder.loads.size(); ++i) {
      auto& load = twice.feeder.loads[i];
      load.group = i % 2;
      twice.load_groups[load.group].nominal_kw += load.p_kw;
    }
    const auto plans = plans_of(problem);
    const auto same = plans_of(twice);
    expect_order_of_costs(same);
    for (const auto& [method, plan] : same) {
      const double cost = plans.at(method).cost.total_eur();
      const double share = method == Method::so ? 5e-2 : 1e-2;
      EXPECT_NEAR(plan.cost.total_eur(), cost, share * std::abs(cost))
          << to_string(method) << ' ' << to_string(knowledge);
    }
  }
}

TEST(BadNumbers, FeederWithoutLoad) {
  auto problem = case_with_stations();
  for (auto& load : problem.feeder.loads) {
    load.p_kw = load.q_kvar = 0.0;
  }
  problem.load_groups[0].nominal_kw = 0.0;
  expect_order_of_costs(plans_of(problem));
}

TEST(BadNumbers, NothingAtAll) {
  auto problem = without_errors(case_with_stations());
  for (auto& load : problem.feeder.loads) {
    load.p_kw = load.q_kvar = 0.0;
  }
  problem.load_groups[0].nominal_kw = 0.0;
  problem.renewables.clear();
  problem.generators.clear();
  problem.substation.reserve.participation = 1.0;
  const auto plans = plans_of(problem);
  ASSERT_EQ(plans.size(), all_methods.size());
  for (const auto& [method, plan] : plans) {
    EXPECT_NEAR(plan.cost.total_eur(), 0.0, 1e-6) << to_string(method);
  }
}

TEST(BadNumbers, OnePeriod) {
  auto problem = case_with_stations();
  problem.horizon.start += std::chrono::hours{8};
  problem.horizon.count = 1;
  problem.substation.import_price_eur_per_kwh.resize(1);
  problem.substation.export_price_eur_per_kwh.resize(1);
  expect_order_of_costs(plans_of(problem));
}

TEST(BadNumbers, NoStations) {
  auto problem = case_with_stations();
  problem.stations.clear();
  expect_order_of_costs(plans_of(problem));
}

TEST(BadNumbers, NoGenerators) {
  auto problem = case_with_stations();
  problem.generators.clear();
  problem.substation.reserve.participation = 1.0;
  expect_order_of_costs(plans_of(problem));
}

TEST(BadNumbers, NoPv) {
  auto problem = case_with_stations();
  problem.renewables.clear();
  expect_order_of_costs(plans_of(problem));
}

}  // namespace
}  // namespace gridpact::dispatch
