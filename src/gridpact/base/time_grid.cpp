#include "gridpact/base/time_grid.hpp"

#include <charconv>
#include <sstream>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

namespace gridpact {

namespace {

std::optional<int> parse_digits(std::string_view text) {
  int value = 0;
  const auto* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (text.empty() || error != std::errc{} || end != last || text.front() == '-') {
    return std::nullopt;
  }
  return value;
}

/// Offset of "Z", "+01:00" or "-0330" in seconds.
std::optional<std::chrono::seconds> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") {
    return std::chrono::seconds{0};
  }
  if ((text.size() != 6 && text.size() != 5) || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  if (text.size() == 6 && text[3] != ':') {
    return std::nullopt;
  }
  const auto hours = parse_digits(text.substr(1, 2));
  const auto minutes = parse_digits(text.substr(text.size() - 2));
  if (!hours || !minutes || *hours > 18 || *minutes > 59) {
    return std::nullopt;
  }
  const auto size = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return text[0] == '-' ? -size : std::chrono::seconds{size};
}

}  // namespace

double LocalTime::hour_of_day() const { return hour + minute / 60.0 + second / 3600.0; }

bool is_time_zone(std::string_view name) {
  try {
    (void)date::locate_zone(name);
    return true;
  } catch (const std::runtime_error&) {  // the library's only way of saying "unknown"
    return false;
  }
}

LocalTime local_time(Instant instant, std::string_view time_zone) {
  const auto local = date::locate_zone(time_zone)->to_local(instant);
  const auto day = date::floor<date::days>(local);
  const date::year_month_day ymd{day};
  const date::hh_mm_ss hms{local - day};
  LocalTime out;
  out.year = static_cast<int>(ymd.year());
  out.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  out.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  out.hour = static_cast<int>(hms.hours().count());
  out.minute = static_cast<int>(hms.minutes().count());
  out.second = static_cast<int>(hms.seconds().count());
  out.weekday = static_cast<int>(date::weekday{day}.iso_encoding());
  out.days_since_epoch = day.time_since_epoch().count();
  return out;
}

Instant local_midnight(long days_since_epoch, std::string_view time_zone) {
  const date::local_days day{date::days{days_since_epoch}};
  // `earliest`: where midnight is skipped or repeated by a clock change, the day begins once.
  const auto instant = date::locate_zone(time_zone)->to_sys(day, date::choose::earliest);
  return std::chrono::time_point_cast<std::chrono::seconds>(instant);
}

Instant local_instant(long days_since_epoch, std::chrono::seconds clock,
                      std::string_view time_zone) {
  const date::local_seconds reading = date::local_days{date::days{days_since_epoch}} + clock;
  return date::locate_zone(time_zone)->to_sys(reading, date::choose::earliest);
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() < 17 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':') {
    return std::nullopt;
  }
  const bool with_seconds = text[16] == ':';
  if (with_seconds && text.size() < 20) {
    return std::nullopt;
  }
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  const auto hour = parse_digits(text.substr(11, 2));
  const auto minute = parse_digits(text.substr(14, 2));
  const auto second = with_seconds ? parse_digits(text.substr(17, 2)) : std::optional<int>{0};
  const auto offset = parse_offset(text.substr(with_seconds ? 19 : 16));
  if (!year || !month || !day || !hour || !minute || !second || !offset || *hour > 23 ||
      *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  const auto ymd = date::year{*year} / *month / *day;
  if (!ymd.ok()) {
    return std::nullopt;
  }
  return date::sys_days{ymd} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second} - *offset;
}

std::string format_instant(Instant instant, std::string_view time_zone) {
  const auto* zone = date::locate_zone(time_zone);
  const auto offset = zone->get_info(instant).offset;
  const auto local = local_time(instant, time_zone);
  const long minutes = std::abs(offset.count()) / 60;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", local.year, local.month,
                     local.day, local.hour, local.minute, local.second,
                     offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') {
    return std::nullopt;
  }
  std::chrono::seconds total{0};
  bool in_time = false;
  std::size_t begin = 1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      continue;
    }
    if (c == 'T' && !in_time && begin == i) {
      in_time = true;
      begin = i + 1;
      continue;
    }
    const auto number = parse_digits(text.substr(begin, i - begin));
    if (!number) {
      return std::nullopt;
    }
    if (c == 'D' && !in_time) {
      total += std::chrono::hours{24} * *number;
    } else if (c == 'H' && in_time) {
      total += std::chrono::hours{*number};
    } else if (c == 'M' && in_time) {
      total += std::chrono::minutes{*number};
    } else if (c == 'S' && in_time) {
      total += std::chrono::seconds{*number};
    } else {
      return std::nullopt;
    }
    begin = i + 1;
  }
  return begin == text.size() && total.count() > 0 ? std::optional{total} : std::nullopt;
}

std::string format_duration(std::chrono::seconds duration) {
  const auto total = duration.count();
  std::string out = "PT";
  if (total >= 3600) {
    out += fmt::format("{}H", total / 3600);
  }
  if (total % 3600 >= 60) {
    out += fmt::format("{}M", total % 3600 / 60);
  }
  if (total % 60 != 0 || total == 0) {
    out += fmt::format("{}S", total % 60);
  }
  return out;
}

std::string TimeGrid::label(std::size_t t) const {
  const auto local = this->local(t);
  return fmt::format("{:02}:{:02}", local.hour, local.minute);
}

}  // namespace gridpact
