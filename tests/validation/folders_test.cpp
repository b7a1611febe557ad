// Every folder below tests/validation that holds a feeder and another tool's solution of it: the
// feeder is read, its flow solved at each of the stated load levels, and voltages, currents, import
// and losses are compared; where controls are followed, also where they end.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "validation/comparison.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/controls.hpp"

namespace gridpact::test {
namespace {

using Json = nlohmann::json;
const std::filesystem::path root = GRIDPACT_SOURCE_DIR;

struct Params {
  std::filesystem::path feeder;
  std::string about;
  bool follow_controls = false;
  double voltage_pu = 1e-7;
  double current = 5e-6;
  double power = 1e-6;
};

Params read_params(const std::filesystem::path& folder) {
  const toml::table file = toml::parse_file((folder / "params.toml").string());
  Params params;
  const auto feeder = file["feeder"].value<std::string>();
  params.feeder = feeder ? root / *feeder : folder / "feeder.dss";
  params.about = file["about"].value_or(std::string());
  params.follow_controls = file["controls"].value_or(std::string("fixed")) == "follow";
  params.voltage_pu = file["tolerance"]["voltage_pu"].value_or(params.voltage_pu);
  params.current = file["tolerance"]["current"].value_or(params.current);
  params.power = file["tolerance"]["power"].value_or(params.power);
  return params;
}

Feeder read(const std::filesystem::path& file) {
  const auto stop = [&file](const Faults& faults) {
    std::string text = "cannot read " + file.string();
    for (const Fault& fault : faults) {
      text += "\n" + to_string(fault);
    }
    throw std::runtime_error(text);
  };
  if (file.extension() == ".dss") {
    auto read = importers::read_opendss(file);
    if (!read) {
      stop(read.faults());
    }
    return std::move(read->feeder);
  }
  auto read = importers::read_feeder(file);
  if (!read) {
    stop(read.faults());
  }
  return std::move(*read);
}

Complex complex_of(const Json& pair) { return {pair[0].get<double>(), pair[1].get<double>()}; }

Reference reference_of(const Json& state) {
  Reference reference;
  reference.load_level = state["load_level"];
  for (const auto& [place, volts] : state["voltage_v"].items()) {
    reference.voltage_v[place] = complex_of(volts);
  }
  for (const auto& [element, places] : state["current_a"].items()) {
    for (const auto& [place, amps] : places.items()) {
      reference.current_a[element][place] = complex_of(amps);
    }
  }
  reference.import_kva = complex_of(state["import_kva"]);
  reference.losses_kw = state["losses_kw"].get<double>();
  return reference;
}

void expect_positions(const Feeder& feeder, const network::DevicePositions& positions,
                      const Json& state) {
  for (std::size_t k = 0; k < feeder.tap_changers.size(); ++k) {
    const std::string branch = feeder.branches[feeder.tap_changers[k].branch.index()].name;
    const std::string transformer = branch.substr(branch.find('.') + 1);
    if (state.value("taps", Json::object()).contains(transformer)) {
      EXPECT_NEAR(positions.tap[k], state["taps"][transformer].get<double>(), 1e-6)
          << transformer << " at level " << state["load_level"];
    }
  }
  for (std::size_t k = 0; k < feeder.capacitors.size(); ++k) {
    const std::string branch = feeder.branches[feeder.capacitors[k].branch.index()].name;
    const std::string name = branch.substr(branch.find('.') + 1);
    const std::vector<std::string> closed = state["closed_capacitors"];
    EXPECT_EQ(positions.closed[k], std::ranges::find(closed, name) != closed.end())
        << name << " at level " << state["load_level"];
  }
}

network::AcFlow flow_at(const Feeder& feeder, const network::DevicePositions& positions) {
  auto flow = network::AcFlow::create(network::at_positions(feeder, positions));
  if (!flow) {
    throw std::runtime_error(to_string(flow.faults().front()));
  }
  return std::move(*flow);
}

class ValidationFolder : public ::testing::TestWithParam<std::string> {};

TEST_P(ValidationFolder, HasTheFlowOfAnotherTool) {
  const std::filesystem::path folder = root / "tests" / "validation" / GetParam();
  const Params params = read_params(folder);
  const Json expected = Json::parse(std::ifstream(folder / "expected.json"));
  RecordProperty("about", params.about);
  RecordProperty("made_with", expected["made_with"].get<std::string>());
  const Feeder feeder = read(params.feeder);
  const network::FlowOptions options{.tolerance_pu = 1e-10, .max_iterations = 2000};
  Differences all;
  for (const Json& state : expected["states"]) {
    const Reference reference = reference_of(state);
    const network::Injection injection = network::Injection::loads_at(feeder, reference.load_level);
    network::DevicePositions positions = network::DevicePositions::stated(feeder);
    if (params.follow_controls) {
      const auto controlled =
          network::follow_controls(feeder, positions, injection, {.flow = options});
      ASSERT_TRUE(controlled.ok());
      EXPECT_TRUE(controlled->settled);
      positions = controlled->positions;
      expect_positions(feeder, positions, state);
    }
    const network::AcFlow flow = flow_at(feeder, positions);
    const network::FlowState solution = flow.solve(injection, options);
    ASSERT_TRUE(solution.converged) << "at level " << reference.load_level;
    Differences at_level = compare(flow, solution, reference);
    const std::string level = ", level " + state["load_level"].dump();
    for (Difference* each : {&at_level.voltage_pu, &at_level.current, &at_level.power}) {
      each->where += level;
    }
    all.add(at_level);
  }
  EXPECT_THAT(all.missing, ::testing::IsEmpty());
  expect_within("voltage_pu", all.voltage_pu, params.voltage_pu);
  expect_within("current", all.current, params.current);
  expect_within("power", all.power, params.power);
}

std::vector<std::string> folders() {
  const std::filesystem::path validation = root / "tests" / "validation";
  std::vector<std::string> names;
  for (const char* tool : {"opendss", "power_grid_model"}) {
    for (const auto& entry : std::filesystem::directory_iterator(validation / tool)) {
      if (std::filesystem::exists(entry.path() / "params.toml")) {
        names.push_back(std::string(tool) + "/" + entry.path().filename().string());
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, ValidationFolder, ::testing::ValuesIn(folders()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '/', '_');
                           return name;
                         });

}  // namespace
}  // namespace gridpact::test
