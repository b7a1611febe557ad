#pragma once

#include "gridpact/cli/commands.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::cli {

/// `gridpact plan --certify`: the cheapest plan that is certified, with its certificate.
[[nodiscard]] Exit certify_plan(const Terminal& terminal, const Case& problem,
                                const PlanArguments& arguments, const CommonArguments& common);

}  // namespace gridpact::cli
