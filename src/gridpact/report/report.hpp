#pragma once

#include <string>
#include <vector>

#include "gridpact/model/case.hpp"
#include "gridpact/model/certificate.hpp"
#include "gridpact/model/plan.hpp"
#include "gridpact/report/comparison.hpp"

namespace gridpact::report {

/// What there is to show; everything is optional.
struct ReportInput {
  const Plan* chosen = nullptr;
  std::vector<Comparison> methods = {};
  std::vector<FrontierPoint> frontier = {};  ///< one method's plans, from one ε to the next
  const Certificate* certificate = nullptr;  ///< of the chosen plan
};

/// One HTML file that needs no network and no other file: the plan (if one is chosen), methods side
/// by side, the proof. Shows what it is given and computes nothing of its own. The same input gives
/// the same bytes: `Comparison::seconds` is not in it.
[[nodiscard]] std::string plan_report(const Case& problem, const ReportInput& input);

/// The same page without a chosen plan: for a comparison of methods alone.
[[nodiscard]] std::string comparison_html(const Case& problem,
                                          const std::vector<Comparison>& methods,
                                          const std::vector<FrontierPoint>& frontier = {});

/// The command that replays the worst day of the limit that broke most often; empty if none broke.
/// `plan_path` is the plan's document, as the reader will name it.
[[nodiscard]] std::string replay_command(const Plan& plan, const Certificate& certificate,
                                         const std::string& plan_path);

}  // namespace gridpact::report
