#pragma once

#include <vector>

#include "gridpact/dispatch/day_program.hpp"

namespace gridpact::dispatch {

/// The stations' flexibility inside the program, from within: a station's profile is a convex
/// combination of joint schedules of its cars, so that every plan can be delivered car by car. New
/// schedules are priced in by the program's duals until none would lower the cost: then nothing of
/// the exact flexibility set is missing at the optimum.
class StationHull {
 public:
  explicit StationHull(DayProgram& day);

  struct Priced {
    std::size_t added = 0;
    /// Σ_s of the negative reduced costs: objective + this is a lower bound over the exact sets.
    double bound_change_eur = 0.0;
  };
  /// Prices new schedules at `solution`'s duals and adds those that promise more than
  /// `smallest_gain_eur`.
  Priced add_columns(const program::Solution& solution, double smallest_gain_eur);

  /// The cars' schedules (cars × periods, kW) at a point of the program.
  [[nodiscard]] std::vector<Matrix> car_schedules(std::span<const double> point) const;

  /// The schedules of which the stations' profiles at a point are made.
  [[nodiscard]] std::vector<std::vector<fleet::Schedule>> used_schedules(
      std::span<const double> point) const;

  /// The program with the stations' flexibility from without: instead of the schedules, what every
  /// pricing so far has proven, Σ_t price_t·charge_t ≥ the cheapest answer. Its optimum is a lower
  /// bound.
  [[nodiscard]] program::Program outer_program() const;

  [[nodiscard]] std::size_t columns() const;

 private:
  struct Station {
    std::vector<fleet::Schedule> schedules;
    std::vector<VariableId> weights;
    std::vector<ConstraintId> link;  ///< Σ weight·schedule − charge = 0, per period
    ConstraintId convexity;
  };
  /// No schedule of station s costs less than `least` at `price`.
  struct Proof {
    std::size_t station = 0;
    Profile price;
    double least = 0.0;
  };
  void add(std::size_t s, fleet::Schedule schedule);

  DayProgram& day_;
  std::vector<Station> stations_;
  std::vector<Proof> proofs_;
};

}  // namespace gridpact::dispatch
