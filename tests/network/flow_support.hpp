#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gridpact/model/feeder.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/linear_model.hpp"

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

/// The same network behind a source branch, with a tap changer off its neutral position beyond it
/// (where there are three phases), and with loads that sit on single phases or between phases and
/// follow the voltage: constant power, current, impedance, mixtures of them, broken exponents.
[[nodiscard]] Feeder varied_feeder(const Feeder& feeder, std::uint64_t seed = 1);

/// Current of a conductor, pu × A of its branch's from-end.
[[nodiscard]] Complex conductor_current_a(const Feeder& feeder, const network::Conductor& conductor,
                                          std::span<const Complex> voltage_pu);

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
