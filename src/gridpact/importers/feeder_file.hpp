#pragma once

#include <filesystem>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::importers {

/// Reads a feeder file of any format that is known: gridpact-feeder/1 (.toml), gridpact-feeder/2
/// (.json), OpenDSS script (.dss), MATPOWER case (.m), pandapower network (.json). Its ending and
/// its content decide which it is.
///
/// Either a feeder, all of whose loads have group 0; or all faults of the file at once, each with
/// its line. `notes`, where given, receives what was assumed, left out or looks wrong; never
/// errors.
[[nodiscard]] Result<Feeder> read_feeder(const std::filesystem::path& file,
                                         Faults* notes = nullptr);

/// Whether `path` is a file that claims to be a feeder (a .toml file may also be a case).
[[nodiscard]] bool is_feeder_file(const std::filesystem::path& path);

}  // namespace gridpact::importers
