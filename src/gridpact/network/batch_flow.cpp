// The fixed point of ac_flow.cpp for several scenarios at a time: every number is a vector over
// scenarios, so that an entry of the factors is read once for all of them and the arithmetic runs
// in vector instructions.

#include "gridpact/network/batch_flow.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>

#include "gridpact/base/parallel.hpp"
#include "gridpact/network/detail/ac_flow_impl.hpp"

namespace gridpact::network {

namespace {

using LanePair = ComplexLane<BatchLane>;

/// Σ_j x_j coefficient_j for one injection or one load.
struct Mixture {
  struct Part {
    std::size_t column = 0;
    Complex coefficient;
  };
  std::vector<Part> parts;
};

GRIDPACT_INLINE void add_product(LanePair& sum, Complex a, const LanePair& b) {
  sum.re += a.real() * b.re - a.imag() * b.im;
  sum.im += a.real() * b.im + a.imag() * b.re;
}

GRIDPACT_INLINE BatchLane norm_of(const LanePair& value) {
  return value.re * value.re + value.im * value.im;
}

/// Re and Im of a·conj(b).
GRIDPACT_INLINE LanePair times_conjugate(const LanePair& a, const LanePair& b) {
  return {a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
}

}  // namespace

struct BatchFlow::Impl {
  const AcFlow::Impl& network;
  std::vector<Mixture> injected;   ///< per injected node-phase: power into the network
  std::vector<Mixture> level;      ///< per port of `ports`: level of its load
  std::vector<Mixture> at_source;  ///< injected at the source's node-phases, in their order
  std::vector<LoadPort> ports;     ///< those of the loads that some column moves
  std::vector<std::size_t> ports_at_source;
  FixedPoint fixed_point;

  /// What the elements draw, and the voltages to start from.
  void prepare(std::span<const std::vector<Complex>> start, FlowBlock::Numbers& numbers) const;
  /// All voltages, and what is injected at the source.
  void finish(FlowBlock::Numbers& numbers) const;
};

/// A block's numbers, kept from block to block. What is derived from the voltages is computed for
/// all its scenarios when the first asks.
struct FlowBlock::Numbers {
  const AcFlow::Impl* network = nullptr;
  std::size_t first = 0;
  std::size_t count = 0;
  std::vector<BatchLane> x;  ///< of each column
  FixedPointWork<BatchLane> work;
  std::vector<LanePair> voltage;  ///< node-phases
  bool is_derived = false;
  std::vector<BatchLane> current_squared_pu;  ///< branches, largest
  LanePair source_pu;                         ///< what the source feeds into the feeder
  LanePair injected_at_source_pu;
  BatchLane losses_pu{};

  /// Of lane k; lanes beyond the last scenario repeat it.
  [[nodiscard]] std::size_t scenario(std::size_t k) const { return first + std::min(k, count - 1); }
  void derive();
  /// Counts what the port draws, at these levels, from the source's own node-phases.
  void take_from_source(const LoadPort& port, const BatchLane& level);

 private:
  void derive_all();
  void derive(std::size_t branch);
};

namespace {

std::vector<Mixture> mixtures_of_power(const std::vector<std::size_t>& node_phases,
                                       std::span<const InjectionColumn> columns,
                                       std::size_t count) {
  std::vector<std::size_t> place(count, node_phases.size());
  for (std::size_t i = 0; i < node_phases.size(); ++i) {
    place[node_phases[i]] = i;
  }
  std::vector<Mixture> out(node_phases.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (const auto& [node_phase, power_pu] : columns[j].power_pu) {
      if (const std::size_t i = place[node_phase.index()]; i < out.size()) {
        out[i].parts.push_back({j, power_pu});
      }
    }
  }
  return out;
}

/// Unknown node-phases at which some column injects.
std::vector<std::size_t> injected_node_phases(const NodalAdmittance& admittance,
                                              std::span<const InjectionColumn> columns) {
  std::vector<std::size_t> out;
  for (const InjectionColumn& column : columns) {
    for (const auto& [node_phase, power_pu] : column.power_pu) {
      if (admittance.unknown_of[node_phase.index()] != NodalAdmittance::none) {
        out.push_back(node_phase.index());
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

GRIDPACT_INLINE LanePair mix(const Mixture& mixture, const std::vector<BatchLane>& x) {
  LanePair sum;
  for (const auto& [column, coefficient] : mixture.parts) {
    sum.re += coefficient.real() * x[column];
    sum.im += coefficient.imag() * x[column];
  }
  return sum;
}

GRIDPACT_INLINE BatchLane mix_level(const Mixture& mixture, const std::vector<BatchLane>& x) {
  BatchLane sum;
  for (const auto& [column, coefficient] : mixture.parts) {
    sum += coefficient.real() * x[column];
  }
  return sum;
}

}  // namespace

GRIDPACT_INLINE void FlowBlock::Numbers::derive(std::size_t l) {
  const Feeder& feeder = network->feeder;
  const Branch& branch = feeder.branches[l];
  const bool is_source_branch = branch.kind == BranchKind::source;
  for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
    LanePair current;
    for (std::size_t j = 0; j < branch.terminals.size(); ++j) {
      add_product(current, branch.admittance_pu(i, j), voltage[branch.terminals[j].index()]);
    }
    current_squared_pu[l] = larger<BatchLane>(current_squared_pu[l], norm_of(current));
    const NodePhaseId terminal = branch.terminals[i];
    const LanePair power = times_conjugate(voltage[terminal.index()], current);
    if (!is_source_branch) {
      losses_pu += power.re;
    }
    const bool at_source = feeder.node_phases[terminal.index()].node == feeder.source;
    if (is_source_branch != at_source) {
      const double sign = at_source ? 1.0 : -1.0;
      source_pu.re += sign * power.re;
      source_pu.im += sign * power.im;
    }
  }
}

void FlowBlock::Numbers::derive() {
  if (is_derived) {
    return;
  }
  is_derived = true;
  with_widest_vectors([this]() GRIDPACT_INLINE_HERE { derive_all(); });
}

GRIDPACT_INLINE void FlowBlock::Numbers::derive_all() {
  losses_pu = BatchLane{};
  source_pu = {};
  const std::size_t branches = network->feeder.branches.size();
  current_squared_pu.assign(branches, BatchLane{});
  for (std::size_t l = 0; l < branches; ++l) {
    derive(l);
  }
}

GRIDPACT_INLINE void BatchFlow::Impl::prepare(std::span<const std::vector<Complex>> start,
                                              FlowBlock::Numbers& numbers) const {
  FixedPointWork<BatchLane>& work = numbers.work;
  std::size_t e = 0;
  for (const Mixture& mixture : injected) {
    const LanePair power = mix(mixture, numbers.x);
    work.drawn[e].re = -power.re;
    work.drawn[e++].im = -power.im;
  }
  for (std::size_t p = 0; p < ports.size(); ++p) {
    const BatchLane factor = mix_level(level[p], numbers.x);
    work.drawn[e].re = factor * ports[p].power_pu.real();
    work.drawn[e++].im = factor * ports[p].power_pu.imag();
  }
  work.find_active();
  for (std::size_t s = 0; s < fixed_point.slots.size(); ++s) {
    const FixedPoint::Slot& slot = fixed_point.slots[s];
    work.voltage[s].re = broadcast<BatchLane>(slot.no_load_pu.real());
    work.voltage[s].im = broadcast<BatchLane>(slot.no_load_pu.imag());
  }
  for (std::size_t k = 0; k < batch_lanes && !start.empty(); ++k) {
    const std::vector<Complex>& voltage = start[numbers.scenario(k)];
    for (std::size_t s = 0; s < fixed_point.slots.size() && !voltage.empty(); ++s) {
      if (const FixedPoint::Slot& slot = fixed_point.slots[s]; slot.solution != FixedPoint::none) {
        set(work.voltage[s].re, k, voltage[slot.node_phase].real());
        set(work.voltage[s].im, k, voltage[slot.node_phase].imag());
      }
    }
  }
}

GRIDPACT_INLINE void BatchFlow::Impl::finish(FlowBlock::Numbers& numbers) const {
  const std::vector<Complex>& no_load = network.no_load_voltage_pu;
  for (const std::size_t i : network.admittance.source) {
    numbers.voltage[i].re = broadcast<BatchLane>(no_load[i].real());
    numbers.voltage[i].im = broadcast<BatchLane>(no_load[i].imag());
  }
  for (std::size_t i = 0; i < network.admittance.unknown.size(); ++i) {
    const std::size_t node_phase = network.admittance.unknown[i];
    const LanePair& above = numbers.work.position[fixed_point.solution_of[i]];
    numbers.voltage[node_phase].re = no_load[node_phase].real() + above.re;
    numbers.voltage[node_phase].im = no_load[node_phase].imag() + above.im;
  }
  numbers.is_derived = false;
  numbers.injected_at_source_pu = {};
  for (const Mixture& mixture : at_source) {
    const LanePair power = mix(mixture, numbers.x);
    numbers.injected_at_source_pu.re += power.re;
    numbers.injected_at_source_pu.im += power.im;
  }
  for (const std::size_t p : ports_at_source) {
    numbers.take_from_source(ports[p], mix_level(level[p], numbers.x));
  }
}

void FlowBlock::Numbers::take_from_source(const LoadPort& port, const BatchLane& level) {
  const auto draw = [&](NodePhaseId end, double scale) {
    if (network->feeder.node_phases[end.index()].node != network->feeder.source) {
      return;
    }
    for (std::size_t k = 0; k < batch_lanes; ++k) {
      const auto at = [&](NodePhaseId id) {
        return Complex{get(voltage[id.index()].re, k), get(voltage[id.index()].im, k)};
      };
      const Complex w =
          port.scale_from * at(port.from) - (port.to ? port.scale_to * at(*port.to) : Complex{});
      const Complex power =
          at(end) * std::conj(scale * get(level, k) * port_current(port, w).current_pu);
      LanePair& sum = injected_at_source_pu;
      set(sum.re, k, get(sum.re, k) - power.real());
      set(sum.im, k, get(sum.im, k) - power.imag());
    }
  };
  draw(port.from, port.scale_from);
  if (port.to) {
    draw(*port.to, -port.scale_to);
  }
}

std::size_t FlowBlock::first() const { return numbers_.first; }
std::size_t FlowBlock::count() const { return numbers_.count; }

bool FlowBlock::converged(std::size_t k) const { return get(numbers_.work.converged, k) > 0.5; }

int FlowBlock::iterations(std::size_t k) const {
  return static_cast<int>(get(numbers_.work.iterations, k));
}

Complex FlowBlock::voltage_pu(NodePhaseId node_phase, std::size_t k) const {
  const Numbers& numbers = numbers_;
  const auto& voltage = numbers.voltage[node_phase.index()];
  return {get(voltage.re, k), get(voltage.im, k)};
}

void FlowBlock::voltage_magnitude_pu(std::size_t k, std::span<double> out) const {
  assert(out.size() == numbers_.voltage.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& voltage = numbers_.voltage[i];
    const double re = get(voltage.re, k), im = get(voltage.im, k);
    out[i] = std::sqrt(re * re + im * im);
  }
}

void FlowBlock::branch_current_a(std::size_t k, std::span<double> out) const {
  const Feeder& feeder = numbers_.network->feeder;
  assert(out.size() == feeder.branches.size());
  numbers_.derive();
  for (std::size_t l = 0; l < out.size(); ++l) {
    const NodePhaseId from = feeder.branches[l].terminals.front();
    out[l] = std::sqrt(get(numbers_.current_squared_pu[l], k)) *
             feeder.node_phases[from.index()].amps_per_pu;
  }
}

Complex FlowBlock::import_kva(std::size_t k) const {
  numbers_.derive();
  const auto at = [k](const LanePair& pair) { return Complex{get(pair.re, k), get(pair.im, k)}; };
  return (at(numbers_.source_pu) - at(numbers_.injected_at_source_pu)) *
         numbers_.network->feeder.base_kva;
}

double FlowBlock::losses_kw(std::size_t k) const {
  numbers_.derive();
  return get(numbers_.losses_pu, k) * numbers_.network->feeder.base_kva;
}

BatchFlow::BatchFlow(BatchFlow&&) noexcept = default;
BatchFlow& BatchFlow::operator=(BatchFlow&&) noexcept = default;
BatchFlow::~BatchFlow() = default;

std::size_t BatchFlow::width() { return batch_lanes; }

BatchFlow::BatchFlow(const AcFlow& flow, std::vector<InjectionColumn> columns) {
  const AcFlow::Impl& network = *flow.impl_;
  const std::size_t node_phases = network.feeder.node_phases.size();
  std::map<std::size_t, Mixture> level_of_load;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (const auto& [load, level] : columns[j].load_level) {
      level_of_load[load.index()].parts.push_back({j, level});
    }
  }
  std::vector<LoadPort> ports;
  std::vector<Mixture> level;
  for (const LoadPort& port : network.ports) {
    if (const auto found = level_of_load.find(port.load.index()); found != level_of_load.end()) {
      ports.push_back(port);
      level.push_back(found->second);
    }
  }
  std::vector<std::size_t> ports_at_source;
  const auto at_source = [&](NodePhaseId end) {
    return network.feeder.node_phases[end.index()].node == network.feeder.source;
  };
  for (std::size_t p = 0; p < ports.size(); ++p) {
    if (at_source(ports[p].from) || (ports[p].to && at_source(*ports[p].to))) {
      ports_at_source.push_back(p);
    }
  }
  const std::vector<std::size_t> injected = injected_node_phases(network.admittance, columns);
  FixedPoint fixed_point(network.admittance, network.unknown_factors, network.no_load_voltage_pu,
                         ports, injected);
  impl_ = std::make_unique<const Impl>(
      Impl{network, mixtures_of_power(injected, columns, node_phases), std::move(level),
           mixtures_of_power(network.admittance.source, columns, node_phases), std::move(ports),
           std::move(ports_at_source), std::move(fixed_point)});
}

bool BatchFlow::solve(const Matrix& x, const std::function<void(const FlowBlock&)>& visit,
                      const FlowOptions& options, std::span<const std::vector<Complex>> start,
                      unsigned threads, const std::stop_token& stop) const {
  assert(start.empty() || start.size() == x.rows());
  if (x.rows() == 0) {
    return true;
  }
  const std::size_t blocks = (x.rows() + batch_lanes - 1) / batch_lanes;
  return parallel_for(
      blocks, threads,
      [&](std::size_t block) {
        thread_local FlowBlock::Numbers numbers;
        numbers.first = block * batch_lanes;
        numbers.count = std::min(batch_lanes, x.rows() - numbers.first);
        solve_block(x, options, start, numbers);
        visit(FlowBlock(numbers));
      },
      stop);
}

void BatchFlow::solve_block(const Matrix& x, const FlowOptions& options,
                            std::span<const std::vector<Complex>> start,
                            FlowBlock::Numbers& numbers) const {
  numbers.network = &impl_->network;
  numbers.x.resize(x.cols());
  for (std::size_t k = 0; k < batch_lanes; ++k) {
    const std::span<const double> row = x.row(numbers.scenario(k));
    for (std::size_t j = 0; j < row.size(); ++j) {
      set(numbers.x[j], k, row[j]);
    }
  }
  numbers.work.resize(impl_->fixed_point);
  numbers.voltage.resize(impl_->network.no_load_voltage_pu.size());
  with_widest_vectors([&]() GRIDPACT_INLINE_HERE { impl_->prepare(start, numbers); });
  run(impl_->fixed_point, options.tolerance_pu, options.max_iterations, numbers.work);
  with_widest_vectors([&]() GRIDPACT_INLINE_HERE { impl_->finish(numbers); });
}

BatchWork BatchFlow::work() const {
  const FixedPoint& problem = impl_->fixed_point;
  constexpr double bytes_per_entry = sizeof(Complex) + sizeof(std::uint32_t);
  constexpr double bytes_per_number = sizeof(Complex);
  const auto bytes = [&](const Substitution& rows) {
    const double entries =
        static_cast<double>(rows.forward.column.size() + rows.backward.column.size());
    // Cleared, taken forward, taken backward; read with the voltages and what is drawn.
    const double numbers =
        5.0 * static_cast<double>(rows.touched.size()) +
        3.0 * static_cast<double>(problem.slots.size() + problem.elements.size());
    return entries * (bytes_per_entry / static_cast<double>(batch_lanes) + bytes_per_number) +
           numbers * bytes_per_number;
  };
  const double at_the_slots = problem.flops_at_the_slots();
  return {problem.iteration.flops() + at_the_slots, problem.everywhere.flops() + at_the_slots,
          bytes(problem.iteration), bytes(problem.everywhere)};
}

}  // namespace gridpact::network
