#include "gridpact/fleet/deviation.hpp"

#include "gridpact/base/parallel.hpp"

namespace gridpact::fleet {

Matrix deviation_history(const FleetSource& source, const Controller& controller, std::size_t days,
                         std::uint64_t seed, unsigned threads) {
  const auto& target_kw = controller.target_kw();
  Matrix deviation_kw(days, target_kw.size());
  parallel_for(days, threads, [&](std::size_t day) {
    auto random = day_stream(seed, DayUse::learning, source.station(), day);
    const auto charge_kw = controller.follow(source.sample(random)).charge_kw;
    for (std::size_t t = 0; t < target_kw.size(); ++t) {
      deviation_kw(day, t) = charge_kw[t] - target_kw[t];
    }
  });
  return deviation_kw;
}

}  // namespace gridpact::fleet
