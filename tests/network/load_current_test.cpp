#include "gridpact/network/load_current.hpp"

#include <cmath>
#include <limits>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::test {
namespace {

using network::LoadPort;
using network::port_current;
using network::PortCurrent;

LoadPort port_of(std::vector<LoadTerm> terms, double u_low = 0.0, double u_min = 0.0,
                 double u_max = std::numeric_limits<double>::infinity()) {
  return {.load = LoadId{},
          .from = NodePhaseId{},
          .to = std::nullopt,
          .power_pu = {0.8, 0.3},
          .terms = std::move(terms),
          .u_low = u_low,
          .u_min = u_min,
          .u_max = u_max};
}

Complex power_at(const LoadPort& port, double u) {
  const Complex w = std::polar(u, 0.4);
  return w * std::conj(port_current(port, w).current_pu);
}

TEST(LoadCurrent, PowerFollowsEachTermsExponent) {
  const LoadPort port =
      port_of({{0.5, 0.2, 0.0}, {0.3, 0.5, 1.0}, {0.15, 0.2, 2.0}, {0.05, 0.1, 3.2}});
  for (const double u : {0.7, 0.95, 1.0, 1.08}) {
    const double p = 0.5 + 0.3 * u + 0.15 * u * u + 0.05 * std::pow(u, 3.2);
    const double q = 0.2 + 0.5 * u + 0.2 * u * u + 0.1 * std::pow(u, 3.2);
    EXPECT_NEAR(power_at(port, u).real(), 0.8 * p, 1e-14) << u;
    EXPECT_NEAR(power_at(port, u).imag(), 0.3 * q, 1e-14) << u;
  }
}

TEST(LoadCurrent, IsAnImpedanceBeyondItsVoltages) {
  // Constant power between 0.95 and 1.05, as OpenDSS's load by default, with Vlowpu = 0.5.
  const LoadPort port = port_of({{}}, 0.5, 0.95, 1.05);
  EXPECT_NEAR(power_at(port, 0.96).real(), 0.8, 1e-14);
  EXPECT_NEAR(power_at(port, 1.10).real(), 0.8 * std::pow(1.10 / 1.05, 2), 1e-14);
  EXPECT_NEAR(power_at(port, 0.40).real(), 0.8 * 0.40 * 0.40, 1e-14);
  // In between, current goes straight from 0.5 (of |S|) to 1/0.95.
  const double current = 0.5 + (0.7 - 0.5) / (0.95 - 0.5) * (1.0 / 0.95 - 0.5);
  EXPECT_NEAR(std::abs(port_current(port, {0.7, 0.0}).current_pu),
              current * std::abs(port.power_pu), 1e-14);
  EXPECT_EQ(port_current(port, {}).current_pu, Complex{});
}

TEST(LoadCurrent, ATermIsBeyondItsVoltagesTheImpedanceOfItsOtherExponent) {
  // A motor of OpenDSS's model 3: P constant, Q quadratic, both constant power beyond the limits.
  const LoadPort motor = port_of({{1.0, 0.0, 0.0}, {0.0, 1.0, 2.0, -2.0}}, 0.5, 0.95, 1.05);
  const LoadPort power = port_of({{}}, 0.5, 0.95, 1.05);
  for (const double u : {0.3, 0.7, 0.94, 1.06, 1.3}) {
    EXPECT_EQ(power_at(motor, u), power_at(power, u)) << u;
  }
  EXPECT_NEAR(power_at(motor, 1.04).imag(), 0.3 * 1.04 * 1.04, 1e-14);
  EXPECT_NEAR(power_at(motor, 1.06).imag(), 0.3 * std::pow(1.06 / 1.05, 2), 1e-14);
}

TEST(LoadCurrent, IsContinuousWhereItsPiecesMeet) {
  for (const auto& terms : {std::vector<LoadTerm>{{}},
                            {{1.0, 1.0, 1.0}},
                            {{1.0, 1.0, 2.0}},
                            {{0.6, 0.4, 0.0}, {0.4, 0.6, 1.4}}}) {
    const LoadPort port = port_of(terms, 0.5, 0.9, 1.1);
    for (const double edge : {0.5, 0.9, 1.1}) {
      const Complex below = port_current(port, edge - 1e-9).current_pu;
      const Complex above = port_current(port, edge + 1e-9).current_pu;
      EXPECT_LT(std::abs(above - below), 1e-8) << edge;
    }
  }
}

TEST(LoadCurrent, DerivativeIsThatOfTheCurrent) {
  RandomStream random(7, 0);
  const LoadPort port =
      port_of({{0.5, 0.2, 0.0}, {0.3, 0.5, 1.0}, {0.2, 0.3, 1.6, -1.6}}, 0.5, 0.9, 1.1);
  for (const double u : {0.3, 0.6, 0.85, 0.95, 1.05, 1.2}) {
    const Complex w = std::polar(u, 6.0 * random.uniform());
    const PortCurrent at = port_current(port, w);
    for (int k = 0; k < 4; ++k) {
      const Complex dw = std::polar(1e-6, 1.3 * k);
      const Complex change =
          (port_current(port, w + dw).current_pu - port_current(port, w - dw).current_pu) / 2.0;
      EXPECT_LT(std::abs(change - (at.a * dw + at.b * std::conj(dw))), 1e-14) << u;
    }
  }
}

TEST(LoadCurrent, PortsShareALoadAndTakeTheirNominalVoltage) {
  Feeder feeder;
  feeder.base_kva = 100.0;
  const NodeId node = add_node(feeder, "a", {1, 2, 3}, 2400.0);
  make_source(feeder, node);
  const auto phase = [&](int k) { return phase_of(feeder, node, k); };
  Load delta{"delta", node, 90.0, 30.0};
  delta.ports = {{phase(1), phase(2)}, {phase(2), phase(3)}, {phase(3), phase(1)}};
  Load wye{"wye", node, 60.0, 0.0};
  Load single{"single", node, 10.0, 0.0};
  single.ports = {{phase(2), std::nullopt}};
  single.nominal_voltage_v = 1200.0;
  feeder.loads = {delta, wye, single};
  const std::vector<LoadPort> ports = network::load_ports(feeder);
  ASSERT_EQ(ports.size(), 7U);
  EXPECT_NEAR(std::abs(ports[0].power_pu - Complex(0.3, 0.1)), 0.0, 1e-15);
  EXPECT_NEAR(ports[0].scale_from, 1.0 / std::sqrt(3.0), 1e-15);
  EXPECT_EQ(ports[0].scale_to, ports[0].scale_from);
  EXPECT_NEAR(ports[3].power_pu.real(), 0.2, 1e-15);
  EXPECT_EQ(ports[3].scale_from, 1.0);
  EXPECT_FALSE(ports[3].to);
  EXPECT_EQ(ports[6].scale_from, 2.0);
}

}  // namespace
}  // namespace gridpact::test
