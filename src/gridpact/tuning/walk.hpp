#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/model/certificate.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::tuning {

/// Budgets that the planner is given in turn, as multiples of ε: from careful to bold. Given before
/// any day is replayed, which is what the error control needs.
inline const std::vector<double> usual_scales{0.5, 0.8, 1.0, 1.5, 2.0, 3.0,
                                              4.0, 5.0, 6.0, 8.0, 10.0};
/// No budget is larger than this probability: beyond it some tails are no longer convex.
inline constexpr double largest_budget = 0.5;

struct WalkOptions {
  dispatch::PlanOptions plan;    ///< its joint violation limit is ε
  verify::VerifyOptions verify;  ///< every candidate is judged on the same days
  std::vector<double> scales = usual_scales;
};

/// A candidate: the plan with ε · `scale` as its rows' joint budget.
struct Step {
  double scale = 1.0;
  double budget = 0.0;
  /// Absent: no plan keeps its limits with so small a budget, `why_not` says why. Its risk states
  /// ε, which is what it is certified for; `Plan::promised_violation` is what its rows add up to.
  std::optional<Plan> plan;
  std::optional<Certificate> certificate;
  Faults why_not;
};

struct Walk {
  std::vector<Step> steps;            ///< in the order in which they were tried
  std::optional<std::size_t> chosen;  ///< the cheapest certified one
  bool interrupted = false;
};

/// Plans with ever larger budgets and verifies each plan, until one is not certified; the cheapest
/// certified plan is the answer. A planner's budget bounds what its rows may lose together under
/// the worst distribution with the moments that it knows, and usually far from what they lose: how
/// much larger it may be, only replaying tells.
///
/// The probability that the chosen plan breaks its limits more often than ε under the law of the
/// days is at most 1 − confidence, as for a single plan: candidates are tested in an order that was
/// fixed before, each on its own at that level, and testing ends at the first that fails
/// (fixed-sequence testing). If any of the certified ones is bad, the first bad one in the order
/// passed its own test. Candidates that have no plan are not tested and do not end the walk.
///
/// Same options: same walk, on any number of threads. Faults: scales that are not positive and
/// ascending, and those of verifying.
[[nodiscard]] Result<Walk> walk(const Case& problem, const dispatch::Prepared& prepared,
                                const WalkOptions& options);

}  // namespace gridpact::tuning
