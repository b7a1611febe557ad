// LinDistFlow against the formula that it comes from, and its error against exact flow.

#include "gridpact/network/linear_distflow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::test {
namespace {

using network::Injection;
using network::lindistflow;

/// Largest amounts by which LinDistFlow is above and below the exact |V|.
std::pair<double, double> errors(const Feeder& feeder, const Injection& injection) {
  const auto linear = lindistflow(feeder, injection);
  EXPECT_TRUE(linear.ok());
  const network::FlowState state = flow_of(feeder).solve(injection);
  EXPECT_TRUE(state.converged);
  double above = 0.0, below = 0.0;
  for (std::size_t i = 0; i < linear->size(); ++i) {
    const double error = (*linear)[i] - std::abs(state.voltage_pu[i]);
    above = std::max(above, error);
    below = std::max(below, -error);
  }
  return {above, below};
}

TEST(LinDistFlow, OverestimatesTheVoltagesOfIeee33AsMeasured) {
  const Feeder feeder = ieee33_feeder();
  for (const auto& [level, above] :
       {std::pair(0.5, 0.0006), std::pair(1.0, 0.0028), std::pair(1.5, 0.0074)}) {
    const auto found = errors(feeder, Injection::loads_at(feeder, level));
    EXPECT_NEAR(found.first, above, 5e-5) << level;
    EXPECT_LT(found.second, 1e-12) << level;
  }
}

TEST(LinDistFlow, FollowsTheThreePhaseFormula) {
  Feeder feeder;
  feeder.base_kva = 1000.0;
  const double volts = 2400.0;
  const NodeId source = add_node(feeder, "source", {1, 2, 3}, volts);
  const NodeId end = add_node(feeder, "end", {1, 2, 3}, volts);
  make_source(feeder, source);
  ComplexMatrix z(3, 3);
  z(0, 0) = {0.35, 1.02};
  z(1, 1) = {0.34, 1.05};
  z(2, 2) = {0.33, 1.03};
  z(0, 1) = z(1, 0) = {0.16, 0.50};
  z(0, 2) = z(2, 0) = {0.15, 0.42};
  z(1, 2) = z(2, 1) = {0.14, 0.38};
  add_line(feeder, "line", source, end, {1, 2, 3}, z);
  Injection injection = Injection::loads_at(feeder, 1.0);
  const std::array<Complex, 3> load_pu{Complex(0.30, 0.10), Complex(0.05, 0.20),
                                       Complex(0.22, -0.04)};
  for (std::size_t i = 0; i < 3; ++i) {
    injection.power_pu[3 + i] = -load_pu[i];
  }
  const auto linear = lindistflow(feeder, injection);
  ASSERT_TRUE(linear.ok());
  const double base_ohm = volts * volts / (feeder.base_kva * 1000.0);
  for (std::size_t a = 0; a < 3; ++a) {
    double squared = 1.0;
    for (std::size_t b = 0; b < 3; ++b) {
      const double r = z(a, b).real() / base_ohm, x = z(a, b).imag() / base_ohm;
      const double p = load_pu[b].real(), q = load_pu[b].imag();
      const double side = (b + 3 - a) % 3 == 1 ? 1.0 : -1.0;  // b lags a, or leads it
      squared += a == b ? -2.0 * (r * p + x * q)
                        : (r - side * std::numbers::sqrt3 * x) * p +
                              (x + side * std::numbers::sqrt3 * r) * q;
    }
    EXPECT_NEAR((*linear)[3 + a], std::sqrt(squared), 1e-12) << a;
  }
}

TEST(LinDistFlow, IsExactInTheRatioOfAnIdleRegulator) {
  const Feeder feeder = varied_feeder(random_feeder(5), 5);
  Injection idle = Injection::loads_at(feeder, 0.0);
  const auto found = errors(feeder, idle);
  EXPECT_LT(std::max(found.first, found.second), 1e-3);
}

TEST(LinDistFlow, NamesWhatItCanNotRepresent) {
  const Feeder unbalanced = three_phase_feeder();
  const auto delta = lindistflow(unbalanced, Injection::loads_at(unbalanced, 1.0));
  ASSERT_FALSE(delta.ok());
  EXPECT_THAT(delta.faults()[0].message, ::testing::HasSubstr("'transformer'"));

  Feeder meshed = ieee33_feeder();
  add_line(meshed, "tie", NodeId{7}, NodeId{20}, {2.0, 2.0});
  const auto loop = lindistflow(meshed, Injection::loads_at(meshed, 1.0));
  ASSERT_FALSE(loop.ok());
  EXPECT_THAT(loop.faults()[0].message, ::testing::HasSubstr("closes a loop"));
}

}  // namespace
}  // namespace gridpact::test
