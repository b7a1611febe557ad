#pragma once

#include "gridpact/dispatch/commitment.hpp"
#include "gridpact/dispatch/delivery_cuts.hpp"
#include "gridpact/dispatch/risk_rows.hpp"
#include "gridpact/dispatch/station_hull.hpp"

namespace gridpact::dispatch {

/// A solved day: the program at its best point, and what was proven about it.
struct DaySolution {
  std::unique_ptr<DayProgram> day;
  std::unique_ptr<UnitCommitment> units;
  std::unique_ptr<StationHull> hull;
  std::unique_ptr<DeliveryCuts> calls;
  std::unique_ptr<RiskRows> rows;
  program::Solution solution;    ///< with duals: the last program was continuous
  double lower_bound_eur = 0.0;  ///< of the program, without the constant deviation cost
  double cost_eur = 0.0;         ///< the point's, quadratic costs and wear exact
};

/// What is said of a program without an optimum.
[[nodiscard]] Fault no_optimum(program::Status status, const std::string& message);

/// Faults: the limits in conflict; an interrupted or failed solver.
[[nodiscard]] Result<DaySolution> solve_day(const Prepared::State& state,
                                            const PlanOptions& options);

/// Where the program would have the day with its rows' switches relaxed, to within 0.02 % of cost
/// and within the stations' sets: good enough to linearise at. `cost_eur` is not set. Faults: as
/// above.
[[nodiscard]] Result<DaySolution> relax_day(const Prepared::State& state,
                                            const PlanOptions& options);

/// What can be said of ε where no plan keeps it: that the limits conflict on the expected day
/// already, or the smallest joint violation limit (to 2 %, of the program without switches, so
/// never too large) that a plan near `state` can keep. Faults: one, the sentence; or interrupted.
[[nodiscard]] Faults explain_risk_level(const Prepared::State& state, const PlanOptions& options);

}  // namespace gridpact::dispatch
