#pragma once

#include <functional>
#include <vector>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/dispatch/solve_day.hpp"

namespace gridpact::dispatch {

/// Chooses which generators run, by outer approximation: the program of the rows found so far,
/// integers and all, proposes a choice and bounds every choice from below; the program with that
/// choice fixed says what it costs, and finds more rows. It ends when the two are near.
class CommitmentSearch {
 public:
  /// Of a day whose relaxation has converged and need not give. `converge` brings the program, with
  /// its generators fixed, to its optimum (DaySolution::solution).
  CommitmentSearch(DaySolution& day, std::function<Faults()> converge, const PlanOptions& options,
                   program::SolveOptions solve_options);

  /// Leaves the best choice fixed, the rows' switches being relaxed, and `lower_bound_eur` proven
  /// for every choice. False: no choice keeps all limits; then the one that gives least is fixed,
  /// and rows may give. Faults: interrupted; a failed solver.
  [[nodiscard]] Result<bool> choose();

  /// The best point by the rows so far, all variables integer that are marked so; its bound goes to
  /// `lower_bound_eur`. The stations' parts that are mixtures are let go against their prices in
  /// the relaxation. Empty: there is none.
  [[nodiscard]] Result<std::vector<double>> propose();
  /// A choice that is asked for, or the one that is held.
  void fix(const std::vector<Profile>& on);

 private:
  struct Choice {
    std::vector<Profile> on;
    UnitCommitment::Reach reach = UnitCommitment::Reach::anywhere;
    friend bool operator==(const Choice&, const Choice&) = default;
  };
  [[nodiscard]] bool is_held() const {
    return day_.day->state.running == Prepared::State::Running::held_and_proven;
  }
  [[nodiscard]] bool is_proven() const;
  [[nodiscard]] Faults consider(const Choice& choice);

  DaySolution& day_;
  std::function<Faults()> converge_;
  double relative_gap_;
  unsigned threads_;
  program::SolveOptions solve_options_;
  std::vector<double> prices_;  ///< the relaxation's duals
  std::vector<Choice> considered_;
  Choice best_;
  double best_cost_ = program::infinity;
};

}  // namespace gridpact::dispatch
