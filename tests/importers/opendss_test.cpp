// What is read from a script must solve to the voltages that the engine itself finds: any wrong row
// of any admittance, any load in the wrong place, moves some of them.

#include "gridpact/importers/opendss.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/documents/feeder_document.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::importers {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Fate = ImportedElement::Fate;

const fs::path scripts = GRIDPACT_SOURCE_DIR "/tests/importers/opendss";

OpenDssFeeder read(const fs::path& script) {
  auto out = read_opendss(script);
  if (!out) {
    ADD_FAILURE() << to_string(out.faults().front());
    return {};
  }
  return *std::move(out);
}

/// Largest difference from the engine's own solution, pu.
double largest_difference_pu(const fs::path& script, const Feeder& feeder) {
  const auto flow = network::AcFlow::create(feeder);
  const auto theirs = opendss_solution(script);
  if (!flow || !theirs) {
    ADD_FAILURE() << to_string((flow ? theirs.faults() : flow.faults()).front());
    return std::numeric_limits<double>::infinity();
  }
  const auto ours = flow->solve(network::Injection::loads_at(feeder, 1.0));
  EXPECT_TRUE(ours.converged);
  std::map<std::string, Complex> voltages;
  for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
    const auto& at = feeder.node_phases[i];
    voltages[feeder.nodes[at.node.index()].name + "." + std::to_string(at.phase)] =
        ours.voltage_pu[i] * at.base_voltage_v;
  }
  double largest = 0.0;
  std::size_t compared = 0;
  for (const auto& voltage : theirs->voltages) {
    if (const auto found = voltages.find(voltage.name); found != voltages.end()) {
      ++compared;
      largest = std::max(largest, std::abs(found->second - voltage.volts) / voltage.base_voltage_v);
    }
  }
  const auto source = feeder.nodes[feeder.source.index()].phases.size();
  EXPECT_EQ(compared, feeder.node_phases.size() - source);
  const auto power = flow->source_power_kva(ours.voltage_pu);
  EXPECT_NEAR(power.real(), theirs->source_kw, 1e-5 * std::max(1.0, std::abs(power)));
  EXPECT_NEAR(power.imag(), theirs->source_kvar, 1e-5 * std::max(1.0, std::abs(power)));
  return largest;
}

const ImportedElement& told(const OpenDssReport& report, const std::string& name) {
  const auto found = std::ranges::find_if(report.elements, [&](const ImportedElement& element) {
    return element.element_class + "." + element.name == name;
  });
  EXPECT_NE(found, report.elements.end()) << name;
  return *found;
}

const Branch& branch(const Feeder& feeder, const std::string& name) {
  const auto found = std::ranges::find(feeder.branches, name, &Branch::name);
  EXPECT_NE(found, feeder.branches.end()) << name;
  return *found;
}

const Load& load(const Feeder& feeder, const std::string& name) {
  const auto found = std::ranges::find(feeder.loads, name, &Load::name);
  EXPECT_NE(found, feeder.loads.end()) << name;
  return *found;
}

class OpenDssKinds : public testing::TestWithParam<const char*> {};

TEST_P(OpenDssKinds, SolveToTheEnginesVoltages) {
  const auto script = scripts / (std::string(GetParam()) + ".dss");
  EXPECT_LE(largest_difference_pu(script, read(script).feeder), 1e-7);
}

TEST_P(OpenDssKinds, AreSavedAndReadBackExactly) {
  const auto feeder = read(scripts / (std::string(GetParam()) + ".dss")).feeder;
  const auto text = documents::to_json(feeder);
  const auto back = documents::parse_feeder(text, "feeder.json");
  ASSERT_TRUE(back.ok()) << to_string(back.faults().front());
  EXPECT_EQ(back->source_voltage_pu, feeder.source_voltage_pu);
  for (std::size_t i = 0; i < feeder.branches.size(); ++i) {
    EXPECT_EQ(back->branches[i].admittance_pu, feeder.branches[i].admittance_pu);
  }
  EXPECT_EQ(documents::to_json(*back), text);
}

INSTANTIATE_TEST_SUITE_P(All, OpenDssKinds,
                         testing::Values("lines", "transformers", "regulators", "loads"));

TEST(OpenDss, TellsLinesApart) {
  const auto [feeder, report] = read(scripts / "lines.dss");
  EXPECT_EQ(branch(feeder, "line.code").rating_a, 320.0);
  EXPECT_EQ(branch(feeder, "line.built").rating_a, 530.0);
  EXPECT_EQ(branch(feeder, "line.switch").kind, BranchKind::switch_);
  EXPECT_TRUE(std::isinf(branch(feeder, "line.lateral").rating_a));
  EXPECT_EQ(told(report, "line.lateral").fate, Fate::assumed);
  EXPECT_EQ(told(report, "line.off").fate, Fate::dropped);
  EXPECT_THAT(told(report, "line.tie").remarks, testing::Contains(HasSubstr("open conductors")));
  EXPECT_EQ(feeder.nodes[feeder.find_node("a")->index()].x, 2.0);
  EXPECT_NEAR(feeder.node_phases[feeder.nodes[feeder.find_node("a")->index()].phases[0].index()]
                  .base_voltage_v,
              12470.0 / std::sqrt(3.0), 1e-6);
}

TEST(OpenDss, TakesRegulatorsWithTheirControlsAndTaps) {
  const auto [feeder, report] = read(scripts / "regulators.dss");
  ASSERT_EQ(feeder.tap_changers.size(), 5U);
  const auto& a = feeder.tap_changers[0];
  EXPECT_EQ(feeder.branches[a.branch.index()].name, "transformer.ra");
  EXPECT_EQ(feeder.branches[a.branch.index()].kind, BranchKind::regulator);
  EXPECT_NE(a.tap, 1.0) << "the script's own solve has moved it";
  ASSERT_TRUE(a.control);
  EXPECT_EQ(a.control->target_v, 122.0);
  EXPECT_EQ(a.control->r_v, 2.0);
  EXPECT_EQ(a.control->ct_primary_a, 300.0);
  EXPECT_EQ(a.control->delay_s, 20.0);
  EXPECT_EQ(a.steps, 32);
  EXPECT_EQ(told(report, "regcontrol.cb").fate, Fate::assumed);
  const auto& monitored =
      feeder.node_phases[feeder.tap_changers[2].control->monitored.from.index()];
  EXPECT_EQ(feeder.nodes[monitored.node.index()].name, "d");
  EXPECT_EQ(monitored.phase, 3);
  EXPECT_TRUE(feeder.tap_changers[3].control->monitored.to) << "between two phases";
}

TEST(OpenDss, TakesLoadsPlantsAndCapacitors) {
  const auto [feeder, report] = read(scripts / "loads.dss");
  EXPECT_NEAR(load(feeder, "load.pq").p_kw, 90.0, 1e-9) << "the script's load multiplier";
  EXPECT_EQ(told(report, "load.pq").fate, Fate::assumed);
  EXPECT_EQ(load(feeder, "load.z").terms, (std::vector<LoadTerm>{{1.0, 1.0, 2.0}}));
  EXPECT_EQ(load(feeder, "load.cvr").terms,
            (std::vector<LoadTerm>{{1.0, 0.0, 0.8, -0.8}, {0.0, 1.0, 3.0, -3.0}}));
  EXPECT_EQ(load(feeder, "load.zip").terms,
            (std::vector<LoadTerm>{{0.3, 0.5, 2.0}, {0.3, 0.2, 1.0}, {0.4, 0.3, 0.0}}));
  EXPECT_EQ(load(feeder, "load.wye").ports.size(), 3U);
  EXPECT_TRUE(load(feeder, "load.wye").ports[0].to);
  EXPECT_EQ(load(feeder, "load.wye").u_min, 0.8);
  EXPECT_LT(load(feeder, "generator.g").p_kw, -100.0);
  EXPECT_LT(load(feeder, "pvsystem.pv").p_kw, -30.0);
  EXPECT_EQ(told(report, "load.off").fate, Fate::dropped);
  EXPECT_EQ(told(report, "energymeter.m").fate, Fate::dropped);
  EXPECT_EQ(told(report, "capcontrol.clock").fate, Fate::dropped);
  ASSERT_EQ(feeder.capacitors.size(), 2U);
  EXPECT_FALSE(feeder.capacitors[0].closed);
  EXPECT_NE(branch(feeder, "capacitor.off").admittance_pu(0, 0), Complex{});
  EXPECT_TRUE(feeder.capacitors[1].control);
}

// --- Broken scripts ----------------------------------------------------------------------------

class Script {
 public:
  // One folder per test: tests run beside each other.
  Script()
      : folder_(fs::path(testing::TempDir()) /
                (std::string("gridpact_opendss_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Script() { fs::remove_all(folder_); }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  Script(Script&&) = delete;
  Script& operator=(Script&&) = delete;

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

std::string first_fault(const fs::path& script) {
  const auto out = read_opendss(script);
  EXPECT_FALSE(out.ok());
  return out ? "" : to_string(out.faults().front());
}

constexpr const char* circuit =
    "clear\nnew circuit.c basekv=12.47 bus1=a\nnew line.l bus1=a bus2=b r1=1 x1=1 length=1\n"
    "new load.x bus1=b kv=12.47 kw=100\n";

TEST(OpenDssFaults, SayFileAndLine) {
  Script script;
  EXPECT_THAT(first_fault(script.folder() / "none.dss"), HasSubstr("does not exist"));
  EXPECT_THAT(first_fault(script.write("a.dss", "clear\n! nothing\n")),
              HasSubstr("makes no circuit"));
  EXPECT_THAT(first_fault(script.write("b.dss", std::string(circuit) + "line.l.nonsense=4\n")),
              testing::AllOf(HasSubstr("b.dss:5: error"), HasSubstr("nonsense")));
  EXPECT_THAT(first_fault(script.write("c.dss", "clear\nnew circuit.a\nnew circuit.b\n")),
              HasSubstr("c.dss:3"));
  EXPECT_THAT(first_fault(script.write("d.dss", std::string(circuit) + "redirect no.dss\n")),
              testing::AllOf(HasSubstr("d.dss:5"), HasSubstr("no.dss")));
}

TEST(OpenDssFaults, TellSeveralAtOnce) {
  Script script;
  const auto out = read_opendss(
      script.write("a.dss", std::string(circuit) + "line.l.wrong=1\nload.x.wrong=1\n"));
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.faults().size(), 2U);
}

TEST(OpenDssFaults, FindAFileThatLeadsBackToItself) {
  Script script;
  script.write("b.dss", "redirect a.dss\n");
  EXPECT_THAT(first_fault(script.write("a.dss", std::string(circuit) + "redirect b.dss\n")),
              HasSubstr("a.dss -> b.dss -> a.dss"));
}

TEST(OpenDss, LeavesTheWorkingDirectoryAndWritesNothing) {
  Script script;
  const auto before = fs::current_path();
  fs::create_directories(script.folder() / "sub");
  const auto file = script.write(
      "a.dss", std::string(circuit) +
                   "set voltagebases=[12.47]\ncalcvoltagebases\nsolve\nshow voltages\n"
                   "export voltages\nplot profile\nsave circuit\ncd sub\nexport powers p.csv\n");
  const auto out = read(file);
  EXPECT_EQ(fs::current_path(), before);
  EXPECT_EQ(script.files(), 2U);
  EXPECT_TRUE(fs::is_empty(script.folder() / "sub"));
  EXPECT_THAT(out.report.remarks, testing::Contains(HasSubstr("'export' was not run")));
}

TEST(OpenDss, ReadsWhatCanNotBeSolvedAndSaysSoWhenAskedToSolve) {
  Script script;
  const auto file =
      script.write("a.dss",
                   "clear\nnew circuit.c basekv=12.47 bus1=a\nnew line.l bus1=a bus2=b r1=50 x1=50 "
                   "length=10\nnew load.x bus1=b kv=12.47 kw=100000 vminpu=0.01 vlowpu=0.001\nset "
                   "voltagebases=[12.47]\ncalcvoltagebases\n");
  EXPECT_TRUE(read_opendss(file).ok());
  const auto solution = opendss_solution(file);
  ASSERT_FALSE(solution.ok());
  EXPECT_THAT(solution.faults().front().message, HasSubstr("finds no solution"));
}

TEST(OpenDss, TakesBaseVoltagesFromRatingsWhereTheScriptHasNone) {
  Script script;
  const auto out =
      read(script.write("a.dss",
                        "clear\nnew circuit.c basekv=66 bus1=a\nnew transformer.t buses=[a b] "
                        "kvs=[66 12.47] kvas=[5000 5000]\nnew line.l bus1=b bus2=c length=1\n"));
  const auto c = out.feeder.find_node("c");
  ASSERT_TRUE(c);
  EXPECT_NEAR(out.feeder.node_phases[out.feeder.nodes[c->index()].phases[0].index()].base_voltage_v,
              12470.0 / std::sqrt(3.0), 1e-6);
  EXPECT_THAT(out.report.remarks, testing::Contains(HasSubstr("no voltage base")));
}

TEST(OpenDss, IsTheSameEveryTimeAndFromTwoThreads) {
  const auto script = scripts / "loads.dss";
  const auto expected = documents::to_json(read(script).feeder);
  // The engine lists what it never set as it finds it in memory, which differs from read to read.
  constexpr int reads = 100;
  std::vector<int> same(2, 0);
  {
    std::vector<std::jthread> threads;
    for (auto& count : same) {
      threads.emplace_back([&] {
        for (int k = 0; k < reads; ++k) {
          count += documents::to_json(read(script).feeder) == expected ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(same, std::vector<int>(2, reads));
}

TEST(OpenDss, IsReadWhereAFeederIsAsked) {
  Faults notes;
  const auto feeder = read_feeder(scripts / "lines.dss", &notes);
  ASSERT_TRUE(feeder.ok());
  EXPECT_EQ(feeder->name, "lines");
  EXPECT_FALSE(notes.empty());
}

// --- Published feeders, where they are at hand ---------------------------------------------------

class OpenDssPublished : public testing::TestWithParam<const char*> {};

TEST_P(OpenDssPublished, SolveToTheEnginesVoltages) {
  const char* shared = std::getenv("GRIDPACT_SHARED_DATA");
  if (shared == nullptr) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA is not set: no published feeders";
  }
  const auto script = fs::path(shared) / "feeders_opendss" / GetParam();
  EXPECT_LE(largest_difference_pu(script, read(script).feeder), 1e-7);
}

INSTANTIATE_TEST_SUITE_P(All, OpenDssPublished,
                         testing::Values("ieee13/IEEE13Nodeckt.dss", "ieee34/ieee34Mod1.dss",
                                         "ieee34/Run_IEEE34Mod1.dss", "ieee34/Run_IEEE34Mod2.dss",
                                         "ieee123/IEEE123Master.dss", "ieee123/Run_IEEE123Bus.DSS",
                                         "ieee8500/Master.dss", "ieee8500/Run_8500Node.dss",
                                         "ieee8500/Run_8500Node_Unbal.dss"));

}  // namespace
}  // namespace gridpact::importers
