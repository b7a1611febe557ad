#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "gridpact/base/result.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::documents {

/// The plan's JSON document (docs/formats/plan.schema.json). Numbers are exact: reading it back
/// gives the same plan, writing that gives the same bytes. Infinite is null, in the fields that may
/// be.
[[nodiscard]] std::string to_json(const Plan& plan);

/// Reads a plan's document. `file` is only for the faults, which are all that are wrong with it:
/// each names its JSON path and line. Unknown keys are faults.
[[nodiscard]] Result<Plan> parse_plan(std::string_view text, const std::string& file);
[[nodiscard]] Result<Plan> read_plan(const std::filesystem::path& path);

}  // namespace gridpact::documents
