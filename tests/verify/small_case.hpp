#pragma once

#include <cstddef>
#include <string>

#include "gridpact/model/case.hpp"
#include "gridpact/model/plan.hpp"
#include "gridpact/uncertainty/law.hpp"

/// Small cases whose answers can be worked out by hand.
namespace gridpact::verify::testing {

/// Load of 1000 kW + j300 kvar behind a line of 1.5 + j1 Ω at 12.66 kV, forecast exactly in all of
/// `periods` hours from 2024-06-13, a Thursday, on. Generous limits. One generator "G", 0 … 600 kW,
/// at the load's node; it takes 0.4 of every deviation, the substation 0.6.
[[nodiscard]] Case two_node_case(std::size_t periods);

/// Adds a PV plant "sun" of 400 kW at the load's node, forecast at half of it.
void add_sun(Case& problem);

/// Adds station "S" at the load's node: 25 cars of 7.2 kW a day, and five months of sessions.
void add_station(Case& problem, const std::string& name = "S");

/// The forecast of everything, the generator at 200 kW, and this reserve each way for either layer.
/// Stations charge their forecast fleet at the price of a rising afternoon.
[[nodiscard]] Plan plan_for(const Case& problem, double reserve_kw,
                            double station_reserve_kw = 0.0);

/// Independent normal errors of every source, the same in all periods, hardly clipped.
[[nodiscard]] uncertainty::LayerLaw normal_law(const Case& problem, double mean_kw,
                                               double deviation_kw);

/// What the two-node feeder does when `load_kw` is drawn (with 0.3 kvar/kW) and `generation_kw` is
/// fed in at the far end: the larger root of v² + (2(rP + xQ) − 1) v + |z|²(P² + Q²) = 0, v = |V|².
struct TwoNodes {
  double voltage_pu = 0.0;
  double current_a = 0.0;
  double import_kw = 0.0;
};
[[nodiscard]] TwoNodes two_nodes_at(double load_kw, double generation_kw = 0.0);

}  // namespace gridpact::verify::testing
