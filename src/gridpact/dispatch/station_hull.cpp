// Parts whose set is a generalised polymatroid enter from without (station_cuts.hpp). The others by
// Dantzig–Wolfe: charge_s,t = Σ_parts Σ_k w_k x_k,t, Σ_k w_k =
// 1 per part, w ≥ 0, with x_k joint schedules of the part's cars in the forecast fleet. Where a
// part's wear is counted, gained_t − lost_t = Σ_k w_k ΔE_k,t / n (n batteries that do the mean of
// all), and the segments of wear.hpp price gained and lost. Reduced cost of a schedule x: −Σ_t π_t
// x_t − Σ_t ρ_t ΔE_t(x) − μ, so the best one answers the prices −π of energy and −ρ of content:
// each car alone, a sort.

#include "gridpact/dispatch/station_hull.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gridpact/base/parallel.hpp"

namespace gridpact::dispatch {

using program::infinity;

StationHull::StationHull(DayProgram& day) : day_(day) {
  const auto& problem = day.state.problem;
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    sets_.push_back(
        std::make_unique<StationSet>(problem, StationId{s}, day.state.beliefs.fleets[s]));
    add_links(s);
    for (std::size_t number = 0; number < sets_[s]->parts.size(); ++number) {
      add_part(s, number);
    }
  }
}

void StationHull::add_links(std::size_t s) {
  auto& links = links_.emplace_back();
  for (std::size_t t = 0; t < day_.state.problem.horizon.count; ++t) {
    links.push_back(day_.program.add_constraint(0.0,
                                                -1.0 * LinearExpression{day_.v.charge_kw[s][t]},
                                                0.0, fmt::format("station[{}][{}]", s, t)));
  }
}

void StationHull::add_part(std::size_t s, std::size_t number) {
  auto& part = parts_.emplace_back();
  part.station = s;
  part.cars = &sets_[s]->parts[number];
  const auto& set = *sets_[s];
  const bool polymatroid =
      !part.cars->wear && (set.keeps_to_aggregate || set.aggregate.discharge_window().empty());
  if (const auto& state = day_.state; polymatroid && !state.stations_keep_targets) {
    const auto& known = state.decision.energy_cuts;
    part.cuts = std::make_unique<StationCuts>(
        day_.program,
        fleet::Aggregate(part.cars->fleet, state.problem.horizon, set.aggregate.discharge_window(),
                         1),
        links_[s], known.empty() ? std::vector<EnergyCut>{} : known[s][number]);
    return;
  }
  part.convexity =
      day_.program.add_constraint(1.0, {}, 1.0, fmt::format("hull[{}][{}]", s, number));
  if (part.cars->wear) {
    add_wear(part);
  }
  add_first_schedules(parts_.size() - 1, number);
}

void StationHull::add_wear(Part& part) {
  const auto& cluster = *part.cars->wear;
  const auto rows =
      fleet::wear_rows(cluster.segments, cluster.start_kwh, cluster.end - cluster.first);
  for (const auto& variable : rows.variables) {
    part.wear.push_back(day_.program.add_variable({variable.lower_kwh, variable.upper_kwh,
                                                   cluster.batteries * variable.cost_eur_per_kwh,
                                                   0.0, false, "wear"}));
  }
  for (const auto& row : rows.rows) {
    LinearExpression terms;
    for (const auto& term : row.terms) {
      terms.add(term.coefficient, part.wear[term.variable]);
    }
    day_.program.add_constraint(row.equals_kwh, terms, row.equals_kwh, "wear");
  }
  for (std::size_t t = 0; t < rows.periods; ++t) {
    LinearExpression change;
    change.add(-1.0, part.wear[fleet::WearRows::gain(t)]);
    change.add(1.0, part.wear[fleet::WearRows::loss(t)]);
    part.content.push_back(day_.program.add_constraint(0.0, change, 0.0, "content"));
  }
}

/// A first hull wide enough to start from: charge early, late, cheap, and flat-ish (each period
/// avoided once); or the schedules of the operating point, so that it can itself be reached.
void StationHull::add_first_schedules(std::size_t index, std::size_t number) {
  auto& part = parts_[index];
  const auto& state = day_.state;
  const std::size_t periods = state.problem.horizon.count;
  const auto& known = state.decision.schedules;
  if (state.stations_keep_targets) {
    add(part, known[part.station][number].front());
    return;
  }
  const auto answer = [&](auto&& price_at) {
    Profile price(periods);
    for (std::size_t t = 0; t < periods; ++t) {
      price[t] = price_at(static_cast<double>(t));
    }
    add(part, sets_[part.station]->answer(*part.cars, price, {}));
  };
  answer([](double t) { return t; });
  answer([](double t) { return -t; });
  answer([&](double t) {
    return state.problem.substation.import_price_eur_per_kwh[static_cast<std::size_t>(t)];
  });
  if (!known.empty()) {
    for (const auto& schedule : known[part.station][number]) {
      add(part, schedule);
    }
    return;
  }
  for (std::size_t avoided = 0; avoided < periods; ++avoided) {
    answer([&](double t) { return static_cast<std::size_t>(t) == avoided ? 1.0 : 0.0; });
  }
}

void StationHull::add(Part& part, fleet::Schedule schedule) {
  const auto weight =
      day_.program.add_variable({0.0, infinity, 0.0, 0.0, false,
                                 fmt::format("w[{}][{}]", part.station, part.weights.size())});
  const auto& links = links_[part.station];
  for (std::size_t t = 0; t < links.size(); ++t) {
    if (schedule.total_kw[t] != 0.0) {
      day_.program.add_term(links[t], schedule.total_kw[t], weight);
    }
  }
  day_.program.add_term(part.convexity, 1.0, weight);
  if (!part.content.empty()) {
    const auto change_kwh =
        fleet::content_change_kwh(part.cars->fleet, day_.state.problem.horizon, schedule.car_kw);
    for (std::size_t t = 0; t < part.content.size(); ++t) {
      if (const double kwh = change_kwh[part.cars->wear->first + t]; kwh != 0.0) {
        day_.program.add_term(part.content[t], kwh / part.cars->wear->batteries, weight);
      }
    }
  }
  part.weights.push_back(weight);
  part.schedules.push_back(std::move(schedule));
}

Profile StationHull::price_of(std::size_t s, std::span<const double> duals) const {
  Profile price;
  for (const auto link : links_[s]) {
    price.push_back(-duals[link.index()] / day_.state.problem.horizon.period_h());
  }
  return price;
}

StationHull::Answer StationHull::answer(const Part& part, std::span<const double> duals) const {
  const auto& state = day_.state;
  const auto& horizon = state.problem.horizon;
  const double period_h = horizon.period_h();
  const auto price = price_of(part.station, duals);
  Profile content_price;
  if (!part.content.empty()) {
    content_price.assign(horizon.count, 0.0);
    for (std::size_t t = 0; t < part.content.size(); ++t) {
      content_price[part.cars->wear->first + t] =
          -duals[part.content[t].index()] / part.cars->wear->batteries;
    }
  }
  Answer out{state.stations_keep_targets
                 ? part.schedules.front()
                 : sets_[part.station]->answer(*part.cars, price, content_price),
             0.0};
  for (std::size_t t = 0; t < price.size(); ++t) {
    out.cost += price[t] * period_h * out.schedule.total_kw[t];
  }
  if (!content_price.empty()) {
    const auto change_kwh =
        fleet::content_change_kwh(part.cars->fleet, horizon, out.schedule.car_kw);
    for (std::size_t t = 0; t < content_price.size(); ++t) {
      out.cost += content_price[t] * change_kwh[t];
    }
  }
  return out;
}

StationHull::Priced StationHull::add_columns(const program::Solution& solution,
                                             double smallest_gain_eur) {
  Priced out;
  for (auto& part : parts_) {
    if (part.cuts) {
      continue;
    }
    auto best = answer(part, solution.duals);
    const double reduced_cost = best.cost - solution.duals[part.convexity.index()];
    out.bound_change_eur += std::min(0.0, reduced_cost);
    if (reduced_cost < -smallest_gain_eur) {
      add(part, std::move(best.schedule));
      ++out.added;
    }
  }
  return out;
}

template <class Look>
std::size_t StationHull::add_cuts(unsigned threads, const Look& look) {
  parallel_for(parts_.size(), threads, [&](std::size_t i) {
    if (parts_[i].cuts) {
      look(parts_[i]);
    }
  });
  std::size_t added = 0;
  for (auto& part : parts_) {
    added += part.cuts ? part.cuts->add_found() : 0;
  }
  return added;
}

std::size_t StationHull::separate_at_prices(const program::Solution& solution, unsigned threads) {
  return add_cuts(threads, [&](Part& part) {
    part.cuts->look_at_price(solution.point, price_of(part.station, solution.duals));
  });
}

std::size_t StationHull::separate(std::span<const double> point, unsigned threads) {
  return add_cuts(threads, [&](Part& part) { part.cuts->look_everywhere(point); });
}

std::vector<std::vector<std::vector<EnergyCut>>> StationHull::energy_cuts() const {
  if (day_.state.stations_keep_targets) {
    return day_.state.decision.energy_cuts;
  }
  std::vector<std::vector<std::vector<EnergyCut>>> out(sets_.size());
  for (const auto& part : parts_) {
    out[part.station].push_back(part.cuts ? part.cuts->cuts() : std::vector<EnergyCut>{});
  }
  return out;
}

program::Coupling StationHull::coupling() const {
  program::Coupling out;
  for (const auto& links : links_) {
    out.constraints.insert(out.constraints.end(), links.begin(), links.end());
  }
  for (const auto& part : parts_) {
    if (part.cuts) {
      part.cuts->add_coupling(out);
    }
    out.constraints.insert(out.constraints.end(), part.content.begin(), part.content.end());
    out.foreign.insert(out.foreign.end(), part.weights.begin(), part.weights.end());
  }
  return out;
}

program::Coupling StationHull::mixtures() const {
  program::Coupling out;
  std::vector<bool> has_mixture(links_.size(), false);
  for (const auto& part : parts_) {
    has_mixture[part.station] = has_mixture[part.station] || !part.cuts;
    out.constraints.insert(out.constraints.end(), part.content.begin(), part.content.end());
    out.foreign.insert(out.foreign.end(), part.weights.begin(), part.weights.end());
  }
  for (std::size_t s = 0; s < links_.size(); ++s) {
    if (has_mixture[s]) {
      out.constraints.insert(out.constraints.end(), links_[s].begin(), links_[s].end());
    }
  }
  return out;
}

double StationHull::least_cost(std::span<const double> duals) const {
  double cost = 0.0;
  for (const auto& part : parts_) {
    cost += part.cuts ? 0.0 : answer(part, duals).cost;
  }
  return cost;
}

fleet::Schedule StationHull::mixture(const Part& part, std::span<const double> point) const {
  if (part.cuts) {
    return part.cuts->schedule(point);
  }
  std::vector<double> weights;
  for (const auto id : part.weights) {
    weights.push_back(std::max(0.0, point[id.index()]));
  }
  double sum = 0.0;
  for (const double w : weights) {
    sum += w;
  }
  for (double& w : weights) {
    w /= sum;
  }
  return fleet::combine(part.schedules, weights);
}

std::vector<fleet::Schedule> StationHull::schedules(std::span<const double> point) const {
  const std::size_t periods = day_.state.problem.horizon.count;
  std::vector<fleet::Schedule> out;
  for (const auto& set : sets_) {
    out.push_back(
        {std::vector<double>(periods, 0.0), Matrix(set->aggregate.fleet().size(), periods)});
  }
  for (const auto& part : parts_) {
    const auto own = mixture(part, point);
    auto& all = out[part.station];
    for (std::size_t i = 0; i < part.cars->cars.size(); ++i) {
      const auto from = own.car_kw.row(i);
      std::copy(from.begin(), from.end(), all.car_kw.row(part.cars->cars[i]).begin());
    }
    for (std::size_t t = 0; t < periods; ++t) {
      all.total_kw[t] += own.total_kw[t];
    }
  }
  return out;
}

std::vector<std::vector<std::vector<fleet::Schedule>>> StationHull::used_schedules(
    std::span<const double> point) const {
  std::vector<std::vector<std::vector<fleet::Schedule>>> out(sets_.size());
  for (const auto& part : parts_) {
    auto& used = out[part.station].emplace_back();
    used.push_back(mixture(part, point));
    for (std::size_t k = 0; k < part.weights.size(); ++k) {
      if (point[part.weights[k].index()] > 0.0) {
        used.push_back(part.schedules[k]);
      }
    }
  }
  return out;
}

double StationHull::uncounted_wear_eur(std::span<const double> point) const {
  if (std::ranges::none_of(parts_, [](const Part& part) { return part.cars->wear.has_value(); })) {
    return 0.0;  // splitting every station's profile over its cars would tell no more
  }
  double eur = 0.0;
  for (const auto& part : parts_) {
    for (const auto id : part.wear) {
      eur -= day_.program.variables()[id.index()].cost * point[id.index()];
    }
  }
  const auto all = schedules(point);
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    eur += cluster_wear_eur(*sets_[s], all[s].car_kw);
  }
  return eur;
}

std::size_t StationHull::columns() const {
  std::size_t count = 0;
  for (const auto& part : parts_) {
    count += part.weights.size();
  }
  return count;
}

}  // namespace gridpact::dispatch
