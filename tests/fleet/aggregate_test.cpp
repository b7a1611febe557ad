// The aggregate against the same fleet as one linear program, and the theorems about it.

#include "gridpact/fleet/aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "fleet/explicit_lp.hpp"
#include "fleet/fleets.hpp"
#include "fleet/simulator.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/fleet/decomposition.hpp"
#include "gridpact/fleet/membership.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

constexpr double close_kwh = 1e-6;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> some_prices(RandomStream& random, std::size_t periods) {
  std::vector<double> price(periods);
  for (double& value : price) {
    value = random.index(4) == 0 ? 0.05 * static_cast<double>(random.index(5)) - 0.1
                                 : 0.4 * random.uniform() - 0.1;
  }
  return price;
}

double explicit_optimum(const Fleet& fleet, const TimeGrid& horizon,
                        std::span<const double> price) {
  auto model = explicit_fleet(fleet, horizon);
  for (std::size_t t = 0; t < price.size(); ++t) {
    model.program.add_objective(price[t] * model.total_kwh[t]);
  }
  program::Solver solver;
  const auto solution = solver.solve(model.program, {.feasibility = 1e-9});
  EXPECT_EQ(solution.status, program::Status::optimal) << solution.message;
  return solution.objective;
}

/// How far `profile_kwh` is from what every car explicit can do (largest missing energy, kWh).
double explicit_distance(const Fleet& fleet, const TimeGrid& horizon,
                         std::span<const double> profile_kwh) {
  auto model = explicit_fleet(fleet, horizon);
  const auto off = model.program.add_variable({.lower = 0.0, .cost = 1.0});
  for (std::size_t t = 0; t < profile_kwh.size(); ++t) {
    auto over = model.total_kwh[t];
    over.add(1.0, off);
    model.program.add_constraint(profile_kwh[t], over, program::infinity);
    auto under = model.total_kwh[t];
    under.add(-1.0, off);
    model.program.add_constraint(-program::infinity, under, profile_kwh[t]);
  }
  program::Solver solver;
  const auto solution = solver.solve(model.program, {.feasibility = 1e-9});
  EXPECT_EQ(solution.status, program::Status::optimal) << solution.message;
  return solution.objective;
}

struct Drawn {
  TimeGrid horizon;
  Fleet fleet;
  RandomStream random;
};

Drawn drawn_fleet(Kind kind) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000'000));
  RandomStream random(seed, 0);
  const auto horizon = random.index(2) == 0 ? hours(6 + random.index(7)) : quarters(24);
  auto fleet = random_fleet(random, horizon, 1 + random.index(10), kind);
  return {horizon, std::move(fleet), random};
}

Drawn lossless_fleet() {
  return drawn_fleet(*rc::gen::element(Kind::sessions, Kind::one_way, Kind::v2g, Kind::mixed));
}

/// A point within: a mixture of vertices.
std::vector<double> inner_point(const Aggregate& aggregate, RandomStream& random,
                                std::size_t vertices) {
  std::vector<double> weights(vertices);
  double sum = 0.0;
  for (double& weight : weights) {
    weight = 0.05 + random.uniform();
    sum += weight;
  }
  std::vector<double> point(aggregate.horizon().count, 0.0);
  for (const double weight : weights) {
    const auto vertex = aggregate.cheapest_kwh(some_prices(random, point.size()));
    for (std::size_t t = 0; t < point.size(); ++t) {
      point[t] += weight / sum * vertex[t];
    }
  }
  return point;
}

RC_GTEST_PROP(Aggregate, ItsCheapestProfileCostsTheOptimumOfTheExplicitProgram, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const auto price = some_prices(random, horizon.count);
  const Aggregate aggregate(fleet, horizon);
  const auto vertex = aggregate.cheapest_kwh(price);
  RC_ASSERT(std::abs(dot(price, vertex) - explicit_optimum(fleet, horizon, price)) < 1e-6);
}

RC_GTEST_PROP(Aggregate, GreedyVerticesHaveThePrefixValuesOfTheRecursion, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const auto price = some_prices(random, horizon.count);
  const Aggregate aggregate(fleet, horizon);
  const auto vertex = aggregate.cheapest_kwh(price);
  std::vector<std::size_t> order(horizon.count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t t) { return std::pair(price[t], t); });
  PeriodSet set(horizon.count, false);
  double energy = 0.0;
  for (const std::size_t t : order) {  // cheapest first, as long as it pays: b of each prefix
    if (price[t] >= 0.0) {
      break;
    }
    set[t] = true;
    energy += vertex[t];
    RC_ASSERT(std::abs(energy - aggregate.most_kwh(set)) < close_kwh);
  }
  set.assign(horizon.count, false);
  energy = 0.0;
  for (auto t = order.rbegin(); t != order.rend() && price[*t] >= 0.0; ++t) {  // dearest first: p
    set[*t] = true;
    energy += vertex[*t];
    RC_ASSERT(std::abs(energy - aggregate.least_kwh(set)) < close_kwh);
  }
}

RC_GTEST_PROP(Aggregate, EveryVertexDisaggregates, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const auto price = some_prices(random, horizon.count);
  const Aggregate aggregate(fleet, horizon);
  auto cars = aggregate.cheapest_by_car_kwh(price);
  const auto vertex = aggregate.cheapest_kwh(price);
  for (std::size_t t = 0; t < horizon.count; ++t) {
    double sum = 0.0;
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      sum += cars(i, t);
      cars(i, t) /= horizon.period_h();
    }
    RC_ASSERT(std::abs(sum - vertex[t]) < close_kwh);
  }
  RC_ASSERT(is_feasible(fleet, horizon, cars, close_kwh));
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    RC_ASSERT(trouble_of(fleet[i], cars.row(i), horizon.period_h()) == "");
  }
}

RC_GTEST_PROP(Aggregate, BOfASetIsAsMuchAsTheExplicitProgramCanPutThere, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  PeriodSet set(horizon.count);
  std::vector<double> price(horizon.count, 0.0);
  for (std::size_t t = 0; t < set.size(); ++t) {
    set[t] = random.index(2) == 0;
    price[t] = set[t] ? -1.0 : 0.0;
  }
  const Aggregate aggregate(fleet, horizon);
  RC_ASSERT(std::abs(aggregate.most_kwh(set) + explicit_optimum(fleet, horizon, price)) < 1e-6);
  for (double& value : price) {
    value = -value;
  }
  RC_ASSERT(std::abs(aggregate.least_kwh(set) - explicit_optimum(fleet, horizon, price)) < 1e-6);
}

RC_GTEST_PROP(Membership, WhatIsInsideDisaggregatesCarByCar, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const Aggregate aggregate(fleet, horizon);
  const auto point = inner_point(aggregate, random, 1 + random.index(2 * horizon.count));
  const auto answer = locate(aggregate, point);
  RC_ASSERT(answer.inside.has_value());
  RC_ASSERT(answer.inside->error_kwh <= 1e-6);
  const auto cars = disaggregate(aggregate, *answer.inside);
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    RC_ASSERT(trouble_of(fleet[i], cars.row(i), horizon.period_h()) == "");
  }
  for (std::size_t t = 0; t < horizon.count; ++t) {
    double sum = 0.0;
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      sum += cars(i, t) * horizon.period_h();
    }
    RC_ASSERT(std::abs(sum - point[t]) <= 2e-6);
  }
}

RC_GTEST_PROP(Membership, DecidesAsTheExplicitProgramAndProvesIt, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const Aggregate aggregate(fleet, horizon);
  auto point = inner_point(aggregate, random, 3);
  for (double& value : point) {
    value += 0.3 * random.normal() * static_cast<double>(random.index(2));
  }
  const double distance = explicit_distance(fleet, horizon, point);
  RC_PRE(distance < 1e-7 || distance > 1e-4);
  const auto answer = locate(aggregate, point);
  RC_ASSERT(answer.inside.has_value() == (distance < 1e-7));
  RC_ASSERT(answer.inside.has_value() != answer.outside.has_value());
  if (answer.outside) {
    const auto& proof = *answer.outside;
    RC_ASSERT(proof.excess_kwh() > 0.0);
    double profile = 0.0;
    for (std::size_t t = 0; t < point.size(); ++t) {
      profile += proof.periods[t] ? point[t] : 0.0;
    }
    RC_ASSERT(std::abs(profile - proof.profile_kwh) < 1e-9);
    std::vector<double> price(horizon.count, 0.0);
    for (std::size_t t = 0; t < price.size(); ++t) {
      price[t] = !proof.periods[t] ? 0.0 : proof.too_much ? -1.0 : 1.0;
    }
    const double bound = (proof.too_much ? -1.0 : 1.0) * explicit_optimum(fleet, horizon, price);
    RC_ASSERT(std::abs(bound - proof.bound_kwh) < 1e-6);
  }
}

RC_GTEST_PROP(Membership, WhatIsTooCheapAtAPriceIsProvenUndeliverable, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const Aggregate aggregate(fleet, horizon);
  auto point = inner_point(aggregate, random, 3);
  std::vector<double> price(horizon.count);
  for (std::size_t t = 0; t < price.size(); ++t) {
    price[t] = 0.5 * static_cast<double>(random.index(5)) - 1.0;  // ties, 0 and both signs
  }
  RC_ASSERT(undeliverable_at_price(aggregate, point, price, 1e-7).empty());
  const bool moved = random.index(2) == 0;
  for (double& value : point) {
    value += moved ? 0.3 * random.normal() * static_cast<double>(random.index(2)) : 0.0;
  }
  double cost = 0.0;
  for (std::size_t t = 0; t < price.size(); ++t) {
    cost += price[t] * point[t];
  }
  const auto proofs = undeliverable_at_price(aggregate, point, price, 1e-7);
  const double too_cheap = explicit_optimum(fleet, horizon, price) - cost;
  RC_ASSERT(too_cheap < 1e-5 || !proofs.empty());
  for (const auto& proof : proofs) {
    RC_ASSERT(proof.excess_kwh() > 1e-7);
    double profile = 0.0;
    for (std::size_t t = 0; t < point.size(); ++t) {
      profile += proof.periods[t] ? point[t] : 0.0;
    }
    RC_ASSERT(std::abs(profile - proof.profile_kwh) < 1e-9);
    const double bound =
        proof.too_much ? aggregate.most_kwh(proof.periods) : aggregate.least_kwh(proof.periods);
    RC_ASSERT(std::abs(bound - proof.bound_kwh) < 1e-9);
  }
}

RC_GTEST_PROP(Decomposition, MixesVerticesThatTheCarsCanTake, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  const Aggregate aggregate(fleet, horizon);
  auto point = inner_point(aggregate, random, 1 + random.index(2 * horizon.count));
  const auto mixture = decompose(aggregate, point);
  RC_ASSERT(mixture.has_value());
  RC_ASSERT(mixture->error_kwh <= 1e-6);
  RC_ASSERT(mixture->weights.size() <= horizon.count + 1);
  const auto cars = disaggregate(aggregate, *mixture);
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    RC_ASSERT(trouble_of(fleet[i], cars.row(i), horizon.period_h()) == "");
  }
  point[random.index(point.size())] += 1.0 + aggregate.most_kwh(PeriodSet(point.size(), true));
  RC_ASSERT(!decompose(aggregate, point).has_value());
}

RC_GTEST_PROP(Membership, SplitsEvenly, ()) {
  // No other split of the same profile has a smaller sum of power² / limit: not the vertices' one.
  auto [horizon, fleet, random] = lossless_fleet();
  const Aggregate aggregate(fleet, horizon);
  const auto point = inner_point(aggregate, random, 3);
  const auto unevenness = [&](const Matrix& car_kw) {
    double sum = 0.0;
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      for (const double power_kw : car_kw.row(i)) {
        sum += power_kw * power_kw / fleet[i].charge_max_kw;
      }
    }
    return sum;
  };
  const auto even = disaggregate(aggregate, locate(aggregate, point).inside.value());
  const auto mixed = disaggregate(aggregate, decompose(aggregate, point).value());
  RC_ASSERT(unevenness(even) <= unevenness(mixed) + 1e-6 * (1.0 + unevenness(mixed)));
}

RC_GTEST_PROP(Aggregate, AnotherCarNeverShrinksTheSet, ()) {
  // More freedom: what could be taken without the car can be taken with it, plus its own wish.
  auto [horizon, fleet, random] = lossless_fleet();
  const Aggregate without(fleet, horizon);
  auto more = fleet;
  more.push_back(random_fleet(random, horizon, 1, Kind::mixed).front());
  const Aggregate with(more, horizon);
  const auto price = some_prices(random, horizon.count);
  auto point = inner_point(without, random, 3);
  const auto own = best_response({more.back()}, horizon, price).total_kw;
  for (std::size_t t = 0; t < point.size(); ++t) {
    point[t] += own[t] * horizon.period_h();
  }
  RC_ASSERT(locate(with, point).inside.has_value());
  PeriodSet set(horizon.count);
  for (std::size_t t = 0; t < set.size(); ++t) {
    set[t] = random.index(2) == 0;
  }
  RC_ASSERT(with.most_kwh(set) - with.least_kwh(set) >=
            without.most_kwh(set) - without.least_kwh(set) - 1e-9);
}

RC_GTEST_PROP(Aggregate, RelabellingTheCarsChangesNothing, ()) {
  auto [horizon, fleet, random] = lossless_fleet();
  auto relabelled = fleet;
  for (std::size_t i = relabelled.size(); i > 1; --i) {
    std::swap(relabelled[i - 1], relabelled[random.index(i)]);
  }
  const auto price = some_prices(random, horizon.count);
  const auto a = Aggregate(fleet, horizon).cheapest_kwh(price);
  const auto b = Aggregate(relabelled, horizon).cheapest_kwh(price);
  for (std::size_t t = 0; t < a.size(); ++t) {
    RC_ASSERT(std::abs(a[t] - b[t]) < 1e-9);
  }
}

TEST(Aggregate, IsTheSameOnAnyNumberOfThreads) {
  RandomStream random(7, 0);
  const auto horizon = quarters(96);
  const auto fleet = random_fleet(random, horizon, 3000, Kind::mixed);
  const auto price = some_prices(random, 96);
  const Aggregate one(fleet, horizon, {}, 1);
  const Aggregate three(fleet, horizon, {}, 3);
  EXPECT_EQ(one.cheapest_kwh(price), three.cheapest_kwh(price));
  EXPECT_EQ(one.cheapest_by_car_kwh(price), three.cheapest_by_car_kwh(price));
  EXPECT_EQ(best_response(fleet, horizon, price, 1).total_kw,
            best_response(fleet, horizon, price, 3).total_kw);
}

TEST(Membership, NoCarsTakeNothing) {
  const Aggregate nobody({}, hours(3));
  EXPECT_TRUE(locate(nobody, std::vector{0.0, 0.0, 0.0}).inside.has_value());
  const auto refused = locate(nobody, std::vector{0.0, 1.0, 0.0});
  ASSERT_TRUE(refused.outside.has_value());
  EXPECT_EQ(refused.outside->periods, (PeriodSet{false, true, false}));
  EXPECT_NEAR(refused.outside->excess_kwh(), 1.0, 1e-12);
  EXPECT_FALSE(locate(nobody, std::vector{0.0, 0.0, -1.0}).outside->too_much);
}

TEST(Membership, IsTheSameOnAnyNumberOfThreads) {
  RandomStream random(8, 0);
  const auto horizon = quarters(96);
  const auto fleet = random_fleet(random, horizon, 3000, Kind::mixed);
  const Aggregate one(fleet, horizon, {}, 1);
  const Aggregate three(fleet, horizon, {}, 3);
  const auto point = inner_point(one, random, 4);
  const auto a = locate(one, point), b = locate(three, point);
  ASSERT_TRUE(a.inside && b.inside);
  EXPECT_EQ(a.inside->value, b.inside->value);
  EXPECT_EQ(disaggregate(one, *a.inside), disaggregate(three, *b.inside));
}

TEST(Aggregate, SumsOfTheCarsBoundsPromiseMoreThanTheCarsCanDo) {
  // One car that must leave after the first hour, one that comes after it: bounds of power and
  // energy of the sum let the first one's energy be taken in the second hour.
  const Fleet fleet{{0.0, 1.0, 4.0, 8.0}, {0.0, 3.0, 4.0, 8.0}};
  const auto horizon = hours(3);
  const std::vector<double> profile{0.0, 4.0, 4.0};
  const auto answer = locate(Aggregate(fleet, horizon), profile);
  ASSERT_TRUE(answer.outside.has_value());
  EXPECT_GT(answer.outside->excess_kwh(), 3.9);
}

RC_GTEST_PROP(Reserve, RandomActivationsOfWhatIsAcceptedAreDeliverable, ()) {
  auto [horizon, fleet, random] =
      drawn_fleet(*rc::gen::element(Kind::one_way, Kind::v2g, Kind::mixed));
  const Aggregate aggregate(fleet, horizon);
  const auto profile = inner_point(aggregate, random, 2 * horizon.count);
  HeldReserve reserve{std::vector<double>(horizon.count), std::vector<double>(horizon.count), 0};
  for (std::size_t t = 0; t < horizon.count; ++t) {
    reserve.up_kwh[t] = random.index(3) == 0 ? random.uniform() : 0.0;
    reserve.down_kwh[t] = random.index(3) == 0 ? random.uniform() : 0.0;
  }
  const auto activated = [&] {
    auto called = profile;
    for (std::size_t t = 0; t < called.size(); ++t) {
      const double share = std::clamp(3.0 * random.uniform() - 1.5, -1.0, 1.0);
      called[t] += share > 0.0 ? share * reserve.down_kwh[t] : share * reserve.up_kwh[t];
    }
    return called;
  };
  for (int halving = 0; halving < 12; ++halving) {
    const auto trouble = undeliverable_reserve(aggregate, profile, reserve);
    if (!trouble) {
      for (int k = 0; k < 5; ++k) {
        RC_ASSERT(explicit_distance(fleet, horizon, activated()) < 1e-5);
      }
      return;
    }
    // The refusal is right: the worst activation of its set is beyond the cars.
    auto worst = profile;
    for (std::size_t t = 0; t < worst.size(); ++t) {
      worst[t] += trouble->too_much ? (trouble->periods[t] ? reserve.down_kwh[t] : 0.0)
                                    : (trouble->periods[t] ? -reserve.up_kwh[t] : 0.0);
    }
    RC_ASSERT(explicit_distance(fleet, horizon, worst) > 0.0);
    for (auto* side : {&reserve.up_kwh, &reserve.down_kwh}) {
      for (double& value : *side) {
        value *= 0.5;
      }
    }
  }
}

RC_GTEST_PROP(Reserve, ACallOfTheStatedLengthCanBeMadeUpForAfterwards, ()) {
  auto [horizon, fleet, random] =
      drawn_fleet(*rc::gen::element(Kind::sessions, Kind::one_way, Kind::v2g));
  const Aggregate aggregate(fleet, horizon);
  const auto profile = inner_point(aggregate, random, 2 * horizon.count);
  HeldReserve reserve{std::vector<double>(horizon.count, 0.0),
                      std::vector<double>(horizon.count, 0.0), 1 + random.index(3)};
  for (std::size_t t = 0; t < horizon.count / 2; ++t) {
    reserve.up_kwh[t] = 0.5 * random.uniform();
    reserve.down_kwh[t] = 0.5 * random.uniform();
  }
  const bool accepted = !undeliverable_reserve(aggregate, profile, reserve).has_value();
  // Explicitly: each call's profile until the call's end, free afterwards.
  bool deliverable = true;
  double nearest = 1.0;
  for (std::size_t end = reserve.longest_call; end <= horizon.count; ++end) {
    for (const bool down : {true, false}) {
      auto model = explicit_fleet(fleet, horizon);
      const auto off = model.program.add_variable({.lower = 0.0, .cost = 1.0});
      for (std::size_t t = 0; t < end; ++t) {
        const bool called = t + reserve.longest_call >= end;
        const double asked = profile[t] + (!called ? 0.0
                                           : down  ? reserve.down_kwh[t]
                                                   : -reserve.up_kwh[t]);
        auto over = model.total_kwh[t];
        over.add(1.0, off);
        model.program.add_constraint(asked, over, program::infinity);
        auto under = model.total_kwh[t];
        under.add(-1.0, off);
        model.program.add_constraint(-program::infinity, under, asked);
      }
      const auto solution = program::Solver().solve(model.program, {.feasibility = 1e-9});
      RC_ASSERT(solution.status == program::Status::optimal);
      deliverable = deliverable && solution.objective < 1e-6;
      if (solution.objective > 1e-9) {
        nearest = std::min(nearest, solution.objective);
      }
    }
  }
  RC_PRE(nearest > 1e-4);
  RC_ASSERT(accepted == deliverable);
}

RC_GTEST_PROP(LossyCars, SchedulesMixAndTheBoundIsTheOptimumOfTheRelaxedProgram, ()) {
  auto [horizon, fleet, random] = drawn_fleet(Kind::lossy);
  std::vector<Schedule> answers;
  for (int k = 0; k < 3; ++k) {
    const auto price = some_prices(random, horizon.count);
    answers.push_back(best_response(fleet, horizon, price));
    double cost = 0.0;
    for (std::size_t t = 0; t < price.size(); ++t) {
      cost += price[t] * answers.back().total_kw[t] * horizon.period_h();
    }
    const double bound = cheapest_bound(fleet, horizon, price);
    RC_ASSERT(std::abs(bound - explicit_optimum(fleet, horizon, price)) < 1e-6);
    RC_ASSERT(cost >= bound - 1e-9);
  }
  const std::vector<double> weights{0.5, 0.3, 0.2};
  const auto mixed = combine(answers, weights);
  RC_ASSERT(is_feasible(fleet, horizon, mixed.car_kw, 1e-6));
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    RC_ASSERT(trouble_of(fleet[i], mixed.car_kw.row(i), horizon.period_h()) == "");
  }
}

RC_GTEST_PROP(LossyCars, TheInnerSetIsRealisable, ()) {
  auto [horizon, fleet, random] = drawn_fleet(Kind::lossy);
  const Aggregate aggregate(fleet, horizon);
  const auto point = inner_point(aggregate, random, 4);
  const auto answer = locate(aggregate, point);
  RC_ASSERT(answer.inside.has_value());
  const auto cars = disaggregate(aggregate, *answer.inside);
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    RC_ASSERT(trouble_of(fleet[i], cars.row(i), horizon.period_h()) == "");
  }
}

TEST(Wishes, BecomeTheLargestDeliverableEnergyAndAreListed) {
  Fleet fleet{{0.0, 2.0, 20.0, 7.0},
              {0.0, 2.0, 14.0, 7.0},
              {0.0, 9.0, 30.0, 7.0,
               Battery{.capacity_kwh = 40.0, .arrival_kwh = 22.0, .charge_efficiency = 0.9}}};
  const auto lowered = lower_infeasible_wishes(fleet);
  ASSERT_EQ(lowered.size(), 2U);
  EXPECT_EQ(lowered[0].car, 0U);
  EXPECT_DOUBLE_EQ(lowered[0].deliverable_kwh, 14.0);
  EXPECT_EQ(lowered[0].reason, LoweredWish::Reason::stay);
  EXPECT_EQ(lowered[1].car, 2U);
  EXPECT_DOUBLE_EQ(lowered[1].deliverable_kwh, 20.0);
  EXPECT_EQ(lowered[1].reason, LoweredWish::Reason::battery);
  EXPECT_DOUBLE_EQ(fleet[2].energy_kwh, 20.0);
}

}  // namespace
}  // namespace gridpact::fleet
