// Implicit differentiation of the power balance at every unknown node-phase i (source: dV = 0):
//
//   S_i = V_i conj(I_i),  I = Y V
//   Σ_j Y_ij dV_j + a_i conj(dV_i) = conj(dS_i) / conj(V_i),   a_i = I_i / conj(V_i)
//
// It is linear over the reals, not over the complex numbers, because of conj(dV): with Y = G + jB,
// a = c + jd and dV = x + jy, node-phase i takes the two real rows
//
//   Σ_j (G_ij x_j − B_ij y_j) + c_i x_i + d_i y_i = Re(...)
//   Σ_j (B_ij x_j + G_ij y_j) + d_i x_i − c_i y_i = Im(...)
//
// factorised once, and solved for each point and each of kW and kvar. Then
//
//   d|V_i|   = Re(conj(V_i) dV_i) / |V_i|
//   d|i_k|   = Re(conj(i_k) di_k) / |i_k|,  di = Y_l dV,   k the largest conductor of branch l
//   dP_source = Re Σ_s V_s conj(Σ_j Y_sj dV_j)
//
// the same Jacobian as Newton's method in rectangular form, so the tangent is exact.

#include "gridpact/network/linear_model.hpp"

#include <cassert>
#include <cmath>

#include "gridpact/network/detail/ac_flow_impl.hpp"
#include "gridpact/network/detail/complex_product.hpp"

namespace gridpact::network {

class Linearisation {
 public:
  Linearisation(const AcFlow& flow, const FlowState& state)
      : network_(*flow.impl_),
        voltage_pu_(state.voltage_pu),
        import_kva_(flow.import_kva(state)),
        factors_(2 * network_.admittance.unknown.size(), tangent_entries()) {
    for (const Branch& branch : network_.feeder.branches) {
      largest_.push_back(largest_current(network_.feeder, branch, voltage_pu_));
    }
  }

  [[nodiscard]] LinearModel model(std::span<const NodeId> points) const;

 private:
  [[nodiscard]] std::vector<Entry<double>> tangent_entries() const;
  [[nodiscard]] std::vector<Complex> voltage_change(NodeId point, Complex kva) const;
  [[nodiscard]] double voltage_sensitivity(std::size_t node_phase, Complex change) const;
  [[nodiscard]] bool is_rounding(std::size_t branch, double magnitude) const;
  [[nodiscard]] double current_sensitivity(std::size_t branch,
                                           std::span<const Complex> change) const;
  [[nodiscard]] double import_sensitivity(NodeId point, Complex kva,
                                          std::span<const Complex> change) const;

  const AcFlow::Impl& network_;
  const std::vector<Complex>& voltage_pu_;
  Complex import_kva_;
  SparseLu<double> factors_;
  std::vector<LargestCurrent> largest_;  ///< of each branch
};

std::vector<Entry<double>> Linearisation::tangent_entries() const {
  // Below this power, pu, a node-phase has no injection: only rounding is left, and dividing it by
  // the square of a neutral's tiny voltage would make an admittance of it.
  constexpr double no_power_pu = 1e-12;
  const NodalAdmittance& admittance = network_.admittance;
  std::vector<Entry<double>> entries;
  for (const auto& [row, column, y] : admittance.unknown_block()) {
    entries.push_back({2 * row, 2 * column, y.real()});
    entries.push_back({2 * row, 2 * column + 1, -y.imag()});
    entries.push_back({2 * row + 1, 2 * column, y.imag()});
    entries.push_back({2 * row + 1, 2 * column + 1, y.real()});
  }
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    const std::size_t node_phase = admittance.unknown[i];
    const Complex current = admittance.current_pu(node_phase, voltage_pu_);
    if (std::abs(current) * std::abs(voltage_pu_[node_phase]) > no_power_pu) {
      const Complex a = current / std::conj(voltage_pu_[node_phase]);
      entries.push_back({2 * i, 2 * i, a.real()});
      entries.push_back({2 * i, 2 * i + 1, a.imag()});
      entries.push_back({2 * i + 1, 2 * i, a.imag()});
      entries.push_back({2 * i + 1, 2 * i + 1, -a.real()});
    }
  }
  return entries;
}

/// dV of every node-phase for an injection of `kva` more at `point`.
std::vector<Complex> Linearisation::voltage_change(NodeId point, Complex kva) const {
  const NodalAdmittance& admittance = network_.admittance;
  std::vector<double> solution(factors_.size(), 0.0), scratch(factors_.size());
  for_each_share(network_.feeder, point, [&](std::size_t node_phase, double share) {
    const std::size_t i = admittance.unknown_of[node_phase];
    if (i != NodalAdmittance::none) {
      const Complex power_pu = kva * (share / network_.feeder.base_kva);
      const Complex current = std::conj(power_pu / voltage_pu_[node_phase]);
      solution[2 * i] = current.real();
      solution[2 * i + 1] = current.imag();
    }
  });
  factors_.solve(solution, scratch);
  std::vector<Complex> change(voltage_pu_.size());
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    change[admittance.unknown[i]] = {solution[2 * i], solution[2 * i + 1]};
  }
  return change;
}

double Linearisation::voltage_sensitivity(std::size_t node_phase, Complex change) const {
  const Complex voltage = voltage_pu_[node_phase];
  const double magnitude = std::abs(voltage);
  return magnitude > 0.0 ? product(std::conj(voltage), change).real() / magnitude : 0.0;
}

/// Is `magnitude` no more than what the terms of the branch's current leave when they cancel?
bool Linearisation::is_rounding(std::size_t branch, double magnitude) const {
  constexpr double relative_rounding = 1e-12;
  const Branch& element = network_.feeder.branches[branch];
  double terms = 0.0;
  for (std::size_t j = 0; j < element.terminals.size(); ++j) {
    terms += std::abs(element.admittance_pu(largest_[branch].terminal, j)) *
             std::abs(voltage_pu_[element.terminals[j].index()]);
  }
  return magnitude <= relative_rounding * terms;
}

double Linearisation::current_sensitivity(std::size_t branch,
                                          std::span<const Complex> change) const {
  const LargestCurrent& largest = largest_[branch];
  const double magnitude = std::abs(largest.pu);
  if (is_rounding(branch, magnitude)) {
    return 0.0;
  }
  const Complex current_change =
      terminal_current_pu(network_.feeder.branches[branch], largest.terminal, change);
  return product(std::conj(largest.pu), current_change).real() / magnitude * largest.amps_per_pu;
}

double Linearisation::import_sensitivity(NodeId point, Complex kva,
                                         std::span<const Complex> change) const {
  if (point == network_.feeder.source) {
    return -kva.real();
  }
  double power_pu = 0.0;
  for (const std::size_t i : network_.admittance.source) {
    const Complex current_change = network_.admittance.current_pu(i, change);
    power_pu += product(voltage_pu_[i], std::conj(current_change)).real();
  }
  return power_pu * network_.feeder.base_kva;
}

LinearModel Linearisation::model(std::span<const NodeId> points) const {
  const std::size_t node_phases = voltage_pu_.size();
  const std::size_t branches = largest_.size();
  LinearModel model;
  model.points.assign(points.begin(), points.end());
  for (const Complex voltage : voltage_pu_) {
    model.voltage_pu.push_back(std::abs(voltage));
  }
  for (const LargestCurrent& largest : largest_) {
    model.current_a.push_back(largest.a);
  }
  model.import_kw = import_kva_.real();

  const auto differentiate = [&](Complex kva, Matrix& voltage, Matrix& current,
                                 std::vector<double>& import) {
    voltage = Matrix(node_phases, points.size());
    current = Matrix(branches, points.size());
    for (std::size_t p = 0; p < points.size(); ++p) {
      const std::vector<Complex> change = voltage_change(points[p], kva);
      for (std::size_t i = 0; i < node_phases; ++i) {
        voltage(i, p) = voltage_sensitivity(i, change[i]);
      }
      for (std::size_t l = 0; l < branches; ++l) {
        current(l, p) = current_sensitivity(l, change);
      }
      import.push_back(import_sensitivity(points[p], kva, change));
    }
  };
  differentiate({1.0, 0.0}, model.voltage_per_kw, model.current_per_kw, model.import_per_kw);
  differentiate({0.0, 1.0}, model.voltage_per_kvar, model.current_per_kvar, model.import_per_kvar);
  return model;
}

LinearModel linearise(const AcFlow& flow, const FlowState& state, std::span<const NodeId> points) {
  assert(state.converged);
  return Linearisation(flow, state).model(points);
}

}  // namespace gridpact::network
