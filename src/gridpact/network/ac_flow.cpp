// Fixed point of current injections, per unit (L: unknown node-phases, S: the source's):
//
//   Y_LL V_L + Y_LS V_S = I_L,   I_L = conj(S_L / V_L)
//   w = −Y_LL⁻¹ Y_LS V_S                                (no-load voltages)
//   V ← w + Z conj(S / V),   Z = Y_LL⁻¹                  (until the largest |ΔV| ≤ tolerance)
//
// Y_LL is factorised once; a step is one pair of sparse triangular solves. Also known as the
// implicit Z_bus Gauss method (Chen, Chen, Hwang, Kotas, Chebli, IEEE Trans. Power Delivery 6(3),
// 1991); existence, uniqueness and convergence of the fixed point: Bazrafshan, Gatsis, IEEE Trans.
// Power Systems 33(2), 2018.

#include "gridpact/network/ac_flow.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gridpact/network/detail/ac_flow_impl.hpp"
#include "gridpact/network/detail/complex_product.hpp"

namespace gridpact::network {

namespace {

/// Numbers of one solve, by place among the unknown node-phases. One per thread, so that solves
/// neither share it nor allocate it anew.
struct Workspace {
  std::vector<Complex> voltage, current, scratch, no_load;
  std::vector<Complex> injection;
  std::vector<std::size_t> loaded;  ///< places whose injection is not zero

  void resize(std::size_t count) {
    for (std::vector<Complex>* numbers : {&voltage, &current, &scratch, &no_load, &injection}) {
      numbers->resize(count);
    }
    loaded.clear();
    loaded.reserve(count);
  }
};

/// The larger of both, or NaN if either is NaN: std::max would drop it.
double larger_or_nan(double a, double b) { return b > a || std::isnan(b) ? b : a; }

/// One step V ← w + Z conj(S/V); returns the largest |ΔV|.
double step(const SparseLu<Complex>& unknown_factors, Workspace& work) {
  std::fill(work.current.begin(), work.current.end(), Complex{});
  for (const std::size_t i : work.loaded) {
    work.current[i] = conjugate_ratio(work.injection[i], work.voltage[i]);
  }
  unknown_factors.solve(work.current, work.scratch);
  double largest_squared = 0.0;
  for (std::size_t i = 0; i < work.voltage.size(); ++i) {
    const Complex next = work.no_load[i] + work.current[i];
    largest_squared = larger_or_nan(largest_squared, std::norm(next - work.voltage[i]));
    work.voltage[i] = next;
  }
  return std::sqrt(largest_squared);
}

void record_mismatch(const NodalAdmittance& admittance, std::span<const Complex> injection_pu,
                     FlowState& state) {
  double worst_squared = -1.0;
  for (const std::size_t i : admittance.unknown) {
    const Complex current = admittance.current_pu(i, state.voltage_pu);
    const Complex error = injection_pu[i] - product(state.voltage_pu[i], std::conj(current));
    const double squared = std::norm(error);
    if (squared > worst_squared || (std::isnan(squared) && !std::isnan(worst_squared))) {
      worst_squared = squared;
      state.worst = NodePhaseId{i};
    }
  }
  state.mismatch_pu = admittance.unknown.empty() ? 0.0 : std::sqrt(worst_squared);
}

}  // namespace

AcFlow::AcFlow(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
AcFlow::AcFlow(AcFlow&&) noexcept = default;
AcFlow& AcFlow::operator=(AcFlow&&) noexcept = default;
AcFlow::~AcFlow() = default;

Result<AcFlow> AcFlow::create(const Feeder& feeder) {
  if (Faults faults = electrical_faults(feeder); !faults.empty()) {
    return faults;
  }
  NodalAdmittance admittance = nodal_admittance(feeder);
  if (Faults faults = disconnected_faults(feeder, admittance); !faults.empty()) {
    return faults;
  }
  SparseLu<Complex> factors(admittance.unknown.size(), admittance.unknown_block());
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
  return AcFlow(std::make_unique<const Impl>(
      Impl{feeder, std::move(admittance), std::move(factors), std::move(no_load)}));
}

FlowState AcFlow::solve(std::span<const Complex> injection_pu, const FlowOptions& options,
                        const std::vector<Complex>* start) const {
  const auto& [feeder, admittance, unknown_factors, no_load] = *impl_;
  assert(injection_pu.size() == feeder.node_phases.size());
  assert(start == nullptr || start->size() == feeder.node_phases.size());
  const std::vector<std::size_t>& unknown = admittance.unknown;
  thread_local Workspace work;
  work.resize(unknown.size());
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    work.no_load[i] = no_load[unknown[i]];
    work.voltage[i] = (start != nullptr ? *start : no_load)[unknown[i]];
    work.injection[i] = injection_pu[unknown[i]];
    if (work.injection[i] != Complex{}) {
      work.loaded.push_back(i);
    }
  }

  FlowState state;
  while (!state.converged && state.iterations < options.max_iterations) {
    const double change = step(unknown_factors, work);
    ++state.iterations;
    state.converged = change <= options.tolerance_pu;
    if (!std::isfinite(change)) {
      break;
    }
  }

  state.voltage_pu = no_load;
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    state.voltage_pu[unknown[i]] = work.voltage[i];
  }
  for (const std::size_t i : admittance.source) {
    state.source_injection_pu += injection_pu[i];
  }
  record_mismatch(admittance, injection_pu, state);
  return state;
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
  Complex power_pu = 0.0;
  for (const std::size_t i : impl_->admittance.source) {
    power_pu += product(voltage_pu[i], std::conj(impl_->admittance.current_pu(i, voltage_pu)));
  }
  return power_pu * impl_->feeder.base_kva;
}

Complex AcFlow::import_kva(const FlowState& state) const {
  return source_power_kva(state.voltage_pu) - state.source_injection_pu * impl_->feeder.base_kva;
}

double AcFlow::losses_kw(std::span<const Complex> voltage_pu) const {
  double losses_pu = 0.0;
  for (const Branch& branch : impl_->feeder.branches) {
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
  double largest_squared = -1.0;
  for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
    const Complex current = terminal_current_pu(branch, i, voltage_pu);
    const double amps_per_pu = feeder.node_phases[branch.terminals[i].index()].amps_per_pu;
    const double squared = std::norm(current) * amps_per_pu * amps_per_pu;
    if (squared > largest_squared) {
      largest_squared = squared;
      largest = {i, current, amps_per_pu, std::sqrt(squared)};
    }
  }
  return largest;
}

void add_injection(const Feeder& feeder, NodeId node, Complex kva,
                   std::span<Complex> injection_pu) {
  for_each_share(feeder, node, [&](std::size_t node_phase, double share) {
    injection_pu[node_phase] += kva * (share / feeder.base_kva);
  });
}

}  // namespace gridpact::network
