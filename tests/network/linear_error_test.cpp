// The exact flow tries to leave the bound on the tangent's error: random feeders, changes at the
// corners of the box, inside it, and along the direction that moves one output most.

#include "gridpact/network/linear_error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::test {
namespace {

using network::AcFlow;
using network::ColumnRange;
using network::FlowOptions;
using network::FlowState;
using network::Injection;
using network::InjectionColumn;
using network::LinearErrors;
using network::LinearModel;

constexpr FlowOptions exact{1e-13, 2000};

/// A feeder at an operating point, with a column for each load's level and one kVA of any angle at
/// each third node.
struct Attacked {
  AcFlow flow;
  std::vector<InjectionColumn> columns;
  std::vector<double> x;
  FlowState state;
  LinearModel model;

  Attacked(const Feeder& feeder, double level, bool generators) : flow(flow_of(feeder)) {
    for (std::size_t l = 0; l < feeder.loads.size(); ++l) {
      columns.push_back({{}, {{LoadId{l}, 1.0}}});
      x.push_back(level);
    }
    for (std::size_t n = 1; generators && n < feeder.nodes.size(); n += 3) {
      columns.push_back(network::power_at(
          feeder, NodeId{n},
          std::polar(feeder.base_kva / static_cast<double>(feeder.nodes.size()), 0.7)));
      x.push_back(0.1);
    }
    const Injection injection = network::combine(feeder, columns, x);
    state = flow.solve(injection, exact);
    model = network::linearise(flow, state, injection, columns);
  }

  [[nodiscard]] Injection injection() const { return network::combine(flow.feeder(), columns, x); }

  [[nodiscard]] network::LinearErrorBound bound() const {
    return {flow, state, injection(), columns};
  }

  /// |exact − linear| at this change.
  [[nodiscard]] LinearErrors errors(const std::vector<double>& change) const {
    std::vector<double> moved = x;
    for (std::size_t j = 0; j < x.size(); ++j) {
      moved[j] += change[j];
    }
    const Feeder& feeder = flow.feeder();
    const FlowState there =
        flow.solve(network::combine(feeder, columns, moved), exact, &state.voltage_pu);
    EXPECT_TRUE(there.converged);
    const auto linear = [&](double value, std::span<const double> slopes) {
      for (std::size_t j = 0; j < slopes.size(); ++j) {
        value += slopes[j] * change[j];
      }
      return value;
    };
    LinearErrors out;
    for (std::size_t i = 0; i < model.voltage_pu.size(); ++i) {
      out.voltage_pu.push_back(
          std::abs(std::abs(there.voltage_pu[i]) -
                   linear(model.voltage_pu[i], model.voltage_per_unit.row(i))));
    }
    for (std::size_t c = 0; c < model.conductors.size(); ++c) {
      out.current_a.push_back(
          std::abs(std::abs(conductor_current_a(feeder, model.conductors[c], there.voltage_pu)) -
                   linear(model.current_a[c], model.current_per_unit.row(c))));
    }
    out.losses_kw = std::abs(flow.losses_kw(there.voltage_pu) -
                             linear(model.losses_kw, model.losses_kw_per_unit));
    const Complex import = flow.import_kva(there);
    out.import_kw = std::abs(import.real() - linear(model.import_kw, model.import_kw_per_unit));
    out.import_kvar =
        std::abs(import.imag() - linear(model.import_kvar, model.import_kvar_per_unit));
    return out;
  }
};

/// Is `error` within `bound`, up to the arithmetic of sums of size `scale`?
bool within(double error, double bound, double scale) { return error <= bound + 1e-11 * scale; }

bool within(const Attacked& attacked, const LinearErrors& error, const LinearErrors& bound) {
  const double kva = attacked.flow.feeder().base_kva * 1e2;
  bool all = within(error.losses_kw, bound.losses_kw, kva) &&
             within(error.import_kw, bound.import_kw, kva) &&
             within(error.import_kvar, bound.import_kvar, kva);
  for (std::size_t i = 0; i < error.voltage_pu.size(); ++i) {
    all = all && within(error.voltage_pu[i], bound.voltage_pu[i], 1.0);
  }
  for (std::size_t c = 0; c < error.current_a.size(); ++c) {
    all = all && within(error.current_a[c], bound.current_a[c], 1e4);
  }
  return all;
}

/// A change in the box: a corner, a point inside, or the corner along an output's slopes.
std::vector<double> change_in(const std::vector<ColumnRange>& ranges, const LinearModel& model,
                              RandomStream& random) {
  const double way = random.uniform();
  const std::size_t row = random.index(model.voltage_pu.size());
  const double sign = random.uniform() < 0.5 ? -1.0 : 1.0;
  std::vector<double> change;
  for (std::size_t j = 0; j < ranges.size(); ++j) {
    const bool high =
        way < 0.6 ? sign * model.voltage_per_unit(row, j) > 0.0 : random.uniform() < 0.5;
    change.push_back(way < 0.9 ? (high ? ranges[j].high : ranges[j].low)
                               : std::lerp(ranges[j].low, ranges[j].high, random.uniform()));
  }
  return change;
}

RC_GTEST_PROP(LinearErrorProperty, ExactFlowNeverLeavesTheBound, (std::uint64_t seed)) {
  RandomStream random(seed, 7);
  const Feeder plain = random_feeder(seed);
  const Feeder feeder = random.uniform() < 0.7 ? varied_feeder(plain, seed) : plain;
  const Attacked attacked(feeder, 0.3 + random.uniform(), true);
  const double width = 0.02 + 0.5 * random.uniform();
  std::vector<ColumnRange> ranges;
  for (std::size_t j = 0; j < attacked.columns.size(); ++j) {
    ranges.push_back({-width * random.uniform(), width * random.uniform()});
  }
  const auto bound = attacked.bound();
  const auto box = bound.over(ranges);
  RC_PRE(box.ok());
  RC_ASSERT(box->contraction < 1.0);
  for (int attack = 0; attack < 20; ++attack) {
    const std::vector<double> change = change_in(ranges, attacked.model, random);
    const LinearErrors error = attacked.errors(change);
    RC_ASSERT(within(attacked, error, *box));
    std::vector<ColumnRange> here;
    for (const double step : change) {
      here.push_back({step, step});
    }
    const auto point = bound.over(here);
    RC_ASSERT(point.ok());
    RC_ASSERT(within(attacked, error, *point));
  }
}

TEST(LinearError, IsSmallAndNotVacuousOnIeee33) {
  const Attacked attacked(ieee33_feeder(), 1.0, false);
  const auto bound = attacked.bound();
  const std::vector<ColumnRange> box(attacked.columns.size(), {-0.3, 0.3});
  const auto errors = bound.over(box);
  ASSERT_TRUE(errors.ok());
  const double largest = *std::max_element(errors->voltage_pu.begin(), errors->voltage_pu.end());
  for (const double sign : {-0.3, 0.3}) {
    const LinearErrors actual = attacked.errors(std::vector<double>(attacked.columns.size(), sign));
    EXPECT_TRUE(within(attacked, actual, *errors));
    const double found = *std::max_element(actual.voltage_pu.begin(), actual.voltage_pu.end());
    RecordProperty(sign < 0.0 ? "low" : "high", std::to_string(largest / found));
    EXPECT_GT(found, 2e-4);  // the bound has something to bound
    EXPECT_LT(largest, 4.0 * found);
    EXPECT_LT(errors->losses_kw, 4.0 * actual.losses_kw);
    EXPECT_LT(errors->import_kw, 4.0 * actual.import_kw);
  }
}

TEST(LinearError, FallsToAQuarterWhenTheBoxIsHalved) {
  const Attacked attacked(varied_feeder(three_phase_feeder()), 0.8, true);
  const auto bound = attacked.bound();
  const auto largest = [&](double width) {
    const auto errors =
        bound.over(std::vector<ColumnRange>(attacked.columns.size(), {-width, width}));
    EXPECT_TRUE(errors.ok());
    return *std::max_element(errors->voltage_pu.begin(), errors->voltage_pu.end());
  };
  EXPECT_NEAR(largest(0.02) / largest(0.01), 4.0, 0.2);
  EXPECT_LT(largest(0.0), 1e-9);
}

TEST(LinearError, SaysWhereThereIsNoBound) {
  const Attacked attacked(ieee33_feeder(), 1.0, false);
  const auto far = attacked.bound().over(
      std::vector<ColumnRange>(attacked.columns.size(), {0.0, 4.0}));  // no solution there
  ASSERT_FALSE(far.ok());
  EXPECT_NE(far.faults()[0].message.find("has no bound over this change"), std::string::npos);

  Feeder feeder = ieee33_feeder();
  for (Load& load : feeder.loads) {
    load.u_low = 0.5;
    load.u_min = 0.9;  // node 18 is at 0.913 pu
  }
  const Attacked near_limit(feeder, 1.0, false);
  const auto leaves =
      near_limit.bound().over(std::vector<ColumnRange>(near_limit.columns.size(), {-0.5, 0.5}));
  ASSERT_FALSE(leaves.ok());
  EXPECT_NE(leaves.faults()[0].message.find("may leave the range"), std::string::npos);
}

}  // namespace
}  // namespace gridpact::test
