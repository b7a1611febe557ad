#pragma once

#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::network {

/// Tangent of the exact AC flow at an operating point, with respect to active and reactive
/// injections (kW, kvar into the network, split as `add_injection` does) at `points`. The error of
/// the tangent is of second order in the injections' change.
///
/// A branch's current is that of the conductor that is largest at the operating point, and its
/// sensitivity that conductor's (the first one's where several are equally large). The magnitude of
/// a current, or of a neutral's voltage, that is zero has a kink there; its sensitivity is set to
/// 0.
struct LinearModel {
  std::vector<NodeId> points;

  std::vector<double> voltage_pu;  ///< |V| at the operating point, node-phases
  Matrix voltage_per_kw;           ///< node-phases × points, pu/kW
  Matrix voltage_per_kvar;         ///< node-phases × points, pu/kvar

  std::vector<double> current_a;  ///< largest conductor current, branches
  Matrix current_per_kw;          ///< branches × points, A/kW
  Matrix current_per_kvar;

  double import_kw = 0.0;             ///< active power from the grid above (`import_kva`)
  std::vector<double> import_per_kw;  ///< points; −(1 + marginal losses), −1 at the source
  std::vector<double> import_per_kvar;
};

/// Implicit differentiation of S = V·conj(Y V) at `state` (which must have converged).
[[nodiscard]] LinearModel linearise(const AcFlow& flow, const FlowState& state,
                                    std::span<const NodeId> points);

}  // namespace gridpact::network
