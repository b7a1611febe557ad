#pragma once

#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/feeder_reader.hpp"

namespace gridpact::importers {

/// For each node, whether closed branches lead from the source to it.
[[nodiscard]] std::vector<bool> reached_from_source(const Feeder& feeder);

/// An error for every node that no closed branches join to the source; a note at `branches` if the
/// feeder has loops.
void check_connections(const WrittenFeeder& written, const Place& branches, Faults& faults);

}  // namespace gridpact::importers
