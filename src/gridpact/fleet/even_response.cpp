// Without the bounds of cumulative energy, x_t = clamp(w (π_t + λ), low_t, high_t), λ = 0 where the
// stretch's end is free, else such that Σ x is the energy given for it. Where that breaks
// cumulative bounds, the one that is broken most holds with equality in the solution, which there
// falls into two independent stretches (the decomposition algorithm of separable convex costs on
// base polytopes: Fujishige 1980, Groenevelt 1991; for nested bounds: Vidal, Gribel, Jaillet 2019).
//
// λ: Σ_t clamp(·) is piecewise linear and rises with λ: Newton's method within a bracket, from the
// λ of the last time, ends at the exact root after a few steps; where the sum does not rise, it
// goes on at the next corner.

#include "gridpact/fleet/detail/even_response.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace gridpact::fleet {

namespace {

/// Energies of a car nearer than this are the same, kWh.
constexpr double rounding_kwh = 1e-12;
/// Cumulative bounds that are broken by less are kept.
constexpr double broken_kwh = 1e-11;
constexpr int most_level_steps = 200;

}  // namespace

/// Finds the λ of a pinned stretch: its x add up to the energy given.
void EvenResponse::level_out(const Stretch& stretch, double& level) {
  const double total_kwh = stretch.end_kwh - stretch.start_kwh;
  double below = -std::numeric_limits<double>::infinity();
  double above = std::numeric_limits<double>::infinity();
  double shift = level * weight_kwh_;
  for (int step = 0; step < most_level_steps; ++step) {
    const auto [sum_kwh, free] = fill(stretch, shift);
    const double missing_kwh = total_kwh - sum_kwh;
    if (std::abs(missing_kwh) <= rounding_kwh * std::max(1.0, std::abs(total_kwh))) {
      break;
    }
    (missing_kwh > 0.0 ? below : above) = shift;
    double next =
        free > 0.0 ? shift + missing_kwh / free : next_corner(stretch, shift, missing_kwh);
    if (!(next > below && next < above)) {
      next = 0.5 * (below + above);
      if (!std::isfinite(next) || next == below || next == above) {
        break;  // all at their bounds: what is missing is rounding
      }
    }
    shift = next;
  }
  level = shift / weight_kwh_;
}

/// x for λ w = `shift_kwh`; their sum, and how many are free.
std::pair<double, double> EvenResponse::fill(const Stretch& stretch, double shift_kwh) {
  double sum_kwh = 0.0;
  double free = 0.0;
  for (std::size_t t = stretch.begin; t < stretch.end; ++t) {
    const double wish = wish_kwh_[t] + shift_kwh;
    const double x = std::min(std::max(wish, tube_->low[t]), tube_->high[t]);
    energy_kwh_[t] = x;
    sum_kwh += x;
    free += x == wish ? 1.0 : 0.0;
  }
  return {sum_kwh, free};
}

/// The nearest λ w at which the sum begins to change in the direction of what is missing; NaN if
/// there is none.
double EvenResponse::next_corner(const Stretch& stretch, double shift_kwh,
                                 double missing_kwh) const {
  double next = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t t = stretch.begin; t < stretch.end; ++t) {
    const double wish = wish_kwh_[t] + shift_kwh;
    if (missing_kwh > 0.0 && wish < tube_->low[t]) {
      next = std::fmin(next, tube_->low[t] - wish_kwh_[t]);
    } else if (missing_kwh < 0.0 && wish > tube_->high[t]) {
      next = std::fmax(next, tube_->high[t] - wish_kwh_[t]);
    }
  }
  const double beyond = 1e-12 * std::max(1.0, std::abs(next));  // so that rounding hides no corner
  return missing_kwh > 0.0 ? next + beyond : next - beyond;
}

void EvenResponse::run(const Tube& tube, double weight_kwh, std::span<const double> value,
                       double& level) {
  const std::size_t n = tube.size();
  assert(value.size() == n && weight_kwh > 0.0);
  tube_ = &tube;
  weight_kwh_ = weight_kwh;
  wish_kwh_.resize(n);
  energy_kwh_.resize(n);
  for (std::size_t t = 0; t < n; ++t) {
    wish_kwh_[t] = weight_kwh * value[t];
  }
  const bool is_given = tube.ceiling.back() - tube.floor.back() <= rounding_kwh;
  open_.assign(1, {0, n, 0.0, tube.ceiling.back(), is_given});
  closed_.clear();
  while (!open_.empty()) {
    const Stretch stretch = open_.back();
    open_.pop_back();
    if (stretch.is_pinned) {
      level_out(stretch, level);
    } else {
      fill(stretch, 0.0);
    }
    split_or_close(stretch);
  }
}

/// Looks for the cumulative bound that is broken most: there the stretch falls in two.
void EvenResponse::split_or_close(const Stretch& stretch) {
  double taken_kwh = stretch.start_kwh;
  double worst_kwh = broken_kwh;
  double bound_kwh = 0.0;
  std::size_t at = stretch.end;
  const std::size_t end = stretch.is_pinned ? stretch.end - 1 : stretch.end;
  for (std::size_t t = stretch.begin; t < end; ++t) {
    taken_kwh += energy_kwh_[t];
    if (taken_kwh - tube_->ceiling[t] > worst_kwh) {
      worst_kwh = taken_kwh - tube_->ceiling[t];
      bound_kwh = tube_->ceiling[t];
      at = t;
    } else if (tube_->floor[t] - taken_kwh > worst_kwh) {
      worst_kwh = tube_->floor[t] - taken_kwh;
      bound_kwh = tube_->floor[t];
      at = t;
    }
  }
  if (at == stretch.end) {
    closed_.push_back(stretch);
    return;
  }
  if (at + 1 < stretch.end) {
    open_.push_back({at + 1, stretch.end, bound_kwh, stretch.end_kwh, stretch.is_pinned});
  }
  open_.push_back({stretch.begin, at + 1, stretch.start_kwh, bound_kwh, true});
}

double EvenResponse::worth(std::span<const double> value) const {
  double sum = 0.0;
  for (std::size_t t = 0; t < energy_kwh_.size(); ++t) {
    sum += energy_kwh_[t] * (value[t] - 0.5 * energy_kwh_[t] / weight_kwh_);
  }
  return sum;
}

void EvenResponse::add_curvature(std::size_t first, std::size_t periods,
                                 std::span<float> curvature) {
  for (const auto& stretch : closed_) {
    const std::size_t n = stretch.end - stretch.begin;
    free_.resize(n);
    float count = 0.0F;
    for (std::size_t t = 0; t < n; ++t) {
      const double x = energy_kwh_[stretch.begin + t];
      const bool is_free = x > tube_->low[stretch.begin + t] && x < tube_->high[stretch.begin + t];
      free_[t] = is_free ? 1.0F : 0.0F;
      count += free_[t];
    }
    if (count < (stretch.is_pinned ? 2.0F : 1.0F)) {
      continue;
    }
    const auto weight = static_cast<float>(weight_kwh_);
    const float share = stretch.is_pinned ? weight / count : 0.0F;
    for (std::size_t t = 0; t < n; ++t) {
      if (free_[t] == 0.0F) {
        continue;
      }
      float* const row = &curvature[(first + stretch.begin + t) * periods + first + stretch.begin];
      row[t] += weight;
      for (std::size_t s = 0; s <= t && stretch.is_pinned; ++s) {
        row[s] -= share * free_[s];
      }
    }
  }
}

}  // namespace gridpact::fleet
