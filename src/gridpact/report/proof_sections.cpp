#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/sections.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

namespace {

std::string fact(std::string_view name, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value));
}

std::string digest(std::string_view name, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd><code>{}</code></dd></div>\n", escaped(name),
                     value.empty() ? "–" : escaped(value));
}

HtmlTable by_period_table(const Certificate& certificate, const TimeGrid& grid) {
  HtmlTable table{"Scenarios with any violation, by period", {"From", "Share", "Interval"}, {}};
  for (std::size_t t = 0; t < certificate.by_period.size(); ++t) {
    const auto& measured = certificate.by_period[t];
    table.rows.push_back(
        {grid.label(t), percent(measured.share),
         fmt::format("{} to {}", percent(measured.lower), percent(measured.upper))});
  }
  return table;
}

HtmlTable by_kind_table(const Certificate& certificate) {
  HtmlTable table{
      "Scenario-periods with a violation, by kind of limit",
      {"Limit", "Share", "Interval", "Count", "Half exceed it by", "5 % by", "Worst by"},
      {}};
  for (std::size_t i = 0; i < certificate.by_kind.size(); ++i) {
    const auto& measured = certificate.by_kind[i];
    table.rows.push_back({std::string(words_of(all_row_kinds.at(i))), percent(measured.share),
                          fmt::format("{} to {}", percent(measured.lower), percent(measured.upper)),
                          grouped(measured.count)});
    const auto& sizes = certificate.excess;
    for (const double ExcessSpread::* size :
         {&ExcessSpread::median, &ExcessSpread::p95, &ExcessSpread::worst}) {
      table.rows.back().push_back(i < sizes.size() && sizes[i].count > 0
                                      ? quantity(all_row_kinds.at(i), sizes[i].*size)
                                      : "–");
    }
  }
  return table;
}

HtmlTable blame_table(const Blame& blame) {
  const auto all = blame.net_load + blame.ev + blame.either + blame.together;
  HtmlTable table{"What broke the violated scenario-periods", {"Broken by", "Count", "Share"}, {}};
  const auto row = [&](std::string_view what, std::uint64_t count) {
    table.rows.push_back({std::string(what), grouped(count),
                          percent(static_cast<double>(count) / static_cast<double>(all))});
  };
  row("load, PV and wind alone", blame.net_load);
  row("the cars alone", blame.ev);
  row("either alone", blame.either);
  row("only both together", blame.together);
  return table;
}

/// The bound that the certificate shows.
std::string bound(const Certificate& certificate) {
  return fmt::format("{} at {:g} % confidence{}", percent(certificate.promise_upper),
                     100.0 * certificate.confidence,
                     certificate.early_stop ? " (holds whenever one stops)" : "");
}

/// What it is compared with.
std::string allowance(const Certificate& certificate) {
  auto text = limit_percent(certificate.joint_violation_limit);
  if (certificate.kl_radius > 0.0) {
    text += fmt::format(" for every law within Kullback-Leibler radius {:.4g} (tested against {})",
                        certificate.kl_radius, percent(certificate.tested_limit));
  } else if (certificate.wasserstein_radius > 0.0) {
    text += fmt::format(
        " for every law within Wasserstein radius {:.4g} of the limits (tested on limits "
        "tightened by {} against {})",
        certificate.wasserstein_radius, percent(certificate.tightening),
        percent(certificate.tested_limit));
  }
  return text;
}

HtmlTable limit_table(const Certificate& certificate, const TimeGrid& grid) {
  constexpr std::size_t shown = 20;
  HtmlTable table{"The limits that broke most often",
                  {"Limit", "Place", "Times broken", "Worst excess", "When", "In scenario"},
                  {},
                  2,
                  {},
                  {}};
  for (const auto& limit : certificate.limits) {
    if (table.rows.size() == shown) {
      break;
    }
    table.rows.push_back({std::string(words_of(limit.kind)), limit.place,
                          grouped(limit.periods_violated), quantity(limit.kind, limit.worst_excess),
                          grid.label(limit.worst_period), std::to_string(limit.worst_scenario)});
  }
  return table;
}

HtmlTable service_table(const Certificate& certificate) {
  HtmlTable table{"Drivers that left with the energy they wanted, by station",
                  {"Station", "Cars", "Left short", "Days on which all were served", "Interval",
                   "Drivers", "Ever short"},
                  {},
                  1,
                  {},
                  {}};
  for (const auto& service : certificate.stations) {
    const auto& all = service.days_all_served;
    table.rows.push_back(
        {service.station, grouped(service.cars),
         service.cars == 0 ? "0"
                           : fmt::format("{} ({})", grouped(service.cars_short),
                                         percent(static_cast<double>(service.cars_short) /
                                                 static_cast<double>(service.cars))),
         percent(all.share), fmt::format("{} to {}", percent(all.lower), percent(all.upper)),
         grouped(service.drivers), grouped(service.drivers_short)});
  }
  return table;
}

HtmlTable driver_table(const Certificate& certificate) {
  constexpr std::size_t shown = 20;
  HtmlTable table{"Drivers that at times left with less",
                  {"Station", "Driver", "Served", "Interval", "Days", "Missing then"},
                  {},
                  2,
                  {},
                  {}};
  for (const auto& record : certificate.drivers_short) {
    if (table.rows.size() == shown) {
      break;
    }
    table.rows.push_back(
        {record.station, record.driver, percent(record.served.share),
         fmt::format("{} to {}", percent(record.served.lower), percent(record.served.upper)),
         grouped(record.served.trials), grouped(record.missing_kwh, 2) + " kWh"});
  }
  return table;
}

HtmlTable call_table(const Certificate& certificate) {
  HtmlTable table{
      "Calls of sold reserve", {"Station", "Calls", "Missed", "Share", "Interval"}, {}, 1, {}, {}};
  for (const auto& service : certificate.stations) {
    if (const auto& calls = service.calls_missed; calls.trials > 0) {
      table.rows.push_back({service.station, grouped(calls.trials), grouped(calls.count),
                            percent(calls.share),
                            fmt::format("{} to {}", percent(calls.lower), percent(calls.upper))});
    }
  }
  return table;
}

HtmlTable wear_table(const Certificate& certificate) {
  HtmlTable table{"Battery wear by discharging, a day",
                  {"Station", "Planned", "Replayed, mean", "One car, most"},
                  {},
                  1,
                  {},
                  {}};
  for (const auto& service : certificate.stations) {
    if (service.wear_planned_eur > 0.0 || service.wear_mean_eur > 0.0) {
      table.rows.push_back({service.station, euros(service.wear_planned_eur),
                            euros(service.wear_mean_eur), euros(service.wear_worst_car_eur)});
    }
  }
  return table;
}

HtmlTable worn_table(const Certificate& certificate) {
  constexpr std::size_t shown = 10;
  HtmlTable table{"Drivers whose batteries wore most",
                  {"Station", "Driver", "Days", "Mean a day", "Most on a day"},
                  {},
                  2,
                  {},
                  {}};
  for (const auto& record : certificate.drivers_worn) {
    if (table.rows.size() < shown) {
      table.rows.push_back({record.station, record.driver, grouped(record.days),
                            euros(record.mean_eur), euros(record.worst_eur)});
    }
  }
  return table;
}

/// What V2G and sold reserve came to, where there is any.
std::string flexibility(const Certificate& certificate) {
  std::string out;
  for (const auto& table :
       {call_table(certificate), wear_table(certificate), worn_table(certificate)}) {
    if (!table.rows.empty()) {
      out += "<div class=\"card wide\">" + to_html(table) + "</div>\n";
    }
  }
  return out;
}

std::string drivers(const Certificate& certificate) {
  std::string out = "<div class=\"card wide\">" + to_html(service_table(certificate));
  const auto count = certificate.drivers_short.size();
  out += count == 0
             ? "<p>No driver ever left with less than wanted.</p>"
             : fmt::format(
                   "<p>{} drivers at times left with less than wanted; the table shows those "
                   "served least often, certificate.json all. Every other driver always "
                   "left with what it wanted.</p>",
                   grouped(std::uint64_t{count})) +
                   to_html(driver_table(certificate));
  return out + "</div>\n";
}

std::string facts(const Certificate& certificate) {
  std::string out = "<div class=\"card wide\"><dl class=\"facts\">\n";
  out += fact("Scenarios replayed", grouped(certificate.scenarios) +
                                        (certificate.partial ? " (interrupted)"
                                         : certificate.scenarios < certificate.scenarios_asked
                                             ? fmt::format(" (of {}: the decision was certain)",
                                                           grouped(certificate.scenarios_asked))
                                             : std::string{}));
  out += fact("Upper bound of the violation", bound(certificate));
  out += fact("Violation allowed", allowance(certificate));
  out += fact("Drawn from", certificate.law);
  out += fact("Seed", std::to_string(certificate.seed));
  out += fact("Days with any violation", with_interval(certificate.days));
  out += fact("Periods with any violation", with_interval(certificate.periods));
  out += fact("Power flows without a solution", grouped(certificate.diverged));
  out += fact("Energy not delivered",
              fmt::format("{} of {} kWh a day", grouped(certificate.energy_undelivered_kwh, 1),
                          grouped(certificate.energy_wanted_kwh, 0)));
  out += fact("Cars that left short", percent(certificate.cars_short));
  out += fact("Cost of a replayed day",
              fmt::format("{} (5 % to 95 %: {} to {})", euros(certificate.cost_mean_eur),
                          euros(certificate.cost_p05_eur), euros(certificate.cost_p95_eur)));
  out += digest("Case, SHA-256", certificate.case_digest);
  out += digest("Plan, SHA-256", certificate.plan_digest);
  out += digest("Law of the days, SHA-256", certificate.model_digest);
  out += fact("Software", certificate.software);
  out += digest("Its sources, SHA-256", certificate.software_digest);
  return out + "</dl></div>\n";
}

std::string quoted_for_shell(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
    return word;
  }
  std::string out = "'";
  for (const char c : word) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

/// The certificate's days, as options of `gridpact verify`.
std::string days_of(const Plan& plan, const Certificate& certificate) {
  return fmt::format(" --scenarios {} --seed {}{}{}", certificate.scenarios_asked, certificate.seed,
                     certificate.law == "mixture" ? "" : " --law " + certificate.law,
                     certificate.layers == plan.risk.layers
                         ? std::string{}
                         : fmt::format(" --layers {}", to_string(certificate.layers)));
}

std::string commands(const Case& problem, const ReportInput& input) {
  const auto path = quoted_for_shell(problem.source);
  std::string out;
  if (input.chosen) {
    const auto& plan = *input.chosen;
    out += fmt::format("gridpact plan {} --method {} --risk {} --out DIR\n", path,
                       to_string(plan.method), plan.risk.joint_violation_limit);
  }
  if (const auto* certificate = input.certificate) {
    out += fmt::format("gridpact verify DIR/plan.json{}{}\n",
                       input.chosen ? days_of(*input.chosen, *certificate) : std::string{},
                       certificate->early_stop ? " --early-stop" : "");
    out += "gridpact audit DIR/certificate.json\n";
  }
  if (!input.methods.empty()) {
    std::string names;
    for (const auto& entry : input.methods) {
      names += (names.empty() ? "" : ",") + std::string(to_string(entry.method));
    }
    out += fmt::format("gridpact compare {} --methods {}\n", path, names);
  }
  return out;
}

}  // namespace

std::string replay_command(const Plan& plan, const Certificate& certificate,
                           const std::string& plan_path) {
  return certificate.limits.empty()
             ? std::string{}
             : fmt::format("gridpact verify {}{} --scenario {}", quoted_for_shell(plan_path),
                           days_of(plan, certificate), certificate.limits.front().worst_scenario);
}

std::string certificate_section(const ReportInput& input) {
  if (!input.certificate || !input.chosen) {
    return {};
  }
  const auto& certificate = *input.certificate;
  const auto& grid = input.chosen->horizon;
  std::string content = facts(certificate);
  if (!certificate.by_period.empty()) {
    content += to_html(Figure{"proof-period", "Violations over the day",
                              "Share of scenarios in which any limit broke, with its interval. "
                              "Dashed: the limit promised.",
                              "Measured joint violation of each period.",
                              by_period_table(certificate, grid), 280, false});
  }
  if (!certificate.by_kind.empty()) {
    content += to_html(Figure{"proof-kind", "Violations by kind of limit",
                              "Share of all scenario-periods, with its interval.",
                              "Measured violation of each kind of limit.",
                              by_kind_table(certificate), 280, false});
  }
  content +=
      certificate.limits.empty()
          ? "<p class=\"card wide\">No limit broke in any scenario.</p>\n"
          : "<div class=\"card wide\">" + to_html(limit_table(certificate, grid)) +
                "<p>A scenario is replayed by its number, period by period; that of the first row "
                "by</p><pre>" +
                escaped(replay_command(*input.chosen, certificate, "DIR/plan.json")) +
                "</pre></div>\n";
  const auto& blame = certificate.blame;
  if (blame.net_load + blame.ev + blame.either + blame.together > 0) {
    content += "<div class=\"card wide\">" + to_html(blame_table(blame)) +
               "<p>Each violated period was solved again with the errors of load, PV and wind "
               "alone, and with the stations' deviations alone.</p></div>\n";
  }
  if (!certificate.stations.empty()) {
    content += drivers(certificate) + flexibility(certificate);
  }
  return section("certificate", "The proof",
                 "Fresh scenarios, replayed through the plan's own rules and the exact AC power "
                 "flow, by code that shares nothing with the planner.",
                 content);
}

std::string assumptions_section(const Case& problem, const ReportInput& input) {
  std::string content = "<div class=\"card wide\"><h3>Assumed or repaired on reading</h3>\n";
  if (problem.notes.empty()) {
    content += "<p>Nothing: the case was complete.</p>\n";
  } else {
    content += "<ul class=\"notes\">\n";
    for (const auto& note : problem.notes) {
      content += "<li>" + escaped(to_string(note)) + "</li>\n";
    }
    content += "</ul>\n";
  }
  if (input.chosen) {
    const auto& plan = *input.chosen;
    content += "<dl class=\"facts\">\n";
    content += fact("Method", fmt::format("{}: {}", to_string(plan.method), words_of(plan.method)));
    content += fact("Known of the errors", to_string(plan.risk.knowledge));
    content += fact("Ambiguity of their law", to_string(plan.risk.ambiguity));
    content += fact("Net load and charging", to_string(plan.risk.layers));
    content +=
        fact("Error of the linear model", fmt::format("{:.1g} pu at most", plan.linear_error_pu));
    content += digest("Case, SHA-256", plan.case_digest);
    content += fact("Software", plan.software);
    content += "</dl>\n";
  }
  content += "</div>\n<div class=\"card wide\"><h3>Make it again</h3>\n<pre tabindex=\"0\"><code>" +
             escaped(commands(problem, input)) + "</code></pre></div>\n";
  return section("assumptions", "What was assumed, and how to repeat it", "", content);
}

}  // namespace gridpact::report
