// Battery wear: the rainflow count, its convexity, and its linear form against a solver.

#include "gridpact/fleet/wear.hpp"

#include <algorithm>
#include <cmath>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/program/program.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

constexpr double capacity_kwh = 50.0;

WearLaw law() { return {.replacement_eur_per_kwh = 200.0}; }

RandomStream drawn_stream() {
  return {static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000'000)), 0};
}

std::vector<double> some_contents(RandomStream& random, std::size_t count) {
  std::vector<double> contents(count);
  for (double& content : contents) {
    content = capacity_kwh * (random.index(4) == 0 ? 0.25 * static_cast<double>(random.index(5))
                                                   : random.uniform());
  }
  return contents;
}

TEST(Rainflow, CountsTheExampleOfTheStandard) {
  // ASTM E1049-85, figure 6: ranges 3 (½), 4 (1½), 6 (½), 8 (1) and 9 (½).
  const std::vector<double> points{-2, 1, -3, 5, -1, 3, -4, 4, -2};
  std::vector<std::pair<double, double>> counted;
  for (const auto& cycle : rainflow(points)) {
    counted.emplace_back(cycle.depth_kwh, cycle.is_full ? 1.0 : 0.5);
  }
  std::ranges::sort(counted);
  const std::vector<std::pair<double, double>> standard{{3, 0.5}, {4, 0.5}, {4, 1.0}, {6, 0.5},
                                                        {8, 0.5}, {8, 0.5}, {9, 0.5}};
  EXPECT_EQ(counted, standard);
}

TEST(Wear, AFullCycleOfFullDepthTakesItsShareOfTheBattery) {
  const std::vector<double> contents{50.0, 25.0, 0.0, 30.0, 50.0};
  EXPECT_NEAR(wear_eur(contents, capacity_kwh, law()), 5.24e-4 * 200.0 * 50.0, 1e-12);
}

RC_GTEST_PROP(Wear, IsConvexInTheContents, ()) {
  auto random = drawn_stream();
  const std::size_t count = 2 + random.index(12);
  const auto a = some_contents(random, count), b = some_contents(random, count);
  const double share = random.uniform();
  std::vector<double> mixed(count);
  for (std::size_t t = 0; t < count; ++t) {
    mixed[t] = share * a[t] + (1.0 - share) * b[t];
  }
  const double mean =
      share * wear_eur(a, capacity_kwh, law()) + (1.0 - share) * wear_eur(b, capacity_kwh, law());
  RC_ASSERT(wear_eur(mixed, capacity_kwh, law()) <= mean + 1e-12);
}

RC_GTEST_PROP(Wear, DayThatEndsAsItBeganCostsTheSameCountedEitherWay, ()) {
  // Many segments: chords near the law. Over a closed course from the top, halves come in pairs.
  auto random = drawn_stream();
  auto contents = some_contents(random, 2 + random.index(10));
  contents.insert(contents.begin(), capacity_kwh);
  contents.push_back(capacity_kwh);
  const auto segments = wear_segments(capacity_kwh, law(), 4000);
  const double exact = wear_eur(contents, capacity_kwh, law());
  RC_ASSERT(std::abs(discharge_wear_eur(contents, segments) - exact) <= 1e-4 * exact + 1e-9);
}

RC_GTEST_PROP(Wear, ChordsNeverCostLessThanTheLaw, ()) {
  auto random = drawn_stream();
  const auto contents = some_contents(random, 1 + random.index(10));
  const auto coarse = wear_segments(capacity_kwh, law(), 1 + random.index(8));
  const auto fine = wear_segments(capacity_kwh, law(), 4000);
  RC_ASSERT(discharge_wear_eur(contents, coarse) >= discharge_wear_eur(contents, fine) - 1e-12);
}

RC_GTEST_PROP(WearRows, TheirLeastCostIsTheRainflowCount, ()) {
  auto random = drawn_stream();
  const std::size_t periods = 1 + random.index(10);
  const auto contents = some_contents(random, periods + 1);
  const auto segments = wear_segments(capacity_kwh, law(), 1 + random.index(6));
  const auto rows = wear_rows(segments, contents.front(), periods);
  program::Program model;
  std::vector<program::VariableId> ids;
  for (const auto& variable : rows.variables) {
    ids.push_back(model.add_variable({.lower = variable.lower_kwh,
                                      .upper = variable.upper_kwh,
                                      .cost = variable.cost_eur_per_kwh}));
  }
  for (std::size_t t = 0; t < periods; ++t) {
    const double change = contents[t + 1] - contents[t];
    auto& gain = model.variable(ids[WearRows::gain(t)]);
    auto& loss = model.variable(ids[WearRows::loss(t)]);
    gain.lower = gain.upper = std::max(change, 0.0);
    loss.lower = loss.upper = std::max(-change, 0.0);
  }
  for (const auto& row : rows.rows) {
    program::LinearExpression sum;
    for (const auto& term : row.terms) {
      sum.add(term.coefficient, ids[term.variable]);
    }
    model.add_constraint(row.equals_kwh, sum, row.equals_kwh);
  }
  const auto solution = program::Solver().solve(model, {.feasibility = 1e-9});
  RC_ASSERT(solution.status == program::Status::optimal);
  RC_ASSERT(std::abs(solution.objective - discharge_wear_eur(contents, segments)) < 1e-6);
}

TEST(Wear, OfACarsDayComesFromItsBatteryOnly) {
  Battery battery;
  battery.capacity_kwh = 50.0;
  battery.arrival_kwh = 25.0;
  battery.v2g_consent = true;
  battery.discharge_max_kw = 10.0;
  const Car car{0.0, 4.0, 0.0, 10.0, battery};
  const std::vector<double> swing{10.0, -10.0, 0.0, 0.0};
  // Half a cycle up and half a cycle down, 10 of 50 kWh deep.
  EXPECT_NEAR(wear_eur(car, swing, 1.0, law()), 200.0 * 50.0 * 5.24e-4 * std::pow(0.2, 2.03),
              1e-12);
  EXPECT_EQ(wear_eur(Car{0.0, 4.0, 0.0, 10.0}, swing, 1.0, law()), 0.0);
}

}  // namespace
}  // namespace gridpact::fleet
