#pragma once

#include <string>

#include "gridpact/model/case.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::documents {

// The plan as CSV, for spreadsheets and scripts. Times are zoned ISO, units are in the header,
// numbers are exact. `plan` must be a plan of `problem`.

/// schedule.csv: one row per period. Columns: time, prices, import, expected load of each group,
/// then what each generator, renewable plant and station does ("generator.G1.p_kw"), then the
/// reserve of the net-load layer.
[[nodiscard]] std::string schedule_csv(const Case& problem, const Plan& plan);

/// cars.csv: station, car (counted from 1), time, charge_kw: how the forecast fleet fulfils each
/// station's target, one row for every car and period with charging. Header only, if the plan has
/// no cars.
[[nodiscard]] std::string cars_csv(const Plan& plan);

/// nodes.csv: one row per period and node-phase: time, node, phase, price, voltage at the forecast
/// and the band kept around it, pu, and the locational price.
[[nodiscard]] std::string nodes_csv(const Case& problem, const Plan& plan);

/// limits.csv: one row per limit that was granted risk: kind, place, time, unit, risk level, σ,
/// distances, support, price.
[[nodiscard]] std::string limits_csv(const Plan& plan);

}  // namespace gridpact::documents
