#include "gridpact/importers/detail/session_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "gridpact/base/time_grid.hpp"
#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/written_time.hpp"

namespace gridpact::importers {

namespace {

struct Columns {
  std::size_t arrival = 0, departure = 0, energy = 0;
  std::optional<std::size_t> arrival_clock, departure_clock, user, id, charger, priority;
};

std::optional<Columns> find_columns(const CsvTable& table, const SessionRequest& request,
                                    const SessionColumns& names, const std::string& shown,
                                    Faults& faults) {
  const auto before = faults.size();
  const auto find = [&](const std::string& name, const Place& asked_at) {
    return find_column(table, name, shown, asked_at, faults);
  };
  const auto arrival = find(names.arrival, request.arrival_asked_at);
  const auto departure = find(names.departure, request.departure_asked_at);
  const auto energy = find(names.energy, request.energy_asked_at);
  Columns out;
  out.arrival_clock = find(names.arrival_clock, request.arrival_asked_at);
  out.departure_clock = find(names.departure_clock, request.departure_asked_at);
  if (request.detect_layout) {  // what a layout may have besides need not be there
    out.user = table.find(names.user);
    out.id = table.find(names.id);
    out.charger = table.find(names.charger);
  } else {
    out.user = find(names.user, request.user_asked_at);
    out.id = find(names.id, request.id_asked_at);
  }
  out.priority = find(names.priority, request.priority_asked_at);
  if (!arrival || !departure || !energy || faults.size() != before) {
    return std::nullopt;
  }
  out.arrival = *arrival;
  out.departure = *departure;
  out.energy = *energy;
  return out;
}

/// A number with decimal point or comma; the last of both is the decimal one.
std::optional<double> number_in(std::string cell) {
  const auto comma = cell.rfind(',');
  const auto point = cell.rfind('.');
  if (comma != std::string::npos) {
    const bool comma_is_decimal = point == std::string::npos || comma > point;
    std::erase(cell, comma_is_decimal ? '.' : ',');
    std::ranges::replace(cell, ',', '.');
  }
  double value = 0.0;
  const auto* last = cell.data() + cell.size();
  const auto [end, error] = std::from_chars(cell.data(), last, value);
  return error == std::errc{} && end == last ? std::optional{value} : std::nullopt;
}

bool is_blank(const std::string& cell) { return cell.empty() || cell == "NA" || cell == "null"; }

/// Reads row after row and remembers what may not repeat.
class RowReader {
 public:
  RowReader(Columns columns, ClockKind clock, std::string time_zone, RowFaults& bad_rows)
      : columns_(columns), clock_(clock), time_zone_(std::move(time_zone)), bad_rows_(bad_rows) {}

  /// Finds out in which order the file writes day and month.
  void learn_date_order(const CsvTable& table) {
    std::vector<WrittenTime> times;
    for (const auto& row : table.rows) {
      if (const auto time = written(row, columns_.arrival, columns_.arrival_clock)) {
        times.push_back(*time);
      }
    }
    order_ = detect_date_order(times);
    const auto usual =
        !times.empty() && !times.front().year_first ? DateOrder::day_first : DateOrder::month_first;
    for (const auto& time : times) {
      swapped_ += order_ != usual && day_of(time, order_) != day_of(time, usual) ? 1U : 0U;
    }
  }
  [[nodiscard]] std::size_t swapped_dates() const { return swapped_; }

  /// The row's session, or nothing and what is wrong with it.
  std::optional<Session> read(const CsvRow& row) {
    const auto arrival = time(row, columns_.arrival, columns_.arrival_clock, "arrival");
    const auto departure = time(row, columns_.departure, columns_.departure_clock, "departure");
    const auto energy = energy_kwh(row);
    const auto priority = priority_of(row);
    const bool is_new = check_id(row);
    if (arrival && departure && *departure <= *arrival) {
      bad_rows_.add("order", row.line,
                    fmt::format("the car leaves at {}, not after it comes at {}",
                                shown(row, columns_.departure, columns_.departure_clock),
                                shown(row, columns_.arrival, columns_.arrival_clock)));
      return std::nullopt;
    }
    if (!arrival || !departure || !energy || !priority || !is_new ||
        !check_repetition(row, *arrival, *departure, *energy)) {
      return std::nullopt;
    }
    const auto local = local_time(*arrival, time_zone_);
    return Session{
        .user = user(row),
        .arrival_day = local.days_since_epoch,
        .weekday = local.weekday,
        .arrival_h = local.hour_of_day(),
        .stay_h = static_cast<double>((*departure - *arrival).count()) / seconds_per_hour,
        .energy_kwh = *energy,
        .priority = *priority};
  }

 private:
  static std::string shown(const CsvRow& row, std::size_t column,
                           std::optional<std::size_t> clock_column) {
    return row.cells[column] + (clock_column ? " " + row.cells[*clock_column] : "");
  }

  static std::optional<WrittenTime> written(const CsvRow& row, std::size_t column,
                                            std::optional<std::size_t> clock_column) {
    auto time = parse_written_time(row.cells[column]);
    if (time && clock_column) {
      const auto clock = parse_clock(row.cells[*clock_column]);
      if (!clock) {
        return std::nullopt;
      }
      time->second_of_day = *clock;
    }
    return time;
  }

  std::optional<Instant> time(const CsvRow& row, std::size_t column,
                              std::optional<std::size_t> clock_column, const std::string& what) {
    if (clock_ != ClockKind::offset && is_blank(row.cells[column])) {
      bad_rows_.add("no " + what, row.line, fmt::format("no {} is written", what));
      return std::nullopt;
    }
    const auto time = written(row, column, clock_column);
    if (time && (time->offset || clock_ != ClockKind::offset)) {
      const auto zone = clock_ == ClockKind::utc ? std::string_view("UTC") : time_zone_;
      if (const auto instant = instant_of(*time, order_, zone)) {
        return instant;
      }
    }
    bad_rows_.add("time", row.line,
                  fmt::format("'{}' is not a time{}", shown(row, column, clock_column),
                              clock_ == ClockKind::offset
                                  ? " with its offset from UTC, like 2019-05-01T08:30:00-07:00"
                                  : ", like 2019-05-01 08:30"));
    return std::nullopt;
  }

  std::optional<double> energy_kwh(const CsvRow& row) {
    const auto& cell = row.cells[columns_.energy];
    const auto value = number_in(cell);
    if (value && std::isfinite(*value) && *value > 0.0) {
      return value;
    }
    const bool is_number = value && std::isfinite(*value);
    bad_rows_.add(is_blank(cell) ? "no energy"
                  : is_number    ? "energy not above 0"
                                 : "energy",
                  row.line, fmt::format("the energy '{}' is not a number of kWh above 0", cell));
    return std::nullopt;
  }

  std::optional<int> priority_of(const CsvRow& row) {
    if (!columns_.priority || is_blank(row.cells[*columns_.priority])) {
      return 0;
    }
    const auto& cell = row.cells[*columns_.priority];
    int value = 0;
    const auto* last = cell.data() + cell.size();
    const auto [end, error] = std::from_chars(cell.data(), last, value);
    if (error == std::errc{} && end == last) {
      return value;
    }
    bad_rows_.add("priority", row.line,
                  fmt::format("the priority '{}' is not a whole number", cell));
    return std::nullopt;
  }

  bool check_id(const CsvRow& row) {
    if (!columns_.id || row.cells[*columns_.id].empty()) {
      return true;
    }
    const auto& id = row.cells[*columns_.id];
    const auto [known, is_new] = lines_of_ids_.emplace(id, row.line);
    if (!is_new) {
      bad_rows_.add(
          "id", row.line,
          fmt::format("the session id '{}' stands twice, first on line {}", id, known->second));
    }
    return is_new;
  }

  /// Two rows with the same car, times and energy are one session.
  bool check_repetition(const CsvRow& row, Instant arrival, Instant departure, double energy) {
    if (!columns_
             .charger) {  // two cars may well come and go together where nothing tells them apart
      return true;
    }
    const auto who = columns_.user ? row.cells[*columns_.user] : std::string{};
    const auto [known, is_new] = lines_of_rows_.emplace(
        std::tuple(row.cells[*columns_.charger] + "\n" + who, arrival, departure, energy),
        row.line);
    if (!is_new) {
      bad_rows_.add("repeated", row.line,
                    fmt::format("the same session stands on line {}", known->second));
    }
    return is_new;
  }

  /// Drivers are numbered in the order in which they first come.
  int user(const CsvRow& row) {
    if (!columns_.user || is_blank(row.cells[*columns_.user])) {
      return -1;
    }
    return users_.emplace(row.cells[*columns_.user], static_cast<int>(users_.size())).first->second;
  }

  Columns columns_;
  ClockKind clock_;
  std::string time_zone_;
  RowFaults& bad_rows_;
  DateOrder order_ = DateOrder::month_first;
  std::size_t swapped_ = 0;
  std::map<std::string, int> lines_of_ids_;
  std::map<std::tuple<std::string, Instant, Instant, double>, int> lines_of_rows_;
  std::map<std::string, int> users_;
};

/// Does any arrival of the table carry its offset from UTC?
bool has_offsets(const CsvTable& table, const Columns& columns) {
  return std::ranges::any_of(table.rows, [&](const CsvRow& row) {
    const auto time = parse_written_time(row.cells[columns.arrival]);
    return time && time->offset;
  });
}

bool has_errors_since(const Faults& faults, std::size_t before) {
  return std::any_of(faults.begin() + static_cast<std::ptrdiff_t>(before), faults.end(),
                     [](const Fault& fault) { return fault.severity == Severity::error; });
}

CsvTable table_of(const std::string& text, const std::string& shown, bool count_bad_rows,
                  RowFaults& bad_rows, Faults& faults) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (text[first] == '{' || text[first] == '[')) {
    return parse_acn_json(text, shown, faults);
  }
  return parse_csv(text, shown, faults, separator_of(text), count_bad_rows ? &bad_rows : nullptr);
}

}  // namespace

std::optional<SessionRows> read_sessions(InputFiles& files, const SessionRequest& request,
                                         Faults& faults) {
  const auto faults_before = faults.size();
  const auto* text = files.read(request.file, request.asked_at, faults);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto shown = files.shown(request.file);
  RowFaults bad_rows(shown);
  const auto table = table_of(*text, shown, request.drop_bad_rows, bad_rows, faults);
  SessionRows out;
  out.rows = table.rows.size();
  for (const auto& kind : bad_rows.kinds()) {
    out.rows += kind.lines.size();
  }
  const auto* layout = request.detect_layout ? layout_of(table) : nullptr;
  const auto& names = layout != nullptr ? layout->columns : request.columns;
  out.layout = layout != nullptr ? std::string(layout->name) : std::string{};
  out.time_zone = request.time_zone.empty() && layout != nullptr ? std::string(layout->time_zone)
                                                                 : request.time_zone;
  if (out.time_zone.empty()) {
    out.time_zone = "UTC";
  }
  const auto columns = find_columns(table, request, names, shown, faults);
  if (!columns) {
    return std::nullopt;
  }
  auto clock = names.clock;
  if (layout != nullptr && clock == ClockKind::offset && !table.rows.empty() &&
      !has_offsets(table, *columns)) {
    clock = request.columns.clock;
    faults.push_back({Severity::note,
                      {shown, 0},
                      fmt::format("no time has its offset from UTC; read as {}",
                                  clock == ClockKind::utc ? std::string("UTC")
                                                          : "the clock of " + out.time_zone)});
  }
  RowReader rows(*columns, clock, out.time_zone, bad_rows);
  rows.learn_date_order(table);
  out.swapped_dates = rows.swapped_dates();
  for (const auto& row : table.rows) {
    if (const auto session = rows.read(row)) {
      out.sessions.push_back({*session, row.line});
    }
  }
  if (out.swapped_dates > 0) {
    faults.push_back(
        {Severity::note,
         {shown, 0},
         fmt::format("day and month stand in each other's place in {} of {} dates, as the "
                     "order of the rows shows; read accordingly",
                     out.swapped_dates, table.rows.size())});
  }
  if (request.drop_bad_rows) {
    bad_rows.report(Severity::warning, faults, "; left out");
  } else {
    bad_rows.report(Severity::error, faults, "; correct it, or set bad_rows = \"drop\"");
  }
  if (has_errors_since(faults, faults_before)) {
    return std::nullopt;
  }
  out.dropped = bad_rows.kinds();
  std::stable_sort(out.sessions.begin(), out.sessions.end(),
                   [](const WrittenSession& a, const WrittenSession& b) {
                     return std::pair(a.session.arrival_day, a.session.arrival_h) <
                            std::pair(b.session.arrival_day, b.session.arrival_h);
                   });
  return out;
}

}  // namespace gridpact::importers
