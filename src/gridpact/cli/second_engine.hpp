#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/documents/json.hpp"
#include "gridpact/verify/judge.hpp"

namespace gridpact::cli {

/// Replayed days, solved once more by the OpenDSS engine, and where the two differ most.
struct SecondEngine {
  std::string engine;
  std::vector<std::uint64_t> scenarios;
  std::uint64_t flows = 0;      ///< that both engines solved
  std::uint64_t one_alone = 0;  ///< flows with a solution in one engine only
  double voltage_pu = 0.0;      ///< largest difference of voltage magnitudes ...
  std::string voltage_at;       ///< ... and where: node-phase, scenario, period
  double current_a = 0.0;
  std::string current_at;
  /// Periods that are violated with one engine's voltages and currents and not with the other's.
  std::uint64_t verdicts_changed = 0;
};

/// Asks OpenDSS for the days `scenarios` of the judge.
[[nodiscard]] Result<SecondEngine> ask_opendss(const verify::Judge& judge,
                                               const std::vector<std::uint64_t>& scenarios,
                                               const Progress& progress);

/// A few lines for the screen, and the same for machines.
[[nodiscard]] std::string second_engine_summary(const SecondEngine& second);
[[nodiscard]] documents::Json to_json(const SecondEngine& second);

}  // namespace gridpact::cli
