// gridpact fit

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "gridpact/cli/study.hpp"
#include "gridpact/documents/files.hpp"
#include "gridpact/documents/fit_document.hpp"
#include "gridpact/fleet/station_statistics.hpp"
#include "gridpact/report/fit_report.hpp"
#include "gridpact/uncertainty/diagnosis.hpp"
#include "gridpact/uncertainty/net_load.hpp"

namespace gridpact::cli {

namespace {

std::string summary(const Case& problem, const uncertainty::Diagnosis& d,
                    const uncertainty::JointDiagnosis& joint,
                    const std::vector<StationStatistics>& stations,
                    const std::vector<StationStatistics>& other_days) {
  std::string out = fmt::format("{}: {} sources learned from {} days, {} component(s)\n\n",
                                problem.name, d.law.size(), d.days, d.law.mixture.size());
  for (const auto& source : d.sources) {
    const auto& e = source.evidence;
    out += fmt::format("  {:<24} {} mode(s) (p {:.3f}), asymmetry {:.3f} (p {:.3f})\n", source.name,
                       e.modes, e.unimodality_p_value, e.asymmetry, e.symmetry_p_value);
  }
  const auto honest = [&](bool uncertainty::HonestFactors::* property) {
    return std::count_if(d.balance.begin(), d.balance.end(),
                         [&](const auto& e) { return e.honest.*property; });
  };
  out += fmt::format(
      "  all together             symmetric in {} and of one mode in {} of {} periods\n",
      honest(&uncertainty::HonestFactors::symmetric), honest(&uncertainty::HonestFactors::unimodal),
      d.balance.size());
  if (d.held_out) {
    out += fmt::format(
        "\non {} days not seen   90 %      95 %   95 % day band   energy score   "
        "variogram score\n",
        d.held_out->days.size());
    for (const auto& score : d.held_out->scores) {
      out += fmt::format("  {:<16} {:>8.1f} % {:>6.1f} % {:>13.1f} % {:>14.2f} {:>17.3f}\n",
                         score.law, 100.0 * score.coverage[2], 100.0 * score.coverage[3],
                         100.0 * score.band_coverage, score.energy_score, score.variogram_score);
    }
  }
  if (d.ambiguity) {
    out += fmt::format(
        "\nto be distrusted by    KL radius {:.4f} (upper bound {:.4f}), covariance "
        "× {:.3f}\n",
        d.ambiguity->kl_radius, d.ambiguity->kl_radius_upper, d.ambiguity->covariance_factor);
  }
  if (!stations.empty()) {
    out += joint.link ? fmt::format(
                            "\nwith the cars            correlations from {} common days, "
                            "shrunk by {:.0f} %\n",
                            joint.days, 100.0 * joint.link->shrinkage())
                      : fmt::format(
                            "\nwith the cars            taken as independent: {} common "
                            "days\n",
                            joint.days);
  }
  for (const auto* list : {&stations, &other_days}) {
    for (const auto& s : *list) {
      out += fmt::format(
          "  {:<24} {} cars from a history of {:.0f} sessions a {}: {:.0f} to {:.0f} "
          "kWh a day\n",
          s.name, s.cars, s.sessions_a_day, s.day_kind, s.energy_a_day_kwh.p05,
          s.energy_a_day_kwh.p95);
    }
  }
  return out;
}

}  // namespace

Exit run_fit(const FitArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto problem = read_case_with(arguments.case_path, {});
  if (!problem) {
    return explain(terminal, problem.faults(), Exit::bad_input);
  }
  terminal.show(problem->notes);
  const auto history = uncertainty::net_load_errors(*problem);
  if (!history) {
    return explain(terminal, history.faults(), Exit::bad_input);
  }
  uncertainty::HeldOutOptions options;
  options.ensemble = arguments.days;
  options.seed = arguments.seed;
  options.threads = common.threads;
  const auto diagnosis = uncertainty::diagnose(*history, options);
  if (!diagnosis) {
    return explain(terminal, diagnosis.faults(), Exit::bad_input);
  }
  std::vector<StationStatistics> stations;
  std::vector<StationStatistics> other_days;
  std::vector<DatedNumbers> energies;
  for (std::size_t s = 0; s < problem->stations.size(); ++s) {
    const fleet::FleetSource source(*problem, StationId{s});
    energies.push_back(source.past_energies());
    stations.push_back(fleet::station_statistics(*problem, source, arguments.days, arguments.seed));
    const auto others =
        fleet::statistics_of_other_days(*problem, StationId{s}, arguments.days, arguments.seed);
    other_days.insert(other_days.end(), others.begin(), others.end());
  }
  const auto joint = uncertainty::diagnose_jointly(*history, diagnosis->law, energies);
  if (!joint) {
    return explain(terminal, joint.faults(), Exit::bad_input);
  }
  const auto document = documents::fit_document(*problem, *diagnosis, *joint, stations, other_days);
  const auto folder = arguments.out.empty() ? "out/" + problem->name : arguments.out;
  if (!write_all(terminal, folder,
                 {{"fit.json", documents::to_text(document)},
                  {"fit.html", report::fit_report(*problem, *diagnosis, *joint, stations,
                                                  other_days, document)}})) {
    return Exit::our_fault;
  }
  terminal.clear();
  terminal.print(common.json
                     ? documents::to_text(document)
                     : summary(*problem, *diagnosis, *joint, stations, other_days) +
                           fmt::format("\nModel   {0}/fit.json\nReport  {0}/fit.html\n", folder));
  return Exit::success;
}

}  // namespace gridpact::cli
