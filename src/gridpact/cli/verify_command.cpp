// gridpact verify

#include <filesystem>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/cli/summary.hpp"
#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/documents/files.hpp"
#include "gridpact/documents/plan_document.hpp"

namespace gridpact::cli {

Exit run_verify(const VerifyArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto bytes = documents::read_text(arguments.plan_path);
  if (!bytes) {
    return explain(terminal, bytes.faults(), Exit::bad_input);
  }
  const auto plan = documents::parse_plan(*bytes, arguments.plan_path);
  if (!plan) {
    return explain(terminal, plan.faults(), Exit::bad_input);
  }
  const auto beside = std::filesystem::path(arguments.plan_path).parent_path();
  const auto case_path = arguments.case_path.empty()
                             ? (beside / plan->case_path).lexically_normal().string()
                             : arguments.case_path;
  const auto problem = read_case_with(case_path, {});
  if (!problem) {
    auto faults = problem.faults();
    faults.push_back({Severity::note,
                      {},
                      "the plan's case is looked for beside the plan, where it was made; --case "
                      "names it elsewhere"});
    return explain(terminal, faults, Exit::bad_input);
  }
  verify::VerifyOptions options;
  options.scenarios = arguments.scenarios;
  options.seed = arguments.seed;
  options.law = verify::parse_law(arguments.law).value_or(verify::Law::mixture);
  options.layers = parse_layers(arguments.layers);
  options.confidence = arguments.confidence;
  options.threads = common.threads;
  options.progress = terminal.progress();
  auto certificate = verify::verify(*problem, *plan, options);
  if (!certificate) {
    return explain(terminal, certificate.faults(), Exit::bad_input);
  }
  certificate->plan_digest = sha256_hex(*bytes);
  const auto path = arguments.out.empty() ? (beside / "certificate.json").string() : arguments.out;
  const auto text = documents::to_json(*certificate);
  if (const auto faults = documents::write_file(path, text); !faults.empty()) {
    return explain(terminal, faults, Exit::our_fault);
  }
  terminal.clear();
  terminal.print(common.json ? text
                             : certificate_summary(*certificate) +
                                   fmt::format("\nCertificate  {}\n", path));
  if (certificate->partial) {
    return Exit::interrupted;
  }
  return certificate->certified ? Exit::success : Exit::no_answer;
}

}  // namespace gridpact::cli
