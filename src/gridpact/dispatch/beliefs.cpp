// From histories to what is believed of the planned day. Known bias goes into the forecast, so that
// reserve is held only against what is not known.

#include "gridpact/dispatch/beliefs.hpp"

#include <algorithm>

#include "gridpact/fleet/deviation.hpp"
#include "gridpact/risk/row_risk.hpp"
#include "gridpact/uncertainty/held_out.hpp"
#include "gridpact/uncertainty/moment_region.hpp"
#include "gridpact/uncertainty/net_load.hpp"
#include "gridpact/uncertainty/normal_scores.hpp"
#include "gridpact/uncertainty/stress.hpp"

namespace gridpact::dispatch {

namespace {

constexpr std::size_t days_for_tails = 2;  // times the days from which moments are learned

/// Moves the law's mean into the forecast, as far as `available` power stays within [0, nominal].
Profile without_bias(const NetLoadSource& source, Profile forecast, uncertainty::LayerLaw& law,
                     std::size_t column, bool capped) {
  for (std::size_t t = 0; t < forecast.size(); ++t) {
    const double raw = forecast[t];
    forecast[t] = std::max(0.0, raw + source.sign * law.mean(t, column));
    if (capped) {
      forecast[t] = std::min(forecast[t], source.nominal_kw);
    }
    const double moved = source.sign * (forecast[t] - raw);
    law.mean(t, column) -= moved;
    law.support_low(t, column) -= moved;
    law.support_high(t, column) -= moved;
  }
  return forecast;
}

/// The fitted law, or with deviations for all moments that the number of past days allows.
Result<uncertainty::LayerLaw> trusted(const uncertainty::ErrorHistory& history, const Case& problem,
                                      const uncertainty::FitOptions& fit) {
  return problem.risk.ambiguity == Ambiguity::sample
             ? uncertainty::fit_inflated(history, risk::least_factor(problem.risk), problem.seed,
                                         fit)
             : uncertainty::fit(history, fit);
}

/// Scores of the energy of the past days that the simulated days of a station are drawn from.
std::vector<double> energy_scores(const fleet::FleetSource& source, std::size_t days,
                                  std::uint64_t seed) {
  std::vector<double> out;
  for (std::size_t day = 0; day < days; ++day) {
    const auto random = fleet::day_stream(seed, fleet::DayUse::learning, source.station(), day);
    out.push_back(uncertainty::normal_score(source.energy_share(random)));
  }
  return out;
}

/// Least-squares slope of the deviations in period t (days × periods, kW) on the days' scores.
double slope_on(const std::vector<double>& scores, const Matrix& deviation_kw, std::size_t t) {
  double product = 0.0;
  double square = 0.0;
  for (std::size_t day = 0; day < scores.size(); ++day) {
    product += scores[day] * deviation_kw(day, t);
    square += scores[day] * scores[day];
  }
  return square > 0.0 ? product / square : 0.0;
}

}  // namespace

Result<Beliefs> believe_forecasts(const Case& problem) {
  const auto history = uncertainty::net_load_errors(problem);
  if (!history) {
    return history.faults();
  }
  auto law = trusted(*history, problem, {});
  if (!law) {
    return law.faults();
  }
  Beliefs out;
  out.net_load = *std::move(law);
  const auto sources = net_load_sources(problem);
  for (std::size_t j = 0; j < sources.size(); ++j) {
    const bool is_load = j < problem.load_groups.size();
    auto expected =
        without_bias(sources[j], forecast_kw(problem, sources[j]), out.net_load, j, !is_load);
    (is_load ? out.load_kw : out.available_kw).push_back(std::move(expected));
  }
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    out.fleet_sources.emplace_back(problem, StationId{s});
    out.fleets.push_back(out.fleet_sources.back().forecast());
    out.uncontrolled_kw.push_back(fleet::uncontrolled_kw(out.fleets.back(), problem.horizon));
  }
  if (problem.risk.ambiguity == Ambiguity::kl) {
    const auto ambiguity = uncertainty::measure_ambiguity(*history);
    if (!ambiguity) {
      return ambiguity.faults();
    }
    out.kl_radius = ambiguity->kl_radius;
  }
  if (problem.risk.layers == Layers::joint && !problem.stations.empty()) {
    std::vector<DatedNumbers> energies;
    for (const auto& source : out.fleet_sources) {
      energies.push_back(source.past_energies());
    }
    auto link = uncertainty::DayLink::learn(*history, out.net_load, energies);
    if (!link) {
      return link.faults();
    }
    out.link = *std::move(link);
  }
  return out;
}

double limit_under_fit(const Beliefs& beliefs, const Risk& risk) {
  return risk.ambiguity == Ambiguity::kl
             ? uncertainty::robust_level(risk.joint_violation_limit, beliefs.kl_radius)
             : risk.joint_violation_limit;
}

double shared_variance(const Beliefs& beliefs, std::size_t t, std::span<const double> net_load,
                       std::span<const double> stations) {
  if (!beliefs.link) {
    return 0.0;
  }
  double covariance = 0.0;
  for (std::size_t s = 0; s < stations.size(); ++s) {
    const double b = stations[s] * beliefs.station_slope_kw(t, s);
    if (b == 0.0) {
      continue;
    }
    for (std::size_t j = 0; j < net_load.size(); ++j) {
      covariance += net_load[j] * b * beliefs.link->covariance_kw(t, j, s);
    }
    for (std::size_t other = 0; other < s; ++other) {
      covariance += b * stations[other] * beliefs.station_slope_kw(t, other) *
                    beliefs.link->between(s, other);
    }
  }
  return 2.0 * covariance;
}

TotalDeviation total_deviation(const Beliefs& beliefs, std::size_t t) {
  TotalDeviation out;
  for (const auto* law : {&beliefs.net_load, &beliefs.stations}) {
    if (law->size() == 0) {
      continue;
    }
    const auto covariance = law->covariance(t);
    for (std::size_t i = 0; i < law->size(); ++i) {
      out.mean_kw += law->mean(t, i);
      for (std::size_t j = 0; j < law->size(); ++j) {
        out.variance += covariance(i, j);
      }
    }
  }
  const std::vector<double> net_load(beliefs.net_load.size(), 1.0);
  const std::vector<double> stations(beliefs.stations.size(), 1.0);
  out.variance += shared_variance(beliefs, t, net_load, stations);
  return out;
}

Faults believe_stations(const Case& problem, const std::vector<Profile>& targets_kw,
                        const std::vector<fleet::SoldReserve>& sold, const PlanOptions& options,
                        Beliefs& beliefs) {
  const std::size_t stations = problem.stations.size();
  if (stations == 0) {
    beliefs.stations = uncertainty::LayerLaw{};
    return {};
  }
  const std::size_t periods = problem.horizon.count;
  // A shape's tail needs more days than its variance.
  const std::size_t days = options.risk.knowledge == Knowledge::mixture
                               ? days_for_tails * options.station_days
                               : options.station_days;
  uncertainty::ErrorHistory history;
  history.layer = "ev";
  history.days.assign(days, Matrix(periods, stations));
  beliefs.station_slope_kw = Matrix(periods, stations);
  beliefs.station_scores.clear();
  history.physical_low = Matrix(periods, stations);
  history.physical_high = Matrix(periods, stations);
  for (std::size_t s = 0; s < stations; ++s) {
    const auto& station = problem.stations[s];
    history.sources.push_back(station.name);
    const auto& source = beliefs.fleet_sources[s];
    const fleet::Controller controller(beliefs.fleets[s], problem.horizon, targets_kw[s],
                                       station.connection_max_kw, station.fairness);
    fleet::CalledDeviations deviation;
    if (sold[s].up_kw.empty()) {
      deviation.by_day_kw =
          fleet::deviation_history(source, controller, days, problem.seed, options.threads);
      deviation.learned_kw = deviation.by_day_kw;
    } else {
      deviation = fleet::deviation_history(source, controller, sold[s], days, problem.seed,
                                           options.threads);
    }
    if (beliefs.link) {
      beliefs.station_scores.push_back(energy_scores(source, days, problem.seed));
    }
    for (std::size_t t = 0; t < periods; ++t) {
      for (std::size_t d = 0; d < days; ++d) {
        history.days[d](t, s) = deviation.learned_kw(d, t);
      }
      // What is called leaves room towards the connection on its own side.
      const double up_kw = sold[s].up_kw.empty() ? 0.0 : sold[s].up_kw[t];
      const double down_kw = sold[s].down_kw.empty() ? 0.0 : sold[s].down_kw[t];
      history.physical_low(t, s) =
          std::min(0.0, station.least_charge_kw() - targets_kw[s][t] - down_kw);
      history.physical_high(t, s) =
          std::max(0.0, station.connection_max_kw - targets_kw[s][t] + up_kw);
      if (beliefs.link) {
        beliefs.station_slope_kw(t, s) =
            slope_on(beliefs.station_scores[s], deviation.by_day_kw, t);
      }
    }
  }
  history.independent_sources = true;  // each station's days are simulated by itself
  uncertainty::FitOptions fit;
  fit.neighbour_periods = 0;  // days are plenty, and the first cars of the morning are no night
  fit.paths = false;          // no day is drawn from this law
  if (options.risk.knowledge != Knowledge::mixture) {
    fit.max_components = 1;  // nobody will ask for the shape, and it takes most of the time
  }
  auto law = trusted(history, problem, fit);
  if (!law) {
    return law.faults();
  }
  beliefs.stations = *std::move(law);
  return {};
}

}  // namespace gridpact::dispatch
