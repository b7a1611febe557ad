#include <filesystem>
#include <fstream>
#include <numbers>

#include "importers/minimal_case.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gridpact/importers/feeder_file.hpp"

namespace gridpact::importers {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string town = GRIDPACT_SOURCE_DIR "/tests/validation/pandapower_nets/town.json";

json table(const std::vector<std::string>& columns, const std::vector<json>& rows) {
  json index = json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    index.push_back(i);
  }
  const json object = {{"columns", columns}, {"index", index}, {"data", rows}};
  return {{"_module", "pandas.core.frame"},
          {"_class", "DataFrame"},
          {"_object", object.dump()},
          {"orient", "split"}};
}

/// Two buses of 10 kV, a grid, a line of 0.5 + j0.4 ohm, a load.
json small_net() {
  return {
      {"_module", "pandapower.auxiliary"},
      {"_class", "pandapowerNet"},
      {"_object",
       {{"name", "small"},
        {"f_hz", 50.0},
        {"sn_mva", 2},
        {"bus", table({"name", "vn_kv", "in_service"}, {{"a", 10.0, true}, {"b", 10.0, true}})},
        {"ext_grid", table({"bus", "vm_pu", "va_degree", "in_service"}, {{0, 1.01, 0.0, true}})},
        {"line", table({"from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km",
                        "c_nf_per_km", "max_i_ka", "df", "parallel", "in_service"},
                       {{0, 1, 2.0, 0.25, 0.2, 0.0, 0.2, 1.0, 1, true}})},
        {"load", table({"name", "bus", "p_mw", "q_mvar", "const_z_percent", "const_i_percent",
                        "scaling", "in_service"},
                       {{"l", 1, 0.4, 0.1, 50.0, 20.0, 0.5, true}})}}}};
}

struct Outcome {
  std::string told;
  std::optional<Feeder> feeder;
};

Outcome read(const std::string& text) {
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("gridpact_") +
                     testing::UnitTest::GetInstance()->current_test_info()->name() + ".json");
  std::ofstream(file, std::ios::binary) << text;
  Faults faults;
  auto feeder = read_feeder(file, &faults);
  std::filesystem::remove(file);
  Outcome out;
  for (auto fault : feeder ? faults : feeder.faults()) {
    fault.place.file = "x.json";
    out.told += to_string(fault) + "\n";
  }
  if (feeder) {
    out.feeder = *std::move(feeder);
  }
  return out;
}
std::string told(const json& net) { return read(net.dump(1)).told; }

TEST(PandapowerReader, ReadsASmallNet) {
  const auto [told, feeder] = read(small_net().dump());
  ASSERT_TRUE(feeder) << told;
  EXPECT_EQ(told, "");
  EXPECT_EQ(feeder->name, "small");
  EXPECT_EQ(feeder->base_kva, 2000.0);
  EXPECT_EQ(feeder->nodes[1].name, "b");
  EXPECT_EQ(feeder->source_voltage_pu, (std::vector<Complex>{{1.01, 0.0}}));
  ASSERT_EQ(feeder->branches.size(), 1U);
  EXPECT_NEAR(feeder->branches[0].rating_a, 200.0, 1e-9);
  // Base impedance 10 kV² / 2 MVA = 50 ohm.
  EXPECT_NEAR(std::abs(feeder->branches[0].admittance_pu(0, 1) + 50.0 / Complex(0.5, 0.4)), 0.0,
              1e-9);
  ASSERT_EQ(feeder->loads.size(), 1U);
  EXPECT_NEAR(feeder->loads[0].p_kw, 200.0, 1e-9);
  EXPECT_NEAR(feeder->loads[0].q_kvar, 50.0, 1e-9);
  ASSERT_EQ(feeder->loads[0].terms.size(), 3U);  // also of nets before pandapower 3
  EXPECT_NEAR(feeder->loads[0].terms[0].p_share, 0.3, 1e-12);
  EXPECT_EQ(feeder->loads[0].terms[1], (LoadTerm{0.2, 0.2, 1.0}));
  EXPECT_EQ(feeder->loads[0].terms[2], (LoadTerm{0.5, 0.5, 2.0}));
}

TEST(PandapowerReader, ReadsTablesByColumns) {
  auto net = small_net();
  const json object = {{"name", {{"7", "a"}, {"1", "b"}}}, {"vn_kv", {{"7", 10.0}, {"1", 10.0}}}};
  net["_object"]["bus"] = {{"_class", "DataFrame"}, {"_object", object}, {"orient", "columns"}};
  net["_object"]["ext_grid"] = table({"bus", "vm_pu"}, {{7, 1.0}});
  net["_object"]["line"] = table(
      {"from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km"}, {{7, 1, 1.0, 0.3, 0.2}});
  const auto [told, feeder] = read(net.dump());
  ASSERT_TRUE(feeder) << told;
  EXPECT_EQ(feeder->nodes[feeder->source.index()].name, "a");
  EXPECT_THAT(told, HasSubstr("1 line without a rating"));
}

TEST(PandapowerReader, ReadsTapsThatCanBeMoved) {
  const auto feeder = read_feeder(town);
  ASSERT_TRUE(feeder) << to_string(feeder.faults().front());
  ASSERT_EQ(feeder->tap_changers.size(), 3U);
  const auto& changer = feeder->tap_changers[0];
  EXPECT_EQ(changer.terminals, (std::vector<std::size_t>{0}));
  EXPECT_NEAR(changer.tap, 0.97, 1e-12);
  EXPECT_NEAR(changer.tap_min, 0.865, 1e-12);
  EXPECT_EQ(changer.steps, 18);
  EXPECT_EQ(feeder->tap_changers[2].terminals, (std::vector<std::size_t>{1}));
  // The same transformer at its nominal tap, by what a tap changer means.
  const auto& y = feeder->branches[changer.branch.index()].admittance_pu;
  const auto& other = feeder->branches[feeder->tap_changers[1].branch.index()].admittance_pu;
  const double d = changer.tap / feeder->tap_changers[1].tap;
  EXPECT_NEAR(std::abs(y(0, 0) * d * d - other(0, 0)), 0.0, 1e-9);
  EXPECT_NEAR(std::abs(y(0, 1) * d - other(0, 1)), 0.0, 1e-9);
  EXPECT_NEAR(std::abs(y(1, 1) - other(1, 1)), 0.0, 1e-9);
}

TEST(PandapowerReader, RefusesElementByElementWhatItDoesNotRead) {
  auto net = small_net();
  auto& object = net["_object"];
  object["asymmetric_load"] =
      table({"name", "bus", "p_a_mw", "in_service"},
            {{"x", 1, 0.1, true}, {"y", 1, 0.1, false}, {"z", 1, 0.1, true}});
  object["xward"] = table({"bus", "ps_mw", "in_service"}, {{1, 0.1, true}});
  object["dcline"] = table({"from_bus", "to_bus", "in_service"}, {{0, 1, true}});
  object["controller"] = table({"object"}, {{"tap control"}});
  object["measurement"] = table({"element"}, {{1}});
  object["gen"] = table({"bus", "p_mw", "vm_pu", "in_service"}, {{1, 0.1, 1.0, true}});
  const auto all = told(net);
  EXPECT_THAT(all, HasSubstr("error: asymmetric_load 0 ('x') is not balanced"));
  EXPECT_THAT(all, HasSubstr("error: asymmetric_load 2 ('z') is not balanced"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("('y') is not balanced")));
  EXPECT_THAT(all, HasSubstr("1 of 'asymmetric_load' out of service left out: 1"));
  EXPECT_THAT(all, HasSubstr("error: xward 0 is of a kind that is not read"));
  EXPECT_THAT(all, HasSubstr("error: dcline 0 is of a kind that is not read"));
  EXPECT_THAT(all, HasSubstr("warning: 1 controller of the net do not act"));
  EXPECT_THAT(all, HasSubstr("note: the table 'measurement' is not used"));
  EXPECT_THAT(all, HasSubstr("warning: gen 0 feeds in 100 kW without reactive power"));
}

TEST(PandapowerReader, TellsEveryFaultAtOnce) {
  auto net = small_net();
  auto& object = net["_object"];
  object["line"] = table({"from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km"},
                         {{0, 9, 1.0, 0.3, 0.2}, {0, 1, 1.0, 0.0, 0.0}, {0, 1, nullptr, "x", 0.2}});
  object["load"] = table({"bus", "p_mw", "q_mvar"}, {{7, 0.1, 0.1}, {1, nullptr, 0.1}});
  object.erase("f_hz");
  const auto all = told(net);
  for (const auto* says :
       {"line 0 is at bus 9, which the net does not have", "line 1 has no impedance",
        "line 2 has no number in 'length_km'", "line 2 has no number in 'r_ohm_per_km'",
        "load 0 is at bus 7", "load 1 has no number in 'p_mw'", "'f_hz' of the net is missing"}) {
    EXPECT_THAT(all, HasSubstr(says));
  }
  for (const auto& line : {"line", "load"}) {  // faults name the line of the element's table
    EXPECT_THAT(all, ::testing::ContainsRegex(std::string("x.json:[0-9]+: error: ") + line));
  }
  object = small_net()["_object"];
  object.erase("ext_grid");
  EXPECT_THAT(told(net), HasSubstr("no external grid in service"));
}

TEST(PandapowerReader, LeavesOutWhatIsNotSupplied) {
  auto net = small_net();
  auto& object = net["_object"];
  object["bus"] =
      table({"name", "vn_kv", "in_service"},
            {{"z", 10.0, true}, {"a", 10.0, true}, {"off", 10.0, false}, {"b", 10.0, true}});
  object["ext_grid"] = table({"bus", "vm_pu"}, {{1, 1.0}});
  object["line"] =
      table({"from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km", "max_i_ka"},
            {{1, 3, 1.0, 0.3, 0.2, 0.1}, {0, 2, 1.0, 0.3, 0.2, 0.1}});
  object["load"] = table({"bus", "p_mw", "q_mvar"}, {{0, 9.0, 1.0}, {3, 0.1, 0.0}, {2, 9.0, 1.0}});
  const auto [told, feeder] = read(net.dump());
  ASSERT_TRUE(feeder) << told;
  EXPECT_THAT(told, HasSubstr("1 bus without a closed path to the source left out"));
  EXPECT_THAT(told, HasSubstr("at buses out of service, left out with them: line 1, load 2"));
  ASSERT_EQ(feeder->nodes.size(), 2U);
  EXPECT_EQ(feeder->nodes[feeder->source.index()].name, "a");
  EXPECT_EQ(feeder->node_phases[1].node, NodeId{1});
  ASSERT_EQ(feeder->loads.size(), 1U);
  EXPECT_EQ(feeder->nodes[feeder->loads[0].node.index()].name, "b");
  EXPECT_EQ(feeder->branches[0].terminals,
            (std::vector<NodePhaseId>{NodePhaseId{0}, NodePhaseId{1}}));
}

TEST(PandapowerReader, SurvivesWhatIsCutOff) {
  const auto text = read_text(town);
  for (std::size_t length = 0; length < text.size(); length += 997) {
    EXPECT_THAT(read(text.substr(0, length)).told, HasSubstr("error")) << length;
  }
}

TEST(FeederFile, NamesTheFormatsThatItKnows) {
  EXPECT_THAT(read("{}").told, HasSubstr("MATPOWER case (.m)"));
  EXPECT_TRUE(is_feeder_file("x.m"));
  EXPECT_TRUE(is_feeder_file("x.M"));
  EXPECT_TRUE(is_feeder_file("x.json"));
  EXPECT_FALSE(is_feeder_file(GRIDPACT_SOURCE_DIR "/cases/ieee33"));
  EXPECT_FALSE(is_feeder_file(GRIDPACT_SOURCE_DIR "/cases/ieee33/case.toml"));
  EXPECT_TRUE(is_feeder_file(GRIDPACT_SOURCE_DIR "/cases/ieee33/feeder.toml"));
}

TEST(FeederFile, StandsInACase) {
  MinimalCase problem;
  problem.write("feeder.m", R"(
mpc.version = '2';
mpc.baseMVA = 1;
mpc.bus = [
  1 3 0 0 0 0 1 1 0 10 1 1.1 0.9
  2 1 0.1 0.03 0 0 1 1 0 10 1 1.1 0.9
];
mpc.gen = [1 0 0 1 -1 1.0 1 1 1 0];
mpc.branch = [1 2 0.01 0.01 0 0 0 0 0 0 1];
)");
  problem.edit("case.toml", "feeder.toml", "feeder.m");
  const auto report = problem.report();  // the case's places are those of the other feeder
  EXPECT_THAT(report, HasSubstr("there is no node '"));
  EXPECT_THAT(report, ::testing::Not(HasSubstr("feeder.m: error")));
}

}  // namespace
}  // namespace gridpact::importers
