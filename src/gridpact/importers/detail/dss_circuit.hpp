#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gridpact/documents/json.hpp"
#include "gridpact/importers/detail/dss_engine.hpp"
#include "gridpact/importers/opendss.hpp"

namespace gridpact::importers {

/// The properties of elements as the engine lists them, by class and name.
class DssProperties {
 public:
  /// Lists the properties of all elements of these classes; `all` as in DssEngine::properties.
  DssProperties(DssEngine& engine, const std::set<std::string>& classes, bool all);

  [[nodiscard]] bool has(const DssElement& element, std::string_view key) const;
  [[nodiscard]] bool has(const std::string& class_name, const std::string& name,
                         std::string_view key) const;
  [[nodiscard]] double number(const DssElement& element, std::string_view key) const;
  [[nodiscard]] bool flag(const DssElement& element, std::string_view key) const;
  /// Lower case; a reference to another element ("Line.x") too.
  [[nodiscard]] std::string text(const DssElement& element, std::string_view key) const;
  [[nodiscard]] std::vector<double> numbers(const DssElement& element, std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(const DssElement& element,
                                               std::string_view key) const;

 private:
  [[nodiscard]] const documents::Json* find(const std::string& class_name, const std::string& name,
                                            std::string_view key) const;

  std::map<std::string, documents::Json> records_;  // by full name
};

/// A node of a bus: (bus, number).
using DssNode = std::pair<std::string, int>;

/// A compiled circuit on its way into a Feeder: what the engine has of it, the feeder as far as it
/// is made, and what is to be told of each element.
struct DssCircuit {
  std::vector<DssBus> buses;
  std::vector<DssElement> elements;
  std::optional<DssProperties> properties;  ///< all
  std::optional<DssProperties> stated;      ///< those that the script has set
  /// Of conversion elements but loads and sources: power into them in the solution, kW + j·kvar.
  std::map<std::string, Complex> solved_kva;
  std::set<std::string> closed_capacitors;  ///< open ones, closed to see their admittance

  Feeder feeder;
  OpenDssReport report;
  std::map<DssNode, NodePhaseId> node_phases;  ///< all that a source reaches
  std::map<std::string, BranchId> branches;    ///< by full name
  /// Of each branch: the terminal that a conductor of the element became.
  std::map<std::string, std::vector<std::optional<std::size_t>>> terminals;

  [[nodiscard]] const DssElement* find(const std::string& full_name) const;
  [[nodiscard]] std::optional<NodePhaseId> node_phase(const DssElement& element,
                                                      std::size_t conductor) const;
  /// The element's entry in the report.
  [[nodiscard]] ImportedElement& entry(const DssElement& element);
  void assume(const DssElement& element, std::string remark);
  void drop(const DssElement& element, std::string remark);

  /// Of a port between two conductors: nothing if it would be from ground to ground.
  [[nodiscard]] std::optional<Port> port(const DssElement& element, std::size_t from,
                                         std::size_t to) const;
};

// The steps, in this order. Each tells in the report what it assumes and drops.

/// Nodes with their base voltages, and the ideal node behind the sources.
void import_nodes(DssCircuit& circuit);
/// Every element with an admittance of its own, and the sources' impedances.
void import_branches(DssCircuit& circuit);
/// Loads, and what else draws or feeds in power.
void import_loads(DssCircuit& circuit);
/// Tap changers and switched capacitors with their controls.
void import_controls(DssCircuit& circuit);

}  // namespace gridpact::importers
