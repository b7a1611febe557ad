// Small days, written as explicit mathematical programs and solved by Clarabel and SCIP
// (explicit_day/make.py): the same optimum, and a lower bound that is one.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "validation/comparison.hpp"
#include "validation/day_input.hpp"
#include "validation/explicit_days.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "gridpact/dispatch/build_plan.hpp"

namespace gridpact::test {
namespace {

using Json = nlohmann::json;
const std::filesystem::path folder =
    std::filesystem::path(GRIDPACT_SOURCE_DIR) / "tests" / "validation" / "explicit_day";

Json read(const std::filesystem::path& file) { return Json::parse(std::ifstream(file)); }

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Largest difference of two numbers at the same place, over the larger of 1 and their size;
/// infinite where all else is not the same.
double difference(const Json& one, const Json& other) {
  if (one.is_number() && other.is_number()) {
    const double a = one, b = other;
    return std::abs(a - b) / std::max({1.0, std::abs(a), std::abs(b)});
  }
  if (one.is_structured() && one.type() == other.type() && one.size() == other.size()) {
    double largest = 0.0;
    for (const auto& [key, value] : one.items()) {
      const auto found =
          one.is_object() ? other.find(key) : other.begin() + static_cast<long>(std::stoul(key));
      largest = std::max(largest, found == other.end() ? infinity : difference(value, *found));
    }
    return largest;
  }
  return one == other ? 0.0 : infinity;
}

/// Instead of a day's own terms of starting and stopping.
struct Terms {
  std::optional<double> start_cost_eur;
  std::optional<std::size_t> min_up_periods, min_down_periods;
};

struct Task {
  std::string name;
  dispatch::PlanOptions options;
  std::optional<Terms> terms;
  std::vector<std::string> except;  ///< days of which it is not asked
};

struct Params {
  double cost = 0.0;  ///< tolerance, relative
  std::vector<Task> tasks;
};

Params params() {
  const toml::table file = toml::parse_file((folder / "params.toml").string());
  Params out;
  out.cost = file["tolerance"]["cost"].value<double>().value();
  for (const auto& node : *file["task"].as_array()) {
    const auto& table = *node.as_table();
    const auto word = [&](const char* key, const char* otherwise) {
      return table[key].value_or(std::string(otherwise));
    };
    Task task{word("name", ""), {}, {}, {}};
    if (const auto* days = table["except"].as_array()) {
      for (const auto& day : *days) {
        task.except.push_back(day.value<std::string>().value());
      }
    }
    if (const auto* terms = table["commitment"].as_table()) {
      task.terms = Terms{(*terms)["start_cost_eur"].value<double>(),
                         (*terms)["min_up_periods"].value<std::size_t>(),
                         (*terms)["min_down_periods"].value<std::size_t>()};
    }
    auto& options = task.options;
    options.method = parse_method(word("method", "")).value();
    options.risk.knowledge = parse_knowledge(word("knowledge", "moments+support")).value();
    options.risk.rows = parse_row_form(word("rows", "merged")).value();
    options.risk.scope = parse_risk_scope(word("scope", "period")).value();
    options.risk.joint_violation_limit = table["joint_violation_limit"].value_or(0.05);
    options.risk.ev_share = table["ev_share"].value<double>();
    options.relative_gap = out.cost / 2.0;
    options.threads = 1;
    out.tasks.push_back(std::move(task));
  }
  return out;
}

class ExplicitDay : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, ExplicitDay, ::testing::ValuesIn(explicit_day_names()),
                         [](const auto& test) { return test.param; });

TEST_P(ExplicitDay, IsTheStoredInput) {
  const Json made = input_of(explicit_day(GetParam()));
  const auto file = std::filesystem::path(::testing::TempDir()) / (GetParam() + ".json");
  std::ofstream(file) << made.dump(1) << '\n';
  const auto stored = folder / (GetParam() + ".json");
  ASSERT_TRUE(std::filesystem::exists(stored)) << "what was made: " << file;
  EXPECT_LE(difference(read(stored), made), 1e-9)
      << "if the day was meant to change, copy " << file << " to " << stored
      << " and make the expected results again: ./dev validate --write explicit_day";
}

/// A program that is strongly convex in the generators' powers has one optimum in them, and a point
/// of cost f* + δ is at most √(δ / (a Δt)) away.
void expect_generator_kw(const dispatch::Prepared::State& state, const Plan& plan,
                         const Json& expected_kw, double above_optimum_eur) {
  const auto& problem = state.problem;
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    const double a = problem.generators[g].cost_a_eur_per_kw2_h * problem.horizon.period_h();
    for (std::size_t t = 0; t < problem.horizon.count; ++t) {
      EXPECT_NEAR(plan.generators[g].p_kw[t], expected_kw[g][t].get<double>(),
                  std::sqrt(above_optimum_eur / a))
          << problem.generators[g].name << ", period " << t;
    }
  }
}

bool may_stand_still(const Case& problem) {
  return std::ranges::any_of(problem.generators,
                             [](const auto& g) { return g.commitment.has_value(); });
}

/// The day with the task's terms of starting and stopping; the tangents do not depend on them.
dispatch::Prepared::State with_terms(dispatch::Prepared::State state, const Task& task) {
  for (auto& generator : state.problem.generators) {
    if (auto& own = generator.commitment; own && task.terms) {
      own->start_cost_eur = task.terms->start_cost_eur.value_or(own->start_cost_eur);
      own->min_up_periods = task.terms->min_up_periods.value_or(own->min_up_periods);
      own->min_down_periods = task.terms->min_down_periods.value_or(own->min_down_periods);
    }
  }
  return state;
}

/// The same generators run, and their starts cost the same.
void expect_commitment(const Plan& plan, const Json& optimum) {
  for (std::size_t g = 0; g < plan.generators.size(); ++g) {
    EXPECT_EQ(plan.generators[g].on, optimum["on"][g].get<Profile>()) << plan.generators[g].name;
  }
  EXPECT_NEAR(plan.cost.start_eur, optimum["start_eur"].get<double>(), 1e-5);
}

/// Largest relative differences from the other solver's optimum.
struct OptimumDifferences {
  Difference cost, bound;
};

void compare(const dispatch::Prepared::State& state, const Task& task, const Json& optimum,
             double tolerance, OptimumDifferences& differences) {
  const auto solved = dispatch::solve_day(state, task.options);
  if (optimum["cost_eur"].is_null()) {
    EXPECT_FALSE(solved) << "the other solver says that nothing keeps all limits";
    return;
  }
  ASSERT_TRUE(solved) << to_string(solved.faults().front());
  const double cost_eur = optimum["cost_eur"];
  const double size_eur = std::abs(cost_eur);
  differences.cost.add(std::abs(solved->cost_eur - cost_eur) / size_eur, task.name);
  differences.bound.add(std::abs(solved->lower_bound_eur - cost_eur) / size_eur, task.name);
  // What either solver proves, the other's point must bear out, but for their rounding.
  const double rounding_eur = 1e-6 * size_eur;
  EXPECT_LE(solved->lower_bound_eur, cost_eur + rounding_eur);
  EXPECT_GE(solved->cost_eur, optimum.value("bound_eur", cost_eur) - rounding_eur);
  const auto plan = dispatch::build_plan(state, *solved, task.options);
  ASSERT_TRUE(plan) << to_string(plan.faults().front());
  for (const auto& fault : dispatch::recheck(state, solved->rows->rows(), *plan)) {
    ADD_FAILURE() << to_string(fault);
  }
  if (optimum.contains("on")) {
    expect_commitment(*plan, optimum);
  }
  if (optimum.contains("generator_kw")) {
    expect_generator_kw(state, *plan, optimum["generator_kw"], tolerance * size_eur);
  }
}

TEST_P(ExplicitDay, HasTheOptimumOfAnotherSolver) {
  const auto state = explicit_day(GetParam());
  const Json expected = read(folder / (GetParam() + ".expected.json"));
  Params given = params();
  const bool has_terms = may_stand_still(state.problem);
  std::erase_if(given.tasks, [&](const Task& task) {
    return (task.terms && !has_terms) || std::ranges::count(task.except, GetParam()) > 0;
  });
  ASSERT_EQ(expected["optima"].size(), given.tasks.size());
  OptimumDifferences differences;
  for (const auto& task : given.tasks) {
    SCOPED_TRACE(task.name);
    compare(with_terms(state, task), task, expected["optima"][task.name], given.cost, differences);
  }
  expect_within("cost", differences.cost, given.cost);
  expect_within("bound", differences.bound, given.cost);
}

/// Terms of starting and stopping that did not matter would be no test of them.
TEST(ExplicitDays, StartCostsAndLeastTimesMatter) {
  const double tolerance = params().cost;
  std::size_t days_of_starts = 0;
  std::size_t days_of_least_times = 0;
  for (const auto& name : explicit_day_names()) {
    if (!may_stand_still(explicit_day(name).problem)) {
      continue;
    }
    const Json optima = read(folder / (name + ".expected.json"))["optima"];
    const Json& day = optima["oba_moments_support"];
    const Json& free_starts = optima["oba_moments_support_free_starts"];
    const Json& no_least_times = optima["oba_moments_support_no_least_times"];
    const double clearly_less_eur = day["cost_eur"].get<double>() * (1.0 - 10.0 * tolerance);
    days_of_starts += free_starts["cost_eur"] < clearly_less_eur ? 1U : 0U;
    days_of_least_times += no_least_times["cost_eur"] < clearly_less_eur ? 1U : 0U;
  }
  EXPECT_GE(days_of_starts, 3U);
  EXPECT_GE(days_of_least_times, 2U);
}

}  // namespace
}  // namespace gridpact::test
