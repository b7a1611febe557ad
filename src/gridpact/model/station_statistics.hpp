#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gridpact {

/// 5 %, 50 % and 95 % quantiles over days.
struct Spread {
  double p05 = 0.0;
  double p50 = 0.0;
  double p95 = 0.0;
};

/// What a day at a charging station may look like, over many days drawn from its history. Lists
/// have one entry per period.
struct StationStatistics {
  std::string name;
  std::string day_kind;         ///< "working day", "Saturday" or "Sunday": the planned day's
  std::size_t days = 0;         ///< past days of that kind which the cars are drawn from
  std::size_t sessions = 0;     ///< their sessions
  double sessions_a_day = 0.0;  ///< on such a day of the history
  std::size_t cars = 0;         ///< expected on the planned day
  std::size_t drawn_days = 0;   ///< days drawn for what follows
  Spread cars_a_day;
  Spread energy_a_day_kwh;
  Spread arrival_h;  ///< over cars: hours since the horizon's begin
  Spread stay_h;
  Spread energy_kwh;
  std::vector<double> arrivals;  ///< mean number of arriving cars
  std::vector<Spread> power_kw;  ///< uncontrolled charging: each car at once and at full power
  /// Energy that is charged by the end of the period at the latest and at the earliest.
  std::vector<Spread> latest_kwh;
  std::vector<Spread> earliest_kwh;
};

}  // namespace gridpact
