#pragma once

#include <vector>

#include "gridpact/model/feeder.hpp"

namespace gridpact::network {

/// Where the devices of a feeder stand that change its admittances.
struct DevicePositions {
  std::vector<double> tap;   ///< per tap changer of the feeder; 1 = nominal
  std::vector<bool> closed;  ///< per switched capacitor

  /// As the feeder states them.
  [[nodiscard]] static DevicePositions stated(const Feeder& feeder);
  friend bool operator==(const DevicePositions&, const DevicePositions&) = default;
};

/// The same feeder, its devices stated to be at `positions`, the tap changers' branches
/// accordingly.
[[nodiscard]] Feeder at_positions(const Feeder& feeder, const DevicePositions& positions);

}  // namespace gridpact::network
