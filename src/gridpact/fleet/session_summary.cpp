#include "gridpact/fleet/session_summary.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/past_days.hpp"

namespace gridpact::fleet {

namespace {

constexpr std::size_t stay_bins = 25;    // the last: a day and more
constexpr std::size_t energy_bins = 17;  // the last: 80 kWh and more
constexpr double energy_step_kwh = 5.0;
constexpr double shortest_stay_h =
    1.0 / 6.0;  // means over less say more about clocks than chargers
constexpr double meter_tolerance = 1.01;
constexpr int last_workday = 5;

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Quantiles quantiles(std::vector<double> values) {
  std::ranges::sort(values);
  return {quantile(values, 0.1), quantile(values, 0.25), quantile(values, 0.5),
          quantile(values, 0.75), quantile(values, 0.9)};
}

std::string iso_date(long day) {
  [[maybe_unused]] const auto local = local_time(Instant{std::chrono::hours{24 * day}}, "UTC");
  auto text = format_instant(Instant{std::chrono::hours{24 * day}}, "UTC");
  assert(local.days_since_epoch == day);
  return text.substr(0, 10);
}

double guessed_charger_kw(const std::vector<Session>& sessions) {
  std::vector<double> means;
  for (const auto& session : sessions) {
    if (session.stay_h >= shortest_stay_h) {
      means.push_back(session.energy_kwh / session.stay_h);
    }
  }
  if (means.empty()) {
    means.push_back(sessions.front().energy_kwh / sessions.front().stay_h);
  }
  std::ranges::sort(means);
  return quantile(means, 0.99);
}

void describe_days(const std::vector<Session>& sessions, SessionSummary& out) {
  std::map<long, double> per_day;
  std::set<int> drivers;
  for (const auto& session : sessions) {
    per_day[session.arrival_day] += 1.0;
    if (session.user >= 0) {
      drivers.insert(session.user);
    }
  }
  const long first = per_day.begin()->first;
  const long last = per_day.rbegin()->first;
  out.drivers = drivers.size();
  out.first_day = iso_date(first);
  out.last_day = iso_date(last);
  out.days = static_cast<std::size_t>(last - first + 1);
  out.days_with_sessions = per_day.size();
  std::vector<double> counts;
  double workdays = 0.0;
  double weekend_days = 0.0;
  for (long day = first; day <= last; ++day) {
    const auto found = per_day.find(day);
    counts.push_back(found == per_day.end() ? 0.0 : found->second);
    (weekday_of(day) <= last_workday ? workdays : weekend_days) += 1.0;
  }
  out.sessions_per_day = quantiles(std::move(counts));
  for (const auto& session : sessions) {
    const bool works = weekday_of(session.arrival_day) <= last_workday;
    auto& arrivals = works ? out.arrivals_workday : out.arrivals_weekend;
    const auto hour = std::min<std::size_t>(23, static_cast<std::size_t>(session.arrival_h));
    arrivals.at(hour) += 1.0 / (works ? workdays : weekend_days);
  }
}

void describe_cars(const std::vector<Session>& sessions, SessionSummary& out) {
  std::vector<double> stays, energies;
  out.stay_histogram.assign(stay_bins, 0);
  out.energy_histogram.assign(energy_bins, 0);
  double parked_h = 0.0;
  double charging_h = 0.0;
  for (const auto& session : sessions) {
    stays.push_back(session.stay_h);
    energies.push_back(session.energy_kwh);
    out.energy_kwh += session.energy_kwh;
    parked_h += session.stay_h;
    charging_h += std::min(session.stay_h, session.energy_kwh / out.charger_kw);
    const Car car{0.0, session.stay_h, session.energy_kwh, out.charger_kw};
    const double most_kwh = deliverable(car).energy_kwh;
    if (session.energy_kwh > meter_tolerance * most_kwh) {
      out.lowered.push_back({session.user, iso_date(session.arrival_day), session.arrival_h,
                             session.stay_h, session.energy_kwh, most_kwh});
    }
    const auto bin = [](double value, double step, std::size_t bins) {
      return std::min(bins - 1, static_cast<std::size_t>(value / step));
    };
    ++out.stay_histogram[bin(session.stay_h, 1.0, stay_bins)];
    ++out.energy_histogram[bin(session.energy_kwh, energy_step_kwh, energy_bins)];
  }
  out.idle_share = 1.0 - charging_h / parked_h;
  out.stay_h = quantiles(std::move(stays));
  out.energy_per_session_kwh = quantiles(std::move(energies));
}

/// The envelopes of all working days' cars at once, per day.
void describe_mean_day(const std::vector<Session>& sessions, unsigned threads,
                       SessionSummary& out) {
  const TimeGrid two_days{Instant{}, std::chrono::minutes{15}, 192, "UTC"};
  constexpr double end_h = 48.0;
  Fleet fleet;
  for (const auto& session : sessions) {
    if (weekday_of(session.arrival_day) <= last_workday) {
      fleet.push_back({session.arrival_h, std::min(end_h, session.arrival_h + session.stay_h),
                       session.energy_kwh, out.charger_kw});
    }
  }
  double workdays = 0.0;
  const auto span = static_cast<long>(out.days);
  for (long day = 0; day < span; ++day) {
    workdays += weekday_of(sessions.front().arrival_day + day) <= last_workday ? 1.0 : 0.0;
  }
  workdays = std::max(workdays, 1.0);
  (void)lower_infeasible_wishes(fleet);  // they are listed in `lowered`
  out.uncontrolled_kw = uncontrolled_kw(fleet, two_days);
  auto envelope = Aggregate(std::move(fleet), two_days, {}, threads).envelope();
  out.least_kw = std::move(envelope.least_kw);
  out.most_kw = std::move(envelope.most_kw);
  out.least_kwh = std::move(envelope.least_kwh);
  out.most_kwh = std::move(envelope.most_kwh);
  for (auto* profile :
       {&out.uncontrolled_kw, &out.least_kw, &out.most_kw, &out.least_kwh, &out.most_kwh}) {
    for (double& value : *profile) {
      value /= workdays;
    }
  }
}

}  // namespace

SessionSummary summarise(const SessionHistory& history, std::optional<double> charger_kw,
                         unsigned threads) {
  const auto& sessions = history.sessions;
  assert(!sessions.empty());
  SessionSummary out;
  out.name = history.name;
  out.sessions = sessions.size();
  out.charger_is_guess = !charger_kw;
  out.charger_kw = charger_kw ? *charger_kw : guessed_charger_kw(sessions);
  describe_days(sessions, out);
  describe_cars(sessions, out);
  describe_mean_day(sessions, threads, out);
  return out;
}

}  // namespace gridpact::fleet
