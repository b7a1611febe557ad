#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/time_grid.hpp"
#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet {

/// One entry per period of the horizon: is it in the set?
using PeriodSet = std::vector<bool>;

/// A set of periods that proves a profile undeliverable: into it falls more energy than the fleet
/// can take there, or less than it must.
struct ViolatedSet {
  PeriodSet periods;
  bool too_much = true;      ///< false: too little
  double profile_kwh = 0.0;  ///< u(S)
  double bound_kwh = 0.0;    ///< b(S), or p(S)

  [[nodiscard]] double excess_kwh() const {
    return too_much ? profile_kwh - bound_kwh : bound_kwh - profile_kwh;
  }
};

/// What the fleet's power and stored energy lie between, by themselves: necessary, not sufficient
/// (the sum-of-bounds baseline of the comparison). Positive is charging.
struct Envelope {
  std::vector<double> least_kw, most_kw;    ///< per period
  std::vector<double> least_kwh, most_kwh;  ///< taken from the horizon's start to the period's end
};

/// The exact flexibility of a fleet: all profiles that its cars can take together. Profiles are net
/// energy per period at the chargers, kWh, positive when charging.
///
/// The set is the Minkowski sum of the cars' sets, each a generalised polymatroid, and therefore
/// one itself: {u : p(S) ≤ u(S) ≤ b(S) for every set S of periods}, u(S) = Σ_{t∈S} u_t, where b and
/// p are the sums of the cars'. Exact for cars that only charge (with whatever efficiency) and for
/// V2G without losses; for cars that lose in a cycle it is a subset that they can realise,
/// discharging only in `discharge_window` (empty = always) and at most one full cycle (tube.cpp).
///
/// Nothing grows with the number of sets: b and p of one set cost O(cars × periods), and so does
/// the vertex of a linear cost. All results are the same on any number of threads (0 = all).
class Aggregate {
 public:
  Aggregate(Fleet fleet, TimeGrid horizon, PeriodSet discharge_window = {}, unsigned threads = 0);

  /// b(S): the most energy that can fall into the periods of `set`.
  [[nodiscard]] double most_kwh(const PeriodSet& set) const;
  /// p(S): the least.
  [[nodiscard]] double least_kwh(const PeriodSet& set) const;
  /// The profile that is cheapest at `price` (per period, any sign): a vertex.
  [[nodiscard]] std::vector<double> cheapest_kwh(std::span<const double> price) const;
  /// Every car's part of that vertex: cars × periods. It sums to `cheapest_kwh`.
  [[nodiscard]] Matrix cheapest_by_car_kwh(std::span<const double> price) const;
  /// Every car's part of Σ_k weight_k · (vertex of price_k), added to `out_kwh` (cars × periods).
  void add_by_car(std::span<const double> price, double weight, Matrix& out_kwh) const;

  [[nodiscard]] Envelope envelope() const;
  [[nodiscard]] const Fleet& fleet() const { return fleet_; }
  [[nodiscard]] const TimeGrid& horizon() const { return horizon_; }
  [[nodiscard]] const PeriodSet& discharge_window() const { return discharge_window_; }
  [[nodiscard]] unsigned threads() const { return threads_; }

 private:
  template <class Work>
  void for_each_part(const Work& work) const;
  [[nodiscard]] std::size_t parts() const;

  Fleet fleet_;
  TimeGrid horizon_;
  PeriodSet discharge_window_;
  unsigned threads_ = 0;
};

}  // namespace gridpact::fleet
