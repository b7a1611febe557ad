#pragma once

#include <string>

#include "gridpact/model/certificate.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::cli {

/// A few lines for the screen.
[[nodiscard]] std::string plan_summary(const Plan& plan);
[[nodiscard]] std::string certificate_summary(const Certificate& certificate);

/// The same for machines (schema gridpact-plan-summary/1).
[[nodiscard]] std::string plan_summary_json(const Plan& plan, const std::string& folder);

/// `path` as seen from `folder`: relative, so that both can move together.
[[nodiscard]] std::string path_from(const std::string& folder, const std::string& path);

}  // namespace gridpact::cli
