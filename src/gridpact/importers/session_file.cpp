#include "gridpact/importers/detail/session_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "gridpact/base/time_grid.hpp"
#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/csv_table.hpp"
#include "gridpact/importers/detail/row_faults.hpp"

namespace gridpact::importers {

namespace {

struct Columns {
  std::size_t arrival = 0, departure = 0, energy = 0;
  std::optional<std::size_t> user, id;
};

std::optional<Columns> find_columns(const CsvTable& table, const SessionRequest& request,
                                    const std::string& shown, Faults& faults) {
  const auto before = faults.size();
  const auto find = [&](const std::string& name, const Place& asked_at) {
    return find_column(table, name, shown, asked_at, faults);
  };
  const auto arrival = find(request.arrival_column, request.arrival_asked_at);
  const auto departure = find(request.departure_column, request.departure_asked_at);
  const auto energy = find(request.energy_column, request.energy_asked_at);
  const auto user = find(request.user_column, request.user_asked_at);
  const auto id = find(request.id_column, request.id_asked_at);
  if (!arrival || !departure || !energy || faults.size() != before) {
    return std::nullopt;
  }
  return Columns{*arrival, *departure, *energy, user, id};
}

/// Reads row after row and remembers what may not repeat.
class SessionRows {
 public:
  SessionRows(const SessionRequest& request, Columns columns, RowFaults& bad_rows)
      : request_(request), columns_(columns), bad_rows_(bad_rows) {}

  /// The row's session, or nothing and what is wrong with it.
  std::optional<Session> read(const CsvRow& row) {
    const auto arrival = time(row, columns_.arrival);
    const auto departure = time(row, columns_.departure);
    const auto energy = energy_kwh(row);
    const bool is_new = check_id(row);
    if (arrival && departure && *departure <= *arrival) {
      bad_rows_.add("order", row.line,
                    fmt::format("the car leaves at {}, not after it comes at {}",
                                row.cells[columns_.departure], row.cells[columns_.arrival]));
      return std::nullopt;
    }
    if (!arrival || !departure || !energy || !is_new) {
      return std::nullopt;
    }
    const auto local = local_time(*arrival, request_.time_zone);
    return Session{
        .user = user(row),
        .arrival_day = local.days_since_epoch,
        .weekday = local.weekday,
        .arrival_h = local.hour_of_day(),
        .stay_h = static_cast<double>((*departure - *arrival).count()) / seconds_per_hour,
        .energy_kwh = *energy};
  }

 private:
  std::optional<Instant> time(const CsvRow& row, std::size_t column) {
    const auto& cell = row.cells[column];
    const auto instant = parse_instant(cell);
    if (!instant) {
      bad_rows_.add("time", row.line,
                    fmt::format("'{}' is not a time with its offset from UTC, like "
                                "2019-05-01T08:30:00-07:00",
                                cell));
    }
    return instant;
  }

  std::optional<double> energy_kwh(const CsvRow& row) {
    const auto& cell = row.cells[columns_.energy];
    double value = 0.0;
    const auto* last = cell.data() + cell.size();
    const auto [end, error] = std::from_chars(cell.data(), last, value);
    if (error == std::errc{} && end == last && std::isfinite(value) && value > 0.0) {
      return value;
    }
    bad_rows_.add("energy", row.line,
                  fmt::format("the energy '{}' is not a number of kWh above 0", cell));
    return std::nullopt;
  }

  bool check_id(const CsvRow& row) {
    if (!columns_.id) {
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

  /// Drivers are numbered in the order in which they first come.
  int user(const CsvRow& row) {
    if (!columns_.user || row.cells[*columns_.user].empty()) {
      return -1;
    }
    return users_.emplace(row.cells[*columns_.user], static_cast<int>(users_.size())).first->second;
  }

  const SessionRequest& request_;
  Columns columns_;
  RowFaults& bad_rows_;
  std::map<std::string, int> lines_of_ids_;
  std::map<std::string, int> users_;
};

}  // namespace

std::optional<std::vector<WrittenSession>> read_sessions(InputFiles& files,
                                                         const SessionRequest& request,
                                                         Faults& faults) {
  const auto faults_before = faults.size();
  const auto* text = files.read(request.file, request.asked_at, faults);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto shown = files.shown(request.file);
  const auto table = parse_csv(*text, shown, faults);
  const auto columns = find_columns(table, request, shown, faults);
  if (!columns) {
    return std::nullopt;
  }
  std::vector<WrittenSession> sessions;
  RowFaults bad_rows(shown);
  SessionRows rows(request, *columns, bad_rows);
  for (const auto& row : table.rows) {
    if (const auto session = rows.read(row)) {
      sessions.push_back({*session, row.line});
    }
  }
  if (request.drop_bad_rows) {
    bad_rows.report(Severity::warning, faults, "; left out");
  } else {
    bad_rows.report(Severity::error, faults, "; correct it, or set bad_rows = \"drop\"");
  }
  const auto is_error = [](const Fault& fault) { return fault.severity == Severity::error; };
  if (std::any_of(faults.begin() + static_cast<std::ptrdiff_t>(faults_before), faults.end(),
                  is_error)) {
    return std::nullopt;
  }
  std::stable_sort(sessions.begin(), sessions.end(),
                   [](const WrittenSession& a, const WrittenSession& b) {
                     return std::pair(a.session.arrival_day, a.session.arrival_h) <
                            std::pair(b.session.arrival_day, b.session.arrival_h);
                   });
  return sessions;
}

}  // namespace gridpact::importers
