#include "gridpact/fleet/detail/level_sets.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace gridpact::fleet {

std::vector<ViolatedSet> broken_level_sets(std::span<const double> profile_kwh,
                                           std::span<const double> vertex_kwh,
                                           std::span<const double> price, double tolerance_kwh) {
  std::vector<std::size_t> order(price.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t t) { return price[t]; });
  const auto first_dear =
      std::ranges::find_if(order, [&](std::size_t t) { return price[t] >= 0.0; });
  std::vector<ViolatedSet> out;
  const auto walk = [&](const auto& begin, const auto& end, bool too_much) {
    ViolatedSet set{PeriodSet(price.size(), false), too_much, 0.0, 0.0};
    bool rising = false;
    auto last = set;
    for (auto at = begin; at != end; ++at) {
      set.periods[*at] = true;
      set.profile_kwh += profile_kwh[*at];
      set.bound_kwh += vertex_kwh[*at];
      const bool rises = set.excess_kwh() > last.excess_kwh();
      if (rising && !rises && last.excess_kwh() > tolerance_kwh) {
        out.push_back(last);
      }
      rising = rises;
      last = set;
    }
    if (rising && last.excess_kwh() > tolerance_kwh) {
      out.push_back(last);
    }
  };
  walk(order.begin(), first_dear, true);
  walk(order.rbegin(), std::make_reverse_iterator(first_dear), false);
  return out;
}

}  // namespace gridpact::fleet
