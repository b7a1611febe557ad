// Balanced feeders of the literature against voltages that another solver computed. The tables are
// not part of this repository: GRIDPACT_SHARED_DATA names their folder.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <numbers>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>

#include "gridpact/network/ac_flow.hpp"

namespace gridpact::test {
namespace {

/// Rows of a CSV file of plain numbers, by column name.
using Row = std::map<std::string, double>;

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
    Row& row = rows.emplace_back();
    for (const std::string& column : columns) {
      std::getline(cells, cell, ',');
      row[column] = std::stod(cell);
    }
  }
  return rows;
}

Feeder read_feeder(const std::filesystem::path& folder, const std::string& name) {
  Feeder feeder;
  feeder.name = name;
  feeder.base_kva = 1000.0 * read_table(folder / (name + "_base.csv")).at(0).at("base_mva");
  std::map<double, NodeId> node_of;
  for (const Row& bus : read_table(folder / (name + "_bus.csv"))) {
    const std::string node_name = std::to_string(static_cast<int>(bus.at("bus")));
    const NodeId node = add_node(feeder, node_name, {0}, 1000.0 * bus.at("base_kv"));
    node_of[bus.at("bus")] = node;
    if (bus.at("type") == 3.0) {
      make_source(feeder, node);
    }
    feeder.loads.push_back(
        {node_name, node, 1000.0 * bus.at("pd_mw"), 1000.0 * bus.at("qd_mvar"), 0});
  }
  for (const Row& branch : read_table(folder / (name + "_branch.csv"))) {
    if (branch.at("status") == 1.0) {
      const NodeId from = node_of.at(branch.at("from_bus")), to = node_of.at(branch.at("to_bus"));
      const double volts = feeder.node_phases[phase_of(feeder, from, 0).index()].base_voltage_v;
      const double base_ohm = volts * volts / (1000.0 * feeder.base_kva);
      add_line(feeder, "line", from, to, Complex(branch.at("r_pu"), branch.at("x_pu")) * base_ohm);
    }
  }
  return feeder;
}

class PublishedFeeder : public ::testing::TestWithParam<std::string> {};

TEST_P(PublishedFeeder, HasTheVoltagesOfAnotherSolver) {
  const char* data = std::getenv("GRIDPACT_SHARED_DATA");
  if (data == nullptr) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the reference tables";
  }
  const std::filesystem::path root(data);
  const Feeder feeder = read_feeder(root / "feeders_matpower" / "csv", GetParam());
  const network::AcFlow flow = flow_of(feeder);
  const network::FlowState state = flow.solve(nominal_injection(feeder));
  ASSERT_TRUE(state.converged);
  const std::filesystem::path reference =
      root / "reference_powerflow" / "matpower_cases" / (GetParam() + "_bus.csv");
  std::size_t compared = 0;
  for (const Row& row : read_table(reference)) {
    const std::optional<NodeId> node =
        feeder.find_node(std::to_string(static_cast<int>(row.at("bus"))));
    if (!node) {
      ADD_FAILURE() << "no node " << row.at("bus");
      continue;
    }
    const Complex expected =
        std::polar(row.at("vm_pu"), row.at("va_deg") * std::numbers::pi / 180.0);
    EXPECT_LT(std::abs(state.voltage_pu[node->index()] - expected), 1e-8) << row.at("bus");
    ++compared;
  }
  EXPECT_EQ(compared, feeder.nodes.size());
}

INSTANTIATE_TEST_SUITE_P(Cases, PublishedFeeder,
                         ::testing::Values("case33bw", "case69", "case118zh", "case141",
                                           "case533mt_hi", "case533mt_lo"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace gridpact::test
