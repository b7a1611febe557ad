// Moments of an error conditional on the period of the day and the forecast level.
//
//   N(t, j, f) = the k entries (d, s), |s − t| ≤ w inside the day, with the smallest distance
//                |f_j(d, s) − f|, and all that lie no further than the k-th; w = neighbour_periods
//                k = min_neighbours × (number of such s), at most all of them
//   μ(t, j, f) = mean, σ(t, j, f) = deviation (divisor |N|) of the errors ξ_j over N(t, j, f)
//   planned day: μ, σ at its own forecast
//   past day d: z_j(d, t) = (ξ_j(d, t) − μ) / (s_j σ) at f_j(d, t), with μ, σ of neighbours of
//   other days (k + 2 w + 1 of all are taken, and those of day d left out) s_j² = mean over d, t of
//   ((ξ_j − μ) / σ)², and the planned day's deviation is s_j σ
//
// A day that had a part in its own μ and σ would lie too near to them, by as much as they are
// unsure; left out, it is to them what the planned day will be, and s_j, a few per cent above 1, is
// what their being learned from k neighbours adds. Without levels every day has the same μ and σ,
// which can not hide one day's error, and nothing is left out.
//
// k-nearest-neighbour regression with a rectangular window (Altman 1992, The American Statistician
// 46(3)). Ties are taken whole, so the result does not depend on the order of days: all dark hours
// are neighbours of a dark hour, and their deviation is exactly zero. Without levels all distances
// are zero and the neighbours are the whole past of these periods.

#include "gridpact/uncertainty/detail/conditional.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace gridpact::uncertainty {

namespace {

struct Entry {
  double level = 0.0;
  double error = 0.0;
  std::size_t day = 0;
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

struct Moments {
  double mean = 0.0;
  double std_deviation = 0.0;
  double smallest = 0.0;
  double largest = 0.0;
};

struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

Limits physical_limits(const PlannedDay& day, std::size_t t, std::size_t j) {
  if (day.physical_low.empty()) {
    return {};
  }
  return {day.physical_low(t, j), day.physical_high(t, j)};
}

/// Moments of the errors, each clipped to the limits.
Moments moments_of(std::span<const Entry> entries, const Limits& limits = {}) {
  const auto clipped = [&](const Entry& e) { return std::clamp(e.error, limits.low, limits.high); };
  Moments out;
  out.smallest = out.largest = clipped(entries.front());
  double sum = 0.0;
  for (const auto& entry : entries) {
    const double value = clipped(entry);
    sum += value;
    out.smallest = std::min(out.smallest, value);
    out.largest = std::max(out.largest, value);
  }
  if (out.smallest == out.largest) {  // exact: a rounded mean would leave a tiny deviation
    out.mean = out.smallest;
    return out;
  }
  const auto count = static_cast<double>(entries.size());
  out.mean = std::clamp(sum / count, out.smallest, out.largest);
  double squares = 0.0;
  for (const auto& entry : entries) {
    const double centred = clipped(entry) - out.mean;
    squares += centred * centred;
  }
  out.std_deviation = std::sqrt(squares / count);
  return out;
}

/// Moments of what is left of `all`, moments of `count` entries, without `own`, some of these.
/// Deviation 0 where the rest is all equal, to rounding.
Moments without(const Moments& all, std::size_t count, std::span<const double> own) {
  static constexpr double rounding = 1e-12;  // of the whole's variance
  const auto rest = static_cast<double>(count - own.size());
  double sum = 0.0;  // about the mean of all
  double squares = all.std_deviation * all.std_deviation * static_cast<double>(count);
  for (const double error : own) {
    sum -= error - all.mean;
    squares -= (error - all.mean) * (error - all.mean);
  }
  const double shift = sum / rest;
  const double variance = squares / rest - shift * shift;
  Moments out = all;
  out.mean = all.mean + shift;
  out.std_deviation =
      variance > rounding * all.std_deviation * all.std_deviation ? std::sqrt(variance) : 0.0;
  return out;
}

/// The past of one source around one period, sorted by level.
class Neighbourhood {
 public:
  Neighbourhood(const ErrorHistory& history, std::size_t t, std::size_t j,
                std::size_t min_neighbours, std::size_t neighbour_periods)
      : history_(history), source_(j), first_(t - std::min(t, neighbour_periods)) {
    const std::size_t last = std::min(t + neighbour_periods, history.days.front().rows() - 1);
    own_ = last - first_ + 1;
    for (std::size_t d = 0; d < history.days.size(); ++d) {
      for (std::size_t s = first_; s <= last; ++s) {
        entries_.push_back({level_of(d, s), history.days[d](s, j), d});
      }
    }
    std::sort(entries_.begin(), entries_.end());
    count_ = std::clamp<std::size_t>(min_neighbours * own_, 1, entries_.size());
  }

  [[nodiscard]] std::span<const Entry> of(double level) const {
    const auto [first, last] = range_of(level, count_);
    return std::span(entries_).subspan(first, last - first);
  }

  /// Moments of the whole past of these periods.
  [[nodiscard]] Moments of_all() const { return moments_of(entries_); }

  /// Moments of the neighbours of `level` on other days than `day`; with them where the others are
  /// all equal. Asking in the order of levels is cheap: most questions then have the same
  /// neighbours as the one before.
  Moments of_others(double level, std::size_t day) {
    const auto [first, last] = range_of(level, std::min(count_ + own_, entries_.size()));
    const auto neighbours = std::span(entries_).subspan(first, last - first);
    if (neighbours.data() != cached_for_.data() || neighbours.size() != cached_for_.size()) {
      cached_for_ = neighbours;
      cached_ = moments_of(neighbours);
    }
    own_errors_.clear();
    for (std::size_t s = first_; s < first_ + own_;
         ++s) {  // ties are whole: in range is among them
      const double own_level = level_of(day, s);
      if (own_level >= neighbours.front().level && own_level <= neighbours.back().level) {
        own_errors_.push_back(history_.days[day](s, source_));
      }
    }
    if (own_errors_.size() == neighbours.size()) {
      return cached_;
    }
    const auto others = without(cached_, neighbours.size(), own_errors_);
    return others.std_deviation > 0.0 ? others : cached_;
  }

 private:
  [[nodiscard]] std::pair<std::size_t, std::size_t> range_of(double level,
                                                             std::size_t count) const {
    const auto distance = [&](std::size_t i) { return std::abs(entries_[i].level - level); };
    // The first start whose window could not be improved by moving on to the right.
    std::size_t low = 0;
    std::size_t high = entries_.size() - count;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (level - entries_[middle].level > entries_[middle + count].level - level) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const double radius = std::max(distance(low), distance(low + count - 1));
    const auto begin = entries_.begin();
    const auto too_low = [&](const Entry& e) { return level - e.level > radius; };
    const auto low_enough = [&](const Entry& e) { return e.level - level <= radius; };
    return {
        static_cast<std::size_t>(std::partition_point(begin, entries_.end(), too_low) - begin),
        static_cast<std::size_t>(std::partition_point(begin, entries_.end(), low_enough) - begin)};
  }

  [[nodiscard]] double level_of(std::size_t d, std::size_t s) const {
    return history_.levels.empty() ? 0.0 : history_.levels[d](s, source_);
  }

  const ErrorHistory& history_;
  std::size_t source_;
  std::size_t first_;  ///< period
  std::vector<Entry> entries_;
  std::vector<double> own_errors_;
  std::size_t count_ = 1;
  std::size_t own_ = 1;  ///< periods: entries of one day
  std::span<const Entry> cached_for_;
  Moments cached_;
};

/// Days in the order of their level in (t, j).
std::vector<std::size_t> days_by_level(const ErrorHistory& history, std::size_t t, std::size_t j) {
  std::vector<std::size_t> order(history.days.size());
  for (std::size_t d = 0; d < order.size(); ++d) {
    order[d] = d;
  }
  if (!history.levels.empty()) {
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(history.levels[a](t, j), a) < std::pair(history.levels[b](t, j), b);
    });
  }
  return order;
}

/// Divides the centred errors in `out.standardised` by their deviations, or sets them to 0 and
/// marks them where the source does not vary.
void divide_by_deviation(ConditionalErrors& out, double least_share) {
  const std::size_t periods = out.deviation.front().rows();
  const std::size_t n = out.deviation.front().cols();
  for (std::size_t j = 0; j < n; ++j) {
    double largest = 0.0;
    for (const auto& day : out.deviation) {
      for (std::size_t t = 0; t < periods; ++t) {
        largest = std::max(largest, day(t, j));
      }
    }
    for (std::size_t d = 0; d < out.deviation.size(); ++d) {
      for (std::size_t t = 0; t < periods; ++t) {
        const double sigma = out.deviation[d](t, j);
        const bool varies = sigma > 0.0 && sigma >= least_share * largest;
        out.varies[d](t, j) = varies ? 1 : 0;
        double& z = out.standardised[d](t, j);
        z = varies ? z / sigma : 0.0;
      }
    }
  }
}

/// s_j, by which the deviations grow and the standardised errors shrink.
void scale_to_unit_variance(ConditionalErrors& out) {
  const std::size_t periods = out.deviation.front().rows();
  for (std::size_t j = 0; j < out.scale.size(); ++j) {
    std::vector<double> squares;  // summed by size: the order of days does not matter
    for (std::size_t d = 0; d < out.standardised.size(); ++d) {
      for (std::size_t t = 0; t < periods; ++t) {
        if (out.varies[d](t, j) != 0) {
          squares.push_back(out.standardised[d](t, j) * out.standardised[d](t, j));
        }
      }
    }
    std::sort(squares.begin(), squares.end());
    const double sum = std::accumulate(squares.begin(), squares.end(), 0.0);
    if (!(sum > 0.0)) {
      continue;
    }
    out.scale[j] = std::sqrt(sum / static_cast<double>(squares.size()));
    for (std::size_t d = 0; d < out.standardised.size(); ++d) {
      for (std::size_t t = 0; t < periods; ++t) {
        out.standardised[d](t, j) /= out.scale[j];
        out.deviation[d](t, j) *= out.scale[j];
      }
    }
  }
}

}  // namespace

ConditionalErrors condition(const ErrorHistory& history, std::size_t min_neighbours,
                            std::size_t neighbour_periods) {
  const std::size_t days = history.days.size();
  const std::size_t periods = history.days.front().rows();
  const std::size_t n = history.sources.size();
  ConditionalErrors out;
  out.deviation = out.standardised = std::vector<Matrix>(days, Matrix(periods, n));
  out.varies.assign(days, BasicMatrix<std::uint8_t>(periods, n));
  out.scale.assign(n, 1.0);

  const bool conditioned = !history.levels.empty();
  for (std::size_t t = 0; t < periods; ++t) {
    for (std::size_t j = 0; j < n; ++j) {
      Neighbourhood neighbourhood(history, t, j, min_neighbours, neighbour_periods);
      const auto all = neighbourhood.of_all();
      for (const std::size_t d : days_by_level(history, t, j)) {
        const auto past = conditioned ? neighbourhood.of_others(history.levels[d](t, j), d) : all;
        out.standardised[d](t, j) = history.days[d](t, j) - past.mean;
        out.deviation[d](t, j) = past.std_deviation;
      }
    }
  }
  divide_by_deviation(out, history.independent_sources ? 0.0 : least_relative_deviation);
  if (conditioned) {
    scale_to_unit_variance(out);
  }
  return out;
}

PlannedMoments planned_moments(const ErrorHistory& history, std::size_t min_neighbours,
                               std::size_t neighbour_periods, const PlannedDay& day) {
  const std::size_t periods = history.days.front().rows();
  const std::size_t n = history.sources.size();
  PlannedMoments out;
  out.mean = out.std_deviation = out.smallest = out.largest = Matrix(periods, n);
  for (std::size_t t = 0; t < periods; ++t) {
    for (std::size_t j = 0; j < n; ++j) {
      const Neighbourhood neighbourhood(history, t, j, min_neighbours, neighbour_periods);
      const auto planned =
          moments_of(neighbourhood.of(history.levels.empty() ? 0.0 : day.level(t, j)),
                     physical_limits(day, t, j));
      out.mean(t, j) = planned.mean;
      out.std_deviation(t, j) = planned.std_deviation;
      out.smallest(t, j) = planned.smallest;
      out.largest(t, j) = planned.largest;
    }
  }
  return out;
}

std::vector<Neighbour> planned_neighbours(const ErrorHistory& history, std::size_t min_neighbours,
                                          std::size_t neighbour_periods, const PlannedDay& day,
                                          std::size_t t, std::size_t j) {
  const Neighbourhood neighbourhood(history, t, j, min_neighbours, neighbour_periods);
  const auto limits = physical_limits(day, t, j);
  std::vector<Neighbour> out;
  for (const auto& entry : neighbourhood.of(history.levels.empty() ? 0.0 : day.level(t, j))) {
    out.push_back({std::clamp(entry.error, limits.low, limits.high), entry.day});
  }
  return out;
}

}  // namespace gridpact::uncertainty
