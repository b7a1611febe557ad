#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::network {

/// Outcome of one AC power flow. Divergence is a value, with its reason.
struct FlowState {
  std::vector<Complex> voltage_pu;  ///< per node-phase, source included
  bool converged = false;
  int iterations = 0;
  double mismatch_pu = 0.0;  ///< largest power mismatch |S − V·conj(Y V)|
  NodePhaseId worst;         ///< where
};

struct FlowOptions {
  double tolerance_pu = 1e-10;  ///< on the largest voltage change of an iteration, pu
  int max_iterations = 200;
};

/// Exact multiphase AC power flow with constant-power injections, on one factorisation of Ybus.
/// Thread-safe for concurrent `solve` calls.
class AcFlow {
 public:
  /// Faults: a node-phase not connected to the source, a singular Ybus (each named).
  [[nodiscard]] static Result<AcFlow> create(const Feeder& feeder);

  /// `injection_pu`: complex power into the network at each node-phase (demand negative), of size
  /// node-phases; entries at the source are ignored. `start`: voltages to start from (flat = no-load
  /// voltages if absent). Formula: fixed point V = w + Z·conj(S/V), w the no-load voltage.
  [[nodiscard]] FlowState solve(std::span<const Complex> injection_pu, const FlowOptions& options = {},
                                const std::vector<Complex>* start = nullptr) const;

  /// Largest conductor current of each branch at `voltage_pu`, A (magnitude).
  [[nodiscard]] std::vector<double> branch_current_a(std::span<const Complex> voltage_pu) const;

  /// Complex power that the source feeds into the network, kW + j·kvar (positive = import).
  [[nodiscard]] Complex source_power_kva(std::span<const Complex> voltage_pu) const;

  /// Power lost in all branches, kW.
  [[nodiscard]] double losses_kw(std::span<const Complex> voltage_pu) const;

  [[nodiscard]] const Feeder& feeder() const;

  AcFlow(AcFlow&&) noexcept;
  AcFlow& operator=(AcFlow&&) noexcept;
  ~AcFlow();

 private:
  friend class Linearisation;
  struct Impl;
  explicit AcFlow(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// Adds `kva` (kW + j·kvar, positive = into the network) at `node`, split equally over its phases.
void add_injection(const Feeder& feeder, NodeId node, Complex kva, std::span<Complex> injection_pu);

}  // namespace gridpact::network
