#pragma once

#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"
#include "gridpact/network/injection.hpp"

namespace gridpact::network {

/// |V| of every node-phase, pu, by LinDistFlow and its three-phase form: no losses, nominal angles,
/// every load at the power that it draws at nominal voltage. A model to compare with, not one that
/// plans are made with: `linearise` is exact to first order at any operating point, on any feeder.
///
/// Faults, one for each branch that it can not represent: one that closes a loop, one whose far end
/// has other conductors than its near end (centre-tapped, three windings), one that mixes phases on
/// the way (delta, open delta; grounded wye to grounded wye and regulators are ideal ratios with
/// their impedance), and node-phases that are neutrals.
[[nodiscard]] Result<std::vector<double>> lindistflow(const Feeder& feeder,
                                                      const Injection& injection);

}  // namespace gridpact::network
