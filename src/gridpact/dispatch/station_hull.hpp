#pragma once

#include <memory>
#include <vector>

#include "gridpact/dispatch/day_program.hpp"
#include "gridpact/dispatch/station_cuts.hpp"
#include "gridpact/dispatch/station_set.hpp"
#include "gridpact/program/parts.hpp"

namespace gridpact::dispatch {

/// The stations' flexibility inside the program, from within: a station's profile is the sum over
/// the parts of its cars of convex combinations of their joint schedules, so that every plan can be
/// delivered car by car. New schedules are priced in by the program's duals until none would lower
/// the cost: then nothing of the set (station_set.hpp) is missing at the optimum. The wear of
/// clusters of batteries enters as segments of depth (fleet/wear.hpp).
class StationHull {
 public:
  explicit StationHull(DayProgram& day);

  struct Priced {
    std::size_t added = 0;
    /// Σ of the negative reduced costs: objective + this is a lower bound over the sets.
    double bound_change_eur = 0.0;
  };
  /// Prices new schedules at `solution`'s duals and adds those that promise more than
  /// `smallest_gain_eur`.
  Priced add_columns(const program::Solution& solution, double smallest_gain_eur);

  /// Adds inequalities of the parts' sets that a point breaks; returns how many rows. At the
  /// solution's prices: those by which it is cheaper than the cars can be, found quickly.
  std::size_t separate_at_prices(const program::Solution& solution, unsigned threads);
  std::size_t separate(std::span<const double> point, unsigned threads);

  /// Per station the cars' joint schedule at a point of the program.
  [[nodiscard]] std::vector<fleet::Schedule> schedules(std::span<const double> point) const;

  /// Per station and part its schedule, followed by those of which it is made
  /// (Decision::schedules).
  [[nodiscard]] std::vector<std::vector<std::vector<fleet::Schedule>>> used_schedules(
      std::span<const double> point) const;

  /// Per station and part the inequalities found so far: what `Decision::energy_cuts` remembers.
  [[nodiscard]] std::vector<std::vector<std::vector<EnergyCut>>> energy_cuts() const;

  /// By how much the wear of the cars' schedules at a point costs more than what the program counts
  /// there: mixtures of schedules that lose differ from the mixture of their contents.
  [[nodiscard]] double uncounted_wear_eur(std::span<const double> point) const;

  /// What ties the stations' periods together, to be let go against its multipliers; the stations'
  /// own part of the Lagrangian is then `least_cost`, over their sets.
  [[nodiscard]] program::Coupling coupling() const;
  /// Of this only what the schedules of parts that enter as mixtures are in: what remains still
  /// ties the periods.
  [[nodiscard]] program::Coupling mixtures() const;
  /// Σ of the cheapest joint schedules' costs at the links' `duals` (one per constraint).
  [[nodiscard]] double least_cost(std::span<const double> duals) const;

  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] const std::vector<std::unique_ptr<StationSet>>& sets() const { return sets_; }

 private:
  struct Part {
    std::size_t station = 0;
    const StationPart* cars = nullptr;
    std::unique_ptr<StationCuts> cuts;  ///< if its set has them: no schedules then
    std::vector<fleet::Schedule> schedules;
    std::vector<VariableId> weights;
    ConstraintId convexity;
    /// Σ weight·(content gained by a battery) − gained + lost = 0, per period of the cluster; empty
    /// if its wear is not counted.
    std::vector<ConstraintId> content;
    std::vector<VariableId> wear;  ///< variables of its segments
  };
  /// The cheapest answer of a part to the links' duals.
  struct Answer {
    fleet::Schedule schedule;
    double cost = 0.0;
  };
  void add_links(std::size_t s);
  void add_part(std::size_t s, std::size_t number);
  void add_wear(Part& part);
  void add_first_schedules(std::size_t part, std::size_t number);
  /// Of energy at station s, €/kWh per period.
  [[nodiscard]] Profile price_of(std::size_t s, std::span<const double> duals) const;
  template <class Look>
  std::size_t add_cuts(unsigned threads, const Look& look);
  [[nodiscard]] Answer answer(const Part& part, std::span<const double> duals) const;
  void add(Part& part, fleet::Schedule schedule);
  [[nodiscard]] fleet::Schedule mixture(const Part& part, std::span<const double> point) const;

  DayProgram& day_;
  std::vector<std::unique_ptr<StationSet>> sets_;  ///< per station
  std::vector<std::vector<ConstraintId>> links_;   ///< Σ weight·schedule − charge = 0, per period
  std::vector<Part> parts_;                        ///< station by station
};

}  // namespace gridpact::dispatch
