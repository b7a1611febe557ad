#include "gridpact/verify/joint_limits.hpp"

#include <algorithm>
#include <cmath>

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
