// gridpact plan

#include <filesystem>

#include <fmt/format.h>

#include "gridpact/cli/study.hpp"
#include "gridpact/cli/summary.hpp"
#include "gridpact/documents/plan_document.hpp"
#include "gridpact/documents/tables.hpp"

namespace gridpact::cli {

Exit run_plan(const PlanArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto problem = read_case_with(arguments.case_path, arguments.risk);
  if (!problem) {
    return explain(terminal, problem.faults(), Exit::bad_input);
  }
  terminal.show(problem->notes);
  const auto method = parse_method(arguments.method).value_or(Method::oba);
  auto plan = dispatch::plan(*problem, plan_options(*problem, method, common, terminal));
  if (!plan) {
    return explain(terminal, plan.faults(), Exit::no_answer);
  }
  const std::string folder = arguments.out.empty() ? "out/" + problem->name : arguments.out;
  plan->case_path = path_from(folder, problem->source);
  report::ReportInput input;
  input.chosen = &*plan;
  const std::vector<OutputFile> files{{"plan.json", documents::to_json(*plan)},
                                      {"schedule.csv", documents::schedule_csv(*problem, *plan)},
                                      {"cars.csv", documents::cars_csv(*plan)},
                                      {"limits.csv", documents::limits_csv(*plan)},
                                      {"nodes.csv", documents::nodes_csv(*problem, *plan)},
                                      {"report.html", report::plan_report(*problem, input)}};
  if (!write_all(terminal, folder, files)) {
    return Exit::our_fault;
  }
  terminal.clear();
  if (common.json) {
    terminal.print(plan_summary_json(*plan, folder));
  } else {
    terminal.print(plan_summary(*plan));
    terminal.print(fmt::format("\nPlan    {0}/plan.json\nReport  {0}/report.html\n", folder));
  }
  return Exit::success;
}

}  // namespace gridpact::cli
