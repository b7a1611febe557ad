#include "gridpact/report/report.hpp"

#include "gridpact/report/detail/page.hpp"
#include "gridpact/report/detail/page_data.hpp"
#include "gridpact/report/detail/sections.hpp"

namespace gridpact::report {

extern const std::string_view plan_charts_js;
extern const std::string_view grid_charts_js;
extern const std::string_view proof_charts_js;

namespace {

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
  return parts;
}

}  // namespace

std::string plan_report(const Case& problem, const ReportInput& input) {
  return whole_page({.title = problem.title,
                     .description = headline(problem, input),
                     .answer = answer_section(problem, input),
                     .parts = parts_of(problem, input),
                     .data = page_data(problem, input),
                     .charts = {plan_charts_js, grid_charts_js, proof_charts_js}});
}

std::string comparison_html(const Case& problem, const std::vector<Comparison>& methods,
                            const std::vector<FrontierPoint>& frontier) {
  return plan_report(problem, {nullptr, methods, frontier, nullptr});
}

}  // namespace gridpact::report
