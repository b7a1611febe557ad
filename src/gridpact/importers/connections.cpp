#include "gridpact/importers/detail/connections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

/// The nodes that a branch joins, each once, in the order of its terminals.
std::vector<std::size_t> nodes_of(const Feeder& feeder, const Branch& branch) {
  std::vector<std::size_t> nodes;
  for (const auto terminal : branch.terminals) {
    const auto node = feeder.node_phases[terminal.index()].node.index();
    if (std::ranges::find(nodes, node) == nodes.end()) {
      nodes.push_back(node);
    }
  }
  return nodes;
}

}  // namespace

std::vector<bool> reached_from_source(const Feeder& feeder) {
  std::vector<std::vector<std::size_t>> neighbours(feeder.nodes.size());
  for (const auto& branch : feeder.branches) {
    const auto nodes = nodes_of(feeder, branch);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
      neighbours[nodes[0]].push_back(nodes[i]);
      neighbours[nodes[i]].push_back(nodes[0]);
    }
  }
  std::vector<bool> reached(feeder.nodes.size(), false);
  std::vector<std::size_t> open{feeder.source.index()};
  reached[open.front()] = true;
  while (!open.empty()) {
    const auto here = open.back();
    open.pop_back();
    for (const auto next : neighbours[here]) {
      if (!reached[next]) {
        reached[next] = true;
        open.push_back(next);
      }
    }
  }
  return reached;
}

void check_connections(const WrittenFeeder& written, const Place& branches, Faults& faults) {
  const auto& feeder = written.feeder;
  const auto reached = reached_from_source(feeder);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (!reached[i]) {
      faults.push_back(
          {Severity::error,
           {written.shown, written.node_lines[i]},
           fmt::format("node '{}' is not connected: no closed branches lead from the source '{}' "
                       "to it",
                       feeder.nodes[i].name, feeder.nodes[feeder.source.index()].name)});
    }
  }
  const auto in_tree =
      static_cast<std::size_t>(std::count(reached.begin(), reached.end(), true)) - 1;
  std::size_t joins = 0;
  for (const auto& branch : feeder.branches) {
    joins += nodes_of(feeder, branch).size() - 1;
  }
  if (joins > in_tree && in_tree + 1 == reached.size()) {
    const auto loops = joins - in_tree;
    faults.push_back(
        {Severity::note, branches,
         fmt::format("the feeder is meshed: {} loop{}", loops, loops == 1 ? "" : "s")});
  }
}

}  // namespace gridpact::importers
