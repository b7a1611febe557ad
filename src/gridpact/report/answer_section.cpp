#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/sections.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

namespace {

struct Verdict {
  std::string_view style;
  std::string_view sign;
  std::string_view words;
};

Verdict verdict_of(const Certificate* certificate) {
  if (!certificate) {
    return {"open", "?", "Not verified yet"};
  }
  if (certificate->certified) {
    return {"good", "✓", "Certified"};
  }
  return {"bad", "✕", "Not certified"};
}

std::string card(std::string_view label, std::string_view value, std::string_view note) {
  return fmt::format(
      "<div class=\"figure\"><dt>{}</dt><dd><strong>{}</strong><span>{}</span></dd></div>\n",
      escaped(label), escaped(value), escaped(note));
}

std::string scope_words(RiskScope scope, const TimeGrid& grid) {
  return scope == RiskScope::period ? fmt::format("in any {}", period_word(grid))
                                    : "over the whole day";
}

double energy_kwh(const Plan& plan) {
  double sum = 0.0;
  for (const auto& station : plan.stations) {
    sum = std::accumulate(station.charge_kw.begin(), station.charge_kw.end(), sum);
  }
  return sum * plan.horizon.period_h();
}

std::string cost_card(const Plan& plan) {
  return card("Expected cost", euros(plan.cost.total_eur()),
              plan.gap < 1e9 ? fmt::format("proven within {} of the cheapest", percent(plan.gap))
                             : "no lower bound known");
}

std::string promise_card(const Plan& plan) {
  if (!makes_promise(plan.method)) {
    return card("Promised violation", "no promise", "the forecast is taken as truth");
  }
  // Rows that may break more often than was asked: the plan was tuned by replaying it.
  const bool is_tuned = plan.promised_violation > plan.risk.joint_violation_limit * (1.0 + 1e-6);
  return card(is_tuned ? "Budget of its limits" : "Promised violation",
              "≤ " + percent(plan.promised_violation),
              fmt::format("asked: {}, {}; {} limits jointly",
                          limit_percent(plan.risk.joint_violation_limit),
                          scope_words(plan.risk.scope, plan.horizon),
                          grouped(static_cast<std::uint64_t>(plan.row_count))) +
                  (is_tuned ? "; kept by replay, not by this budget" : ""));
}

std::string measured_card(const Plan& plan, const Certificate* certificate) {
  if (!certificate) {
    return card("Measured violation", "–", "run gridpact verify to measure it");
  }
  const auto& measured = promised_share(*certificate);
  const auto where = certificate->scope == RiskScope::period
                         ? fmt::format("worst {}, {}", period_word(plan.horizon),
                                       plan.horizon.label(certificate->worst_period_index))
                         : std::string("of all days");
  return card("Measured violation", percent(measured.share),
              fmt::format("{}; {:g} % interval {} to {}", where, 100.0 * certificate->confidence,
                          percent(measured.lower), percent(measured.upper)));
}

std::string import_card(const Plan& plan) {
  const auto& import_kw = plan.substation.import_kw;
  const auto peak = std::ranges::max_element(import_kw);
  if (peak == import_kw.end()) {
    return {};
  }
  const auto at = plan.horizon.label(static_cast<std::size_t>(peak - import_kw.begin()));
  return card("Import peak", grouped(*peak, 0) + " kW",
              fmt::format("at {}; limit {} kW; {} kW if charging were uncontrolled", at,
                          grouped(plan.import_limit_kw, 0), grouped(plan.uncontrolled_peak_kw, 0)));
}

std::string charging_card(const Plan& plan, const Certificate* certificate) {
  std::string note = fmt::format("{} stations", plan.stations.size());
  if (certificate && certificate->energy_wanted_kwh > 0.0) {
    note +=
        fmt::format("; {} not delivered in replay",
                    percent(certificate->energy_undelivered_kwh / certificate->energy_wanted_kwh));
  }
  return card("Charging", grouped(energy_kwh(plan), 0) + " kWh", note);
}

}  // namespace

std::string headline(const Case& problem, const ReportInput& input) {
  if (!input.chosen) {
    return fmt::format("{}, {}: {} methods compared.", problem.title, first_day_of(problem.horizon),
                       input.methods.size());
  }
  const auto& plan = *input.chosen;
  auto text = fmt::format("Plan for {}, {}: {} for the day", problem.title,
                          first_day_of(plan.horizon), euros(plan.cost.total_eur()));
  text += !makes_promise(plan.method)
              ? "; no promise about the limits"
              : fmt::format("; all limits together promised to break in at most {} of outcomes {}",
                            limit_percent(plan.risk.joint_violation_limit),
                            scope_words(plan.risk.scope, plan.horizon));
  if (const auto* certificate = input.certificate) {
    text += fmt::format("; measured {} on the exact grid → {}",
                        with_interval(promised_share(*certificate)),
                        certificate->certified ? "certified" : "not certified");
    text += certificate->partial ? " (replay was interrupted)." : ".";
  } else {
    text += "; not verified yet.";
  }
  return text;
}

std::string answer_section(const Case& problem, const ReportInput& input) {
  std::string out =
      fmt::format("<header>\n<p class=\"brand\">gridpact · day-ahead plan</p>\n<h1>{}</h1>\n",
                  escaped(problem.title.empty() ? problem.name : problem.title));
  const auto& grid = input.chosen ? input.chosen->horizon : problem.horizon;
  out += fmt::format("<p class=\"when\">{} · {} periods of {} · {}</p>\n", escaped(days_of(grid)),
                     grid.count, length_of_period(grid), escaped(grid.time_zone));
  if (!input.chosen) {
    return out + fmt::format("<p class=\"headline\">{}</p>\n</header>\n",
                             escaped(headline(problem, input)));
  }
  const auto& plan = *input.chosen;
  const auto verdict = verdict_of(input.certificate);
  out += fmt::format(
      "<div class=\"verdict {}\"><span class=\"sign\" aria-hidden=\"true\">{}</span>"
      "<div><strong>{}</strong><p class=\"headline\">{}</p></div></div>\n",
      verdict.style, verdict.sign, verdict.words, escaped(headline(problem, input)));
  out += "<dl class=\"figures\">\n";
  out += cost_card(plan) + promise_card(plan) + measured_card(plan, input.certificate);
  out += import_card(plan) + charging_card(plan, input.certificate);
  return out + "</dl>\n</header>\n";
}

}  // namespace gridpact::report
