#include "gridpact/importers/detail/written_time.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <limits>

namespace gridpact::importers {

namespace {

constexpr int seconds_per_day = 86'400;
constexpr int most_months = 12;

/// Reads a text from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool done() const { return text_.empty(); }
  [[nodiscard]] char next() const { return text_.empty() ? '\0' : text_.front(); }

  bool skip(char c) {
    if (next() != c) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (skip(' ')) {
    }
  }
  /// One to `most` digits.
  std::optional<int> digits(std::size_t most) {
    int value = 0;
    std::size_t count = 0;
    while (count < most && next() >= '0' && next() <= '9') {
      value = 10 * value + (next() - '0');
      text_.remove_prefix(1);
      ++count;
    }
    width_ = count;
    return count > 0 ? std::optional{value} : std::nullopt;
  }
  [[nodiscard]] std::size_t width() const { return width_; }  ///< of the last number

  std::string_view letters() {
    std::size_t count = 0;
    while (count < text_.size() && std::isalpha(static_cast<unsigned char>(text_[count])) != 0) {
      ++count;
    }
    const auto word = text_.substr(0, count);
    text_.remove_prefix(count);
    return word;
  }

 private:
  std::string_view text_;
  std::size_t width_ = 0;
};

std::optional<int> month_named(std::string_view word) {
  static constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};
  std::string lower(word.substr(0, 3));
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = std::ranges::find(names, lower);
  return word.size() < 3 || found == names.end()
             ? std::nullopt
             : std::optional{static_cast<int>(found - names.begin()) + 1};
}

bool scan_date(Scanner& in, WrittenTime& out) {
  if (!in.letters().empty()) {  // "Wed, "
    in.skip(',');
    in.skip_blanks();
  }
  const auto first = in.digits(4);
  out.year_first = in.width() == 4;
  const char separator = in.next();
  if (!first || (separator != '-' && separator != '/' && separator != '.' && separator != ' ')) {
    return false;
  }
  in.skip(separator);
  std::optional<int> second;
  if (const auto word = in.letters(); !word.empty()) {
    second = month_named(word);
    out.month_named = true;
  } else {
    second = in.digits(2);
  }
  if (!second || !in.skip(separator)) {
    return false;
  }
  const auto third = in.digits(out.year_first ? 2 : 4);
  if (!third || (!out.year_first && in.width() != 4)) {
    return false;
  }
  out.date = {*first, *second, *third};
  return true;
}

std::optional<int> scan_clock(Scanner& in) {
  auto hour = in.digits(2);
  if (!hour || !in.skip(':')) {
    return std::nullopt;
  }
  const auto minute = in.digits(2);
  std::optional<int> second = 0;
  if (in.skip(':')) {
    second = in.digits(2);
    if (in.skip('.')) {
      in.digits(9);
    }
  }
  Scanner ahead = in;
  ahead.skip_blanks();
  if (const auto word = ahead.letters(); word == "AM" || word == "PM") {
    if (*hour < 1 || *hour > most_months) {
      return std::nullopt;
    }
    hour = *hour % 12 + (word == "PM" ? 12 : 0);
    in = ahead;
  }
  if (!minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  return (*hour * 60 + *minute) * 60 + *second;
}

/// "Z", "GMT", "+01", "+01:00", "-0330".
bool scan_offset(Scanner& in, WrittenTime& out) {
  if (const auto word = in.letters(); !word.empty()) {
    out.offset = std::chrono::seconds{0};
    return word == "Z" || word == "z" || word == "GMT" || word == "UTC";
  }
  const int sign = in.next() == '-' ? -1 : 1;
  if (!in.skip('+') && !in.skip('-')) {
    return false;
  }
  const auto hours = in.digits(2);
  in.skip(':');
  const auto minutes = in.done() ? std::optional{0} : in.digits(2);
  if (!hours || !minutes || *hours > 18 || *minutes > 59) {
    return false;
  }
  out.offset = sign * (std::chrono::hours{*hours} + std::chrono::minutes{*minutes});
  return true;
}

/// Sum of the days from each row to the next; nothing if the order makes more dates impossible than
/// a few typing errors.
std::optional<double> jumps(const std::vector<WrittenTime>& times, DateOrder order) {
  constexpr double rare = 0.001;
  double sum = 0.0;
  std::size_t impossible = 0;
  std::optional<long> before;
  for (const auto& time : times) {
    const auto day = day_of(time, order);
    if (!day) {
      ++impossible;
      continue;
    }
    sum += before ? static_cast<double>(std::labs(*day - *before)) : 0.0;
    before = day;
  }
  return static_cast<double>(impossible) > rare * static_cast<double>(times.size())
             ? std::nullopt
             : std::optional{sum};
}

}  // namespace

std::optional<int> parse_clock(std::string_view text) {
  Scanner in(text);
  in.skip_blanks();
  const auto clock = scan_clock(in);
  in.skip_blanks();
  return in.done() ? clock : std::nullopt;
}

std::optional<WrittenTime> parse_written_time(std::string_view text) {
  Scanner in(text);
  WrittenTime out;
  in.skip_blanks();
  if (!scan_date(in, out)) {
    return std::nullopt;
  }
  if (in.skip('T') || in.skip(' ')) {
    in.skip_blanks();
    const auto clock = scan_clock(in);
    if (!clock) {
      return std::nullopt;
    }
    out.second_of_day = *clock;
    in.skip_blanks();
    if (!in.done() && !scan_offset(in, out)) {
      return std::nullopt;
    }
  }
  return in.done() ? std::optional{out} : std::nullopt;
}

std::optional<long> day_of(const WrittenTime& time, DateOrder order) {
  int year = time.year_first ? time.date[0] : time.date[2];
  int month = time.year_first ? time.date[1] : time.date[0];
  int day = time.year_first ? time.date[2] : time.date[1];
  const bool both = month <= most_months && day <= most_months;
  if (time.month_named) {
    if (!time.year_first) {
      std::swap(month, day);
    }
  } else if (order == DateOrder::day_first || (order == DateOrder::day_first_if_both && both)) {
    std::swap(month, day);
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  return date.ok() ? std::optional<long>{std::chrono::sys_days{date}.time_since_epoch().count()}
                   : std::nullopt;
}

DateOrder detect_date_order(const std::vector<WrittenTime>& times) {
  if (times.empty()) {
    return DateOrder::month_first;
  }
  // With the year in front, ISO is meant; behind, most of the world writes the day first.
  const auto usual = times.front().year_first ? DateOrder::month_first : DateOrder::day_first;
  constexpr double much_better = 0.5;
  auto best = usual;
  auto least = jumps(times, usual);
  for (const auto order :
       {DateOrder::day_first, DateOrder::month_first, DateOrder::day_first_if_both}) {
    const auto sum = jumps(times, order);
    if (sum && (!least || *sum < (best == usual ? much_better : 1.0) * *least)) {
      least = sum;
      best = order;
    }
  }
  return best;
}

std::optional<Instant> instant_of(const WrittenTime& time, DateOrder order,
                                  std::string_view time_zone) {
  const auto day = day_of(time, order);
  if (!day) {
    return std::nullopt;
  }
  if (time.offset) {
    return Instant{std::chrono::seconds{*day * seconds_per_day + time.second_of_day}} -
           *time.offset;
  }
  return local_instant(*day, std::chrono::seconds{time.second_of_day}, time_zone);
}

}  // namespace gridpact::importers
