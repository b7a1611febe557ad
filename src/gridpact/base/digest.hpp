#pragma once

#include <string>
#include <string_view>

namespace gridpact {

/// SHA-256 of `bytes` as 64 lower-case hexadecimal digits: how cases, plans and certificates name
/// exactly what they were made from.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace gridpact
