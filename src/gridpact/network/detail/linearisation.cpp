// Implicit differentiation of the current balance at every node-phase i of unknown voltage (source:
// dV = 0). With σ_e the vector that takes voltages to the voltage across port e, w_e = σ_eᵀ V,
// level ℓ_e and the port's law j_e = ℓ_e φ_e(w_e), dφ_e = a_e dw + b_e conj(dw) (load_current.hpp):
//
//   Y V = conj(S / V) − Σ_e σ_e ℓ_e φ_e(w_e)
//   Y dV + D conj(dV) + Σ_e σ_e ℓ_e (a_e σ_eᵀ dV + b_e conj(σ_eᵀ dV))
//       = conj(dS / V) − Σ_e σ_e dℓ_e φ_e(w_e),           D = diag conj(S / V²)
//
// It is linear over the reals, not over the complex numbers, because of the conjugates: a term
// p x + q conj(x) of row i takes, with x = x_r + j x_i, the 2 × 2 block
//
//   [ Re(p + q)   −Im(p − q) ]
//   [ Im(p + q)    Re(p − q) ]
//
// factorised once. It is the Jacobian of Newton's method in rectangular form, so the tangent is
// exact. Powers Re(c V_t conj(i_t)), i = Y_l V, of a terminal t of branch l have the gradient
//
//   g_t += conj(c) i_t,   g_k += c V_t conj(Y_l,tk)         d(power) = Re Σ_k conj(g_k) dV_k
//
// with c = 1 for active and −j for reactive power.

#include "gridpact/network/detail/linearisation.hpp"

#include <cassert>
#include <cmath>

#include "gridpact/network/detail/complex_product.hpp"

namespace gridpact::network {

namespace {

/// p·x + q·conj(x) of unknown `column` in row `row`, as real entries.
void add_block(std::size_t row, std::size_t column, Complex p, Complex q,
               std::vector<Entry<double>>& entries) {
  entries.push_back({2 * row, 2 * column, (p + q).real()});
  entries.push_back({2 * row, 2 * column + 1, -(p - q).imag()});
  entries.push_back({2 * row + 1, 2 * column, (p + q).imag()});
  entries.push_back({2 * row + 1, 2 * column + 1, (p - q).real()});
}

/// The ends of a port with their place in σ; calls `visit(node_phase, scale)`.
template <class Visit>
void for_each_end(const LoadPort& port, Visit visit) {
  visit(port.from.index(), port.scale_from);
  if (port.to) {
    visit(port.to->index(), -port.scale_to);
  }
}

}  // namespace

Linearisation::Linearisation(const AcFlow& flow, const FlowState& state, Injection injection)
    : network_(*flow.impl_),
      state_(state),
      injection_(std::move(injection)),
      port_start_(network_.feeder.loads.size() + 1, 0),
      factors_({}, {}) {
  assert(state.converged);
  assert(injection_.power_pu.size() == network_.feeder.node_phases.size());
  assert(injection_.load_level.size() == network_.feeder.loads.size());
  for (const LoadPort& port : network_.ports) {
    port_currents_.push_back(port_current(port, across(port, state_.voltage_pu)));
    port_start_[port.load.index() + 1] = port_currents_.size();
  }
  for (std::size_t l = 0; l + 1 < port_start_.size(); ++l) {
    port_start_[l + 1] = std::max(port_start_[l + 1], port_start_[l]);  // a load without ports
  }
  std::vector<std::size_t> place;
  for (const std::size_t at : network_.elimination) {
    place.insert(place.end(), {2 * at, 2 * at + 1});
  }
  factors_ = SparseLu<double>(tangent_entries(), place);
  find_conductors();
  find_gradients();
}

Complex Linearisation::across(const LoadPort& port, std::span<const Complex> voltage_pu) {
  Complex w = 0.0;
  for_each_end(port, [&](std::size_t i, double scale) { w += scale * voltage_pu[i]; });
  return w;
}

std::pair<std::size_t, std::size_t> Linearisation::ports_of(LoadId load) const {
  return {port_start_[load.index()], port_start_[load.index() + 1]};
}

std::vector<Entry<double>> Linearisation::tangent_entries() const {
  const NodalAdmittance& admittance = network_.admittance;
  std::vector<Entry<double>> entries;
  for (const auto& [row, column, y] : admittance.unknown_block()) {
    add_block(row, column, y, 0.0, entries);
  }
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    const std::size_t node_phase = admittance.unknown[i];
    const Complex power = injection_.power_pu[node_phase];
    if (power != Complex{}) {
      const Complex voltage = state_.voltage_pu[node_phase];
      add_block(i, i, 0.0, std::conj(power / (voltage * voltage)), entries);
    }
  }
  for (std::size_t e = 0; e < network_.ports.size(); ++e) {
    const LoadPort& port = network_.ports[e];
    const double level = injection_.load_level[port.load.index()];
    if (level == 0.0) {
      continue;
    }
    for_each_end(port, [&](std::size_t to, double row_scale) {
      for_each_end(port, [&](std::size_t from, double column_scale) {
        const std::size_t row = admittance.unknown_of[to], column = admittance.unknown_of[from];
        if (row != NodalAdmittance::none && column != NodalAdmittance::none) {
          const double scale = level * row_scale * column_scale;
          add_block(row, column, scale * port_currents_[e].a, scale * port_currents_[e].b, entries);
        }
      });
    });
  }
  return entries;
}

std::vector<Complex> Linearisation::voltage_change(std::span<const Current> currents) const {
  const NodalAdmittance& admittance = network_.admittance;
  std::vector<double> solution(factors_.size(), 0.0), scratch(factors_.size());
  for (const auto& [node_phase, pu] : currents) {
    const std::size_t i = admittance.unknown_of[node_phase];
    if (i != NodalAdmittance::none) {
      solution[2 * i] += pu.real();
      solution[2 * i + 1] += pu.imag();
    }
  }
  factors_.solve(solution, scratch);
  std::vector<Complex> change(state_.voltage_pu.size());
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    change[admittance.unknown[i]] = {solution[2 * i], solution[2 * i + 1]};
  }
  return change;
}

std::vector<Complex> Linearisation::adjoint(std::span<const Complex> gradient) const {
  const NodalAdmittance& admittance = network_.admittance;
  std::vector<double> solution(factors_.size(), 0.0), scratch(factors_.size());
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    solution[2 * i] = gradient[admittance.unknown[i]].real();
    solution[2 * i + 1] = gradient[admittance.unknown[i]].imag();
  }
  factors_.solve_transposed(solution, scratch);
  std::vector<Complex> out(state_.voltage_pu.size());
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    out[admittance.unknown[i]] = {solution[2 * i], solution[2 * i + 1]};
  }
  return out;
}

std::vector<Linearisation::Current> Linearisation::currents_of(
    const InjectionColumn& column) const {
  std::vector<Current> currents;
  for (const auto& [node_phase, power_pu] : column.power_pu) {
    currents.push_back(
        {node_phase.index(), std::conj(power_pu / state_.voltage_pu[node_phase.index()])});
  }
  for (const auto& [load, level] : column.load_level) {
    const auto [first, last] = ports_of(load);
    for (std::size_t e = first; e < last; ++e) {
      const Complex drawn = level * port_currents_[e].current_pu;
      for_each_end(network_.ports[e],
                   [&](std::size_t i, double scale) { currents.push_back({i, -scale * drawn}); });
    }
  }
  return currents;
}

void Linearisation::find_conductors() {
  constexpr double relative_rounding = 1e-12;
  const Feeder& feeder = network_.feeder;
  const std::vector<Complex>& voltage = state_.voltage_pu;
  for (std::size_t l = 0; l < feeder.branches.size(); ++l) {
    const Branch& branch = feeder.branches[l];
    const double amps_per_pu = feeder.node_phases[branch.terminals.front().index()].amps_per_pu;
    const std::size_t first = conductors_.size();
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const Complex pu = terminal_current_pu(branch, i, voltage);
      if (i < branch.from_count) {
        conductors_.push_back({{BranchId{l}, i}, pu, amps_per_pu, false});
        continue;
      }
      ConductorCurrent& known = conductors_[first + (i - branch.from_count) % branch.from_count];
      if (std::norm(pu) > std::norm(known.pu)) {
        known.conductor.terminal = i;
        known.pu = pu;
      }
    }
    for (std::size_t c = first; c < conductors_.size(); ++c) {
      double terms = 0.0;
      for (std::size_t k = 0; k < branch.terminals.size(); ++k) {
        terms += std::abs(branch.admittance_pu(conductors_[c].conductor.terminal, k)) *
                 std::abs(voltage[branch.terminals[k].index()]);
      }
      conductors_[c].is_zero = std::abs(conductors_[c].pu) <= relative_rounding * terms;
    }
  }
}

void Linearisation::add_terminal_power(Gradient& gradient, const Branch& branch,
                                       std::size_t terminal, Complex factor) const {
  const Complex voltage = state_.voltage_pu[branch.terminals[terminal].index()];
  gradient[branch.terminals[terminal].index()] +=
      std::conj(factor) * terminal_current_pu(branch, terminal, state_.voltage_pu);
  for (std::size_t k = 0; k < branch.terminals.size(); ++k) {
    gradient[branch.terminals[k].index()] +=
        factor * voltage * std::conj(branch.admittance_pu(terminal, k));
  }
}

void Linearisation::find_gradients() {
  const Feeder& feeder = network_.feeder;
  const Complex reactive(0.0, -1.0);
  gradients_.fill(Gradient(feeder.node_phases.size()));
  for (const Branch& branch : feeder.branches) {
    const bool is_source_branch = branch.kind == BranchKind::source;
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      if (!is_source_branch) {
        add_terminal_power(gradients_[losses], branch, i, 1.0);
      }
      // As AcFlow::source_power_kva meters it.
      const bool at_source = feeder.node_phases[branch.terminals[i].index()].node == feeder.source;
      if (is_source_branch != at_source) {
        const double sign = at_source ? 1.0 : -1.0;
        add_terminal_power(gradients_[import_active], branch, i, sign);
        add_terminal_power(gradients_[import_reactive], branch, i, sign * reactive);
      }
    }
  }
}

double Linearisation::along(const Gradient& gradient, std::span<const Complex> change) {
  double sum = 0.0;
  for (std::size_t i = 0; i < change.size(); ++i) {
    sum += product(std::conj(gradient[i]), change[i]).real();
  }
  return sum;
}

void Linearisation::add_drawn_at_source(double factor, Gradient& gradient) const {
  for (std::size_t e = 0; e < network_.ports.size(); ++e) {
    const LoadPort& port = network_.ports[e];
    const double level = injection_.load_level[port.load.index()];
    Complex by_voltage = 0.0;  // d(drawn) = Re conj(by_voltage) dw
    for_each_end(port, [&](std::size_t i, double scale) {
      if (network_.feeder.node_phases[i].node == network_.feeder.source) {
        const Complex v = state_.voltage_pu[i];
        by_voltage += factor * scale * level *
                      (v * std::conj(port_currents_[e].a) + std::conj(v) * port_currents_[e].b);
      }
    });
    for_each_end(port, [&](std::size_t i, double scale) { gradient[i] += scale * by_voltage; });
  }
}

Complex Linearisation::source_injection_change(const InjectionColumn& column,
                                               std::span<const Complex> change) const {
  const auto at_source = [&](std::size_t i) {
    return network_.feeder.node_phases[i].node == network_.feeder.source;
  };
  Complex power = 0.0;
  for (const auto& [node_phase, power_pu] : column.power_pu) {
    power += at_source(node_phase.index()) ? power_pu : Complex{};
  }
  std::vector<double> level_change(network_.feeder.loads.size(), 0.0);
  for (const auto& [load, level] : column.load_level) {
    level_change[load.index()] += level;
  }
  for (std::size_t e = 0; e < network_.ports.size(); ++e) {
    const LoadPort& port = network_.ports[e];
    for_each_end(port, [&](std::size_t i, double scale) {
      if (at_source(i)) {
        const PortCurrent& law = port_currents_[e];
        const Complex dw = across(port, change);
        const Complex drawn =
            level_change[port.load.index()] * law.current_pu +
            injection_.load_level[port.load.index()] * (law.a * dw + law.b * std::conj(dw));
        power -= state_.voltage_pu[i] * std::conj(scale * drawn);
      }
    });
  }
  return power;
}

}  // namespace gridpact::network
