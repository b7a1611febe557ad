#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/model/case.hpp"
#include "gridpact/model/plan.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::verify {

/// Of a limit's own size, A or kW, as far as distances to it are concerned.
inline constexpr double least_scale = 1.0;

/// The limits that the plan promised to keep jointly, and what breaks them in one period.
class JointLimits {
 public:
  JointLimits(const Case& problem, const Plan& plan);

  /// Adds what breaks in `period`. Voltages (pu) by node-phase, currents (A) by branch.
  void check_grid(std::size_t period, std::span<const double> voltage_pu,
                  std::span<const double> current_a, double import_kw,
                  std::vector<Breach>& breaches) const;
  /// The same for the reserves; positive deviations (kW) need up reserve.
  void check_reserves(std::size_t period, double net_load_deviation_kw,
                      std::span<const double> station_deviation_kw,
                      std::vector<Breach>& breaches) const;
  /// Adds every limit of the grid: the flow has no solution.
  void break_grid(std::size_t period, std::vector<Breach>& breaches) const;

  /// How near `period` of a replayed day came to breaking a limit, in shares of the limits: the
  /// least of (limit − value) / s over all of them, negative by the worst that is broken. s is half
  /// the voltage band (pu), the branch's rating (A), the import limit (kW), half of what the
  /// reserve up and down spans (kW); never less than `least_scale`. −∞ where the flow has no
  /// solution.
  [[nodiscard]] double distance(const ScenarioReplay& day, std::size_t period) const;

  /// A dense number of each limit, below `count()`, in the order of the kinds and of the case.
  [[nodiscard]] std::size_t index_of(RowKind kind, std::size_t element) const;
  [[nodiscard]] std::size_t count() const;
  /// Node-phases that the voltage band is for: all but neutrals.
  [[nodiscard]] const std::vector<std::size_t>& live() const { return live_; }

 private:
  const Case& problem_;
  const Plan& plan_;
  std::vector<std::size_t> live_;
  std::vector<std::size_t> rated_;  ///< branches with a rating
};

}  // namespace gridpact::verify
