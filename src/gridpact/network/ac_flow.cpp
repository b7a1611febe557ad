// Fixed point of current injections, per unit (L: unknown node-phases, S: the source's):
//
//   Y_LL V_L + Y_LS V_S = I_L(V),   I_L(V) = conj(S_L / V_L) − what the loads draw at V
//   w = −Y_LL⁻¹ Y_LS V_S                                (no-load voltages)
//   V ← w + Z I(V),   Z = Y_LL⁻¹                         (until the largest |ΔV| ≤ tolerance)
//
// Y_LL is factorised once; a step is one pair of sparse triangular solves. Also known as the
// implicit Z_bus Gauss method (Chen, Chen, Hwang, Kotas, Chebli, IEEE Trans. Power Delivery 6(3),
// 1991); existence, uniqueness and convergence of the fixed point: Bazrafshan, Gatsis, IEEE Trans.
// Power Systems 33(2), 2018.

#include "gridpact/network/ac_flow.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/network/detail/ac_flow_impl.hpp"
#include "gridpact/network/detail/complex_product.hpp"

namespace gridpact::network {

namespace {

/// Into the network at each node-phase at these voltages, pu.
std::vector<Complex> injected_current_pu(std::span<const LoadPort> ports,
                                         const Injection& injection,
                                         std::span<const Complex> voltage_pu) {
  std::vector<Complex> current(voltage_pu.size());
  for (std::size_t i = 0; i < current.size(); ++i) {
    if (injection.power_pu[i] != Complex{}) {
      current[i] = conjugate_ratio(injection.power_pu[i], voltage_pu[i]);
    }
  }
  for (const LoadPort& port : ports) {
    const double level = injection.load_level[port.load.index()];
    if (level == 0.0) {
      continue;
    }
    const Complex w = port.scale_from * voltage_pu[port.from.index()] -
                      (port.to ? port.scale_to * voltage_pu[port.to->index()] : Complex{});
    const Complex drawn = level * port_current(port, w).current_pu;
    current[port.from.index()] -= port.scale_from * drawn;
    if (port.to) {
      current[port.to->index()] += port.scale_to * drawn;
    }
  }
  return current;
}

/// What the elements of `fixed_point` draw under `injection`, and the voltages to start from.
void prepare(const FixedPoint& fixed_point, std::span<const LoadPort> ports,
             const Injection& injection, const std::vector<Complex>* start,
             FixedPointWork<double>& work) {
  work.resize(fixed_point);
  std::size_t e = 0;
  for (const std::size_t node_phase : fixed_point.injected) {
    const Complex power = injection.power_pu[node_phase];
    work.drawn[e++] = {-power.real(), -power.imag()};
  }
  for (const LoadPort& port : ports) {
    const Complex power = injection.load_level[port.load.index()] * port.power_pu;
    work.drawn[e++] = {power.real(), power.imag()};
  }
  work.find_active();
  for (std::size_t s = 0; s < fixed_point.slots.size(); ++s) {
    const FixedPoint::Slot& slot = fixed_point.slots[s];
    const bool given = slot.solution == FixedPoint::none;
    const Complex voltage =
        start != nullptr && !given ? (*start)[slot.node_phase] : slot.no_load_pu;
    work.voltage[s] = {voltage.real(), voltage.imag()};
  }
}

void record_mismatch(const NodalAdmittance& admittance, std::span<const Complex> current_pu,
                     FlowState& state) {
  double worst_squared = -1.0;
  for (const std::size_t i : admittance.unknown) {
    const Complex current = admittance.current_pu(i, state.voltage_pu);
    const Complex error = product(state.voltage_pu[i], std::conj(current_pu[i] - current));
    const double squared = std::norm(error);
    if (squared > worst_squared || (std::isnan(squared) && !std::isnan(worst_squared))) {
      worst_squared = squared;
      state.worst = NodePhaseId{i};
    }
  }
  state.mismatch_pu = admittance.unknown.empty() ? 0.0 : std::sqrt(worst_squared);
}

Feeder without_open_capacitors(Feeder feeder) {
  for (const SwitchedCapacitor& capacitor : feeder.capacitors) {
    if (!capacitor.closed) {
      ComplexMatrix& admittance = feeder.branches[capacitor.branch.index()].admittance_pu;
      admittance = ComplexMatrix(admittance.rows(), admittance.cols());
    }
  }
  return feeder;
}

}  // namespace

AcFlow::AcFlow(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
AcFlow::AcFlow(AcFlow&&) noexcept = default;
AcFlow& AcFlow::operator=(AcFlow&&) noexcept = default;
AcFlow::~AcFlow() = default;

Result<AcFlow> AcFlow::create(const Feeder& stated) {
  Feeder feeder = without_open_capacitors(stated);
  if (Faults faults = electrical_faults(feeder); !faults.empty()) {
    return faults;
  }
  NodalAdmittance admittance = nodal_admittance(feeder);
  if (Faults faults = disconnected_faults(feeder, admittance); !faults.empty()) {
    return faults;
  }
  std::vector<LoadPort> ports = load_ports(feeder);
  std::vector<std::size_t> elimination = admittance.elimination_order(feeder, ports);
  SparseLu<Complex> factors(admittance.unknown_block(), elimination);
  if (!factors.dependent_columns().empty()) {
    return undetermined_faults(feeder, admittance, factors.dependent_columns());
  }

  std::vector<Complex> no_load(feeder.node_phases.size());
  for (std::size_t i = 0; i < admittance.source.size(); ++i) {
    no_load[admittance.source[i]] = feeder.source_voltage_pu[i];
  }
  std::vector<Complex> unknown, scratch(admittance.unknown.size());
  for (const std::size_t i : admittance.unknown) {
    unknown.push_back(-admittance.current_pu(i, no_load));
  }
  factors.solve(unknown, scratch);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    no_load[admittance.unknown[i]] = unknown[i];
  }
  FixedPoint fixed_point(admittance, factors, no_load, ports, admittance.unknown);
  return AcFlow(std::make_unique<const Impl>(
      Impl{std::move(feeder), std::move(admittance), std::move(elimination), std::move(factors),
           std::move(no_load), std::move(ports), std::move(fixed_point)}));
}

FlowState AcFlow::solve(const Injection& injection, const FlowOptions& options,
                        const std::vector<Complex>* start) const {
  const Impl& network = *impl_;
  const NodalAdmittance& admittance = network.admittance;
  assert(injection.power_pu.size() == network.feeder.node_phases.size());
  assert(injection.load_level.size() == network.feeder.loads.size());
  assert(start == nullptr || start->size() == network.feeder.node_phases.size());
  thread_local FixedPointWork<double> work;
  prepare(network.fixed_point, network.ports, injection, start, work);
  run(network.fixed_point, options.tolerance_pu, options.max_iterations, work);

  FlowState state;
  state.converged = work.converged > 0.5;
  state.iterations = static_cast<int>(work.iterations);
  state.voltage_pu = network.no_load_voltage_pu;
  for (std::size_t i = 0; i < admittance.unknown.size(); ++i) {
    const ComplexLane<double>& above = work.position[network.fixed_point.solution_of[i]];
    state.voltage_pu[admittance.unknown[i]] += Complex{above.re, above.im};
  }
  const std::vector<Complex> current =
      injected_current_pu(network.ports, injection, state.voltage_pu);
  for (const std::size_t i : admittance.source) {
    state.source_injection_pu += product(state.voltage_pu[i], std::conj(current[i]));
  }
  record_mismatch(admittance, current, state);
  return state;
}

FlowState AcFlow::solve(std::span<const Complex> injection_pu, const FlowOptions& options,
                        const std::vector<Complex>* start) const {
  return solve(Injection{{injection_pu.begin(), injection_pu.end()},
                         std::vector<double>(impl_->feeder.loads.size(), 0.0)},
               options, start);
}

std::vector<double> AcFlow::branch_current_a(std::span<const Complex> voltage_pu) const {
  const Feeder& network = impl_->feeder;
  std::vector<double> current_a;
  current_a.reserve(network.branches.size());
  for (const Branch& branch : network.branches) {
    current_a.push_back(largest_current(network, branch, voltage_pu).a);
  }
  return current_a;
}

Complex AcFlow::source_power_kva(std::span<const Complex> voltage_pu) const {
  const Feeder& network = impl_->feeder;
  Complex power_pu = 0.0;
  for (const Branch& branch : network.branches) {
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const NodePhaseId terminal = branch.terminals[i];
      const bool is_source_branch = branch.kind == BranchKind::source;
      const bool at_source = network.node_phases[terminal.index()].node == network.source;
      if (is_source_branch != at_source) {
        const Complex into_branch = product(voltage_pu[terminal.index()],
                                            std::conj(terminal_current_pu(branch, i, voltage_pu)));
        power_pu += at_source ? into_branch : -into_branch;
      }
    }
  }
  return power_pu * network.base_kva;
}

Complex AcFlow::import_kva(const FlowState& state) const {
  return source_power_kva(state.voltage_pu) - state.source_injection_pu * impl_->feeder.base_kva;
}

double AcFlow::losses_kw(std::span<const Complex> voltage_pu) const {
  double losses_pu = 0.0;
  for (const Branch& branch : impl_->feeder.branches) {
    if (branch.kind == BranchKind::source) {
      continue;
    }
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const Complex current = terminal_current_pu(branch, i, voltage_pu);
      losses_pu += product(voltage_pu[branch.terminals[i].index()], std::conj(current)).real();
    }
  }
  return losses_pu * impl_->feeder.base_kva;
}

const Feeder& AcFlow::feeder() const { return impl_->feeder; }

Complex terminal_current_pu(const Branch& branch, std::size_t terminal,
                            std::span<const Complex> voltage_pu) {
  Complex current = 0.0;
  for (std::size_t j = 0; j < branch.terminals.size(); ++j) {
    current += product(branch.admittance_pu(terminal, j), voltage_pu[branch.terminals[j].index()]);
  }
  return current;
}

LargestCurrent largest_current(const Feeder& feeder, const Branch& branch,
                               std::span<const Complex> voltage_pu) {
  LargestCurrent largest;
  largest.amps_per_pu = feeder.node_phases[branch.terminals.front().index()].amps_per_pu;
  double largest_squared = -1.0;
  for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
    const Complex current = terminal_current_pu(branch, i, voltage_pu);
    if (const double squared = std::norm(current); squared > largest_squared) {
      largest_squared = squared;
      largest.terminal = i;
      largest.pu = current;
    }
  }
  largest.a = std::sqrt(std::max(largest_squared, 0.0)) * largest.amps_per_pu;
  return largest;
}

std::string explain_divergence(const Feeder& feeder, const FlowState& state) {
  const NodePhase& worst = feeder.node_phases[state.worst.index()];
  const std::string node = feeder.nodes[worst.node.index()].name;
  const std::string place = worst.phase == 0 ? fmt::format("node '{}'", node)
                                             : fmt::format("node '{}.{}'", node, worst.phase);
  if (!std::isfinite(state.mismatch_pu)) {
    return fmt::format(
        "after {} iterations a voltage is no longer a number, at {}: the demand is "
        "beyond what the feeder can carry, or an injection sits where there is no voltage",
        state.iterations, place);
  }
  return fmt::format(
      "not settled after {} iterations, {:.3g} kVA missing at {}, where the voltage is "
      "{:.3f} pu: the demand is at or beyond what the feeder can carry",
      state.iterations, state.mismatch_pu * feeder.base_kva, place,
      std::abs(state.voltage_pu[state.worst.index()]));
}

void add_injection(const Feeder& feeder, NodeId node, Complex kva,
                   std::span<Complex> injection_pu) {
  for_each_share(feeder, node, [&](std::size_t node_phase, double share) {
    injection_pu[node_phase] += kva * (share / feeder.base_kva);
  });
}

}  // namespace gridpact::network
