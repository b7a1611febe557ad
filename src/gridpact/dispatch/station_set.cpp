// Clusters: cars that discharge, by the periods of arrival and departure, in blocks of periods just
// so long that there are not more than `most_clusters`. Wear w is convex in the contents and the
// batteries are of one size, so Σ_i w(E_i) ≥ n w(Σ_i E_i / n), with equality where the cars share
// evenly: the program's wear is a lower bound on the cars', which fleet/wear.hpp tells one by one.

#include "gridpact/dispatch/station_set.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace gridpact::dispatch {

namespace {

constexpr std::size_t most_clusters = 12;
constexpr std::size_t wear_segment_count = 5;

using Stay = std::pair<std::size_t, std::size_t>;  // first period, and the one after the last

Stay stay_of(const fleet::Car& car, const TimeGrid& horizon) {
  const double period_h = horizon.period_h();
  const auto first =
      std::min(static_cast<std::size_t>(car.arrival_h / period_h), horizon.count - 1);
  const auto end =
      std::min(static_cast<std::size_t>(std::ceil(car.departure_h / period_h)), horizon.count);
  return {first, std::max(end, first + 1)};
}

/// Cars by their stays in blocks of `length` periods.
std::map<Stay, std::vector<std::size_t>> grouped(const std::vector<std::size_t>& cars,
                                                 const fleet::Fleet& fleet, const TimeGrid& horizon,
                                                 std::size_t length) {
  std::map<Stay, std::vector<std::size_t>> out;
  for (const std::size_t car : cars) {
    const auto [first, end] = stay_of(fleet[car], horizon);
    out[{first / length, (end + length - 1) / length}].push_back(car);
  }
  return out;
}

StationPart part_of(std::vector<std::size_t> cars, const fleet::Fleet& fleet) {
  StationPart out;
  for (const std::size_t car : cars) {
    out.fleet.push_back(fleet[car]);
  }
  out.cars = std::move(cars);
  return out;
}

WearCluster cluster_of(const StationPart& part, const TimeGrid& horizon, const WearLaw& law) {
  WearCluster out;
  out.first = horizon.count;
  double capacity_kwh = 0.0, least_kwh = 0.0;
  for (const auto& car : part.fleet) {
    const auto [first, end] = stay_of(car, horizon);
    out.first = std::min(out.first, first);
    out.end = std::max(out.end, end);
    out.start_kwh += car.battery->arrival_kwh - car.battery->v2g_min_kwh;
    capacity_kwh += car.battery->capacity_kwh;
    least_kwh += car.battery->v2g_min_kwh;
  }
  out.batteries = static_cast<double>(part.fleet.size());
  out.start_kwh /= out.batteries;
  // No cycle is deeper than what V2G may take.
  out.segments = fleet::wear_segments(capacity_kwh / out.batteries, law, wear_segment_count,
                                      1.0 - least_kwh / capacity_kwh);
  return out;
}

std::vector<StationPart> parts_of(const Station& station, const fleet::Fleet& fleet,
                                  const TimeGrid& horizon) {
  const bool wears = station.discharges() && station.batteries->wear &&
                     station.batteries->wear->replacement_eur_per_kwh > 0.0;
  std::vector<std::size_t> worn, others;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    (wears && fleet[i].discharges() ? worn : others).push_back(i);
  }
  std::vector<StationPart> out;
  if (!others.empty() || worn.empty()) {
    out.push_back(part_of(std::move(others), fleet));
  }
  auto groups = grouped(worn, fleet, horizon, 1);
  for (std::size_t length = 2; groups.size() > most_clusters; ++length) {
    groups = grouped(worn, fleet, horizon, length);
  }
  for (auto& [stay, cars] : groups) {
    out.push_back(part_of(std::move(cars), fleet));
    out.back().wear = cluster_of(out.back(), horizon, *station.batteries->wear);
  }
  return out;
}

double cost_of(std::span<const double> price, std::span<const double> energy_kwh) {
  return std::inner_product(price.begin(), price.end(), energy_kwh.begin(), 0.0);
}

/// In which periods cars that lose in a cycle should be let discharge: of the dearest 1, 2, …, all
/// periods those with which the day is cheapest.
fleet::PeriodSet best_window(const Case& problem, const fleet::Fleet& fleet) {
  const auto& price = problem.substation.import_price_eur_per_kwh;
  std::vector<double> levels = price;
  std::sort(levels.begin(), levels.end(), std::greater<>());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  fleet::PeriodSet best;
  double best_eur = 0.0;
  for (const double level : levels) {
    fleet::PeriodSet window;
    for (const double p : price) {
      window.push_back(p >= level);
    }
    const fleet::Aggregate set(fleet, problem.horizon, window);
    const double eur = cost_of(price, set.cheapest_kwh(price));
    if (best.empty() || eur < best_eur) {
      best = std::move(window);
      best_eur = eur;
    }
  }
  return best;
}

fleet::Aggregate aggregate_of(const Case& problem, const fleet::Fleet& fleet) {
  const bool loses = std::any_of(fleet.begin(), fleet.end(),
                                 [](const fleet::Car& car) { return car.loses_in_a_cycle(); });
  return {fleet, problem.horizon, loses ? best_window(problem, fleet) : fleet::PeriodSet{}};
}

}  // namespace

StationSet::StationSet(const Case& problem, StationId station, const fleet::Fleet& fleet)
    : aggregate(aggregate_of(problem, fleet)),
      keeps_to_aggregate(problem.stations[station.index()].reserve_sold.has_value()),
      parts(parts_of(problem.stations[station.index()], fleet, problem.horizon)) {}

fleet::Schedule StationSet::answer(const StationPart& part, std::span<const double> price,
                                   std::span<const double> content_price) const {
  const auto& horizon = aggregate.horizon();
  if (!keeps_to_aggregate || aggregate.discharge_window().empty()) {
    return fleet::best_response(part.fleet, horizon, price, content_price, 1);
  }
  // Content is worth what it takes from the grid: right for what is charged, and for what is
  // discharged as near as a linear cost comes.
  std::vector<double> sum(price.begin(), price.end());
  for (std::size_t t = 0; t < content_price.size(); ++t) {
    sum[t] += part.fleet.front().battery->charge_efficiency * content_price[t];
  }
  const fleet::Aggregate own(part.fleet, horizon, aggregate.discharge_window(), 1);
  fleet::Schedule out{std::vector<double>(horizon.count, 0.0), own.cheapest_by_car_kwh(sum)};
  for (std::size_t i = 0; i < out.car_kw.rows(); ++i) {
    for (std::size_t t = 0; t < horizon.count; ++t) {
      out.car_kw(i, t) /= horizon.period_h();
      out.total_kw[t] += out.car_kw(i, t);
    }
  }
  return out;
}

double loss_gap_eur(const Case& problem, const StationSet& set) {
  if (set.aggregate.discharge_window().empty()) {
    return 0.0;
  }
  const auto& price = problem.substation.import_price_eur_per_kwh;
  double eur = 0.0;
  for (const auto& part : set.parts) {
    const auto schedule = set.answer(part, price, {});
    eur += problem.horizon.period_h() * cost_of(price, schedule.total_kw) -
           fleet::cheapest_bound(part.fleet, problem.horizon, price);
  }
  return std::max(0.0, eur);
}

double cluster_wear_eur(const StationSet& set, const Matrix& car_kw) {
  double eur = 0.0;
  for (const auto& part : set.parts) {
    if (!part.wear) {
      continue;
    }
    Matrix own_kw(part.cars.size(), car_kw.cols());
    for (std::size_t i = 0; i < part.cars.size(); ++i) {
      const auto from = car_kw.row(part.cars[i]);
      std::copy(from.begin(), from.end(), own_kw.row(i).begin());
    }
    std::vector<double> content_kwh{part.wear->start_kwh};
    for (const double change_kwh :
         fleet::content_change_kwh(part.fleet, set.aggregate.horizon(), own_kw)) {
      content_kwh.push_back(content_kwh.back() + change_kwh / part.wear->batteries);
    }
    eur += part.wear->batteries * fleet::discharge_wear_eur(content_kwh, part.wear->segments);
  }
  return eur;
}

}  // namespace gridpact::dispatch
