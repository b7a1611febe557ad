// Fixed-sequence testing of plans: H_1, H_2, ... "plan i breaks more often than ε", each tested at
// level δ, in this order, until the first that is not rejected. If H_j is the first true one, a
// wrong certificate takes that H_j is rejected: probability at most δ, whatever the dependence of
// the tests, which share their days.
//
// B. L. Wiens, "A fixed sequence Bonferroni procedure for testing multiple endpoints",
// Pharmaceutical Statistics 2(3), 2003; A. N. Angelopoulos et al., "Learn then test", arXiv
// 2110.01052, 2021, which tunes predictors in this way.

#include "gridpact/tuning/walk.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::tuning {

namespace {

Faults check(const std::vector<double>& scales) {
  if (scales.empty() || !(scales.front() > 0.0) || !std::isfinite(scales.back()) ||
      !std::is_sorted(scales.begin(), scales.end(), std::less_equal<>{})) {
    return {{Severity::error,
             {},
             "the budgets' multiples of ε must be positive and ascend, from careful to bold: like "
             "1, 1.5, 2"}};
  }
  return {};
}

bool is_cheaper(const Step& step, const Walk& walk) {
  return !walk.chosen ||
         step.plan->cost.total_eur() < walk.steps[*walk.chosen].plan->cost.total_eur();
}

}  // namespace

Result<Walk> walk(const Case& problem, const dispatch::Prepared& prepared,
                  const WalkOptions& options) {
  if (auto faults = check(options.scales); !faults.empty()) {
    return faults;
  }
  const double epsilon = options.plan.risk.joint_violation_limit;
  auto verify_options = options.verify;
  verify_options.limit = epsilon;
  Walk out;
  const auto stopped = [&] { return options.plan.progress.stop.stop_requested(); };
  for (const double scale : options.scales) {
    Step step{scale, scale * epsilon, {}, {}, {}};
    if (step.budget > largest_budget) {
      break;
    }
    auto plan_options = options.plan;
    plan_options.risk.joint_violation_limit = step.budget;
    auto plan = dispatch::plan(prepared, plan_options);
    if (stopped()) {
      out.interrupted = true;
      break;
    }
    if (!plan) {
      step.why_not = plan.faults();
      out.steps.push_back(std::move(step));
      continue;
    }
    plan->risk.joint_violation_limit = epsilon;
    step.plan = *std::move(plan);
    auto certificate = verify::verify(problem, *step.plan, verify_options);
    if (!certificate) {
      return certificate.faults();
    }
    out.interrupted = certificate->partial;
    step.certificate = *std::move(certificate);
    const bool certified = step.certificate->certified;
    const bool better = certified && is_cheaper(step, out);
    out.steps.push_back(std::move(step));
    if (better) {
      out.chosen = out.steps.size() - 1;
    }
    if (!certified) {
      break;
    }
  }
  return out;
}

}  // namespace gridpact::tuning
