#pragma once

#include <complex>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/ids.hpp"
#include "gridpact/base/matrix.hpp"

namespace gridpact {

using Complex = std::complex<double>;
using ComplexMatrix = BasicMatrix<Complex>;

/// One phase of one bus: a row of Ybus. A balanced feeder has one per bus (its single-line
/// equivalent, line-to-line voltage and three-phase power); an unbalanced one has as many as wires
/// arrive. Nothing downstream of the importers asks which of the two it is.
struct NodePhase {
  NodeId node;
  int phase = 0;  ///< 1, 2, 3 (4 = neutral); 0 for the balanced single-line equivalent
  double base_voltage_v = 0.0;  ///< 1 pu of voltage
  double amps_per_pu = 0.0;     ///< line current, A, of 1 pu of current
};

struct Node {
  std::string name;
  std::vector<NodePhaseId> phases;
  std::optional<double> x, y;  ///< map coordinates where the source has them
};

enum class BranchKind { line, transformer, regulator, switch_, shunt };

/// Any series or shunt element: the primitive admittance between its terminals' phases.
/// Injected terminal currents are `admittance_pu` × terminal voltages (both pu, currents into the
/// branch). A shunt has all its terminals on one bus.
struct Branch {
  std::string name;
  BranchKind kind = BranchKind::line;
  std::vector<NodePhaseId> terminals;  ///< the from-end's conductors, then the to-end's
  std::size_t from_count = 0;          ///< how many of the terminals are the from-end's
  ComplexMatrix admittance_pu;         ///< terminals × terminals
  /// Largest permitted current of each conductor, A; infinity where none is stated.
  double rating_a = std::numeric_limits<double>::infinity();
};

/// Constant-power demand at nominal (peak) level, shared equally by its phases.
struct Load {
  std::string name;
  NodeId node;
  double p_kw = 0.0;
  double q_kvar = 0.0;
  std::size_t group = 0;  ///< index into Case::load_groups
};

/// The electrical network. Per unit on `base_kva` and each node-phase's own voltage.
struct Feeder {
  std::string name;
  double base_kva = 0.0;  ///< power of 1 pu at one node-phase
  std::vector<NodePhase> node_phases;
  std::vector<Node> nodes;
  std::vector<Branch> branches;
  std::vector<Load> loads;
  NodeId source;                           ///< the substation: its voltages are given
  std::vector<Complex> source_voltage_pu;  ///< one per phase of `source`

  [[nodiscard]] std::optional<NodeId> find_node(std::string_view node_name) const;
};

}  // namespace gridpact
