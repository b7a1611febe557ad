// Broken charging sessions, units that look mistaken, and everything at once.

#include "importers/broken_cases.hpp"

namespace gridpact::importers {

std::vector<BrokenCase> broken_sessions() {
  return {
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
}

}  // namespace gridpact::importers
