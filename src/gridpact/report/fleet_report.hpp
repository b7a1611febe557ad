#pragma once

#include <string>

#include "gridpact/model/session_summary.hpp"

namespace gridpact::report {

/// One HTML file that needs no network and no other file: what a file of charging sessions is like.
[[nodiscard]] std::string fleet_report(const SessionSummary& summary);

}  // namespace gridpact::report
