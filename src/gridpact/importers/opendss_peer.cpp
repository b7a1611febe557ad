// A feeder as OpenDSS elements.
//
// Branch with the symmetric admittance Y (siemens) between terminals a, b, ... : a reactor
// 1/(−Y_ab) for each pair, and 1/Σ_b Y_ab from each terminal to ground. Y in siemens = Y in pu /
// base_ohm; of the single-line equivalent one phase at the line-to-line voltage carries the power
// of all three.
//
// Branch current at a terminal: Σ_b Y_ab V_b with the engine's voltages, referred to the from-end
// over the base voltages, as `Branch::rating_a` is.

#include "gridpact/importers/opendss_peer.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "gridpact/importers/detail/dss_engine.hpp"

namespace gridpact::importers {

namespace {

/// What of a branch's largest admittance is rounding.
constexpr double nothing = 1e-13;
constexpr double symmetric_to = 1e-9;
constexpr double source_ohm = 1e-7;
constexpr double wide_open_pu = 100.0;

Fault fault(std::string message) { return {Severity::error, {}, std::move(message)}; }

/// A load of the engine: a term of a load of the feeder at one of its ports.
struct PeerLoad {
  std::string name;
  std::size_t load = 0;
  double p_kw = 0.0;
  double q_kvar = 0.0;
};

}  // namespace

struct OpenDssPeer::Impl {
  const Feeder& feeder;
  DssEngine engine;
  std::vector<PeerLoad> loads;
  std::vector<std::size_t> order;  ///< node-phase of each node of the engine
  Faults faults;

  explicit Impl(const Feeder& of) : feeder(of) {}

  void run(const std::string& command) {
    if (auto complaint = engine.run(command); complaint && faults.empty()) {
      faults.push_back(fault(fmt::format("OpenDSS: {} ({})", *complaint, command)));
    }
  }

  [[nodiscard]] std::string bus(NodePhaseId id) const {
    const auto& at = feeder.node_phases[id.index()];
    return fmt::format("n{}.{}", at.node.index(), std::max(at.phase, 1));
  }
  [[nodiscard]] double base_kv(NodePhaseId id) const {
    return feeder.node_phases[id.index()].base_voltage_v / 1000.0;
  }

  void add_source() {
    const auto& phases = feeder.nodes[feeder.source.index()].phases;
    for (std::size_t k = 0; k < phases.size(); ++k) {
      const Complex pu = feeder.source_voltage_pu[k];
      run(
          fmt::format("{} bus1={} phases=1 basekv={:.17g} pu={:.17g} angle={:.17g} R1=0 X1={} R0=0 "
                      "X0={}",
                      k == 0 ? "New Circuit.peer" : fmt::format("New Vsource.phase{}", k),
                      bus(phases[k]), base_kv(phases[k]), std::abs(pu),
                      std::arg(pu) * 180.0 / std::numbers::pi, source_ohm, source_ohm));
    }
  }

  void add_reactor(const std::string& name, const std::string& from, const std::string& to,
                   Complex siemens) {
    const Complex ohm = 1.0 / siemens;
    run(fmt::format("New Reactor.{} bus1={}{} phases=1 R={:.17g} X={:.17g}", name, from,
                    to.empty() ? "" : " bus2=" + to, ohm.real(), ohm.imag()));
  }

  void add_branch(std::size_t l) {
    const auto& branch = feeder.branches[l];
    const std::size_t n = branch.terminals.size();
    const auto siemens = [&](std::size_t a, std::size_t b) {
      return branch.admittance_pu(a, b) / feeder.base_ohm(branch.terminals[a], branch.terminals[b]);
    };
    for (std::size_t a = 0; a < n; ++a) {
      Complex to_ground = 0.0;
      double largest = 0.0;
      for (std::size_t b = 0; b < n; ++b) {
        to_ground += siemens(a, b);
        largest = std::max(largest, std::abs(siemens(a, b)));
      }
      for (std::size_t b = a + 1; b < n; ++b) {
        const Complex y = siemens(a, b);
        if (std::abs(y - siemens(b, a)) > symmetric_to * std::max(std::abs(y), largest)) {
          faults.push_back(fault(fmt::format(
              "branch {} shifts phases: its admittance is not symmetric, and OpenDSS can not be "
              "told of it as reactors; solve without --engine opendss",
              branch.name)));
          return;
        }
        if (std::abs(y) > nothing * largest) {
          add_reactor(fmt::format("b{}_{}_{}", l, a, b), bus(branch.terminals[a]),
                      bus(branch.terminals[b]), -y);
        }
      }
      if (std::abs(to_ground) > nothing * largest) {
        add_reactor(fmt::format("b{}_{}_g", l, a), bus(branch.terminals[a]), "", to_ground);
      }
    }
  }

  /// As `Load` says: without ports, each phase of the node but its neutral to ground.
  [[nodiscard]] std::vector<Port> ports_of(const Load& load) const {
    if (!load.ports.empty()) {
      return load.ports;
    }
    std::vector<Port> out;
    for (const auto id : feeder.nodes[load.node.index()].phases) {
      if (!is_neutral(feeder.node_phases[id.index()])) {
        out.push_back({id, std::nullopt});
      }
    }
    return out;
  }

  static std::string model_of(const LoadTerm& term) {
    if (term.exponent_jump == 0.0) {
      for (const auto& [exponent, model] :
           {std::pair(0.0, 1), std::pair(1.0, 5), std::pair(2.0, 2)}) {
        if (term.exponent == exponent) {
          return fmt::format("model={}", model);
        }
      }
    }
    return fmt::format("model=4 CVRwatts={0:.17g} CVRvars={0:.17g}", term.exponent);
  }

  void add_load(std::size_t i) {
    const auto& load = feeder.loads[i];
    const auto ports = ports_of(load);
    for (std::size_t k = 0; k < ports.size(); ++k) {
      const auto& port = ports[k];
      const double kv = load.nominal_voltage_v > 0.0 ? load.nominal_voltage_v / 1000.0
                        : port.to && !is_neutral(feeder.node_phases[port.to->index()])
                            ? base_kv(port.from) * std::numbers::sqrt3
                            : base_kv(port.from);
      for (std::size_t m = 0; m < load.terms.size(); ++m) {
        const auto& term = load.terms[m];
        const auto share = 1.0 / static_cast<double>(ports.size());
        loads.push_back({fmt::format("l{}_{}_{}", i, k, m), i, load.p_kw * term.p_share * share,
                         load.q_kvar * term.q_share * share});
        const auto to =
            port.to ? fmt::format(".{}", std::max(feeder.node_phases[port.to->index()].phase, 1))
                    : std::string{};
        run(
            fmt::format("New Load.{} bus1={}{} phases=1 conn={} kV={:.17g} kW={:.17g} "
                        "kvar={:.17g} {} vlowpu={:.17g} vminpu={:.17g} vmaxpu={:.17g}",
                        loads.back().name, bus(port.from), to, port.to ? "delta" : "wye", kv,
                        loads.back().p_kw, loads.back().q_kvar, model_of(term), load.u_low,
                        load.u_min, std::min(load.u_max, wide_open_pu)));
      }
    }
  }

  void build() {
    run("Clear");
    add_source();
    for (std::size_t l = 0; l < feeder.branches.size(); ++l) {
      add_branch(l);
    }
    for (std::size_t i = 0; i < feeder.loads.size(); ++i) {
      add_load(i);
    }
    for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
      if (feeder.node_phases[i].node != feeder.source) {
        run(
            fmt::format("New Load.p{} bus1={} phases=1 conn=wye kV={:.17g} kW=0 kvar=0 model=1 "
                        "vlowpu=0 vminpu=0 vmaxpu={}",
                        i, bus(NodePhaseId{i}), base_kv(NodePhaseId{i}), wide_open_pu));
      }
    }
    run("Set ControlMode=off");
    run("Set MaxIterations=500");
    run("Set Tolerance=1e-11");
    if (!faults.empty()) {
      return;
    }
    if (auto complaint = engine.build()) {
      faults.push_back(fault("OpenDSS: " + *complaint));
      return;
    }
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
      places.emplace(bus(NodePhaseId{i}), i);
    }
    for (const auto& name : engine.node_names()) {
      order.push_back(places.at(name));
    }
  }

  void set_powers(std::span<const Complex> power_pu, std::span<const double> load_level) {
    for (const auto& load : loads) {
      const double level = load_level[load.load];
      run(fmt::format("Load.{}.kW={:.17g}", load.name, level * load.p_kw));
      run(fmt::format("Load.{}.kvar={:.17g}", load.name, level * load.q_kvar));
    }
    for (std::size_t i = 0; i < power_pu.size(); ++i) {
      if (feeder.node_phases[i].node != feeder.source) {
        const Complex kva = -power_pu[i] * feeder.base_kva;
        run(fmt::format("Load.p{}.kW={:.17g}", i, kva.real()));
        run(fmt::format("Load.p{}.kvar={:.17g}", i, kva.imag()));
      }
    }
  }

  [[nodiscard]] double current_a(const Branch& branch, std::span<const Complex> voltage_pu) const {
    const double at_from = feeder.node_phases[branch.terminals.front().index()].amps_per_pu;
    double largest = 0.0;
    for (std::size_t a = 0; a < branch.terminals.size(); ++a) {
      Complex current = 0.0;
      for (std::size_t b = 0; b < branch.terminals.size(); ++b) {
        current += branch.admittance_pu(a, b) * voltage_pu[branch.terminals[b].index()];
      }
      largest = std::max(largest, std::abs(current) * at_from);
    }
    return largest;
  }
};

OpenDssPeer::OpenDssPeer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OpenDssPeer::OpenDssPeer(OpenDssPeer&&) noexcept = default;
OpenDssPeer& OpenDssPeer::operator=(OpenDssPeer&&) noexcept = default;
OpenDssPeer::~OpenDssPeer() = default;

std::string OpenDssPeer::version() const { return impl_->engine.version(); }

Result<OpenDssPeer> OpenDssPeer::create(const Feeder& feeder) {
  auto impl = std::make_unique<Impl>(feeder);
  impl->build();
  if (!impl->faults.empty()) {
    return std::move(impl->faults);
  }
  return OpenDssPeer(std::move(impl));
}

Result<OpenDssFlow> OpenDssPeer::solve(std::span<const Complex> power_pu,
                                       std::span<const double> load_level) {
  auto& engine = impl_->engine;
  const auto& feeder = impl_->feeder;
  impl_->set_powers(power_pu, load_level);
  if (!impl_->faults.empty()) {
    return std::exchange(impl_->faults, {});
  }
  // A flow that does not converge is an answer, not a fault.
  (void)engine.run("Solve");
  OpenDssFlow out;
  out.converged = engine.converged();
  out.voltage_pu.resize(feeder.node_phases.size());
  const auto volts = engine.node_voltages_v();
  for (std::size_t k = 0; k < volts.size(); ++k) {
    const std::size_t i = impl_->order[k];
    out.voltage_pu[i] = volts[k] / feeder.node_phases[i].base_voltage_v;
  }
  for (const auto& branch : feeder.branches) {
    out.branch_current_a.push_back(impl_->current_a(branch, out.voltage_pu));
  }
  out.source_kw = engine.source_kva().real();
  return out;
}

}  // namespace gridpact::importers
