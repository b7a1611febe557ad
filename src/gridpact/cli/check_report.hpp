#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gridpact/documents/json.hpp"
#include "gridpact/importers/opendss.hpp"

namespace gridpact::cli {

/// The exact flow at nominal load: a feeder's fingerprint.
struct NominalFlow {
  std::optional<double> losses_kw;  ///< nothing where there is no solution
  double lowest_voltage_pu = 0.0;
  std::string lowest_voltage_at;  ///< node-phase
  std::string why_not;            ///< where there is no solution
};

/// What `check` found out about a file.
struct CheckReport {
  /// What was read, as (what, how much) in the order of the screen.
  std::vector<std::pair<std::string, std::string>> read;
  std::optional<NominalFlow> flow;
  /// What became of each element; only OpenDSS scripts have them.
  std::vector<importers::ImportedElement> elements;
  std::string file;  ///< where the elements stand
  Faults faults;     ///< all but the elements' remarks
};

/// For stdout: a line for each thing that was read; and the verdict, which comes last.
[[nodiscard]] std::string check_text(const CheckReport& report);
[[nodiscard]] std::string check_verdict(const CheckReport& report);

/// For stderr: the elements' remarks as notes. In brief, elements of one class with the same remark
/// are told together, by their number and a few of their names.
[[nodiscard]] Faults element_notes(const CheckReport& report, bool in_brief);

/// Everything, for machines: schema gridpact-check/1.
[[nodiscard]] documents::Json check_json(const CheckReport& report);

}  // namespace gridpact::cli
