// gridpact fleet

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "gridpact/cli/commands.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/documents/json.hpp"
#include "gridpact/fleet/session_summary.hpp"
#include "gridpact/importers/session_reader.hpp"
#include "gridpact/report/fleet_report.hpp"

namespace gridpact::cli {

namespace {

using documents::Json;

SessionSummary summary_of(const importers::SessionFile& file, const FleetArguments& arguments,
                          const CommonArguments& common) {
  auto summary = fleet::summarise(file.history, arguments.charger_kw, common.threads);
  summary.layout = file.layout;
  summary.time_zone = file.time_zone;
  summary.rows = file.rows;
  summary.swapped_dates = file.swapped_dates;
  for (const auto& dropped : file.dropped) {
    summary.dropped.push_back({dropped.reason, dropped.count, dropped.first_line});
  }
  return summary;
}

std::string five(const Quantiles& values) {
  return fmt::format("{:.1f}  {:.1f}  {:.1f}  {:.1f}  {:.1f}", values[0], values[1], values[2],
                     values[3], values[4]);
}

std::string to_text(const SessionSummary& s) {
  std::string out;
  const auto line = [&](std::string_view what, const std::string& value) {
    out += fmt::format("  {:<24} {}\n", what, value);
  };
  line("sessions", fmt::format("{} of {} rows (layout {}, clocks of {})", s.sessions, s.rows,
                               s.layout.empty() ? "as named" : s.layout, s.time_zone));
  for (const auto& dropped : s.dropped) {
    line("  left out", fmt::format("{:>6}  {} (first: line {})", dropped.count, dropped.reason,
                                   dropped.first_line));
  }
  if (s.swapped_dates > 0) {
    line("  swapped",
         fmt::format("{:>6}  dates with day and month in each other's place", s.swapped_dates));
  }
  line("days", fmt::format("{} to {}: {}, {} of them with sessions", s.first_day, s.last_day,
                           s.days, s.days_with_sessions));
  line("drivers", s.drivers > 0 ? fmt::format("{}", s.drivers) : "not told apart");
  line("energy", fmt::format("{:.0f} kWh", s.energy_kwh));
  line("charger",
       fmt::format("{:.1f} kW{}; {} sessions got more than that in their stay", s.charger_kw,
                   s.charger_is_guess ? " (99 % of sessions stay below)" : "", s.lowered.size()));
  constexpr std::size_t shown = 5;
  for (std::size_t k = 0; k < std::min(shown, s.lowered.size()); ++k) {
    const auto& car = s.lowered[k];
    line("  lowered",
         fmt::format(
             "{} at {:.2f} h, {}: {:.1f} kWh in {:.2f} h, can have {:.1f}", car.day, car.arrival_h,
             car.user < 0 ? std::string("driver unknown") : fmt::format("driver {}", car.user),
             car.wanted_kwh, car.stay_h, car.deliverable_kwh));
  }
  if (s.lowered.size() > shown) {
    line("", fmt::format("and {} more (--json lists all)", s.lowered.size() - shown));
  }
  line("idle", fmt::format("{:.1f} % of the time parked", 100.0 * s.idle_share));
  out += "\n  quantiles                10 %  25 %  50 %  75 %  90 %\n";
  line("stay, h", five(s.stay_h));
  line("energy, kWh", five(s.energy_per_session_kwh));
  line("sessions per day", five(s.sessions_per_day));
  out +=
      "\n  mean working day         least to most power, kW; charging at once; energy taken, kWh\n";
  for (std::size_t hour = 0; hour < 36; hour += 3) {
    const std::size_t t = 4 * hour;
    line(fmt::format("{:02}:00", hour),
         fmt::format("{:8.1f} to {:8.1f}  {:8.1f}  {:9.0f} to {:9.0f}", s.least_kw[t], s.most_kw[t],
                     s.uncontrolled_kw[t], t == 0 ? 0.0 : s.least_kwh[t - 1],
                     t == 0 ? 0.0 : s.most_kwh[t - 1]));
  }
  return out;
}

std::string to_json(const SessionSummary& s, const std::string& page) {
  Json out;
  out.add("schema", "gridpact-fleet/1");
  out.add("name", s.name);
  out.add("layout", s.layout);
  out.add("time_zone", s.time_zone);
  out.add("rows", s.rows);
  out.add("sessions", s.sessions);
  Json dropped{Json::Array{}};
  for (const auto& reason : s.dropped) {
    Json entry;
    entry.add("reason", reason.reason);
    entry.add("rows", reason.count);
    entry.add("first_line", reason.first_line);
    dropped.push(std::move(entry));
  }
  out.add("dropped", std::move(dropped));
  out.add("swapped_dates", s.swapped_dates);
  out.add("drivers", s.drivers);
  out.add("first_day", s.first_day);
  out.add("last_day", s.last_day);
  out.add("days", s.days);
  out.add("days_with_sessions", s.days_with_sessions);
  out.add("energy_kwh", s.energy_kwh);
  out.add("charger_kw", s.charger_kw);
  out.add("sessions_above_charger", s.lowered.size());
  Json lowered{Json::Array{}};
  for (const auto& car : s.lowered) {
    Json entry;
    if (car.user >= 0) {
      entry.add("driver", car.user);
    }
    entry.add("day", car.day);
    entry.add("arrival_h", car.arrival_h);
    entry.add("stay_h", car.stay_h);
    entry.add("wanted_kwh", car.wanted_kwh);
    entry.add("deliverable_kwh", car.deliverable_kwh);
    lowered.push(std::move(entry));
  }
  out.add("lowered_wishes", std::move(lowered));
  out.add("idle_share", s.idle_share);
  out.add("stay_h", Json::numbers(s.stay_h));
  out.add("energy_per_session_kwh", Json::numbers(s.energy_per_session_kwh));
  out.add("sessions_per_day", Json::numbers(s.sessions_per_day));
  out.add("arrivals_workday", Json::numbers(s.arrivals_workday));
  out.add("arrivals_weekend", Json::numbers(s.arrivals_weekend));
  out.add("least_kw", Json::numbers(s.least_kw));
  out.add("most_kw", Json::numbers(s.most_kw));
  out.add("uncontrolled_kw", Json::numbers(s.uncontrolled_kw));
  out.add("least_kwh", Json::numbers(s.least_kwh));
  out.add("most_kwh", Json::numbers(s.most_kwh));
  out.add("page", page);
  return documents::to_text(out);
}

}  // namespace

Exit run_fleet(const FleetArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto file = importers::read_session_file(
      arguments.path, {arguments.time_zone, arguments.arrival_column, arguments.departure_column,
                       arguments.energy_column, arguments.times_are_utc});
  if (!file) {
    return explain(terminal, file.faults(), Exit::bad_input);
  }
  if (file->history.sessions.empty()) {
    auto faults = file->notes;
    faults.push_back(
        {Severity::error,
         {arguments.path, 0},
         "no row is a session; name the columns with --arrival, --departure, --energy"});
    return explain(terminal, faults, Exit::bad_input);
  }
  Faults notes = file->notes;  // what was left out is in the summary
  std::erase_if(notes, [](const Fault& fault) { return fault.severity != Severity::note; });
  terminal.show(notes);
  const auto summary = summary_of(*file, arguments, common);
  const auto folder = arguments.out.empty() ? "out/" + file->history.name : arguments.out;
  if (!write_all(terminal, folder, {{"fleet.html", report::fleet_report(summary)}})) {
    return Exit::our_fault;
  }
  const auto page = folder + "/fleet.html";
  terminal.print(common.json ? to_json(summary, page)
                             : to_text(summary) + fmt::format("\nReport  {}\n", page));
  return Exit::success;
}

}  // namespace gridpact::cli
