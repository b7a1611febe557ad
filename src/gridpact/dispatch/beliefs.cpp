// From histories to what is believed of the planned day. Known bias goes into the forecast, so that
// reserve is held only against what is not known.

#include "gridpact/dispatch/beliefs.hpp"

#include <algorithm>

#include "gridpact/fleet/deviation.hpp"
#include "gridpact/risk/row_risk.hpp"
#include "gridpact/uncertainty/moment_region.hpp"
#include "gridpact/uncertainty/net_load.hpp"

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
  return problem.risk.ambiguity == Ambiguity::none
             ? uncertainty::fit(history, fit)
             : uncertainty::fit_inflated(history, risk::least_factor(problem.risk), problem.seed,
                                         fit);
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
  return out;
}

Result<uncertainty::LayerLaw> believe_stations(const Case& problem, const Beliefs& beliefs,
                                               const std::vector<Profile>& targets_kw,
                                               const std::vector<fleet::SoldReserve>& sold,
                                               const PlanOptions& options) {
  const std::size_t stations = problem.stations.size();
  if (stations == 0) {
    return uncertainty::LayerLaw{};
  }
  const std::size_t periods = problem.horizon.count;
  // A shape's tail needs more days than its variance.
  const std::size_t days = options.risk.knowledge == Knowledge::mixture
                               ? days_for_tails * options.station_days
                               : options.station_days;
  uncertainty::ErrorHistory history;
  history.layer = "ev";
  history.days.assign(days, Matrix(periods, stations));
  history.physical_low = Matrix(periods, stations);
  history.physical_high = Matrix(periods, stations);
  for (std::size_t s = 0; s < stations; ++s) {
    const auto& station = problem.stations[s];
    history.sources.push_back(station.name);
    const auto& source = beliefs.fleet_sources[s];
    const fleet::Controller controller(beliefs.fleets[s], problem.horizon, targets_kw[s],
                                       station.connection_max_kw, station.fairness);
    const Matrix deviation =
        sold[s].up_kw.empty()
            ? fleet::deviation_history(source, controller, days, problem.seed, options.threads)
            : fleet::deviation_history(source, controller, sold[s], days, problem.seed,
                                       options.threads);
    for (std::size_t t = 0; t < periods; ++t) {
      for (std::size_t d = 0; d < days; ++d) {
        history.days[d](t, s) = deviation(d, t);
      }
      // What is called leaves room towards the connection on its own side.
      const double up_kw = sold[s].up_kw.empty() ? 0.0 : sold[s].up_kw[t];
      const double down_kw = sold[s].down_kw.empty() ? 0.0 : sold[s].down_kw[t];
      history.physical_low(t, s) =
          std::min(0.0, station.least_charge_kw() - targets_kw[s][t] - down_kw);
      history.physical_high(t, s) =
          std::max(0.0, station.connection_max_kw - targets_kw[s][t] + up_kw);
    }
  }
  history.independent_sources = true;  // each station's days are simulated by itself
  uncertainty::FitOptions fit;
  fit.neighbour_periods = 0;  // days are plenty, and the first cars of the morning are no night
  fit.paths = false;          // no day is drawn from this law
  if (options.risk.knowledge != Knowledge::mixture) {
    fit.max_components = 1;  // nobody will ask for the shape, and it takes most of the time
  }
  return trusted(history, problem, fit);
}

}  // namespace gridpact::dispatch
