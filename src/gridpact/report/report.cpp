#include "gridpact/report/report.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/page_data.hpp"
#include "gridpact/report/detail/sections.hpp"

namespace gridpact::report {

// Files of page/ and the chart library, put into the program by the build (gridpact_embed).
extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view echarts_js;
extern const std::string_view theme_js;
extern const std::string_view plan_charts_js;
extern const std::string_view grid_charts_js;
extern const std::string_view proof_charts_js;
extern const std::string_view start_js;

namespace {

using Slots = std::vector<std::pair<std::string_view, std::string>>;

/// The template with each "{{name}}" replaced. What is put in is not looked at again, so no text
/// can pretend to be a slot.
std::string filled(std::string_view page, const Slots& slots) {
  std::string out;
  while (true) {
    const auto open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) {
      return out;
    }
    const auto close = page.find("}}", open);
    const auto name = page.substr(open + 2, close - open - 2);
    const auto slot = std::ranges::find(slots, name, &Slots::value_type::first);
    if (slot == slots.end()) {
      throw std::logic_error("page.html has an unknown slot " + std::string(name));
    }
    out += slot->second;
    page.remove_prefix(close + 2);
  }
}

struct Part {
  std::string_view id;
  std::string_view title;
  std::string html;
};

std::vector<Part> parts_of(const Case& problem, const ReportInput& input) {
  std::vector<Part> parts{{"methods", "Methods", methods_section(input)}};
  if (input.chosen) {
    const auto& plan = *input.chosen;
    parts.push_back({"schedule", "Schedule", schedule_section(problem, plan)});
    parts.push_back({"stations", "Stations", stations_section(plan)});
    parts.push_back({"network", "Network", network_section(problem, plan, input.certificate)});
    parts.push_back({"risk", "Risk", risk_section(plan)});
  }
  parts.push_back({"certificate", "Proof", certificate_section(input)});
  parts.push_back({"assumptions", "Assumptions", assumptions_section(problem, input)});
  std::erase_if(parts, [](const Part& part) { return part.html.empty(); });
  return parts;
}

}  // namespace

std::string plan_report(const Case& problem, const ReportInput& input) {
  std::string navigation;
  std::string body;
  for (const auto& part : parts_of(problem, input)) {
    navigation += fmt::format("<a href=\"#{}\">{}</a>\n", part.id, part.title);
    body += part.html;
  }
  std::string scripts;
  for (const auto script : {theme_js, plan_charts_js, grid_charts_js, proof_charts_js, start_js}) {
    scripts += script;
  }
  return filled(page_html, {{"title", escaped(problem.title) + " · gridpact"},
                            {"description", escaped(headline(problem, input))},
                            {"style", std::string(page_css)},
                            {"answer", answer_section(problem, input)},
                            {"navigation", navigation},
                            {"body", body},
                            {"data", documents::to_compact_text(page_data(problem, input))},
                            {"echarts", std::string(echarts_js)},
                            {"scripts", scripts}});
}

std::string comparison_html(const Case& problem, const std::vector<Comparison>& methods,
                            const std::vector<FrontierPoint>& frontier) {
  return plan_report(problem, {nullptr, methods, frontier, nullptr});
}

}  // namespace gridpact::report
