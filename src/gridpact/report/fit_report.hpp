#pragma once

#include <span>
#include <string>

#include "gridpact/documents/json.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/station_statistics.hpp"
#include "gridpact/uncertainty/diagnosis.hpp"

namespace gridpact::report {

/// The diagnostics page of `gridpact fit`: one HTML file that holds all that it shows. `document`
/// is the fit's document (documents/fit_document.hpp), which the charts draw from.
[[nodiscard]] std::string fit_report(const Case& problem, const uncertainty::Diagnosis& net_load,
                                     const uncertainty::JointDiagnosis& joint,
                                     std::span<const StationStatistics> stations,
                                     std::span<const StationStatistics> other_days,
                                     const documents::Json& document);

}  // namespace gridpact::report
