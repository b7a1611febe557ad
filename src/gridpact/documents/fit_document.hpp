#pragma once

#include <optional>
#include <span>

#include "gridpact/documents/json.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/station_statistics.hpp"
#include "gridpact/uncertainty/diagnosis.hpp"

namespace gridpact::documents {

/// The fitted model of a case (schema gridpact-fit/1, docs/formats/fit.schema.json): the law of the
/// net-load errors on the planned day, how it did on days that it had not seen, how much it must be
/// distrusted, and what days at the charging stations are like: of the planned day's kind and of
/// others.
[[nodiscard]] Json fit_document(const Case& problem, const uncertainty::Diagnosis& net_load,
                                const uncertainty::JointDiagnosis& joint,
                                std::span<const StationStatistics> stations,
                                std::span<const StationStatistics> other_days);

}  // namespace gridpact::documents
