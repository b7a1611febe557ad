// Day d of a kind has n_d sessions with energies e; m_d is the mean count of the K days of its kind
// around it (d left out).
//
// Volume. δ_d = n_d / m_d − 1. Were sessions independent, δ_d would have the counting noise
//   ν_d = (1 + 1/K) / m_d                      (Poisson, of n_d itself and of the K counts in m_d);
// the variance beyond it is τ² = max(0, Σ m_d (δ_d² − ν_d) / Σ m_d). A pool of another size has its
// own counting noise (drawn anew, Poisson), so a past day carries over only
//   volume_d = 1 + √(τ² / (τ² + ν_d)) (δ_d − δ̄),
// which has variance τ² over the days. (The root, because τ²/(τ² + ν_d) itself gives the best guess
// of one day's own level, and such guesses spread too little: Louis 1984.)
//
// Mood. With ē_d the day's mean energy and σ² the variance within days, the variance between days
// beyond sampling is τ² = max(0, Σ n_d ((ē_d − ē)² − σ²/n_d) / Σ n_d). Drawing a share w_d of the
// cars from day d and the rest from all days of the kind moves the expected mean energy by w_d (ē_d
// − ē), so that
//   w_d = √(τ² / (τ² + σ²/n_d))
// gives it variance τ². A day with few sessions says little, and is hardly drawn from.

#include "gridpact/fleet/past_days.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace gridpact::fleet {

namespace {

constexpr long gap_days = 7;                      // a week without any session: not recorded
constexpr std::size_t days_around = 20;           // four working weeks
constexpr double closed_share = 0.4;              // of the median around it
constexpr double clear_deviations = 3.0;          // this many standard deviations are no chance
constexpr double deviations_per_median = 1.4826;  // of a normal law's absolute deviation
constexpr double friday_difference =
    0.2;  // relative; smaller ones do not deserve kinds of their own

double square(double x) { return x * x; }

double mean_count(std::span<const PastDay> days) {
  double sum = 0.0;
  for (const auto& day : days) {
    sum += static_cast<double>(day.count);
  }
  return days.empty() ? 0.0 : sum / static_cast<double>(days.size());
}

/// All recorded days, with empty ones between sessions less than a week apart.
std::vector<PastDay> recorded_days(const SessionHistory& history) {
  std::vector<PastDay> days;
  const auto& sessions = history.sessions;
  for (std::size_t s = 0; s < sessions.size(); ++s) {
    const long day = sessions[s].arrival_day;
    assert(days.empty() || day >= days.back().day);
    if (!days.empty() && day - days.back().day <= gap_days) {
      for (long empty = days.back().day + 1; empty < day; ++empty) {
        days.push_back({.day = empty, .first = s});
      }
    }
    if (days.empty() || day != days.back().day) {
      days.push_back({.day = day, .first = s});
    }
    ++days.back().count;
  }
  return days;
}

std::vector<PastDay> of_kind(std::span<const PastDay> days, DayKind kind, bool alternate_fridays) {
  std::vector<PastDay> out;
  std::copy_if(days.begin(), days.end(), std::back_inserter(out),
               [&](const PastDay& day) { return kind_of(day.day, alternate_fridays) == kind; });
  return out;
}

/// The up to `days_around` others that are nearest to days[i] in the order of `days`.
std::vector<PastDay> around(std::span<const PastDay> days, std::size_t i) {
  const std::size_t size = std::min(days.size(), days_around + 1);
  const std::size_t half = days_around / 2;
  const std::size_t begin = std::min(i > half ? i - half : 0, days.size() - size);
  std::vector<PastDay> out;
  for (std::size_t k = begin; k < begin + size; ++k) {
    if (k != i) {
      out.push_back(days[k]);
    }
  }
  return out;
}

double median(std::vector<double> values) {
  if (values.empty()) {
    return 0.0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Median count of the days around each day.
std::vector<double> usual_counts(std::span<const PastDay> days) {
  std::vector<double> out;
  for (std::size_t i = 0; i < days.size(); ++i) {
    std::vector<double> counts;
    for (const auto& day : around(days, i)) {
      counts.push_back(static_cast<double>(day.count));
    }
    out.push_back(median(counts));
  }
  return out;
}

std::vector<PastDay> without_closed(const std::vector<PastDay>& days) {
  const auto usual = usual_counts(days);
  std::vector<double> deviation;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (usual[i] > 0.0) {
      deviation.push_back(std::abs(static_cast<double>(days[i].count) / usual[i] - 1.0));
    }
  }
  const double ordinary_spread = deviations_per_median * median(deviation);
  std::vector<PastDay> out;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const double spread = std::max(std::sqrt(usual[i]), ordinary_spread * usual[i]);
    const double least = std::min(closed_share * usual[i], usual[i] - clear_deviations * spread);
    if (!(static_cast<double>(days[i].count) < least)) {
      out.push_back(days[i]);
    }
  }
  return out;
}

double variance_of_mean(std::span<const PastDay> days) {
  const double mean = mean_count(days);
  double sum = 0.0;
  for (const auto& day : days) {
    sum += square(static_cast<double>(day.count) - mean);
  }
  const auto size = static_cast<double>(days.size());
  return sum / (size - 1.0) / size;
}

/// Do Fridays of even and of odd weeks differ in their number of sessions, clearly and by much?
bool has_alternate_fridays(std::span<const PastDay> days) {
  const auto even = without_closed(of_kind(days, DayKind::friday_even, true));
  const auto odd = without_closed(of_kind(days, DayKind::friday_odd, true));
  if (even.size() < 4 || odd.size() < 4) {
    return false;
  }
  const double difference = std::abs(mean_count(even) - mean_count(odd));
  const double noise = std::sqrt(variance_of_mean(even) + variance_of_mean(odd));
  return difference > clear_deviations * noise &&
         difference > friday_difference * std::max(mean_count(even), mean_count(odd));
}

/// √(τ² / (τ² + noise)): how much of a day's deviation is carried over.
double carried_over(double variance, double noise) {
  return variance > 0.0 ? std::sqrt(variance / (variance + noise)) : 0.0;
}

/// Sets the days' `volume`; returns the variance that it has beyond counting noise.
double set_volumes(std::vector<PastDay>& days) {
  std::vector<double> deviation(days.size(), 0.0);
  std::vector<double> noise(days.size(), 0.0);
  double deviation_sum = 0.0, excess = 0.0, weight = 0.0;
  for (std::size_t d = 0; d < days.size(); ++d) {
    const auto others = around(days, d);
    const double usual = mean_count(others);
    if (usual <= 0.0) {
      continue;
    }
    deviation[d] = static_cast<double>(days[d].count) / usual - 1.0;
    noise[d] = (1.0 + 1.0 / static_cast<double>(others.size())) / usual;
    deviation_sum += usual * deviation[d];
    excess += usual * (square(deviation[d]) - noise[d]);
    weight += usual;
  }
  if (weight <= 0.0) {
    return 0.0;
  }
  const double variance = std::max(0.0, excess / weight);
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (noise[d] > 0.0) {
      const double beyond_noise =
          carried_over(variance, noise[d]) * (deviation[d] - deviation_sum / weight);
      days[d].volume = std::max(0.0, 1.0 + beyond_noise);
    }
  }
  return variance;
}

struct EnergyMoments {
  double mean = 0.0;
  double within_variance = 0.0;   // σ²
  double between_variance = 0.0;  // τ²
};

EnergyMoments energy_moments(const SessionHistory& history, std::span<const PastDay> days) {
  std::vector<double> day_mean(days.size(), 0.0);
  double energy_sum = 0.0, sessions = 0.0, within_sum = 0.0, degrees = 0.0;
  for (std::size_t d = 0; d < days.size(); ++d) {
    const auto of_day = std::span(history.sessions).subspan(days[d].first, days[d].count);
    double sum = 0.0;
    for (const auto& session : of_day) {
      sum += session.energy_kwh;
    }
    const auto count = static_cast<double>(days[d].count);
    day_mean[d] = count > 0.0 ? sum / count : 0.0;
    for (const auto& session : of_day) {
      within_sum += square(session.energy_kwh - day_mean[d]);
    }
    energy_sum += sum;
    sessions += count;
    degrees += std::max(0.0, count - 1.0);
  }
  EnergyMoments out;
  out.mean = sessions > 0.0 ? energy_sum / sessions : 0.0;
  if (degrees <= 0.0) {
    return out;
  }
  out.within_variance = within_sum / degrees;
  double excess = 0.0;
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (days[d].count > 0) {
      excess +=
          static_cast<double>(days[d].count) * square(day_mean[d] - out.mean) - out.within_variance;
    }
  }
  out.between_variance = std::max(0.0, excess / sessions);
  return out;
}

void set_own_shares(std::vector<PastDay>& days, const EnergyMoments& energy) {
  for (auto& day : days) {
    if (day.count > 0) {
      day.own_share = carried_over(energy.between_variance,
                                   energy.within_variance / static_cast<double>(day.count));
    }
  }
}

}  // namespace

int weekday_of(long day) {
  // Day 0 (1970-01-01) was a Thursday.
  return static_cast<int>(((day + 3) % 7 + 7) % 7) + 1;
}

DayKind kind_of(long day, bool alternate_fridays) {
  switch (weekday_of(day)) {
    case 5:
      if (alternate_fridays) {
        return (day / 7) % 2 == 0 ? DayKind::friday_even : DayKind::friday_odd;
      }
      return DayKind::workday;
    case 6:
      return DayKind::saturday;
    case 7:
      return DayKind::sunday;
    default:
      return DayKind::workday;
  }
}

PastDays past_days_like(const SessionHistory& history, long planned_day) {
  const auto recorded = recorded_days(history);
  PastDays out;
  out.alternate_fridays = has_alternate_fridays(recorded);
  auto alike =
      of_kind(recorded, kind_of(planned_day, out.alternate_fridays), out.alternate_fridays);
  if (alike.empty()) {
    alike = recorded;
    out.same_kind = false;
  }
  out.days = without_closed(alike);
  out.closed_days = alike.size() - out.days.size();
  const double volume_variance = set_volumes(out.days);
  const auto energy = energy_moments(history, out.days);
  set_own_shares(out.days, energy);
  const double mood_variance =
      energy.mean > 0.0 ? energy.between_variance / square(energy.mean) : 0.0;
  out.volume_spread = std::sqrt(volume_variance + mood_variance);
  return out;
}

}  // namespace gridpact::fleet
