// Filling a chain of periods at least cost.
//
// With every period at its lower bound, z_t = x_t − low_t ≥ 0 remains to be chosen; its cumulative
// bounds need_t rise with t and limit_t can be drawn in from behind. The needs are served in the
// order of time, each from the cheapest period that still has room and from which the way to it is
// open (no full limit in between); an earlier need never takes anything that a later one could use
// better, since both may use it and the later one's way is longer. At the end, what has a negative
// cost is taken as long as there is room. This is the greedy vertex of the g-polymatroid for the
// order of costs (with its zero), found in one pass instead of one evaluation of b per prefix.

#include "gridpact/fleet/detail/cheapest.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace gridpact::fleet {

namespace {

constexpr std::size_t word_bits = 64;

/// What is below this much of the largest number of a chain is rounding.
constexpr double rounding = 1e-13;

}  // namespace

VisitOrder visit_order(std::span<const double> cost) {
  std::vector<std::uint32_t> order(cost.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return cost[a] < cost[b]; });
  VisitOrder out;
  out.rank.resize(cost.size());
  for (std::uint32_t k = 0; k < order.size(); ++k) {
    out.rank[order[k]] = k;
    out.gains += cost[order[k]] < 0.0 ? 1U : 0U;
  }
  return out;
}

/// Makes needs rise and limits fall from behind: what z ≥ 0 implies.
void Filling::close() {
  for (std::size_t t = need_kwh.size() - 1; t-- > 0;) {
    limit_kwh[t] = std::min(limit_kwh[t], limit_kwh[t + 1]);
  }
  double need = 0.0;
  for (std::size_t t = 0; t < need_kwh.size(); ++t) {
    need = std::min(std::max(need, need_kwh[t]), limit_kwh[t]);
    need_kwh[t] = need;
  }
}

void Filling::offer(std::size_t item) {
  const auto rank = items[item].rank;
  offered_[rank / word_bits] |= std::uint64_t{1} << (rank % word_bits);
  item_of_rank_[rank] = static_cast<std::uint32_t>(item);
}

/// No item up to and including `period` can serve anything any more.
void Filling::block_until(std::size_t period) {
  for (; first_open_ < items.size() && items[first_open_].period <= period; ++first_open_) {
    const auto rank = items[first_open_].rank;
    offered_[rank / word_bits] &= ~(std::uint64_t{1} << (rank % word_bits));
  }
}

std::size_t Filling::cheapest(std::uint32_t below) const {
  for (std::size_t word = 0; word * word_bits < below; ++word) {
    if (offered_[word] != 0) {
      const auto rank =
          word * word_bits + static_cast<std::size_t>(std::countr_zero(offered_[word]));
      return rank < below ? item_of_rank_[rank] : none;
    }
  }
  return none;
}

/// Takes `wanted_kwh` for the need of period t from the items with ranks below `below`.
void Filling::take(std::size_t t, double wanted_kwh, std::uint32_t below) {
  const double least_kwh = rounding * limit_kwh.back();
  while (wanted_kwh > least_kwh) {
    const std::size_t item = cheapest(below);
    if (item == none) {
      return;
    }
    const std::size_t from = items[item].period;
    const double room_kwh = items[item].room_kwh - taken_kwh[item];
    double amount_kwh = std::min(wanted_kwh, room_kwh);
    std::size_t full = none;
    for (std::size_t k = from; k < t; ++k) {
      if (left_kwh_[k] <= amount_kwh) {
        amount_kwh = std::max(0.0, left_kwh_[k]);
        full = k;
      }
    }
    for (std::size_t k = from; k < t; ++k) {
      left_kwh_[k] -= amount_kwh;
    }
    taken_kwh[item] += amount_kwh;
    wanted_kwh -= amount_kwh;
    if (amount_kwh >= room_kwh) {
      offered_[items[item].rank / word_bits] &=
          ~(std::uint64_t{1} << (items[item].rank % word_bits));
    }
    if (full != none) {
      block_until(full);
    }
  }
}

void Filling::run(std::size_t ranks, std::uint32_t gains) {
  close();
  const std::size_t periods = need_kwh.size();
  offered_.assign((ranks + word_bits - 1) / word_bits, 0);
  item_of_rank_.resize(ranks);
  left_kwh_.resize(periods);
  taken_kwh.assign(items.size(), 0.0);
  first_open_ = 0;
  std::size_t next = 0;
  double served_kwh = 0.0;
  for (std::size_t t = 0; t < periods; ++t) {
    for (; next < items.size() && items[next].period == t; ++next) {
      if (items[next].room_kwh > 0.0) {
        offer(next);
      }
    }
    take(t, need_kwh[t] - served_kwh, static_cast<std::uint32_t>(ranks));
    served_kwh = need_kwh[t];
    left_kwh_[t] = limit_kwh[t] - served_kwh;
  }
  take(periods - 1, limit_kwh.back() - served_kwh, gains);
}

void cheapest_in_tube(const Tube& tube, const VisitOrder& order, Filling& scratch,
                      std::vector<double>& out) {
  const std::size_t n = tube.size();
  scratch.items.resize(n);
  scratch.need_kwh.resize(n);
  scratch.limit_kwh.resize(n);
  double low_kwh = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    low_kwh += tube.low[t];
    scratch.items[t] = {static_cast<std::uint32_t>(t), order.rank[tube.first + t],
                        tube.high[t] - tube.low[t]};
    scratch.need_kwh[t] = tube.floor[t] - low_kwh;
    scratch.limit_kwh[t] = tube.ceiling[t] - low_kwh;
  }
  scratch.run(order.rank.size(), order.gains);
  out.resize(n);
  for (std::size_t t = 0; t < n; ++t) {
    out[t] = tube.low[t] + scratch.taken_kwh[t];
  }
}

}  // namespace gridpact::fleet
