#pragma once

#include <string_view>

namespace gridpact::cli {

/// SHA-256 over the C++ sources that this program was built from (cmake/SourceDigest.cmake): names
/// the software more exactly than its version, and alike on every machine.
[[nodiscard]] std::string_view source_digest();

}  // namespace gridpact::cli
