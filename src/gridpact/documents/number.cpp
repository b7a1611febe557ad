#include "gridpact/documents/number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace gridpact::documents {

std::string shortest(double value) {
  // A JSON reader may take "-0" for the integer 0 and lose the sign.
  if (value == 0.0 && std::signbit(value)) {
    return "-0.0";
  }
  std::array<char, 32> buffer{};  // the longest is "-2.2250738585072014e-308"
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

}  // namespace gridpact::documents
