#pragma once

#include <string>

namespace gridpact::documents {

/// The shortest decimal text that reads back as exactly `value`; "-0.0" for negative zero, "inf",
/// "-inf", "nan" for what is not finite. The same bytes on every machine.
[[nodiscard]] std::string shortest(double value);

}  // namespace gridpact::documents
