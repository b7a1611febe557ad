#pragma once

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/table_reader.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// Faults between the keys of a case: limits the wrong way round, shares that do not sum to 1, a
/// source voltage outside its band. `root` is the file of `problem`; keys with faults of their own
/// are passed over.
void check_case(const TableReader& root, const Case& problem, Faults& faults);

}  // namespace gridpact::importers
