#include "gridpact/report/detail/words.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::report {

namespace {

constexpr std::string_view minus = "−";

std::string with_separators(std::string digits) {
  const auto end = std::min(digits.find('.'), digits.size());
  for (std::size_t at = end; at > 3; at -= 3) {
    digits.insert(at - 3, 1, ',');
  }
  return digits;
}

/// Decimals that leave two or three digits of a percentage.
int percent_decimals(double percents) {
  const double size = std::abs(percents);
  return size == 0.0 ? 0 : size >= 10.0 ? 1 : size >= 0.1 ? 2 : size >= 0.001 ? 3 : 5;
}

std::string date_of(const LocalTime& local) {
  static constexpr std::array<std::string_view, 12> months{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return fmt::format("{} {} {}", local.day, months.at(static_cast<std::size_t>(local.month - 1)),
                     local.year);
}

}  // namespace

std::string grouped(double value, int decimals) {
  if (!std::isfinite(value)) {
    return "none";
  }
  auto digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool negative = value < 0.0 && digits.find_first_not_of("0.") != std::string::npos;
  return (negative ? std::string(minus) : std::string{}) + with_separators(std::move(digits));
}

std::string grouped(std::uint64_t value) { return with_separators(std::to_string(value)); }

std::string euros(double value) { return grouped(value, 2) + " €"; }

std::string percent(double share) {
  return grouped(100.0 * share, percent_decimals(100.0 * share)) + " %";
}

std::string limit_percent(double share) { return fmt::format("{:.6g} %", 100.0 * share); }

std::string interval(const MeasuredShare& measured) {
  const double size = measured.share > 0.0 ? measured.share : measured.upper;
  const int decimals = percent_decimals(100.0 * size);
  return fmt::format("[{}, {}]", grouped(100.0 * measured.lower, decimals),
                     grouped(100.0 * measured.upper, decimals));
}

std::string with_interval(const MeasuredShare& measured) {
  return percent(measured.share) + " " + interval(measured);
}

std::string days_of(const TimeGrid& grid) {
  const auto first = local_time(grid.start, grid.time_zone);
  const auto last = local_time(grid.end(), grid.time_zone);
  const bool whole_day = first.hour_of_day() == 0.0 && last.hour_of_day() == 0.0 &&
                         last.days_since_epoch == first.days_since_epoch + 1;
  if (whole_day) {
    return date_of(first);
  }
  return fmt::format("{}, {:02}:{:02} to {}, {:02}:{:02}", date_of(first), first.hour, first.minute,
                     date_of(last), last.hour, last.minute);
}

std::string first_day_of(const TimeGrid& grid) { return date_of(grid.local(0)); }

std::string length_of_period(const TimeGrid& grid) {
  const auto seconds = grid.period.count();
  if (seconds % 3600 == 0) {
    return fmt::format("{} h", seconds / 3600);
  }
  return seconds % 60 == 0 ? fmt::format("{} min", seconds / 60) : fmt::format("{} s", seconds);
}

std::string_view period_word(const TimeGrid& grid) {
  return grid.period == std::chrono::hours(1) ? "hour" : "period";
}

std::string_view words_of(RowKind kind) {
  switch (kind) {
    case RowKind::voltage:
      return "voltage band";
    case RowKind::branch:
      return "branch current";
    case RowKind::import_:
      return "import limit";
    case RowKind::reserve:
      return "reserve";
    case RowKind::station_reserve:
      break;
  }
  return "station reserve";
}

std::string quantity(RowKind kind, double value) {
  const int decimals = kind == RowKind::voltage ? 4 : 1;
  return std::isfinite(value) ? grouped(value, decimals) + " " + std::string(unit_of(kind))
                              : "none";
}

bool makes_promise(Method method) { return method != Method::det && method != Method::so; }

std::string_view words_of(Method method) {
  switch (method) {
    case Method::det:
      return "forecast taken as truth";
    case Method::so:
      return "sampled days survived";
    case Method::icc:
      return "each limit alone at ε";
    case Method::ba:
      return "ε divided equally over all limits";
    case Method::oba:
      return "ε divided where it pays";
    case Method::ro:
      break;
  }
  return "every possible outcome";
}

std::string place_of(const Feeder& feeder, std::size_t node_phase) {
  const auto& place = feeder.node_phases.at(node_phase);
  const auto& name = feeder.nodes.at(place.node.index()).name;
  return place.phase == 0 ? name : fmt::format("{}.{}", name, place.phase);
}

}  // namespace gridpact::report
