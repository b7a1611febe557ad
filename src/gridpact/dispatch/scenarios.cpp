#include "gridpact/dispatch/scenarios.hpp"

#include <algorithm>
#include <cmath>

namespace gridpact::dispatch {

std::vector<Matrix> sampled_errors(const Beliefs& beliefs, std::size_t count, std::uint64_t seed) {
  const auto& net_load = beliefs.net_load;
  const auto& stations = beliefs.stations;
  const std::size_t sources = net_load.size();
  const uncertainty::DaySampler sampler(net_load);
  std::vector<Matrix> out;
  for (std::size_t k = 0; k < count; ++k) {
    RandomStream random(seed, k);
    const Matrix errors = sampler.sample(random);
    Matrix day(net_load.periods(), sources + stations.size());
    for (std::size_t s = 0; s < stations.size(); ++s) {
      auto drawn = random.index(stations.sample_days());
      if (beliefs.link) {
        const double score =
            beliefs.link->expected_score(s, errors) + beliefs.link->open(s) * random.normal();
        const auto& scores = beliefs.station_scores[s];
        const auto nearest = std::min_element(
            scores.begin(), scores.end(),
            [&](double a, double b) { return std::abs(a - score) < std::abs(b - score); });
        // Many simulated days may share a past day, and with it the score: any of them.
        std::vector<std::size_t> alike;
        for (std::size_t d = 0; d < scores.size(); ++d) {
          if (scores[d] == *nearest) {
            alike.push_back(d);
          }
        }
        drawn = alike[random.index(alike.size())];
      }
      for (std::size_t t = 0; t < day.rows(); ++t) {
        day(t, sources + s) =
            stations.mean(t, s) + stations.std_deviation(t, s) * stations.past_days[drawn](t, s);
      }
    }
    for (std::size_t t = 0; t < day.rows(); ++t) {
      std::copy(errors.row(t).begin(), errors.row(t).end(), day.row(t).begin());
    }
    out.push_back(std::move(day));
  }
  return out;
}

}  // namespace gridpact::dispatch
