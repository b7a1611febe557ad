#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::importers {

// OpenDSS scripts, read by the OpenDSS engine itself: it compiles the script in a context of its
// own, which is disposed of afterwards, and nothing of it is left. The working directory stays
// what it is, no window or editor opens, no shell command of the script runs. Safe from several
// threads at once.

/// By its name: "x.dss".
[[nodiscard]] bool is_opendss_script(const std::filesystem::path& file);

/// What became of one element of a circuit.
struct ImportedElement {
  enum class Fate {
    read,     ///< as it is
    assumed,  ///< read, but something that the script does not say, or means otherwise, was assumed
    dropped   ///< not in the feeder
  };
  std::string element_class;  ///< "line", lower case as all names
  std::string name;           ///< "650632"
  Fate fate = Fate::read;
  std::vector<std::string> remarks;  ///< what was assumed or dropped, a sentence each
};
[[nodiscard]] std::string_view to_string(ImportedElement::Fate fate);

/// What was read, element by element, in the order of the engine.
struct OpenDssReport {
  std::string circuit;
  std::string engine;                ///< its name and version
  std::vector<std::string> remarks;  ///< of the circuit as a whole
  std::vector<ImportedElement> elements;
};

struct OpenDssFeeder {
  Feeder feeder;
  OpenDssReport report;
};

/// Compiles `script` and takes the circuit as the script leaves it: taps, capacitor states, load
/// multiplier. docs/formats/opendss.md says what each element becomes.
///
/// Names are lower case, as OpenDSS has them. Branches and loads are called by class and name
/// ("line.650632", "load.671"), nodes like buses; the node behind the sources' impedance, whose
/// voltages are given, is called "vsource.<name>". Powers in kW and kvar, 1 pu of voltage is the
/// base of the bus, line to ground.
///
/// Faults are the engine's own, with file and line where it says them.
[[nodiscard]] Result<OpenDssFeeder> read_opendss(const std::filesystem::path& script);

/// The engine's own solution of a circuit, for a second opinion.
struct OpenDssSolution {
  struct NodeVoltage {
    std::string name;             ///< "671.1": node and phase, lower case
    Complex volts;                ///< to ground
    double base_voltage_v = 0.0;  ///< of the bus, line to ground; 0 where the engine has none
  };
  std::vector<NodeVoltage> voltages;
  double losses_kw = 0.0;  ///< of all elements that deliver power: lines, transformers, ...
  double losses_kvar = 0.0;
  double source_kw = 0.0;  ///< delivered by all voltage sources at their terminals
  double source_kvar = 0.0;
  int iterations = 0;
};

/// Compiles `script` and solves the circuit as it leaves it, with taps and capacitors as they then
/// are, until no voltage moves by more than `tolerance_pu` in an iteration: what `read_opendss`
/// reads is solved, and no control acts. Without a tolerance nothing is solved again: it is the
/// solution that the script's own last `solve` stopped at. One that has not converged is a fault.
[[nodiscard]] Result<OpenDssSolution> opendss_solution(const std::filesystem::path& script,
                                                       std::optional<double> tolerance_pu = 1e-10);

/// The engine's system admittance, Y of its power-flow equations Y V = I(V): branches, the sources'
/// impedances, and every load as the impedance that it is at its nominal voltage (what it draws
/// else is part of I).
struct OpenDssAdmittance {
  struct Entry {
    std::size_t row = 0;
    std::size_t column = 0;
    Complex siemens;
  };
  std::vector<std::string> nodes;  ///< of each row and column: "671.1", lower case
  std::vector<Entry> entries;      ///< by column, then by row, each place once
};

/// Of the circuit as `script` leaves it, as `read_opendss` reads it.
[[nodiscard]] Result<OpenDssAdmittance> opendss_admittance(const std::filesystem::path& script);

}  // namespace gridpact::importers
