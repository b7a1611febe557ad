// The shipped IEEE 123-node feeder: against the figures of its published solution, and against
// solutions by the OpenDSS engine, which are not part of this repository (GRIDPACT_SHARED_DATA
// names their folder).

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "gridpact/importers/case_reader.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::importers {
namespace {

const std::filesystem::path feeder_file = GRIDPACT_SOURCE_DIR "/cases/ieee123/feeder.json";

/// Voltage magnitudes in pu by the name of the node-phase, "150.1", and what the source feeds in.
struct Solution {
  std::map<std::string, double> voltage_pu;
  Complex source_kva;
};

Solution solve(const Feeder& feeder, double level) {
  const auto flow = network::AcFlow::create(feeder);
  EXPECT_TRUE(flow.ok());
  const auto state = flow->solve(network::Injection::loads_at(feeder, level));
  EXPECT_TRUE(state.converged) << network::explain_divergence(feeder, state);
  Solution solution;
  for (std::size_t k = 0; k < feeder.node_phases.size(); ++k) {
    const auto& phase = feeder.node_phases[k];
    solution.voltage_pu[fmt::format("{}.{}", feeder.nodes[phase.node.index()].name, phase.phase)] =
        std::abs(state.voltage_pu[k]);
  }
  solution.source_kva = flow->import_kva(state);
  return solution;
}

TEST(Ieee123, HoldsThePublishedElements) {
  const auto feeder = read_feeder(feeder_file);
  ASSERT_TRUE(feeder) << to_string(feeder.faults().front());
  double p_kw = 0.0;
  double q_kvar = 0.0;
  for (const auto& load : feeder->loads) {
    p_kw += load.p_kw;
    q_kvar += load.q_kvar;
  }
  EXPECT_NEAR(p_kw, 3490.0, 1e-6);  // published totals: 3,490 kW, 1,920 kvar
  EXPECT_NEAR(q_kvar, 1920.0, 1e-6);
  std::map<BranchKind, int> count;
  for (const auto& branch : feeder->branches) {
    ++count[branch.kind];
  }
  EXPECT_EQ(count[BranchKind::line], 118);
  EXPECT_EQ(count[BranchKind::switch_], 5);
  EXPECT_EQ(count[BranchKind::regulator], 7);
  EXPECT_EQ(count[BranchKind::transformer], 1);
  EXPECT_EQ(count[BranchKind::shunt], 4);
  EXPECT_EQ(feeder->tap_changers.size(), 7U);
  EXPECT_EQ(feeder->capacitors.size(), 4U);
}

// The published solution: 3,620.5 kW and 1,324.8 kvar enter at node 150, by phase as below. It is
// an iterative solution with its own tolerance, printed to three decimals.
TEST(Ieee123, AgreesWithThePublishedSolution) {
  const auto feeder = read_feeder(feeder_file);
  ASSERT_TRUE(feeder);
  const auto solution = solve(*feeder, 1.0);
  EXPECT_NEAR(solution.source_kva.real(), 1463.861 + 963.484 + 1193.153, 0.1);
  EXPECT_NEAR(solution.source_kva.imag(), 582.101 + 343.687 + 398.976, 2.0);
  // What the regulator's tap of +7 makes of the nominal voltage, and the lowest phase voltages, in
  // the underground lateral behind node 60, as other programs have them with the same taps.
  EXPECT_NEAR(solution.voltage_pu.at("150r.1"), 1.04375, 1e-5);
  EXPECT_NEAR(solution.voltage_pu.at("65.1"), 0.9858, 1e-4);
  double lowest = 2.0;
  for (const auto& [name, voltage] : solution.voltage_pu) {
    lowest = std::min(lowest, voltage);
  }
  EXPECT_EQ(lowest, solution.voltage_pu.at("65.1"));
}

TEST(Ieee123, StandsAtOtherTaps) {
  auto feeder = read_feeder(feeder_file);
  ASSERT_TRUE(feeder);
  const auto stated = solve(*feeder, 0.0);
  ASSERT_EQ(feeder->tap_changers[0].name, "reg1");
  feeder->set_tap(0, 1.0125);
  const auto moved = solve(*feeder, 0.0);
  // Without load the voltages behind a regulator go with its tap alone.
  EXPECT_NEAR(moved.voltage_pu.at("150r.2"), 1.0125, 1e-5);
  EXPECT_NEAR(moved.voltage_pu.at("114.1") / stated.voltage_pu.at("114.1"), 1.0125 / 1.04375, 1e-5);
}

std::string lower_case(std::string text) {
  for (auto& letter : text) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text;
}

/// Magnitudes, V, of a table of the engine: bus, base, then node, magnitude, angle, pu for each.
std::map<std::string, double> engine_voltages(const std::filesystem::path& file) {
  std::map<std::string, double> voltages;
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);  // head
  while (std::getline(stream, line)) {
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string cell; std::getline(parts, cell, ',');) {
      cells.push_back(cell);
    }
    const auto bus = lower_case(cells[0].substr(1, cells[0].size() - 2));
    for (std::size_t c = 2; c + 1 < cells.size(); c += 4) {
      if (const int node = std::stoi(cells[c]); node != 0) {
        voltages[fmt::format("{}.{}", bus, node)] = std::stod(cells[c + 1]);
      }
    }
  }
  return voltages;
}

// At seven load levels, all with the published taps. What differs: the engine's script gives the
// loads in wye a rated voltage of 2,400 V instead of 4,160 V/sqrt(3), its source and regulators a
// small impedance. Together that is at most 0.9e-4 pu (at a load half above nominal).
TEST(Ieee123, AgreesWithTheOpenDssEngine) {
  const char* shared = std::getenv("GRIDPACT_SHARED_DATA");
  if (shared == nullptr) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the reference solutions";
  }
  const auto feeder = read_feeder(feeder_file);
  ASSERT_TRUE(feeder);
  std::map<std::string, double> base_v;
  for (const auto& phase : feeder->node_phases) {
    base_v[fmt::format("{}.{}", feeder->nodes[phase.node.index()].name, phase.phase)] =
        phase.base_voltage_v;
  }
  for (const int percent : {0, 25, 50, 75, 100, 125, 150}) {
    const auto reference = engine_voltages(
        std::filesystem::path(shared) /
        fmt::format("reference_powerflow/opendss/ieee123_fixedtaps_lm{:03}/voltages.csv", percent));
    ASSERT_GT(reference.size(), 270U);
    const auto solution = solve(*feeder, percent / 100.0);
    std::size_t compared = 0;
    for (const auto& [name, volts] : reference) {
      // Ends of open switches, and a node between two elements in series, stand in the script only.
      if (const auto ours = solution.voltage_pu.find(name); ours != solution.voltage_pu.end()) {
        EXPECT_NEAR(ours->second, volts / base_v.at(name), 1e-4)
            << name << " at " << percent << " %";
        ++compared;
      }
    }
    EXPECT_EQ(compared, solution.voltage_pu.size());
  }
}

}  // namespace
}  // namespace gridpact::importers
