#include "gridpact/dispatch/row_tests.hpp"

#include <algorithm>
#include <vector>

namespace gridpact::dispatch {

namespace {

constexpr std::size_t replicates = 1000;  // p-values down to 0.001; asked for is 0.05

/// Adds a'(mean + deviation·z) of each past day; a history with fewer days begins again.
void add_days(const uncertainty::LayerLaw& law, std::size_t t, std::span<const double> weights,
              std::vector<double>& values) {
  const auto& days = law.past_days;
  for (std::size_t d = 0; d < values.size(); ++d) {
    const auto& day = days[d % days.size()];
    for (std::size_t j = 0; j < weights.size(); ++j) {
      values[d] += weights[j] * (law.mean(t, j) + law.std_deviation(t, j) * day(t, j));
    }
  }
}

bool varies(const uncertainty::LayerLaw& law, std::size_t t, std::span<const double> weights) {
  for (std::size_t j = 0; j < weights.size(); ++j) {
    if (weights[j] != 0.0 && law.std_deviation(t, j) > 0.0) {
      return true;
    }
  }
  return false;
}

Knowledge shape_of(bool symmetric, bool unimodal) {
  if (symmetric) {
    return unimodal ? Knowledge::symmetric_unimodal_support : Knowledge::symmetric_support;
  }
  return unimodal ? Knowledge::unimodal_support : Knowledge::moments_support;
}

bool is_symmetric(Knowledge shape) {
  return shape == Knowledge::symmetric_support || shape == Knowledge::symmetric_unimodal_support;
}

bool is_unimodal(Knowledge shape) {
  return shape == Knowledge::unimodal_support || shape == Knowledge::symmetric_unimodal_support;
}

}  // namespace

Knowledge in_both(Knowledge a, Knowledge b) {
  return shape_of(is_symmetric(a) && is_symmetric(b), is_unimodal(a) && is_unimodal(b));
}

const uncertainty::SampleTests& RowTests::of_size(std::size_t days) const {
  const std::lock_guard lock(mutex_);
  return by_size_.try_emplace(days, days, seed_, replicates).first->second;
}

Knowledge RowTests::justified(const Beliefs& beliefs, std::size_t t,
                              std::span<const double> weights,
                              const uncertainty::ScalarLaw& law) const {
  const auto net_load = weights.first(beliefs.net_load.size());
  const auto stations = weights.subspan(beliefs.net_load.size());
  const bool has_net_load = varies(beliefs.net_load, t, net_load);
  const bool has_stations = varies(beliefs.stations, t, stations);
  const std::size_t days = has_net_load ? beliefs.net_load.sample_days()
                                        : (has_stations ? beliefs.stations.sample_days() : 0);
  if (days == 0) {
    return Knowledge::moments_support;
  }
  std::vector<double> values(days, 0.0);
  if (has_net_load) {
    add_days(beliefs.net_load, t, net_load, values);
  }
  if (has_stations) {
    add_days(beliefs.stations, t, stations, values);
  }
  const auto honest = of_size(days).evidence(std::move(values), law).honest;
  return shape_of(honest.symmetric, honest.unimodal);
}

}  // namespace gridpact::dispatch
