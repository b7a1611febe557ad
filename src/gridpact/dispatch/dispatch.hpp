#pragma once

#include <cstdint>
#include <memory>

#include "gridpact/base/progress.hpp"
#include "gridpact/base/result.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::dispatch {

struct PlanOptions {
  Method method = Method::oba;
  Risk risk;                   ///< usually the case's own, or the command line's change of it
  double relative_gap = 1e-3;  ///< certified: (cost − lower bound) / |cost|
  bool any_switches = false;   ///< any choice of which rows hold robustly is good enough
  std::size_t station_days =
      400;                  ///< simulated days from which the stations' deviations are learned
  int max_refinements = 6;  ///< re-linearisations at the plan's own operating point
  double linear_tolerance_pu = 1e-4;  ///< stop when linear and exact voltages agree to this
  double settled_share = 1e-3;        ///< ... and the cost no longer falls by more than this share
  unsigned threads = 0;               ///< 0 = all; never changes the result
  Progress progress;
};

/// What all methods on one case share: beliefs about the errors, and the linear model of the grid
/// at the deterministic plan. Preparing once makes methods comparable on the same rows.
class Prepared {
 public:
  [[nodiscard]] static Result<Prepared> create(const Case& problem, const PlanOptions& options);

  Prepared(Prepared&&) noexcept;
  Prepared& operator=(Prepared&&) noexcept;
  Prepared(const Prepared&);
  Prepared& operator=(const Prepared&);
  ~Prepared();

  struct State;
  [[nodiscard]] const State& state() const { return *state_; }

 private:
  explicit Prepared(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

/// Plans with the rows of `prepared` as they are: no refinement of the linear model. cost(det) ≤
/// cost(icc) ≤ cost(oba) ≤ cost(ba) ≤ cost(ro) holds up to the gap. Faults: the limits in conflict,
/// each with place, period and by how much it would have to give.
[[nodiscard]] Result<Plan> solve(const Prepared& prepared, const PlanOptions& options);

/// Plans and then rebuilds the linear model (and the stations' deviations) at the plan's own
/// operating point until exact AC and linear model agree.
[[nodiscard]] Result<Plan> plan(const Case& problem, const PlanOptions& options);
[[nodiscard]] Result<Plan> plan(const Prepared& prepared, const PlanOptions& options);

}  // namespace gridpact::dispatch
