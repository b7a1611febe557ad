#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "gridpact/model/feeder.hpp"

/// Small feeders for tests, and what they are built of.
namespace gridpact::test {

/// Adds a node with these phases ({0}: balanced single-line equivalent, whose base voltage is line
/// to line and whose base power is three-phase; else 1, 2, 3, line to neutral and per phase). Needs
/// `base_kva`.
NodeId add_node(Feeder& feeder, std::string name, std::initializer_list<int> phases,
                double base_voltage_v);

/// Makes `node` the source, 1 pu on each phase: 0°, −120°, +120° for phases 1, 2, 3.
void make_source(Feeder& feeder, NodeId node);

/// Adds a line between like phases of two nodes: series impedance, Ω, conductors in the order of
/// `phases`, and half of the shunt susceptance, S, at each end's diagonal.
void add_line(Feeder& feeder, std::string name, NodeId from, NodeId to,
              const std::vector<int>& phases, const ComplexMatrix& impedance_ohm,
              double susceptance_s = 0.0);

/// The same for one conductor per end.
void add_line(Feeder& feeder, std::string name, NodeId from, NodeId to, Complex impedance_ohm);

/// Adds a three-phase transformer with a delta winding on one node and a grounded wye on the other,
/// with this series impedance in pu of `base_kva` per phase.
void add_delta_wye(Feeder& feeder, std::string name, NodeId delta, NodeId wye,
                   Complex impedance_pu);

/// Adds a capacitor from each of `phases` of `node` to ground: kvar each at 1 pu.
void add_capacitor(Feeder& feeder, std::string name, NodeId node, const std::vector<int>& phases,
                   double kvar_per_phase);

/// The node-phase of `node` with this phase number; it must exist.
[[nodiscard]] NodePhaseId phase_of(const Feeder& feeder, NodeId node, int phase);

/// A balanced line from "source" to "load", at 12.66 kV line to line and 1 MVA.
[[nodiscard]] Feeder two_node_feeder(Complex impedance_ohm, Complex load_kva);

/// IEEE 33: M. E. Baran, F. F. Wu, "Network reconfiguration in distribution systems for loss
/// reduction and load balancing", IEEE Trans. Power Delivery 4(2), 1989, with its five tie lines
/// open. Nodes "1" … "33", balanced, 12.66 kV.
[[nodiscard]] Feeder ieee33_feeder();

/// A small unbalanced feeder at 4.16 kV: mutually coupled three-phase line with charging, two-phase
/// lateral, single-phase end, delta-wye transformer to 480 V, capacitor, unequal loads.
/// Nodes "source", "main", "lateral" (phases 1, 3), "end" (phase 3), "secondary".
[[nodiscard]] Feeder three_phase_feeder();

}  // namespace gridpact::test
