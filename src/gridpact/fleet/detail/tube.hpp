#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet {

/// What one car can take from the grid, as energy per period x_t and cumulative energy X_t, kWh:
///   low_t ≤ x_t ≤ high_t,   floor_t ≤ X_t ≤ ceiling_t,   t = 0 … size − 1,
/// entry t being period `first + t` of the horizon. Every bound is attained by some x (tightened).
struct Tube {
  std::size_t first = 0;
  std::vector<double> low, high, floor, ceiling;

  [[nodiscard]] std::size_t size() const { return low.size(); }
};

/// Periods of the horizon in which a discharging car that loses in a cycle may discharge.
using Window = std::vector<bool>;

/// The tube of `car`, into `out` (whose memory is used again). Exact for cars that only charge or
/// lose nothing; otherwise the largest of the inner tubes of tube.cpp that discharges in `window`
/// (empty = in every period) and at most one full cycle.
void make_tube(const Car& car, const TimeGrid& horizon, const Window& window, Tube& out);
/// The same set, told by bounds of which some may never be attained: quicker.
void make_bounds(const Car& car, const TimeGrid& horizon, const Window& window, Tube& out);

/// max Σ_{t ∈ set} x_t over the tube, kWh; `set` over the periods of the horizon.
[[nodiscard]] double most_kwh(const Tube& tube, const std::vector<bool>& set);
/// min Σ_{t ∈ set} x_t.
[[nodiscard]] double least_kwh(const Tube& tube, const std::vector<bool>& set);

}  // namespace gridpact::fleet
