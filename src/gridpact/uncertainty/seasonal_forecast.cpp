// A forecast for series that have none.
//
//   y(d, s)   what was seen on local day d at clock slot s (a slot is a period; the hour that comes
//             twice in autumn counts with its mean, the one that does not come in spring not at
//             all)
//   K(D)      the days of D's kind before D − L of which something is known; L: see the header
//   m(D, s) = Σ_{d ∈ K(D)} w(D − d) y(d, s) / Σ w(D − d),   w(a) = 2^(−a / 21)      (three weeks)
//   ρ(d)    = Σ_s y(d, s) / Σ_s m(d, s)
//   r(D)    = the same ratio of the sums over the last three days before D − L
//   φ(D)    = Σ_{d < D − L} (ρ(d) − 1) (r(d) − 1) / Σ_{d < D − L} (r(d) − 1)², cut to [0, 1]
//   f(D, s) = m(D, s) · (1 + φ(D) (r(D) − 1))
//
// m is exponential smoothing of a seasonal profile per kind of day; φ is the regression coefficient
// of a day's level on the level before it, learned as time goes by: near 1 for a load in a cold
// spell, near 0 for the sun. A factor leaves the night dark. (Exponential smoothing: Gardner 2006,
// Int. J. Forecasting 22(4); day types and level: Taylor, McSharry 2007, IEEE Trans. Power Systems
// 22(4), for load.)

#include "gridpact/uncertainty/seasonal_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace gridpact::uncertainty {

namespace {

constexpr double half_life_days = 21.0;
constexpr std::size_t level_days = 3;
constexpr long oldest_days = 200;  // of weight 0.001 and less
constexpr long week_days = 7;
constexpr std::size_t least_days_of_kind = 2;
constexpr std::size_t least_level_pairs = 14;  // to learn φ from
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// 0 = working day, 1 = Saturday, 2 = Sunday. Day 0 (1970-01-01) was a Thursday.
int kind_of(long day) {
  const long weekday = ((day + 3) % week_days + week_days) % week_days;  // 0 = Monday
  return weekday < 5 ? 0 : static_cast<int>(weekday - 4);
}

/// A local day by its clock slots; NaN where nothing is known.
struct Day {
  std::vector<double> seen;
  std::vector<double> profile;  ///< m
  double recent = nothing;      ///< r
  double ratio = nothing;       ///< ρ
};

/// Where a sample stands.
struct Slot {
  long day = 0;
  std::size_t slot = 0;
};

class Forecaster {
 public:
  Forecaster(const std::vector<double>& actual, Instant start, const TimeGrid& horizon)
      : lead_days_(horizon.local(horizon.count - 1).days_since_epoch -
                   horizon.local(0).days_since_epoch + 1),
        slots_(static_cast<std::size_t>(std::chrono::hours{24} / horizon.period)) {
    const auto samples = static_cast<std::size_t>((horizon.end() - start) / horizon.period);
    for (std::size_t i = 0; i < samples; ++i) {
      const auto local =
          local_time(start + horizon.period * static_cast<long>(i), horizon.time_zone);
      const auto second = std::chrono::hours{local.hour} + std::chrono::minutes{local.minute} +
                          std::chrono::seconds{local.second};
      places_.push_back(
          {local.days_since_epoch, static_cast<std::size_t>(second / horizon.period)});
    }
    collect(actual);
    for (auto& [number, day] : days_) {  // in calendar order: each finds those before it done
      day.profile = profile_of(number);
      day.recent = recent_level(number);
      day.ratio = ratio({&day});
      factor_[number] = level_factor(number, day);
    }
  }

  [[nodiscard]] std::vector<double> values() const {
    std::vector<double> out;
    for (const auto& place : places_) {
      out.push_back(factor_.at(place.day) * days_.at(place.day).profile[place.slot]);
    }
    return out;
  }

  /// What was seen on the same weekday, the last before sample i's day that was known for it.
  [[nodiscard]] double weekly(std::size_t i) const {
    const auto& place = places_[i];
    const long weeks = lead_days_ / week_days + 1;
    const auto day = days_.find(place.day - weeks * week_days);
    return day == days_.end() ? nothing : day->second.seen[place.slot];
  }

  [[nodiscard]] const Slot& place(std::size_t i) const { return places_[i]; }

 private:
  void collect(const std::vector<double>& actual) {
    std::map<long, std::vector<double>> counts;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const auto [day, slot] = places_[i];
      auto& seen = days_.try_emplace(day, Day{std::vector<double>(slots_, 0.0), {}}).first->second;
      auto& count = counts.try_emplace(day, std::vector<double>(slots_, 0.0)).first->second;
      if (i < actual.size() && std::isfinite(actual[i])) {
        seen.seen[slot] += actual[i];
        count[slot] += 1.0;
      }
    }
    for (auto& [number, day] : days_) {
      for (std::size_t s = 0; s < slots_; ++s) {
        const double count = counts.at(number)[s];
        day.seen[s] = count > 0.0 ? day.seen[s] / count : nothing;
      }
    }
  }

  /// Days that the forecast of `number` may use end before this one.
  [[nodiscard]] auto end_of_known(long number) const {
    return days_.lower_bound(number - lead_days_);
  }

  [[nodiscard]] std::vector<double> profile_of(long number) const {
    std::vector<double> out(slots_, nothing);
    const auto end = end_of_known(number);
    if (std::distance(days_.begin(), end) < static_cast<std::ptrdiff_t>(least_forecast_days)) {
      return out;
    }
    std::vector<double> sum(slots_, 0.0);
    std::vector<double> weight(slots_, 0.0);
    std::vector<std::size_t> count(slots_, 0);
    for (auto day = days_.lower_bound(number - oldest_days); day != end; ++day) {
      if (kind_of(day->first) != kind_of(number)) {
        continue;
      }
      const double w = std::exp2(-static_cast<double>(number - day->first) / half_life_days);
      for (std::size_t s = 0; s < slots_; ++s) {
        if (std::isfinite(day->second.seen[s])) {
          sum[s] += w * day->second.seen[s];
          weight[s] += w;
          ++count[s];
        }
      }
    }
    for (std::size_t s = 0; s < slots_; ++s) {
      out[s] = count[s] >= least_days_of_kind ? sum[s] / weight[s] : nothing;
    }
    return out;
  }

  /// Of what was seen to the profile, over all slots of which both are known.
  [[nodiscard]] double ratio(const std::vector<const Day*>& days) const {
    double seen = 0.0;
    double expected = 0.0;
    for (const auto* day : days) {
      for (std::size_t s = 0; s < slots_; ++s) {
        if (std::isfinite(day->seen[s]) && std::isfinite(day->profile[s])) {
          seen += day->seen[s];
          expected += day->profile[s];
        }
      }
    }
    return expected > 0.0 ? seen / expected : nothing;
  }

  [[nodiscard]] double recent_level(long number) const {
    std::vector<const Day*> last;
    for (auto day = end_of_known(number); day != days_.begin() && last.size() < level_days;) {
      last.push_back(&(--day)->second);
    }
    return ratio(last);
  }

  [[nodiscard]] double level_factor(long number, const Day& day) const {
    double product = 0.0;
    double squares = 0.0;
    std::size_t pairs = 0;
    const auto end = end_of_known(number);
    for (auto past = days_.begin(); past != end; ++past) {
      const double before = past->second.recent - 1.0;
      const double then = past->second.ratio - 1.0;
      if (std::isfinite(before) && std::isfinite(then)) {
        product += before * then;
        squares += before * before;
        ++pairs;
      }
    }
    if (pairs < least_level_pairs || !(squares > 0.0) || !std::isfinite(day.recent)) {
      return 1.0;
    }
    const double share = std::clamp(product / squares, 0.0, 1.0);
    return 1.0 + share * (day.recent - 1.0);
  }

  long lead_days_;  ///< L
  std::size_t slots_;
  std::vector<Slot> places_;
  std::map<long, Day> days_;
  std::map<long, double> factor_;  ///< 1 + φ (r − 1)
};

}  // namespace

SeasonalForecast seasonal_forecast(const std::vector<double>& actual, Instant start,
                                   const TimeGrid& horizon) {
  SeasonalForecast out;
  if (horizon.end() <= start) {
    return out;
  }
  const Forecaster forecaster(actual, start, horizon);
  out.values = forecaster.values();
  double count = 0.0;
  long last_day = std::numeric_limits<long>::min();
  for (std::size_t i = 0; i < std::min(actual.size(), out.values.size()); ++i) {
    const bool is_past = start + horizon.period * static_cast<long>(i) < horizon.start;
    const double weekly = forecaster.weekly(i);
    if (is_past && std::isfinite(actual[i] + out.values[i] + weekly)) {
      out.mean_absolute_error += std::abs(actual[i] - out.values[i]);
      out.weekly_mean_absolute_error += std::abs(actual[i] - weekly);
      count += 1.0;
      out.days += forecaster.place(i).day != last_day ? 1U : 0U;
      last_day = forecaster.place(i).day;
    }
  }
  out.mean_absolute_error /= std::max(count, 1.0);
  out.weekly_mean_absolute_error /= std::max(count, 1.0);
  return out;
}

Instant known_until(const TimeGrid& horizon) {
  return local_midnight(horizon.local(0).days_since_epoch - 1, horizon.time_zone);
}

}  // namespace gridpact::uncertainty
