#pragma once

#include <string>

#include "gridpact/documents/json.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/plan.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::cli {

/// One replayed day, as it is told.
struct ReplayReport {
  const Case& problem;
  const Plan& plan;
  const verify::VerifyOptions& options;
  const verify::ScenarioReplay& day;
};

/// For the screen: what was drawn, what each kind of limit came to in every period, what broke and
/// by how much, what drivers left without, and the cost.
[[nodiscard]] std::string replay_text(const ReplayReport& report);

/// Everything, for machines: schema gridpact-replay/1.
[[nodiscard]] documents::Json replay_json(const ReplayReport& report);

}  // namespace gridpact::cli
