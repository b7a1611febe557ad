#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/documents/json.hpp"
#include "gridpact/importers/opendss.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::importers {

/// A bus of the compiled circuit.
struct DssBus {
  std::string name;
  std::vector<int> nodes;       ///< numbers of its nodes, ascending; ground (0) is none
  double base_voltage_v = 0.0;  ///< line to ground; 0 where the script gives none
  std::optional<double> x, y;
};

/// An element of the compiled circuit, as the engine has it.
struct DssElement {
  enum class Role { delivery, conversion, control, meter, other };
  std::string class_name;  ///< lower case
  std::string name;
  Role role = Role::other;
  bool enabled = true;
  bool is_open = false;  ///< a conductor of its first terminal is open
  std::size_t phases = 0;
  std::size_t conductors = 0;      ///< of each terminal
  std::vector<std::string> buses;  ///< of each terminal, without nodes
  std::vector<int> nodes;          ///< of each conductor, terminal by terminal; 0 = ground
  ComplexMatrix admittance_s;      ///< conductors × conductors; empty if it is not enabled

  [[nodiscard]] std::string full_name() const { return class_name + "." + name; }
};

/// The OpenDSS engine in a context of its own. Only one lives at a time, whatever the number of
/// threads: others wait for their turn.
class DssEngine {
 public:
  DssEngine();
  ~DssEngine();
  DssEngine(const DssEngine&) = delete;
  DssEngine& operator=(const DssEngine&) = delete;
  DssEngine(DssEngine&&) = delete;
  DssEngine& operator=(DssEngine&&) = delete;

  [[nodiscard]] std::string version() const;

  /// Runs one command; the engine's complaint, if it has one.
  [[nodiscard]] std::optional<std::string> run(const std::string& command);
  /// The folder that file names in commands start from.
  [[nodiscard]] std::string folder() const;
  void set_folder(const std::string& folder);

  [[nodiscard]] int circuits() const;
  [[nodiscard]] std::string circuit_name() const;

  // What follows needs a circuit. The complaint of a circuit that can not be built is in `build`.

  /// Makes the admittances of all elements and of the system anew. To be called before the circuit
  /// is solved or never: a solution that begins with voltages of before goes wrong.
  [[nodiscard]] std::optional<std::string> build();
  /// Solves as the circuit stands, without its controls; false if that did not converge.
  [[nodiscard]] bool solve_without_controls();
  [[nodiscard]] bool converged() const;
  [[nodiscard]] int iterations() const;

  [[nodiscard]] std::vector<DssBus> buses();
  [[nodiscard]] std::vector<DssElement> elements();
  /// Powers into the element's conductors in the present solution, kW + j·kvar.
  [[nodiscard]] std::vector<Complex> powers_kva(const std::string& full_name);
  /// Every property of each element of a class (`all`), or only those that the script has set: a
  /// list of objects.
  [[nodiscard]] documents::Json properties(const std::string& class_name, bool all);

  /// The system's node names in order, their voltages to ground (V), the losses and the power that
  /// the sources deliver (kW + j·kvar) of the present solution.
  [[nodiscard]] std::vector<std::string> node_names();
  /// Its rows and columns are in the order of `node_names`.
  [[nodiscard]] std::vector<OpenDssAdmittance::Entry> system_admittance_s();
  [[nodiscard]] std::vector<Complex> node_voltages_v();
  [[nodiscard]] Complex losses_kva();
  [[nodiscard]] Complex source_kva();

 private:
  [[nodiscard]] std::optional<std::string> complaint();

  std::unique_lock<std::mutex> turn_;
  const void* context_;
};

}  // namespace gridpact::importers
