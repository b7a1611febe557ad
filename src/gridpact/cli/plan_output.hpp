#pragma once

#include <string>

#include "gridpact/cli/terminal.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/certificate.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::cli {

/// Writes what `gridpact plan` leaves in `folder`: plan.json, schedule.csv, cars.csv, limits.csv,
/// report.html and, if there is one, certificate.json. Sets the plan's path to its case and what a
/// certificate says of the plan's document. False, and why is shown, if a file can not be written.
[[nodiscard]] bool write_plan(const Terminal& terminal, const Case& problem,
                              const std::string& folder, Plan& plan, Certificate* certificate);

}  // namespace gridpact::cli
