// gridpact flow

#include <utility>

#include <fmt/format.h>

#include "gridpact/cli/flow_report.hpp"
#include "gridpact/cli/study.hpp"
#include "gridpact/importers/feeder_file.hpp"

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

}  // namespace

Exit run_flow(const FlowArguments& arguments, const CommonArguments& common) {
  const Terminal terminal(common.json, common.quiet);
  Faults notes;
  const auto feeder = importers::read_feeder(arguments.path, &notes);
  if (!feeder) {
    return explain(terminal, feeder.faults(), Exit::bad_input);
  }
  terminal.show(notes);
  const auto flow = network::AcFlow::create(*feeder);
  if (!flow) {
    return explain(terminal, flow.faults(), Exit::bad_input);
  }
  FlowReport report;
  report.feeder = &*feeder;
  report.load_multiplier = arguments.load_multiplier;
  report.state = flow->solve(loads_at(*feeder, arguments.load_multiplier));
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
