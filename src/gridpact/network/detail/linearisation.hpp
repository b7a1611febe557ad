#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/network/detail/ac_flow_impl.hpp"
#include "gridpact/network/injection.hpp"
#include "gridpact/network/linear_model.hpp"

namespace gridpact::network {

/// The exact flow's tangent at one operating point: one factorisation, from which everything that
/// depends on the voltages is differentiated (formulas: linearisation.cpp).
class Linearisation {
 public:
  /// A current into the network at a node-phase, pu.
  struct Current {
    std::size_t node_phase = 0;
    Complex pu;
  };

  /// Keeps references to `flow` and `state`.
  Linearisation(const AcFlow& flow, const FlowState& state, Injection injection);

  [[nodiscard]] const auto& network() const { return network_; }
  [[nodiscard]] const FlowState& state() const { return state_; }
  [[nodiscard]] const Injection& injection() const { return injection_; }

  /// dV of every node-phase for these currents more into the network; those at the source move
  /// nothing.
  [[nodiscard]] std::vector<Complex> voltage_change(std::span<const Current> currents) const;

  /// The adjoint: for d(quantity) = Re Σ_i conj(g_i) dV_i, the y with d(quantity) =
  /// Re Σ_i conj(y_i) dI_i for currents dI more into the network (0 at the source).
  [[nodiscard]] std::vector<Complex> adjoint(std::span<const Complex> gradient) const;

  /// The currents that a unit of `column` brings at the operating point's voltages.
  [[nodiscard]] std::vector<Current> currents_of(const InjectionColumn& column) const;

  /// w = scale_from·V_from − scale_to·V_to of a port, of voltages or of their change.
  [[nodiscard]] static Complex across(const LoadPort& port, std::span<const Complex> voltage_pu);

  /// Indices of the ports of load `load`, [first, second).
  [[nodiscard]] std::pair<std::size_t, std::size_t> ports_of(LoadId load) const;

  /// Per conductor: which terminal stands for it at the operating point, and its current there.
  struct ConductorCurrent {
    Conductor conductor;
    Complex pu;
    double amps_per_pu = 0.0;  ///< at the branch's from-end
    /// Its magnitude has a kink here: what the terms of the current leave when they cancel.
    bool is_zero = false;
  };
  [[nodiscard]] const std::vector<ConductorCurrent>& conductors() const { return conductors_; }

  /// A real quantity of second degree in the voltages: d(quantity) = Re Σ_i conj(g_i) dV_i.
  using Gradient = std::vector<Complex>;
  enum Quantity : std::size_t { losses, import_active, import_reactive, quantity_count };
  /// Powers in pu of the feeder's base.
  [[nodiscard]] const Gradient& gradient(Quantity quantity) const { return gradients_[quantity]; }
  [[nodiscard]] static double along(const Gradient& gradient, std::span<const Complex> change);

  /// Adds factor · (active power, pu, that loads at the source draw) to the quantity.
  void add_drawn_at_source(double factor, Gradient& gradient) const;

  /// d(injected power at the source), pu, for a unit of `column` whose voltage change is `change`.
  [[nodiscard]] Complex source_injection_change(const InjectionColumn& column,
                                                std::span<const Complex> change) const;

 private:
  [[nodiscard]] std::vector<Entry<double>> tangent_entries() const;
  void find_conductors();
  void find_gradients();
  void add_terminal_power(Gradient& gradient, const Branch& branch, std::size_t terminal,
                          Complex factor) const;

  const AcFlow::Impl& network_;
  const FlowState& state_;
  Injection injection_;
  std::vector<PortCurrent> port_currents_;  ///< of each port, at level 1
  std::vector<std::size_t> port_start_;     ///< of each load; one more at the end
  SparseLu<double> factors_;
  std::vector<ConductorCurrent> conductors_;
  std::array<Gradient, quantity_count> gradients_;
};

}  // namespace gridpact::network
