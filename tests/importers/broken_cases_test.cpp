// A table of broken cases: each is the minimal case with one or a few edits, beside the whole text
// of what reading it says. Messages are part of what users see: whoever changes one changes it here
// too.

#include <set>
#include <string>
#include <vector>

#include "importers/minimal_case.hpp"
#include <gtest/gtest.h>

namespace gridpact::importers {
namespace {

constexpr auto case_toml = "case.toml";
constexpr auto feeder_toml = "feeder.toml";
constexpr auto prices_csv = "prices.csv";
constexpr auto series_csv = "series.csv";
constexpr auto sessions_csv = "sessions.csv";

enum How { once, everywhere, whole };

struct Edit {
  How how;  ///< replace the first `old_text`, every one, or the whole file
  std::string file, old_text, new_text;
};

struct BrokenCase {
  std::string name;
  std::vector<Edit> edits;
  std::string report;
};

MinimalCase broken_by(const std::vector<Edit>& edits) {
  MinimalCase minimal;
  for (const auto& [how, file, old_text, new_text] : edits) {
    if (how == whole) {
      minimal.write(file, new_text);
      continue;
    }
    minimal.edit(file, old_text, new_text);
    while (how == everywhere && minimal.text(file).find(old_text) != std::string::npos &&
           new_text.find(old_text) == std::string::npos) {
      minimal.edit(file, old_text, new_text);
    }
  }
  return minimal;
}

class BrokenCases : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenCases, SaysExactlyThis) {
  EXPECT_EQ(broken_by(GetParam().edits).report(), GetParam().report);
}

const std::vector<BrokenCase>& broken_cases() {
  static const std::vector<BrokenCase> table{
      // --- the files themselves
      {"NotToml",
       {{once, case_toml, "name = \"minimal\"", "name = minimal"}},
       "case.toml:5: error: this is not TOML: Error while parsing value: could not determine value "
       "type\n"},
      {"KeyTwice",
       {{once, case_toml, "seed = 7",
         "seed = 7\n"
         "seed = 8"}},
       "case.toml:8: error: this is not TOML: Error while parsing key-value pair: cannot redefine "
       "existing integer 'seed'\n"},
      {"FeederNotToml",
       {{once, feeder_toml, "p_kw = 100", "p_kw = 1OO"}},
       "feeder.toml:9: error: this is not TOML: Error while parsing decimal integer: expected "
       "digit, saw 'O'\n"},
      {"SchemaOfTheFuture",
       {{once, case_toml, "gridpact-case/1", "gridpact-case/2"}},
       "case.toml:4: error: 'schema' is \"gridpact-case/2\"; it must be \"gridpact-case/1\"\n"},
      {"FileMissing",
       {{once, case_toml, "file = \"feeder.toml\"", "file = \"feedr.toml\""}},
       "case.toml:16: error: the file 'feedr.toml' does not exist (looked for as feedr.toml); "
       "correct the name\n"},
      {"FileIsAFolder",
       {{once, case_toml, "file = \"prices.csv\"", "file = \"/\""}},
       "case.toml:28: error: the file '/' is not a file (looked for as /); correct the name\n"},
      // --- keys and values
      {"UnknownKey",
       {{once, case_toml, "p_max_kw = 50",
         "p_max_kw = 50\n"
         "p_maxkw = 60"}},
       "case.toml:67: error: [[generator]] has no key 'p_maxkw'; did you mean 'p_max_kw'?\n"},
      {"UnknownKeyInReserve",
       {{once, case_toml, "up_max_kw = 20", "up_kw_max = 20"}},
       "case.toml:73: error: reserve has no key 'up_kw_max'; did you mean 'up_max_kw'?\n"
       "case.toml:73: warning: generator 'engine' takes 0.6 of every deviation but offers no "
       "reserve: 'up_max_kw' is 0\n"},
      {"UnknownSection",
       {{once, case_toml, "[risk]", "[riks]"}},
       "case.toml:102: error: the case has no key 'riks'; did you mean 'risk'?\n"},
      {"UnknownKeyNothingNear",
       {{once, case_toml, "seed = 7", "flavour = 7"}},
       "case.toml:7: error: [case] has no key 'flavour'\n"},
      {"KeyMissing",
       {{once, case_toml, "p_max_kw = 50\n", ""}},
       "case.toml:62: error: [[generator]] lacks the key 'p_max_kw' (largest active power, kW)\n"},
      {"SectionMissing",
       {{once, case_toml,
         "[limits]\n"
         "voltage_min_pu = 0.94\n"
         "voltage_max_pu = 1.06\n",
         ""},
        {once, case_toml,
         "[feeder]\n"
         "file = \"feeder.toml\"\n",
         ""}},
       "case.toml:1: error: the case lacks [feeder] (the network)\n"},
      {"SingleBrackets",
       {{once, case_toml, "[[station]]", "[station]"}},
       "case.toml:92: error: 'station' must be a list of tables; write [[station]]\n"},
      {"DoubleBrackets",
       {{once, case_toml, "[limits]", "[[limits]]"}},
       "case.toml:18: error: 'limits' must be a table; write [limits]\n"},
      {"TextForNumber",
       {{once, case_toml, "p_max_kw = 50", "p_max_kw = \"50\""}},
       "case.toml:66: error: 'p_max_kw' is \"50\"; it must be a number in kW\n"},
      {"NumberForText",
       {{once, case_toml, "node = \"c\"", "node = 3"}},
       "case.toml:64: error: 'node' is 3; it must be a text in quotes\n"},
      {"FractionOfACar",
       {{once, case_toml, "cars = 10", "cars = 10.5"}},
       "case.toml:95: error: 'cars' is 10.5; it must be a whole number\n"},
      {"NotANumber",
       {{once, case_toml, "capacity_kw = 40", "capacity_kw = nan"}},
       "case.toml:79: error: 'capacity_kw' is nan; it must be a finite number\n"},
      {"Infinite",
       {{once, case_toml, "import_max_kw = 500", "import_max_kw = inf"}},
       "case.toml:23: error: 'import_max_kw' is inf; it must be a finite number\n"},
      {"NegativeCapacity",
       {{once, case_toml, "capacity_kw = 40", "capacity_kw = -40"}},
       "case.toml:79: error: 'capacity_kw' is -40 kW; it must be above 0\n"},
      {"ShareAboveOne",
       {{once, case_toml, "export_share = 0.5", "export_share = 1.5"}},
       "case.toml:31: error: 'export_share' is 1.5; it must be at least 0 and at most 1\n"},
      {"RiskOfOne",
       {{once, case_toml, "joint_violation_limit = 0.1", "joint_violation_limit = 1"}},
       "case.toml:103: error: 'joint_violation_limit' is 1; it must be above 0 and below 1\n"},
      {"UnknownWord",
       {{once, case_toml,
         "\"horizon\"\n"
         "knowledge",
         "\"horizont\"\n"
         "knowledge"}},
       "case.toml:104: error: 'scope' is \"horizont\"; it must be \"period\" or \"horizon\"; did "
       "you mean 'horizon'?\n"},
      {"EmptyName",
       {{once, case_toml, "name = \"minimal\"", "name = \"\""}},
       "case.toml:5: error: 'name' is \"\"; it must be a text in quotes\n"},
      {"NumberAmongNames",
       {{once, case_toml, "nodes = [\"b\"]", "nodes = [\"b\", 3]"}},
       "case.toml:55: error: 'nodes' lists 3; each name must be a text in quotes\n"},
      {"UnknownWordForNames",
       {{once, case_toml, "nodes = \"rest\"", "nodes = \"rets\""}},
       "case.toml:60: error: 'nodes' is \"rets\"; it must be a list of texts in quotes or \"all\" "
       "or \"rest\"; did you mean 'rest'?\n"
       "feeder.toml:10: error: the load of 60 kW at node 'c' is in no load group; list the node in "
       "one, or write nodes = \"rest\"\n"},
      // --- horizon
      {"UnknownTimeZone",
       {{once, case_toml, "Europe/Berlin", "Europe/Berlim"}},
       "case.toml:11: error: 'time_zone' is \"Europe/Berlim\", which the IANA time zone database "
       "does not have; write a name like \"Europe/Berlin\" or \"UTC\"\n"},
      {"StartWithoutOffset",
       {{once, case_toml, "2021-03-03T00:00:00+01:00", "2021-03-03T00:00:00"}},
       "case.toml:10: error: 'start' is 2021-03-03T00:00:00; it must be a time with its offset "
       "from UTC, like 2016-11-24T00:00:00+01:00\n"},
      {"ImpossibleDate",
       {{once, case_toml, "2021-03-03T00:00:00+01:00", "\"2021-02-30T00:00:00+01:00\""}},
       "case.toml:10: error: 'start' is \"2021-02-30T00:00:00+01:00\"; it must be a time with its "
       "offset from UTC, like 2016-11-24T00:00:00+01:00\n"},
      {"StartBetweenPeriods",
       {{once, case_toml, "2021-03-03T00:00:00+01:00", "2021-03-03T01:00:00+01:00"}},
       "case.toml:10: error: 'start' is 2021-03-03T01:00:00+01:00 in Europe/Berlin, which is not a "
       "whole number of periods (PT6H) after local midnight\n"},
      {"PeriodsAndEnd",
       {{once, case_toml, "periods = 4",
         "periods = 4\n"
         "end = 2021-03-04T00:00:00+01:00"}},
       "case.toml:14: error: [horizon] has both 'periods' and 'end'; write only one of them\n"},
      {"NeitherPeriodsNorEnd",
       {{once, case_toml, "periods = 4\n", ""}},
       "case.toml:9: error: [horizon] needs either 'periods' or 'end'\n"},
      {"EndBetweenPeriods",
       {{once, case_toml, "periods = 4", "end = 2021-03-03T20:00:00+01:00"}},
       "case.toml:13: error: 'end' is 2021-03-03T20:00:00+01:00; it must be a whole number of "
       "periods (PT6H) after 'start', 2021-03-03T00:00:00+01:00\n"},
      {"EndBeforeStart",
       {{once, case_toml, "periods = 4", "end = 2021-03-02T00:00:00+01:00"}},
       "case.toml:13: error: 'end' is 2021-03-02T00:00:00+01:00; it must be a whole number of "
       "periods (PT6H) after 'start', 2021-03-03T00:00:00+01:00\n"},
      {"PeriodThatDoesNotFillADay",
       {{once, case_toml, "\"PT6H\"", "\"PT7H\""}},
       "case.toml:12: error: 'period' is PT7H; it must be at least a minute, and a day of 24 h a "
       "whole number of periods\n"},
      {"NotADuration",
       {{once, case_toml, "\"PT6H\"", "\"6 hours\""}},
       "case.toml:12: error: 'period' is \"6 hours\"; it must be an ISO 8601 duration in quotes, "
       "like \"PT1H\" or \"PT15M\"\n"},
      {"PeriodTooShort",
       {{once, case_toml, "\"PT6H\"", "\"PT30S\""}},
       "case.toml:12: error: 'period' is PT30S; it must be at least a minute, and a day of 24 h a "
       "whole number of periods\n"},
      {"HorizonTooLong",
       {{once, case_toml, "periods = 4", "end = 2051-03-03T00:00:00+01:00"}},
       "case.toml:13: error: the horizon has 43828 periods; at most 10000 can be planned at "
       "once\n"},
      // --- names, nodes and load groups
      {"NodeMissing",
       {{once, case_toml,
         "node = \"c\"\n"
         "p_min",
         "node = \"d\"\n"
         "p_min"}},
       "case.toml:64: error: there is no node 'd'\n"},
      {"NodeMisspelt",
       {{once, feeder_toml, "name = \"c\"", "name = \"centre\""},
        {once, feeder_toml, "to = \"c\"", "to = \"center\""}},
       "case.toml:64: error: there is no node 'c'\n"
       "case.toml:94: error: there is no node 'c'\n"
       "feeder.toml:14: error: there is no node 'center'; did you mean 'centre'?\n"},
      {"UnknownSeries",
       {{once, case_toml, "series = \"sun\"", "series = \"snu\""}},
       "case.toml:80: error: there is no [[series]] 'snu'; did you mean 'sun'?\n"},
      {"UnknownSessions",
       {{once, case_toml, "sessions = \"cars\"", "sessions = \"vans\""}},
       "case.toml:96: error: there is no [[sessions]] 'vans'\n"},
      {"SeriesTwice",
       {{once, case_toml, "name = \"sun\"", "name = \"load\""}},
       "case.toml:47: error: the [[series]] 'load' stands twice, first on line 41; names must "
       "differ\n"
       "case.toml:80: error: there is no [[series]] 'sun'\n"},
      {"ResourcesOfOneName",
       {{once, case_toml, "name = \"roof\"", "name = \"engine\""}},
       "case.toml:76: error: the resource 'engine' stands twice, first on line 63; names must "
       "differ\n"},
      {"UnusedSeries",
       {{once, case_toml, "series = \"sun\"", "series = \"load\""}},
       "case.toml:47: warning: the [[series]] 'sun' is not used\n"},
      {"LoadInNoGroup",
       {{once, case_toml,
         "[[load_group]]\n"
         "name = \"mill\"\n"
         "series = \"load\"\n"
         "nodes = \"rest\"\n",
         ""}},
       "feeder.toml:10: error: the load of 60 kW at node 'c' is in no load group; list the node in "
       "one, or write nodes = \"rest\"\n"},
      {"LoadInTwoGroups",
       {{once, case_toml, "nodes = \"rest\"", "nodes = [\"c\", \"b\"]"}},
       "case.toml:60: error: node 'b' is already in load group 'village'\n"},
      {"AllBesideAnotherGroup",
       {{once, case_toml, "nodes = \"rest\"", "nodes = \"all\""}},
       "case.toml:60: error: \"all\" leaves no loads for the other load groups; write \"rest\" for "
       "those that no other group lists\n"},
      {"TwoRests",
       {{once, case_toml, "nodes = [\"b\"]", "nodes = \"rest\""}},
       "case.toml:60: error: only one load group can take the rest of the nodes\n"},
      {"GroupNodeWithoutLoad",
       {{once, case_toml, "nodes = [\"b\"]", "nodes = [\"b\", \"a\"]"}},
       "case.toml:55: warning: node 'a' has no load\n"},
      // --- limits and shares
      {"VoltageBandReversed",
       {{once, case_toml, "voltage_min_pu = 0.94", "voltage_min_pu = 1.10"}},
       "case.toml:19: error: 'voltage_min_pu' (1.1 pu) is above 'voltage_max_pu' (1.06 pu)\n"},
      {"SourceOutsideTheBand",
       {{once, case_toml, "file = \"feeder.toml\"",
         "file = \"feeder.toml\"\n"
         "source_voltage_pu = 1.08"}},
       "case.toml:17: error: the source voltage 1.08 pu is outside the band of [limits], 0.94 to "
       "1.06 pu\n"},
      {"ActivePowerReversed",
       {{once, case_toml, "p_min_kw = 5", "p_min_kw = 55"}},
       "case.toml:65: error: 'p_min_kw' (55 kW) is above 'p_max_kw' (50 kW)\n"},
      {"ReactivePowerReversed",
       {{once, case_toml, "q_max_kvar = 10", "q_max_kvar = -15"}},
       "case.toml:81: error: 'q_min_kvar' (-10 kvar) is above 'q_max_kvar' (-15 kvar)\n"},
      {"SharesBelowOne",
       {{once, case_toml, "participation = 0.4", "participation = 0.3"}},
       "case.toml:33: error: the participations of the substation and all generators sum to 0.9; "
       "they must sum to 1\n"},
      {"SharesAboveOne",
       {{once, case_toml, "participation = 0.6", "participation = 0.61"}},
       "case.toml:33: error: the participations of the substation and all generators sum to 1.01; "
       "they must sum to 1\n"},
      {"ShareWithoutReserve",
       {{once, case_toml, "up_max_kw = 20, ", ""}},
       "case.toml:73: warning: generator 'engine' takes 0.6 of every deviation but offers no "
       "reserve: 'up_max_kw' is 0\n"},
      // --- feeder
      {"NegativeRating",
       {{once, feeder_toml, "rating_a = 40", "rating_a = -40"}},
       "feeder.toml:13: error: 'rating_a' is -40 A; it must be above 0\n"},
      {"NegativeResistance",
       {{once, feeder_toml, "r_ohm = 0.7", "r_ohm = -0.7"}},
       "feeder.toml:14: error: 'r_ohm' is -0.7 ohm; it must be at least 0\n"},
      {"NoImpedance",
       {{once, feeder_toml, "r_ohm = 0.5, x_ohm = 0.4", "r_ohm = 0, x_ohm = 0.0"}},
       "feeder.toml:13: error: the branch 'a-b' has no impedance; make its ends one node, or give "
       "it a small one\n"},
      {"DisconnectedNodes",
       {{once, feeder_toml, "rating_a = 40 }", "rating_a = 40, open = true }"}},
       "feeder.toml:9: error: node 'b' is not connected: no closed branches lead from the source "
       "'a' to it\n"
       "feeder.toml:10: error: node 'c' is not connected: no closed branches lead from the source "
       "'a' to it\n"
       "feeder.toml:12: note: 1 normally open branch left out of the network\n"},
      {"BranchToItself",
       {{once, feeder_toml, "from = \"b\"", "from = \"c\""}},
       "feeder.toml:10: error: node 'c' is not connected: no closed branches lead from the source "
       "'a' to it\n"
       "feeder.toml:14: error: the branch 'c-c' begins and ends at node 'c'\n"},
      {"BranchTwice",
       {{once, feeder_toml, "  { from = \"b\"",
         "  { from = \"a\", to = \"b\", r_ohm = 0.5, x_ohm = 0.4, rating_a = 40 },\n"
         "  { from = \"b\""}},
       "feeder.toml:12: note: the feeder is meshed: 1 loop\n"
       "feeder.toml:14: error: the branch 'a-b' stands twice, first on line 13; parallel lines "
       "need a 'name'\n"},
      {"NodeTwice",
       {{once, feeder_toml, "  { name = \"c\"",
         "  { name = \"b\" },\n"
         "  { name = \"c\""}},
       "feeder.toml:10: error: the node 'b' stands twice, first on line 9\n"},
      {"SourceMissing",
       {{once, feeder_toml, "source_node = \"a\"", "source_node = \"A1\""}},
       "feeder.toml:5: error: there is no node 'A1'\n"},
      {"NegativeDemand",
       {{once, feeder_toml, "p_kw = 100", "p_kw = -100"}},
       "feeder.toml:9: error: 'p_kw' is -100 kW; it must be at least 0\n"},
      {"ReactiveDemandOnly",
       {{once, feeder_toml, "p_kw = 60, ", ""}},
       "feeder.toml:10: error: node 'c' has reactive demand (20 kvar) without active demand; a "
       "load that follows a series needs p_kw above 0\n"},
      {"Meshed",
       {{once, feeder_toml, "  { from = \"b\"",
         "  { from = \"a\", to = \"c\", r_ohm = 1, x_ohm = 1, rating_a = 40 },\n"
         "  { from = \"b\""}},
       "feeder.toml:12: note: the feeder is meshed: 1 loop\n"},
      {"OpenBranch",
       {{once, feeder_toml, "  { from = \"b\"",
         "  { from = \"a\", to = \"c\", r_ohm = 1, x_ohm = 1, open = true },\n"
         "  { from = \"b\""}},
       "feeder.toml:12: note: 1 normally open branch left out of the network\n"},
      {"NoRating",
       {{once, feeder_toml, ", rating_a = 30", ""}},
       "feeder.toml:12: note: 1 of 2 branches have no rating: their current is not limited\n"},
      // --- time series and prices
      {"ColumnMissing",
       {{once, case_toml, "\"load_actual\"", "\"load_actuals\""}},
       "case.toml:44: error: series.csv has no column 'load_actuals'; did you mean "
       "'load_actual'?\n"},
      {"ColumnNotNamed",
       {{once, case_toml, "column = \"price_eur_per_mwh\"\n", ""},
        {once, case_toml, "actual_column = \"load_actual\"\n", ""}},
       "case.toml:27: error: [substation.price] lacks the key 'column' (column of the import "
       "price)\n"
       "case.toml:39: error: [[series]] lacks the key 'actual_column' (column of what happened, "
       "pu; may be empty from some time of the day before the horizon on)\n"},
      {"TimeColumnMissing",
       {{once, series_csv, "time,load", "hour,load"}},
       "case.toml:40: error: series.csv has no column 'time'; it has hour, load_forecast, "
       "load_actual, sun_forecast, sun_actual\n"
       "case.toml:46: error: series.csv has no column 'time'; it has hour, load_forecast, "
       "load_actual, sun_forecast, sun_actual\n"},
      {"HourMissing",
       {{once, series_csv, "2021-01-02T06:00:00+01:00,0.60,0.62,0.30,0.36\n", ""}},
       "series.csv:7: error: a row is missing before this line: no row for "
       "2021-01-02T06:00:00+01:00; give every step of PT6H a row\n"},
      {"HoursMissing",
       {{once, series_csv,
         "2021-01-02T06:00:00+01:00,0.60,0.62,0.30,0.36\n"
         "2021-01-02T12:00:00+01:00,0.70,0.73,0.30,0.30\n",
         ""}},
       "series.csv:7: error: 2 rows are missing before this line: no row for "
       "2021-01-02T06:00:00+01:00; give every step of PT6H a row\n"},
      {"HourTwice",
       {{once, series_csv, "2021-01-02T06:00:00+01:00", "2021-01-02T00:00:00+01:00"}},
       "series.csv:7: error: the time 2021-01-02T00:00:00+01:00 stands twice, first on line 6; "
       "remove one of the rows\n"
       "series.csv:8: error: a row is missing before this line: no row for "
       "2021-01-02T06:00:00+01:00; give every step of PT6H a row\n"},
      {"TimeGoesBack",
       {{once, series_csv, "2021-01-03T06:00:00+01:00", "2021-01-02T06:00:00+01:00"}},
       "series.csv:11: error: the time 2021-01-02T06:00:00+01:00 is before that of the row above; "
       "sort the rows by time\n"
       "series.csv:12: error: a row is missing before this line: no row for "
       "2021-01-03T06:00:00+01:00; give every step of PT6H a row\n"},
      {"TimeOffTheGrid",
       {{once, series_csv, "2021-01-02T06:00:00+01:00", "2021-01-02T07:30:00+01:00"}},
       "series.csv:7: error: the time 2021-01-02T07:30:00+01:00 is not a whole number of steps "
       "(PT6H) after 2021-01-02T00:00:00+01:00 on line 6\n"
       "series.csv:8: error: a row is missing before this line: no row for "
       "2021-01-02T06:00:00+01:00; give every step of PT6H a row\n"},
      {"TimeWithoutOffset",
       {{once, series_csv, "2021-01-02T06:00:00+01:00", "2021-01-02 06:00"}},
       "series.csv:7: error: '2021-01-02 06:00' is not a time with its offset from UTC, like "
       "2016-11-24T00:00:00+01:00\n"},
      {"NotANumberInRow",
       {{once, series_csv, "0.60,0.58,0.30", "0.60,0.58,n/a"}},
       "series.csv:3: error: column 'sun_forecast' has 'n/a', which is not a finite number\n"},
      {"NanInRows",
       {{once, series_csv, "0.60,0.58,0.30", "0.60,nan,0.30"},
        {once, series_csv, "0.70,0.69,0.30", "0.70,nan,0.30"}},
       "series.csv:3: error: column 'load_actual' has 'nan', which is not a finite number (and 1 "
       "more like it: line 4)\n"},
      {"BlankForecast",
       {{once, series_csv, "0.60,0.58,0.30", ",0.58,0.30"}},
       "series.csv:3: error: column 'load_forecast' has no value\n"},
      {"BlankActualInThePast",
       {{once, series_csv, "0.60,0.58,0.30", "0.60,,0.30"}},
       "series.csv:3: error: column 'load_actual' has no value\n"},
      {"KilowattsForPerUnit",
       {{once, series_csv, "0.60,0.58,0.30", "600,0.58,0.30"}},
       "series.csv:3: error: column 'load_forecast' has 600; it must be at least -0.05 and at most "
       "1.5 (series are per unit of a nominal power, not in kW)\n"},
      {"SlightlyNegative",
       {{once, series_csv, "0.60,0.58,0.30", "0.60,0.58,-0.01"}},
       "case.toml:48: note: series 'sun': 1 forecast value slightly below 0 taken as 0\n"},
      {"CellsMissing",
       {{once, series_csv, "0.60,0.62,0.30,0.36", "0.60,0.62"}},
       "series.csv:7: error: 3 cells under a header of 5\n"},
      {"QuoteOpen",
       {{once, prices_csv, "missing,not", "missing,\"not"}},
       "prices.csv:2: error: a quote is opened but not closed on this line\n"},
      {"Semicolons",
       {{everywhere, prices_csv, ",", ";"}},
       "prices.csv:1: error: the header has semicolons but no commas; separate columns by commas "
       "and write decimals with a point\n"},
      {"EmptyFile",
       {{whole, prices_csv, "", ""}},
       "prices.csv: error: the file is empty; it needs a header and rows\n"},
      {"OneRow",
       {{whole, prices_csv, "",
         "time,price_eur_per_mwh\n"
         "2021-03-03T00:00:00+01:00,30\n"}},
       "prices.csv: error: a time series needs at least two different times\n"},
      {"HeaderTwice",
       {{once, prices_csv, "comment", "time"}},
       "prices.csv:1: error: the column 'time' stands twice in the header\n"},
      {"PriceOfOneHourMissing",
       {{once, prices_csv, "60.5", ""}},
       "prices.csv:4: error: column 'price_eur_per_mwh' has no value\n"},
      {"HorizonAfterTheForecast",
       {{once, case_toml, "2021-03-03T00:00:00+01:00", "2021-03-07T18:00:00+01:00"},
        {whole, prices_csv, "",
         "time,price_eur_per_mwh\n"
         "2021-03-07T18:00:00+01:00,30\n"
         "2021-03-08T00:00:00+01:00,30\n"
         "2021-03-08T06:00:00+01:00,30\n"
         "2021-03-08T12:00:00+01:00,30\n"}},
       "case.toml:42: error: the forecast of series 'load' reaches from 2021-01-01T00:00:00+01:00 "
       "to 2021-03-08T00:00:00+01:00; the horizon needs 2021-03-07T18:00:00+01:00 to "
       "2021-03-08T18:00:00+01:00\n"
       "case.toml:48: error: the forecast of series 'sun' reaches from 2021-01-01T00:00:00+01:00 "
       "to 2021-03-08T00:00:00+01:00; the horizon needs 2021-03-07T18:00:00+01:00 to "
       "2021-03-08T18:00:00+01:00\n"
       "case.toml:87: error: sessions 'cars' know 4 Sundays; at least 20 are needed for the "
       "planned time\n"},
      {"HorizonBeforeThePrices",
       {{once, prices_csv,
         "2021-03-02T18:00:00+01:00,missing,not in the horizon\n"
         "2021-03-03T00:00:00+01:00,30,\n",
         ""}},
       "case.toml:28: error: the price reaches from 2021-03-03T06:00:00+01:00 to "
       "2021-03-04T06:00:00+01:00; the horizon needs 2021-03-03T00:00:00+01:00 to "
       "2021-03-04T00:00:00+01:00\n"},
      {"TooFewTrainingDays",
       {{once, case_toml, "2021-03-03T00:00:00+01:00", "2021-02-20T00:00:00+01:00"},
        {whole, prices_csv, "",
         "time,price_eur_per_mwh\n"
         "2021-02-20T00:00:00+01:00,30\n"
         "2021-02-20T06:00:00+01:00,30\n"
         "2021-02-20T12:00:00+01:00,30\n"
         "2021-02-20T18:00:00+01:00,30\n"}},
       "case.toml:42: error: series 'load' has 50 days of forecast and actual values before the "
       "horizon; at least 60 are needed to learn the errors from\n"
       "case.toml:48: error: series 'sun' has 50 days of forecast and actual values before the "
       "horizon; at least 60 are needed to learn the errors from\n"
       "case.toml:87: error: sessions 'cars' know 5 Saturdays; at least 20 are needed for the "
       "planned time\n"},
      {"StepsThatDoNotFit",
       {{once, case_toml, "\"PT6H\"", "\"PT4H\""}},
       "case.toml:28: error: the file has steps of PT6H, which do not fit into periods of PT4H nor "
       "the other way round\n"
       "case.toml:42: error: the file has steps of PT6H, which do not fit into periods of PT4H nor "
       "the other way round\n"
       "case.toml:48: error: the file has steps of PT6H, which do not fit into periods of PT4H nor "
       "the other way round\n"},
      {"StepsBesideThePeriods",
       {{whole, prices_csv, "",
         "time,price_eur_per_mwh\n"
         "2021-03-02T23:00:00+01:00,30\n"
         "2021-03-03T05:00:00+01:00,30\n"
         "2021-03-03T11:00:00+01:00,30\n"
         "2021-03-03T17:00:00+01:00,30\n"
         "2021-03-03T23:00:00+01:00,30\n"}},
       "case.toml:28: error: the file's steps begin at 2021-03-02T23:00:00+01:00, the horizon's "
       "periods at 2021-03-03T00:00:00+01:00; the one must meet the other\n"},
      {"OneRowAWeek",
       {{whole, prices_csv, "",
         "time,price_eur_per_mwh\n"
         "2021-03-01T00:00:00+01:00,30\n"
         "2021-03-08T00:00:00+01:00,30\n"}},
       "prices.csv: error: the rows are PT168H apart; a time series needs at least one row a "
       "day\n"},
      // --- charging sessions
      {"LeavesBeforeItComes",
       {{once, sessions_csv, "2019-08-04T14:30:00-07:00", "2019-08-04T07:30:00-07:00"}},
       "sessions.csv:4: error: the car leaves at 2019-08-04T07:30:00-07:00, not after it comes at "
       "2019-08-04T08:30:00-07:00; correct it, or set bad_rows = \"drop\"\n"},
      {"NegativeEnergy",
       {{once, sessions_csv, ",12,anna", ",-12,anna"}},
       "sessions.csv:4: error: the energy '-12' is not a number of kWh above 0; correct it, or set "
       "bad_rows = \"drop\"\n"},
      {"NanEnergy",
       {{once, sessions_csv, ",12,anna", ",nan,anna"}},
       "sessions.csv:4: error: the energy 'nan' is not a number of kWh above 0; correct it, or set "
       "bad_rows = \"drop\"\n"},
      {"ZeroEnergyTwice",
       {{once, sessions_csv, ",11,\n", ",0,\n"}, {once, sessions_csv, ",13,\n", ",0,\n"}},
       "sessions.csv:3: error: the energy '0' is not a number of kWh above 0 (and 1 more like it: "
       "line 5); correct it, or set bad_rows = \"drop\"\n"},
      {"SessionTwice",
       {{once, sessions_csv, "s3,", "s1,"}},
       "sessions.csv:5: error: the session id 's1' stands twice, first on line 3; correct it, or "
       "set bad_rows = \"drop\"\n"},
      {"SessionWithoutOffset",
       {{once, sessions_csv, "2019-08-03T08:30:00-07:00", "2019-08-03 08:30"}},
       "sessions.csv:3: error: '2019-08-03 08:30' is not a time with its offset from UTC, like "
       "2019-05-01T08:30:00-07:00; correct it, or set bad_rows = \"drop\"\n"},
      {"BadSessionsDropped",
       {{once, case_toml, "id_column = \"id\"",
         "id_column = \"id\"\n"
         "bad_rows = \"drop\""},
        {once, sessions_csv, ",11,\n", ",0,\n"},
        {once, sessions_csv, "2019-08-04T14:30:00-07:00", "2019-08-04T07:30:00-07:00"}},
       "sessions.csv:3: warning: the energy '0' is not a number of kWh above 0; left out\n"
       "sessions.csv:4: warning: the car leaves at 2019-08-04T07:30:00-07:00, not after it comes "
       "at 2019-08-04T08:30:00-07:00; left out\n"},
      {"SessionColumnMissing",
       {{once, case_toml, "user_column = \"user\"", "user_column = \"driver\""}},
       "case.toml:89: error: sessions.csv has no column 'driver'; it has id, arrival, departure, "
       "energy_kwh, user\n"},
      {"MoreEnergyThanTheChargerGives",
       {{once, case_toml, "charger_kw = 7.4", "charger_kw = 2.2"}},
       "case.toml:97: warning: 6 of 30 sessions of 'cars' got more than a charger of 2.2 kW can "
       "give within their stay, first sessions.csv:6 (14.0 kWh in 6.00 h); such cars are planned "
       "with what it can give\n"},
      {"TooFewSessionDays",
       {{once, case_toml, "2021-03-03T00:00:00+01:00", "2021-03-06T00:00:00+01:00"},
        {whole, prices_csv, "",
         "time,price_eur_per_mwh\n"
         "2021-03-06T00:00:00+01:00,30\n"
         "2021-03-06T06:00:00+01:00,30\n"
         "2021-03-06T12:00:00+01:00,30\n"
         "2021-03-06T18:00:00+01:00,30\n"}},
       "case.toml:87: error: sessions 'cars' know 5 Saturdays; at least 20 are needed for the "
       "planned time\n"},
      // --- units
      {"PricePerMwhCalledPerKwh",
       {{once, case_toml, "\"EUR/MWh\"", "\"EUR/kWh\""}},
       "case.toml:30: warning: the median price is 60.5 EUR/kWh, which looks like EUR/MWh; check "
       "the unit\n"},
      {"PricePerKwhCalledPerMwh",
       {{once, prices_csv, ",30,", ",0.030,"},
        {once, prices_csv, ",60.5,", ",0.0605,"},
        {once, prices_csv, ",-8,", ",-0.008,"},
        {once, prices_csv, ",90,", ",0.090,"}},
       "case.toml:30: warning: the median price is 0.0605 EUR/MWh, which looks like EUR/kWh; check "
       "the unit\n"},
      {"DemandInWatts",
       {{once, feeder_toml, "p_kw = 100", "p_kw = 3700000"}},
       "feeder.toml:7: warning: the demand of all nodes is 3700060 kW, which looks like W; check "
       "the unit\n"},
      {"ChargersInWatts",
       {{once, case_toml, "charger_kw = 7.4", "charger_kw = 7400"}},
       "case.toml:97: warning: 'charger_kw' is 7400 kW, which looks like W; check the unit\n"},
      {"ConnectionInMegawatts",
       {{once, case_toml, "connection_max_kw = 60", "connection_max_kw = 0.06"}},
       "case.toml:99: warning: 'connection_max_kw' is 0.06 kW, less than one charger of 7.4 kW; "
       "check the unit\n"},
      {"GeneratorInWatts",
       {{once, case_toml, "p_max_kw = 50", "p_max_kw = 50000"}},
       "case.toml:66: warning: 'p_max_kw' is 50000 kW, which looks like W; check the unit\n"},
      {"CostPerMwh",
       {{once, case_toml, "cost_b_eur_per_kwh = 0.05", "cost_b_eur_per_kwh = 50"}},
       "case.toml:71: warning: 'cost_b_eur_per_kwh' is 50 EUR/kWh, which looks like EUR/MWh; check "
       "the unit\n"},
      {"ReservePricePerMw",
       {{once, case_toml, "up_price_eur_per_kw_h = 0.02", "up_price_eur_per_kw_h = 20"}},
       "case.toml:37: warning: 'up_price_eur_per_kw_h' is 20 EUR/kW/h, which looks like EUR/MW/h; "
       "check the unit\n"},
      {"ImpedanceInMilliohm",
       {{once, feeder_toml, "r_ohm = 0.5, x_ohm = 0.4", "r_ohm = 500, x_ohm = 400"}},
       "feeder.toml:13: warning: 'r_ohm' is 500 ohm, which looks like milliohm; check the unit\n"
       "feeder.toml:13: warning: 'x_ohm' is 400 ohm, which looks like milliohm; check the unit\n"},
      {"RatingInKiloamperes",
       {{once, feeder_toml, "rating_a = 40", "rating_a = 0.04"}},
       "feeder.toml:13: warning: 'rating_a' is 0.04 A, which looks like kA; check the unit\n"},
      {"VoltageInVolts",
       {{once, feeder_toml, "base_voltage_kv = 10", "base_voltage_kv = 10000"}},
       "feeder.toml:3: warning: 'base_voltage_kv' is 10000 kV, which looks like V; check the "
       "unit\n"},
      {"EnergyInWattHours",
       {{everywhere, sessions_csv, "-07:00,1", "-07:00,2000"}},
       "case.toml:97: warning: 30 of 30 sessions of 'cars' got more than a charger of 7.4 kW can "
       "give within their stay, first sessions.csv:2 (20000.0 kWh in 6.00 h); such cars are "
       "planned with what it can give\n"
       "sessions.csv: warning: the median energy is 20002 kWh, which looks like Wh; check the "
       "unit\n"},
      // --- all at once
      {"ManyFaultsInManyFiles",
       {{once, case_toml, "p_max_kw = 50", "p_max_kw = -50"},
        {once, case_toml, "participation = 0.6", "participation = 0.5"},
        {once, case_toml, "node = \"b\"", "node = \"bb\""},
        {once, feeder_toml, "rating_a = 40", "rating_a = -40"},
        {once, prices_csv, "60.5", "sixty"},
        {once, series_csv, "0.60,0.58,0.30", "0.60,nan,0.30"},
        {once, sessions_csv, ",11,\n", ",0,\n"}},
       "case.toml:33: error: the participations of the substation and all generators sum to 0.9; "
       "they must sum to 1\n"
       "case.toml:66: error: 'p_max_kw' is -50 kW; it must be at least 0\n"
       "case.toml:78: error: there is no node 'bb'\n"
       "feeder.toml:13: error: 'rating_a' is -40 A; it must be above 0\n"
       "prices.csv:4: error: column 'price_eur_per_mwh' has 'sixty', which is not a finite number\n"
       "series.csv:3: error: column 'load_actual' has 'nan', which is not a finite number\n"
       "sessions.csv:3: error: the energy '0' is not a number of kWh above 0; correct it, or set "
       "bad_rows = \"drop\"\n"},
  };
  return table;
}

INSTANTIATE_TEST_SUITE_P(Importers, BrokenCases, testing::ValuesIn(broken_cases()),
                         [](const auto& row) { return row.param.name; });

// Guards the table itself: rows that only warn or note must say so, all others must refuse the
// case.
TEST(BrokenCaseTable, RefusesWhatHasErrors) {
  std::set<std::string> names;
  for (const auto& row : broken_cases()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
    const bool has_error = row.report.find(": error: ") != std::string::npos;
    EXPECT_EQ(broken_by(row.edits).read().ok(), !has_error) << row.name;
  }
  EXPECT_GE(names.size(), 40U);
}

TEST(BrokenCaseTable, TheMinimalCaseItselfSaysNothing) { EXPECT_EQ(MinimalCase().report(), ""); }

TEST(BrokenCaseTable, ABinaryFileIsNotATable) {
  MinimalCase minimal;
  minimal.write(prices_csv, std::string("time,price\0", 11));
  EXPECT_EQ(minimal.report(), "prices.csv: error: the file is not plain text; save it as UTF-8\n");
}

}  // namespace
}  // namespace gridpact::importers
