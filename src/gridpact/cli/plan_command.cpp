// gridpact plan

#include <filesystem>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"
#include "gridpact/cli/certify_plan.hpp"
#include "gridpact/cli/plan_output.hpp"
#include "gridpact/cli/source_digest.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/cli/summary.hpp"
#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/documents/plan_document.hpp"
#include "gridpact/documents/tables.hpp"

namespace gridpact::cli {

bool write_plan(const Terminal& terminal, const Case& problem, const std::string& folder,
                Plan& plan, Certificate* certificate) {
  plan.case_path = path_from(folder, problem.source);
  report::ReportInput input;
  input.chosen = &plan;
  input.certificate = certificate;
  std::vector<OutputFile> files{{"plan.json", documents::to_json(plan)},
                                {"schedule.csv", documents::schedule_csv(problem, plan)},
                                {"cars.csv", documents::cars_csv(plan)},
                                {"limits.csv", documents::limits_csv(plan)},
                                {"nodes.csv", documents::nodes_csv(problem, plan)}};
  if (certificate != nullptr) {
    certificate->plan_digest = sha256_hex(files.front().bytes);
    certificate->plan_path = "plan.json";
    certificate->software_digest = source_digest();
    files.push_back({"certificate.json", documents::to_json(*certificate)});
  }
  files.push_back({"report.html", report::plan_report(problem, input)});
  return write_all(terminal, folder, files);
}

Exit run_plan(const PlanArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto problem = read_case_with(arguments.case_path, arguments.risk);
  if (!problem) {
    return explain(terminal, problem.faults(), Exit::bad_input);
  }
  terminal.show(problem->notes);
  if (arguments.certify) {
    return certify_plan(terminal, *problem, arguments, common);
  }
  const auto method = parse_method(arguments.method).value_or(Method::oba);
  auto plan = dispatch::plan(*problem, plan_options(*problem, method, common, terminal));
  if (!plan) {
    return explain(terminal, plan.faults(), Exit::no_answer);
  }
  const auto folder = arguments.out.empty() ? "out/" + problem->name : arguments.out;
  if (!write_plan(terminal, *problem, folder, *plan, nullptr)) {
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
