#pragma once

#include <array>
#include <vector>

#include "gridpact/dispatch/joint_row.hpp"

namespace gridpact::dispatch {

/// The accounts that risk is kept in: the stations' own reserves against everything else.
enum class Layer : std::size_t { net_load, ev };
[[nodiscard]] Layer layer_of(const JointRow& row);

/// What a method makes of the joint limit ε: a cap on every row's risk level ε_i, and whether the
/// levels share a budget, Σ ε_i ≤ ε over all rows of a scope or apart for the two layers. This is
/// all that tells the methods apart.
struct RiskRule {
  double limit = 0.05;  ///< ε
  /// Per layer, ε_i ≤ cap; 0 = robust; ≥ 1 = the expected day only.
  std::array<double, 2> cap{0.05, 0.05};
  bool shares_budget = true;  ///< oba
  /// One budget of ε; or two, of these shares of ε.
  bool splits_layers = false;
  std::array<double, 2> share{1.0, 1.0};

  /// `limit`: ε as it is to be kept under the fitted law (`limit_under_fit`).
  [[nodiscard]] static RiskRule of(Method method, const Risk& risk, double limit,
                                   const std::vector<JointRow>& rows, const TimeGrid& horizon);

  [[nodiscard]] bool expected_day_only() const { return cap[0] >= 1.0; }
  [[nodiscard]] double cap_of(const JointRow& row) const { return cap[index(layer_of(row))]; }
  /// Upper bound of a row's level in the program. With a shared budget it lies beyond the cap,
  /// which the budget implies: so the budget alone binds, and its dual is the price of risk.
  [[nodiscard]] double level_bound(const JointRow& row) const {
    return shares_budget ? 1.02 * cap_of(row) : cap_of(row);
  }

  /// Budgets are numbered by scope and, where layers are split, by layer.
  [[nodiscard]] std::size_t budget_of(const JointRow& row, RiskScope scope) const {
    return splits_layers ? 2 * scope_of(row, scope) + index(layer_of(row)) : scope_of(row, scope);
  }
  [[nodiscard]] std::size_t budget_count(const TimeGrid& horizon, RiskScope scope) const {
    return (splits_layers ? 2 : 1) * scope_count(horizon, scope);
  }
  /// Share of ε that budget k has.
  [[nodiscard]] double budget_share(std::size_t k) const {
    return splits_layers ? share[k % 2] : 1.0;
  }

 private:
  static std::size_t index(Layer layer) { return static_cast<std::size_t>(layer); }
};

}  // namespace gridpact::dispatch
