#include "gridpact/importers/case_reader.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "importers/minimal_case.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/digest.hpp"

namespace gridpact::importers {
namespace {

constexpr auto shipped_folder = GRIDPACT_SOURCE_DIR "/cases/ieee33";

TEST(CaseReader, FillsEveryPartOfTheMinimalCase) {
  const auto result = MinimalCase().read();
  ASSERT_TRUE(result) << to_string(result.faults().front());
  const Case& problem = *result;
  EXPECT_EQ(problem.name, "minimal");
  EXPECT_EQ(problem.title, "Three nodes, one of everything");
  EXPECT_EQ(problem.seed, 7U);
  EXPECT_EQ(problem.horizon, (TimeGrid{*parse_instant("2021-03-02T23:00:00Z"),
                                       std::chrono::hours{6}, 4, "Europe/Berlin"}));
  EXPECT_DOUBLE_EQ(problem.limits.voltage_min_pu, 0.94);
  EXPECT_DOUBLE_EQ(problem.limits.voltage_max_pu, 1.06);
  EXPECT_DOUBLE_EQ(problem.risk.joint_violation_limit, 0.1);
  EXPECT_EQ(problem.risk.scope, RiskScope::horizon);
  EXPECT_EQ(problem.risk.knowledge, Knowledge::gaussian);
}

TEST(CaseReader, ReadsPricesInKwhAndNeverPaysMoreForExport) {
  const auto result = MinimalCase().read();
  ASSERT_TRUE(result);
  const auto& substation = result->substation;
  EXPECT_DOUBLE_EQ(substation.import_max_kw, 500.0);
  EXPECT_DOUBLE_EQ(substation.export_max_kw, 100.0);
  EXPECT_DOUBLE_EQ(substation.peak_reduction.value_or(-1.0), 0.1);
  const std::vector<double> import_price{0.030, 0.0605, -0.008, 0.090};
  const std::vector<double> export_price{0.015, 0.03025, -0.008, 0.045};
  ASSERT_EQ(substation.import_price_eur_per_kwh.size(), 4U);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_DOUBLE_EQ(substation.import_price_eur_per_kwh[t], import_price[t]);
    EXPECT_DOUBLE_EQ(substation.export_price_eur_per_kwh[t], export_price[t]);
  }
  EXPECT_DOUBLE_EQ(substation.reserve.participation, 0.4);
  EXPECT_DOUBLE_EQ(substation.reserve.up_max_kw, 100.0);
  EXPECT_DOUBLE_EQ(substation.reserve.down_max_kw, 90.0);
  EXPECT_DOUBLE_EQ(substation.reserve.up_price_eur_per_kw_h, 0.02);
  EXPECT_DOUBLE_EQ(substation.reserve.down_price_eur_per_kw_h, 0.01);
}

TEST(CaseReader, PutsEveryLoadIntoItsGroup) {
  const auto result = MinimalCase().read();
  ASSERT_TRUE(result);
  ASSERT_EQ(result->feeder.loads.size(), 2U);
  EXPECT_EQ(result->feeder.loads[0].group, 0U);
  EXPECT_EQ(result->feeder.loads[1].group, 1U);
  ASSERT_EQ(result->load_groups.size(), 2U);
  EXPECT_DOUBLE_EQ(result->load_groups[0].nominal_kw, 100.0);
  EXPECT_DOUBLE_EQ(result->load_groups[1].nominal_kw, 60.0);
  EXPECT_EQ(result->load_groups[1].series, SeriesId{0});
}

TEST(CaseReader, FillsGeneratorsPlantsAndStations) {
  const auto result = MinimalCase().read();
  ASSERT_TRUE(result);
  ASSERT_EQ(result->generators.size(), 1U);
  const auto& engine = result->generators.front();
  EXPECT_EQ(engine.name, "engine");
  EXPECT_EQ(engine.node, NodeId{2});
  EXPECT_DOUBLE_EQ(engine.p_min_kw, 5.0);
  EXPECT_DOUBLE_EQ(engine.p_max_kw, 50.0);
  EXPECT_DOUBLE_EQ(engine.q_min_kvar, -20.0);
  EXPECT_DOUBLE_EQ(engine.q_max_kvar, 30.0);
  EXPECT_DOUBLE_EQ(engine.ramp_kw_per_h, 40.0);
  EXPECT_DOUBLE_EQ(engine.cost_a_eur_per_kw2_h, 1e-4);
  EXPECT_DOUBLE_EQ(engine.cost_b_eur_per_kwh, 0.05);
  EXPECT_DOUBLE_EQ(engine.cost_c_eur_per_h, 0.2);
  EXPECT_DOUBLE_EQ(engine.reserve.participation, 0.6);
  EXPECT_DOUBLE_EQ(engine.reserve.up_price_eur_per_kw_h, 0.0);
  ASSERT_EQ(result->renewables.size(), 1U);
  const auto& roof = result->renewables.front();
  EXPECT_EQ(roof.kind, RenewableKind::pv);
  EXPECT_EQ(roof.node, NodeId{1});
  EXPECT_EQ(roof.series, SeriesId{1});
  EXPECT_DOUBLE_EQ(roof.capacity_kw, 40.0);
  EXPECT_DOUBLE_EQ(roof.curtailment_price_eur_per_kwh, 0.03);
  ASSERT_EQ(result->stations.size(), 1U);
  const auto& park = result->stations.front();
  EXPECT_EQ(park.cars, 10U);
  EXPECT_DOUBLE_EQ(park.charger_kw, 7.4);
  EXPECT_DOUBLE_EQ(park.charge_efficiency, 0.9);
  EXPECT_DOUBLE_EQ(park.connection_max_kw, 60.0);
  EXPECT_DOUBLE_EQ(park.deviation_price_eur_per_kw_h, 0.004);
}

TEST(CaseReader, ReadsThatAGeneratorMayStandStill) {
  MinimalCase minimal;
  EXPECT_FALSE(minimal.read()->generators.front().commitment);
  minimal.edit("case.toml", "participation = 0.4", "participation = 1");
  minimal.edit("case.toml", "participation = 0.6", "participation = 0");
  minimal.edit("case.toml", "cost_c_eur_per_h = 0.2",
               "commitment = { on_before = true, start_cost_eur = 3, min_up = \"PT12H\" }");
  const auto result = minimal.read();
  ASSERT_TRUE(result) << minimal.report();
  const auto& commitment = result->generators.front().commitment;
  ASSERT_TRUE(commitment);
  EXPECT_TRUE(commitment->on_before);
  EXPECT_DOUBLE_EQ(commitment->start_cost_eur, 3.0);
  EXPECT_EQ(commitment->min_up_periods, 2U);
  EXPECT_EQ(commitment->min_down_periods, 1U);
}

TEST(CaseReader, KeepsSessionsByTheDriversClock) {
  const auto result = MinimalCase().read();
  ASSERT_TRUE(result);
  ASSERT_EQ(result->session_histories.size(), 1U);
  const auto& sessions = result->session_histories.front().sessions;
  ASSERT_EQ(sessions.size(), 30U);
  EXPECT_EQ(sessions[0].weekday, 5);  // 2 August 2019 was a Friday
  EXPECT_EQ(sessions[0].arrival_day, 18110);
  EXPECT_DOUBLE_EQ(sessions[0].arrival_h, 8.5);
  EXPECT_DOUBLE_EQ(sessions[0].stay_h, 6.0);
  EXPECT_DOUBLE_EQ(sessions[3].energy_kwh, 13.0);
  EXPECT_EQ(sessions[0].user, 0);
  EXPECT_EQ(sessions[1].user, -1);
  EXPECT_EQ(sessions[2].user, 0);
}

TEST(CaseReader, SortsSessionsByArrival) {
  MinimalCase minimal;
  minimal.write("sessions.csv",
                minimal.text("sessions.csv") +
                    "late,2019-08-02T07:00:00-07:00,2019-08-02T09:00:00-07:00,3,\n");
  const auto result = minimal.read();
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(result->session_histories.front().sessions.front().arrival_h, 7.0);
}

TEST(CaseReader, ForecastOfTheHorizonIsTheFilesOwn) {
  const auto result = MinimalCase().read();
  ASSERT_TRUE(result);
  const auto sources = net_load_sources(*result);
  ASSERT_EQ(sources.size(), 3U);
  const auto village = forecast_kw(*result, sources[0]);
  ASSERT_EQ(village.size(), 4U);
  EXPECT_NEAR(village[0], 50.0, 1e-9);
  EXPECT_NEAR(village[3], 80.0, 1e-9);
}

TEST(CaseReader, ActualValuesMayBeMissingFromTheHorizonOn) {
  MinimalCase minimal;
  auto text = minimal.text("series.csv");
  const auto horizon = text.find("2021-03-03T00:00:00");
  text.erase(horizon);
  for (const auto* hour : {"00", "06", "12", "18"}) {
    text += std::string("2021-03-03T") + hour + ":00:00+01:00,0.5,,0.1,\n";
  }
  minimal.write("series.csv", text);
  const auto result = minimal.read();
  ASSERT_TRUE(result) << minimal.report();
  EXPECT_EQ(result->series[0].forecast.size(), 62U * 4);
  EXPECT_EQ(result->series[0].actual.size(), 61U * 4);
}

/// Six-hourly actual values that are the same every day.
std::string days_of_actuals(const std::string& start, int days) {
  std::string text = "time,load_actual,sun_actual\n";
  for (int i = 0; i < 4 * days; ++i) {
    text += format_instant(*parse_instant(start) + std::chrono::hours{6 * i}, "Europe/Berlin") +
            (i % 4 == 2 ? ",0.7,0.4\n" : ",0.5,0\n");
  }
  return text;
}

TEST(CaseReader, AveragesFinerAndHoldsCoarserSteps) {
  MinimalCase halved;
  halved.edit("case.toml", "\"PT6H\"", "\"PT3H\"");
  halved.edit("case.toml", "periods = 4", "periods = 8");
  const auto held = halved.read();
  ASSERT_TRUE(held) << halved.report();
  EXPECT_EQ(held->series[0].forecast.size(), 66U * 8);
  EXPECT_DOUBLE_EQ(held->series[0].forecast[2], held->series[0].forecast[3]);
  EXPECT_DOUBLE_EQ(held->substation.import_price_eur_per_kwh[7], 0.090);

  MinimalCase doubled;
  doubled.edit("case.toml", "\"PT6H\"", "\"PT12H\"");
  doubled.edit("case.toml", "periods = 4", "periods = 2");
  const auto averaged = doubled.read();
  ASSERT_TRUE(averaged) << doubled.report();
  EXPECT_NEAR(averaged->series[0].forecast[0], 0.55, 1e-12);
  EXPECT_NEAR(averaged->substation.import_price_eur_per_kwh[0], 0.04525, 1e-12);
}

TEST(CaseReader, ASeriesWithoutForecastIsForecastAndSaysSo) {
  MinimalCase minimal;
  minimal.edit("case.toml", "forecast_column = \"load_forecast\"\n", "");
  const auto result = minimal.read();
  ASSERT_FALSE(result.ok());  // two weeks pass before the first forecast
  EXPECT_NE(minimal.report().find("days of forecast and actual values before the horizon"),
            std::string::npos)
      << minimal.report();

  minimal.write("series.csv", days_of_actuals("2020-11-01T00:00:00+01:00", 122));
  minimal.edit("case.toml", "forecast_column = \"sun_forecast\"\n", "");
  const auto read = minimal.read();
  ASSERT_TRUE(read.ok()) << minimal.report();
  EXPECT_EQ(read->series[0].forecaster, "seasonal mean with recent level");
  EXPECT_GE(read->series[0].forecast.size(), 4U * 122U);
  EXPECT_TRUE(std::isfinite(read->series[0].forecast.back()));
  EXPECT_NE(minimal.report().find("series 'load' has no forecast column: forecast made by "
                                  "gridpact (seasonal mean with recent level), mean absolute "
                                  "error 0.0000 pu on "),
            std::string::npos)
      << minimal.report();

  minimal.write("series.csv", days_of_actuals("2020-11-01T00:00:00+01:00", 100));
  EXPECT_NE(
      minimal.report().find("to forecast the horizon from it, it must be known until 2021-03-02T"),
      std::string::npos)
      << minimal.report();
}

TEST(CaseReader, BadRowsOfASeriesAreLeftOutAndListed) {
  MinimalCase minimal;
  for (const std::string column : {"load_forecast", "sun_forecast"}) {
    const auto key = "forecast_column = \"" + column + "\"\n";
    minimal.edit("case.toml", key, key + "bad_rows = \"drop\"\n");
  }
  minimal.edit("series.csv", "2021-01-02T06:00:00+01:00,0.60,0.62,0.30,0.36\n", "");
  minimal.edit("series.csv", "2021-01-02T12:00:00+01:00,0.70,0.73,",
               "2021-01-02T12:00:00+01:00,0.70,7.3,");
  const auto result = minimal.read();
  ASSERT_TRUE(result.ok()) << minimal.report();
  EXPECT_TRUE(std::isnan(result->series[0].forecast[5]));
  EXPECT_TRUE(std::isnan(result->series[0].actual[5]));
  EXPECT_DOUBLE_EQ(result->series[0].forecast[6], 0.70);
  EXPECT_TRUE(std::isnan(result->series[0].actual[6]));
  EXPECT_TRUE(std::isfinite(result->series[0].actual[7]));
  const auto told = minimal.report();
  EXPECT_NE(told.find("warning: 1 step(s) from 2021-01-02T06:00:00+01:00 on have no row; left out"),
            std::string::npos)
      << told;
  EXPECT_NE(told.find("column 'load_actual' has 7.3"), std::string::npos) << told;
}

/// A series with a row for every hour of the zone from `start` on, `rows` of them.
std::string hourly(const std::string& start, int rows) {
  std::string text = "time,load_forecast,load_actual,sun_forecast,sun_actual\n";
  for (int i = 0; i < rows; ++i) {
    const auto time = *parse_instant(start) + std::chrono::hours{i};
    text += format_instant(time, "Europe/Berlin") + ",0.5,0.5,0.1,0.1\n";
  }
  return text;
}

/// A day from local midnight to local midnight around a change of the clocks.
std::size_t periods_of_day(const std::string& start, const std::string& end,
                           const std::string& history_start) {
  MinimalCase minimal;
  minimal.edit("case.toml", "2021-03-03T00:00:00+01:00", start);
  minimal.edit("case.toml", "\"PT6H\"", "\"PT1H\"");
  minimal.edit("case.toml", "periods = 4", "end = " + end);
  minimal.write("series.csv", hourly(history_start, 70 * 24));
  auto prices = hourly(history_start, 70 * 24);
  minimal.write("prices.csv", prices);
  minimal.edit("case.toml", "\"price_eur_per_mwh\"", "\"load_actual\"");
  minimal.edit("case.toml", "\"EUR/MWh\"", "\"EUR/kWh\"");
  // The clocks change on Sundays: give every day of the week a car.
  auto sessions = std::string("id,arrival,departure,energy_kwh,user\n");
  for (int day = 0; day < 150; ++day) {
    const auto arrival = *parse_instant("2019-03-02T08:30:00-07:00") + std::chrono::hours{24 * day};
    sessions += std::to_string(day) + "," + format_instant(arrival, "UTC") + "," +
                format_instant(arrival + std::chrono::hours{3}, "UTC") + ",5,\n";
  }
  minimal.write("sessions.csv", sessions);
  const auto result = minimal.read();
  EXPECT_TRUE(result) << minimal.report();
  return result ? result->horizon.count : 0;
}

TEST(CaseReader, DaysOnWhichTheClocksChangeHave23And25Hours) {
  EXPECT_EQ(periods_of_day("2021-03-28T00:00:00+01:00", "2021-03-29T00:00:00+02:00",
                           "2021-01-20T00:00:00+01:00"),
            23U);
  EXPECT_EQ(periods_of_day("2021-10-31T00:00:00+02:00", "2021-11-01T00:00:00+01:00",
                           "2021-08-25T00:00:00+02:00"),
            25U);
}

TEST(CaseReader, DigestCoversEveryFile) {
  const MinimalCase minimal;
  const auto digest = minimal.read()->digest;
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(minimal.read()->digest, digest) << "the folder's own place must not matter";
  for (const auto* file :
       {"case.toml", "feeder.toml", "prices.csv", "series.csv", "sessions.csv"}) {
    MinimalCase changed;
    changed.write(file, changed.text(file) + "\n");
    EXPECT_NE(changed.read()->digest, digest) << file;
  }
}

TEST(CaseReader, AcceptsTheTomlFileItself) {
  const auto by_folder = read_case(GRIDPACT_SOURCE_DIR "/tests/importers/minimal");
  const auto by_file = read_case(GRIDPACT_SOURCE_DIR "/tests/importers/minimal/case.toml");
  ASSERT_FALSE(by_folder);  // its series are made up by MinimalCase only
  EXPECT_EQ(by_folder.faults(), by_file.faults());
}

TEST(CaseReader, SaysWhatIsMissingWhereThereIsNoCase) {
  EXPECT_EQ(
      to_string(read_case("no/such/folder").faults().front()),
      "no/such/folder: error: does not exist; name a folder with a case.toml, or a .toml file");
  const std::string source = GRIDPACT_SOURCE_DIR "/src";
  EXPECT_EQ(to_string(read_case(source).faults().front()),
            source + ": error: this folder has no case.toml");
}

TEST(ShippedCase, IsReadWithoutWarnings) {
  if (!std::filesystem::exists(std::filesystem::path(shipped_folder) / "history/net_load.csv")) {
    GTEST_SKIP() << "cases/ieee33/history is not there";
  }
  const auto result = read_case(shipped_folder);
  ASSERT_TRUE(result) << to_string(result.faults().front());
  for (const auto& note : result->notes) {
    EXPECT_EQ(note.severity, Severity::note) << to_string(note);
  }
  const Case& problem = *result;
  EXPECT_EQ(problem.horizon.count, 24U);
  EXPECT_EQ(problem.generators.size(), 3U);
  EXPECT_EQ(std::count_if(problem.renewables.begin(), problem.renewables.end(),
                          [](const Renewable& r) { return r.kind == RenewableKind::pv; }),
            2);
  EXPECT_EQ(problem.renewables.size(), 4U);
  EXPECT_EQ(problem.stations.size(), 4U);
  const auto cars =
      std::accumulate(problem.stations.begin(), problem.stations.end(), std::size_t{0},
                      [](std::size_t sum, const Station& s) { return sum + s.cars; });
  EXPECT_GE(cars, 1200U);
  double demand_kw = 0.0;
  for (const auto& group : problem.load_groups) {
    demand_kw += group.nominal_kw;
  }
  EXPECT_NEAR(demand_kw, 3715.0, 1e-9);  // Baran and Wu
  EXPECT_EQ(problem.substation.import_price_eur_per_kwh.size(), 24U);
  for (const auto& source : net_load_sources(problem)) {
    for (const double forecast : forecast_kw(problem, source)) {
      EXPECT_TRUE(std::isfinite(forecast) && forecast >= 0.0) << source.name;
    }
  }
}

}  // namespace
}  // namespace gridpact::importers
