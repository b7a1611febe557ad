#pragma once

#include <cstdint>
#include <vector>

#include "gridpact/model/feeder.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::test {

/// A flow of `feeder`; fails the test and throws if the feeder is faulty.
[[nodiscard]] network::AcFlow flow_of(const Feeder& feeder);

/// The injections of all loads of `feeder` at `scale` times their nominal demand.
[[nodiscard]] std::vector<Complex> nominal_injection(const Feeder& feeder, double scale = 1.0);

/// Demand of all loads, kW + j·kvar.
[[nodiscard]] Complex total_load_kva(const Feeder& feeder);

/// A connected feeder of 2 to 25 nodes, radial or with loops, balanced or with one to three phases
/// per node, some loads of which are generators; its largest voltage drop is about 15 %.
[[nodiscard]] Feeder random_feeder(std::uint64_t seed);

/// The same feeder with its nodes, node-phases and branches numbered in another order.
[[nodiscard]] Feeder relabelled(const Feeder& feeder, std::uint64_t seed);

/// An independent power flow: Newton's method in polar coordinates on dense matrices.
struct DenseSolution {
  std::vector<Complex> voltage_pu;
  bool converged = false;
};
[[nodiscard]] DenseSolution dense_newton(const Feeder& feeder,
                                         const std::vector<Complex>& injection_pu);

}  // namespace gridpact::test
