#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gridpact/documents/json.hpp"
#include "gridpact/model/feeder.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/branch_flow.hpp"

namespace gridpact::cli {

/// Another engine's voltages of the same feeder.
struct SecondOpinion {
  std::string engine;
  std::size_t compared = 0;  ///< node-phases that both have
  double largest_pu = 0.0;   ///< |V − V'|
  NodePhaseId where;
  double losses_kw = 0.0;
  std::vector<std::string> remarks;  ///< what could not be compared
};

/// One solved flow, as it is told.
struct FlowReport {
  const Feeder* feeder = nullptr;  ///< as solved: taps and capacitors where they then stand
  double load_multiplier = 1.0;
  std::string controls = "fixed";
  network::FlowState state;
  std::vector<network::BranchFlow> flows;
  std::vector<double> current_a;  ///< largest of each branch, as A at its from-end
  Complex source_kva;
  double losses_kw = 0.0;
  std::optional<SecondOpinion> second;
};

/// "671.2": the node and its phase; the node alone where there is but one of a balanced feeder.
[[nodiscard]] std::string place_name(const Feeder& feeder, NodePhaseId place);

/// For the screen: source power, losses by kind of branch, extreme voltages, most loaded branches,
/// taps.
[[nodiscard]] std::string flow_text(const FlowReport& report);

/// Everything, for machines: schema gridpact-flow/1.
[[nodiscard]] documents::Json flow_json(const FlowReport& report);

/// Tables: a row per node-phase; per terminal of a branch; per branch.
[[nodiscard]] std::string flow_voltages_csv(const FlowReport& report);
[[nodiscard]] std::string flow_flows_csv(const FlowReport& report);
[[nodiscard]] std::string flow_losses_csv(const FlowReport& report);

}  // namespace gridpact::cli
