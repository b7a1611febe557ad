#pragma once

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/table_reader.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

// Warnings where a number is so far from what it usually is that its unit is probably off by 1000.
// They never refuse anything: a small island or a huge depot may be meant.

/// Demand, impedance, ratings and base values of a feeder; `root` is its file.
void check_feeder_units(const TableReader& root, const Feeder& feeder, Faults& faults);

/// Powers and prices of a case; `root` is its file.
void check_case_units(const TableReader& root, const Case& problem, Faults& faults);

/// Middle one of the sizes of `values`; 0 if there are none.
[[nodiscard]] double median_size(std::vector<double> values);

}  // namespace gridpact::importers
