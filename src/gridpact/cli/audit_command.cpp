// gridpact audit

#include <filesystem>
#include <random>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"
#include "gridpact/cli/second_engine.hpp"
#include "gridpact/cli/source_digest.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/documents/certificate_document.hpp"
#include "gridpact/documents/files.hpp"
#include "gridpact/documents/plan_document.hpp"
#include "gridpact/verify/audit.hpp"

namespace gridpact::cli {

namespace {

using documents::Json;

/// Nobody who made a certificate can have known which days would be looked at.
std::uint64_t fresh_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

struct Inputs {
  Certificate certificate;
  std::string certificate_text;
  Plan plan;
  std::string plan_digest;
  Case problem;
};

/// The certificate, its plan and the plan's case, each where the one before says it lies.
Result<Inputs> read_inputs(const AuditArguments& arguments) {
  Inputs out;
  auto text = documents::read_text(arguments.certificate_path);
  if (!text) {
    return text.faults();
  }
  auto certificate = documents::parse_certificate(*text, arguments.certificate_path);
  if (!certificate) {
    return certificate.faults();
  }
  const auto beside = std::filesystem::path(arguments.certificate_path).parent_path();
  const auto stated = certificate->plan_path.empty() ? "plan.json" : certificate->plan_path;
  const auto plan_path = arguments.plan_path.empty() ? (beside / stated).lexically_normal().string()
                                                     : arguments.plan_path;
  const auto bytes = documents::read_text(plan_path);
  if (!bytes) {
    auto faults = bytes.faults();
    faults.push_back({Severity::note,
                      {},
                      "the plan is looked for where the certificate says it lies; --plan names it "
                      "elsewhere"});
    return faults;
  }
  auto plan = documents::parse_plan(*bytes, plan_path);
  if (!plan) {
    return plan.faults();
  }
  auto problem = read_case_of(*plan, plan_path, arguments.case_path);
  if (!problem) {
    return problem.faults();
  }
  out.certificate = *std::move(certificate);
  out.certificate_text = *std::move(text);
  out.plan = *std::move(plan);
  out.plan_digest = sha256_hex(*bytes);
  out.problem = *std::move(problem);
  return out;
}

/// Whatever a whole recomputation gives otherwise.
void compare_documents(const Inputs& inputs, verify::Audit& audit) {
  if (!audit.recomputed) {
    return;
  }
  auto& recomputed = *audit.recomputed;
  recomputed.plan_digest = inputs.plan_digest;
  recomputed.plan_path = inputs.certificate.plan_path;
  recomputed.software_digest = inputs.certificate.software_digest;
  recomputed.software = inputs.certificate.software;  // a remark of its own
  const auto text = documents::to_json(recomputed);
  if (text == inputs.certificate_text) {
    return;
  }
  const auto stated = documents::parse_json(inputs.certificate_text, "");
  const auto found = documents::parse_json(text, "");
  auto lines = documents::differences(*stated, *found);
  if (lines.empty()) {
    lines.emplace_back("the same values, but laid out in other bytes");
  }
  for (const auto& line : lines) {
    audit.findings.push_back("the certificate (first) made again (second): " + line);
  }
}

Result<SecondEngine> second_opinion(const Inputs& inputs, const AuditArguments& arguments,
                                    const Terminal& terminal, unsigned threads) {
  auto options = verify::options_of(inputs.certificate);
  if (!options) {
    return options.faults();
  }
  options->threads = threads;
  options->progress = terminal.progress();
  const auto judge = verify::Judge::create(inputs.problem, inputs.plan, *options);
  if (!judge) {
    return judge.faults();
  }
  return ask_opendss(*judge, first_scenarios(arguments.engine_days, inputs.certificate.scenarios),
                     options->progress);
}

std::string summary(const Inputs& inputs, const verify::Audit& audit, std::uint64_t seed) {
  auto out = fmt::format("{}Certificate of {}, {} days of law {}, seed {}: {} days replayed\n",
                         audit.interrupted ? "INTERRUPTED: " : "", inputs.certificate.case_name,
                         inputs.certificate.scenarios, inputs.certificate.law,
                         inputs.certificate.seed, audit.days_replayed);
  if (audit.overlooked_share > 0.0 && audit.days_replayed > 0) {
    out += fmt::format(
        "  chosen with --seed {}: were more than {:.2g} % of the blocks of days false, a sample "
        "like this would have missed all of them with probability 1 % at most\n",
        seed, 100.0 * audit.overlooked_share);
  }
  for (const auto& remark : audit.remarks) {
    out += "  note: " + remark + "\n";
  }
  for (const auto& finding : audit.findings) {
    out += "  " + finding + "\n";
  }
  const bool holds = audit.findings.empty();
  out += holds && audit.interrupted ? "\nNOT FINISHED: no difference so far\n"
         : holds                    ? fmt::format("\nREPRODUCED: {}\n",
                               audit.recomputed ? "every byte" : "every day that was replayed")
                                    : "\nNOT REPRODUCED\n";
  return out;
}

Json audit_json(const verify::Audit& audit, std::uint64_t seed, const SecondEngine* second) {
  const auto list = [](const std::vector<std::string>& lines) {
    Json::Array out;
    for (const auto& line : lines) {
      out.emplace_back(line);
    }
    return Json(std::move(out));
  };
  Json out;
  out.add("schema", "gridpact-audit/1");
  out.add("reproduced", audit.findings.empty() && !audit.interrupted);
  out.add("interrupted", audit.interrupted);
  out.add("whole", audit.recomputed.has_value());
  out.add("days_replayed", audit.days_replayed);
  out.add("seed", seed);
  out.add("overlooked_share", audit.overlooked_share);
  out.add("findings", list(audit.findings));
  out.add("remarks", list(audit.remarks));
  out.add("second_engine", second != nullptr ? to_json(*second) : Json{});
  return out;
}

}  // namespace

Exit run_audit(const AuditArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto inputs = read_inputs(arguments);
  if (!inputs) {
    return explain(terminal, inputs.faults(), Exit::bad_input);
  }
  verify::AuditOptions options;
  options.plan_digest = inputs->plan_digest;
  options.software_digest = std::string(source_digest());
  options.sample = arguments.sample;
  options.seed = arguments.seed.value_or(fresh_seed());
  options.threads = common.threads;
  options.progress = terminal.progress();
  auto audit = verify::audit(inputs->problem, inputs->plan, inputs->certificate, options);
  if (!audit) {
    return explain(terminal, audit.faults(), Exit::bad_input);
  }
  compare_documents(*inputs, *audit);
  std::optional<SecondEngine> second;
  if (arguments.engine == "opendss" && audit->days_replayed > 0 && !interrupted()) {
    auto asked = second_opinion(*inputs, arguments, terminal, common.threads);
    if (!asked) {
      return explain(terminal, asked.faults(), Exit::no_answer);
    }
    second = *std::move(asked);
  }
  terminal.clear();
  if (common.json) {
    terminal.print(
        documents::to_text(audit_json(*audit, options.seed, second ? &*second : nullptr)));
  } else {
    terminal.print(summary(*inputs, *audit, options.seed) +
                   (second ? "\n" + second_engine_summary(*second) : std::string{}));
  }
  if (audit->interrupted || interrupted()) {
    return Exit::interrupted;
  }
  return audit->findings.empty() ? Exit::success : Exit::no_answer;
}

}  // namespace gridpact::cli
