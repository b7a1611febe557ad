// Does a certificate keep its word? Worlds whose law of errors is known: each gives the planner a
// finite history, the planner fits, plans and has its plan certified, and then the plan's true
// probability of a violation is measured on a large sample of the law that no planner knows.
//
// GRIDPACT_TRUTH_CSV=<file> also writes a row per world and variant: tools/draw_truth.py draws them
// (docs/theory/certificate.md).

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "verify/judging.hpp"
#include "verify/small_case.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/parallel.hpp"
#include "gridpact/base/random.hpp"
#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/tuning/walk.hpp"
#include "gridpact/uncertainty/law.hpp"
#include "gridpact/uncertainty/net_load.hpp"
#include "gridpact/verify/interval.hpp"

namespace gridpact::tuning {
namespace {

using uncertainty::LayerLaw;

constexpr std::size_t worlds = 300;
constexpr std::size_t history_days = 80;
constexpr std::size_t held_back_days = 300;
constexpr std::size_t true_days = 4000;
constexpr std::size_t periods = 3;
constexpr double epsilon = 0.05;
constexpr double confidence = 0.99;
constexpr double load_kw = 1000.0, sun_kw = 400.0;

enum class Truth { normal, heavy, skewed, bimodal };
constexpr Truth truths[] = {Truth::normal, Truth::heavy, Truth::skewed, Truth::bimodal};

std::string name_of(Truth truth) {
  switch (truth) {
    case Truth::normal:
      return "normal";
    case Truth::heavy:
      return "heavy";
    case Truth::skewed:
      return "skewed";
    case Truth::bimodal:
      return "bimodal";
  }
  return {};
}

/// A standardised error of two sources: mean 0, variance 1. Components in which `sun` errs too.
std::vector<uncertainty::MixtureComponent> shape(Truth truth) {
  struct Part {
    double weight, mean, deviation;
  };
  std::vector<Part> parts;
  switch (truth) {
    case Truth::normal:
      parts = {{1.0, 0.0, 1.0}};
      break;
    case Truth::heavy:
      parts = {{0.95, 0.0, 0.6}, {0.05, 0.0, 3.6}};
      break;
    case Truth::skewed:  // an exponential's long tail to the side of more net load
      parts = {{0.6, 0.0, 0.4}, {0.3, 1.2, 0.8}, {0.1, 3.2, 1.6}};
      break;
    case Truth::bimodal:
      parts = {{0.93, 0.0, 0.5}, {0.07, 4.0, 0.5}};
      break;
  }
  double mean = 0.0, square = 0.0;
  for (const auto& part : parts) {
    mean += part.weight * part.mean;
    square += part.weight * (part.mean * part.mean + part.deviation * part.deviation);
  }
  const double scale = 1.0 / std::sqrt(square - mean * mean);
  std::vector<uncertainty::MixtureComponent> out;
  for (const auto& part : parts) {
    const double m = (part.mean - mean) * scale;
    Matrix covariance(2, 2);
    covariance(0, 0) = std::pow(part.deviation * scale, 2);
    covariance(1, 1) = 1.0;
    out.push_back({part.weight, {m, 0.0}, covariance});
  }
  return out;
}

/// The load errs by the shape of the truth, the sun by a small normal error; periods are
/// independent of each other, and no two worlds have the same deviations.
LayerLaw law_of(const Case& problem, Truth truth, std::uint64_t world) {
  RandomStream random(20240607, world);
  auto law = verify::testing::normal_law(problem, 0.0, 0.0);
  for (std::size_t t = 0; t < periods; ++t) {
    law.std_deviation(t, 0) = 20.0 + 20.0 * random.uniform();
    law.std_deviation(t, 1) = 5.0;
  }
  law.mixture = shape(truth);
  law.regime_persistence = 0.0;
  return law;
}

Case problem_with(Truth truth, std::uint64_t world) {
  auto problem = verify::testing::two_node_case(periods);
  verify::testing::add_sun(problem);
  problem.horizon.period = std::chrono::hours{24 / periods};
  problem.limits.voltage_min_pu = 0.9915;  // what the generator must work for
  auto& generator = problem.generators[0];
  generator.p_max_kw = 3000.0;
  generator.ramp_kw_per_h = 3000.0;
  generator.reserve.up_max_kw = generator.reserve.down_max_kw = 3000.0;
  problem.risk.joint_violation_limit = epsilon;
  problem.risk.scope = RiskScope::horizon;

  const uncertainty::DaySampler nature(law_of(problem, truth, world));
  RandomStream random(20240608, world);
  const std::size_t all = history_days + held_back_days;
  for (auto& series : problem.series) {
    series.start = problem.horizon.start - std::chrono::hours{24} * static_cast<long>(history_days);
    series.period = problem.horizon.period;
    const double level = series.forecast.front();
    series.forecast.assign(all * periods, level);
    series.actual = series.forecast;
  }
  for (std::size_t day = 0; day < all; ++day) {
    const auto error_kw = nature.sample(random);
    for (std::size_t t = 0; t < periods; ++t) {
      problem.series[0].actual[day * periods + t] += error_kw(t, 0) / load_kw;
      problem.series[1].actual[day * periods + t] -= error_kw(t, 1) / sun_kw;
    }
  }
  return problem;
}

double true_violation(const Case& problem, const Plan& plan, Truth truth, std::uint64_t world) {
  verify::VerifyOptions options;
  options.scenarios = true_days;
  options.seed = 20240609 + world;
  options.threads = 1;
  return verify::testing::judged(problem, plan, law_of(problem, truth, world), options).days.share;
}

/// What a planner is told of the errors.
struct Variant {
  std::string name;
  Knowledge knowledge;
  Ambiguity ambiguity = Ambiguity::none;
  bool walks = false;
};
const std::vector<Variant> variants{
    {"moments", Knowledge::moments},
    {"tested", Knowledge::tested},
    {"gaussian", Knowledge::gaussian},
    {"mixture", Knowledge::mixture, Ambiguity::none, true},
    {"kl", Knowledge::mixture, Ambiguity::kl},
};

struct Outcome {
  bool planned = false;
  double violation = 0.0;         ///< true, of the plan
  bool by_fit = false;            ///< certified on days of the fitted mixture
  bool by_fit_with_kl = false;    ///< ... for all laws within `kl_radius` of it
  bool by_held_back = false;      ///< certified on days that no fit has used
  bool walked = false;            ///< did the walk on the held-back days certify a plan?
  double walked_violation = 0.0;  ///< true, of the plan that it chose
};
constexpr double kl_radius = 0.01;
constexpr std::uint64_t fitted_days = 1000;

Outcome outcome(const Variant& variant, Truth truth, std::uint64_t world) {
  const auto problem = [&] {
    auto made = problem_with(truth, world);
    made.risk.knowledge = variant.knowledge;
    made.risk.ambiguity = variant.ambiguity;
    return made;
  }();
  WalkOptions options;
  options.plan.risk = problem.risk;
  options.plan.threads = options.verify.threads = 1;
  options.verify.seed = 20240610 + world;
  options.verify.confidence = confidence;
  options.scales = {0.25, 0.5, 1.0, 2.0, 4.0, 8.0};
  auto held_back = options.verify;
  held_back.law = verify::Law::held_back;
  held_back.scenarios = held_back_days;
  Outcome out;
  const auto prepared = dispatch::Prepared::create(problem, options.plan);
  if (!prepared) {
    ADD_FAILURE() << to_string(prepared.faults().front());
    return out;
  }
  const auto plan = dispatch::plan(*prepared, options.plan);
  if (plan) {
    const auto fitted = uncertainty::fit(*uncertainty::net_load_errors(problem));
    const auto certified = [&](double radius) {
      auto how = options.verify;
      how.scenarios = fitted_days;
      how.ambiguity.kl_radius = radius;
      return verify::testing::judged(problem, *plan, *fitted, how).certified;
    };
    out.planned = true;
    out.violation = true_violation(problem, *plan, truth, world);
    out.by_fit = certified(0.0);
    out.by_fit_with_kl = certified(kl_radius);
    const auto certificate = verify::verify(problem, *plan, held_back);
    EXPECT_TRUE(certificate) << to_string(certificate.faults().front());
    out.by_held_back = certificate && certificate->certified;
  }
  if (!variant.walks) {
    return out;
  }
  options.verify = held_back;
  const auto walked = walk(problem, *prepared, options);
  if (!walked) {
    ADD_FAILURE() << to_string(walked.faults().front());
  } else if (walked->chosen) {
    out.walked = true;
    out.walked_violation =
        true_violation(problem, *walked->steps[*walked->chosen].plan, truth, world);
  }
  return out;
}

/// Of a variant under a truth, over all worlds.
struct Sums {
  std::size_t planned = 0, broken = 0;  ///< plans whose true violation is above ε
  std::size_t by_fit = 0, by_fit_broken = 0;
  std::size_t by_kl = 0, by_kl_broken = 0;
  std::size_t by_held_back = 0, by_held_back_broken = 0;
  std::size_t walked = 0, walked_broken = 0;
};

Sums sum_of(const std::vector<Outcome>& outcomes) {
  Sums out;
  for (const auto& one : outcomes) {
    const bool broken = one.violation > epsilon;
    const auto count = [](bool is_certified, bool is_broken, auto& all, auto& wrong) {
      all += is_certified ? 1 : 0;
      wrong += is_certified && is_broken ? 1 : 0;
    };
    count(one.planned, broken, out.planned, out.broken);
    count(one.by_fit, broken, out.by_fit, out.by_fit_broken);
    count(one.by_fit_with_kl, broken, out.by_kl, out.by_kl_broken);
    count(one.by_held_back, broken, out.by_held_back, out.by_held_back_broken);
    count(one.walked, one.walked_violation > epsilon, out.walked, out.walked_broken);
  }
  return out;
}

/// Are `wrong` of `worlds` too many to be wrong with probability at most 1 − `confidence` each?
/// (At level 0.1 %.)
bool too_many(std::size_t wrong) {
  return verify::lower_bound(wrong, worlds, 0.999) > 1.0 - confidence;
}

using Key = std::pair<std::string, Truth>;

const std::map<Key, Sums>& all_sums() {
  static const auto sums = [] {
    std::map<Key, Sums> out;
    std::ofstream csv;
    if (const char* file = std::getenv("GRIDPACT_TRUTH_CSV")) {
      csv.open(file);
      csv << "variant,truth,world,planned,violation,by_fit,by_fit_with_kl,by_held_back,walked,"
             "walked_violation\n";
    }
    for (const auto& variant : variants) {
      for (const auto truth : truths) {
        std::vector<Outcome> outcomes(worlds);
        parallel_for(worlds, 0,
                     [&](std::size_t world) { outcomes[world] = outcome(variant, truth, world); });
        for (std::size_t world = 0; csv.is_open() && world < worlds; ++world) {
          const auto& one = outcomes[world];
          csv << variant.name << ',' << name_of(truth) << ',' << world << ',' << one.planned << ','
              << one.violation << ',' << one.by_fit << ',' << one.by_fit_with_kl << ','
              << one.by_held_back << ',' << one.walked << ',' << one.walked_violation << '\n';
        }
        out[{variant.name, truth}] = sum_of(outcomes);
      }
    }
    return out;
  }();
  return sums;
}

const Sums& sums_of(const std::string& variant, Truth truth) {
  return all_sums().at({variant, truth});
}

TEST(Truth, CertificatesOnHeldBackDaysKeepTheirWordWhateverThePlannerBelieved) {
  std::size_t certified = 0;
  for (const auto& [key, sums] : all_sums()) {
    SCOPED_TRACE(key.first + " planner, " + name_of(key.second) + " errors");
    EXPECT_FALSE(too_many(sums.by_held_back_broken)) << sums.by_held_back_broken;
    EXPECT_FALSE(too_many(sums.walked_broken)) << sums.walked_broken;
    certified += sums.by_held_back;
  }
  EXPECT_GT(certified, 5 * worlds);
}

TEST(Truth, FixedSequenceTestingFindsPlansThatOneTestDoesNotCertify) {
  for (const auto truth : truths) {
    SCOPED_TRACE(name_of(truth));
    const auto& sums = sums_of("mixture", truth);
    EXPECT_GT(sums.walked, 2 * sums.by_held_back);
    EXPECT_GT(sums.walked, worlds / 4);
  }
}

TEST(Truth, PlansByMomentsHoldUnderEveryLaw) {
  for (const auto* variant : {"moments", "tested"}) {
    for (const auto truth : truths) {
      SCOPED_TRACE(std::string(variant) + " planner, " + name_of(truth) + " errors");
      const auto& sums = sums_of(variant, truth);
      EXPECT_EQ(sums.planned, worlds);
      EXPECT_FALSE(too_many(sums.broken)) << sums.broken;
    }
  }
}

TEST(Truth, GaussianPlansFailWhereErrorsAreNotGaussian) {
  for (const auto truth : {Truth::heavy, Truth::skewed, Truth::bimodal}) {
    SCOPED_TRACE(name_of(truth));
    EXPECT_GT(sums_of("gaussian", truth).broken, worlds * 9 / 10);
  }
}

// A planner's mixture promises ε under the law that it has fitted, and a finite history leaves the
// true one as likely above as below. A radius that the held-out days measure takes most of it.
TEST(Truth, AKullbackLeiblerRadiusTakesWhatTheHistoryLeavesUnknown) {
  for (const auto truth : truths) {
    SCOPED_TRACE(name_of(truth));
    EXPECT_GT(sums_of("mixture", truth).broken, worlds / 4);
    EXPECT_LT(sums_of("kl", truth).broken, sums_of("mixture", truth).broken);
  }
}

// Days of the fitted law tell of the fitted law: where it is off, its certificates are.
TEST(Truth, CertificatesOnFittedDaysSpeakOfTheFittedLawAlone) {
  EXPECT_TRUE(too_many(sums_of("kl", Truth::skewed).by_fit_broken));
  for (const auto& [key, sums] : all_sums()) {
    EXPECT_LE(sums.by_kl_broken, sums.by_fit_broken);
  }
}

/// Largest q with q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)) ≤ ρ: what the worst law within ρ gives an
/// event of probability p.
double worst_of(double p, double radius) {
  double low = p, high = 1.0;
  for (int i = 0; i < 200; ++i) {
    const double q = 0.5 * (low + high);
    const double divergence = q * std::log(q / p) + (1.0 - q) * std::log((1.0 - q) / (1.0 - p));
    (divergence <= radius ? low : high) = q;
  }
  return low;
}

// The law that days are drawn from is known, and so is the worst one within the radius: plans whose
// probability lies about the border are certified wrongly no more often than confidence allows.
TEST(Truth, CertificatesWithAKullbackLeiblerRadiusHoldForTheWorstLawWithinIt) {
  constexpr double deviation_kw = 30.0;
  std::vector<int> certified(worlds), broken(worlds), plain_broken(worlds);
  parallel_for(worlds, 0, [&](std::size_t world) {
    const auto problem = verify::testing::two_node_case(periods);
    const double reserve_kw =
        deviation_kw * (2.4 + 0.8 * static_cast<double>(world) / static_cast<double>(worlds));
    auto plan = verify::testing::plan_for(problem, reserve_kw);
    plan.risk.joint_violation_limit = epsilon;
    plan.risk.scope = RiskScope::horizon;
    const double inside = std::erf(reserve_kw / deviation_kw / std::sqrt(2.0));
    const double p = 1.0 - std::pow(inside, static_cast<double>(periods));
    auto options = verify::testing::days(2000);
    options.seed = 20240611 + world;
    options.confidence = confidence;
    const auto law = verify::testing::normal_law(problem, 0.0, deviation_kw);
    const bool is_plain = verify::testing::judged(problem, plan, law, options).certified;
    options.ambiguity.kl_radius = kl_radius;
    const bool is_certified = verify::testing::judged(problem, plan, law, options).certified;
    const bool is_broken = worst_of(p, kl_radius) > epsilon;
    certified[world] = is_certified ? 1 : 0;
    broken[world] = is_certified && is_broken ? 1 : 0;
    plain_broken[world] = is_plain && is_broken ? 1 : 0;
  });
  const auto sum = [](const std::vector<int>& flags) {
    return static_cast<std::size_t>(std::accumulate(flags.begin(), flags.end(), 0));
  };
  EXPECT_GT(sum(certified), worlds / 10);
  EXPECT_LT(sum(certified), worlds * 9 / 10);
  EXPECT_FALSE(too_many(sum(broken))) << sum(broken);
  EXPECT_TRUE(too_many(sum(plain_broken))) << "without a radius the same plans pass";
}

}  // namespace
}  // namespace gridpact::tuning
