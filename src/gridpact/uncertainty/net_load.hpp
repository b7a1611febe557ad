#pragma once

#include "gridpact/model/case.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// The net-load layer of a case: one column per `net_load_sources`, errors before the horizon only
/// (what the planner could know), signed so that positive means more net load, kW. Local-clock days
/// aligned with the horizon's periods; days of another length are left out.
[[nodiscard]] Result<ErrorHistory> net_load_errors(const Case& problem);

}  // namespace gridpact::uncertainty
