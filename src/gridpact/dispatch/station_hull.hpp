#pragma once

#include <vector>

#include "gridpact/dispatch/day_program.hpp"
#include "gridpact/program/parts.hpp"

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

  /// Per station the cars' joint schedule at a point of the program.
  [[nodiscard]] std::vector<fleet::Schedule> schedules(std::span<const double> point) const;

  /// The same, each followed by the schedules of which it is made (Decision::schedules).
  [[nodiscard]] std::vector<std::vector<fleet::Schedule>> used_schedules(
      std::span<const double> point) const;

  /// What ties the stations' periods together, to be let go against its multipliers; the stations'
  /// own part of the Lagrangian is then `least_cost`, over the exact sets.
  [[nodiscard]] program::Coupling coupling() const;
  /// Σ_s of the cheapest joint schedule's cost at the links' `duals` (one per constraint).
  [[nodiscard]] double least_cost(std::span<const double> duals) const;

  [[nodiscard]] std::size_t columns() const;

 private:
  struct Station {
    std::vector<fleet::Schedule> schedules;
    std::vector<VariableId> weights;
    std::vector<ConstraintId> link;  ///< Σ weight·schedule − charge = 0, per period
    ConstraintId convexity;
  };
  /// The cheapest answer of a station to the links' duals.
  struct Answer {
    fleet::Schedule schedule;
    double cost = 0.0;
  };
  [[nodiscard]] Answer answer(std::size_t s, std::span<const double> duals) const;
  void add(std::size_t s, fleet::Schedule schedule);

  DayProgram& day_;
  std::vector<Station> stations_;
};

}  // namespace gridpact::dispatch
