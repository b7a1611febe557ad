// Newton's method in polar coordinates on dense matrices, written apart from the library:
//   S = diag(V) conj(Y V)
//   ∂S/∂θ   = j diag(V) conj(diag(I) − Y diag(V))
//   ∂S/∂|V| = diag(V) conj(Y diag(V/|V|)) + conj(diag(I)) diag(V/|V|)
// (R. D. Zimmerman, "AC power flows, generalized OPF costs and their derivatives using complex
// matrix notation", MATPOWER technical note 2, 2010), restricted to the unknown node-phases.

#include <vector>

#include "network/flow_support.hpp"
#include <Eigen/Dense>

namespace gridpact::test {

namespace {

using Vector = Eigen::VectorXcd;
using DenseMatrix = Eigen::MatrixXcd;

DenseMatrix dense_ybus(const Feeder& feeder) {
  const auto count = static_cast<Eigen::Index>(feeder.node_phases.size());
  DenseMatrix y = DenseMatrix::Zero(count, count);
  for (const Branch& branch : feeder.branches) {
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      for (std::size_t j = 0; j < branch.terminals.size(); ++j) {
        y(static_cast<Eigen::Index>(branch.terminals[i].index()),
          static_cast<Eigen::Index>(branch.terminals[j].index())) += branch.admittance_pu(i, j);
      }
    }
  }
  return y;
}

}  // namespace

DenseSolution dense_newton(const Feeder& feeder, const std::vector<Complex>& injection_pu) {
  const DenseMatrix y = dense_ybus(feeder);
  const Eigen::Index count = y.rows();
  std::vector<Eigen::Index> unknown;
  Vector v = Vector::Zero(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    if (feeder.node_phases[static_cast<std::size_t>(i)].node != feeder.source) {
      unknown.push_back(i);
    }
  }
  const std::vector<NodePhaseId>& source = feeder.nodes[feeder.source.index()].phases;
  for (std::size_t i = 0; i < source.size(); ++i) {
    v(static_cast<Eigen::Index>(source[i].index())) = feeder.source_voltage_pu[i];
  }
  v(unknown) = y(unknown, unknown).lu().solve(-(y * v)(unknown)).eval();
  const Eigen::Map<const Vector> injection(injection_pu.data(), count);

  const auto n = static_cast<Eigen::Index>(unknown.size());
  DenseSolution solution;
  for (int iteration = 0; iteration < 50 && !solution.converged; ++iteration) {
    const Vector current = y * v;
    const Vector mismatch =
        (injection.array() - v.array() * current.conjugate().array()).matrix()(unknown);
    const Vector direction = (v.array() / v.array().abs()).matrix();
    const DenseMatrix by_angle =
        Complex(0.0, 1.0) * v.asDiagonal() *
        (DenseMatrix(current.asDiagonal()) - y * v.asDiagonal()).conjugate();
    const DenseMatrix by_magnitude =
        v.asDiagonal() * (y * direction.asDiagonal()).conjugate() +
        DenseMatrix(current.conjugate().asDiagonal()) * direction.asDiagonal();
    const DenseMatrix angle = by_angle(unknown, unknown),
                      magnitude = by_magnitude(unknown, unknown);
    Eigen::MatrixXd jacobian(2 * n, 2 * n);
    jacobian << angle.real(), magnitude.real(), angle.imag(), magnitude.imag();
    Eigen::VectorXd error(2 * n);
    error << mismatch.real(), mismatch.imag();
    const Eigen::VectorXd change = jacobian.lu().solve(error);
    for (Eigen::Index k = 0; k < n; ++k) {
      Complex& voltage = v(unknown[static_cast<std::size_t>(k)]);
      const double magnitude_pu = std::abs(voltage) + change(n + k);
      voltage = magnitude_pu * std::polar(1.0, std::arg(voltage) + change(k));
    }
    solution.converged = change.lpNorm<Eigen::Infinity>() < 1e-12;
  }
  solution.voltage_pu.assign(v.begin(), v.end());
  return solution;
}

}  // namespace gridpact::test
