#pragma once

#include <string_view>

namespace gridpact {

/// Version of the software, as in CMakeLists.txt: part of every plan and certificate.
inline constexpr std::string_view version = "0.1.0";

}  // namespace gridpact
