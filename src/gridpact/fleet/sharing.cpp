// Within a group, by level: x = clamp((λ − k) · power, must, can), k the slack, λ such that Σ x is
// what there is. It is piecewise linear and rises with λ (found by fill_level_h).
// With all power to the least slack this is least laxity first; the slope makes equal slacks share.

#include "gridpact/fleet/detail/sharing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace gridpact::fleet {

namespace {

using Group = std::span<Part* const>;

/// What a group must have, and what it can have, together.
struct Bounds {
  double must_kwh = 0.0, can_kwh = 0.0;
};

/// The parts of a group as columns, so that a level is tried on several at a time.
class Columns {
 public:
  explicit Columns(Group parts)
      : count_(parts.size()), numbers_(std::make_unique_for_overwrite<double[]>(6 * parts.size())) {
    for (std::size_t i = 0; i < count_; ++i) {
      column(0)[i] = parts[i]->slack_h;
      column(1)[i] = parts[i]->power_kw;
      column(2)[i] = parts[i]->must_kwh;
      column(3)[i] = parts[i]->can_kwh;
    }
  }

  /// What the parts take at a level, and how fast that rises.
  struct Filled {
    double energy_kwh = 0.0, slope_kw = 0.0;
  };
  [[nodiscard]] Filled filled(double level_h) {
    fill(count_, level_h, column(0), column(1), column(2), column(3), column(4), column(5));
    return sums(column(4), column(5));
  }

 private:
  static void fill(std::size_t count, double level_h, const double* __restrict slack,
                   const double* __restrict power, const double* __restrict must,
                   const double* __restrict can, double* __restrict given,
                   double* __restrict slope) {
    for (std::size_t i = 0; i < count; ++i) {
      const double wanted_kwh = (level_h - slack[i]) * power[i];
      const double raised_kwh = wanted_kwh < must[i] ? must[i] : wanted_kwh;
      const double given_kwh = can[i] < raised_kwh ? can[i] : raised_kwh;
      given[i] = given_kwh;
      slope[i] = given_kwh == wanted_kwh ? power[i] : 0.0;
    }
  }
  /// Each in four sums beside each other, always the same: one sum waits for each addition. Not in
  /// the loop above, which compilers would then no longer make without jumps.
  [[nodiscard]] Filled sums(const double* given, const double* slope) const {
    constexpr std::size_t lanes = 4;
    std::array<double, lanes> energy_kwh{}, slope_kw{};
    std::size_t i = 0;
    for (; i + lanes <= count_; i += lanes) {
      for (std::size_t k = 0; k < lanes; ++k) {
        energy_kwh[k] += given[i + k];
        slope_kw[k] += slope[i + k];
      }
    }
    for (; i < count_; ++i) {
      energy_kwh[0] += given[i];
      slope_kw[0] += slope[i];
    }
    return {(energy_kwh[0] + energy_kwh[1]) + (energy_kwh[2] + energy_kwh[3]),
            (slope_kw[0] + slope_kw[1]) + (slope_kw[2] + slope_kw[3])};
  }
  [[nodiscard]] double* column(std::size_t k) { return numbers_.get() + k * count_; }

  std::size_t count_;
  std::unique_ptr<double[]> numbers_;  ///< slack, power, must, can, given, slope
};

/// The level λ at which the parts add up to `total_kwh`, between Σ must and Σ can. Their sum is
/// piecewise linear and rises with λ: Newton's method, kept between the levels that are known to
/// lie on either side, is there once a step stays on one piece. Sorting the corners of the pieces
/// takes ten times as long.
double fill_level_h(Group parts, const Bounds& bounds, double total_kwh) {
  constexpr double rounding = 1e-13;
  double low_h = std::numeric_limits<double>::infinity(), high_h = -low_h;
  const auto [must_kwh, can_kwh] = bounds;
  for (const auto* part : parts) {
    // Most must have nothing.
    const double must_h = part->must_kwh == 0.0 ? 0.0 : part->must_kwh / part->power_kw;
    low_h = std::min(low_h, part->slack_h + must_h);
    high_h = std::max(high_h, part->slack_h + part->can_kwh / part->power_kw);
  }
  if (total_kwh <= must_kwh) {
    return low_h;
  }
  if (total_kwh >= can_kwh) {
    return high_h;
  }
  Columns columns(parts);
  const double scale_kwh = std::abs(must_kwh) + std::abs(can_kwh);
  double level_h = low_h + (high_h - low_h) * (total_kwh - must_kwh) / (can_kwh - must_kwh);
  while (low_h < level_h && level_h < high_h) {
    const auto [filled_kwh, slope_kw] = columns.filled(level_h);
    const double left_kwh = total_kwh - filled_kwh;
    if (std::abs(left_kwh) <= rounding * scale_kwh) {
      break;
    }
    (left_kwh > 0.0 ? low_h : high_h) = level_h;
    level_h += left_kwh / slope_kw;
    if (!(low_h < level_h && level_h < high_h)) {
      level_h = 0.5 * (low_h + high_h);
    }
  }
  return level_h;
}

void share_group(Group parts, const Bounds& bounds, double total_kwh, Within within) {
  if (within == Within::level) {
    const double level_h = fill_level_h(parts, bounds, total_kwh);
    for (auto* part : parts) {
      part->given_kwh =
          between((level_h - part->slack_h) * part->power_kw, part->must_kwh, part->can_kwh);
    }
    return;
  }
  const auto [must_kwh, can_kwh] = bounds;
  const double share = can_kwh > must_kwh
                           ? std::clamp((total_kwh - must_kwh) / (can_kwh - must_kwh), 0.0, 1.0)
                           : 0.0;
  for (auto* part : parts) {
    part->given_kwh = part->must_kwh + share * (part->can_kwh - part->must_kwh);
  }
}

/// Group by group, beyond what each must have.
void share(std::vector<Part>& parts, double total_kwh, Within within) {
  const auto by_group = [](const Part* a, const Part* b) { return a->group < b->group; };
  std::vector<Part*> order(parts.size());
  bool is_sorted = true;
  double left_kwh = total_kwh;  // beyond what must be given
  for (std::size_t k = 0; k < parts.size(); ++k) {
    order[k] = &parts[k];
    is_sorted = is_sorted && (k == 0 || parts[k - 1].group <= parts[k].group);
    left_kwh -= parts[k].must_kwh;
  }
  if (!is_sorted) {
    std::stable_sort(order.begin(), order.end(), by_group);
  }
  for (auto begin = order.begin(); begin != order.end();) {
    const auto end = std::upper_bound(begin, order.end(), *begin, by_group);
    Bounds bounds;
    double more_kwh = 0.0;
    for (auto at = begin; at != end; ++at) {
      bounds.must_kwh += (*at)->must_kwh;
      bounds.can_kwh += (*at)->can_kwh;
      more_kwh += (*at)->can_kwh - (*at)->must_kwh;
    }
    const double part_kwh = std::clamp(left_kwh, 0.0, more_kwh);
    share_group({begin, end}, bounds, bounds.must_kwh + part_kwh, within);
    left_kwh -= part_kwh;
    begin = end;
  }
}

}  // namespace

void share_out(std::vector<Part>& parts, double total_kwh, Within within) {
  // Where there is enough without it, nobody discharges; where there is not, nobody charges beyond
  // need.
  double needed_kwh = 0.0;
  for (const auto& part : parts) {
    needed_kwh += std::max(part.must_kwh, 0.0);
  }
  for (auto& part : parts) {
    const double need_kwh = std::max(part.must_kwh, 0.0);
    (total_kwh >= needed_kwh ? part.must_kwh : part.can_kwh) = need_kwh;
  }
  share(parts, total_kwh, within);
}

void share_shortage(std::vector<Part>& parts, double total_kwh) {
  auto needs = parts;
  for (auto& part : needs) {
    part.can_kwh = part.must_kwh;
    part.must_kwh = std::min(part.must_kwh, 0.0);
  }
  share(needs, total_kwh, Within::proportional);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    parts[k].given_kwh = needs[k].given_kwh;
  }
}

}  // namespace gridpact::fleet
