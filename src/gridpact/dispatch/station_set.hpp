#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/wear.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::dispatch {

/// Cars of a station whose batteries discharge, are alike and stay for about the same time, so that
/// their wear is counted as that of so many batteries that each do the mean of all: never more than
/// what they wear one by one, and just that if each takes the same part (the wear is convex).
struct WearCluster {
  std::size_t first = 0, end = 0;  ///< periods in which any of them is there
  double batteries = 1.0;
  double start_kwh = 0.0;  ///< content of the mean battery on arrival, above what V2G must leave
  std::vector<fleet::WearSegment> segments;  ///< of the mean battery
};

/// Cars that the program mixes schedules for together, and what it counts of them.
struct StationPart {
  std::vector<std::size_t> cars;  ///< of the station's fleet
  fleet::Fleet fleet;             ///< the same
  std::optional<WearCluster> wear;
};

/// What the cars of one station can do, as the program sees it.
struct StationSet {
  /// Of the whole fleet: exact where no car loses in a cycle, else what they can realise
  /// discharging in the periods for which that is cheapest at the day's prices.
  fleet::Aggregate aggregate;
  /// Cars that lose in a cycle keep to `aggregate`'s set, since the station sells reserve, which
  /// takes a generalised polymatroid; else to the larger one of `fleet::best_response`.
  bool keeps_to_aggregate = false;
  /// Cars whose wear is counted in clusters, and all the others together.
  std::vector<StationPart> parts;

  StationSet(const Case& problem, StationId station, const fleet::Fleet& fleet);

  /// The cheapest joint schedule of a part's cars for a price per period of energy from the grid
  /// (€/kWh) and, where not empty, one of content gained.
  [[nodiscard]] fleet::Schedule answer(const StationPart& part, std::span<const double> price,
                                       std::span<const double> content_price) const;
};

/// What the cars that lose in a cycle could save besides, at most, at the day's prices: by how much
/// the cheapest schedule within the station's set costs more than a bound on all that they can do.
[[nodiscard]] double loss_gap_eur(const Case& problem, const StationSet& set);

/// What discharging wears of the clusters' batteries, €, as the program counts it; `car_kw`: the
/// whole fleet's cars × periods.
[[nodiscard]] double cluster_wear_eur(const StationSet& set, const Matrix& car_kw);

}  // namespace gridpact::dispatch
