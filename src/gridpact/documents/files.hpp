#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "gridpact/base/result.hpp"

namespace gridpact::documents {

/// The bytes of a file, or why it can not be read.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& path);

/// Writes `bytes` to `path`, making the folders above it. All or nothing, also in a crash: the
/// bytes go to a file beside it, onto the disk, and only then take the name. Empty = done.
[[nodiscard]] Faults write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace gridpact::documents
