// LinDistFlow of the shipped IEEE 123-node feeder, regulators at neutral and all loads of constant
// power: against the same model written in numpy (lindistflow/make.py), and its error against
// exact flow. docs/theory/linear-model.md has the figures that are printed here.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "validation/comparison.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gridpact/base/random.hpp"
#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/linear_distflow.hpp"
#include "gridpact/network/positions.hpp"

namespace gridpact::test {
namespace {

/// XFM-1, an ungrounded delta that feeds nothing, has no LinDistFlow: any impedance from phase to
/// phase stands for it.
Feeder ieee123_at_neutral() {
  auto read = importers::read_feeder(GRIDPACT_SOURCE_DIR "/cases/ieee123/feeder.json");
  if (!read) {
    throw std::runtime_error(to_string(read.faults().front()));
  }
  network::DevicePositions neutral = network::DevicePositions::stated(*read);
  std::ranges::fill(neutral.tap, 1.0);
  Feeder feeder = network::at_positions(*read, neutral);
  for (Branch& branch : feeder.branches) {
    if (branch.name == "XFM-1") {
      const std::size_t n = branch.from_count;
      branch.admittance_pu = ComplexMatrix(2 * n, 2 * n);
      for (std::size_t k = 0; k < n; ++k) {
        branch.admittance_pu(k, k) = branch.admittance_pu(n + k, n + k) = {1.0, -1.0};
        branch.admittance_pu(k, n + k) = branch.admittance_pu(n + k, k) = {-1.0, 1.0};
      }
    }
  }
  for (Load& load : feeder.loads) {
    load.terms = {{}};
    load.u_low = load.u_min = 0.0;
    load.u_max = std::numeric_limits<double>::infinity();
  }
  return feeder;
}

/// Largest amounts by which LinDistFlow is above and below the exact |V|, pu.
struct Error {
  double above = 0.0;
  double below = 0.0;
};

Error error_of(const network::AcFlow& flow, const network::Injection& injection) {
  const auto linear = network::lindistflow(flow.feeder(), injection);
  if (!linear) {
    throw std::runtime_error(to_string(linear.faults().front()));
  }
  const network::FlowState state = flow.solve(injection, {.tolerance_pu = 1e-10});
  EXPECT_TRUE(state.converged);
  Error error;
  for (std::size_t i = 0; i < linear->size(); ++i) {
    const double off = (*linear)[i] - std::abs(state.voltage_pu[i]);
    error.above = std::max(error.above, off);
    error.below = std::max(error.below, -off);
  }
  return error;
}

void record(const std::string& name, double value) {
  std::ostringstream text;
  text.precision(4);
  text << std::fixed << value;
  ::testing::Test::RecordProperty(name, text.str());
  std::cout << "  " << name << ": " << text.str() << '\n';
}

TEST(LinDistFlowOfIeee123, IsTheSameModelInNumpy) {
  const Feeder feeder = ieee123_at_neutral();
  const auto expected = nlohmann::json::parse(
      std::ifstream(GRIDPACT_SOURCE_DIR "/tests/validation/lindistflow/expected.json"));
  const std::vector<std::string> names = places(feeder);
  Difference difference;
  std::size_t compared = 0;
  for (const auto& state : expected["states"]) {
    const auto linear = network::lindistflow(
        feeder, network::Injection::loads_at(feeder, state["load_level"].get<double>()));
    ASSERT_TRUE(linear.ok());
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (state["voltage_pu"].contains(names[k])) {
        difference.add(std::abs((*linear)[k] - state["voltage_pu"][names[k]].get<double>()),
                       names[k]);
        ++compared;
      }
    }
  }
  EXPECT_GE(compared, 3 * (names.size() - 6));  // 610 and the source's ideal node, if it has one
  expect_within("voltage_pu", difference, 2e-5);
}

TEST(LinDistFlowOfIeee123, IsOffAsMeasuredAtEachLevel) {
  const auto flow = network::AcFlow::create(ieee123_at_neutral());
  ASSERT_TRUE(flow.ok());
  for (const auto& [level, above, below] :
       {std::tuple(0.5, 0.0010, 0.0001), {1.0, 0.0048, 0.0003}, {1.3, 0.0093, 0.0007}}) {
    const Error error = error_of(*flow, network::Injection::loads_at(flow->feeder(), level));
    std::ostringstream at;
    at << "level_" << level;
    record(at.str() + "_above", error.above);
    record(at.str() + "_below", error.below);
    EXPECT_NEAR(error.above, above, 1e-4) << level;
    EXPECT_NEAR(error.below, below, 1e-4) << level;
  }
}

/// The largest of 300 draws, each load by itself between feeding in its power and 1.3 times it.
TEST(LinDistFlowOfIeee123, IsOffAsMeasuredWhereLoadsFeedIn) {
  const auto flow = network::AcFlow::create(ieee123_at_neutral());
  ASSERT_TRUE(flow.ok());
  RandomStream random(123, 0);
  Error largest;
  for (int draw = 0; draw < 300; ++draw) {
    network::Injection injection = network::Injection::loads_at(flow->feeder(), 1.0);
    for (double& level : injection.load_level) {
      level = -1.0 + 2.3 * random.uniform();
    }
    const Error error = error_of(*flow, injection);
    largest.above = std::max(largest.above, error.above);
    largest.below = std::max(largest.below, error.below);
  }
  record("above", largest.above);
  record("below", largest.below);
  EXPECT_LT(largest.above, 0.0031);
  EXPECT_LT(largest.below, 0.0028);
}

}  // namespace
}  // namespace gridpact::test
