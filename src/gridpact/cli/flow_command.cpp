// gridpact flow

#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gridpact/cli/flow_report.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/importers/opendss.hpp"
#include "gridpact/network/controls.hpp"

namespace gridpact::cli {

namespace {

/// Every load at `multiplier` times its stated power; what feeds in (negative demand) stays as it
/// is stated, as under OpenDSS's LoadMult.
network::Injection loads_at(const Feeder& feeder, double multiplier) {
  auto injection = network::Injection::loads_at(feeder, multiplier);
  for (std::size_t i = 0; i < feeder.loads.size(); ++i) {
    if (feeder.loads[i].p_kw < 0.0) {
      injection.load_level[i] = 1.0;
    }
  }
  return injection;
}

/// The OpenDSS engine's solution of the same script, and where it differs most.
Result<SecondOpinion> ask_opendss(const FlowReport& report, const std::string& script) {
  const auto solution = importers::opendss_solution(script);
  if (!solution) {
    return solution.faults();
  }
  std::map<std::string, NodePhaseId> places;
  for (std::size_t i = 0; i < report.feeder->node_phases.size(); ++i) {
    places.emplace(place_name(*report.feeder, NodePhaseId{i}), NodePhaseId{i});
  }
  SecondOpinion second;
  second.engine = "OpenDSS";
  second.losses_kw = solution->losses_kw;
  for (const auto& voltage : solution->voltages) {
    const auto place = places.find(voltage.name);
    if (place == places.end()) {
      second.remarks.push_back(voltage.name + " is not in the feeder");
      continue;
    }
    const std::size_t i = place->second.index();
    const double base_v = report.feeder->node_phases[i].base_voltage_v;
    const double off_pu = std::abs(voltage.volts / base_v - report.state.voltage_pu[i]);
    ++second.compared;
    if (off_pu > second.largest_pu) {
      second.largest_pu = off_pu;
      second.where = place->second;
    }
  }
  return second;
}

/// What can not be asked for together, as faults.
Faults misuse(const FlowArguments& arguments) {
  Faults faults;
  const auto refuse = [&](std::string why) {
    faults.push_back({Severity::error, {arguments.path, 0}, std::move(why)});
  };
  if (arguments.engine != "opendss") {
    return faults;
  }
  if (!importers::is_opendss_script(arguments.path)) {
    refuse("--engine opendss needs an OpenDSS script (.dss): the engine reads nothing else");
  }
  if (arguments.load_multiplier != 1.0) {
    refuse(
        "--engine opendss solves the script's own loads: leave --load-multiplier away, or state "
        "LoadMult in the script");
  }
  if (arguments.controls != "fixed") {
    refuse(
        "--engine opendss solves at the taps that the script leaves: use it with --controls "
        "fixed");
  }
  return faults;
}

/// The feeder with its devices where their controls bring them, or why they bring it nowhere.
Result<Feeder> after_controls(const Feeder& feeder, const network::Injection& injection,
                              FlowReport& report) {
  const auto stated = network::DevicePositions::stated(feeder);
  auto followed = network::follow_controls(feeder, stated, injection);
  if (!followed) {
    return followed.faults();
  }
  report.controls = fmt::format("following their controls: {} moves", followed->moves.size());
  if (!followed->settled && followed->state.converged) {
    return Fault{Severity::error,
                 {},
                 fmt::format("the controls do not settle; still moving: {}; widen a band or state "
                             "the taps",
                             fmt::join(followed->unsettled, ", "))};
  }
  return network::at_positions(feeder, followed->positions);
}

}  // namespace

Exit run_flow(const FlowArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  if (const auto faults = misuse(arguments); !faults.empty()) {
    return explain(terminal, faults, Exit::bad_input);
  }
  Faults notes;
  auto feeder = read_feeder_of(arguments.path, notes);
  if (!feeder) {
    return explain(terminal, feeder.faults(), Exit::bad_input);
  }
  terminal.show(notes);
  FlowReport report;
  const auto injection = loads_at(*feeder, arguments.load_multiplier);
  if (arguments.controls == "follow") {
    feeder = after_controls(*feeder, injection, report);
    if (!feeder) {
      return explain(terminal, feeder.faults(), Exit::no_answer);
    }
  }
  const auto flow = network::AcFlow::create(*feeder);
  if (!flow) {
    return explain(terminal, flow.faults(), Exit::bad_input);
  }
  report.feeder = &*feeder;
  report.load_multiplier = arguments.load_multiplier;
  report.state = flow->solve(injection);
  if (!report.state.converged) {
    return explain(terminal,
                   {{Severity::error,
                     {arguments.path, 0},
                     "no flow: " + network::explain_divergence(*feeder, report.state)}},
                   Exit::no_answer);
  }
  report.flows = network::branch_flows(*feeder, report.state.voltage_pu);
  report.current_a = flow->branch_current_a(report.state.voltage_pu);
  report.source_kva = flow->import_kva(report.state);
  report.losses_kw = flow->losses_kw(report.state.voltage_pu);
  if (arguments.engine == "opendss") {
    auto second = ask_opendss(report, arguments.path);
    if (!second) {
      return explain(terminal, second.faults(), Exit::no_answer);
    }
    report.second = *std::move(second);
  }
  if (!arguments.csv.empty() && !write_all(terminal, arguments.csv,
                                           {{"voltages.csv", flow_voltages_csv(report)},
                                            {"flows.csv", flow_flows_csv(report)},
                                            {"losses.csv", flow_losses_csv(report)}})) {
    return Exit::our_fault;
  }
  terminal.print(common.json ? documents::to_text(flow_json(report)) : flow_text(report));
  return Exit::success;
}

}  // namespace gridpact::cli
