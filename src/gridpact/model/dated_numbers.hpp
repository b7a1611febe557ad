#pragma once

#include <string>
#include <vector>

namespace gridpact {

/// A number of a local calendar day (days since 1970-01-01).
struct DatedNumber {
  long date = 0;
  double value = 0.0;
};

/// Something that each day has one number of, such as the energy that a station's cars want.
struct DatedNumbers {
  std::string name;
  std::vector<DatedNumber> days;
};

}  // namespace gridpact
