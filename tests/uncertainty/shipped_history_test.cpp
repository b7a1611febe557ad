// The law against a real year: the shipped history of two loads, two PV plants and two wind sites
// with real day-ahead errors.

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gridpact/uncertainty/law.hpp"
#include "gridpact/uncertainty/net_load.hpp"

namespace gridpact::uncertainty {
namespace {

constexpr std::size_t sources = 6;
const std::string zone = "Europe/Berlin";

/// The case with these six series, each of 1,000 kW, without a planned day yet.
const Case& shipped_year() {
  static const Case problem = [] {
    Case out;
    out.series.resize(sources);
    out.horizon.count = 24;
    out.horizon.time_zone = zone;
    std::ifstream file(GRIDPACT_SOURCE_DIR "/cases/ieee33/history/net_load.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream cells(line);
      std::string cell;
      std::getline(cells, cell, ',');
      if (out.series[0].actual.empty()) {
        for (auto& series : out.series) {
          series.start = *parse_instant(cell);
        }
      }
      for (auto& series : out.series) {
        std::getline(cells, cell, ',');
        series.forecast.push_back(std::stod(cell));
        std::getline(cells, cell, ',');
        series.actual.push_back(std::stod(cell));
      }
    }
    for (std::size_t j = 0; j < sources; ++j) {
      if (j < 2) {
        out.load_groups.push_back({"load " + std::to_string(j), SeriesId(j), 1000.0});
      } else {
        Renewable plant;
        plant.name = (j < 4 ? "sun " : "wind ") + std::to_string(j);
        plant.capacity_kw = 1000.0;
        plant.series = SeriesId(j);
        out.renewables.push_back(plant);
      }
    }
    return out;
  }();
  return problem;
}

/// What then happened: the errors of the planned day itself.
Matrix outcome(const Case& problem) {
  Matrix errors(24, sources);
  const auto list = net_load_sources(problem);
  for (std::size_t j = 0; j < sources; ++j) {
    const auto& series = problem.series[j];
    const auto first =
        static_cast<std::size_t>((problem.horizon.start - series.start) / series.period);
    for (std::size_t t = 0; t < 24; ++t) {
      errors(t, j) = list[j].sign * list[j].nominal_kw *
                     (series.actual[first + t] - series.forecast[first + t]);
    }
  }
  return errors;
}

TEST(ShippedHistory, LawOfANovemberDay) {
  Case problem = shipped_year();
  problem.horizon.start = *parse_instant("2016-11-24T00:00:00+01:00");
  const auto history = net_load_errors(problem).value();
  const auto law = fit(history).value();
  EXPECT_EQ(law.sample_days(), 328U - 2U);  // without 27 March and 30 October
  EXPECT_GT(law.mixture.size(), 1U);        // wind is no Gaussian
  EXPECT_GT(law.correlation(0, 1), 0.6);    // the two loads err together
  EXPECT_GT(law.correlation(4, 5), 0.8);    // so do the two wind sites
  EXPECT_EQ(law.std_deviation(0, 2), 0.0);  // no sun at midnight
  EXPECT_GT(law.std_deviation(12, 2), 20.0);

  double worst_mean = 0.0;
  double least_ratio = 1.0;
  constexpr int draws = 2000;
  std::vector<Matrix> days;
  for (int s = 0; s < draws; ++s) {
    RandomStream random(1, static_cast<std::uint64_t>(s));
    days.push_back(sample_day(law, random));
  }
  for (const std::size_t j : {0U, 1U, 2U, 3U, 4U, 5U}) {
    double mean = 0.0;
    double square = 0.0;
    for (const auto& day : days) {
      const double z = (day(12, j) - law.mean(12, j)) / law.std_deviation(12, j);
      mean += z / draws;
      square += z * z / draws;
    }
    worst_mean = std::max(worst_mean, std::abs(mean));
    least_ratio = std::min(least_ratio, std::sqrt(square));
    EXPECT_LT(std::sqrt(square), 1.06);
  }
  // Wind at a low forecast can not lose more than that forecast: clipping costs some deviation.
  EXPECT_LT(worst_mean, 0.12);
  EXPECT_GT(least_ratio, 0.88);
}

TEST(ShippedHistory, DaysThatFollowAreWithinTheLaw) {
  FitOptions options;
  options.max_components = 1;  // moments and support are under test here
  double square = 0.0;
  std::size_t count = 0;
  std::size_t outside = 0;
  std::size_t all = 0;
  const long first_day = local_time(shipped_year().series[0].start, zone).days_since_epoch;
  for (long day = 110; day < 366; day += 16) {
    Case problem = shipped_year();
    problem.horizon.start = local_midnight(first_day + day, zone);
    const auto law = fit(net_load_errors(problem).value(), options).value();
    const auto errors = outcome(problem);
    for (std::size_t t = 0; t < 24; ++t) {
      for (std::size_t j = 0; j < sources; ++j) {
        const double slack = 1e-6;
        ++all;
        outside += errors(t, j) < law.support_low(t, j) - slack ||
                   errors(t, j) > law.support_high(t, j) + slack;
        if (law.std_deviation(t, j) > 10.0) {
          const double z = (errors(t, j) - law.mean(t, j)) / law.std_deviation(t, j);
          square += z * z;
          ++count;
        }
      }
    }
  }
  EXPECT_NEAR(std::sqrt(square / static_cast<double>(count)), 1.0, 0.2);
  EXPECT_LE(static_cast<double>(outside), 0.01 * static_cast<double>(all));
}

}  // namespace
}  // namespace gridpact::uncertainty
