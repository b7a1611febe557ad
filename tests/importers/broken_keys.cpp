// Broken files, keys, values and horizons.

#include "importers/broken_cases.hpp"

namespace gridpact::importers {

std::vector<BrokenCase> broken_keys() {
  return {
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
      {"NobodyCanDischarge",
       {{once, case_toml, "cars = 10",
         "cars = 10\nbattery = { capacity_kwh = 60, v2g_share = 0.3 }"}},
       "case.toml:96: error: 0.3 of the drivers consent to V2G, but 'discharge_max_kw' is 0; write "
       "what one charger can discharge, or leave out 'v2g_share'\n"},
      {"V2gMustLeaveMoreThanThereIs",
       {{once, case_toml, "cars = 10",
         "cars = 10\nbattery = { capacity_kwh = 60, departure_soc = 0.5, discharge_max_kw = 7, "
         "v2g_share = 0.3, v2g_min_kwh = 40 }"}},
       "case.toml:96: error: V2G must leave 40 kWh, but cars depart with 30 kWh ('departure_soc' x "
       "'capacity_kwh'): none could ever discharge\n"},
      {"WearWithoutBattery",
       {{once, case_toml, "cars = 10", "cars = 10\nwear = { replacement_eur_per_kwh = 150 }"}},
       "case.toml:96: error: 'wear' is written, but no 'battery'; write battery = { capacity_kwh = "
       "... } or leave out 'wear'\n"},
      {"SoldReserveOfNothing",
       {{once, case_toml, "cars = 10", "cars = 10\nreserve_sold = { duration = \"PT6H\" }"}},
       "case.toml:96: error: 'reserve_sold' offers nothing: write 'up_max_kw' or 'down_max_kw', or "
       "leave it out\n"},
      {"CallOfHalfAPeriod",
       {{once, case_toml, "cars = 10",
         "cars = 10\nreserve_sold = { up_max_kw = 5, duration = \"PT30M\" }"}},
       "case.toml:96: error: 'duration' is PT30M; it must be a whole number of periods (PT6H) and "
       "at most the horizon (PT24H)\n"},
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
  };
}

}  // namespace gridpact::importers
