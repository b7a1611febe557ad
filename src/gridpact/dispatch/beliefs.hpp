#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gridpact/dispatch/dispatch.hpp"
#include "gridpact/fleet/call.hpp"
#include "gridpact/fleet/source.hpp"
#include "gridpact/uncertainty/day_link.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::dispatch {

/// What the planner believes of the day before it plans: expected values with the known bias taken
/// out, and zero-mean laws of what remains.
struct Beliefs {
  std::vector<Profile> load_kw;       ///< per load group
  std::vector<Profile> available_kw;  ///< per renewable
  uncertainty::LayerLaw net_load;     ///< mean 0; positive = more net load
  uncertainty::LayerLaw stations;     ///< deviation of each station from its target, kW drawn
  /// What the day's errors of net load tell of the energy that each station's cars want; empty if
  /// the layers are apart.
  std::optional<uncertainty::DayLink> link;
  /// Periods × stations: how a station's deviation follows the score of that energy, kW.
  Matrix station_slope_kw;
  std::vector<std::vector<double>> station_scores;  ///< per station, of its simulated days
  /// Kullback-Leibler radius within which held-out days lie; 0 unless the plan asks for it.
  double kl_radius = 0.0;
  std::vector<fleet::FleetSource> fleet_sources;  ///< per station
  std::vector<fleet::Fleet> fleets;               ///< forecast fleet per station
  std::vector<Profile> uncontrolled_kw;
};

/// Variance in period t that the sum of a'(net-load errors) and b'(station deviations) has beyond
/// that of independent layers and stations (a, b: row's unit per kW).
[[nodiscard]] double shared_variance(const Beliefs& beliefs, std::size_t t,
                                     std::span<const double> net_load,
                                     std::span<const double> stations);

/// The feeder's whole deviation in period t, all sources and stations together: kW drawn, kW².
struct TotalDeviation {
  double mean_kw = 0.0;
  double variance = 0.0;
};
[[nodiscard]] TotalDeviation total_deviation(const Beliefs& beliefs, std::size_t t);

/// ε as it is to be kept under the fitted law so that `risk.joint_violation_limit` holds under
/// every law that `risk.ambiguity` allows: less than that only with `Ambiguity::kl`
/// (docs/theory/planning.md).
[[nodiscard]] double limit_under_fit(const Beliefs& beliefs, const Risk& risk);

/// Net-load layer and forecast fleets; the stations' law is left empty.
[[nodiscard]] Result<Beliefs> believe_forecasts(const Case& problem);

/// Sets the stations' law, and their slope on what is shared, to their deviations if they follow
/// `targets_kw` (one profile per station) and what is called of the reserve that they have `sold`
/// (empty profiles: nothing), learned by simulating `station_days` sampled days with the controller
/// that will run on the day.
[[nodiscard]] Faults believe_stations(const Case& problem, const std::vector<Profile>& targets_kw,
                                      const std::vector<fleet::SoldReserve>& sold,
                                      const PlanOptions& options, Beliefs& beliefs);

}  // namespace gridpact::dispatch
