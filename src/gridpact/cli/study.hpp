#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/cli/commands.hpp"
#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/report/report.hpp"
#include "gridpact/verify/verify.hpp"

namespace gridpact::cli {

/// A case with what the command line changes of its risk.
[[nodiscard]] Result<Case> read_case_with(const std::string& path, const RiskArguments& risk);

/// The case of a plan that was read from `plan_path`: `case_path`, or if that is empty where the
/// plan says.
[[nodiscard]] Result<Case> read_case_of(const Plan& plan, const std::string& plan_path,
                                        const std::string& case_path);

/// What the command line asks of a certificate. Faults: a radius that is no number, or that the
/// case's history does not give.
[[nodiscard]] Result<verify::VerifyOptions> verify_options(const Case& problem,
                                                           const CertifyArguments& arguments,
                                                           const CommonArguments& common,
                                                           const Terminal& terminal);

/// 0, 1, ... : `count` of them, at most `most`.
[[nodiscard]] std::vector<std::uint64_t> first_scenarios(std::uint64_t count, std::uint64_t most);

/// The feeder of a feeder file of any format, or of a case as it says (source voltage, taps).
/// `notes` receives what was assumed or left out.
[[nodiscard]] Result<Feeder> read_feeder_of(const std::string& path, Faults& notes);

[[nodiscard]] dispatch::PlanOptions plan_options(const Case& problem, Method method,
                                                 const CommonArguments& common,
                                                 const Terminal& terminal);

/// Plans and replays each method; a method without a plan says why not.
[[nodiscard]] std::vector<report::Comparison> compare_methods(
    const Case& problem, const dispatch::Prepared& prepared, const std::vector<Method>& methods,
    const CompareArguments& arguments, const CommonArguments& common, const Terminal& terminal);

/// Cost and measured violation of oba at several joint violation limits; the case's own is taken
/// from `compared` where oba is among them.
[[nodiscard]] std::vector<report::FrontierPoint> frontier(
    const Case& problem, const dispatch::Prepared& prepared,
    const std::vector<report::Comparison>& compared, const CompareArguments& arguments,
    const CommonArguments& common, const Terminal& terminal);

/// A fault if a folder lies where `option` wants a file to be written; to be looked at before the
/// work, not after it. `example` is a name for the file.
[[nodiscard]] Faults refuse_folder(const std::string& path, std::string_view option,
                                   std::string_view example);

/// Faults as the right exit code: what the user asked for has no answer, or what they gave is
/// wrong.
[[nodiscard]] Exit explain(const Terminal& terminal, const Faults& faults, Exit code);

/// Writes files into `folder`, all beside each other; the first failure ends it.
struct OutputFile {
  std::string name;
  std::string bytes;
};
[[nodiscard]] bool write_all(const Terminal& terminal, const std::string& folder,
                             const std::vector<OutputFile>& files);

}  // namespace gridpact::cli
