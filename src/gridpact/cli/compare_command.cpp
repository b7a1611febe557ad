// gridpact compare, gridpact demo

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/cli/summary.hpp"
#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/documents/plan_document.hpp"
#include "gridpact/documents/tables.hpp"

namespace gridpact::cli {

namespace {

Result<std::vector<Method>> parse_methods(const std::string& text) {
  std::vector<Method> out;
  Faults faults;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (const auto method = parse_method(word)) {
      out.push_back(*method);
    } else {
      faults.push_back({Severity::error,
                        {},
                        fmt::format("--methods: '{}' is none of det, so, icc, ba, oba, ro", word)});
    }
  }
  if (out.empty() && faults.empty()) {
    faults.push_back(
        {Severity::error, {}, "--methods: name at least one of det, so, icc, ba, oba, ro"});
  }
  if (!faults.empty()) {
    return faults;
  }
  return out;
}

/// The plan that the report is about: oba where it was asked for, else the last that has a plan.
const report::Comparison* chosen_of(const std::vector<report::Comparison>& methods) {
  const report::Comparison* chosen = nullptr;
  for (const auto& entry : methods) {
    if (entry.plan && (!chosen || chosen->method != Method::oba)) {
      chosen = &entry;
    }
  }
  return chosen;
}

}  // namespace

Exit run_compare(const CompareArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto methods = parse_methods(arguments.methods);
  if (!methods) {
    return explain(terminal, methods.faults(), Exit::bad_input);
  }
  const auto problem = read_case_with(arguments.case_path, arguments.risk);
  if (!problem) {
    return explain(terminal, problem.faults(), Exit::bad_input);
  }
  terminal.show(problem->notes);
  const auto prepared =
      dispatch::Prepared::create(*problem, plan_options(*problem, Method::det, common, terminal));
  if (!prepared) {
    return explain(terminal, prepared.faults(), Exit::no_answer);
  }
  auto compared = compare_methods(*problem, *prepared, *methods, arguments, common, terminal);
  if (interrupted()) {
    return explain(terminal, {{Severity::error, {}, "interrupted"}}, Exit::interrupted);
  }
  const std::string folder = arguments.out.empty() ? "out/" + problem->name : arguments.out;
  for (auto& entry : compared) {
    if (entry.plan) {
      entry.plan->case_path = path_from(folder, problem->source);
      if (entry.certificate) {
        entry.certificate->plan_digest = sha256_hex(documents::to_json(*entry.plan));
      }
    }
  }
  report::ReportInput input;
  input.methods = compared;
  if (arguments.frontier) {
    input.frontier = frontier(*problem, *prepared, compared, arguments, common, terminal);
  }
  std::vector<OutputFile> files{{"comparison.csv", report::comparison_csv(compared)}};
  const auto* chosen = chosen_of(compared);
  if (chosen) {
    input.chosen = &*chosen->plan;
    input.certificate = chosen->certificate ? &*chosen->certificate : nullptr;
    files.push_back({"plan.json", documents::to_json(*chosen->plan)});
    files.push_back({"schedule.csv", documents::schedule_csv(*problem, *chosen->plan)});
    files.push_back({"cars.csv", documents::cars_csv(*chosen->plan)});
    files.push_back({"limits.csv", documents::limits_csv(*chosen->plan)});
    files.push_back({"nodes.csv", documents::nodes_csv(*problem, *chosen->plan)});
    if (chosen->certificate) {
      files.push_back({"certificate.json", documents::to_json(*chosen->certificate)});
    }
    files.push_back({"report.html", report::plan_report(*problem, input)});
  }
  if (interrupted()) {
    return explain(terminal, {{Severity::error, {}, "interrupted"}}, Exit::interrupted);
  }
  if (!write_all(terminal, folder, files)) {
    return Exit::our_fault;
  }
  terminal.clear();
  if (common.json) {
    terminal.print(report::comparison_json(compared));
  } else {
    terminal.print(report::comparison_table(compared, terminal.width()));
    if (chosen) {
      terminal.print(fmt::format("\nReport  {}/report.html\n", folder));
    }
  }
  return chosen ? Exit::success : Exit::no_answer;
}

}  // namespace gridpact::cli
