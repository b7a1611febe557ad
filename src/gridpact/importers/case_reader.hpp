#pragma once

#include <filesystem>

#include "gridpact/base/result.hpp"
#include "gridpact/model/case.hpp"
#include "gridpact/model/feeder.hpp"

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

/// Reads a feeder file, with the same faults: by its name an OpenDSS script (.dss), a
/// gridpact-feeder/2 (.json), or else a gridpact-feeder/1 (TOML). Its loads all have group 0. `notes`, where given, receives what was
/// assumed, left out or looks wrong; never errors.
[[nodiscard]] Result<Feeder> read_feeder(const std::filesystem::path& file,
                                         Faults* notes = nullptr);

}  // namespace gridpact::importers
