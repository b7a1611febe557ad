#pragma once

#include <optional>
#include <vector>

#include "gridpact/base/ids.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact::network {

/// One port of a load, ready for arithmetic in pu: with w = scale_from·V_from − scale_to·V_to (the
/// port's voltage, in units of its nominal one) and u = |w| it draws the current j(w), so that
/// scale_from·j leaves the network at `from` and scale_to·j comes back at `to`.
struct LoadPort {
  LoadId load;
  NodePhaseId from;
  std::optional<NodePhaseId> to;  ///< ground if absent
  double scale_from = 1.0;
  double scale_to = 0.0;
  Complex power_pu;  ///< drawn at level 1 and nominal voltage, pu of `Feeder::base_kva`
  std::vector<LoadTerm> terms{{}};
  double u_low = 0.0;
  double u_min = 0.0;
  double u_max = 0.0;
};

/// The ports of all loads, in the order of the loads.
[[nodiscard]] std::vector<LoadPort> load_ports(const Feeder& feeder);

/// What a port draws at level 1, and how that moves: dj = a·dw + b·conj(dw).
struct PortCurrent {
  Complex current_pu;
  Complex a;
  Complex b;
};

/// With p(u) = Σ_k p_share_k u^(e_k − 2), q(u) likewise, p̃, q̃ the same with the exponents ẽ_k of
/// beyond, and P + jQ = `power_pu`,
///
///   j = (P g_p(u) − j Q g_q(u)) w
///
///   g(u) = p(u)                                          u_min ≤ u ≤ u_max
///   g(u) = p̃(u_max)                                      u > u_max: an impedance
///   g(u) = ((1 − t) p(1) u_low + t p̃(u_min) u_min) / u   u_low ≤ u < u_min, t = (u − u_low) /
///                                                        (u_min − u_low): |j| is linear
///   g(u) = p(1)                                          u < u_low: an impedance
///
/// It is OpenDSS's model of a load beyond its voltage limits (EPRI, OpenDSS Manual, Load: Vmaxpu,
/// Vminpu, Vlowpu). |j| is continuous but at u_low = u_min > 0 and where ẽ_k is not e_k; at the
/// ends of the pieces the derivative is the one from within u_min ≤ u ≤ u_max.
[[nodiscard]] PortCurrent port_current(const LoadPort& port, Complex w);

}  // namespace gridpact::network
