#pragma once

#include "gridpact/model/plan.hpp"

namespace gridpact::dispatch {

/// Units in which a case is planned. The solver's tolerances and the price of giving way are
/// absolute; in kW and € they suit feeders of some kW to some GW and prices of a thousandth to some
/// €/kWh. A case far from that is planned in larger or smaller units, which changes nothing but the
/// numbers: with powers over `kw`, money over `eur`, and the feeder's base with its powers, every
/// decision is that over `kw`, every cost that over `eur`, every voltage the same.
struct Units {
  double kw = 1.0;   ///< one unit of power, kW (a power of two: nothing is rounded)
  double eur = 1.0;  ///< one unit of money, €

  [[nodiscard]] double eur_per_kwh() const { return eur / kw; }
  [[nodiscard]] bool are_usual() const { return kw == 1.0 && eur == 1.0; }
};

/// kW and € unless the case's own powers or prices are far from usual.
[[nodiscard]] Units units_for(const Case& problem);

/// The case in these units: what its fields call kW, kWh, A and € are over a unit.
[[nodiscard]] Case in_units(Case problem, const Units& units);

/// A plan of the case in these units, back in kW, A and €.
[[nodiscard]] Plan out_of_units(Plan plan, const Units& units);

}  // namespace gridpact::dispatch
