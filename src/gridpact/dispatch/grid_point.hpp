#pragma once

#include <vector>

#include "gridpact/dispatch/beliefs.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/linear_model.hpp"

namespace gridpact::dispatch {

/// The injections that a plan decides, per period, in the order of the case's vectors.
struct Decision {
  std::vector<Profile> generator_kw, generator_kvar;
  std::vector<Profile> curtailed_kw, renewable_kvar;
  std::vector<Profile> charge_kw;
  std::vector<Matrix>
      car_kw;  ///< per station, cars × periods: how the fleet does it; empty if unknown

  [[nodiscard]] static Decision idle(const Case& problem, const Beliefs& beliefs);
};

/// Net injection (kW, kvar; positive = into the network) at every node in period t.
[[nodiscard]] std::vector<Complex> node_injections_kva(const Case& problem, const Beliefs& beliefs,
                                                       const Decision& decision, std::size_t t);

/// Exact AC flow and its tangent for each period.
struct GridPoint {
  std::vector<std::vector<Complex>> injection_kva;  ///< periods × nodes
  std::vector<network::FlowState> flow;             ///< periods
  std::vector<network::LinearModel> linear;  ///< periods; points = all nodes with anything on them
};

/// Faults: a period whose flow does not converge at the decided injections.
[[nodiscard]] Result<GridPoint> operating_point(const Case& problem, const network::AcFlow& flow,
                                                const Beliefs& beliefs, const Decision& decision);

}  // namespace gridpact::dispatch
