// The adjoint against the tangent that it is the adjoint of, column by column.

#include "gridpact/network/demand_gradient.hpp"

#include <cmath>
#include <cstdint>

#include "network/flow_support.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/network/linear_model.hpp"

namespace gridpact::test {
namespace {

RC_GTEST_PROP(DemandGradientProperty, IsTheTangentsAdjoint, (std::uint16_t seed, bool varied)) {
  auto feeder = random_feeder(seed);
  if (varied) {
    feeder = varied_feeder(feeder, seed);
  }
  const auto flow = flow_of(feeder);
  const auto injection = network::Injection::loads_at(feeder, 0.8);
  const auto state = flow.solve(injection, {1e-12, 1000});
  RC_PRE(state.converged);
  std::vector<network::InjectionColumn> columns;
  for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
    columns.push_back({{{NodePhaseId{i}, Complex(-1.0 / feeder.base_kva, 0.0)}}, {}});
  }
  const auto model = network::linearise(flow, state, injection, columns);
  RandomStream random(seed, 1);
  network::QuantityWorth worth;
  worth.import_kw = random.normal();
  for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
    worth.voltage_pu.push_back(100.0 * random.normal());
  }
  for (std::size_t c = 0; c < model.current_a.size(); ++c) {
    worth.current_a.push_back(random.normal());
  }
  const auto found = network::worth_of_demand(flow, state, injection, worth);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    double expected = worth.import_kw * model.import_kw_per_unit[j];
    double scale = std::abs(expected);
    for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
      expected += worth.voltage_pu[i] * model.voltage_per_unit(i, j);
      scale += std::abs(worth.voltage_pu[i] * model.voltage_per_unit(i, j));
    }
    for (std::size_t c = 0; c < model.current_a.size(); ++c) {
      expected += worth.current_a[c] * model.current_per_unit(c, j);
      scale += std::abs(worth.current_a[c] * model.current_per_unit(c, j));
    }
    RC_ASSERT(std::abs(found[j] - expected) <= 1e-8 * scale);
  }
}

}  // namespace
}  // namespace gridpact::test
