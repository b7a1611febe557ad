// max over S of u(S) − b(S), or of p(S) − u(S), is a submodular minimisation; fleet::locate finds a
// broken S, or the split that proves that there is none (Frank and Tardos 1988 on generalised
// polymatroids; docs/theory/fleet.md).

#include "gridpact/dispatch/station_cuts.hpp"

#include <algorithm>
#include <numeric>

#include "gridpact/fleet/decomposition.hpp"

namespace gridpact::dispatch {

using program::infinity;

namespace {

/// What a broken inequality may be off by, kWh: below what a plan is checked for.
constexpr double search_tolerance_kwh = 1e-4;

}  // namespace

StationCuts::StationCuts(program::Program& program, fleet::Aggregate set,
                         std::span<const program::ConstraintId> links,
                         const std::vector<EnergyCut>& known)
    : program_(program), set_(std::move(set)) {
  const auto envelope = set_.envelope();
  for (std::size_t t = 0; t < links.size(); ++t) {
    const double least_kw = envelope.least_kw[t];
    const double most_kw = std::max(least_kw, envelope.most_kw[t]);  // rounding may cross them
    power_kw_.push_back(program_.add_variable({least_kw, most_kw, 0.0, 0.0, false, "part"}));
    program_.add_term(links[t], 1.0, power_kw_.back());
  }
  if (known.empty()) {
    add_envelope();
  }
  for (const auto& cut : known) {
    add(cut);
  }
}

void StationCuts::add_envelope() {
  const std::size_t periods = power_kw_.size();
  const auto envelope = set_.envelope();
  fleet::PeriodSet so_far(periods, false);
  for (std::size_t t = 0; t < periods; ++t) {
    so_far[t] = true;
    add({true, so_far, envelope.most_kwh[t]});
    add({false, so_far, envelope.least_kwh[t]});
  }
}

/// As a mean over the set's periods: rows of one size whatever the set's.
void StationCuts::add(const EnergyCut& cut) {
  const auto size = static_cast<double>(std::ranges::count(cut.periods, true));
  program::LinearExpression mean_kwh;
  for (std::size_t t = 0; t < power_kw_.size(); ++t) {
    if (cut.periods[t]) {
      mean_kwh.add(set_.horizon().period_h() / size, power_kw_[t]);
    }
  }
  const double bound_kwh = cut.bound_kwh / size;
  rows_.push_back(program_.add_constraint(cut.too_much ? -infinity : bound_kwh, mean_kwh,
                                          cut.too_much ? bound_kwh : infinity, "energy"));
  cuts_.push_back(cut);
}

std::vector<double> StationCuts::profile_kwh(std::span<const double> point) const {
  std::vector<double> out;
  for (const auto id : power_kw_) {
    out.push_back(set_.horizon().period_h() * point[id.index()]);
  }
  return out;
}

void StationCuts::look_at_price(std::span<const double> point, std::span<const double> price) {
  found_.clear();
  const auto profile = profile_kwh(point);
  if (profile == clean_kwh_) {
    return;
  }
  for (auto& set : fleet::undeliverable_at_price(set_, profile, price, search_tolerance_kwh)) {
    found_.push_back({set.too_much, std::move(set.periods), set.bound_kwh});
  }
}

void StationCuts::look_everywhere(std::span<const double> point) {
  found_.clear();
  auto profile = profile_kwh(point);
  if (profile == clean_kwh_) {
    return;
  }
  auto answer = fleet::locate(set_, profile, search_tolerance_kwh);
  if (answer.outside) {
    found_.push_back(
        {answer.outside->too_much, std::move(answer.outside->periods), answer.outside->bound_kwh});
  } else {
    clean_kwh_ = std::move(profile);
  }
}

std::size_t StationCuts::add_found() {
  for (const auto& cut : found_) {
    add(cut);
  }
  return found_.size();
}

/// Cars × periods. On the very boundary of the set rounding may stop the search for the even split
/// short of the profile; then it is split as a mixture of vertices.
Matrix StationCuts::split_kw(const std::vector<double>& profile_kwh) const {
  const auto answer = fleet::locate(set_, profile_kwh, search_tolerance_kwh);
  if (!answer.inside || answer.inside->error_kwh > search_tolerance_kwh) {
    if (auto mixture = fleet::decompose(set_, profile_kwh, search_tolerance_kwh)) {
      const double sum = std::accumulate(mixture->weights.begin(), mixture->weights.end(), 0.0);
      for (double& weight : mixture->weights) {
        weight /= sum;  // each car takes exactly what it wants
      }
      return fleet::disaggregate(set_, *mixture);
    }
  }
  return fleet::disaggregate(set_, answer.inside.value());
}

fleet::Schedule StationCuts::schedule(std::span<const double> point) const {
  fleet::Schedule out{std::vector<double>(power_kw_.size(), 0.0), split_kw(profile_kwh(point))};
  for (std::size_t i = 0; i < out.car_kw.rows(); ++i) {
    for (std::size_t t = 0; t < out.total_kw.size(); ++t) {
      out.total_kw[t] += out.car_kw(i, t);
    }
  }
  return out;
}

void StationCuts::add_coupling(program::Coupling& coupling) const {
  coupling.constraints.insert(coupling.constraints.end(), rows_.begin(), rows_.end());
}

}  // namespace gridpact::dispatch
