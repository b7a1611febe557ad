#include <cmath>
#include <complex>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "importers/minimal_case.hpp"
#include <gtest/gtest.h>

#include "gridpact/importers/case_reader.hpp"

namespace gridpact::importers {
namespace {

constexpr auto ieee33 = GRIDPACT_SOURCE_DIR "/cases/ieee33/feeder.toml";

TEST(FeederReader, ConvertsToPerUnit) {
  const auto result = read_feeder(GRIDPACT_SOURCE_DIR "/tests/importers/minimal/feeder.toml");
  ASSERT_TRUE(result) << to_string(result.faults().front());
  const Feeder& feeder = *result;
  EXPECT_DOUBLE_EQ(feeder.base_kva, 500.0);
  ASSERT_EQ(feeder.nodes.size(), 3U);
  ASSERT_EQ(feeder.node_phases.size(), 3U);
  EXPECT_EQ(feeder.node_phases[1].node, NodeId{1});
  EXPECT_EQ(feeder.node_phases[1].phase, 0);
  EXPECT_DOUBLE_EQ(feeder.node_phases[1].base_voltage_v, 10'000.0);
  // 500 kVA at 10 kV is 28.8675 A.
  EXPECT_NEAR(feeder.node_phases[1].amps_per_pu, 28.867513, 1e-6);
  EXPECT_EQ(feeder.source, NodeId{0});
  EXPECT_EQ(feeder.source_voltage_pu, (std::vector<Complex>{{1.02, 0.0}}));
  EXPECT_EQ(feeder.nodes[2].x, 1.5);
  EXPECT_FALSE(feeder.nodes[1].x);
  ASSERT_EQ(feeder.branches.size(), 2U);
  const auto& line = feeder.branches[1];
  EXPECT_EQ(line.name, "b-c");
  EXPECT_EQ(line.from_count, 1U);
  EXPECT_EQ(line.terminals, (std::vector<NodePhaseId>{NodePhaseId{1}, NodePhaseId{2}}));
  EXPECT_DOUBLE_EQ(line.rating_a, 30.0);
  // Base impedance 10 kV² / 0.5 MVA = 200 ohm.
  const Complex y = 1.0 / (Complex{0.7, 0.6} / 200.0);
  EXPECT_NEAR(std::abs(line.admittance_pu(0, 0) - y), 0.0, 1e-9);
  EXPECT_NEAR(std::abs(line.admittance_pu(1, 1) - y), 0.0, 1e-9);
  EXPECT_NEAR(std::abs(line.admittance_pu(0, 1) + y), 0.0, 1e-9);
  EXPECT_NEAR(std::abs(line.admittance_pu(1, 0) + y), 0.0, 1e-9);
}

TEST(FeederReader, TellsWhatItLeftOut) {
  Faults notes;
  ASSERT_TRUE(read_feeder(ieee33, &notes));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].severity, Severity::note);
  EXPECT_EQ(notes[0].message, "5 normally open branches left out of the network");
}

TEST(FeederReader, ReportsAFileThatIsNotThere) {
  const auto result = read_feeder("no_such.toml");
  ASSERT_FALSE(result);
  EXPECT_EQ(
      to_string(result.faults().front()),
      "no_such.toml: error: the file 'no_such.toml' does not exist (looked for as no_such.toml); "
      "correct the name");
}

// The published totals and the solution that everybody compares with, by the ladder method: an
// independent check of the transcription (and of per-unit conversion) without the network module.
//   I_l = Σ_{i below l} conj(S_i / V_i),   V_to = V_from − z_l I_l.
TEST(Ieee33, HasThePublishedSolution) {
  const auto result = read_feeder(ieee33);
  ASSERT_TRUE(result) << to_string(result.faults().front());
  const Feeder& feeder = *result;
  ASSERT_EQ(feeder.nodes.size(), 33U);
  ASSERT_EQ(feeder.branches.size(), 32U);
  std::vector<Complex> demand_pu(33);
  Complex total_kva;
  for (const auto& load : feeder.loads) {
    total_kva += Complex{load.p_kw, load.q_kvar};
    demand_pu[load.node.index()] = Complex{load.p_kw, load.q_kvar} / feeder.base_kva;
  }
  EXPECT_NEAR(total_kva.real(), 3715.0, 1e-9);
  EXPECT_NEAR(total_kva.imag(), 2300.0, 1e-9);

  std::vector<Complex> voltage(33, feeder.source_voltage_pu.front());
  std::vector<Complex> current(32);
  for (int sweep = 0; sweep < 60; ++sweep) {
    std::vector<Complex> below(33);
    for (std::size_t l = 32; l-- > 0;) {  // rows stand from the source outwards
      const auto from = feeder.branches[l].terminals[0].index();
      const auto to = feeder.branches[l].terminals[1].index();
      current[l] = below[to] + std::conj(demand_pu[to] / voltage[to]);
      below[from] += current[l];
    }
    for (std::size_t l = 0; l < 32; ++l) {
      const auto& line = feeder.branches[l];
      voltage[line.terminals[1].index()] =
          voltage[line.terminals[0].index()] - current[l] / line.admittance_pu(0, 0);
    }
  }
  double losses_kw = 0.0;
  for (std::size_t l = 0; l < 32; ++l) {
    const auto& line = feeder.branches[l];
    losses_kw += feeder.base_kva * std::norm(current[l]) * (1.0 / line.admittance_pu(0, 0)).real();
    EXPECT_TRUE(std::isfinite(line.rating_a)) << line.name;
  }
  EXPECT_NEAR(losses_kw, 202.677, 0.001);
  EXPECT_EQ(feeder.nodes[17].name, "18");
  EXPECT_NEAR(std::abs(voltage[17]), 0.91309, 1e-5);
}

std::vector<std::vector<std::string>> read_rows(const std::filesystem::path& file) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string cell; std::getline(parts, cell, ',');) {
      cells.push_back(cell);
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

TEST(Ieee33, EqualsMatpowersTranscription) {
  const char* shared = std::getenv("GRIDPACT_SHARED_DATA");
  if (shared == nullptr) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA is not set";
  }
  const std::filesystem::path folder = std::filesystem::path(shared) / "feeders_matpower/csv";
  const auto buses = read_rows(folder / "case33bw_bus.csv");
  const auto branches = read_rows(folder / "case33bw_branch.csv");
  ASSERT_EQ(buses.size(), 34U) << folder;
  ASSERT_EQ(branches.size(), 38U);
  const auto result = read_feeder(ieee33);
  ASSERT_TRUE(result);
  for (const auto& load : result->loads) {
    const auto& bus = buses.at(load.node.index() + 1);
    EXPECT_EQ(load.name, bus[0]);
    EXPECT_NEAR(load.p_kw, 1000.0 * std::stod(bus[2]), 1e-9);
    EXPECT_NEAR(load.q_kvar, 1000.0 * std::stod(bus[3]), 1e-9);
  }
  for (std::size_t l = 0; l < 32; ++l) {
    const auto& row = branches[l + 1];
    const auto& line = result->branches[l];
    EXPECT_EQ(line.name, row[0] + "-" + row[1]);
    // Theirs is per unit of 10 MVA, ours of 1 MVA.
    const Complex z_pu = Complex{std::stod(row[2]), std::stod(row[3])} / 10.0;
    EXPECT_NEAR(std::abs(line.admittance_pu(0, 0) * z_pu - 1.0), 0.0, 1e-9) << line.name;
  }
}

}  // namespace
}  // namespace gridpact::importers
