#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "gridpact/base/time_grid.hpp"

namespace gridpact::importers {

/// A date and a time of day as they stand in a file; which number of the date is the month may
/// still be open.
struct WrittenTime {
  std::array<int, 3> date{};  ///< in the order written
  bool year_first = true;     ///< else the year stands last
  bool month_named = false;   ///< "25 Apr 2018": written as day, month, year
  int second_of_day = 0;
  std::optional<std::chrono::seconds> offset;  ///< from UTC
};

/// Reads "2019-05-01T08:30[:00[.5]][Z|+01|+01:00|-0700]", "2018/01/12 15:54", "21.12.2018 10:20",
/// "4/25/2018 3:08 PM", "Wed, 25 Apr 2018 11:08:04 GMT", or a date alone (midnight). Nothing for
/// anything else.
[[nodiscard]] std::optional<WrittenTime> parse_written_time(std::string_view text);

/// Seconds since midnight of "22:12" or "10:12:30 PM".
[[nodiscard]] std::optional<int> parse_clock(std::string_view text);

/// How the two numbers of a date that are not its year are to be read.
enum class DateOrder {
  month_first,        ///< … month, day (ISO dates; 4/25/2018)
  day_first,          ///< … day, month (25.4.2018)
  day_first_if_both,  ///< day first where both could be months, else month first: exports that swap
};

/// The order in which all dates are possible. Where several are, the one by which the rows (in the
/// order of the file) jump least from day to day: files are written in the order of time, and a
/// wrong reading scatters them over the year. An order other than the usual one must halve the
/// jumps.
[[nodiscard]] DateOrder detect_date_order(const std::vector<WrittenTime>& times);

/// Days since 1970-01-01; nothing for an impossible date.
[[nodiscard]] std::optional<long> day_of(const WrittenTime& time, DateOrder order);

/// The instant, with the clock of `time_zone` where no offset is written.
[[nodiscard]] std::optional<Instant> instant_of(const WrittenTime& time, DateOrder order,
                                                std::string_view time_zone);

}  // namespace gridpact::importers
