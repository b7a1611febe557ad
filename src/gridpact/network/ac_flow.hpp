#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/feeder.hpp"
#include "gridpact/network/injection.hpp"

namespace gridpact::network {

/// Outcome of one AC power flow. Divergence is a value, with its reason.
struct FlowState {
  std::vector<Complex> voltage_pu;  ///< per node-phase, source included
  bool converged = false;
  int iterations = 0;
  double mismatch_pu = 0.0;     ///< largest power mismatch |V·conj(I − Y V)|, I what is injected
  NodePhaseId worst;            ///< where
  Complex source_injection_pu;  ///< what was injected at the source itself: it moves no voltage
};

/// Why `state` has not converged, and where it is worst: a sentence without its full stop.
[[nodiscard]] std::string explain_divergence(const Feeder& feeder, const FlowState& state);

struct FlowOptions {
  double tolerance_pu = 1e-10;  ///< on the largest voltage change of an iteration, pu
  int max_iterations = 200;
};

/// Exact multiphase AC power flow, on one factorisation of Ybus, with loads of any connection and
/// voltage dependence and constant-power injections. Thread-safe for concurrent `solve` calls.
class AcFlow {
 public:
  /// Faults, each naming its node or branch: a node-phase not connected to the source, one whose
  /// voltage nothing determines (singular Ybus), an admittance that is not finite, a source without
  /// voltages. Tap changers and capacitors stand as `feeder` states (positions.hpp: elsewhere).
  [[nodiscard]] static Result<AcFlow> create(const Feeder& feeder);

  /// Entries of `injection` at the source move no voltage and only count in `import_kva`. `start`:
  /// voltages to start from (no-load voltages if absent). Formula: fixed point V = w + Z·I(V), w
  /// the no-load voltage. It converges linearly to the operable (high-voltage) solution, ever
  /// slower towards the largest load that the feeder can carry: with 200 iterations IEEE 33 is
  /// solved up to 99.8 % of the load beyond which Newton's method finds no solution either.
  [[nodiscard]] FlowState solve(const Injection& injection, const FlowOptions& options = {},
                                const std::vector<Complex>* start = nullptr) const;

  /// The same with constant power alone: pu into the network at each node-phase (demand negative);
  /// the feeder's own loads draw nothing.
  [[nodiscard]] FlowState solve(std::span<const Complex> injection_pu,
                                const FlowOptions& options = {},
                                const std::vector<Complex>* start = nullptr) const;

  /// Largest conductor current of each branch at `voltage_pu`, A (magnitude) at its from-end.
  [[nodiscard]] std::vector<double> branch_current_a(std::span<const Complex> voltage_pu) const;

  /// Complex power that the source feeds into the feeder, kW + j·kvar (positive = import); where
  /// branches of kind `source` lead from it, at their far ends.
  [[nodiscard]] Complex source_power_kva(std::span<const Complex> voltage_pu) const;

  /// Complex power drawn from the grid above: what the source feeds into the feeder, less what is
  /// injected at the source node itself, kW + j·kvar.
  [[nodiscard]] Complex import_kva(const FlowState& state) const;

  /// Power lost in all branches but those of kind `source`, kW.
  [[nodiscard]] double losses_kw(std::span<const Complex> voltage_pu) const;

  [[nodiscard]] const Feeder& feeder() const;

  AcFlow(const AcFlow&) = delete;
  AcFlow& operator=(const AcFlow&) = delete;
  AcFlow(AcFlow&&) noexcept;
  AcFlow& operator=(AcFlow&&) noexcept;
  ~AcFlow();

 private:
  friend class Linearisation;
  friend class BatchFlow;
  friend class FlowBlock;
  struct Impl;
  explicit AcFlow(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// Adds `kva` (kW + j·kvar, positive = into the network) at `node`, split equally over its phases
/// (its neutral, phase 4, takes no share).
void add_injection(const Feeder& feeder, NodeId node, Complex kva, std::span<Complex> injection_pu);

}  // namespace gridpact::network
