#include "gridpact/cli/study.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "gridpact/documents/files.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/uncertainty/held_out.hpp"
#include "gridpact/uncertainty/net_load.hpp"

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

std::optional<double> number_of(const std::string& text) {
  double value = 0.0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc{} && read.ptr == end ? std::optional(value) : std::nullopt;
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
    given.participation = parse_shares(risk.participation).value_or(given.participation);
  }
  return problem;
}

Result<Case> read_case_of(const Plan& plan, const std::string& plan_path,
                          const std::string& case_path) {
  const auto beside = std::filesystem::path(plan_path).parent_path();
  auto problem = read_case_with(
      case_path.empty() ? (beside / plan.case_path).lexically_normal().string() : case_path, {});
  if (problem) {
    return problem;
  }
  auto faults = problem.faults();
  faults.push_back({Severity::note,
                    {},
                    "the plan's case is looked for beside the plan, where it was made; --case "
                    "names it elsewhere"});
  return faults;
}

Result<verify::VerifyOptions> verify_options(const Case& problem, const CertifyArguments& arguments,
                                             const CommonArguments& common,
                                             const Terminal& terminal) {
  verify::VerifyOptions options;
  options.scenarios = arguments.scenarios;
  options.seed = arguments.seed;
  options.law = verify::parse_law(arguments.law).value_or(verify::Law::mixture);
  if (options.law == verify::Law::held_back && !arguments.scenarios_given) {
    options.scenarios = 0;  // all there are
  }
  options.layers = parse_layers(arguments.layers);
  options.confidence = arguments.confidence;
  options.early_stop = arguments.early_stop;
  options.threads = common.threads;
  options.progress = terminal.progress();
  options.ambiguity.wasserstein_radius = arguments.wasserstein;
  if (arguments.kl == "data") {
    const auto history = uncertainty::net_load_errors(problem);
    if (!history) {
      return history.faults();
    }
    options.progress("measuring the law's distance from the past", 0.0);
    const auto measured = uncertainty::measure_ambiguity(*history);
    if (!measured) {
      return measured.faults();
    }
    options.ambiguity.kl_radius = measured->kl_radius_upper;
    terminal.log(
        fmt::format("KL radius of the history's held-out days: {:.4g} (upper bound; best "
                    "estimate {:.4g})",
                    measured->kl_radius_upper, measured->kl_radius));
  } else if (!arguments.kl.empty()) {
    const auto radius = number_of(arguments.kl);
    if (!radius || !(*radius >= 0.0)) {
      return Fault{
          Severity::error,
          {},
          fmt::format("--kl: '{}' is neither a radius (0 or more) nor 'data'", arguments.kl)};
    }
    options.ambiguity.kl_radius = *radius;
  }
  return options;
}

std::vector<std::uint64_t> first_scenarios(std::uint64_t count, std::uint64_t most) {
  std::vector<std::uint64_t> out;
  for (std::uint64_t i = 0; i < std::min(count, most); ++i) {
    out.push_back(i);
  }
  return out;
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

Faults refuse_folder(const std::string& path, std::string_view option, std::string_view example) {
  std::error_code error;
  if (path.empty() || !std::filesystem::is_directory(path, error)) {
    return {};
  }
  return {{Severity::error,
           {path, 0},
           fmt::format("is a folder: {} takes the file to write, for example {}", option,
                       (std::filesystem::path(path) / example).string())}};
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
