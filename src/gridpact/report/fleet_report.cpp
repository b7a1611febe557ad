#include "gridpact/report/fleet_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/page.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

extern const std::string_view fleet_charts_js;

namespace {

using documents::Json;

std::string hour_label(double hour) {
  const auto minutes = std::lround(hour * 60.0);
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::vector<std::string> bin_labels(std::size_t bins, int step) {
  std::vector<std::string> labels;
  for (std::size_t k = 0; k < bins; ++k) {
    const auto from = static_cast<int>(k) * step;
    labels.push_back(k + 1 == bins ? fmt::format("{}+", from)
                                   : fmt::format("{}–{}", from, from + step));
  }
  return labels;
}

Json texts(const std::vector<std::string>& list) {
  Json out{Json::Array{}};
  for (const auto& text : list) {
    out.push(text);
  }
  return out;
}

Json histogram(const std::vector<std::size_t>& counts, int step) {
  Json numbers{Json::Array{}};
  for (const auto count : counts) {
    numbers.push(count);
  }
  Json out;
  out.add("labels", texts(bin_labels(counts.size(), step)));
  out.add("counts", std::move(numbers));
  return out;
}

Json chart_data(const SessionSummary& summary) {
  Json out;
  std::vector<std::string> labels;
  for (std::size_t t = 0; t < summary.most_kw.size(); ++t) {
    labels.push_back(hour_label(0.25 * static_cast<double>(t)));
  }
  Json time;
  time.add("labels", texts(labels));
  time.add("period_word", "period");
  time.add("zone", summary.time_zone);
  out.add("time", std::move(time));
  std::vector<std::string> hours;
  for (int hour = 0; hour < 24; ++hour) {
    hours.push_back(std::to_string(hour));
  }
  Json arrivals;
  arrivals.add("hours", texts(hours));
  arrivals.add("workday", Json::numbers(summary.arrivals_workday));
  arrivals.add("weekend", Json::numbers(summary.arrivals_weekend));
  out.add("arrivals", std::move(arrivals));
  out.add("stays", histogram(summary.stay_histogram, 1));
  out.add("energies", histogram(summary.energy_histogram, 5));
  Json power;
  power.add("least_kw", Json::numbers(summary.least_kw));
  power.add("most_kw", Json::numbers(summary.most_kw));
  power.add("uncontrolled_kw", Json::numbers(summary.uncontrolled_kw));
  out.add("power", std::move(power));
  Json energy;
  energy.add("least_kwh", Json::numbers(summary.least_kwh));
  energy.add("most_kwh", Json::numbers(summary.most_kwh));
  out.add("energy", std::move(energy));
  return out;
}

std::string headline(const SessionSummary& summary) {
  return fmt::format(
      "{} sessions from {} to {}, {} kWh in all; cars stand idle for {} of the time they are "
      "parked.",
      grouped(std::uint64_t{summary.sessions}), summary.first_day, summary.last_day,
      grouped(summary.energy_kwh, 0), percent(summary.idle_share));
}

std::string card(std::string_view label, std::string_view value, std::string_view note) {
  return fmt::format(
      "<div class=\"figure\"><dt>{}</dt><dd><strong>{}</strong><span>{}</span></dd></div>\n",
      escaped(label), escaped(value), escaped(note));
}

std::string answer(const SessionSummary& summary) {
  std::string out =
      fmt::format("<header>\n<p class=\"brand\">gridpact · charging sessions</p>\n<h1>{}</h1>\n",
                  escaped(summary.name));
  out += fmt::format("<p class=\"when\">{} to {} · {}</p>\n<p class=\"headline\">{}</p>\n",
                     summary.first_day, summary.last_day, escaped(summary.time_zone),
                     escaped(headline(summary)));
  out += "<dl class=\"figures\">\n";
  out += card(
      "Sessions", grouped(std::uint64_t{summary.sessions}),
      fmt::format("of {} rows{}", grouped(std::uint64_t{summary.rows}),
                  summary.drivers == 0 ? std::string{}
                                       : fmt::format("; {} drivers told apart",
                                                     grouped(std::uint64_t{summary.drivers}))));
  out += card(
      "Days", grouped(std::uint64_t{summary.days}),
      fmt::format("{} with sessions; the middle day has {:g}",
                  grouped(std::uint64_t{summary.days_with_sessions}), summary.sessions_per_day[2]));
  out += card("Stay", grouped(summary.stay_h[2], 1) + " h",
              fmt::format("half of them {} to {} h", grouped(summary.stay_h[1], 1),
                          grouped(summary.stay_h[3], 1)));
  out +=
      card("Energy", grouped(summary.energy_per_session_kwh[2], 1) + " kWh",
           fmt::format("half of them {} to {} kWh", grouped(summary.energy_per_session_kwh[1], 1),
                       grouped(summary.energy_per_session_kwh[3], 1)));
  out += card("Idle", percent(summary.idle_share),
              fmt::format("of the time parked, at {} kW{}", grouped(summary.charger_kw, 1),
                          summary.charger_is_guess ? " (99 % of sessions stay below)" : ""));
  return out + "</dl>\n</header>\n";
}

HtmlTable histogram_table(const std::string& caption, const std::vector<std::size_t>& counts,
                          int step) {
  HtmlTable table{.caption = caption, .head = {"", "sessions"}, .rows = {}};
  const auto labels = bin_labels(counts.size(), step);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    table.rows.push_back({labels[k], grouped(std::uint64_t{counts[k]})});
  }
  return table;
}

std::string drivers_section(const SessionSummary& summary) {
  HtmlTable arrivals{.caption = "Mean number of arrivals per day",
                     .head = {"hour", "Monday to Friday", "Saturday and Sunday"},
                     .rows = {}};
  for (std::size_t hour = 0; hour < 24; ++hour) {
    arrivals.rows.push_back({std::to_string(hour), grouped(summary.arrivals_workday.at(hour), 2),
                             grouped(summary.arrivals_weekend.at(hour), 2)});
  }
  const auto figures =
      to_html(Figure{"arrivals", "When cars arrive", "Mean number of arrivals in each hour.",
                     "arrivals per hour of the day", arrivals, 300, true}) +
      to_html(Figure{
          "stays", "How long they stay", "Sessions by hours parked.", "histogram of stays",
          histogram_table("Sessions by hours parked", summary.stay_histogram, 1), 280, false}) +
      to_html(Figure{"energies", "What they take", "Sessions by energy.", "histogram of energies",
                     histogram_table("Sessions by energy, kWh", summary.energy_histogram, 5), 280,
                     false});
  return section("drivers", "Drivers", "", figures);
}

std::string flexibility_section(const SessionSummary& summary) {
  HtmlTable power{.caption = "Mean working day, kW",
                  .head = {"from", "least", "most", "charging at once"},
                  .rows = {}};
  HtmlTable energy{.caption = "Mean working day, kWh taken by then",
                   .head = {"until", "least", "most"},
                   .rows = {}};
  for (std::size_t t = 0; t < summary.most_kw.size(); t += 4) {
    const double hour = 0.25 * static_cast<double>(t);
    power.rows.push_back({hour_label(hour), grouped(summary.least_kw[t], 1),
                          grouped(summary.most_kw[t], 1), grouped(summary.uncontrolled_kw[t], 1)});
    energy.rows.push_back({hour_label(hour + 0.25), grouped(summary.least_kwh[t], 1),
                           grouped(summary.most_kwh[t], 1)});
  }
  const auto figures =
      to_html(Figure{"power-envelope", "Power",
                     "What the cars of the mean working day could draw in each quarter of an hour.",
                     "band of possible power", power, 320, true}) +
      to_html(
          Figure{"energy-envelope", "Energy",
                 "Energy taken so far: charging at once is the upper edge, as late as possible the "
                 "lower one.",
                 "band of possible energy", energy, 320, true});
  return section(
      "flexibility", "Flexibility",
      "Each edge can be reached alone, not all of them together: the exact set is smaller, "
      "and what plans are made with.",
      figures);
}

HtmlTable lowered_table(const SessionSummary& summary) {
  constexpr std::size_t shown = 50;
  HtmlTable table{.caption =
                      "Wishes lowered to what the charger gives (the first of them; all with "
                      "--json)",
                  .head = {"driver", "arrival", "stay, h", "wanted, kWh", "deliverable, kWh"},
                  .rows = {}};
  for (const auto& car : summary.lowered) {
    if (table.rows.size() == shown) {
      break;
    }
    table.rows.push_back({car.user < 0 ? "unknown" : std::to_string(car.user),
                          car.day + " " + hour_label(car.arrival_h), grouped(car.stay_h, 2),
                          grouped(car.wanted_kwh, 1), grouped(car.deliverable_kwh, 1)});
  }
  return table;
}

std::string rows_section(const SessionSummary& summary) {
  HtmlTable table{.caption = "Rows left out",
                  .head = {"reason (of the first one)", "first line", "rows"},
                  .rows = {}};
  for (const auto& dropped : summary.dropped) {
    table.rows.push_back({dropped.reason, grouped(std::uint64_t(dropped.first_line)),
                          grouped(std::uint64_t{dropped.count})});
  }
  table.rows.push_back({"all", "", grouped(std::uint64_t{summary.rows - summary.sessions})});
  auto lead =
      fmt::format("{} rows, layout {}, clocks of {}.", grouped(std::uint64_t{summary.rows}),
                  summary.layout.empty() ? "by the columns that were named" : summary.layout,
                  summary.time_zone);
  if (summary.swapped_dates > 0) {
    lead += fmt::format(" Day and month stood in each other's place in {} dates.",
                        grouped(std::uint64_t{summary.swapped_dates}));
  }
  if (!summary.lowered.empty()) {
    lead += fmt::format(
        " {} sessions got more than {} kW can give in their stay; plans count them with what it "
        "gives.",
        grouped(std::uint64_t{summary.lowered.size()}), grouped(summary.charger_kw, 1));
  }
  auto content =
      "<div class=\"card wide\">\n" +
      (summary.dropped.empty() ? std::string("<p>No row was left out.</p>\n") : to_html(table)) +
      "</div>\n";
  if (!summary.lowered.empty()) {
    content += "<div class=\"card wide\">\n" + to_html(lowered_table(summary)) + "</div>\n";
  }
  return section("rows", "What was read", lead, content);
}

}  // namespace

std::string fleet_report(const SessionSummary& summary) {
  return page(
      {.title = summary.name,
       .description = headline(summary),
       .answer = answer(summary),
       .navigation = "<a href=\"#drivers\">Drivers</a>\n<a href=\"#flexibility\">Flexibility</a>\n"
                     "<a href=\"#rows\">What was read</a>\n",
       .body = drivers_section(summary) + flexibility_section(summary) + rows_section(summary),
       .data = chart_data(summary),
       .charts = {fleet_charts_js}});
}

}  // namespace gridpact::report
