#pragma once

#include <vector>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/fleet/call.hpp"
#include "gridpact/fleet/source.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::dispatch {

/// What the planner believes of the day before it plans: expected values with the known bias taken
/// out, and zero-mean laws of what remains.
struct Beliefs {
  std::vector<Profile> load_kw;       ///< per load group
  std::vector<Profile> available_kw;  ///< per renewable
  uncertainty::LayerLaw net_load;     ///< mean 0; positive = more net load
  uncertainty::LayerLaw stations;     ///< deviation of each station from its target, kW drawn
  std::vector<fleet::FleetSource> fleet_sources;  ///< per station
  std::vector<fleet::Fleet> fleets;               ///< forecast fleet per station
  std::vector<Profile> uncontrolled_kw;
};

/// Net-load layer and forecast fleets; the stations' law is left empty.
[[nodiscard]] Result<Beliefs> believe_forecasts(const Case& problem);

/// The stations' deviations if they follow `targets_kw` (one profile per station) and what is
/// called of the reserve that they have `sold` (empty profiles: nothing), learned by simulating
/// `days` sampled days with the controller that will run on the day.
[[nodiscard]] Result<uncertainty::LayerLaw> believe_stations(
    const Case& problem, const Beliefs& beliefs, const std::vector<Profile>& targets_kw,
    const std::vector<fleet::SoldReserve>& sold, const PlanOptions& options);

}  // namespace gridpact::dispatch
