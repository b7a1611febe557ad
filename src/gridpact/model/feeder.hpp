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
  int phase = 0;  ///< 1, 2, 3 (from 4 on: neutrals); 0 for the balanced single-line equivalent
  double base_voltage_v = 0.0;  ///< 1 pu of voltage
  double amps_per_pu = 0.0;     ///< line current, A, of 1 pu of current
};

/// Is this a neutral: without a voltage band, and without a share of what is injected at its node?
[[nodiscard]] constexpr bool is_neutral(const NodePhase& node_phase) {
  return node_phase.phase > 3;
}

struct Node {
  std::string name;
  std::vector<NodePhaseId> phases;
  std::optional<double> x, y;  ///< map coordinates where the source has them
};

/// `source` is the impedance behind which the grid above keeps its voltage: what it loses is not
/// the feeder's.
enum class BranchKind { line, transformer, regulator, switch_, shunt, source };
[[nodiscard]] std::string_view to_string(BranchKind kind);  ///< "line", ..., "switch", ...
[[nodiscard]] std::optional<BranchKind> parse_branch_kind(std::string_view text);

/// Any series or shunt element: the primitive admittance between its terminals' phases.
/// Injected terminal currents are `admittance_pu` × terminal voltages (both pu, currents into the
/// branch). A shunt has all its terminals on one bus; a transformer with three windings has those
/// of the second and the third after the first's.
struct Branch {
  std::string name;
  BranchKind kind = BranchKind::line;
  std::vector<NodePhaseId> terminals;  ///< the from-end's conductors, then the to-end's
  std::size_t from_count = 0;          ///< how many of the terminals are the from-end's
  ComplexMatrix admittance_pu;         ///< terminals × terminals
  /// Largest permitted current of each conductor, A at the from-end (a current of another voltage
  /// level is referred to it over the base voltages); infinity where none is stated.
  double rating_a = std::numeric_limits<double>::infinity();
};

/// Where a one-phase part of a load sits: from one node-phase to another, or to ground. A wye load
/// with its star point grounded has a port per phase, a delta load one per pair of phases.
struct Port {
  NodePhaseId from;
  std::optional<NodePhaseId> to;  ///< ground if absent
  friend bool operator==(const Port&, const Port&) = default;
};

/// A share of a load's power that goes with a power of the voltage: exponent 0 is constant power, 1
/// constant current, 2 constant impedance; others come from conservation voltage reduction.
struct LoadTerm {
  double p_share = 1.0;
  double q_share = 1.0;
  double exponent = 0.0;
  /// Beyond u_min and u_max the term is the impedance that one with this added to its exponent is
  /// at them: where it is not 0 the term jumps there, as OpenDSS's loads of models 3 and 4 do.
  double exponent_jump = 0.0;
  friend bool operator==(const LoadTerm&, const LoadTerm&) = default;
};

/// Demand at nominal (peak) level, shared equally by its ports. At a port voltage of u × nominal it
/// draws, at level 1,
///
///   P(u) = p_kw Σ_k p_share_k u^exponent_k,   Q(u) likewise,         u_low ≤ u_min ≤ u ≤ u_max
///
/// and outside that range it is an impedance, as OpenDSS's loads are beyond Vmaxpu and below Vminpu
/// and Vlowpu (network/load_current.hpp has the formulas).
struct Load {
  /// Generation that a feeder file states as negative demand: constant, of no load group.
  static constexpr std::size_t no_group = static_cast<std::size_t>(-1);

  std::string name;
  NodeId node;
  double p_kw = 0.0;
  double q_kvar = 0.0;
  std::size_t group = 0;           ///< index into Case::load_groups, or `no_group`
  std::vector<Port> ports = {};    ///< empty: every phase of the node (but its neutral) to ground
  double nominal_voltage_v = 0.0;  ///< across a port; 0: the port's base voltage
  std::vector<LoadTerm> terms{{}};
  double u_low = 0.0;
  double u_min = 0.0;
  double u_max = std::numeric_limits<double>::infinity();
};

/// A tap changer: a transformer winding whose number of turns can be changed in steps.
///
/// With D = diag(d), d = stated tap / new tap at the winding's terminals and 1 elsewhere, the
/// branch has the admittance D·admittance_pu·D at the new tap.
struct TapChanger {
  std::string name;
  BranchId branch;
  std::vector<std::size_t> terminals;  ///< those of the branch that belong to the tapped winding
  /// By how much the tap moves what its control watches: V across the watched winding at tap 1; 0:
  /// the base voltage of the watched place.
  double winding_voltage_v = 0.0;
  double tap = 1.0;  ///< at which `Branch::admittance_pu` is stated; 1 = nominal
  double tap_min = 0.9;
  double tap_max = 1.1;
  int steps = 32;  ///< between tap_min and tap_max

  /// Line-drop-compensated voltage control: the tap moves until
  /// |V/pt_ratio − (r_v + j x_v) I/ct_primary_a| is within target_v ± band_v/2.
  struct Control {
    Port monitored;            ///< whose voltage V is kept
    std::size_t terminal = 0;  ///< of the branch: the current I leaves the regulator there
    double target_v = 120.0;
    double band_v = 2.0;
    double pt_ratio = 60.0;
    double ct_primary_a = 300.0;
    double r_v = 0.0;
    double x_v = 0.0;
    double delay_s = 15.0;  ///< orders the controls: the quickest moves first
    int max_steps_at_once = 16;
    friend bool operator==(const Control&, const Control&) = default;
  };
  std::optional<Control> control;  ///< absent: stays at `tap`
};

/// A shunt branch that can be switched.
struct SwitchedCapacitor {
  std::string name;
  BranchId branch;
  bool closed = true;  ///< as stated; an open one's branch carries nothing
  enum class Quantity { voltage, current, kvar };
  struct Control {
    Quantity quantity = Quantity::voltage;
    BranchId monitored_branch;           ///< current, kvar: flow into it ...
    std::size_t monitored_terminal = 0;  ///< ... at its end with this terminal
    Port monitored_port;                 ///< voltage
    double ratio = 1.0;                  ///< measured = primary quantity / ratio
    double close_at = 0.0;               ///< voltage: closes below, opens above; current, kvar: the
    double open_at = 0.0;                ///< other way round
    double delay_s = 15.0;
    friend bool operator==(const Control&, const Control&) = default;
  };
  std::optional<Control> control;
};
[[nodiscard]] std::string_view to_string(SwitchedCapacitor::Quantity quantity);
[[nodiscard]] std::optional<SwitchedCapacitor::Quantity> parse_capacitor_quantity(
    std::string_view text);

/// The electrical network. Per unit on `base_kva` and each node-phase's own voltage.
struct Feeder {
  std::string name;
  double base_kva = 0.0;  ///< power of 1 pu at one node-phase
  std::vector<NodePhase> node_phases;
  std::vector<Node> nodes;
  std::vector<Branch> branches;
  std::vector<Load> loads;
  std::vector<TapChanger> tap_changers;
  std::vector<SwitchedCapacitor> capacitors;
  NodeId source;                           ///< the substation: its voltages are given
  std::vector<Complex> source_voltage_pu;  ///< one per phase of `source`

  [[nodiscard]] std::optional<NodeId> find_node(std::string_view node_name) const;

  /// Impedance of 1 pu between two node-phases, V_a V_b / S in ohm: admittance in pu = this ×
  /// admittance in siemens. (Of the single-line equivalent, both are line-to-line voltages and S is
  /// the power of three phases.)
  [[nodiscard]] double base_ohm(NodePhaseId a, NodePhaseId b) const;

  /// States `tap_changers[changer]` to be at `tap`, and its branch's admittance accordingly.
  void set_tap(std::size_t changer, double tap);
};

/// Line current, A, of 1 pu: S / V; of the single-line equivalent (phase 0) S / (√3 V).
[[nodiscard]] double amps_per_pu(double base_kva, int phase, double base_voltage_v);

}  // namespace gridpact
