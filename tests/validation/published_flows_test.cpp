// Feeders as they are published, as MATPOWER cases and pandapower nets, read and solved, against
// solutions of other tools. The MATPOWER cases are not part of this repository:
// GRIDPACT_SHARED_DATA names their folder.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "validation/comparison.hpp"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/branch_flow.hpp"

namespace gridpact::test {
namespace {

Complex polar(double size, double degrees) {
  return std::polar(size, degrees * std::numbers::pi / 180.0);
}

struct Solved {
  Feeder feeder;
  Faults notes;
  network::FlowState state;
  std::vector<network::BranchFlow> flows;
};

Solved solve(const std::filesystem::path& file) {
  Solved out;
  auto feeder = importers::read_feeder(file, &out.notes);
  if (!feeder) {
    ADD_FAILURE() << to_string(feeder.faults().front());
    return out;
  }
  out.feeder = *std::move(feeder);
  const auto flow = network::AcFlow::create(out.feeder);
  if (!flow) {
    ADD_FAILURE() << to_string(flow.faults().front());
    return out;
  }
  out.state = flow->solve(network::Injection::loads_at(out.feeder, 1.0));
  EXPECT_TRUE(out.state.converged);
  out.flows = network::branch_flows(out.feeder, out.state.voltage_pu);
  return out;
}

// --- MATPOWER -------------------------------------------------------------------------------

using Row = std::map<std::string, std::string>;

std::vector<Row> read_table(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::string line, cell;
  std::vector<std::string> columns;
  std::getline(file, line);
  for (std::istringstream header(line); std::getline(header, cell, ',');) {
    columns.push_back(cell);
  }
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    auto& row = rows.emplace_back();
    for (const auto& column : columns) {
      std::getline(cells, row[column], ',');
    }
  }
  return rows;
}

class MatpowerCase : public ::testing::TestWithParam<std::string> {};

TEST_P(MatpowerCase, HasTheVoltagesAndFlowsOfAnotherSolver) {
  const auto data = shared_data();
  if (!data) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the published cases";
  }
  const std::filesystem::path root(*data);
  const auto reference = root / "reference_powerflow" / "matpower_cases";
  const auto solved = solve(root / "feeders_matpower" / (GetParam() + ".m"));
  const auto buses = read_table(reference / (GetParam() + "_bus.csv"));
  EXPECT_EQ(buses.size(), solved.feeder.nodes.size());
  Difference voltage, power;
  for (const auto& row : buses) {
    const auto node = solved.feeder.find_node(row.at("bus"));
    ASSERT_TRUE(node) << row.at("bus");
    const auto expected = polar(std::stod(row.at("vm_pu")), std::stod(row.at("va_deg")));
    voltage.add(std::abs(solved.state.voltage_pu[node->index()] - expected), row.at("bus"));
  }

  std::vector<std::size_t> series;
  for (std::size_t l = 0; l < solved.feeder.branches.size(); ++l) {
    const auto kind = solved.feeder.branches[l].kind;
    if (kind != BranchKind::shunt && kind != BranchKind::source) {
      series.push_back(l);
    }
  }
  std::size_t place = 0;
  for (const auto& row : read_table(reference / (GetParam() + "_branch.csv"))) {
    if (row.at("status") != "1") {
      continue;
    }
    ASSERT_LT(place, series.size());
    const auto l = series[place++];
    const auto number = [&](const char* column) { return 1000.0 * std::stod(row.at(column)); };
    const auto& ends = solved.flows[l].terminals;
    EXPECT_EQ(solved.feeder.branches[l].name, row.at("from_bus") + "-" + row.at("to_bus"));
    power.add(std::abs(ends[0].kva - Complex(number("p_from_mw"), number("q_from_mvar"))),
              solved.feeder.branches[l].name);
    power.add(std::abs(ends[1].kva - Complex(number("p_to_mw"), number("q_to_mvar"))),
              solved.feeder.branches[l].name);
  }
  EXPECT_EQ(place, series.size());
  expect_within("voltage_pu", voltage, 1e-7);
  expect_within("power_kva", power, 1e-7 * solved.feeder.base_kva);
}

INSTANTIATE_TEST_SUITE_P(Published, MatpowerCase,
                         ::testing::Values("case10ba", "case12da", "case15da", "case18", "case22",
                                           "case28da", "case33bw", "case33mg", "case34sa",
                                           "case51he", "case69", "case70da", "case94pi",
                                           "case118zh", "case141", "case533mt_hi", "case533mt_lo"),
                         [](const auto& test) { return test.param; });

TEST(MatpowerCase, KeepsOnePhaseWhereTheFileStatesOne) {
  const auto data = shared_data();
  if (!data) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the published cases";
  }
  const auto solved = solve(std::filesystem::path(*data) / "feeders_matpower" / "case533mt_hi.m");
  EXPECT_TRUE(std::ranges::any_of(solved.notes, [](const Fault& fault) {
    return fault.message.find("those of one phase") != std::string::npos;
  }));
  // 50/3 MVA at 12/√3 kV are 2405.6 A, as 50 MVA at 12 kV between the phases are.
  EXPECT_NEAR(solved.feeder.node_phases[1].amps_per_pu, 50e6 / (std::numbers::sqrt3 * 12e3), 1e-6);
}

// --- pandapower -----------------------------------------------------------------------------

const std::filesystem::path nets = GRIDPACT_SOURCE_DIR "/tests/validation/pandapower_nets";

nlohmann::json read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  return nlohmann::json::parse(file);
}

Complex polar_pu(const nlohmann::json& bus) {
  return polar(bus.at("vm_pu").get<double>(), bus.at("va_degree").get<double>());
}

class PandapowerNet : public ::testing::TestWithParam<std::string> {};

TEST_P(PandapowerNet, HasPandapowersVoltagesFlowsAndLosses) {
  const auto parameters = read_json(nets / "parameters.json");
  const auto expected = read_json(nets / (GetParam() + ".expected.json"));
  const auto solved = solve(nets / (GetParam() + ".json"));
  std::size_t place = 0;
  Difference voltage, power;
  for (const auto& bus : expected.at("buses")) {
    if (bus.is_null()) {  // not supplied: left out
      continue;
    }
    ASSERT_LT(place, solved.state.voltage_pu.size());
    voltage.add(std::abs(solved.state.voltage_pu[place] - polar_pu(bus)),
                solved.feeder.nodes[place].name);
    ++place;
  }
  EXPECT_EQ(place, solved.feeder.nodes.size());

  double losses_kw = 0.0;
  std::size_t lines = 0;
  for (std::size_t l = 0; l < solved.flows.size(); ++l) {
    const auto& branch = solved.feeder.branches[l];
    const bool is_open_branch =  // what one open end leaves of it
        branch.kind == BranchKind::shunt && !branch.name.starts_with("shunt ") &&
        !branch.name.starts_with("ward ");
    if (branch.kind == BranchKind::line || branch.kind == BranchKind::transformer ||
        is_open_branch) {
      losses_kw += solved.flows[l].loss_kva().real();
    }
    const bool is_line = branch.name.starts_with("line ") || branch.name.starts_with("cable ");
    if (is_line && branch.kind == BranchKind::line) {
      const auto number = std::stoul(branch.name.substr(branch.name.find(' ') + 1));
      const auto& row = expected.at("lines").at(number);
      const Complex from(row.at("p_from_mw").get<double>(), row.at("q_from_mvar").get<double>());
      const Complex to(row.at("p_to_mw").get<double>(), row.at("q_to_mvar").get<double>());
      power.add(std::abs(solved.flows[l].terminals[0].kva - 1000.0 * from), branch.name);
      power.add(std::abs(solved.flows[l].terminals[1].kva - 1000.0 * to), branch.name);
      ++lines;
    }
  }
  EXPECT_GT(lines, 0U);
  expect_within("voltage_pu", voltage, parameters.at("voltage_tolerance_pu").get<double>());
  expect_within("power_kva", power, parameters.at("line_power_tolerance_kva").get<double>());
  EXPECT_NEAR(losses_kw, 1000.0 * expected.at("losses_mw").get<double>(),
              parameters.at("losses_tolerance_kw").get<double>());
}

INSTANTIATE_TEST_SUITE_P(Nets, PandapowerNet,
                         ::testing::Values("town", "three_windings", "phase_shifters"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace gridpact::test
