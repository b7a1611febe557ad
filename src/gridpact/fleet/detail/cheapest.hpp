#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gridpact/fleet/detail/tube.hpp"

namespace gridpact::fleet {

/// In which order a linear cost visits things, cheapest first, earlier ones first among equals; the
/// first `gains` have negative cost and are taken beyond what must be taken.
struct VisitOrder {
  std::vector<std::uint32_t> rank;  ///< of each thing
  std::uint32_t gains = 0;
};
[[nodiscard]] VisitOrder visit_order(std::span<const double> cost);

/// The cheapest way through prefix bounds, by sorting alone: min Σ_j cost_j z_j over 0 ≤ z_j ≤
/// room_j, need_t ≤ Σ_{items of periods ≤ t} z_j ≤ limit_t. It depends on the order of the costs
/// only. Keeps its memory from one use to the next.
class Filling {
 public:
  struct Item {
    std::uint32_t period = 0;  ///< of the car's stay; items are in the order of time
    std::uint32_t rank = 0;    ///< in the order of the costs, no two alike
    double room_kwh = 0.0;
  };
  std::vector<Item> items;
  std::vector<double> need_kwh, limit_kwh;  ///< cumulative, per period
  std::vector<double> taken_kwh;            ///< per item: the answer

  /// `ranks`: number of ranks there are; items with a rank below `gains` are taken for their own
  /// sake.
  void run(std::size_t ranks, std::uint32_t gains);

 private:
  void close();
  void offer(std::size_t item);
  void block_until(std::size_t period);
  [[nodiscard]] std::size_t cheapest(std::uint32_t below) const;
  void take(std::size_t t, double wanted_kwh, std::uint32_t below);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<std::uint64_t> offered_;  // one bit per rank
  std::vector<std::uint32_t> item_of_rank_;
  std::vector<double> left_kwh_;  // per period: limit − Σ taken until then
  std::size_t first_open_ = 0;    // items before it are blocked by a full period
};

/// The cheapest point of a tube in the order `order` of the horizon's periods: energy per period of
/// the tube, into `out`.
void cheapest_in_tube(const Tube& tube, const VisitOrder& order, Filling& scratch,
                      std::vector<double>& out);

}  // namespace gridpact::fleet
