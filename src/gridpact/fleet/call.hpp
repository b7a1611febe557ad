#pragma once

#include <cstddef>
#include <vector>

#include "gridpact/base/random.hpp"

namespace gridpact::fleet {

/// A call of sold reserve: in the periods [begin, end) the station's target is moved.
struct Call {
  std::size_t begin = 0, end = 0;
  std::vector<double> move_kw;  ///< per period of the call; positive: charge more

  [[nodiscard]] bool covers(std::size_t t) const { return t >= begin && t < end; }
  [[nodiscard]] double move_in_kw(std::size_t t) const {
    return covers(t) ? move_kw[t - begin] : 0.0;
  }
};

/// Reserve that a station has sold, per period, and how long a call of it may last.
struct SoldReserve {
  std::vector<double> up_kw, down_kw;
  std::size_t longest_call = 1;  ///< in periods, at most all of them

  /// How many periods a call may begin in.
  [[nodiscard]] std::size_t begins() const { return up_kw.size() - longest_call + 1; }
};

/// A call that may come, of the longest kind, from period `begin` on (< `begins()`). One in two
/// asks for all that was sold one way, from its first to its last period; the others for a random
/// part of it, either way, in each period anew. Where nothing is sold it asks for nothing.
[[nodiscard]] Call draw_call(const SoldReserve& sold, std::size_t begin, RandomStream& random);

}  // namespace gridpact::fleet
