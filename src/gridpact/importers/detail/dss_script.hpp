#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/dss_engine.hpp"

namespace gridpact::importers {

/// What running a script left to say besides its faults.
struct DssScriptLog {
  std::vector<std::string> remarks;  ///< what was not run, and what its solving complained of
  bool solved = false;               ///< it has a Solve of its own ...
  bool converged = false;            ///< ... whose last one converged
};

/// Runs a script line by line: every line is the engine's, but for
///
/// - `redirect` and `compile`, which are followed here, so that a file that leads back to itself is
///   a fault and not an endless descent, and each complaint has its file and line;
/// - commands that only show, draw or write (`show`, `export`, `plot`, ...), which are left out:
///   reading a feeder writes no files.
///
/// `shown`: the script's name in faults. All complaints of the engine are faults, but those of the
/// script's own `solve`, which say nothing against the circuit.
[[nodiscard]] DssScriptLog run_script(DssEngine& engine, const std::filesystem::path& script,
                                      const std::string& shown, Faults& faults);

}  // namespace gridpact::importers
