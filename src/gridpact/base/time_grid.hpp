#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridpact {

/// An instant, in UTC seconds. Local clocks exist only at the surface, through a named time zone.
using Instant = std::chrono::sys_seconds;

/// A clock reading in a time zone: what a driver's habits and a calendar follow.
struct LocalTime {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 0;            ///< ISO: 1 = Monday … 7 = Sunday
  long days_since_epoch = 0;  ///< local calendar day as a number, for day differences

  /// Hours since local midnight by the clock's hands, in [0, 24).
  [[nodiscard]] double hour_of_day() const;
};

/// Is `name` in the system's IANA time zone database?
[[nodiscard]] bool is_time_zone(std::string_view name);

/// Clock reading of `instant` in the IANA zone `time_zone` (which must exist).
[[nodiscard]] LocalTime local_time(Instant instant, std::string_view time_zone);

/// The first instant of local calendar day `days_since_epoch` in `time_zone`.
[[nodiscard]] Instant local_midnight(long days_since_epoch, std::string_view time_zone);

/// When the clocks of `time_zone` read `clock` (since midnight) on a local calendar day. A reading
/// that comes twice is taken when it first comes; one that is skipped, when the clocks are put
/// forward.
[[nodiscard]] Instant local_instant(long days_since_epoch, std::chrono::seconds clock,
                                    std::string_view time_zone);

/// Reads "2016-11-24T07:00:00+01:00" or "...Z" (seconds optional); nothing without an offset or
/// with an impossible date.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

/// Writes `instant` with the offset that `time_zone` has at that moment:
/// "2016-11-24T07:00:00+01:00".
[[nodiscard]] std::string format_instant(Instant instant, std::string_view time_zone);

/// Reads an ISO 8601 duration of days, hours, minutes and seconds ("PT15M", "PT1H", "P1D").
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

/// The planning horizon: `count` periods of equal length from `start`. Days of 23 and 25 hours are
/// simply horizons with 23 or 25 periods of an hour.
struct TimeGrid {
  Instant start{};
  std::chrono::seconds period{3600};
  std::size_t count = 0;
  std::string time_zone = "UTC";

  [[nodiscard]] double period_h() const { return static_cast<double>(period.count()) / 3600.0; }
  [[nodiscard]] Instant begin_of(std::size_t t) const {
    return start + period * static_cast<long>(t);
  }
  [[nodiscard]] Instant end() const { return begin_of(count); }
  [[nodiscard]] LocalTime local(std::size_t t) const { return local_time(begin_of(t), time_zone); }
  /// "07:00" of period t, for tables and axes.
  [[nodiscard]] std::string label(std::size_t t) const;
  friend bool operator==(const TimeGrid&, const TimeGrid&) = default;
};

}  // namespace gridpact
