#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"
#include "gridpact/network/detail/sparse_lu.hpp"
#include "gridpact/network/load_current.hpp"

namespace gridpact::network {

/// Ybus, pu, by compressed rows, and which of them have a given voltage.
struct NodalAdmittance {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::vector<std::size_t> row_start;   ///< of each node-phase in `entries`; one more at the end
  std::vector<Entry<Complex>> entries;  ///< by row, then by column, each place once
  std::vector<std::size_t> source;      ///< node-phases of the source, in the order of its voltages
  std::vector<std::size_t> unknown;     ///< all other node-phases, ascending
  std::vector<std::size_t> unknown_of;  ///< node-phase → its place in `unknown`, or `none`

  [[nodiscard]] std::span<const Entry<Complex>> row(std::size_t node_phase) const;

  /// Row `node_phase` of Ybus times V: the current into the network there, pu.
  [[nodiscard]] Complex current_pu(std::size_t node_phase,
                                   std::span<const Complex> voltage_pu) const;

  /// Y_LL, the block between node-phases of unknown voltage.
  [[nodiscard]] std::vector<Entry<Complex>> unknown_block() const;

  /// The place of each unknown in an order of elimination that suits injections at the loads.
  [[nodiscard]] std::vector<std::size_t> elimination_order(const Feeder& feeder,
                                                           std::span<const LoadPort> ports) const;
};

/// The sum of the branches' primitive admittances (which must be finite).
[[nodiscard]] NodalAdmittance nodal_admittance(const Feeder& feeder);

/// What makes a power flow of `feeder` meaningless before Ybus is looked at.
[[nodiscard]] Faults electrical_faults(const Feeder& feeder);

/// One fault for each node, or phase of a node, that no path of branches joins to the source.
[[nodiscard]] Faults disconnected_faults(const Feeder& feeder, const NodalAdmittance& admittance);

/// One fault for each of `undetermined` (places in `unknown`): a voltage that nothing fixes.
[[nodiscard]] Faults undetermined_faults(const Feeder& feeder, const NodalAdmittance& admittance,
                                         const std::vector<std::size_t>& undetermined);

}  // namespace gridpact::network
