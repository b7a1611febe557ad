#include "gridpact/fleet/deviation.hpp"

#include <algorithm>
#include <vector>

#include "gridpact/base/parallel.hpp"

namespace gridpact::fleet {

namespace {

/// Days on which a call begins in the same period, at least.
constexpr std::size_t days_of_a_begin = 8;

}  // namespace

Matrix deviation_history(const FleetSource& source, const Controller& controller, std::size_t days,
                         std::uint64_t seed, unsigned threads) {
  const auto& target_kw = controller.target_kw();
  Matrix deviation_kw(days, target_kw.size());
  parallel_for(days, threads, [&](std::size_t day) {
    auto random = day_stream(seed, DayUse::learning, source.station(), day);
    const auto charge_kw = controller.follow(source.sample(random), {}, Keep::station).charge_kw;
    for (std::size_t t = 0; t < target_kw.size(); ++t) {
      deviation_kw(day, t) = charge_kw[t] - target_kw[t];
    }
  });
  return deviation_kw;
}

CalledDeviations deviation_history(const FleetSource& source, const Controller& controller,
                                   const SoldReserve& sold, std::size_t days, std::uint64_t seed,
                                   unsigned threads) {
  const auto& target_kw = controller.target_kw();
  const std::size_t periods = target_kw.size();
  const std::size_t drawn = std::max(days, days_of_a_begin * sold.begins());
  Matrix drawn_kw(drawn, periods);
  parallel_for(drawn, threads, [&](std::size_t day) {
    auto random = day_stream(seed, DayUse::learning, source.station(), day);
    auto calls = day_stream(seed, DayUse::learning_calls, source.station(), day);
    const auto call = draw_call(sold, day % sold.begins(), calls);
    const auto charge_kw = controller.follow(source.sample(random), call, Keep::station).charge_kw;
    for (std::size_t t = 0; t < periods; ++t) {
      drawn_kw(day, t) = charge_kw[t] - target_kw[t] - call.move_in_kw(t);
    }
  });
  CalledDeviations out{Matrix(days, periods), Matrix(days, periods)};
  for (std::size_t t = 0; t < periods; ++t) {
    std::vector<std::size_t> called, uncalled;
    for (std::size_t day = 0; day < drawn; ++day) {
      const std::size_t begin = day % sold.begins();
      (t >= begin && t < begin + sold.longest_call ? called : uncalled).push_back(day);
    }
    for (std::size_t day = 0; day < days; ++day) {
      const bool takes_called = uncalled.empty() || (day % 2 == 0 && !called.empty());
      const auto& from = takes_called ? called : uncalled;
      out.by_day_kw(day, t) = drawn_kw(day, t);
      out.learned_kw(day, t) = drawn_kw(from[day / 2 % from.size()], t);
    }
  }
  return out;
}

}  // namespace gridpact::fleet
