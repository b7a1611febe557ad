// gridpact check

#include <algorithm>

#include <fmt/format.h>

#include "gridpact/cli/check_report.hpp"
#include "gridpact/cli/flow_report.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/fleet/source.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::cli {

namespace {

void describe(const Feeder& feeder, CheckReport& report) {
  auto& out = report.read;
  double kw = 0.0;
  double kvar = 0.0;
  for (const auto& load : feeder.loads) {
    kw += load.p_kw;
    kvar += load.q_kvar;
  }
  const auto rated = std::count_if(feeder.branches.begin(), feeder.branches.end(),
                                   [](const Branch& b) { return std::isfinite(b.rating_a); });
  out.emplace_back("feeder", fmt::format("{}: {} nodes, {} node-phases, {} branches ({} rated)",
                                         feeder.name, feeder.nodes.size(),
                                         feeder.node_phases.size(), feeder.branches.size(), rated));
  out.emplace_back("loads", fmt::format("{}: {:.1f} kW + j{:.1f} kvar at nominal level",
                                        feeder.loads.size(), kw, kvar));
}

/// Exact flow with every load at its nominal level and nothing else.
void solve(const Feeder& feeder, CheckReport& report) {
  const auto flow = network::AcFlow::create(feeder);
  if (!flow) {
    report.faults.insert(report.faults.end(), flow.faults().begin(), flow.faults().end());
    return;
  }
  const auto state = flow->solve(network::Injection::loads_at(feeder, 1.0));
  auto& told = report.flow.emplace();
  if (!state.converged) {
    told.why_not = network::explain_divergence(feeder, state);
    return;
  }
  std::size_t lowest = 0;
  for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
    if (!is_neutral(feeder.node_phases[i]) &&
        std::abs(state.voltage_pu[i]) < std::abs(state.voltage_pu[lowest])) {
      lowest = i;
    }
  }
  told.losses_kw = flow->losses_kw(state.voltage_pu);
  told.lowest_voltage_pu = std::abs(state.voltage_pu[lowest]);
  told.lowest_voltage_at = place_name(feeder, NodePhaseId{lowest});
}

void describe(const Case& problem, CheckReport& report) {
  auto& out = report.read;
  const auto& h = problem.horizon;
  out.emplace_back("case", problem.name + ": " + problem.title);
  out.emplace_back("horizon",
                   fmt::format("{} × {} from {} ({})", h.count, format_duration(h.period),
                               format_instant(h.start, h.time_zone), h.time_zone));
  for (const auto& series : problem.series) {
    const auto end = series.start + series.period * static_cast<long>(series.actual.size());
    out.emplace_back(
        "series " + series.name,
        fmt::format("{} periods, {} to {}", series.actual.size(),
                    format_instant(series.start, h.time_zone), format_instant(end, h.time_zone)));
  }
  for (const auto& g : problem.generators) {
    out.emplace_back("generator " + g.name,
                     fmt::format("{:g} to {:g} kW, {}", g.p_min_kw, g.p_max_kw,
                                 g.commitment ? fmt::format("or off; a start costs {:g} EUR",
                                                            g.commitment->start_cost_eur)
                                              : fmt::format("share of deviations {:g}",
                                                            g.reserve.participation)));
  }
  for (const auto& r : problem.renewables) {
    out.emplace_back(fmt::format("{} {}", to_string(r.kind), r.name),
                     fmt::format("{:g} kW", r.capacity_kw));
  }
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    const auto& station = problem.stations[s];
    const auto summary = fleet::FleetSource(problem, StationId{s}).summary();
    out.emplace_back(
        "station " + station.name,
        fmt::format(
            "{} cars, chargers {:g} kW, connection {:g} kW; drawn from {} sessions on {} like days "
            "({} closed days left out); {} wishes lowered to what the charger gives, by {:.1f} kWh",
            station.cars, station.charger_kw, station.connection_max_kw, summary.sessions,
            summary.days, summary.days_closed, summary.sessions_lowered,
            summary.energy_lowered_kwh));
  }
  out.emplace_back("risk",
                   fmt::format("joint violation limit {:g} per {}, knowing {}",
                               problem.risk.joint_violation_limit, to_string(problem.risk.scope),
                               to_string(problem.risk.knowledge)));
}

/// Whatever `path` is: what was read of it, and every fault.
CheckReport check(const std::string& path) {
  CheckReport report;
  report.file = path;
  if (importers::is_opendss_script(path)) {
    auto read = importers::read_opendss(path);
    if (!read) {
      report.faults = read.faults();
      return report;
    }
    describe(read->feeder, report);
    report.read.emplace_back("read by", read->report.engine);
    for (const auto& remark : read->report.remarks) {
      report.faults.push_back({Severity::note, {path, 0}, remark});
    }
    report.elements = std::move(read->report.elements);
    solve(read->feeder, report);
  } else if (importers::is_feeder_file(path)) {
    const auto feeder = importers::read_feeder(path, &report.faults);
    if (!feeder) {
      report.faults = feeder.faults();
      return report;
    }
    describe(*feeder, report);
    solve(*feeder, report);
  } else {
    const auto problem = importers::read_case(path);
    if (!problem) {
      report.faults = problem.faults();
      return report;
    }
    describe(*problem, report);
    describe(problem->feeder, report);
    report.faults = problem->notes;
    solve(problem->feeder, report);
  }
  return report;
}

}  // namespace

Exit run_check(const CheckArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  const auto report = check(arguments.path);
  if (terminal.json()) {
    terminal.print(documents::to_text(check_json(report)));
  } else {
    terminal.print(check_text(report));
    terminal.show(report.faults);
    terminal.show(element_notes(report, !arguments.details));
    terminal.print(check_verdict(report));
  }
  return has_errors(report.faults) ? Exit::bad_input : Exit::success;
}

}  // namespace gridpact::cli
