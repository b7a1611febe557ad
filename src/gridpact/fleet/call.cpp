#include "gridpact/fleet/call.hpp"

#include <cassert>

namespace gridpact::fleet {

Call draw_call(const SoldReserve& sold, std::size_t begin, RandomStream& random) {
  assert(begin < sold.begins());
  Call call;
  call.begin = begin;
  call.end = begin + sold.longest_call;
  const bool is_whole = random.index(2) == 0;
  const bool is_up = random.index(2) == 0;
  for (std::size_t t = call.begin; t < call.end; ++t) {
    const double part = is_whole ? (is_up ? -1.0 : 1.0) : 2.0 * random.uniform() - 1.0;
    call.move_kw.push_back(part * (part < 0.0 ? sold.up_kw[t] : sold.down_kw[t]));
  }
  return call;
}

}  // namespace gridpact::fleet
