#include "gridpact/verify/joint_limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gridpact::verify {

namespace {

/// How far `value` is beyond [low, high]; 0 within it and in the tolerance around it.
double excess(double low, double value, double high) {
  const auto beyond = [](double by, double limit) {
    return by > std::max(least_tolerance, relative_tolerance * std::abs(limit)) ? by : 0.0;
  };
  return std::max(beyond(low - value, low), beyond(value - high, high));
}

}  // namespace

JointLimits::JointLimits(const Case& problem, const Plan& plan) : problem_(problem), plan_(plan) {
  const auto& feeder = problem.feeder;
  for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
    if (!is_neutral(feeder.node_phases[i])) {
      live_.push_back(i);
    }
  }
  for (std::size_t l = 0; l < feeder.branches.size(); ++l) {
    if (std::isfinite(feeder.branches[l].rating_a)) {
      rated_.push_back(l);
    }
  }
}

void JointLimits::check_grid(std::size_t period, std::span<const double> voltage_pu,
                             std::span<const double> current_a, double import_kw,
                             std::vector<Breach>& breaches) const {
  for (const std::size_t i : live_) {
    const double by = std::max(problem_.limits.voltage_min_pu - voltage_pu[i],
                               voltage_pu[i] - problem_.limits.voltage_max_pu);
    if (by > voltage_tolerance_pu) {
      breaches.push_back({RowKind::voltage, i, period, by});
    }
  }
  for (const std::size_t l : rated_) {
    if (const double by = excess(0.0, current_a[l], problem_.feeder.branches[l].rating_a);
        by > 0.0) {
      breaches.push_back({RowKind::branch, l, period, by});
    }
  }
  const double by = excess(-problem_.substation.export_max_kw, import_kw, plan_.import_limit_kw);
  if (by > 0.0) {
    breaches.push_back({RowKind::import_, 0, period, by});
  }
}

void JointLimits::check_reserves(std::size_t period, double net_load_deviation_kw,
                                 std::span<const double> station_deviation_kw,
                                 std::vector<Breach>& breaches) const {
  const double feeder_by =
      excess(-plan_.reserve.down_kw[period], net_load_deviation_kw, plan_.reserve.up_kw[period]);
  if (feeder_by > 0.0) {
    breaches.push_back({RowKind::reserve, 0, period, feeder_by});
  }
  for (std::size_t s = 0; s < station_deviation_kw.size(); ++s) {
    const auto& station = plan_.stations[s];
    const double by = excess(-station.down_reserve_kw[period], station_deviation_kw[s],
                             station.up_reserve_kw[period]);
    if (by > 0.0) {
      breaches.push_back({RowKind::station_reserve, s, period, by});
    }
  }
}

double JointLimits::distance(const ScenarioReplay& day, std::size_t period) const {
  if (std::find(day.diverged.begin(), day.diverged.end(), period) != day.diverged.end()) {
    return -std::numeric_limits<double>::infinity();
  }
  double nearest = std::numeric_limits<double>::infinity();
  const auto within = [&](double low, double value, double high, double scale) {
    nearest = std::min(nearest, std::min(value - low, high - value) / scale);
  };
  const auto& voltage = problem_.limits;
  for (const std::size_t i : live_) {
    within(voltage.voltage_min_pu, day.voltage_pu(period, i), voltage.voltage_max_pu,
           0.5 * (voltage.voltage_max_pu - voltage.voltage_min_pu));
  }
  constexpr double none = -std::numeric_limits<double>::infinity();
  for (const std::size_t l : rated_) {
    const double rating = problem_.feeder.branches[l].rating_a;
    within(none, day.branch_current_a(period, l), rating, std::max(rating, least_scale));
  }
  within(-problem_.substation.export_max_kw, day.import_kw[period], plan_.import_limit_kw,
         std::max(plan_.import_limit_kw, least_scale));
  const auto reserve = [&](double down, double deviation, double up) {
    within(-down, deviation, up, std::max(0.5 * (down + up), least_scale));
  };
  reserve(plan_.reserve.down_kw[period], day.net_load_deviation_kw[period],
          plan_.reserve.up_kw[period]);
  for (std::size_t s = 0; s < plan_.stations.size(); ++s) {
    reserve(plan_.stations[s].down_reserve_kw[period], day.station_deviation_kw(period, s),
            plan_.stations[s].up_reserve_kw[period]);
  }
  return nearest;
}

void JointLimits::break_grid(std::size_t period, std::vector<Breach>& breaches) const {
  for (const std::size_t i : live_) {
    breaches.push_back({RowKind::voltage, i, period, 0.0});
  }
  for (const std::size_t l : rated_) {
    breaches.push_back({RowKind::branch, l, period, 0.0});
  }
  breaches.push_back({RowKind::import_, 0, period, 0.0});
}

std::size_t JointLimits::count() const {
  return index_of(RowKind::station_reserve, problem_.stations.size());
}

std::size_t JointLimits::index_of(RowKind kind, std::size_t element) const {
  const std::size_t branches = problem_.feeder.node_phases.size();
  const std::size_t import = branches + problem_.feeder.branches.size();
  switch (kind) {
    case RowKind::voltage:
      return element;
    case RowKind::branch:
      return branches + element;
    case RowKind::import_:
      return import;
    case RowKind::reserve:
      return import + 1;
    case RowKind::station_reserve:
      break;
  }
  return import + 2 + element;
}

}  // namespace gridpact::verify
