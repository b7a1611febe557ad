#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "validation/comparison.hpp"

#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/positions.hpp"

/// What tests need to compare with a file that OpenDSS has exported.
namespace gridpact::test {

using Table = std::vector<std::vector<std::string>>;

[[nodiscard]] std::string lower(std::string text);

/// What a shell command writes, or nothing if it can not be run.
[[nodiscard]] std::string output_of(const std::string& command);

/// Cells of a table, `path` or `path`.gz, in small letters without blanks and quotation marks,
/// header included.
[[nodiscard]] Table read_table(const std::filesystem::path& path);

/// A script in a file of its own that goes with it, so that it can be read like any other.
class Script {
 public:
  explicit Script(const std::string& text);
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  ~Script();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// One unit of the last of the six significant digits to which OpenDSS prints `value`.
[[nodiscard]] double printed_unit(double value);

/// |V| in volts, or V itself, by "node.phase".
using Magnitudes = std::map<std::string, double>;
using Phasors = std::map<std::string, Complex>;

[[nodiscard]] Magnitudes magnitudes(const Phasors& voltage_v);
[[nodiscard]] Phasors voltages_of(const importers::OpenDssSolution& solution);

struct Solved {
  network::AcFlow flow;
  network::FlowState state;
  [[nodiscard]] Phasors voltage_v() const;
};

/// At 1e-12 pu. Throws if there is no such flow.
[[nodiscard]] Solved solve(const Feeder& feeder);

/// The base voltage of every place, V.
[[nodiscard]] Magnitudes base_voltages(const Feeder& feeder);

/// Reads a script, and throws the first fault if it has one.
[[nodiscard]] Feeder read_script(const Script& script);

/// The engine's solution of a script (importers::opendss_solution), or throws.
[[nodiscard]] importers::OpenDssSolution engine_solution(const Script& script,
                                                         std::optional<double> tolerance_pu);

}  // namespace gridpact::test
