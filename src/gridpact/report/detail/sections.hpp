#pragma once

#include <string>

#include "gridpact/report/report.hpp"

namespace gridpact::report {

// The parts of the page, in their order, as HTML. Each is empty where there is nothing for it to
// show.

/// The one sentence that a reader takes away, as plain text.
[[nodiscard]] std::string headline(const Case& problem, const ReportInput& input);
/// Title, verdict, headline and key figures.
[[nodiscard]] std::string answer_section(const Case& problem, const ReportInput& input);
[[nodiscard]] std::string methods_section(const ReportInput& input);
[[nodiscard]] std::string schedule_section(const Case& problem, const Plan& plan);
[[nodiscard]] std::string stations_section(const Plan& plan);
[[nodiscard]] std::string network_section(const Case& problem, const Plan& plan,
                                          const Certificate* certificate);
[[nodiscard]] std::string risk_section(const Plan& plan);
[[nodiscard]] std::string certificate_section(const ReportInput& input);
[[nodiscard]] std::string assumptions_section(const Case& problem, const ReportInput& input);

}  // namespace gridpact::report
