// What fleets and controller make of the recorded sessions of the shipped case. The bounds are what
// was measured when the methods were chosen, with some room; the figures in the comments are those
// of the alternatives.

#include <cmath>
#include <fstream>
#include <sstream>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

#include "gridpact/fleet/deviation.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

SessionHistory recorded(const std::string& site) {
  SessionHistory history;
  std::ifstream file(GRIDPACT_SOURCE_DIR "/cases/ieee33/history/sessions_" + site + ".csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string skipped, arrival, departure, energy_kwh;
    std::getline(fields, skipped, ',');  // session
    std::getline(fields, skipped, ',');  // charger
    std::getline(fields, arrival, ',');
    std::getline(fields, departure, ',');
    std::getline(fields, energy_kwh, ',');
    const auto from = parse_instant(arrival), to = parse_instant(departure);
    if (!from || !to) {
      ADD_FAILURE() << line;
      return {};
    }
    const auto local = local_time(*from, "America/Los_Angeles");
    const double stay_h = static_cast<double>((*to - *from).count()) / 3600.0;
    add_sessions(history, local.days_since_epoch, 1, local.hour_of_day(), stay_h,
                 std::stod(energy_kwh));
  }
  return history;
}

TEST(RecordedSessions, ClosedDaysAndFridaysExplainTheSpreadOfWorkingDays) {
  const auto campus = recorded("caltech");
  const auto laboratory = recorded("jpl");
  if (campus.sessions.empty() || laboratory.sessions.empty()) {
    GTEST_SKIP() << "cases/ieee33/history has no sessions";
  }
  const auto campus_days = past_days_like(campus, monday + 3);
  EXPECT_FALSE(campus_days.alternate_fridays);
  EXPECT_NEAR(static_cast<double>(campus_days.closed_days), 13.0, 3.0);
  EXPECT_LT(campus_days.volume_spread, 0.10);  // about 0.25 with closed days
  const auto laboratory_days = past_days_like(laboratory, monday + 3);
  EXPECT_TRUE(laboratory_days.alternate_fridays);
  EXPECT_LT(laboratory_days.volume_spread, 0.10);  // about 0.3 with closed days and Fridays
  const auto a = past_days_like(laboratory, monday + 4),
             b = past_days_like(laboratory, monday + 11);
  EXPECT_EQ(a.closed_days + b.closed_days + a.days.size() + b.days.size(), 35U);
}

TEST(RecordedSessions, AStationFollowsItsTargetClosely) {
  for (const std::string site : {"caltech", "jpl"}) {
    const auto history = recorded(site);
    if (history.sessions.empty()) {
      GTEST_SKIP() << "cases/ieee33/history has no sessions";
    }
    const auto problem = case_with(history, 300, "2016-11-24T00:00:00+01:00", 24, "Europe/Berlin");
    const FleetSource source(problem, StationId{0});
    const auto forecast = source.forecast();
    std::vector<double> early(24), noon(24);
    for (std::size_t t = 0; t < 24; ++t) {
      early[t] = static_cast<double>(t);
      noon[t] = std::abs(static_cast<double>(t) - 13.0);
    }
    const std::vector<Schedule> ends{best_response(forecast, problem.horizon, early),
                                     best_response(forecast, problem.horizon, noon)};
    const auto target = combine(ends, std::vector{0.6, 0.4}).total_kw;
    const double mean_kw = total(target) / 24.0;
    const Controller controller(forecast, problem.horizon, target, 1e6);
    const auto deviation_kw = deviation_history(source, controller, 300, 1);
    double worst_rms_kw = 0.0;
    for (std::size_t t = 0; t < 24; ++t) {
      double square_sum = 0.0;
      for (std::size_t day = 0; day < deviation_kw.rows(); ++day) {
        square_sum += deviation_kw(day, t) * deviation_kw(day, t);
      }
      worst_rms_kw = std::max(worst_rms_kw, std::sqrt(square_sum / 300.0));
    }
    EXPECT_LT(worst_rms_kw / mean_kw, 0.30) << site;  // 0.8 and more if the target is not moved
  }
}

}  // namespace
}  // namespace gridpact::fleet
