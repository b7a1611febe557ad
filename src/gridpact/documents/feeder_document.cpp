// Physical units in the document, per unit in the model: with z = V_a V_b / S in ohm,
//   y_pu = y z   (siemens),     u = U / V   (volts).
// Both are one rounded operation in the reader. The writer looks for the number that this operation
// takes to exactly the model's: next to the quotient (the product), if there is one at all.

#include "gridpact/documents/feeder_document.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "gridpact/documents/detail/fields.hpp"
#include "gridpact/documents/number.hpp"

namespace gridpact::documents {

namespace {

/// `guess` or its neighbour that `forward` takes to exactly `wanted`; else `guess`.
template <class Forward>
double exact_inverse(double wanted, double guess, const Forward& forward) {
  for (const double candidate :
       {guess, std::nextafter(guess, -infinity), std::nextafter(guess, infinity)}) {
    if (forward(candidate) == wanted) {
      return candidate;
    }
  }
  return guess;
}

struct Names {
  Directory<NodeId> nodes{"node"};
  Directory<NodePhaseId> node_phases{"node-phase"};
  Directory<BranchId> branches{"branch"};
  std::vector<std::size_t> terminal_counts = {};  // of each branch
};

/// A node as it stands in the document, with its node-phases inside.
struct WrittenPhase {
  int phase = 0;
  double base_voltage_v = 0.0;
};
struct WrittenNode {
  std::string name;
  std::optional<double> x, y;
  std::vector<WrittenPhase> phases;
  int line = 0;
};
struct WrittenSource {
  NodeId node;
  std::vector<double> real_v, imaginary_v;
};

void require_positive(FieldReader& reader, std::string_view key, double value) {
  if (!(value > 0.0)) {
    reader.fault_of(key, "must be above 0, this is " + shortest(value));
  }
}

void require(FieldReader& reader, std::string_view key, bool good, const std::string& message) {
  if (!good) {
    reader.fault_of(key, message);
  }
}

/// The fields of each part of a feeder, for a writer and a reader alike. What goes beyond a field's
/// own type is checked where a reader has read it.
class FeederFields {
 public:
  explicit FeederFields(Names& names) : names_(names) {}

  template <class Io, class F>
  void feeder(Io& io, F& feeder, std::vector<WrittenNode>& nodes) const {
    io.schema("gridpact-feeder/2");
    io.text("name", feeder.name);
    io.number("base_kva", feeder.base_kva);
    if constexpr (Io::reads) {
      require_positive(io, "base_kva", feeder.base_kva);
    }
    io.list("nodes", nodes, [this](auto& inner, auto& value) { node(inner, value); });
    if constexpr (Io::reads) {
      take_nodes(feeder, nodes);
    }
    source(io, feeder);
    io.list("branches", feeder.branches,
            [&](auto& inner, auto& value) { branch(inner, value, feeder); });
    io.list("loads", feeder.loads, [this](auto& inner, auto& value) { load(inner, value); });
    io.list("tap_changers", feeder.tap_changers,
            [this](auto& inner, auto& value) { tap_changer(inner, value); });
    io.list("capacitors", feeder.capacitors,
            [this](auto& inner, auto& value) { capacitor(inner, value); });
  }

 private:
  template <class Io, class T>
  void node(Io& io, T& node) const {
    io.text("name", node.name);
    io.optional("x", node.x);
    io.optional("y", node.y);
    io.list("phases", node.phases, [](auto& inner, auto& phase) {
      inner.count("phase", phase.phase);
      inner.number("base_voltage_v", phase.base_voltage_v);
      if constexpr (Io::reads) {
        require_positive(inner, "base_voltage_v", phase.base_voltage_v);
      }
    });
    if constexpr (Io::reads) {
      node.line = io.line();
      require(io, "name", names_.nodes.add(node.name),
              "there is already a node \"" + node.name + "\"");
      for (const auto& phase : node.phases) {
        require(io, "phases", names_.node_phases.add(node.name + "." + std::to_string(phase.phase)),
                "phase " + std::to_string(phase.phase) + " stands twice");
      }
    }
  }

  static void take_nodes(Feeder& feeder, const std::vector<WrittenNode>& nodes) {
    for (const auto& written : nodes) {
      const NodeId id{feeder.nodes.size()};
      auto& node = feeder.nodes.emplace_back(Node{written.name, {}, written.x, written.y});
      for (const auto& phase : written.phases) {
        node.phases.emplace_back(feeder.node_phases.size());
        feeder.node_phases.push_back(
            {id, phase.phase, phase.base_voltage_v,
             amps_per_pu(feeder.base_kva, phase.phase, phase.base_voltage_v)});
      }
    }
  }

  template <class Io, class F>
  void source(Io& io, F& feeder) const {
    WrittenSource written;
    if constexpr (!Io::reads) {
      written.node = feeder.source;
      const auto& phases = feeder.nodes[feeder.source.index()].phases;
      for (std::size_t k = 0; k < phases.size(); ++k) {
        const double base = feeder.node_phases[phases[k].index()].base_voltage_v;
        const auto volts = [&](double pu) {
          return exact_inverse(pu, pu * base, [&](double v) { return v / base; });
        };
        written.real_v.push_back(volts(feeder.source_voltage_pu[k].real()));
        written.imaginary_v.push_back(volts(feeder.source_voltage_pu[k].imag()));
      }
    }
    io.object("source", written, [&](auto& inner, auto& value) {
      inner.reference("node", value.node, names_.nodes);
      inner.numbers("real_v", value.real_v);
      inner.numbers("imaginary_v", value.imaginary_v);
      if constexpr (Io::reads) {
        take_source(inner, value, feeder);
      }
    });
  }

  static void take_source(FieldReader& io, const WrittenSource& written, Feeder& feeder) {
    feeder.source = written.node;
    if (written.node.index() >= feeder.nodes.size()) {
      return;  // a feeder without nodes: said where its source is not found
    }
    const auto& phases = feeder.nodes[written.node.index()].phases;
    const auto expected = "expected one number for each of the " + std::to_string(phases.size()) +
                          " phases of the node";
    require(io, "real_v", written.real_v.size() == phases.size(), expected);
    require(io, "imaginary_v", written.imaginary_v.size() == phases.size(), expected);
    if (written.real_v.size() != phases.size() || written.imaginary_v.size() != phases.size()) {
      return;
    }
    for (std::size_t k = 0; k < phases.size(); ++k) {
      const double base = feeder.node_phases[phases[k].index()].base_voltage_v;
      feeder.source_voltage_pu.emplace_back(written.real_v[k] / base,
                                            written.imaginary_v[k] / base);
    }
  }

  template <class Io, class T>
  void branch(Io& io, T& branch, const Feeder& feeder) const {
    io.text("name", branch.name);
    io.word("kind", branch.kind, parse_branch_kind);
    io.references("terminals", branch.terminals, names_.node_phases);
    io.count("from_count", branch.from_count);
    io.number_or(infinity, "rating_a", branch.rating_a);
    Matrix g;
    Matrix b;
    if constexpr (!Io::reads) {
      to_siemens(feeder, branch, g, b);
    }
    io.matrix("conductance_s", g);
    io.matrix("susceptance_s", b);
    if constexpr (Io::reads) {
      check_branch(io, branch, g, b);
      if (g.rows() == b.rows() && g.cols() == b.cols() && g.rows() == branch.terminals.size() &&
          g.cols() == g.rows() && !feeder.node_phases.empty()) {
        to_per_unit(feeder, g, b, branch);
      }
    }
  }

  void check_branch(FieldReader& io, const Branch& branch, const Matrix& g, const Matrix& b) const {
    const auto n = branch.terminals.size();
    require(io, "name", names_.branches.add(branch.name),
            "there is already a branch \"" + branch.name + "\"");
    names_.terminal_counts.push_back(n);
    require(io, "terminals", n > 0, "a branch needs at least one terminal");
    require(io, "from_count", branch.from_count >= 1 && branch.from_count <= n,
            "must be 1 to the number of terminals, " + std::to_string(n));
    require(io, "rating_a", branch.rating_a > 0.0, "must be above 0; null for no limit");
    const auto shape = "expected " + std::to_string(n) + " rows of " + std::to_string(n) +
                       " numbers, one for each terminal";
    require(io, "conductance_s", g.rows() == n && g.cols() == n, shape);
    require(io, "susceptance_s", b.rows() == n && b.cols() == n, shape);
  }

  static void to_siemens(const Feeder& feeder, const Branch& branch, Matrix& g, Matrix& b) {
    const auto n = branch.terminals.size();
    g = b = Matrix(n, n);
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t col = 0; col < n; ++col) {
        const double ohm = feeder.base_ohm(branch.terminals[row], branch.terminals[col]);
        const auto siemens = [&](double pu) {
          return exact_inverse(pu, pu / ohm, [&](double s) { return s * ohm; });
        };
        const auto y = branch.admittance_pu(row, col);
        g(row, col) = siemens(y.real());
        b(row, col) = siemens(y.imag());
      }
    }
  }

  static void to_per_unit(const Feeder& feeder, const Matrix& g, const Matrix& b, Branch& branch) {
    const auto n = branch.terminals.size();
    branch.admittance_pu = ComplexMatrix(n, n);
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t col = 0; col < n; ++col) {
        const double ohm = feeder.base_ohm(branch.terminals[row], branch.terminals[col]);
        branch.admittance_pu(row, col) = {g(row, col) * ohm, b(row, col) * ohm};
      }
    }
  }

  template <class Io, class T>
  void port(Io& io, T& port) const {
    io.reference("from", port.from, names_.node_phases);
    io.reference("to", port.to, names_.node_phases);
  }

  template <class Io, class T>
  void load(Io& io, T& load) const {
    io.text("name", load.name);
    io.reference("node", load.node, names_.nodes);
    io.number("p_kw", load.p_kw);
    io.number("q_kvar", load.q_kvar);
    io.number_or(0.0, "nominal_voltage_v", load.nominal_voltage_v);
    io.number("u_low", load.u_low);
    io.number("u_min", load.u_min);
    io.number_or(infinity, "u_max", load.u_max);
    if constexpr (Io::reads) {
      load.terms.clear();
    }
    io.list("ports", load.ports, [this](auto& inner, auto& value) { port(inner, value); });
    io.list("terms", load.terms, [](auto& inner, auto& term) {
      inner.number("p_share", term.p_share);
      inner.number("q_share", term.q_share);
      inner.number("exponent", term.exponent);
      inner.number_unless(0.0, "exponent_jump", term.exponent_jump);
    });
    if constexpr (Io::reads) {
      require(io, "nominal_voltage_v", load.nominal_voltage_v >= 0.0, "must not be below 0");
      require(io, "terms", !load.terms.empty(), "a load needs at least one term");
      require(io, "u_min",
              load.u_low >= 0.0 && load.u_low <= load.u_min && load.u_min <= load.u_max,
              "expected 0 <= u_low <= u_min <= u_max");
    }
  }

  template <class Io, class T>
  void tap_changer(Io& io, T& changer) const {
    io.text("name", changer.name);
    io.reference("branch", changer.branch, names_.branches);
    io.positions("terminals", changer.terminals);
    io.number("tap", changer.tap);
    io.number("tap_min", changer.tap_min);
    io.number("tap_max", changer.tap_max);
    io.count("steps", changer.steps);
    io.number_unless(0.0, "winding_voltage_v", changer.winding_voltage_v);
    std::size_t terminals = 0;
    if constexpr (Io::reads) {
      terminals = terminal_count(changer.branch);
      require(io, "terminals", !changer.terminals.empty(), "a winding has at least one terminal");
      for (const auto at : changer.terminals) {
        require_position(io, "terminals", at, terminals);
      }
      require(io, "tap", changer.tap > 0.0, "must be above 0");
      require(io, "tap_min", changer.tap_min > 0.0 && changer.tap_min <= changer.tap_max,
              "must be above 0 and not above tap_max");
      require(io, "steps", changer.steps >= 1, "must be at least 1");
      require(io, "winding_voltage_v", changer.winding_voltage_v >= 0.0, "must not be below 0");
    }
    io.optional("control", changer.control, [&](auto& inner, auto& control) {
      inner.object("monitored", control.monitored,
                   [this](auto& innermost, auto& value) { port(innermost, value); });
      inner.count("terminal", control.terminal);
      inner.number("target_v", control.target_v);
      inner.number("band_v", control.band_v);
      inner.number("pt_ratio", control.pt_ratio);
      inner.number("ct_primary_a", control.ct_primary_a);
      inner.number("r_v", control.r_v);
      inner.number("x_v", control.x_v);
      inner.number("delay_s", control.delay_s);
      inner.count("max_steps_at_once", control.max_steps_at_once);
      if constexpr (Io::reads) {
        require_position(inner, "terminal", control.terminal, terminals);
        require_positive(inner, "pt_ratio", control.pt_ratio);
        require_positive(inner, "ct_primary_a", control.ct_primary_a);
        require_positive(inner, "band_v", control.band_v);
      }
    });
  }

  template <class Io, class T>
  void capacitor(Io& io, T& capacitor) const {
    io.text("name", capacitor.name);
    io.reference("branch", capacitor.branch, names_.branches);
    io.flag("closed", capacitor.closed);
    io.optional("control", capacitor.control, [&](auto& inner, auto& control) {
      inner.word("quantity", control.quantity, parse_capacitor_quantity);
      inner.reference("monitored_branch", control.monitored_branch, names_.branches);
      inner.count("monitored_terminal", control.monitored_terminal);
      inner.object("monitored_port", control.monitored_port,
                   [this](auto& innermost, auto& value) { port(innermost, value); });
      inner.number("ratio", control.ratio);
      inner.number("close_at", control.close_at);
      inner.number("open_at", control.open_at);
      inner.number("delay_s", control.delay_s);
      if constexpr (Io::reads) {
        require_position(inner, "monitored_terminal", control.monitored_terminal,
                         terminal_count(control.monitored_branch));
        require_positive(inner, "ratio", control.ratio);
      }
    });
  }

  [[nodiscard]] std::size_t terminal_count(BranchId branch) const {
    return branch.index() < names_.terminal_counts.size() ? names_.terminal_counts[branch.index()]
                                                          : 0;
  }

  static void require_position(FieldReader& io, std::string_view key, std::size_t at,
                               std::size_t terminals) {
    require(io, key, at < terminals || terminals == 0,
            "there is no terminal " + std::to_string(at) + " of the branch; they run from 0 to " +
                std::to_string(terminals - 1));
  }

  Names& names_;
};

std::vector<WrittenNode> written_nodes(const Feeder& feeder, Names& names) {
  std::vector<WrittenNode> nodes;
  // A node-phase's name must be at its id, and the phases of a node need not stand together.
  for (const auto& phase : feeder.node_phases) {
    names.node_phases.add(feeder.nodes[phase.node.index()].name + "." +
                          std::to_string(phase.phase));
  }
  for (const auto& node : feeder.nodes) {
    names.nodes.add(node.name);
    auto& written = nodes.emplace_back(WrittenNode{node.name, node.x, node.y, {}});
    for (const auto id : node.phases) {
      const auto& phase = feeder.node_phases[id.index()];
      written.phases.push_back({phase.phase, phase.base_voltage_v});
    }
  }
  for (const auto& branch : feeder.branches) {
    names.branches.add(branch.name);
    names.terminal_counts.push_back(branch.terminals.size());
  }
  return nodes;
}

}  // namespace

std::string to_json(const Feeder& feeder) {
  Names names;
  auto nodes = written_nodes(feeder, names);
  const FeederFields fields(names);
  return write_document(feeder,
                        [&](auto& io, const auto& value) { fields.feeder(io, value, nodes); });
}

Result<Feeder> parse_feeder(std::string_view text, const std::string& file,
                            std::vector<int>* node_lines) {
  Names names;
  std::vector<WrittenNode> nodes;
  const FeederFields fields(names);
  auto feeder = read_document<Feeder>(
      text, file, [&](auto& io, auto& value) { fields.feeder(io, value, nodes); },
      [](const Feeder& value, FieldReader& reader) {
        if (value.nodes.empty()) {
          reader.fault("a feeder needs at least one node");
        }
      });
  if (node_lines != nullptr) {
    for (const auto& node : nodes) {
      node_lines->push_back(node.line);
    }
  }
  return feeder;
}

}  // namespace gridpact::documents
