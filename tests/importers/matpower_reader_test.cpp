#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>

#include "importers/minimal_case.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/importers/detail/matlab_script.hpp"
#include "gridpact/importers/detail/matpower_columns.hpp"
#include "gridpact/importers/feeder_file.hpp"

namespace gridpact::importers {
namespace {

using ::testing::HasSubstr;

const std::string street = GRIDPACT_SOURCE_DIR "/tests/importers/feeders/street.m";

/// What reading `text` as a .m file says, one line each, the file called "x.m"; "read" is added if
/// there is a feeder.
std::string told(const std::string& text) {
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("gridpact_") +
                     testing::UnitTest::GetInstance()->current_test_info()->name() + ".m");
  std::ofstream(file, std::ios::binary) << text;
  Faults faults;
  const auto feeder = read_feeder(file, &faults);
  std::filesystem::remove(file);
  std::string out;
  for (auto fault : feeder ? faults : feeder.faults()) {
    fault.place.file = "x.m";
    out += to_string(fault) + "\n";
  }
  return out + (feeder ? "read\n" : "");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// Line of the first place where `part` stands.
int line_of(const std::string& text, const std::string& part) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

// --- The script -----------------------------------------------------------------------------

double value_of(const std::string& expression, const std::string& before = {}) {
  Faults faults;
  const auto script =
      run_matlab_script(before + "\nx = " + expression + ";", "x.m", matpower_constants, faults);
  for (const auto& fault : faults) {
    ADD_FAILURE() << expression << ": " << to_string(fault);
  }
  const auto* variable = script.find("x");
  const auto* matrix = variable == nullptr ? nullptr : variable->value.matrix();
  return matrix != nullptr && matrix->rows() == 1 && matrix->cols() == 1
             ? (*matrix)(0, 0)
             : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> row_of(const std::string& expression) {
  Faults faults;
  const auto script = run_matlab_script("x = " + expression, "x.m", matpower_constants, faults);
  EXPECT_TRUE(faults.empty()) << expression << ": " << to_string(faults.front());
  const auto* variable = script.find("x");
  const auto* matrix = variable == nullptr ? nullptr : variable->value.matrix();
  if (matrix == nullptr) {
    return {};
  }
  return {matrix->data(), matrix->data() + matrix->rows() * matrix->cols()};
}

TEST(MatlabScript, ComputesAsMatlabDoes) {
  EXPECT_EQ(value_of("1 + 2 * 3"), 7.0);
  EXPECT_EQ(value_of("-2^2"), -4.0);
  EXPECT_EQ(value_of("2^-1"), 0.5);
  EXPECT_EQ(value_of("2^3^2"), 64.0);  // from the left
  EXPECT_EQ(value_of("12/2/3"), 2.0);
  EXPECT_EQ(value_of("1.5e3 - 5d2"), 1000.0);
  EXPECT_EQ(value_of(".5 + 5."), 5.5);
  EXPECT_EQ(value_of("(1 + ...\n 2) * 3"), 9.0);
  EXPECT_DOUBLE_EQ(value_of("sqrt(3) * cos(pi)"), -std::sqrt(3.0));
  EXPECT_DOUBLE_EQ(value_of("sin(acos(0.85))"), std::sqrt(1.0 - 0.85 * 0.85));
  EXPECT_EQ(value_of("a(2, end)", "a = [1 2 3; 4 5 6];"), 6.0);
  EXPECT_EQ(value_of("a(end)", "a = [1 2 3];"), 3.0);
  EXPECT_EQ(value_of("s.f(1, BASE_KV)", "define_constants; s.f = 1:13;"), 10.0);
}

TEST(MatlabScript, SpacesSeparateInsideBrackets) {
  EXPECT_EQ(row_of("[1 -2]"), (std::vector<double>{1, -2}));
  EXPECT_EQ(row_of("[1 - 2]"), (std::vector<double>{-1}));
  EXPECT_EQ(row_of("[1 -2 + 3, 4]"), (std::vector<double>{1, 1, 4}));
  EXPECT_EQ(row_of("[ (1 -2) 3 ]"), (std::vector<double>{-1, 3}));
  EXPECT_EQ(row_of("[12/sqrt(3) 2]"), (std::vector<double>{12 / std::sqrt(3.0), 2}));
  EXPECT_EQ(row_of("[1 2\n 3 4 % comment\n\n; 5 6]"), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(row_of("1:2:6"), (std::vector<double>{1, 3, 5}));
  EXPECT_EQ(row_of("[1 2 3] .* [4 5 6] / 2"), (std::vector<double>{2, 5, 9}));
}

TEST(MatlabScript, RefusesWhatItDoesNotUnderstand) {
  const auto fault_of = [](const std::string& statement) {
    Faults faults;
    (void)run_matlab_script("a = [1 2; 3 4];\n" + statement + "\nb = 1;", "x.m", matpower_constants,
                            faults);
    EXPECT_FALSE(faults.empty()) << statement;
    for (const auto& fault : faults) {
      EXPECT_EQ(fault.place.line, 2) << statement;
    }
    return faults.empty() ? std::string{} : faults.front().message;
  };
  EXPECT_THAT(fault_of("if a(1) > 0, a = 2; end"), HasSubstr("'if'"));
  EXPECT_THAT(fault_of("for k = 1:3; end"), HasSubstr("'for'"));
  EXPECT_THAT(fault_of("disp('hello')"), HasSubstr("'disp'"));
  EXPECT_THAT(fault_of("a = loadcase('other')"), HasSubstr("function 'loadcase'"));
  EXPECT_THAT(fault_of("[a, b] = size(a)"), HasSubstr("function 'size'"));
  EXPECT_THAT(fault_of("a = a * a"), HasSubstr("two matrices"));
  EXPECT_THAT(fault_of("a(3, 1) = 1"), HasSubstr("no row 3"));
  EXPECT_THAT(fault_of("a(:, 5) = 1"), HasSubstr("no column 5"));
  EXPECT_THAT(fault_of("a(1, :) = [1 2 3]"), HasSubstr("can not be set"));
  EXPECT_THAT(fault_of("a(1, 1) += 1"), HasSubstr("'='"));
  EXPECT_THAT(fault_of("a == 1"), HasSubstr("'='"));
  EXPECT_THAT(fault_of("c = d + 1"), HasSubstr("'d' is not a number"));
  EXPECT_THAT(fault_of("c = sqrt(-1)"), HasSubstr("not a real number"));
  EXPECT_THAT(fault_of("c = 'text' + 1"), HasSubstr("text"));
  EXPECT_THAT(fault_of("c = a'"), HasSubstr("''' is not understood"));
  EXPECT_THAT(fault_of("c = [1 2]'"), HasSubstr("''' is not understood"));
  EXPECT_THAT(fault_of("c = 1 +"), HasSubstr("a value is expected"));
  EXPECT_THAT(fault_of("c = (1"), HasSubstr("')'"));
  EXPECT_THAT(fault_of("c = 'open"), HasSubstr("not closed"));
  EXPECT_THAT(fault_of("c = 1:1e12"), HasSubstr("too many"));
  EXPECT_THAT(fault_of("c = 12abc"), HasSubstr("12abc"));
  EXPECT_THAT(fault_of("\"$\""), HasSubstr("not understood"));
  EXPECT_THAT(fault_of("$"), HasSubstr("'$'"));
  EXPECT_THAT(fault_of("c = " + std::string(5000, '(') + "1" + std::string(5000, ')')),
              HasSubstr("too deep"));
}

TEST(MatlabScript, SurvivesAnyBytes) {
  std::string text = read_text(street);
  std::uint64_t state = 1;
  for (int i = 0; i < 2000; ++i) {  // one byte after the other goes bad
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    text[(state >> 33U) % text.size()] = static_cast<char>(state >> 25U);
    Faults faults;
    (void)run_matlab_script(text, "x.m", matpower_constants, faults);
  }
}

// --- The case -------------------------------------------------------------------------------

TEST(MatpowerReader, ReadsACaseWithOneOfEach) {
  Faults notes;
  const auto result = read_feeder(street, &notes);
  ASSERT_TRUE(result) << to_string(result.faults().front());
  const Feeder& feeder = *result;
  EXPECT_EQ(feeder.name, "street");
  EXPECT_EQ(feeder.base_kva, 10'000.0);
  ASSERT_EQ(feeder.nodes.size(), 4U);
  EXPECT_EQ(feeder.nodes[3].name, "40");
  EXPECT_EQ(feeder.node_phases[2].base_voltage_v, 20'000.0);
  EXPECT_DOUBLE_EQ(feeder.node_phases[3].amps_per_pu, 1e7 / (std::numbers::sqrt3 * 1e4));
  EXPECT_EQ(feeder.source, NodeId{0});
  EXPECT_EQ(feeder.source_voltage_pu, (std::vector<Complex>{{1.02, 0.0}}));

  ASSERT_EQ(feeder.loads.size(), 4U);  // in MW: 0.4 · 0.8, 0.4 · 0.6
  EXPECT_NEAR(feeder.loads[0].p_kw, 320.0, 1e-9);
  EXPECT_NEAR(feeder.loads[0].q_kvar, 240.0, 1e-9);
  EXPECT_NEAR(feeder.loads[1].p_kw, 300.0, 1e-9);
  EXPECT_EQ(feeder.loads[2].name, "generator 2");
  EXPECT_NEAR(feeder.loads[2].p_kw, -100.0, 1e-9);
  EXPECT_NEAR(feeder.loads[2].q_kvar, -20.0, 1e-9);
  EXPECT_EQ(feeder.loads[2].node, NodeId{3});
  EXPECT_NEAR(feeder.loads[3].p_kw, -50.0, 1e-9);

  ASSERT_EQ(feeder.branches.size(), 6U);  // two shunts first, then four branches
  EXPECT_EQ(feeder.branches[0].kind, BranchKind::shunt);
  EXPECT_NEAR(std::abs(feeder.branches[0].admittance_pu(0, 0) - Complex(0.0, 0.03)), 0.0, 1e-15);
  EXPECT_NEAR(std::abs(feeder.branches[1].admittance_pu(0, 0) - Complex(0.001, 0.0)), 0.0, 1e-15);
  const auto& line = feeder.branches[2];
  EXPECT_EQ(line.name, "10-20");
  EXPECT_EQ(line.kind, BranchKind::line);
  // Base impedance 20 kV² / 10 MVA = 40 ohm; 5 MVA at 20 kV are 144.34 A.
  const Complex y = 40.0 / Complex{1.2, 1.6};
  EXPECT_NEAR(std::abs(line.admittance_pu(0, 0) - (y + Complex{0.0, 0.001})), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(line.admittance_pu(1, 0) + y), 0.0, 1e-12);
  EXPECT_NEAR(line.rating_a, 144.3376, 1e-3);
  EXPECT_EQ(feeder.branches[4].name, "20-30 (2)");
  const auto& transformer = feeder.branches[5];
  EXPECT_EQ(transformer.kind, BranchKind::transformer);
  const Complex yt = 40.0 / Complex{1.0, 8.0};
  const Complex ratio = std::polar(0.98, std::numbers::pi / 6.0);
  EXPECT_NEAR(std::abs(transformer.admittance_pu(0, 0) - yt / (0.98 * 0.98)), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(transformer.admittance_pu(0, 1) + yt / std::conj(ratio)), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(transformer.admittance_pu(1, 0) + yt / ratio), 0.0, 1e-12);
  EXPECT_NEAR(std::abs(transformer.admittance_pu(1, 1) - yt), 0.0, 1e-12);
}

TEST(MatpowerReader, TellsWhatItLeftOutAndAssumed) {
  const auto all = told(read_text(street));
  EXPECT_THAT(all, HasSubstr("1 isolated bus (type 4) left out: 50"));
  EXPECT_THAT(all, HasSubstr("1 generator out of service left out: 4 at bus 20"));
  EXPECT_THAT(all, HasSubstr("1 open branch (status 0) left out: 30-10"));
  EXPECT_THAT(all, HasSubstr("1 branch to isolated buses left out: 50-10"));
  EXPECT_THAT(all, HasSubstr("warning: the voltage of bus 40 (1 pu) is not held"));
  EXPECT_THAT(all, HasSubstr("generator 3 at bus 30 is a constant-power demand of -50 kW"));
  EXPECT_THAT(all, HasSubstr("'mpc.gencost' is not used"));
  EXPECT_THAT(all, HasSubstr("'mpc.bus_name' is not used"));
  EXPECT_THAT(all, HasSubstr("3 of 4 branches have no rating"));
  EXPECT_THAT(all, HasSubstr("the feeder is meshed: 1 loop"));
  EXPECT_TRUE(all.ends_with("read\n")) << all;
}

TEST(MatpowerReader, TellsEveryFaultAtOnceWithItsLine) {
  auto text = read_text(street);
  struct Break {
    std::string from, to, at, says;
  };
  const std::vector<Break> breaks = {
      {"10	20	1.2", "10	99	1.2", "10	99", "branch 1 is at bus 99"},
      {"20	1	400", "20	1	many", "many", "'many' is not a number"},
      {"10	0	0	10	-10	1.02",
       "10	0	'x'	10	-10	1.02", "'x'", "text where a number"},
      {"30, 1, 300, 60,", "30, 1, 300,", "30, 1, 300,", "12 numbers"},
      {"20	40	1.0	8.0", "20	20	1.0	8.0", "20	20	1.0",
       "begins and ends at bus 20"},
      {"pf = 0.8;", "if true, pf = 0.8; end", "if true", "'if' is not understood"},
      {"mpc.gencost = [2 0 0 3 0 20 0]", "mpc.gencost = cost(2)", "cost(", "the function 'cost'"},
      {"50	10	1.0	1.0", "50	10	0	0", "50	10	0",
       "has no impedance"},
  };
  for (const auto& [from, to, at, says] : breaks) {
    text = replaced(std::move(text), from, to);
  }
  const auto all = told(text);
  for (const auto& [from, to, at, says] : breaks) {
    const auto where = fmt::format("x.m:{}: error: ", line_of(text, at));
    const auto found = all.find(says);
    ASSERT_NE(found, std::string::npos) << says << "\n" << all;
    const auto begin = all.rfind('\n', found) == std::string::npos ? 0 : all.rfind('\n', found) + 1;
    EXPECT_TRUE(all.substr(begin).starts_with(where)) << where << says << "\n" << all;
  }
}

TEST(MatpowerReader, TellsWhatACaseNeeds) {
  const auto text = read_text(street);
  EXPECT_THAT(told(replaced(text, "10	3	0", "10	1	0")),
              HasSubstr("has no reference bus"));
  EXPECT_THAT(told(replaced(text, "mpc.bus =", "mpc.busses =")),
              HasSubstr("error: the table 'mpc.bus' is missing"));
  EXPECT_THAT(told(replaced(text, "mpc.baseMVA = 2", "mpc.base = 2")),
              HasSubstr("'mpc.baseMVA' is missing"));
  EXPECT_THAT(told(replaced(text, "'2'", "'1'")), HasSubstr("only version '2'"));
  EXPECT_THAT(told(replaced(text, "20	1	400", "10	1	400")),
              HasSubstr("bus 10 stands twice"));
  EXPECT_THAT(told(replaced(text, "20	1	400", "20	7	400")),
              HasSubstr("type of bus 20 is 7"));
  EXPECT_THAT(told(replaced(text, "0	10	1	...", "0	0	1	...")),
              HasSubstr("base voltage of bus 40 is 0 kV"));
  EXPECT_THAT(
      told(replaced(
          text, "20	40	1.0	8.0	0	0	0	0	0.98	30	1",
          "20	40	1.0	8.0	0	0	0	0	0.98	30	0")),
      HasSubstr("node '40' is not connected"));
  EXPECT_THAT(told("mpc.version = '2';\nmpc.baseMVA = 1;\nmpc.bus = [1 3 0];\nmpc.gen = [];\n"),
              HasSubstr("x.m:3: error: the table 'mpc.bus' has 3 columns; it needs 13"));
  EXPECT_THAT(told("[baseMVA, bus, gen, branch] = f"), HasSubstr("error"));
  EXPECT_THAT(told("function [baseMVA, bus] = f\n"), HasSubstr("old version 1"));
  EXPECT_THAT(told(""), HasSubstr("is missing"));
}

TEST(MatpowerReader, HoldsTheVoltageOfEveryReferenceBus) {
  auto text = replaced(read_text(street), "40	2	0", "40	3	0");
  const auto all = told(text);
  EXPECT_THAT(all, HasSubstr("the grid above holds the voltage of bus 40 as well"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("is not held")));
}

}  // namespace
}  // namespace gridpact::importers
