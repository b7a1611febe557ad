#include "gridpact/network/positions.hpp"

#include <cassert>

namespace gridpact::network {

DevicePositions DevicePositions::stated(const Feeder& feeder) {
  DevicePositions positions;
  for (const TapChanger& changer : feeder.tap_changers) {
    positions.tap.push_back(changer.tap);
  }
  for (const SwitchedCapacitor& capacitor : feeder.capacitors) {
    positions.closed.push_back(capacitor.closed);
  }
  return positions;
}

Feeder at_positions(const Feeder& feeder, const DevicePositions& positions) {
  assert(positions.tap.size() == feeder.tap_changers.size());
  assert(positions.closed.size() == feeder.capacitors.size());
  Feeder moved = feeder;
  for (std::size_t k = 0; k < moved.tap_changers.size(); ++k) {
    if (positions.tap[k] != moved.tap_changers[k].tap) {
      moved.set_tap(k, positions.tap[k]);
    }
  }
  for (std::size_t k = 0; k < moved.capacitors.size(); ++k) {
    moved.capacitors[k].closed = positions.closed[k];
  }
  return moved;
}

}  // namespace gridpact::network
