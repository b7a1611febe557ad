#pragma once

#include <span>
#include <utility>
#include <vector>

#include "gridpact/base/ids.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::network {

/// What enters and leaves the network at one moment, besides what its branches carry.
struct Injection {
  /// Per node-phase: constant complex power into the network, from ground (a generator, an
  /// inverter, charging cars with their sign reversed), pu of `Feeder::base_kva`.
  std::vector<Complex> power_pu;
  /// Per load of the feeder: factor on its nominal power.
  std::vector<double> load_level;

  /// Nothing generated; every load at `level`.
  [[nodiscard]] static Injection loads_at(const Feeder& feeder, double level);
};

/// One number that moves injections: the level of a group of loads, a generator's kW, the charging
/// of a station. An injection is then affine in a few such numbers, Σ_j x_j column_j: that is how
/// plans, linear models and batches of scenarios all speak of it.
struct InjectionColumn {
  std::vector<std::pair<NodePhaseId, Complex>> power_pu;  ///< per unit of x, into the network
  std::vector<std::pair<LoadId, double>> load_level;      ///< per unit of x
};

/// The injection Σ_j x_j column_j. `x` has one number per column.
[[nodiscard]] Injection combine(const Feeder& feeder, std::span<const InjectionColumn> columns,
                                std::span<const double> x);

/// 1 kW (or, times j, 1 kvar) into the network at `node`, split equally over its phases (its
/// neutral, phase 4, takes no share).
[[nodiscard]] InjectionColumn power_at(const Feeder& feeder, NodeId node, Complex kva_per_unit);

}  // namespace gridpact::network
