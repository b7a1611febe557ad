#pragma once

#include "gridpact/importers/table_format.hpp"

namespace gridpact::importers {

/// Every key of case.toml, version gridpact-case/1. The document is docs/formats/case.md.
[[nodiscard]] const TableSpec& case_format();

/// Every key of feeder.toml, version gridpact-feeder/1. The document is docs/formats/feeder.md.
[[nodiscard]] const TableSpec& feeder_format();

}  // namespace gridpact::importers
