// gridpact verify

#include <filesystem>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"
#include "gridpact/cli/replay_report.hpp"
#include "gridpact/cli/second_engine.hpp"
#include "gridpact/cli/source_digest.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/cli/summary.hpp"
#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/documents/files.hpp"
#include "gridpact/documents/plan_document.hpp"
#include "gridpact/verify/certify.hpp"

namespace gridpact::cli {

namespace {

/// The same with another ending.
std::string page_beside(const std::string& certificate_path) {
  return std::filesystem::path(certificate_path).replace_extension(".html").string();
}

/// Certificate and page; faults if one can not be written.
Faults write_certificate(const Case& problem, const Plan& plan, const Certificate& certificate,
                         const std::string& path, const std::string& text) {
  if (auto faults = documents::write_file(path, text); !faults.empty()) {
    return faults;
  }
  report::ReportInput input;
  input.chosen = &plan;
  input.certificate = &certificate;
  return documents::write_file(page_beside(path), report::plan_report(problem, input));
}

/// How to see the worst day of the limit that broke most often.
std::string worst_day_line(const Plan& plan, const Certificate& certificate,
                           const std::string& plan_path) {
  const auto command = report::replay_command(plan, certificate, plan_path);
  return command.empty() ? command : "Worst day    " + command + "\n";
}

/// What happens on one day; nothing is certified or written.
Exit tell_scenario(const Case& problem, const Plan& plan, const verify::VerifyOptions& options,
                   std::uint64_t scenario, const Terminal& terminal) {
  const auto day = verify::replay(problem, plan, options, scenario);
  if (!day) {
    return explain(terminal, day.faults(), Exit::bad_input);
  }
  const ReplayReport report{problem, plan, options, *day};
  terminal.clear();
  terminal.print(terminal.json() ? documents::to_text(replay_json(report)) : replay_text(report));
  return Exit::success;
}

}  // namespace

Exit run_verify(const VerifyArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  if (const auto faults = refuse_folder(arguments.out, "--out", "certificate.json");
      !faults.empty()) {
    return explain(terminal, faults, Exit::bad_input);
  }
  const auto bytes = documents::read_text(arguments.plan_path);
  if (!bytes) {
    return explain(terminal, bytes.faults(), Exit::bad_input);
  }
  const auto plan = documents::parse_plan(*bytes, arguments.plan_path);
  if (!plan) {
    return explain(terminal, plan.faults(), Exit::bad_input);
  }
  const auto problem = read_case_of(*plan, arguments.plan_path, arguments.case_path);
  if (!problem) {
    return explain(terminal, problem.faults(), Exit::bad_input);
  }
  auto options = verify_options(*problem, arguments.certificate, common, terminal);
  if (!options) {
    return explain(terminal, options.faults(), Exit::bad_input);
  }
  options->limit = arguments.limit;
  if (arguments.scenario) {
    return tell_scenario(*problem, *plan, *options, *arguments.scenario, terminal);
  }
  const auto judge = verify::Judge::create(*problem, *plan, *options);
  if (!judge) {
    return explain(terminal, judge.faults(), Exit::bad_input);
  }
  auto certificate = verify::certify(*judge);
  const auto beside = std::filesystem::path(arguments.plan_path).parent_path();
  const auto path = arguments.out.empty() ? (beside / "certificate.json").string() : arguments.out;
  certificate.plan_digest = sha256_hex(*bytes);
  certificate.plan_path =
      path_from(std::filesystem::path(path).parent_path().string(), arguments.plan_path);
  certificate.software_digest = source_digest();
  const auto text = documents::to_json(certificate);
  if (const auto faults = write_certificate(*problem, *plan, certificate, path, text);
      !faults.empty()) {
    return explain(terminal, faults, Exit::our_fault);
  }
  std::string second;
  if (arguments.engine == "opendss" && !certificate.partial) {
    const auto asked = ask_opendss(
        *judge, first_scenarios(arguments.engine_days, certificate.scenarios), options->progress);
    if (!asked) {
      return explain(terminal, asked.faults(), Exit::no_answer);
    }
    second = "\n" + second_engine_summary(*asked);
  }
  terminal.clear();
  if (common.json) {
    terminal.print(text);
    if (!second.empty()) {
      terminal.log(second);
    }
  } else {
    terminal.print(certificate_summary(certificate) + second +
                   fmt::format("\nCertificate  {}\nPage         {}\n", path, page_beside(path)) +
                   worst_day_line(*plan, certificate, arguments.plan_path));
  }
  if (certificate.partial || interrupted()) {
    return Exit::interrupted;
  }
  return certificate.certified ? Exit::success : Exit::no_answer;
}

}  // namespace gridpact::cli
