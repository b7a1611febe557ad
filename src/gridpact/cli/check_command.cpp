// gridpact check

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/cli/study.hpp"
#include "gridpact/documents/json.hpp"
#include "gridpact/fleet/source.hpp"
#include "gridpact/importers/case_reader.hpp"
#include "gridpact/importers/feeder_file.hpp"
#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/ac_flow.hpp"

namespace gridpact::cli {

namespace {

using documents::Json;

/// What was read, as (what, how much) in the order of the screen.
using Findings = std::vector<std::pair<std::string, std::string>>;

void describe(const Feeder& feeder, Findings& out) {
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

/// Exact flow with every load at its nominal level and nothing else: the feeder's fingerprint.
void describe_flow(const Feeder& feeder, Findings& out, Faults& faults) {
  const auto flow = network::AcFlow::create(feeder);
  if (!flow) {
    faults.insert(faults.end(), flow.faults().begin(), flow.faults().end());
    return;
  }
  const auto state = flow->solve(network::Injection::loads_at(feeder, 1.0));
  if (!state.converged) {
    out.emplace_back("nominal flow", "no solution, " + network::explain_divergence(feeder, state));
    return;
  }
  std::size_t lowest = 0;
  for (std::size_t i = 0; i < state.voltage_pu.size(); ++i) {
    if (!is_neutral(feeder.node_phases[i]) &&
        std::abs(state.voltage_pu[i]) < std::abs(state.voltage_pu[lowest])) {
      lowest = i;
    }
  }
  out.emplace_back(
      "nominal flow",
      fmt::format("losses {:.3f} kW, lowest voltage {:.5f} pu at node {}",
                  flow->losses_kw(state.voltage_pu), std::abs(state.voltage_pu[lowest]),
                  feeder.nodes[feeder.node_phases[lowest].node.index()].name));
}

void describe(const Case& problem, Findings& out) {
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
                     fmt::format("{:g} to {:g} kW, share of deviations {:g}", g.p_min_kw,
                                 g.p_max_kw, g.reserve.participation));
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

/// Counts by class for the screen, and every remark as a note of its own.
void describe(const importers::OpenDssReport& report, const std::string& path, Findings& out,
              Faults& faults) {
  using Fate = importers::ImportedElement::Fate;
  out.emplace_back("read by", report.engine);
  std::map<std::string, std::map<Fate, std::size_t>> counts;
  for (const auto& remark : report.remarks) {
    faults.push_back({Severity::note, {path, 0}, remark});
  }
  for (const auto& element : report.elements) {
    ++counts[element.element_class][element.fate];
    for (const auto& remark : element.remarks) {
      faults.push_back({Severity::note,
                        {path, 0},
                        fmt::format("{}.{} {}: {}", element.element_class, element.name,
                                    to_string(element.fate), remark)});
    }
  }
  for (auto& [element_class, count] : counts) {
    out.emplace_back("OpenDSS " + element_class,
                     fmt::format("{} read, {} read with assumptions, {} dropped", count[Fate::read],
                                 count[Fate::assumed], count[Fate::dropped]));
  }
}

Exit show(const Terminal& terminal, const Findings& findings, const Faults& faults) {
  if (terminal.json()) {
    Json read;
    for (const auto& [what, value] : findings) {
      read.add(what, value);
    }
    Json told{Json::Array{}};
    for (const auto& fault : faults) {
      told.push(to_string(fault));
    }
    Json out;
    out.add("schema", "gridpact-check/1");
    out.add("usable", !has_errors(faults));
    out.add("read", std::move(read));
    out.add("faults", std::move(told));
    terminal.print(documents::to_text(out));
  } else {
    for (const auto& [what, value] : findings) {
      terminal.print(fmt::format("  {:<24} {}\n", what, value));
    }
    terminal.show(faults);
    const auto errors = std::count_if(faults.begin(), faults.end(),
                                      [](const Fault& f) { return f.severity == Severity::error; });
    terminal.print(errors == 0
                       ? "usable\n"
                       : fmt::format("{} error{}: not usable\n", errors, errors == 1 ? "" : "s"));
  }
  return has_errors(faults) ? Exit::bad_input : Exit::success;
}

}  // namespace

Exit run_check(const CheckArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  Findings findings;
  Faults faults;
  if (importers::is_opendss_script(arguments.path)) {
    const auto read = importers::read_opendss(arguments.path);
    if (!read) {
      return show(terminal, findings, read.faults());
    }
    describe(read->feeder, findings);
    describe(read->report, arguments.path, findings, faults);
    describe_flow(read->feeder, findings, faults);
    return show(terminal, findings, faults);
  }
  if (importers::is_feeder_file(arguments.path)) {
    const auto feeder = importers::read_feeder(arguments.path, &faults);
    if (!feeder) {
      return show(terminal, findings, feeder.faults());
    }
    describe(*feeder, findings);
    describe_flow(*feeder, findings, faults);
    return show(terminal, findings, faults);
  }
  const auto problem = importers::read_case(arguments.path);
  if (!problem) {
    return show(terminal, findings, problem.faults());
  }
  describe(*problem, findings);
  describe(problem->feeder, findings);
  faults = problem->notes;
  describe_flow(problem->feeder, findings, faults);
  return show(terminal, findings, faults);
}

}  // namespace gridpact::cli
