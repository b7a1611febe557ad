// The IEEE feeders as OpenDSS scripts against what OpenDSS exported of them. Scripts and exports
// are not part of this repository: GRIDPACT_SHARED_DATA names their folder.
//
// The exports are printed to five or six digits, and OpenDSS stopped when no voltage moved by more
// than 1e-4 pu: that bounds what the comparison can show. The engine's own solution at 1e-10 of the
// same script, taps and capacitors in the same places, is compared beside it and has no such bound.

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "validation/comparison.hpp"
#include <gtest/gtest.h>

#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/controls.hpp"

namespace gridpact::test {
namespace {

struct Export {
  std::string name;    ///< of the folder with the exports
  std::string script;  ///< below feeders_opendss
  double load_level = 1.0;
  std::string before_solve = {};  ///< commands after the script, one a line
  double voltage_pu = 1e-4;       ///< tolerance of the comparison with the export
  double power_kva = 1.0;         ///< likewise
  bool controlled = true;         ///< whether the taps are where OpenDSS's own controls went
};

void PrintTo(const Export& one, std::ostream* out) { *out << one.name; }

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Cells of a table that may be compressed, without blanks and quotation marks, header included.
std::vector<std::vector<std::string>> read_table(const std::filesystem::path& path) {
  const bool plain = std::filesystem::exists(path);
  const std::string command =
      plain ? "cat '" + path.string() + "'" : "gzip -dc '" + path.string() + ".gz'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::vector<char> buffer(1 << 16);
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), n);
  }
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '"' || c == '\r'; });
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) {
      row.push_back(lower(cell));
    }
  }
  EXPECT_GT(rows.size(), 1U) << path;
  return rows;
}

/// A script beside which nothing lies, so that it can be read like any other.
class Script {
 public:
  Script(const std::filesystem::path& script, const Export& one)
      : path_(std::filesystem::path(::testing::TempDir()) /
              ("gridpact_" + one.name + std::to_string(counter_++) + ".dss")) {
    std::ofstream(path_) << "Redirect \"" << script.string() << "\"\n"
                         << one.before_solve << "Set LoadMult=" << one.load_level << '\n';
  }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  ~Script() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  static inline int counter_ = 0;
  std::filesystem::path path_;
};

std::string transformer_of(const Feeder& feeder, const TapChanger& changer) {
  const std::string& branch = feeder.branches[changer.branch.index()].name;
  return branch.substr(branch.find('.') + 1);
}

/// Where the devices stood when OpenDSS exported: the taps it lists; a capacitor that carries
/// current is closed.
network::DevicePositions exported_positions(const Feeder& feeder,
                                            const std::filesystem::path& folder) {
  network::DevicePositions positions = network::DevicePositions::stated(feeder);
  const auto taps = read_table(folder / "taps.csv");
  for (std::size_t k = 0; k < feeder.tap_changers.size(); ++k) {
    for (const auto& row : taps) {
      if (row.at(0) == transformer_of(feeder, feeder.tap_changers[k])) {
        positions.tap[k] = std::stod(row.at(2));
      }
    }
  }
  const auto currents = read_table(folder / "currents.csv");
  for (std::size_t k = 0; k < feeder.capacitors.size(); ++k) {
    for (const auto& row : currents) {
      if (row.at(0) == feeder.branches[feeder.capacitors[k].branch.index()].name) {
        positions.closed[k] = std::stod(row.at(1)) > 1e-6;
      }
    }
  }
  return positions;
}

struct Solved {
  network::AcFlow flow;
  network::FlowState state;
};

Solved solve(const Feeder& feeder, const network::DevicePositions& positions) {
  auto flow = network::AcFlow::create(network::at_positions(feeder, positions));
  if (!flow) {
    throw std::runtime_error(to_string(flow.faults().front()));
  }
  network::FlowState state = flow->solve(network::Injection::loads_at(feeder, 1.0),
                                         {.tolerance_pu = 1e-12, .max_iterations = 2000});
  EXPECT_TRUE(state.converged);
  return {std::move(*flow), std::move(state)};
}

const Branch* find_branch(const Feeder& feeder, const std::string& name) {
  const auto found = std::ranges::find(feeder.branches, name, &Branch::name);
  return found == feeder.branches.end() ? nullptr : &*found;
}

/// |V| of every node-phase.
Difference voltage_difference(const Solved& solved, const std::filesystem::path& folder) {
  std::map<std::string, std::size_t> index;
  for (const std::string& place : places(solved.flow.feeder())) {
    index.emplace(place, index.size());
  }
  Difference difference;
  std::size_t compared = 0;
  const auto rows = read_table(folder / "voltages.csv");
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const auto& row = rows[r];
    for (std::size_t c = 2; c + 3 < row.size(); c += 4) {
      if (row[c] == "0") {
        continue;
      }
      const std::string place = row[0] + "." + row[c];
      const auto at = index.find(place);
      if (at == index.end()) {
        ADD_FAILURE() << "no node " << place;
        continue;
      }
      const double base = solved.flow.feeder().node_phases[at->second].base_voltage_v;
      const double pu = std::abs(solved.state.voltage_pu[at->second]);
      difference.add(std::abs(pu - std::stod(row[c + 1]) / base), place);
      ++compared;
    }
  }
  EXPECT_GT(compared, 0U);
  return difference;
}

/// |I| of the conductors at the first end of every branch, over the branch's largest (0.1 A if that
/// is more).
Difference current_difference(const Solved& solved, const std::filesystem::path& folder) {
  Difference difference;
  const auto rows = read_table(folder / "currents.csv");
  for (const auto& row : rows) {
    const Branch* branch = find_branch(solved.flow.feeder(), row.at(0));
    if (branch == nullptr || branch->kind == BranchKind::source) {
      continue;
    }
    const auto amps = terminal_current_a(solved.flow.feeder(), *branch, solved.state.voltage_pu);
    double scale = 0.1;
    for (std::size_t k = 0; k < branch->from_count; ++k) {
      scale = std::max(scale, std::stod(row.at(1 + 2 * k)));
    }
    for (std::size_t k = 0; k < branch->from_count; ++k) {
      difference.add(std::abs(std::abs(amps[k]) - std::stod(row.at(1 + 2 * k))) / scale,
                     branch->name + " conductor " + std::to_string(k + 1));
    }
  }
  return difference;
}

/// P and Q into the first terminal of every branch, kVA; printed to 0.1.
Difference power_difference(const Solved& solved, const std::filesystem::path& folder) {
  Difference difference;
  for (const auto& row : read_table(folder / "powers_kVA.csv")) {
    const Branch* branch = find_branch(solved.flow.feeder(), row.at(0));
    if (branch == nullptr || branch->kind == BranchKind::source || row.at(1) != "1") {
      continue;
    }
    const auto power = terminal_power_kva(solved.flow.feeder(), *branch, solved.state.voltage_pu);
    Complex sum;
    for (std::size_t k = 0; k < branch->from_count; ++k) {
      sum += power[k];
    }
    const Complex expected(std::stod(row.at(2)), std::stod(row.at(3)));
    difference.add(
        std::max(std::abs(sum.real() - expected.real()), std::abs(sum.imag() - expected.imag())),
        branch->name);
  }
  return difference;
}

/// Active power lost in each branch, kW, and in all, over all losses.
Difference loss_difference(const Solved& solved, const std::filesystem::path& folder) {
  Difference difference;
  const double all = std::stod(read_table(folder / "summary.csv").at(1).at(19)) * 1000.0;
  difference.add(std::abs(solved.flow.losses_kw(solved.state.voltage_pu) - all) / all, "all");
  for (const auto& row : read_table(folder / "losses.csv")) {
    const Branch* branch = find_branch(solved.flow.feeder(), row.at(0));
    if (branch == nullptr || branch->kind == BranchKind::source) {
      continue;
    }
    Complex lost;
    for (const Complex power :
         terminal_power_kva(solved.flow.feeder(), *branch, solved.state.voltage_pu)) {
      lost += power;
    }
    difference.add(std::abs(lost.real() - std::stod(row.at(1)) / 1000.0) / all, branch->name);
  }
  return difference;
}

class OpenDssExport : public ::testing::TestWithParam<Export> {
 protected:
  void SetUp() override {
    const auto data = shared_data();
    if (!data) {
      GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with scripts and exports";
    }
    script_ = std::filesystem::path(*data) / "feeders_opendss" / GetParam().script;
    folder_ = std::filesystem::path(*data) / "reference_powerflow" / "opendss" / GetParam().name;
    const Script script(script_, GetParam());
    auto read = importers::read_opendss(script.path());
    ASSERT_TRUE(read.ok()) << to_string(read.faults().front());
    feeder_ = std::move(read->feeder);
  }

  std::filesystem::path script_, folder_;
  Feeder feeder_;
};

TEST_P(OpenDssExport, IsTheFlowWithTheTapsOfTheExport) {
  const Solved solved = solve(feeder_, exported_positions(feeder_, folder_));
  expect_within("voltage_pu", voltage_difference(solved, folder_), GetParam().voltage_pu);
  expect_within("current", current_difference(solved, folder_), 1e-3);
  expect_within("power_kva", power_difference(solved, folder_), GetParam().power_kva);
  expect_within("losses", loss_difference(solved, folder_), 1e-3);
}

TEST_P(OpenDssExport, IsTheEnginesOwnSolution) {
  const network::DevicePositions positions = exported_positions(feeder_, folder_);
  Export settled = GetParam();
  for (std::size_t k = 0; k < feeder_.tap_changers.size(); ++k) {
    std::ostringstream command;
    command << "Transformer." << transformer_of(feeder_, feeder_.tap_changers[k])
            << ".wdg=2 tap=" << positions.tap[k] << '\n';
    settled.before_solve += command.str();
  }
  for (std::size_t k = 0; k < feeder_.capacitors.size(); ++k) {
    settled.before_solve += feeder_.branches[feeder_.capacitors[k].branch.index()].name +
                            (positions.closed[k] ? ".states=1\n" : ".states=0\n");
  }
  const Script script(script_, settled);
  const auto read = importers::read_opendss(script.path());
  const auto expected = importers::opendss_solution(script.path());
  ASSERT_TRUE(read.ok());
  ASSERT_TRUE(expected.ok()) << to_string(expected.faults().front());
  const Solved solved = solve(read->feeder, network::DevicePositions::stated(read->feeder));
  Reference reference;
  for (const auto& node : expected->voltages) {
    reference.voltage_v[node.name] = node.volts;
  }
  reference.import_kva = Complex(expected->source_kw, expected->source_kvar);
  reference.losses_kw = expected->losses_kw;
  const Differences differences = compare(solved.flow, solved.state, reference);
  EXPECT_TRUE(differences.missing.empty()) << differences.missing.front();
  expect_within("voltage_pu", differences.voltage_pu, 1e-6);
  expect_within("power", differences.power, 1e-6);
}

TEST_P(OpenDssExport, HasTheTapsThatControlsFind) {
  if (!GetParam().controlled) {
    GTEST_SKIP() << "the taps of this export were set by hand";
  }
  network::DevicePositions start = network::DevicePositions::stated(feeder_);
  std::ranges::fill(start.tap, 1.0);
  const auto found =
      network::follow_controls(feeder_, start, network::Injection::loads_at(feeder_, 1.0));
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->settled);
  const network::DevicePositions expected = exported_positions(feeder_, folder_);
  for (std::size_t k = 0; k < expected.tap.size(); ++k) {
    EXPECT_NEAR(found->positions.tap[k], expected.tap[k], 1e-6)
        << transformer_of(feeder_, feeder_.tap_changers[k]);
  }
  for (std::size_t k = 0; k < expected.closed.size(); ++k) {
    EXPECT_EQ(found->positions.closed[k], expected.closed[k]) << feeder_.capacitors[k].name;
  }
}

std::vector<Export> exports() {
  std::string one_tap_a_round;
  for (const char* name : {"1a", "2a", "3a", "4a", "3c", "4b", "4c"}) {
    one_tap_a_round += std::string("RegControl.creg") + name + ".maxtapchange=1\nRegControl.creg" +
                       name + ".delay=" + (name == std::string("1a") ? "15\n" : "30\n");
  }
  const std::string master = "ieee123/IEEE123Master.dss";
  std::vector<Export> all{
      {"ieee13", "ieee13/IEEE13Nodeckt.dss"},
      {"ieee13_publishedtaps", "ieee13/IEEE13Nodeckt.dss", 1.0, "", 1e-4, 1.0, false},
      {"ieee34_mod1", "ieee34/ieee34Mod1.dss"},
      {"ieee34_mod2", "ieee34/ieee34Mod2.dss"},
      {"ieee123_regcontrol", master, 1.0, one_tap_a_round},
      // OpenDSS's stop at 1e-4 pu, after 16 slowly converging iterations, leaves more than that.
      {"ieee8500_balanced", "ieee8500/Master.dss", 1.0, "", 5e-4, 2.0},
      {"ieee8500_unbalanced", "ieee8500/Master-unbal.dss", 1.0, "", 5e-4, 2.0}};
  for (const char* level : {"000", "025", "050", "075", "100", "125", "150"}) {
    all.push_back({std::string("ieee123_fixedtaps_lm") + level, master, std::stod(level) / 100.0,
                   "", 1e-4, 1.0, false});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Ieee, OpenDssExport, ::testing::ValuesIn(exports()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace gridpact::test
