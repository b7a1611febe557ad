// A pandapower net as a balanced single-line feeder: what pandapower's own balanced power flow
// solves (runpp with its defaults), per unit on sn_mva and each bus's vn_kv.
//
// pandapower_net.cpp has tables and buses; pandapower_branches.cpp, pandapower_transformers.cpp and
// pandapower_elements.cpp say how each kind of element is taken.

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/connections.hpp"
#include "gridpact/importers/detail/feeder_reader.hpp"
#include "gridpact/importers/detail/pandapower_net.hpp"

namespace gridpact::importers {

namespace {

using documents::Json;

/// Tables without any influence on a power flow.
constexpr std::array<std::string_view, 16> no_influence = {
    "bus_geodata", "line_geodata",   "measurement", "pwl_cost",
    "poly_cost",   "group",          "fuse",        "protection",
    "controller",  "characteristic", "std_types",   "source_dc",
    "profiles",    "loadcases",      "substation",  "q_capability_characteristic"};

bool has_no_influence(std::string_view name) {
  return name.starts_with("res_") || name.starts_with('_') || name.ends_with("_table") ||
         name.ends_with("_characteristic_spline") ||
         std::ranges::find(no_influence, name) != no_influence.end();
}

void refuse_others(PandapowerNet& net) {
  for (const auto& [name, table] : net.tables()) {
    if (net.is_taken(name) || table.rows() == 0) {
      continue;
    }
    if (name == "controller") {
      net.add(
          Severity::warning, table.line(),
          fmt::format("{} controller{} of the net do not act: all devices stay where they stand",
                      table.rows(), table.rows() == 1 ? "" : "s"));
    } else if (has_no_influence(name)) {
      net.note(table.line(),
               fmt::format("the table '{}' is not used: a power flow needs none of it", name));
    } else {
      for (std::size_t i = 0; i < table.rows(); ++i) {
        if (net.in_service(table, i)) {
          net.error(
              table, i,
              name.starts_with("asymmetric_")
                  ? "is not balanced: only nets of three equal phases are read from pandapower"
                  : "is of a kind that is not read; replace it by elements that are, or take it "
                    "out of service");
        }
      }
    }
  }
}

/// The feeder of the nodes that are `reached`, with what hangs on them.
Feeder supplied_part(const Feeder& feeder, const std::vector<bool>& reached) {
  Feeder out = feeder;
  out.nodes.clear();
  out.node_phases.clear();
  std::vector<NodeId> new_node(reached.size());
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (!reached[i]) {
      continue;
    }
    const NodeId id{out.nodes.size()};
    new_node[i] = id;
    out.nodes.push_back(feeder.nodes[i]);
    out.nodes.back().phases = {NodePhaseId{id.index()}};
    out.node_phases.push_back(feeder.node_phases[i]);
    out.node_phases.back().node = id;
  }
  out.branches.clear();
  out.tap_changers.clear();
  std::map<std::size_t, BranchId> new_branch;
  for (std::size_t l = 0; l < feeder.branches.size(); ++l) {
    auto branch = feeder.branches[l];
    if (!reached[branch.terminals.front().index()]) {
      continue;
    }
    for (auto& terminal : branch.terminals) {  // a bus has one node-phase, of the same number
      terminal = NodePhaseId{new_node[terminal.index()].index()};
    }
    new_branch.emplace(l, BranchId{out.branches.size()});
    out.branches.push_back(std::move(branch));
  }
  for (auto changer : feeder.tap_changers) {
    if (const auto found = new_branch.find(changer.branch.index()); found != new_branch.end()) {
      changer.branch = found->second;
      out.tap_changers.push_back(std::move(changer));
    }
  }
  std::erase_if(out.loads, [&](const Load& load) { return !reached[load.node.index()]; });
  for (auto& load : out.loads) {
    load.node = new_node[load.node.index()];
  }
  out.source = new_node[feeder.source.index()];
  return out;
}

/// pandapower leaves buses without a connection to an external grid out of its flow, and says so
/// with a voltage that is no number.
void drop_unsupplied(PandapowerNet& net) {
  auto& written = net.written();
  const int line = net.take("bus").line();
  const auto reached = reached_from_source(net.feeder());
  std::vector<std::string> dropped;
  std::vector<int> lines;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i]) {
      lines.push_back(written.node_lines[i]);
    } else {
      dropped.push_back(net.feeder().nodes[i].name);
    }
  }
  if (!dropped.empty()) {
    net.add(
        Severity::warning, line,
        fmt::format("{} bus{} without a closed path to the source left out, with all that hangs on "
                    "{}: {}",
                    dropped.size(), dropped.size() == 1 ? "" : "es",
                    dropped.size() == 1 ? "it" : "them", listed(dropped)));
    net.feeder() = supplied_part(net.feeder(), reached);
    written.node_lines = std::move(lines);
  }
  check_connections(written, {written.shown, line}, net.faults());
}

void read_net(PandapowerNet& net) {
  if (net.feeder().nodes.empty()) {
    return;
  }
  read_switches(net);
  add_sources(net);
  add_lines(net);
  add_transformers(net);
  add_three_winding_transformers(net);
  add_impedances(net);
  add_bus_elements(net);
  refuse_others(net);
  net.report_out_of_service();
  if (!has_errors(net.faults())) {
    drop_unsupplied(net);
  }
}

}  // namespace

void read_pandapower_feeder(InputFiles& /*files*/, const std::string& /*name*/,
                            const std::string& text, WrittenFeeder& out, Faults& faults) {
  const auto document = documents::parse_json(text, out.shown);
  if (!document) {
    faults.insert(faults.end(), document.faults().begin(), document.faults().end());
    return;
  }
  const auto* net = document->find("_object");
  if (net == nullptr || net->get_if<Json::Object>() == nullptr) {
    faults.push_back({Severity::error,
                      {out.shown, document->line},
                      "is no pandapower net with an '_object'; write it with pandapower.to_json"});
    return;
  }
  PandapowerNet reading(*net, out, faults);
  read_net(reading);
}

}  // namespace gridpact::importers
