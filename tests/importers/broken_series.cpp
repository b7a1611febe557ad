// Broken time series and prices.

#include "importers/broken_cases.hpp"

namespace gridpact::importers {

std::vector<BrokenCase> broken_series() {
  return {
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
  };
}

}  // namespace gridpact::importers
