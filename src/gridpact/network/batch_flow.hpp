#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::network {

/// A few scenarios that were solved side by side. `k` counts them, from 0 to `count()` − 1.
class FlowBlock {
 public:
  [[nodiscard]] std::size_t first() const;  ///< scenario number of k = 0
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] bool converged(std::size_t k) const;
  [[nodiscard]] int iterations(std::size_t k) const;
  [[nodiscard]] Complex voltage_pu(NodePhaseId node_phase, std::size_t k) const;

  /// |V| of every node-phase, pu.
  void voltage_magnitude_pu(std::size_t k, std::span<double> out) const;
  /// Largest conductor current of every branch, A at its from-end.
  void branch_current_a(std::size_t k, std::span<double> out) const;
  /// As AcFlow::import_kva, source_power less what is injected at the source, kW + j·kvar.
  [[nodiscard]] Complex import_kva(std::size_t k) const;
  /// As AcFlow::losses_kw.
  [[nodiscard]] double losses_kw(std::size_t k) const;

 private:
  friend class BatchFlow;
  struct Numbers;
  explicit FlowBlock(Numbers& numbers) : numbers_(numbers) {}
  Numbers& numbers_;
};

/// What an iteration does for one scenario: a step from the node-phases that draw to themselves,
/// and the last one, to all node-phases. Flops: additions, multiplications, divisions and roots
/// alike. Bytes: read or written, the factors' shared by the scenarios that are solved side by
/// side.
struct BatchWork {
  double step_flops = 0.0;
  double last_step_flops = 0.0;
  double step_bytes = 0.0;
  double last_step_bytes = 0.0;
};

/// Many flows of one network, whose injections are Σ_j x_j column_j: on one factorisation, several
/// scenarios side by side in the processor's vectors, blocks of them on all cores. The result of a
/// scenario depends neither on the others nor on the number of threads.
class BatchFlow {
 public:
  /// Loads that no column names draw nothing. `flow` must outlive the batch.
  BatchFlow(const AcFlow& flow, std::vector<InjectionColumn> columns);

  /// Solves every row of `x` (scenarios × columns) and shows the blocks to `visit`, from several
  /// threads and in no order (from one: in order). `start`: voltages to start from, node-phases:
  /// none for the no-load voltages, or those of each scenario, where an empty one means no-load
  /// too. `threads`: 0 = all of the machine. Returns false if `stop` ended it early.
  bool solve(const Matrix& x, const std::function<void(const FlowBlock&)>& visit,
             const FlowOptions& options = {}, std::span<const std::vector<Complex>> start = {},
             unsigned threads = 0, const std::stop_token& stop = {}) const;

  /// Scenarios that are solved side by side.
  [[nodiscard]] static std::size_t width();
  [[nodiscard]] BatchWork work() const;

  BatchFlow(const BatchFlow&) = delete;
  BatchFlow& operator=(const BatchFlow&) = delete;
  BatchFlow(BatchFlow&&) noexcept;
  BatchFlow& operator=(BatchFlow&&) noexcept;
  ~BatchFlow();

 private:
  struct Impl;
  void solve_block(const Matrix& x, const FlowOptions& options,
                   std::span<const std::vector<Complex>> start, FlowBlock::Numbers& numbers) const;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace gridpact::network
