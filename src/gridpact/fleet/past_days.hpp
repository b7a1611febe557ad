#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/model/case.hpp"

namespace gridpact::fleet {

/// Days on which drivers come alike. Fridays are kinds of their own, one per week of a fortnight,
/// where the history shows the rhythm of a workplace that closes every other Friday.
enum class DayKind { workday, friday_even, friday_odd, saturday, sunday };

/// A calendar day of the history with its sessions [first, first + count) of the history.
struct PastDay {
  long day = 0;  ///< local calendar day (days since 1970-01-01)
  std::size_t first = 0;
  std::size_t count = 0;
  /// Expected number of sessions on a day like this, as a multiple of the usual: mean 1 over days.
  double volume = 1.0;
  /// Share of the cars that are drawn from this day itself; the others from all days of its kind.
  double own_share = 0.0;
};

/// What the history says about days like the planned one.
struct PastDays {
  std::vector<PastDay> days;    ///< ordinary days, in calendar order
  std::size_t closed_days = 0;  ///< days of the kind left out: holidays, closures, outages
  bool same_kind = true;        ///< false: the history has no such day, so `days` are of every kind
  bool alternate_fridays = false;
  /// Standard deviation of the day's wanted energy, relative to its mean, that does not average out
  /// over a large pool: what the day's volume and its drivers' mood share.
  double volume_spread = 0.0;
};

/// The past days that are like local calendar day `planned_day`. A day without a session counts (as
/// a day on which nobody came), unless it is in a gap of a week or more: nothing was recorded then.
///
/// Left out are closed days: fewer than 40 % of the median of the 20 days of the kind around it,
/// and by more than three standard deviations of counting noise and of the kind's ordinary spread.
/// These are holidays, closures and outages of the recorder, which an operator knows the day before
/// and states through `Station::cars`; taken as surprises they would double to quadruple the
/// uncertainty of the next day.
///
/// A day's deviation is measured against the mean of the 20 days of its kind around it (histories
/// have trends), and what Poisson counting noise explains is taken out; in the same way for the
/// mean energy per session. Formulas: past_days.cpp.
[[nodiscard]] PastDays past_days_like(const SessionHistory& history, long planned_day);

/// Kind of local calendar day `day`.
[[nodiscard]] DayKind kind_of(long day, bool alternate_fridays);

/// ISO weekday (1 = Monday) of a local calendar day.
[[nodiscard]] int weekday_of(long day);

}  // namespace gridpact::fleet
