#pragma once

#include "gridpact/model/feeder.hpp"

namespace gridpact::network {

/// Calls `visit(node_phase, share)` for the phases of `node` that take part in an injection there:
/// all but the neutral, with equal shares of the total.
template <class Visit>
void for_each_share(const Feeder& feeder, NodeId node, Visit visit) {
  const std::vector<NodePhaseId>& phases = feeder.nodes[node.index()].phases;
  double count = 0.0;
  for (const NodePhaseId phase : phases) {
    count += is_neutral(feeder.node_phases[phase.index()]) ? 0.0 : 1.0;
  }
  for (const NodePhaseId phase : phases) {
    if (!is_neutral(feeder.node_phases[phase.index()])) {
      visit(phase.index(), 1.0 / count);
    }
  }
}

}  // namespace gridpact::network
