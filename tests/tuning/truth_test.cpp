// The test that matters: 300 worlds with a known law. Each gives a finite history; gridpact fits,
// plans and certifies; then the law itself says how often the plan's limits really break. Slow:
// `./dev test --slow`. docs/theory/certificate.md shows its table and its figure.

#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "tuning/world.hpp"
#include <boost/math/distributions/binomial.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "gridpact/base/parallel.hpp"
#include "gridpact/tuning/walk.hpp"
#include "gridpact/uncertainty/held_out.hpp"
#include "gridpact/uncertainty/net_load.hpp"

namespace gridpact::tuning {
namespace {

using testing::all_truths;
using testing::Truth;

constexpr std::size_t worlds = 300;
constexpr std::size_t days = 120;

/// How a plan is made, and what its maker claims.
enum class Way {
  moments,
  tested,
  gaussian,
  gaussian_region,
  gaussian_kl,
  mixture,
  certified,
  certified_kl
};
constexpr std::array all_ways{Way::moments,     Way::tested,  Way::gaussian,  Way::gaussian_region,
                              Way::gaussian_kl, Way::mixture, Way::certified, Way::certified_kl};

std::string_view name_of(Way way) {
  switch (way) {
    case Way::moments:
      return "moments";
    case Way::tested:
      return "tested";
    case Way::gaussian:
      return "Gaussian";
    case Way::gaussian_region:
      return "Gaussian, ambiguity = sample";
    case Way::gaussian_kl:
      return "Gaussian, ambiguity = kl";
    case Way::mixture:
      return "mixture";
    case Way::certified:
      return "plan --certify";
    case Way::certified_kl:
      break;
  }
  return "plan --certify --kl data";
}

bool is_certified(Way way) { return way == Way::certified || way == Way::certified_kl; }

/// The joint limit: 1 %, where trusting a wrong law shows; for certificates 5 %, since a radius
/// that is measured from 120 days makes of 1 % what no replay can prove.
double epsilon_of(Way way) { return is_certified(way) ? 0.05 : 0.01; }

dispatch::PlanOptions options_for(Way way) {
  dispatch::PlanOptions options;
  options.threads = 1;
  auto& risk = options.risk;
  risk.joint_violation_limit = epsilon_of(way);
  risk.knowledge = Knowledge::moments;
  if (way == Way::tested) {
    risk.knowledge = Knowledge::tested;
  } else if (way == Way::mixture) {
    risk.knowledge = Knowledge::mixture;
  } else if (way == Way::gaussian || way == Way::gaussian_region || way == Way::gaussian_kl) {
    risk.knowledge = Knowledge::gaussian;
  }
  risk.ambiguity = way == Way::gaussian_region ? Ambiguity::sample
                   : way == Way::gaussian_kl   ? Ambiguity::kl
                                               : Ambiguity::none;
  return options;
}

/// The plan that the way leads to; none where nothing is certified.
std::optional<Plan> plan_by(Way way, Case problem) {
  const auto options = options_for(way);
  problem.risk = options.risk;
  if (!is_certified(way)) {
    auto plan = dispatch::plan(problem, options);
    return plan ? std::optional(*std::move(plan)) : std::nullopt;
  }
  const auto prepared = dispatch::Prepared::create(problem, options);
  WalkOptions walk_options;
  walk_options.plan = options;
  walk_options.verify.scenarios = 4000;
  walk_options.verify.early_stop = true;
  walk_options.verify.threads = 1;
  walk_options.verify.seed = problem.seed;
  if (way == Way::certified_kl) {
    const auto history = uncertainty::net_load_errors(problem);
    walk_options.verify.ambiguity.kl_radius =
        uncertainty::measure_ambiguity(*history)->kl_radius_upper;
  }
  const auto found = walk(problem, *prepared, walk_options);
  return found && found->chosen ? found->steps[*found->chosen].plan : std::nullopt;
}

struct Outcome {
  double epsilon = 0.0;
  std::vector<double> violation;  ///< the true one, of the worlds with a plan
  double mean_reserve_kw = 0.0;
  [[nodiscard]] std::size_t broken() const {
    return static_cast<std::size_t>(std::count_if(violation.begin(), violation.end(),
                                                  [this](double p) { return p > epsilon; }));
  }
  [[nodiscard]] double broken_share() const {
    return violation.empty()
               ? 0.0
               : static_cast<double>(broken()) / static_cast<double>(violation.size());
  }
};

Outcome outcome_of(Truth truth, Way way) {
  const testing::TrueViolation true_violation(truth);
  std::vector<std::optional<Plan>> plans(worlds);
  parallel_for(worlds, 0, [&](std::size_t w) {
    plans[w] = plan_by(way, testing::world(truth, 1000 + w, days));
  });
  Outcome out;
  out.epsilon = epsilon_of(way);
  for (const auto& plan : plans) {
    if (plan) {
      out.violation.push_back(true_violation(*plan));
      out.mean_reserve_kw += 0.5 * (plan->reserve.up_kw[0] + plan->reserve.down_kw[0]);
    }
  }
  if (!out.violation.empty()) {
    out.mean_reserve_kw /= static_cast<double>(out.violation.size());
  }
  return out;
}

/// More broken worlds than this has a probability below 0.1 % if each breaks with `probability`.
std::size_t most_allowed(std::size_t count, double probability) {
  const boost::math::binomial law(static_cast<double>(count), probability);
  return static_cast<std::size_t>(boost::math::quantile(boost::math::complement(law, 1e-3)));
}

using Table = std::map<std::pair<Truth, Way>, Outcome>;

/// For docs/theory/certificate.md: the table, and what the figure shows.
void tell(const Table& table) {
  std::cout << "| plan by | "
            << "worlds of law | with a plan | limit asked | break more often | "
               "median of the true probability | mean reserve |\n|---|---|---|---|---|---|---|\n";
  std::string json = "[";
  for (const auto way : all_ways) {
    for (const auto truth : all_truths) {
      auto outcome = table.at({truth, way});
      auto& p = outcome.violation;
      std::sort(p.begin(), p.end());
      const auto at = [&](double share) {
        return p.empty() ? 0.0
                         : p[static_cast<std::size_t>(share * static_cast<double>(p.size() - 1))];
      };
      std::cout << fmt::format("| {} | {} | {} | {:g} % | {:.1f} % | {:.2f} % | {:.0f} kW |\n",
                               name_of(way), to_string(truth), p.size(), 100.0 * outcome.epsilon,
                               100.0 * outcome.broken_share(), 100.0 * at(0.5),
                               outcome.mean_reserve_kw);
      json += fmt::format(
          R"({}{{"way":"{}","law":"{}","limit":{},"worlds":{},"broken":{},"quantiles":[{},{},{},{},{}]}})",
          json.size() > 1 ? "," : "", name_of(way), to_string(truth), outcome.epsilon, p.size(),
          outcome.broken(), at(0.05), at(0.25), at(0.5), at(0.75), at(0.95));
    }
  }
  if (const char* const path = std::getenv("GRIDPACT_TRUTH_JSON")) {
    std::ofstream(path) << json << "]\n";
  }
}

TEST(Truth, PlansBreakNoMoreOftenThanTheirMakersClaim) {
  Table table;
  for (const auto truth : all_truths) {
    for (const auto way : all_ways) {
      table[{truth, way}] = outcome_of(truth, way);
    }
  }
  tell(table);
  const auto broken = [&](Truth truth, Way way) { return table.at({truth, way}).broken(); };
  const auto count = [&](Truth truth, Way way) { return table.at({truth, way}).violation.size(); };
  for (const auto truth : all_truths) {
    SCOPED_TRACE(to_string(truth));
    EXPECT_EQ(count(truth, Way::moments), worlds);
    EXPECT_EQ(broken(truth, Way::moments), 0u) << "holds for every law with these moments";
    // A radius that holds with 95 %, and a certificate of 99 % within it.
    EXPECT_GT(count(truth, Way::certified_kl), worlds / 2);
    EXPECT_LE(broken(truth, Way::certified_kl),
              most_allowed(count(truth, Way::certified_kl), 0.06));
  }
  // The region of the moments has a confidence of 95 %; the law is what it says.
  EXPECT_LE(broken(Truth::normal, Way::gaussian_region), most_allowed(worlds, 0.05));
  // Trusting the point estimate is wrong every other time, even where the law is right, ...
  EXPECT_GT(broken(Truth::normal, Way::gaussian), worlds / 4);
  // ... and nearly always where it is not.
  for (const auto truth : {Truth::heavy, Truth::skewed, Truth::two_modes}) {
    EXPECT_GT(broken(truth, Way::gaussian), worlds / 2) << to_string(truth);
  }
}

}  // namespace
}  // namespace gridpact::tuning
