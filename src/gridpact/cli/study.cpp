#include "gridpact/cli/study.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "gridpact/documents/files.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/importers/feeder_file.hpp"

namespace gridpact::cli {

namespace {

verify::VerifyOptions verify_options(const CompareArguments& arguments,
                                     const CommonArguments& common, const Terminal& terminal) {
  verify::VerifyOptions options;
  options.scenarios = arguments.scenarios;
  options.seed = arguments.seed;
  options.threads = common.threads;
  options.progress = terminal.progress();
  return options;
}

std::string first_sentences(const Faults& faults) {
  std::string out;
  for (const auto& fault : faults) {
    out += (out.empty() ? "" : "\n") + fault.message;
  }
  return out;
}

}  // namespace

Result<Case> read_case_with(const std::string& path, const RiskArguments& risk) {
  auto problem = importers::read_case(path);
  if (problem) {
    auto& given = problem->risk;
    given.joint_violation_limit = risk.limit.value_or(given.joint_violation_limit);
    given.scope = parse_risk_scope(risk.scope).value_or(given.scope);
    given.knowledge = parse_knowledge(risk.knowledge).value_or(given.knowledge);
    given.ambiguity = parse_ambiguity(risk.ambiguity).value_or(given.ambiguity);
    given.layers = parse_layers(risk.layers).value_or(given.layers);
    given.ev_share = risk.ev_share ? risk.ev_share : given.ev_share;
    given.robust_budget = risk.robust_budget ? risk.robust_budget : given.robust_budget;
    given.scenarios = risk.so_scenarios.value_or(given.scenarios);
    given.rows = parse_row_form(risk.rows).value_or(given.rows);
  }
  return problem;
}

Result<Feeder> read_feeder_of(const std::string& path, Faults& notes) {
  const bool is_case = std::filesystem::is_directory(path) ||
                       (path.ends_with(".toml") && !importers::is_feeder_file(path));
  if (!is_case) {
    return importers::read_feeder(path, &notes);
  }
  auto problem = importers::read_case(path);
  if (!problem) {
    return problem.faults();
  }
  notes.insert(notes.end(), problem->notes.begin(), problem->notes.end());
  return std::move(problem->feeder);
}

dispatch::PlanOptions plan_options(const Case& problem, Method method,
                                   const CommonArguments& common, const Terminal& terminal) {
  dispatch::PlanOptions options;
  options.method = method;
  options.risk = problem.risk;
  options.threads = common.threads;
  options.progress = terminal.progress();
  return options;
}

std::vector<report::Comparison> compare_methods(
    const Case& problem, const dispatch::Prepared& prepared, const std::vector<Method>& methods,
    const CompareArguments& arguments, const CommonArguments& common, const Terminal& terminal) {
  std::vector<report::Comparison> out;
  for (const auto method : methods) {
    const auto begin = std::chrono::steady_clock::now();
    report::Comparison entry;
    entry.method = method;
    auto plan = dispatch::plan(prepared, plan_options(problem, method, common, terminal));
    if (plan) {
      entry.plan = *std::move(plan);
      auto certificate =
          verify::verify(problem, *entry.plan, verify_options(arguments, common, terminal));
      if (certificate) {
        entry.certificate = *std::move(certificate);
      } else {
        entry.why_not = first_sentences(certificate.faults());
      }
    } else {
      entry.why_not = first_sentences(plan.faults());
    }
    entry.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out.push_back(std::move(entry));
    if (interrupted()) {
      break;
    }
  }
  return out;
}

std::vector<report::FrontierPoint> frontier(const Case& problem, const dispatch::Prepared& prepared,
                                            const std::vector<report::Comparison>& compared,
                                            const CompareArguments& arguments,
                                            const CommonArguments& common,
                                            const Terminal& terminal) {
  constexpr std::array other_limits{0.2, 0.02, 0.01};
  std::vector<report::FrontierPoint> out;
  const auto add = [&](const Plan& plan, const Certificate& certificate) {
    out.push_back({plan.risk.joint_violation_limit, plan.cost.total_eur(), plan.promised_violation,
                   report::promised_share(certificate)});
  };
  for (const auto& entry : compared) {
    if (entry.method == Method::oba && entry.plan && entry.certificate) {
      add(*entry.plan, *entry.certificate);
    }
  }
  for (const double limit : other_limits) {
    if (interrupted() || limit == problem.risk.joint_violation_limit) {
      continue;
    }
    auto options = plan_options(problem, Method::oba, common, terminal);
    options.risk.joint_violation_limit = limit;
    const auto plan = dispatch::plan(prepared, options);
    if (!plan) {
      continue;  // no plan is this safe: the frontier ends here, and its points say where
    }
    const auto certificate =
        verify::verify(problem, *plan, verify_options(arguments, common, terminal));
    if (certificate) {
      add(*plan, *certificate);
    }
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.epsilon > b.epsilon; });
  return out;
}

Exit explain(const Terminal& terminal, const Faults& faults, Exit code) {
  terminal.show(faults);
  return interrupted() ? Exit::interrupted : code;
}

bool write_all(const Terminal& terminal, const std::string& folder,
               const std::vector<OutputFile>& files) {
  for (const auto& file : files) {
    const auto faults =
        documents::write_file(std::filesystem::path(folder) / file.name, file.bytes);
    if (!faults.empty()) {
      terminal.show(faults);
      return false;
    }
  }
  return true;
}

}  // namespace gridpact::cli
