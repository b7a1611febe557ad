// Operating point of the grid under a decision: injections → exact AC flow → tangent, per period.

#include "gridpact/dispatch/grid_point.hpp"

#include <set>

#include <fmt/format.h>

namespace gridpact::dispatch {

Decision Decision::idle(const Case& problem, const Beliefs& beliefs) {
  const Profile zero(problem.horizon.count, 0.0);
  Decision out;
  for (const auto& generator : problem.generators) {
    out.generator_kw.emplace_back(problem.horizon.count, generator.p_min_kw);
    out.generator_kvar.push_back(zero);
  }
  out.curtailed_kw.assign(problem.renewables.size(), zero);
  out.renewable_kvar.assign(problem.renewables.size(), zero);
  out.charge_kw = beliefs.uncontrolled_kw;
  return out;
}

std::vector<Complex> node_injections_kva(const Case& problem, const Beliefs& beliefs,
                                         const Decision& decision, std::size_t t) {
  std::vector<Complex> out(problem.feeder.nodes.size());
  for (const auto& load : problem.feeder.loads) {
    const double level =
        beliefs.load_kw[load.group][t] / problem.load_groups[load.group].nominal_kw;
    out[load.node.index()] -= level * Complex{load.p_kw, load.q_kvar};
  }
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    out[problem.generators[g].node.index()] +=
        Complex{decision.generator_kw[g][t], decision.generator_kvar[g][t]};
  }
  for (std::size_t r = 0; r < problem.renewables.size(); ++r) {
    out[problem.renewables[r].node.index()] += Complex{
        beliefs.available_kw[r][t] - decision.curtailed_kw[r][t], decision.renewable_kvar[r][t]};
  }
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    out[problem.stations[s].node.index()] -= decision.charge_kw[s][t];
  }
  return out;
}

namespace {

/// Nodes at which anything can be injected: the columns of the linear model.
std::vector<NodeId> injection_nodes(const Case& problem) {
  std::set<NodeId> nodes;
  for (const auto& load : problem.feeder.loads) {
    nodes.insert(load.node);
  }
  for (const auto& generator : problem.generators) {
    nodes.insert(generator.node);
  }
  for (const auto& plant : problem.renewables) {
    nodes.insert(plant.node);
  }
  for (const auto& station : problem.stations) {
    nodes.insert(station.node);
  }
  nodes.erase(problem.feeder.source);
  return {nodes.begin(), nodes.end()};
}

}  // namespace

Result<GridPoint> operating_point(const Case& problem, const network::AcFlow& flow,
                                  const Beliefs& beliefs, const Decision& decision) {
  const auto points = injection_nodes(problem);
  GridPoint out;
  Faults faults;
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    out.injection_kva.push_back(node_injections_kva(problem, beliefs, decision, t));
    std::vector<Complex> injection_pu(problem.feeder.node_phases.size());
    for (std::size_t n = 0; n < problem.feeder.nodes.size(); ++n) {
      network::add_injection(problem.feeder, NodeId{n}, out.injection_kva[t][n], injection_pu);
    }
    auto state = flow.solve(injection_pu);
    if (!state.converged) {
      const auto node = problem.feeder.node_phases[state.worst.index()].node;
      faults.push_back(
          {Severity::error,
           {},
           fmt::format("{}: the AC power flow of the expected day has no solution (worst "
                       "at node {}): the demand is beyond what the feeder can carry; lower "
                       "it or strengthen the feeder",
                       problem.horizon.label(t), problem.feeder.nodes[node.index()].name)});
      continue;
    }
    out.linear.push_back(network::linearise(flow, state, points));
    out.flow.push_back(std::move(state));
  }
  if (!faults.empty()) {
    return faults;
  }
  return out;
}

}  // namespace gridpact::dispatch
