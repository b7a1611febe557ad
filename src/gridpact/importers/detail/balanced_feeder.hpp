#pragma once

#include <string>
#include <vector>

#include "gridpact/importers/detail/feeder_reader.hpp"

namespace gridpact::importers {

// Building blocks of a balanced feeder by its single-line equivalent: one node-phase (phase 0) per
// bus, line-to-line base voltage, three-phase base power.

/// Adds a bus that stands on `line` of its file. The feeder's base power must be set.
NodeId add_balanced_node(WrittenFeeder& written, std::string name, double base_voltage_v, int line);

/// A constant-power demand (negative: generation), kW + j·kvar.
Load& add_balanced_load(Feeder& feeder, std::string name, NodeId node, Complex demand_kva);

/// An admittance from a bus to ground, pu.
void add_balanced_shunt(Feeder& feeder, std::string name, NodeId node, Complex admittance_pu);

/// A branch between two buses, as yet without admittance.
[[nodiscard]] Branch two_ended(const Feeder& feeder, std::string name, NodeId from, NodeId to);

/// A series admittance with shunts at both ends and, at the from-end, an ideal transformer whose
/// from-side voltage is `ratio` times its other side's.
[[nodiscard]] ComplexMatrix pi_admittance(Complex series, Complex shunt_from, Complex shunt_to,
                                          Complex ratio = 1.0);

/// Lets the grid above hold `voltage_pu` at `node`, besides at the source, which must be set: a
/// branch from the source with the ideal ratio of both voltages and an impedance too small to
/// matter.
void hold_voltage(Feeder& feeder, std::string name, NodeId node, Complex voltage_pu);

/// Series admittance, pu, of what has no impedance: a closed switch, a source that holds a voltage.
/// On a base of 1 MVA its voltage drop at 100 MVA is 1e-6 pu.
[[nodiscard]] double negligible_impedance_pu(const Feeder& feeder);

/// "a, b, c", the first few of many.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

}  // namespace gridpact::importers
