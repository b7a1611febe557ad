// Broken feeders, and what stands at places that they do not have.

#include "importers/broken_cases.hpp"

namespace gridpact::importers {

namespace {

// The minimal feeder with a tap changer on its first line, in the format that has tap changers.
constexpr auto feeder_with_taps = R"({
  "schema": "gridpact-feeder/2",
  "name": "three nodes",
  "base_kva": 500,
  "nodes": [
    {"name": "a", "x": null, "y": null, "phases": [{"phase": 0, "base_voltage_v": 10000}]},
    {"name": "b", "x": null, "y": null, "phases": [{"phase": 0, "base_voltage_v": 10000}]},
    {"name": "c", "x": null, "y": null, "phases": [{"phase": 0, "base_voltage_v": 10000}]}
  ],
  "source": {"node": "a", "real_v": [10200], "imaginary_v": [0]},
  "branches": [
    {"name": "a-b", "kind": "regulator", "terminals": ["a.0", "b.0"], "from_count": 1,
     "rating_a": 40, "conductance_s": [[1, -1], [-1, 1]], "susceptance_s": [[-1, 1], [1, -1]]},
    {"name": "b-c", "kind": "line", "terminals": ["b.0", "c.0"], "from_count": 1,
     "rating_a": 30, "conductance_s": [[1, -1], [-1, 1]], "susceptance_s": [[-1, 1], [1, -1]]}
  ],
  "loads": [
    {"name": "b", "node": "b", "p_kw": 100, "q_kvar": 30, "nominal_voltage_v": null,
     "u_low": 0, "u_min": 0, "u_max": null, "ports": [{"from": "b.0", "to": null}],
     "terms": [{"p_share": 1, "q_share": 1, "exponent": 0}]},
    {"name": "c", "node": "c", "p_kw": 60, "q_kvar": 20, "nominal_voltage_v": null,
     "u_low": 0, "u_min": 0, "u_max": null, "ports": [{"from": "c.0", "to": null}],
     "terms": [{"p_share": 1, "q_share": 1, "exponent": 0}]}
  ],
  "tap_changers": [
    {"name": "reg1", "branch": "a-b", "terminals": [1], "tap": 1, "tap_min": 0.9, "tap_max": 1.1,
     "steps": 32, "control": null}
  ],
  "capacitors": []
})";

}  // namespace

std::vector<BrokenCase> broken_grids() {
  return {
      // --- where tap changers stand
      {"Taps",
       {{whole, "feeder.json", "", feeder_with_taps},
        {once, case_toml, "file = \"feeder.toml\"\n",
         "file = \"feeder.json\"\n"
         "[[feeder.tap]]\n"
         "name = \"reg1\"\n"
         "position = -16\n"}},
       ""},
      {"TapsInEveryWrongWay",
       {{whole, "feeder.json", "", feeder_with_taps},
        {once, case_toml, "file = \"feeder.toml\"\n",
         "file = \"feeder.json\"\n"
         "[[feeder.tap]]\n"
         "name = \"reg2\"\n"
         "position = 3\n"
         "[[feeder.tap]]\n"
         "name = \"reg1\"\n"
         "position = 17\n"
         "winding = 2\n"
         "[[feeder.tap]]\n"
         "name = \"reg1\"\n"
         "position = 2.5\n"
         "[[feeder.tap]]\n"
         "position = -1001\n"}},
       "case.toml:18: error: there is no tap changer 'reg2'; did you mean 'reg1'?\n"
       "case.toml:22: error: position 17 is a tap of 1.10625; 'reg1' has 0.9 to 1.1, steps of "
       "0.00625\n"
       "case.toml:23: error: [[feeder.tap]] has no key 'winding'\n"
       "case.toml:25: error: the [[feeder.tap]] 'reg1' stands twice, first on line 21; names must "
       "differ\n"
       "case.toml:26: error: 'position' is 2.5; it must be a whole number\n"
       "case.toml:27: error: [[feeder.tap]] lacks the key 'name' (name of the tap changer)\n"
       "case.toml:28: error: 'position' is -1001; it must be at least -1000 and at most 1000\n"},
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
      // --- commitment
      {"StandsStillAndHoldsReserve",
       {{once, case_toml, "cost_c_eur_per_h = 0.2",
         "cost_c_eur_per_h = 0.2\ncommitment = { on_before = false }"}},
       "case.toml:74: error: generator 'engine' may stand still ('commitment') and takes 0.6 of "
       "every deviation; only who always runs can: write a 'participation' of 0, or leave out "
       "'commitment'\n"},
      {"MinimumTimesThatAreNoPeriods",
       {{once, case_toml, "participation = 0.4", "participation = 1"},
        {once, case_toml, "participation = 0.6", "participation = 0"},
        {once, case_toml, "cost_c_eur_per_h = 0.2",
         "commitment = { on_before = false, min_up = \"PT9H\", min_down = \"PT3H\", "
         "start_cost_eur = -1 }"}},
       "case.toml:72: error: 'start_cost_eur' is -1 EUR; it must be at least 0\n"
       "case.toml:72: error: 'min_up' is PT9H; it must be a whole number of periods (PT6H)\n"
       "case.toml:72: error: 'min_down' is PT3H; it must be a whole number of periods (PT6H)\n"},
      {"CommitmentThatDecidesNothing",
       {{once, case_toml, "participation = 0.4", "participation = 1"},
        {once, case_toml, "participation = 0.6", "participation = 0"},
        {once, case_toml, "p_min_kw = 5\n", ""},
        {once, case_toml, "cost_c_eur_per_h = 0.2", "commitment = { on_before = true }"}},
       "case.toml:71: warning: 'commitment' decides nothing: 'p_min_kw', 'cost_c_eur_per_h' and "
       "'start_cost_eur' are 0, so it can always run at 0 kW\n"},
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
  };
}

}  // namespace gridpact::importers
