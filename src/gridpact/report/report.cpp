#include "gridpact/report/report.hpp"

#include <vector>

#include <fmt/format.h>

#include "gridpact/report/detail/page.hpp"
#include "gridpact/report/detail/page_data.hpp"
#include "gridpact/report/detail/sections.hpp"

namespace gridpact::report {

// Files of page/, put into the program by the build (gridpact_embed).
extern const std::string_view plan_charts_js;
extern const std::string_view grid_charts_js;
extern const std::string_view proof_charts_js;

namespace {

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
  return page({.title = problem.title,
               .description = headline(problem, input),
               .answer = answer_section(problem, input),
               .navigation = navigation,
               .body = body,
               .data = page_data(problem, input),
               .charts = {plan_charts_js, grid_charts_js, proof_charts_js}});
}

std::string comparison_html(const Case& problem, const std::vector<Comparison>& methods,
                            const std::vector<FrontierPoint>& frontier) {
  return plan_report(problem, {nullptr, methods, frontier, nullptr});
}

}  // namespace gridpact::report
