#pragma once

#include <filesystem>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// Reads a case: a folder with a case.toml, or the .toml file itself, and every file that it names.
/// The format is docs/formats/case.md.
///
/// Either a Case that keeps every promise in model/case.hpp, with what was assumed or left out in
/// `Case::notes`; or all faults of all its files at once (warnings and notes too), each with file
/// and line, in the order of file and line. Files are named as seen from where the case was asked
/// for
/// ("cases/ieee33/case.toml").
[[nodiscard]] Result<Case> read_case(const std::filesystem::path& folder_or_toml);

}  // namespace gridpact::importers
