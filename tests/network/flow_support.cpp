#include "network/flow_support.hpp"

#include <numeric>
#include <stdexcept>
#include <string>

#include "support/feeders.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::test {

namespace {

/// A random order of `count` things: place → new place.
std::vector<std::size_t> shuffled(std::size_t count, RandomStream& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[random.index(i)]);
  }
  return order;
}

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

/// A diagonally dominant, hence passive, series impedance with mutual coupling.
ComplexMatrix random_impedance_ohm(std::size_t conductors, double largest_ohm,
                                   RandomStream& random) {
  ComplexMatrix impedance(conductors, conductors);
  for (std::size_t i = 0; i < conductors; ++i) {
    impedance(i, i) = {between(random, 0.3, 1.0) * largest_ohm,
                       between(random, 0.3, 1.0) * largest_ohm};
    for (std::size_t j = 0; j < i; ++j) {
      impedance(i, j) = {between(random, 0.0, 0.1) * largest_ohm,
                         between(random, 0.0, 0.1) * largest_ohm};
      impedance(j, i) = impedance(i, j);
    }
  }
  return impedance;
}

std::vector<int> common_phases(const Feeder& feeder, NodeId a, NodeId b) {
  std::vector<int> phases;
  for (const NodePhaseId i : feeder.nodes[a.index()].phases) {
    for (const NodePhaseId j : feeder.nodes[b.index()].phases) {
      if (feeder.node_phases[i.index()].phase == feeder.node_phases[j.index()].phase) {
        phases.push_back(feeder.node_phases[i.index()].phase);
      }
    }
  }
  return phases;
}

}  // namespace

network::AcFlow flow_of(const Feeder& feeder) {
  Result<network::AcFlow> flow = network::AcFlow::create(feeder);
  if (!flow.ok()) {
    for (const Fault& fault : flow.faults()) {
      ADD_FAILURE() << to_string(fault);
    }
    throw std::invalid_argument("faulty feeder " + feeder.name);
  }
  return std::move(flow).value();
}

std::vector<Complex> nominal_injection(const Feeder& feeder, double scale) {
  std::vector<Complex> injection(feeder.node_phases.size());
  for (const Load& load : feeder.loads) {
    network::add_injection(feeder, load.node, -scale * Complex(load.p_kw, load.q_kvar), injection);
  }
  return injection;
}

Complex total_load_kva(const Feeder& feeder) {
  Complex total = 0.0;
  for (const Load& load : feeder.loads) {
    total += Complex(load.p_kw, load.q_kvar);
  }
  return total;
}

Feeder random_feeder(std::uint64_t seed) {
  RandomStream random(seed, 0);
  constexpr double volts = 7200.0;
  constexpr double drop = 0.15;
  Feeder feeder;
  feeder.name = "random " + std::to_string(seed);
  feeder.base_kva = 1000.0;
  const bool balanced = random.uniform() < 0.3;
  const std::size_t count = 2 + random.index(24);
  const double base_ohm = volts * volts / (feeder.base_kva * 1000.0);
  // At most `count` lines in series carry at most `count` loads of base_kva / count.
  const double largest_ohm = drop * base_ohm / static_cast<double>(count);
  const double largest_kw = feeder.base_kva / static_cast<double>(count);

  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "n" + std::to_string(i);
    const std::size_t parent = i == 0 ? 0 : random.index(i);
    const std::size_t parent_phases = i == 0 ? 3 : feeder.nodes[parent].phases.size();
    const NodeId node = balanced            ? add_node(feeder, name, {0}, volts)
                        : parent_phases < 3 ? add_node(feeder, name, {2}, volts)
                                            : (i > 0 && random.uniform() < 0.3
                                                   ? add_node(feeder, name, {2}, volts)
                                                   : add_node(feeder, name, {1, 2, 3}, volts));
    if (i == 0) {
      make_source(feeder, node);
      continue;
    }
    const auto connect = [&](NodeId other, const std::string& line) {
      const std::vector<int> phases = common_phases(feeder, other, node);
      add_line(feeder, line, other, node, phases,
               random_impedance_ohm(phases.size(), largest_ohm, random), 1e-6);
    };
    connect(NodeId{parent}, "l" + std::to_string(i));
    if (random.uniform() < 0.1) {
      connect(NodeId{random.index(i)}, "loop" + std::to_string(i));
    }
    if (random.uniform() < 0.8) {
      feeder.loads.push_back({name, node, between(random, -0.5, 1.0) * largest_kw,
                              between(random, -0.3, 0.6) * largest_kw, 0});
    }
  }
  return feeder;
}

Feeder varied_feeder(const Feeder& feeder, std::uint64_t seed) {
  RandomStream random(seed, 2);
  Feeder result = feeder;
  const Node source = feeder.nodes[feeder.source.index()];
  const std::size_t phases = source.phases.size();
  const NodeId above{result.nodes.size()};
  Node grid{"grid above", {}, {}, {}};
  for (const NodePhaseId phase : source.phases) {
    grid.phases.push_back(NodePhaseId{result.node_phases.size()});
    NodePhase copy = feeder.node_phases[phase.index()];
    copy.node = above;
    result.node_phases.push_back(copy);
  }
  result.source = above;
  Branch behind;
  behind.name = "source";
  behind.kind = BranchKind::source;
  behind.from_count = phases;
  behind.terminals = grid.phases;
  behind.terminals.insert(behind.terminals.end(), source.phases.begin(), source.phases.end());
  behind.admittance_pu = ComplexMatrix(2 * phases, 2 * phases);
  const Complex y = 1.0 / Complex(between(random, 0.001, 0.01), between(random, 0.005, 0.02));
  const double ratio = phases == 3 ? between(random, 0.97, 1.03) : 1.0;
  for (std::size_t i = 0; i < phases; ++i) {
    behind.admittance_pu(i, i) = y * (ratio * ratio);
    behind.admittance_pu(phases + i, phases + i) = y;
    behind.admittance_pu(i, phases + i) = behind.admittance_pu(phases + i, i) = -y * ratio;
  }
  result.nodes.push_back(std::move(grid));
  result.branches.push_back(std::move(behind));

  const std::vector<std::vector<LoadTerm>> laws{
      {{}},
      {{1.0, 1.0, 1.0}},
      {{1.0, 1.0, 2.0}},
      {{0.4, 0.1, 2.0}, {0.35, 0.3, 1.0}, {0.25, 0.6, 0.0}},
      {{1.0, 0.0, 0.8}, {0.0, 1.0, 3.0}}};
  for (Load& load : result.loads) {
    load.terms = laws[random.index(laws.size())];
    const std::vector<NodePhaseId>& at = result.nodes[load.node.index()].phases;
    const double place = random.uniform();
    if (at.size() > 1 && place < 0.3) {
      load.ports = {{at[0], at[1]}};
    } else if (at.size() == 3 && place < 0.6) {
      load.ports = {{at[0], at[1]}, {at[1], at[2]}, {at[2], at[0]}};
    } else if (at.size() > 1 && place < 0.8) {
      load.ports = {{at[random.index(at.size())], std::nullopt}};
    }
    if (place < 0.3 || place > 0.6) {  // one port carries what three did
      load.p_kw *= 0.5;
      load.q_kvar *= 0.5;
    }
  }
  return result;
}

Complex conductor_current_a(const Feeder& feeder, const network::Conductor& conductor,
                            std::span<const Complex> voltage_pu) {
  const Branch& branch = feeder.branches[conductor.branch.index()];
  Complex current = 0.0;
  for (std::size_t k = 0; k < branch.terminals.size(); ++k) {
    current +=
        branch.admittance_pu(conductor.terminal, k) * voltage_pu[branch.terminals[k].index()];
  }
  return current * feeder.node_phases[branch.terminals.front().index()].amps_per_pu;
}

Feeder relabelled(const Feeder& feeder, std::uint64_t seed) {
  RandomStream random(seed, 1);
  const std::vector<std::size_t> node_at = shuffled(feeder.nodes.size(), random);
  const std::vector<std::size_t> phase_at = shuffled(feeder.node_phases.size(), random);
  const std::vector<std::size_t> branch_at = shuffled(feeder.branches.size(), random);
  Feeder result = feeder;
  for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
    NodePhase& moved = result.node_phases[phase_at[i]] = feeder.node_phases[i];
    moved.node = NodeId{node_at[moved.node.index()]};
  }
  for (std::size_t i = 0; i < feeder.nodes.size(); ++i) {
    Node& moved = result.nodes[node_at[i]] = feeder.nodes[i];
    for (NodePhaseId& phase : moved.phases) {
      phase = NodePhaseId{phase_at[phase.index()]};
    }
  }
  for (std::size_t i = 0; i < feeder.branches.size(); ++i) {
    Branch& moved = result.branches[branch_at[i]] = feeder.branches[i];
    for (NodePhaseId& terminal : moved.terminals) {
      terminal = NodePhaseId{phase_at[terminal.index()]};
    }
  }
  for (Load& load : result.loads) {
    load.node = NodeId{node_at[load.node.index()]};
  }
  result.source = NodeId{node_at[feeder.source.index()]};
  return result;
}

}  // namespace gridpact::test
