#pragma once

#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/positions.hpp"

namespace gridpact::network {

/// One movement of a tap changer (from and to: taps) or capacitor (1 = closed, 0 = open).
struct ControlMove {
  std::string device;
  int round = 0;
  double from = 0.0;
  double to = 0.0;
};

/// A flow at which every control is content, or the last one tried.
struct ControlledFlow {
  DevicePositions positions;
  FlowState state;
  std::vector<ControlMove> moves;  ///< in their order
  bool settled = false;
  std::vector<std::string> unsettled;  ///< devices that still want to move
};

struct ControlOptions {
  FlowOptions flow;
  int max_rounds = 100;
};

/// Solves the flow, lets the quickest of the controls that are not content move, and repeats: the
/// order in which OpenDSS's control queue acts in a static solution. A flow that does not converge
/// ends it (see `state`). Faults: those of AcFlow::create.
[[nodiscard]] Result<ControlledFlow> follow_controls(const Feeder& feeder,
                                                     const DevicePositions& start,
                                                     const Injection& injection,
                                                     const ControlOptions& options = {});

}  // namespace gridpact::network
