#pragma once

#include "gridpact/documents/json.hpp"
#include "gridpact/report/report.hpp"

namespace gridpact::report {

/// What the page's charts draw: the exact numbers of plan, certificate and methods, under the keys
/// that page/*.js read. Members for which there is nothing to show are absent.
[[nodiscard]] documents::Json page_data(const Case& problem, const ReportInput& input);

}  // namespace gridpact::report
