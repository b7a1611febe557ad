// A balanced feeder by its single-line equivalent. With line-to-line base voltage V_b (V) and
// three-phase base power S_b (VA):
//   Z_b = V_b² / S_b,   I_b = S_b / (√3 V_b),
//   a line of impedance z = (r + jx) / Z_b has the primitive admittance [y −y; −y y], y = 1 / z.

#include "gridpact/importers/detail/feeder_reader.hpp"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/documents/feeder_document.hpp"
#include "gridpact/importers/case_format.hpp"
#include "gridpact/importers/detail/connections.hpp"
#include "gridpact/importers/detail/suggestion.hpp"
#include "gridpact/importers/detail/table_reader.hpp"
#include "gridpact/importers/detail/unit_checks.hpp"
#include "gridpact/importers/opendss.hpp"

namespace gridpact::importers {

namespace {

class FeederBuilder {
 public:
  FeederBuilder(const TableReader& root, WrittenFeeder& out, Faults& faults)
      : root_(root), out_(out), feeder_(out.feeder), faults_(faults) {}

  void build() {
    feeder_.name = root_.text("name");
    feeder_.base_kva = root_.number("base_kva");
    base_voltage_v_ = root_.number("base_voltage_kv") * volts_per_kv;
    for (const auto& row : root_.tables("nodes")) {
      add_node(row);
    }
    find_source();
    for (const auto& row : root_.tables("branches")) {
      add_branch(row);
    }
    report_unrated();
    if (open_branches_ > 0) {
      note(root_.place("branches"), fmt::format("{} normally open branch{} left out of the network",
                                                open_branches_, open_branches_ == 1 ? "" : "es"));
    }
    if (!has_unknown_ends_ && source_known_) {
      check_connections(out_, root_.place("branches"), faults_);
    }
    check_feeder_units(root_, feeder_, faults_);
  }

 private:
  void error(const Place& place, std::string message) {
    faults_.push_back({Severity::error, place, std::move(message)});
  }
  void note(const Place& place, std::string message) {
    faults_.push_back({Severity::note, place, std::move(message)});
  }

  void add_node(const TableReader& row) {
    const auto name = row.text("name");
    if (name.empty()) {
      has_unknown_ends_ = true;
      return;
    }
    const NodeId id{feeder_.nodes.size()};
    const auto [known, is_new] = nodes_.emplace(name, id);
    if (!is_new) {
      error(row.place("name"), fmt::format("the node '{}' stands twice, first on line {}", name,
                                           out_.node_lines[known->second.index()]));
      return;
    }
    Node node{name,
              {NodePhaseId{feeder_.node_phases.size()}},
              row.number_if_any("x"),
              row.number_if_any("y")};
    feeder_.nodes.push_back(std::move(node));
    feeder_.node_phases.push_back(
        {id, 0, base_voltage_v_, amps_per_pu(feeder_.base_kva, 0, base_voltage_v_)});
    out_.node_lines.push_back(row.place().line);
    add_load(row, id);
  }

  void add_load(const TableReader& row, NodeId node) {
    const double p_kw = row.number("p_kw");
    const double q_kvar = row.number("q_kvar");
    if (p_kw > 0.0 || std::isnan(p_kw)) {  // NaN: its fault is known, and the node has a load
      feeder_.loads.push_back({feeder_.nodes[node.index()].name, node, p_kw, q_kvar, 0});
    } else if (p_kw == 0.0 && std::abs(q_kvar) > 0.0) {
      error(
          row.place("q_kvar"),
          fmt::format("node '{}' has reactive demand ({} kvar) without active demand; a load that "
                      "follows a series needs p_kw above 0",
                      feeder_.nodes[node.index()].name, q_kvar));
    }
  }

  void find_source() {
    const auto name = root_.text("source_node");
    if (const auto found = nodes_.find(name); found != nodes_.end()) {
      feeder_.source = found->second;
      source_known_ = true;
    } else if (!name.empty()) {
      unknown_node(root_.place("source_node"), name);
    }
    feeder_.source_voltage_pu = {Complex{root_.number("source_voltage_pu"), 0.0}};
  }

  void unknown_node(const Place& place, const std::string& name) {
    std::vector<std::string_view> known;
    for (const auto& node : feeder_.nodes) {
      known.push_back(node.name);
    }
    error(place, fmt::format("there is no node '{}'{}", name, did_you_mean(name, known)));
  }

  void add_branch(const TableReader& row) {
    const auto from = row.text("from");
    const auto to = row.text("to");
    for (const auto* key : {"from", "to"}) {
      if (const auto name = row.text(key); !name.empty() && !nodes_.contains(name)) {
        unknown_node(row.place(key), name);
      }
    }
    const auto name = row.has("name") ? row.text("name") : from + "-" + to;
    if (const auto [known, is_new] = branch_lines_.emplace(name, row.place().line); !is_new) {
      error(row.place(),
            fmt::format(
                "the branch '{}' stands twice, first on line {}; parallel lines need a 'name'",
                name, known->second));
    }
    if (!from.empty() && from == to) {
      error(row.place(), fmt::format("the branch '{}' begins and ends at node '{}'", name, from));
    }
    const Complex impedance_ohm{row.number("r_ohm"), row.number("x_ohm")};
    if (impedance_ohm == Complex{}) {
      error(row.place(), fmt::format("the branch '{}' has no impedance; make its ends one node, or "
                                     "give it a small one",
                                     name));
    }
    if (row.yes("open")) {
      ++open_branches_;
      return;
    }
    if (!nodes_.contains(from) || !nodes_.contains(to)) {
      has_unknown_ends_ = true;
      return;
    }
    if (!row.has("rating_a")) {
      ++unrated_;
    }
    feeder_.branches.push_back(make_line(name, nodes_.at(from), nodes_.at(to), impedance_ohm,
                                         row.number_if_any("rating_a")));
  }

  [[nodiscard]] Branch make_line(const std::string& name, NodeId from, NodeId to,
                                 Complex impedance_ohm, std::optional<double> rating_a) const {
    const double base_ohm = base_voltage_v_ * base_voltage_v_ / (feeder_.base_kva * watts_per_kw);
    const Complex admittance = base_ohm / impedance_ohm;
    Branch line;
    line.name = name;
    line.terminals = {feeder_.nodes[from.index()].phases.front(),
                      feeder_.nodes[to.index()].phases.front()};
    line.from_count = 1;
    line.admittance_pu = ComplexMatrix(2, 2, admittance);
    line.admittance_pu(0, 1) = line.admittance_pu(1, 0) = -admittance;
    line.rating_a = rating_a.value_or(line.rating_a);
    return line;
  }

  void report_unrated() {
    if (unrated_ > 0) {
      note(root_.place("branches"),
           fmt::format("{} of {} branches have no rating: their current is "
                       "not limited",
                       unrated_, feeder_.branches.size()));
    }
  }

  const TableReader& root_;
  WrittenFeeder& out_;
  Feeder& feeder_;
  Faults& faults_;
  double base_voltage_v_ = 0.0;
  std::map<std::string, NodeId, std::less<>> nodes_;
  std::map<std::string, int> branch_lines_;
  std::size_t open_branches_ = 0;
  std::size_t unrated_ = 0;
  bool source_known_ = false;
  bool has_unknown_ends_ = false;
};

}  // namespace

void read_toml_feeder(InputFiles& /*files*/, const std::string& /*name*/, const std::string& text,
                      WrittenFeeder& out, Faults& faults) {
  const auto document = parse_toml(text, out.shown);
  if (!document) {
    faults.insert(faults.end(), document.faults().begin(), document.faults().end());
    return;
  }
  check_table(*document, feeder_format(), out.shown, faults);
  const TableReader root(*document, feeder_format(), out.shown);
  FeederBuilder(root, out, faults).build();
}

void read_json_feeder(InputFiles& /*files*/, const std::string& /*name*/, const std::string& text,
                      WrittenFeeder& out, Faults& faults) {
  auto feeder = documents::parse_feeder(text, out.shown, &out.node_lines);
  if (!feeder) {
    faults.insert(faults.end(), feeder.faults().begin(), feeder.faults().end());
    out.node_lines.clear();  // of nodes that are not there
    return;
  }
  out.feeder = *std::move(feeder);
}

namespace {

/// Counts of what was assumed and dropped, by class; `gridpact check` has them one by one.
void note_report(const OpenDssReport& report, const std::string& shown, Faults& faults) {
  const auto note = [&](std::string message) {
    faults.push_back({Severity::note, {shown, 0}, std::move(message)});
  };
  for (const auto& remark : report.remarks) {
    note(remark);
  }
  std::map<std::string, std::pair<std::size_t, std::size_t>> counts;  // assumed, dropped
  for (const auto& element : report.elements) {
    counts[element.element_class].first += element.fate == ImportedElement::Fate::assumed ? 1 : 0;
    counts[element.element_class].second += element.fate == ImportedElement::Fate::dropped ? 1 : 0;
  }
  for (const auto& [element_class, count] : counts) {
    if (count.first + count.second > 0) {
      note(fmt::format("{}: {} read with assumptions, {} dropped", element_class, count.first,
                       count.second));
    }
  }
}

}  // namespace

/// What the script leads to is covered by the digest as the feeder that it makes.
void read_opendss_feeder(InputFiles& files, const std::string& name, const std::string& /*text*/,
                         WrittenFeeder& out, Faults& faults) {
  auto read = read_opendss(out.shown);
  if (!read) {
    faults.insert(faults.end(), read.faults().begin(), read.faults().end());
    return;
  }
  note_report(read->report, out.shown, faults);
  files.add(name + " (as read)", documents::to_json(read->feeder));
  out.feeder = std::move(read->feeder);
  out.node_lines.assign(out.feeder.nodes.size(), 0);
}

bool is_opendss_script(const std::filesystem::path& file) {
  const auto extension = file.extension().string();
  return extension == ".dss" || extension == ".DSS" || extension == ".Dss";
}

}  // namespace gridpact::importers
