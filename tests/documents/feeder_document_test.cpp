#include "gridpact/documents/feeder_document.hpp"

#include <cmath>

#include "documents/rich_feeder.hpp"
#include "support/feeders.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/documents/files.hpp"

namespace gridpact::documents {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void expect_equal(const Feeder& a, const Feeder& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.base_kva, b.base_kva);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.source_voltage_pu, b.source_voltage_pu);
  ASSERT_EQ(a.node_phases.size(), b.node_phases.size());
  for (std::size_t i = 0; i < a.node_phases.size(); ++i) {
    EXPECT_EQ(a.node_phases[i].node, b.node_phases[i].node);
    EXPECT_EQ(a.node_phases[i].phase, b.node_phases[i].phase);
    EXPECT_EQ(a.node_phases[i].base_voltage_v, b.node_phases[i].base_voltage_v);
    EXPECT_DOUBLE_EQ(a.node_phases[i].amps_per_pu, b.node_phases[i].amps_per_pu);
  }
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    EXPECT_EQ(a.nodes[i].name, b.nodes[i].name);
    EXPECT_EQ(a.nodes[i].phases, b.nodes[i].phases);
    EXPECT_EQ(a.nodes[i].x, b.nodes[i].x);
    EXPECT_EQ(a.nodes[i].y, b.nodes[i].y);
  }
  ASSERT_EQ(a.branches.size(), b.branches.size());
  for (std::size_t i = 0; i < a.branches.size(); ++i) {
    EXPECT_EQ(a.branches[i].name, b.branches[i].name);
    EXPECT_EQ(a.branches[i].kind, b.branches[i].kind);
    EXPECT_EQ(a.branches[i].terminals, b.branches[i].terminals);
    EXPECT_EQ(a.branches[i].from_count, b.branches[i].from_count);
    EXPECT_EQ(a.branches[i].admittance_pu, b.branches[i].admittance_pu) << a.branches[i].name;
    EXPECT_EQ(a.branches[i].rating_a, b.branches[i].rating_a);
  }
  ASSERT_EQ(a.loads.size(), b.loads.size());
  for (std::size_t i = 0; i < a.loads.size(); ++i) {
    EXPECT_EQ(a.loads[i].name, b.loads[i].name);
    EXPECT_EQ(a.loads[i].node, b.loads[i].node);
    EXPECT_EQ(a.loads[i].p_kw, b.loads[i].p_kw);
    EXPECT_EQ(a.loads[i].q_kvar, b.loads[i].q_kvar);
    EXPECT_EQ(a.loads[i].ports, b.loads[i].ports);
    EXPECT_EQ(a.loads[i].nominal_voltage_v, b.loads[i].nominal_voltage_v);
    EXPECT_EQ(a.loads[i].terms, b.loads[i].terms);
    EXPECT_EQ(a.loads[i].u_low, b.loads[i].u_low);
    EXPECT_EQ(a.loads[i].u_min, b.loads[i].u_min);
    EXPECT_EQ(a.loads[i].u_max, b.loads[i].u_max);
  }
  ASSERT_EQ(a.tap_changers.size(), b.tap_changers.size());
  for (std::size_t i = 0; i < a.tap_changers.size(); ++i) {
    EXPECT_EQ(a.tap_changers[i].name, b.tap_changers[i].name);
    EXPECT_EQ(a.tap_changers[i].branch, b.tap_changers[i].branch);
    EXPECT_EQ(a.tap_changers[i].terminals, b.tap_changers[i].terminals);
    EXPECT_EQ(a.tap_changers[i].tap, b.tap_changers[i].tap);
    EXPECT_EQ(a.tap_changers[i].tap_min, b.tap_changers[i].tap_min);
    EXPECT_EQ(a.tap_changers[i].tap_max, b.tap_changers[i].tap_max);
    EXPECT_EQ(a.tap_changers[i].steps, b.tap_changers[i].steps);
    EXPECT_EQ(a.tap_changers[i].control, b.tap_changers[i].control);
  }
  ASSERT_EQ(a.capacitors.size(), b.capacitors.size());
  for (std::size_t i = 0; i < a.capacitors.size(); ++i) {
    EXPECT_EQ(a.capacitors[i].name, b.capacitors[i].name);
    EXPECT_EQ(a.capacitors[i].branch, b.capacitors[i].branch);
    EXPECT_EQ(a.capacitors[i].closed, b.capacitors[i].closed);
    EXPECT_EQ(a.capacitors[i].control, b.capacitors[i].control);
  }
}

Feeder read_back(const Feeder& feeder) {
  auto back = parse_feeder(to_json(feeder), "feeder.json");
  if (!back) {
    ADD_FAILURE() << to_string(back.faults().front());
    return {};
  }
  return *std::move(back);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::vector<std::string> messages(const std::string& text) {
  const auto feeder = parse_feeder(text, "f.json");
  std::vector<std::string> out;
  if (!feeder) {
    for (const auto& fault : feeder.faults()) {
      EXPECT_EQ(fault.place.file, "f.json");
      EXPECT_GT(fault.place.line, 0);
      out.push_back(fault.message);
    }
  }
  return out;
}

TEST(FeederDocument, ReadsBackEverythingExactly) {
  const auto feeder = test::rich_feeder();
  expect_equal(read_back(feeder), feeder);
}

TEST(FeederDocument, OfASingleLineEquivalentIsStableAfterTheFirstWriting) {
  const auto once = read_back(test::ieee33_feeder());
  expect_equal(read_back(once), once);
  const auto original = test::ieee33_feeder();
  for (std::size_t i = 0; i < once.branches.size(); ++i) {
    const auto y = original.branches[i].admittance_pu(0, 1);
    EXPECT_LE(std::abs(once.branches[i].admittance_pu(0, 1) - y), 4e-16 * std::abs(y));
  }
  EXPECT_DOUBLE_EQ(once.node_phases[0].amps_per_pu, original.node_phases[0].amps_per_pu);
}

RC_GTEST_PROP(FeederDocumentProperty, AdmittancesMadeFromSiemensReadBackToTheLastBit, ()) {
  const auto finite = rc::gen::suchThat(rc::gen::arbitrary<double>(), [](double value) {
    return std::abs(value) < 1e100 && (value == 0.0 || std::abs(value) > 1e-100);
  });
  const auto voltage = rc::gen::map(rc::gen::inRange(1, 1'000'000),
                                    [](int hundredths) { return hundredths / 100.0; });
  Feeder feeder;
  feeder.name = "random";
  feeder.base_kva = *rc::gen::element(1.0, 100.0, 1000.0, 333.3);
  for (const char* name : {"a", "b"}) {
    test::add_node(feeder, name, {1}, *voltage);
  }
  test::make_source(feeder, NodeId{0});
  const double base = feeder.node_phases[0].base_voltage_v;
  feeder.source_voltage_pu = {{*finite / base, *finite / base}};
  Branch branch;
  branch.name = "x";
  branch.terminals = {NodePhaseId{0}, NodePhaseId{1}};
  branch.from_count = 1;
  branch.admittance_pu = ComplexMatrix(2, 2);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      const double ohm = feeder.base_ohm(branch.terminals[i], branch.terminals[j]);
      branch.admittance_pu(i, j) = {*finite * ohm, *finite * ohm};
    }
  }
  feeder.branches.push_back(branch);
  const auto back = parse_feeder(to_json(feeder), "feeder.json");
  RC_ASSERT(back.ok());
  RC_ASSERT(back->branches[0].admittance_pu == branch.admittance_pu);
  RC_ASSERT(back->source_voltage_pu == feeder.source_voltage_pu);
}

TEST(FeederDocument, HoldsPhysicalUnits) {
  Feeder feeder;
  feeder.name = "units";
  feeder.base_kva = 100.0;
  const auto a = test::add_node(feeder, "a", {1}, 2400.0);
  const auto b = test::add_node(feeder, "b", {1}, 2400.0);
  test::make_source(feeder, a);
  test::add_line(feeder, "line", a, b, Complex{0.0, 0.5});
  const auto text = to_json(feeder);
  EXPECT_THAT(text, HasSubstr("\"susceptance_s\": [\n        [-2, 2],\n        [2, -2]\n"));
  EXPECT_THAT(text, HasSubstr("\"real_v\": [2400]"));
}

TEST(FeederDocument, TellsEveryFaultWithItsPlace) {
  auto text = to_json(test::rich_feeder());
  text = replaced(text, "\"base_kva\": ", "\"base_kva\": -");
  text = replaced(text, "\"kind\": \"switch\"", "\"kind\": \"swich\"");
  text = replaced(text, "\"rating_a\": 123.456", "\"rating_a\": 0");
  text = replaced(text, "\"u_min\": 0.85", "\"u_min\": 0.25");
  text = replaced(text, "\"branch\": \"" + test::rich_feeder().branches[0].name + "\"",
                  "\"branch\": \"nowhere\"");
  text = replaced(text, "\"steps\": 32", "\"steps\": 0");
  text = replaced(text, "\"closed\": false", "\"closed\": \"no\"");
  EXPECT_THAT(messages(text),
              ElementsAre("/base_kva: must be above 0, this is -" + std::string("1000"),
                          "/branches/0/rating_a: must be above 0; null for no limit",
                          "/branches/1/kind: unknown word \"swich\"",
                          "/loads/0/u_min: expected 0 <= u_low <= u_min <= u_max",
                          "/tap_changers/0/branch: there is no branch \"nowhere\"",
                          "/tap_changers/0/steps: must be at least 1",
                          "/capacitors/0/closed: expected true or false, found a text"));
}

TEST(FeederDocument, SaysTheLineOfAFault) {
  const auto text = to_json(test::rich_feeder());
  const auto broken = replaced(text, "\"tap_min\": 0.9", "\"tap_min\": \"low\"");
  const auto feeder = parse_feeder(broken, "f.json");
  ASSERT_FALSE(feeder.ok());
  const auto at = broken.find("\"tap_min\": \"low\"");
  const auto line =
      1 + std::count(broken.begin(), broken.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  EXPECT_EQ(feeder.faults().front().place.line, line);
}

TEST(FeederDocument, RefusesUnknownNamesAndWrongShapes) {
  const auto text = to_json(test::rich_feeder());
  const auto& branch = test::rich_feeder().branches[0];
  EXPECT_THAT(
      messages(replaced(text, "\"terminals\": [\"source.1\"", "\"terminals\": [\"sorce.1\"")),
      ElementsAre("/branches/0/terminals/0: there is no node-phase \"sorce.1\""));
  EXPECT_THAT(messages(replaced(text, "\"terminals\": [\"source.1\", ", "\"terminals\": [")),
              testing::Contains("/branches/0/conductance_s: expected 5 rows of 5 numbers, one for "
                                "each terminal"));
  EXPECT_THAT(messages(replaced(text, "\"name\": \"lateral\"", "\"name\": \"main\"")),
              testing::Contains("/nodes/2/name: there is already a node \"main\""));
  EXPECT_THAT(messages(replaced(text, "\"real_v\": [", "\"real_v\": [1, ")),
              ElementsAre("/source/real_v: expected one number for each of the 3 phases of the "
                          "node"));
  EXPECT_THAT(messages(replaced(text, "\"terminals\": [3, 4]", "\"terminals\": [3, 44]")),
              ElementsAre("/tap_changers/0/terminals: there is no terminal 44 of the branch; they "
                          "run from 0 to " +
                          std::to_string(branch.terminals.size() - 1)));
  EXPECT_THAT(messages(replaced(text, "gridpact-feeder/2", "gridpact-feeder/9")),
              ElementsAre(HasSubstr("this version of gridpact reads \"gridpact-feeder/2\"")));
}

TEST(FeederDocument, OfOtherUnderlyingTextIsRefusedNotCrashed) {
  const std::string empty_feeder =
      "{\"schema\": \"gridpact-feeder/2\", \"name\": \"x\", \"base_kva\": 1, \"nodes\": [], "
      "\"source\": {\"node\": \"a\", \"real_v\": [], \"imaginary_v\": []}, \"branches\": [], "
      "\"loads\": [], \"tap_changers\": [], \"capacitors\": []}";
  const std::vector<std::string> texts{"", "[]", "{}", "{\"schema\": \"gridpact-feeder/2\"}",
                                       empty_feeder};
  for (const auto& text : texts) {
    EXPECT_FALSE(parse_feeder(text, "f.json").ok()) << text;
  }
}

RC_GTEST_PROP(FeederDocumentProperty, NoDamageOfTheTextCrashesTheReader, ()) {
  static const std::string text = to_json(test::rich_feeder());
  auto damaged = text;
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto length = *rc::gen::inRange<std::size_t>(0, 40);
  damaged.erase(at, length);
  (void)parse_feeder(damaged, "f.json");
}

}  // namespace
}  // namespace gridpact::documents
