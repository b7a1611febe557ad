#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace gridpact {

/// 10 %, 25 %, 50 %, 75 % and 90 % of something are at most this.
using Quantiles = std::array<double, 5>;

/// What a file of charging sessions is like.
struct SessionSummary {
  std::string name;
  std::string layout;     ///< empty = columns named by the user
  std::string time_zone;  ///< of the drivers' clocks

  std::size_t rows = 0;
  std::size_t sessions = 0;
  struct Dropped {
    std::string reason;
    std::size_t count = 0;
    int first_line = 0;
  };
  std::vector<Dropped> dropped;  ///< rows − sessions, by reason
  std::size_t swapped_dates = 0;

  std::size_t drivers = 0;          ///< that are told apart; 0 = none are
  std::string first_day, last_day;  ///< ISO dates
  std::size_t days = 0;             ///< from the first to the last
  std::size_t days_with_sessions = 0;

  double energy_kwh = 0.0;
  double charger_kw = 0.0;        ///< limit that the rest is worked out with
  bool charger_is_guess = false;  ///< taken from the sessions' mean powers
  /// A session that took more than the charger gives in its stay, which plans count with what it
  /// gives.
  struct Lowered {
    int user = -1;    ///< −1 if unknown
    std::string day;  ///< ISO date of arrival
    double arrival_h = 0.0, stay_h = 0.0;
    double wanted_kwh = 0.0, deliverable_kwh = 0.0;
  };
  std::vector<Lowered> lowered;  ///< in the order of arrival
  /// Share of the time parked in which no charging at full power would have been needed.
  double idle_share = 0.0;
  Quantiles stay_h{}, energy_per_session_kwh{}, sessions_per_day{};

  /// Mean number of arrivals in each hour of the clock on a working day (Monday to Friday), and on
  /// a Saturday or Sunday; days without sessions count.
  std::array<double, 24> arrivals_workday{}, arrivals_weekend{};
  std::vector<std::size_t> stay_histogram;    ///< hours: [0, 1), [1, 2) …, the last open
  std::vector<std::size_t> energy_histogram;  ///< steps of 5 kWh, the last open

  /// The mean working day's cars (arriving within 24 h) over 48 h from midnight, 15 minutes a
  /// period: what their power and the energy taken so far lie between, and charging at once.
  std::vector<double> least_kw, most_kw, uncontrolled_kw;
  std::vector<double> least_kwh, most_kwh;
};

}  // namespace gridpact
