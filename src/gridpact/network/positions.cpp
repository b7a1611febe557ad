// A winding with n times its nominal turns, tap n, has at its terminals the voltages of n V' and
// the currents I'/n of the nominal one. So from tap n₀ to tap n, with D = n₀/n at its terminals and
// 1 elsewhere, the primitive admittance becomes D·Y·D (Kersting, Distribution System Modeling and
// Analysis, ch. 7 and 8).

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
    TapChanger& changer = moved.tap_changers[k];
    if (positions.tap[k] == changer.tap) {
      continue;
    }
    Branch& branch = moved.branches[changer.branch.index()];
    std::vector<double> d(branch.terminals.size(), 1.0);
    for (const std::size_t terminal : changer.terminals) {
      d[terminal] = changer.tap / positions.tap[k];
    }
    for (std::size_t i = 0; i < d.size(); ++i) {
      for (std::size_t j = 0; j < d.size(); ++j) {
        branch.admittance_pu(i, j) *= d[i] * d[j];
      }
    }
    changer.tap = positions.tap[k];
  }
  for (std::size_t k = 0; k < moved.capacitors.size(); ++k) {
    moved.capacitors[k].closed = positions.closed[k];
  }
  return moved;
}

}  // namespace gridpact::network
