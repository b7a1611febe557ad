#include "support/feeders.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include <Eigen/Dense>

#include "gridpact/base/units.hpp"

namespace gridpact::test {

namespace {

using DenseComplex = Eigen::MatrixXcd;

DenseComplex to_dense(const ComplexMatrix& matrix) {
  DenseComplex dense(static_cast<Eigen::Index>(matrix.rows()),
                     static_cast<Eigen::Index>(matrix.cols()));
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (std::size_t j = 0; j < matrix.cols(); ++j) {
      dense(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = matrix(i, j);
    }
  }
  return dense;
}

double base_impedance_ohm(const Feeder& feeder, NodeId node) {
  const NodePhaseId phase = feeder.nodes[node.index()].phases.front();
  const double volts = feeder.node_phases[phase.index()].base_voltage_v;
  return volts * volts / (feeder.base_kva * watts_per_kw);
}

Branch make_branch(const Feeder& feeder, std::string name, BranchKind kind, NodeId from, NodeId to,
                   const std::vector<int>& phases) {
  Branch branch;
  branch.name = std::move(name);
  branch.kind = kind;
  branch.from_count = phases.size();
  for (const NodeId end : {from, to}) {
    for (const int phase : phases) {
      branch.terminals.push_back(phase_of(feeder, end, phase));
    }
  }
  branch.admittance_pu = ComplexMatrix(branch.terminals.size(), branch.terminals.size());
  return branch;
}

ComplexMatrix scaled(const ComplexMatrix& matrix, double factor) {
  ComplexMatrix result = matrix;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (Complex& entry : result.row(i)) {
      entry *= factor;
    }
  }
  return result;
}

void add_load(Feeder& feeder, NodeId node, Complex kva) {
  feeder.loads.push_back(
      {feeder.nodes[node.index()].name, node, kva.real(), kva.imag(), /*group=*/0});
}

}  // namespace

NodePhaseId phase_of(const Feeder& feeder, NodeId node, int phase) {
  for (const NodePhaseId id : feeder.nodes[node.index()].phases) {
    if (feeder.node_phases[id.index()].phase == phase) {
      return id;
    }
  }
  throw std::out_of_range("node " + feeder.nodes[node.index()].name + " has no phase " +
                          std::to_string(phase));
}

NodeId add_node(Feeder& feeder, std::string name, std::initializer_list<int> phases,
                double base_voltage_v) {
  const NodeId id{feeder.nodes.size()};
  Node node;
  node.name = std::move(name);
  for (const int phase : phases) {
    const double wires = phase == 0 ? std::numbers::sqrt3 : 1.0;
    const double amps_per_pu = feeder.base_kva * watts_per_kw / (wires * base_voltage_v);
    node.phases.push_back(NodePhaseId{feeder.node_phases.size()});
    feeder.node_phases.push_back({id, phase, base_voltage_v, amps_per_pu});
  }
  feeder.nodes.push_back(std::move(node));
  return id;
}

void make_source(Feeder& feeder, NodeId node) {
  feeder.source = node;
  feeder.source_voltage_pu.clear();
  for (const NodePhaseId id : feeder.nodes[node.index()].phases) {
    const int phase = feeder.node_phases[id.index()].phase;
    const double lag = phase == 0 ? 0.0 : 2.0 * std::numbers::pi / 3.0 * (phase - 1);
    feeder.source_voltage_pu.push_back(std::polar(1.0, -lag));
  }
}

void add_line(Feeder& feeder, std::string name, NodeId from, NodeId to,
              const std::vector<int>& phases, const ComplexMatrix& impedance_ohm,
              double susceptance_s) {
  Branch line = make_branch(feeder, std::move(name), BranchKind::line, from, to, phases);
  const double base_ohm = base_impedance_ohm(feeder, from);
  const DenseComplex series = to_dense(impedance_ohm).inverse() * base_ohm;
  const Complex half_shunt(0.0, susceptance_s / 2.0 * base_ohm);
  const std::size_t count = phases.size();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      const Complex y = series(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      const Complex shunt = i == j ? half_shunt : Complex{};
      line.admittance_pu(i, j) = y + shunt;
      line.admittance_pu(count + i, count + j) = y + shunt;
      line.admittance_pu(i, count + j) = -y;
      line.admittance_pu(count + i, j) = -y;
    }
  }
  feeder.branches.push_back(std::move(line));
}

void add_line(Feeder& feeder, std::string name, NodeId from, NodeId to, Complex impedance_ohm) {
  const NodePhaseId only = feeder.nodes[from.index()].phases.front();
  add_line(feeder, std::move(name), from, to, {feeder.node_phases[only.index()].phase},
           ComplexMatrix(1, 1, impedance_ohm));
}

// Three single-phase units: delta winding between phases w and w + 1 (nominally √3 pu of the
// line-to-neutral base), wye winding from phase w to ground.
void add_delta_wye(Feeder& feeder, std::string name, NodeId delta, NodeId wye,
                   Complex impedance_pu) {
  Branch branch =
      make_branch(feeder, std::move(name), BranchKind::transformer, delta, wye, {1, 2, 3});
  const Complex y = 1.0 / impedance_pu;
  const double ratio = std::numbers::sqrt3;
  for (std::size_t w = 0; w < 3; ++w) {
    // Winding voltages in terms of terminals: (V_p − V_q) / √3 and V_s.
    const std::array<std::pair<std::size_t, double>, 3> terminals{
        {{w, 1.0 / ratio}, {(w + 1) % 3, -1.0 / ratio}, {3 + w, -1.0}}};
    for (const auto& [i, turns_i] : terminals) {
      for (const auto& [j, turns_j] : terminals) {
        branch.admittance_pu(i, j) += turns_i * turns_j * y;
      }
    }
  }
  feeder.branches.push_back(std::move(branch));
}

void add_capacitor(Feeder& feeder, std::string name, NodeId node, const std::vector<int>& phases,
                   double kvar_per_phase) {
  Branch branch;
  branch.name = std::move(name);
  branch.kind = BranchKind::shunt;
  branch.from_count = phases.size();
  branch.admittance_pu = ComplexMatrix(phases.size(), phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) {
    branch.terminals.push_back(phase_of(feeder, node, phases[i]));
    branch.admittance_pu(i, i) = {0.0, kvar_per_phase / feeder.base_kva};
  }
  feeder.branches.push_back(std::move(branch));
}

Feeder two_node_feeder(Complex impedance_ohm, Complex load_kva) {
  Feeder feeder;
  feeder.name = "two nodes";
  feeder.base_kva = 1000.0;
  const NodeId source = add_node(feeder, "source", {0}, 12660.0);
  const NodeId load = add_node(feeder, "load", {0}, 12660.0);
  make_source(feeder, source);
  add_line(feeder, "line", source, load, impedance_ohm);
  add_load(feeder, load, load_kva);
  return feeder;
}

Feeder ieee33_feeder() {
  struct Section {
    int from, to;
    double r_ohm, x_ohm;
    double p_kw, q_kvar;  // demand at `to`
  };
  static constexpr std::array<Section, 32> sections{{
      {1, 2, 0.0922, 0.0470, 100, 60},    {2, 3, 0.4930, 0.2511, 90, 40},
      {3, 4, 0.3660, 0.1864, 120, 80},    {4, 5, 0.3811, 0.1941, 60, 30},
      {5, 6, 0.8190, 0.7070, 60, 20},     {6, 7, 0.1872, 0.6188, 200, 100},
      {7, 8, 0.7114, 0.2351, 200, 100},   {8, 9, 1.0300, 0.7400, 60, 20},
      {9, 10, 1.0440, 0.7400, 60, 20},    {10, 11, 0.1966, 0.0650, 45, 30},
      {11, 12, 0.3744, 0.1238, 60, 35},   {12, 13, 1.4680, 1.1550, 60, 35},
      {13, 14, 0.5416, 0.7129, 120, 80},  {14, 15, 0.5910, 0.5260, 60, 10},
      {15, 16, 0.7463, 0.5450, 60, 20},   {16, 17, 1.2890, 1.7210, 60, 20},
      {17, 18, 0.7320, 0.5740, 90, 40},   {2, 19, 0.1640, 0.1565, 90, 40},
      {19, 20, 1.5042, 1.3554, 90, 40},   {20, 21, 0.4095, 0.4784, 90, 40},
      {21, 22, 0.7089, 0.9373, 90, 40},   {3, 23, 0.4512, 0.3083, 90, 50},
      {23, 24, 0.8980, 0.7091, 420, 200}, {24, 25, 0.8960, 0.7011, 420, 200},
      {6, 26, 0.2030, 0.1034, 60, 25},    {26, 27, 0.2842, 0.1447, 60, 25},
      {27, 28, 1.0590, 0.9337, 60, 20},   {28, 29, 0.8042, 0.7006, 120, 70},
      {29, 30, 0.5075, 0.2585, 200, 600}, {30, 31, 0.9744, 0.9630, 150, 70},
      {31, 32, 0.3105, 0.3619, 210, 100}, {32, 33, 0.3410, 0.5302, 60, 40},
  }};
  Feeder feeder;
  feeder.name = "IEEE 33";
  feeder.base_kva = 10000.0;
  for (int node = 1; node <= 33; ++node) {
    add_node(feeder, std::to_string(node), {0}, 12660.0);
  }
  make_source(feeder, NodeId{0});
  for (const Section& section : sections) {
    const NodeId from{static_cast<std::size_t>(section.from - 1)};
    const NodeId to{static_cast<std::size_t>(section.to - 1)};
    add_line(feeder, std::to_string(section.from) + "-" + std::to_string(section.to), from, to,
             {section.r_ohm, section.x_ohm});
    add_load(feeder, to, {section.p_kw, section.q_kvar});
  }
  return feeder;
}

Feeder three_phase_feeder() {
  // Series impedance, Ω per mile, of overhead configurations 601 and 604 of the IEEE 13 node test
  // feeder (W. H. Kersting, "Radial distribution test feeders", IEEE PES 2001); the lines are 0.4
  // and 0.3 miles long.
  ComplexMatrix main_line(3, 3), lateral_line(2, 2);
  main_line(0, 0) = {0.3465, 1.0179};
  main_line(1, 1) = {0.3375, 1.0478};
  main_line(2, 2) = {0.3414, 1.0348};
  main_line(0, 1) = main_line(1, 0) = {0.1560, 0.5017};
  main_line(0, 2) = main_line(2, 0) = {0.1580, 0.4236};
  main_line(1, 2) = main_line(2, 1) = {0.1535, 0.3849};
  lateral_line(0, 0) = {1.3238, 1.3569};
  lateral_line(1, 1) = {1.3294, 1.3471};
  lateral_line(0, 1) = lateral_line(1, 0) = {0.2066, 0.4591};

  Feeder feeder;
  feeder.name = "three phases";
  feeder.base_kva = 1000.0;
  const double volts = 4160.0 / std::numbers::sqrt3;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, volts);
  const NodeId main = add_node(feeder, "main", {1, 2, 3}, volts);
  const NodeId lateral = add_node(feeder, "lateral", {1, 3}, volts);
  const NodeId end = add_node(feeder, "end", {3}, volts);
  const NodeId secondary = add_node(feeder, "secondary", {1, 2, 3}, 480.0 / std::numbers::sqrt3);
  make_source(feeder, source);
  add_line(feeder, "source-main", source, main, {1, 2, 3}, scaled(main_line, 0.4), 2.4e-6);
  add_line(feeder, "main-lateral", main, lateral, {1, 3}, scaled(lateral_line, 0.3));
  add_line(feeder, "lateral-end", lateral, end, {3}, ComplexMatrix(1, 1, {0.2, 0.2}));
  add_delta_wye(feeder, "transformer", main, secondary, {0.02, 0.06});
  add_capacitor(feeder, "capacitor", main, {1, 2, 3}, 100.0);
  add_load(feeder, main, {300.0, 120.0});
  add_load(feeder, lateral, {260.0, 130.0});
  add_load(feeder, end, {170.0, 80.0});
  add_load(feeder, secondary, {360.0, 150.0});
  return feeder;
}

}  // namespace gridpact::test
