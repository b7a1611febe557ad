// Learned from one stretch of real history, judged on the next, which the fit has not seen. The
// data are not part of this repository: GRIDPACT_SHARED_DATA names their folder, and without it the
// tests are skipped. Each test prints its rows of the table in docs/uncertainty.md.

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gridpact/uncertainty/held_out.hpp"
#include "gridpact/uncertainty/stress.hpp"

namespace gridpact::uncertainty {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Cells of a gzipped CSV file, without its head; empty where it can not be read.
Rows read_gz(const std::string& path) {
  const auto command = "gzip -dc '" + path + "' 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 65536> buffer{};
  for (std::size_t n = 0;
       pipe && (n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
    text.append(buffer.data(), n);
  }
  Rows rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) {
      row.push_back(cell);
    }
  }
  if (!rows.empty()) {
    rows.erase(rows.begin());
  }
  return rows;
}

/// One source's forecast and actual per unit, hour by hour; `sign` as of net load.
struct SourceSeries {
  std::string name;
  double sign = 1.0;
  std::vector<double> forecast;
  std::vector<double> actual;
};

struct Study {
  ErrorHistory training;
  ErrorHistory tested;
  std::vector<PlannedDay> planned;
};

/// Days of 24 hours; those before `training_days` train, the rest are judged. Units: 1000 kW per
/// pu.
Study study_of(const std::vector<SourceSeries>& series, std::size_t training_days) {
  constexpr double kw = 1000.0;
  constexpr std::size_t hours = 24;
  const std::size_t days = series.front().actual.size() / hours;
  const std::size_t n = series.size();
  ErrorHistory all;
  all.layer = "net_load";
  std::vector<PlannedDay> planned;
  for (const auto& s : series) {
    all.sources.push_back(s.name);
  }
  for (std::size_t d = 0; d < days; ++d) {
    Matrix error(hours, n);
    PlannedDay plan{Matrix(hours, n), Matrix(hours, n), Matrix(hours, n)};
    for (std::size_t j = 0; j < n; ++j) {
      const auto& s = series[j];
      for (std::size_t t = 0; t < hours; ++t) {
        const double forecast = s.forecast[hours * d + t];
        error(t, j) = s.sign * kw * (s.actual[hours * d + t] - forecast);
        plan.level(t, j) = forecast;
        const double none = -s.sign * kw * forecast;
        const double full = s.sign * kw * ((s.sign > 0.0 ? 1.2 : 1.0) - forecast);
        plan.physical_low(t, j) = std::min(none, full);
        plan.physical_high(t, j) = std::max(none, full);
      }
    }
    all.days.push_back(error);
    all.levels.push_back(plan.level);
    planned.push_back(plan);
  }
  all.planned_level = all.levels.back();
  Study out;
  out.training = days_of(all, 0, training_days);
  out.tested = days_of(all, training_days, days);
  out.planned.assign(planned.begin() + static_cast<std::ptrdiff_t>(training_days), planned.end());
  return out;
}

std::string data_folder() {
  const char* data = std::getenv("GRIDPACT_SHARED_DATA");
  return data == nullptr ? "" : data;
}

struct Answer {
  double covered = 0.0;             ///< share of days inside the band of the fitted law
  double covered_at_worst = 0.0;    ///< of some law within the radius that the training days gave
  double covered_calibrated = 0.0;  ///< inside the band whose width held-out training days gave
};

/// Prints the row of a study.
Answer report(const char* name, const Study& study) {
  const HeldOutOptions options;
  const auto result = judge_held_out(study.training, study.tested, study.planned, options).value();
  const auto ambiguity = measure_ambiguity(study.training, 5, options).value();
  const auto& fitted = result.scores[0];
  const auto& gaussian = result.scores[1];
  const auto days = static_cast<double>(study.tested.days.size());
  Answer out;
  out.covered = fitted.band_coverage;
  out.covered_at_worst = 1.0 - worst_probability(1.0 - band_level, ambiguity.kl_radius_upper);
  for (const auto& day : result.days) {
    out.covered_calibrated += day.furthest <= ambiguity.band_factor ? 1.0 / days : 0.0;
  }
  const auto percent = [](double share) { return 100.0 * share; };
  const auto error = [&](double share) { return percent(std::sqrt(share * (1.0 - share) / days)); };
  std::printf(
      "| %s | %zu | %zu | %.1f | %.1f | %.1f | %.1f ± %.1f | %.1f | %.3f | %.1f ± %.1f | "
      "%.3f | %.3f |\n",
      name, study.training.days.size(), study.tested.days.size(), percent(fitted.coverage[1]),
      percent(fitted.coverage[3]), percent(gaussian.band_coverage), percent(out.covered),
      error(out.covered), percent(out.covered_at_worst), ambiguity.kl_radius_upper,
      percent(out.covered_calibrated), error(out.covered_calibrated),
      fitted.energy_score / gaussian.energy_score,
      fitted.variogram_score / gaussian.variogram_score);
  std::fflush(stdout);
  return out;
}

std::vector<SourceSeries> germany(const std::string& folder) {
  const auto rows = read_gz(folder + "/ts_de_lu_2024_2026/de_lu_hourly_merged.csv.gz");
  std::vector<SourceSeries> out{
      {"load", 1.0, {}, {}}, {"wind", -1.0, {}, {}}, {"solar", -1.0, {}, {}}};
  constexpr std::array unit_mw{80000.0, 60000.0, 60000.0};
  for (const auto& row : rows) {
    for (std::size_t j = 0; j < 3; ++j) {
      const auto number = [&](std::size_t column) {
        return row[column].empty() ? 0.0 : std::stod(row[column]) / unit_mw[j];
      };
      double forecast = number(1 + 2 * j);
      const double actual = number(2 + 2 * j);
      if (j == 0 && forecast == 0.0) {  // one hour of load has no forecast: no error is known
        forecast = actual;
      }
      out[j].forecast.push_back(forecast);
      out[j].actual.push_back(actual);
    }
  }
  return out;
}

std::vector<SourceSeries> rts_wind(const std::string& folder) {
  const auto ahead = read_gz(folder + "/ts_rts_gmlc/DAY_AHEAD_wind.csv.gz");
  const auto real = read_gz(folder + "/ts_rts_gmlc/REAL_TIME_wind.csv.gz");
  constexpr std::array capacity_mw{148.3, 799.1, 847.0, 713.5};
  constexpr std::size_t per_hour = 12;
  std::vector<SourceSeries> out;
  for (std::size_t j = 0; j < 4 && real.size() == per_hour * ahead.size(); ++j) {
    SourceSeries s{"farm " + std::to_string(j + 1), -1.0, {}, {}};
    for (std::size_t h = 0; h < ahead.size(); ++h) {
      s.forecast.push_back(std::stod(ahead[h][4 + j]) / capacity_mw[j]);
      double mean = 0.0;
      for (std::size_t k = 0; k < per_hour; ++k) {
        mean += std::stod(real[per_hour * h + k][4 + j]) / capacity_mw[j] / per_hour;
      }
      s.actual.push_back(mean);
    }
    out.push_back(std::move(s));
  }
  return out;
}

/// Mean power of the training hours in bins of wind speed, interpolated: the forecaster.
class PowerCurve {
 public:
  void add(double speed, double power) {
    sum_[bin(speed)] += power;
    count_[bin(speed)] += 1.0;
  }
  [[nodiscard]] double at(double speed) const {
    const auto b = bin(speed);
    for (std::size_t away = 0; away < bins; ++away) {  // the nearest bin that has been seen
      if (b >= away && count_[b - away] > 0.0) {
        return sum_[b - away] / count_[b - away];
      }
      if (b + away < bins && count_[b + away] > 0.0) {
        return sum_[b + away] / count_[b + away];
      }
    }
    return 0.0;
  }

 private:
  static constexpr std::size_t bins = 40;
  static constexpr double width = 0.5;  // m/s
  static std::size_t bin(double speed) {
    return std::min(static_cast<std::size_t>(speed / width), bins - 1);
  }
  std::array<double, bins> sum_{};
  std::array<double, bins> count_{};
};

/// Power from 1 July 2009 until the end of 2010 (later, the data have holes), forecast from the
/// wind speeds of the run of the day before (25 to 48 hours ahead) by each farm's power curve of
/// the first year.
std::vector<SourceSeries> gefcom_wind(const std::string& folder, std::size_t training_days) {
  const auto power = read_gz(folder + "/ts_gefcom2012_wind/train.csv.gz");
  std::map<std::string, std::size_t> hour_of;  // "2009070100" → hours since the first row
  for (std::size_t h = 0; h < power.size() && power[h][0] < "2011"; ++h) {
    hour_of[power[h][0]] = h;
  }
  std::vector<SourceSeries> out;
  for (std::size_t j = 1; j <= 7; ++j) {
    const auto runs =
        read_gz(folder + "/ts_gefcom2012_wind/windforecasts_wf" + std::to_string(j) + ".csv.gz");
    std::vector<double> speed(hour_of.size(), std::nan(""));
    for (const auto& row : runs) {
      if (row.size() < 5 || row[4].empty() || row[0].size() != 10 || row[0].substr(8) != "00") {
        continue;
      }
      const int lead = std::stoi(row[1]);
      const auto issued = hour_of.find(row[0]);
      if (lead > 24 && issued != hour_of.end()) {
        const auto hour = issued->second + static_cast<std::size_t>(lead) - 1;
        if (hour < speed.size()) {
          speed[hour] = std::stod(row[4]);
        }
      }
    }
    SourceSeries s{"farm " + std::to_string(j), -1.0, {}, {}};
    PowerCurve curve;
    double last_speed = 0.0;
    for (std::size_t h = 0; h < speed.size(); ++h) {
      speed[h] = std::isnan(speed[h]) ? last_speed : speed[h];  // a missing run: the last value
      last_speed = speed[h];
      if (h < 24 * training_days) {
        curve.add(speed[h], std::stod(power[h][j]));
      }
    }
    for (std::size_t h = 0; h < speed.size(); ++h) {
      s.forecast.push_back(curve.at(speed[h]));
      s.actual.push_back(std::stod(power[h][j]));
    }
    out.push_back(std::move(s));
  }
  return out;
}

/// The band of the fitted law inside 93 to 97 %, or its shortfall within what the radius from the
/// training days allows; the band calibrated on held-out training days not far below 93 %.
void expect_covered(const Answer& answer) {
  EXPECT_GE(answer.covered, std::min(0.93, answer.covered_at_worst));
  EXPECT_GE(answer.covered_calibrated, 0.90);
}

TEST(RealYears, GermanYear) {
  if (data_folder().empty()) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the histories";
  }
  const auto series = germany(data_folder());
  ASSERT_EQ(series[0].actual.size(), 17520U);
  expect_covered(report("Germany: load, wind, solar", study_of(series, 365)));
}

TEST(RealYears, FourWindFarms) {
  if (data_folder().empty()) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the histories";
  }
  const auto series = rts_wind(data_folder());
  ASSERT_EQ(series.size(), 4U);
  expect_covered(report("RTS-GMLC: 4 wind farms", study_of(series, 183)));
}

TEST(RealYears, SevenWindFarms) {
  if (data_folder().empty()) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the histories";
  }
  constexpr std::size_t year = 365;
  const auto series = gefcom_wind(data_folder(), year);
  ASSERT_GT(series[0].actual.size(), 24 * (year + 90));
  expect_covered(report("GEFCom2012: 7 wind farms", study_of(series, year)));
}

}  // namespace
}  // namespace gridpact::uncertainty
