#pragma once

#include "gridpact/model/feeder.hpp"

namespace gridpact::test {

/// Every kind of thing that a feeder can hold, none of it physically sensible.
[[nodiscard]] Feeder rich_feeder();

}  // namespace gridpact::test
