#include "gridpact/report/fit_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/page.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

extern const std::string_view fit_charts_js;

namespace {

using documents::Json;
using uncertainty::Diagnosis;

std::string fixed(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }

std::string answer(const Case& problem, const Diagnosis& d) {
  std::string text = fmt::format(
      "<header class=\"answer\"><p>{} · fitted model</p><h1>Errors of load, PV and wind learned "
      "from "
      "{} days</h1>",
      escaped(problem.title), d.days);
  if (d.held_out) {
    const auto& fitted = d.held_out->scores.front();
    text += fmt::format(
        "<p>Learned from the first {} days and judged on the {} after them: the joint 95 % band of "
        "the day held on <strong>{}</strong> of them.</p>",
        d.held_out->training_days, d.held_out->days.size(), percent(fitted.band_coverage));
  } else {
    text += "<p>The history is too short to hold days back: nothing here has been tested.</p>";
  }
  return text + "</header>";
}

HtmlTable coverage_table(const uncertainty::HeldOut& held_out) {
  HtmlTable table{"On days that the fit had not seen", {"Law"}, {}, 1, {0}, {}};
  for (const double level : uncertainty::interval_levels) {
    table.head.push_back(percent(level) + " interval");
  }
  for (const char* name : {"95 % joint day band", "Energy score, kW", "Variogram score"}) {
    table.head.emplace_back(name);
  }
  for (const auto& score : held_out.scores) {
    auto& row = table.rows.emplace_back();
    row.push_back(score.law);
    for (const double covered : score.coverage) {
      row.push_back(percent(covered));
    }
    row.push_back(percent(score.band_coverage));
    row.push_back(fixed(score.energy_score, 2));
    row.push_back(fixed(score.variogram_score, 3));
  }
  return table;
}

HtmlTable ambiguity_table(const uncertainty::Ambiguity& a, const uncertainty::MomentRegion& m) {
  return {fmt::format("How much the fit must be distrusted ({}-fold cross-validation by blocks of "
                      "days; bootstrap of whole days)",
                      a.folds),
          {"Radius", "Value"},
          {{"mean, (m − μ)' Σ⁻¹ (m − μ), 95 %", fixed(a.mean_radius, 4)},
           {"covariance, factor on Σ, 95 %", fixed(a.covariance_factor, 3)},
           {"planned day's mean, largest of its periods, 95 %",
            fixed(*std::max_element(m.mean_radius.begin(), m.mean_radius.end()), 3)},
           {"planned day's covariance, largest factor of its periods, 95 %",
            fixed(*std::max_element(m.covariance_factor.begin(), m.covariance_factor.end()), 3)},
           {"Kullback-Leibler, measured", fixed(a.kl_radius, 4)},
           {"Kullback-Leibler, upper 95 % bound", fixed(a.kl_radius_upper, 4)},
           {"joint 95 % day band, deviations", fixed(a.band_factor, 2)},
           {"Wasserstein-1 of the PIT", fixed(a.wasserstein_radius, 4)}}};
}

std::string honest_words(const uncertainty::HonestFactors& honest) {
  if (honest.symmetric) {
    return honest.unimodal ? "symmetric, unimodal" : "symmetric";
  }
  return honest.unimodal ? "unimodal" : "moments only";
}

HtmlTable shape_table(const Diagnosis& d, const TimeGrid& horizon) {
  HtmlTable table{
      "Shape of the standardised errors, and which safety factors it makes honest",
      {"Source", "Modes", "Asymmetry", "p of symmetry", "p of one mode", "Honest factors"},
      {}};
  const auto add = [&](const std::string& name, const uncertainty::ShapeEvidence& e) {
    table.rows.push_back({name, std::to_string(e.modes), fixed(e.asymmetry, 3),
                          fixed(e.symmetry_p_value, 3), fixed(e.unimodality_p_value, 3),
                          honest_words(e.honest)});
  };
  for (const auto& s : d.sources) {
    add(s.name, s.evidence);
  }
  for (std::size_t t = 0; t < d.balance.size(); ++t) {
    add("all together, " + horizon.label(t), d.balance[t]);
  }
  return table;
}

HtmlTable quantile_table(const Diagnosis& d) {
  HtmlTable table{"Quantiles of past and fitted standardised errors", {"Share"}, {}};
  for (const auto& s : d.sources) {
    table.head.push_back(s.name + ", past");
    table.head.push_back("fitted");
  }
  for (const std::size_t q : {1U, 5U, 10U, 25U, 50U, 75U, 90U, 95U, 99U}) {
    auto& row = table.rows.emplace_back();
    row.push_back(fmt::format("{} %", q));
    for (const auto& s : d.sources) {
      row.push_back(fixed(s.quantile_past[q - 1], 2));
      row.push_back(fixed(s.quantile_fitted[q - 1], 2));
    }
  }
  return table;
}

HtmlTable correlation_table(const uncertainty::LayerLaw& law) {
  HtmlTable table{"Correlation of the sources' errors", {"Source"}, {}};
  for (const auto& name : law.sources) {
    table.head.push_back(name);
  }
  for (std::size_t i = 0; i < law.size(); ++i) {
    auto& row = table.rows.emplace_back();
    row.push_back(law.sources[i]);
    for (std::size_t j = 0; j < law.size(); ++j) {
      row.push_back(fixed(law.correlation(i, j), 2));
    }
  }
  return table;
}

HtmlTable drift_table(const Diagnosis& d) {
  HtmlTable table{
      "Mean (and deviation) of the standardised errors by month", {"Month", "Days"}, {}};
  for (const auto& name : d.law.sources) {
    table.head.push_back(name);
  }
  for (const auto& month : d.months) {
    auto& row = table.rows.emplace_back();
    row.push_back(month.month);
    row.push_back(std::to_string(month.days));
    for (std::size_t j = 0; j < month.mean.size(); ++j) {
      row.push_back(fmt::format("{:.2f} ({:.2f})", month.mean[j], month.deviation[j]));
    }
  }
  return table;
}

HtmlTable station_table(std::span<const StationStatistics> stations) {
  HtmlTable table{
      fmt::format("Cars and what they want on a {}, 5 / 50 / 95 % of drawn days or cars",
                  stations.empty() ? "day" : stations.front().day_kind),
      {"Station", "Cars", "Past sessions", "Like days", "Cars a day", "kWh a day", "Arrival, h",
       "Stay, h", "kWh of a car"},
      {}};
  const auto spread = [](const Spread& s, int decimals) {
    return fmt::format("{:.{}f} / {:.{}f} / {:.{}f}", s.p05, decimals, s.p50, decimals, s.p95,
                       decimals);
  };
  for (const auto& s : stations) {
    table.rows.push_back({s.name + ", " + s.day_kind, std::to_string(s.cars),
                          fmt::format("{} ({:.0f} a {})", grouped(std::uint64_t{s.sessions}),
                                      s.sessions_a_day, s.day_kind),
                          std::to_string(s.days), spread(s.cars_a_day, 0),
                          spread(s.energy_a_day_kwh, 0), spread(s.arrival_h, 1),
                          spread(s.stay_h, 1), spread(s.energy_kwh, 1)});
  }
  return table;
}

HtmlTable envelope_table(const StationStatistics& s, const TimeGrid& horizon) {
  HtmlTable table{"Uncontrolled power and energy bounds of " + s.name,
                  {"From", "Arrivals", "Power 5 %", "50 %", "95 %, kW", "Latest 50 %, kWh",
                   "Earliest 50 %, kWh"},
                  {}};
  for (std::size_t t = 0; t < s.power_kw.size(); ++t) {
    table.rows.push_back({horizon.label(t), fixed(s.arrivals[t], 1), fixed(s.power_kw[t].p05, 0),
                          fixed(s.power_kw[t].p50, 0), fixed(s.power_kw[t].p95, 0),
                          fixed(s.latest_kwh[t].p50, 0), fixed(s.earliest_kwh[t].p50, 0)});
  }
  return table;
}

HtmlTable joint_table(const uncertainty::JointDiagnosis& joint,
                      const uncertainty::LayerLaw& net_load) {
  HtmlTable table{
      joint.link
          ? fmt::format("Correlation of the energy that a day's cars want with the day's energy "
                        "error of load, PV and wind (± its standard error before it was shrunk), "
                        "{} days",
                        joint.days)
          : fmt::format(
                "Charging and net load have {} days of the same date, too few to learn what "
                "they have in common: taken as independent",
                joint.days),
      {"Source"},
      {}};
  if (!joint.link) {
    return table;
  }
  for (const auto& name : joint.stations) {
    table.head.push_back(name);
  }
  for (std::size_t j = 0; j < net_load.size(); ++j) {
    auto& row = table.rows.emplace_back();
    row.push_back(net_load.sources[j]);
    for (std::size_t s = 0; s < joint.stations.size(); ++s) {
      row.push_back(fmt::format("{:.2f} ± {:.2f}", joint.link->correlation()(j, s),
                                joint.link->standard_error()(j, s)));
    }
  }
  return table;
}

std::string fit_section(const Diagnosis& d, const TimeGrid& horizon) {
  std::string content = to_html(
      Figure{"fit_density", "Standardised errors and the fitted mixture",
             "Bars: the past. Lines: the fitted mixture and, for comparison, one Gaussian.",
             "Histograms of the standardised errors of each source with the fitted mixture.",
             shape_table(d, horizon), 70 + 190 * static_cast<int>((d.sources.size() + 2) / 3)});
  content += to_html(Figure{"fit_quantiles", "Quantiles against quantiles",
                            "On the diagonal, past and fitted law agree; the ends are the tails.",
                            "Quantiles of the past errors against those of the fitted law.",
                            quantile_table(d), 380});
  return section("shape", "Shape", "What an hour's error looks like, in standard deviations.",
                 content);
}

std::string test_section(const Diagnosis& d) {
  if (!d.held_out) {
    return {};
  }
  std::string content = to_html(
      Figure{"fit_coverage", "Coverage on days not seen",
             "Measured minus nominal coverage: 0 is right, below is too narrow, above too wide.",
             "Coverage of the intervals by fitted, Gaussian and empirical law.",
             coverage_table(*d.held_out), 300});
  content += to_html(
      Figure{"fit_pit", "Probability integral transform",
             "Even bars: calibrated. A hump: too wide. Raised ends: too narrow. A slope: biased.",
             "Histogram of the ranks of what came among drawn days.",
             d.ambiguity ? ambiguity_table(*d.ambiguity, d.moments) : HtmlTable{"", {}, {}}, 260});
  return section("test", "Test",
                 "Learned from the first three quarters of the days, judged on the last.", content);
}

std::string dependence_section(const Diagnosis& d) {
  std::string content =
      to_html(Figure{"fit_correlation", "Between sources",
                     "1: they err together; 0: nothing to do with each other.",
                     "Correlation map of the sources.", correlation_table(d.law), 360, false});
  content += to_html(Figure{"fit_time", "Between the periods of a day",
                            "How far an error lasts, for each source what it adds to those before "
                            "it: correlation with the period at noon.",
                            "Correlation over the periods of the day.",
                            HtmlTable{"Persistence",
                                      {"What", "Value"},
                                      {{"lag-1 autocorrelation", fixed(d.law.persistence, 3)},
                                       {"regime persistence", fixed(d.law.regime_persistence, 2)}}},
                            360, false});
  if (!d.months.empty()) {
    content +=
        to_html(Figure{"fit_drift", "Over the year",
                       "Mean of the standardised errors by month: 0 is what the fit expects.",
                       "Drift of the errors by month.", drift_table(d), 300});
  }
  return section("dependence", "Dependence and drift", "What moves together, and what moves away.",
                 content);
}

std::string station_section(std::span<const StationStatistics> stations,
                            std::span<const StationStatistics> other_days,
                            const uncertainty::JointDiagnosis& joint,
                            const uncertainty::LayerLaw& net_load, const TimeGrid& horizon) {
  if (stations.empty()) {
    return {};
  }
  std::string content = "<div class=\"card wide\">" + to_html(station_table(stations)) + "</div>";
  if (!other_days.empty()) {
    content += "<div class=\"card wide\">" + to_html(station_table(other_days)) + "</div>";
  }
  content += "<div class=\"card wide\">" + to_html(joint_table(joint, net_load)) + "</div>";
  for (std::size_t s = 0; s < stations.size(); ++s) {
    content += to_html(Figure{
        fmt::format("fit_station_{}", s), stations[s].name,
        "Band: 5 to 95 % of the drawn days. Power if each car charges at once; energy that is "
        "charged at the earliest and at the latest.",
        "Power and energy envelope of the station.", envelope_table(stations[s], horizon), 300});
  }
  return section(
      "stations", "Charging stations",
      "Drawn from past sessions, whole: arrival, stay and energy of a car stay together. "
      "A fleet larger than the history is the same drivers more than once.",
      content);
}

Json time_of(const TimeGrid& horizon) {
  Json labels{Json::Array{}};
  for (std::size_t t = 0; t < horizon.count; ++t) {
    labels.push(horizon.label(t));
  }
  Json out;
  out.add("labels", std::move(labels));
  out.add("period_word", horizon.period == std::chrono::hours{1} ? "hour" : "period");
  out.add("zone", horizon.time_zone);
  return out;
}

}  // namespace

std::string fit_report(const Case& problem, const Diagnosis& net_load,
                       const uncertainty::JointDiagnosis& joint,
                       std::span<const StationStatistics> stations,
                       std::span<const StationStatistics> other_days, const Json& document) {
  const std::string parts[] = {
      fit_section(net_load, problem.horizon), test_section(net_load), dependence_section(net_load),
      station_section(stations, other_days, joint, net_load.law, problem.horizon)};
  std::string navigation = "<a href=\"#shape\">Shape</a>\n";
  navigation += net_load.held_out ? "<a href=\"#test\">Test</a>\n" : "";
  navigation += "<a href=\"#dependence\">Dependence and drift</a>\n";
  navigation += stations.empty() ? "" : "<a href=\"#stations\">Charging stations</a>\n";
  std::string body;
  for (const auto& part : parts) {
    body += part;
  }
  Json data;
  data.add("time", time_of(problem.horizon));
  data.add("fit", document);
  return page({.title = problem.title + " · fitted model",
               .description = "What gridpact learned of the errors of load, PV and wind",
               .answer = answer(problem, net_load),
               .navigation = navigation,
               .body = body,
               .data = std::move(data),
               .charts = {fit_charts_js}});
}

}  // namespace gridpact::report
