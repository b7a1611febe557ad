// gridpact plan --certify

#include "gridpact/cli/certify_plan.hpp"

#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "gridpact/cli/plan_output.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/cli/summary.hpp"
#include "gridpact/documents/json.hpp"
#include "gridpact/tuning/walk.hpp"

namespace gridpact::cli {

namespace {

using documents::Json;

Result<std::vector<double>> parse_budgets(const std::string& text) {
  if (text.empty()) {
    return tuning::usual_scales;
  }
  std::vector<double> out;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    double value = 0.0;
    const auto* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) {
      return Fault{Severity::error,
                   {},
                   fmt::format("--budgets: '{}' is no number; give multiples of the limit, from "
                               "careful to bold: 1,1.5,2",
                               word)};
    }
    out.push_back(value);
  }
  return out;
}

std::string table_of(const tuning::Walk& walk) {
  std::string out = "  rows' budget        cost   measured   upper bound\n";
  for (std::size_t i = 0; i < walk.steps.size(); ++i) {
    const auto& step = walk.steps[i];
    out += fmt::format("  {:>10.3g} %", 100.0 * step.budget);
    if (step.certificate) {
      out += fmt::format("  {:>10.2f}  {:>7.3f} %  {:>10.3f} %  {}{}", step.plan->cost.total_eur(),
                         100.0 * report::promised_share(*step.certificate).share,
                         100.0 * step.certificate->promise_upper,
                         step.certificate->certified ? "certified" : "not certified: the walk ends",
                         walk.chosen == i ? ", chosen" : "");
    } else {
      out += "  no plan is this careful";
    }
    out += '\n';
  }
  return out;
}

Json json_of(const tuning::Walk& walk, const Case& problem, const std::string& folder) {
  Json::Array steps;
  for (const auto& step : walk.steps) {
    Json json;
    json.add("scale", step.scale);
    json.add("budget", step.budget);
    json.add("total_eur", step.plan ? Json(step.plan->cost.total_eur()) : Json{});
    json.add("measured",
             step.certificate ? Json(report::promised_share(*step.certificate).share) : Json{});
    json.add("promise_upper", step.certificate ? Json(step.certificate->promise_upper) : Json{});
    json.add("certified", step.certificate && step.certificate->certified);
    steps.push_back(std::move(json));
  }
  Json out;
  out.add("schema", "gridpact-certified-plan/1");
  out.add("case", problem.name);
  out.add("joint_violation_limit", problem.risk.joint_violation_limit);
  out.add("steps", std::move(steps));
  out.add("chosen", walk.chosen ? Json(std::uint64_t{*walk.chosen}) : Json{});
  out.add("folder", walk.chosen ? Json(folder) : Json{});
  return out;
}

/// Why nothing was certified.
Faults explanation(const tuning::Walk& walk, double epsilon) {
  Faults out;
  for (const auto& step : walk.steps) {
    if (step.certificate) {
      out.push_back(
          {Severity::error,
           {},
           fmt::format("no plan is certified: already that with a budget of {:.3g} % is measured "
                       "at {:.3g} % with an upper bound of {:.3g} %, against {:.3g} %; start with "
                       "smaller --budgets, replay more --scenarios, or claim less --knowledge",
                       100.0 * step.budget, 100.0 * report::promised_share(*step.certificate).share,
                       100.0 * step.certificate->promise_upper, 100.0 * epsilon)});
      return out;
    }
  }
  return walk.steps.empty() ? Faults{{Severity::error,
                                      {},
                                      "no budget is small enough to plan with: --budgets times the "
                                      "limit must not exceed 0.5"}}
                            : walk.steps.back().why_not;
}

}  // namespace

Exit certify_plan(const Terminal& terminal, const Case& problem, const PlanArguments& arguments,
                  const CommonArguments& common) {
  const auto scales = parse_budgets(arguments.budgets);
  if (!scales) {
    return explain(terminal, scales.faults(), Exit::bad_input);
  }
  auto verification = verify_options(problem, arguments.certificate, common, terminal);
  if (!verification) {
    return explain(terminal, verification.faults(), Exit::bad_input);
  }
  tuning::WalkOptions options;
  options.plan =
      plan_options(problem, parse_method(arguments.method).value_or(Method::oba), common, terminal);
  options.verify = *std::move(verification);
  options.scales = *scales;
  const auto prepared = dispatch::Prepared::create(problem, options.plan);
  if (!prepared) {
    return explain(terminal, prepared.faults(), Exit::no_answer);
  }
  auto walk = tuning::walk(problem, *prepared, options);
  if (!walk) {
    return explain(terminal, walk.faults(), Exit::bad_input);
  }
  if (walk->interrupted || interrupted()) {
    return explain(terminal, {{Severity::error, {}, "interrupted"}}, Exit::interrupted);
  }
  const auto folder = arguments.out.empty() ? "out/" + problem.name : arguments.out;
  if (walk->chosen) {
    auto& chosen = walk->steps[*walk->chosen];
    if (!write_plan(terminal, problem, folder, *chosen.plan, &*chosen.certificate)) {
      return Exit::our_fault;
    }
  }
  terminal.clear();
  if (common.json) {
    terminal.print(documents::to_text(json_of(*walk, problem, folder)));
  } else {
    terminal.print(table_of(*walk) + "\n");
  }
  if (!walk->chosen) {
    return explain(terminal, explanation(*walk, problem.risk.joint_violation_limit),
                   Exit::no_answer);
  }
  if (!common.json) {
    const auto& chosen = walk->steps[*walk->chosen];
    terminal.print(plan_summary(*chosen.plan) + "\n" + certificate_summary(*chosen.certificate));
    terminal.print(
        fmt::format("\nPlan         {0}/plan.json\nCertificate  {0}/certificate.json\nReport       "
                    "{0}/report.html\n",
                    folder));
    const auto worst =
        report::replay_command(*chosen.plan, *chosen.certificate, folder + "/plan.json");
    terminal.print(worst.empty() ? worst : "Worst day    " + worst + "\n");
  }
  return Exit::success;
}

}  // namespace gridpact::cli
