#include "gridpact/fleet/source.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

namespace gridpact::fleet {

namespace {

/// Systematic samples of which the one with the most typical energy is the forecast fleet: enough
/// to bring it within about 0.1 % of the expected energy.
constexpr int forecast_attempts = 64;

double hours_between(Instant from, Instant to) {
  return std::chrono::duration<double, std::ratio<3600>>(to - from).count();
}

bool clock_reads(double clock_h, Instant midnight, double elapsed_h, std::string_view zone) {
  const auto seconds = std::chrono::seconds(std::llround(elapsed_h * 3600.0));
  constexpr double rounding_h = 1.0 / 3600.0;
  return std::abs(local_time(midnight + seconds, zone).hour_of_day() - clock_h) <= rounding_h;
}

/// Real hours from local midnight until the clock reads `clock_h`. A reading that comes twice is
/// taken when it first comes; one that is skipped, as if the clock had not been put forward.
double elapsed_at(double clock_h, long day, std::string_view zone) {
  const auto midnight = local_midnight(day, zone);
  const double change_h = hours_between(midnight, local_midnight(day + 1, zone)) - 24.0;
  if (change_h == 0.0 || clock_reads(clock_h, midnight, clock_h, zone) ||
      !clock_reads(clock_h, midnight, clock_h + change_h, zone)) {
    return clock_h;
  }
  return clock_h + change_h;
}

/// What the planner of local calendar day `day` can have seen of `history`.
SessionHistory known_before(const SessionHistory& history, long day) {
  const auto& all = history.sessions;
  const auto end = std::partition_point(all.begin(), all.end(),
                                        [&](const Session& s) { return s.arrival_day < day; });
  return end == all.begin() ? history : SessionHistory{history.name, {all.begin(), end}};
}

}  // namespace

FleetSource::FleetSource(const Case& problem, StationId station)
    : station_(station), seed_(problem.seed) {
  const auto& data = problem.stations[station.index()];
  cars_ = data.cars;
  charger_kw_ = data.charger_kw;
  charge_efficiency_ = data.charge_efficiency;
  batteries_ = data.batteries;
  past_energies_.name = data.name;
  const auto& zone = problem.horizon.time_zone;
  const long first = problem.horizon.local(0).days_since_epoch;
  const long last =
      local_time(problem.horizon.end() - std::chrono::seconds{1}, zone).days_since_epoch;
  const auto history = known_before(problem.session_histories[data.sessions.index()], first);
  for (long day = first; day <= last; ++day) {
    add_day(problem, history, day);
  }
  rank_past_days();
}

void FleetSource::add_day(const Case& problem, const SessionHistory& history, long day) {
  const auto alike = past_days_like(history, day);
  summary_.days += alike.days.size();
  summary_.days_closed += alike.closed_days;
  summary_.days_same_kind = summary_.days_same_kind && alike.same_kind;
  summary_.alternate_fridays = alike.alternate_fridays;
  summary_.volume_spread = std::max(summary_.volume_spread, alike.volume_spread);

  const auto midnight = local_midnight(day, problem.horizon.time_zone);
  const double midnight_h = hours_between(problem.horizon.start, midnight);
  Day out;
  for (auto past : alike.days) {
    const auto sessions = std::span(history.sessions).subspan(past.first, past.count);
    past.first = out.cars.size();
    out.past.push_back(past);
    for (const auto& session : sessions) {
      add_session(problem, session, midnight_h, day, out);
    }
  }
  auto& order = out.by_arrival_and_energy;
  order.resize(out.cars.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](const Car& car) {
      return std::tuple(std::floor(car.arrival_h / problem.horizon.period_h()), car.energy_kwh);
    };
    return key(out.cars[a]) < key(out.cars[b]);
  });
  days_.push_back(std::move(out));
}

void FleetSource::add_session(const Case& problem, const Session& session, double midnight_h,
                              long day, Day& out) {
  const double end_h = problem.horizon.period_h() * static_cast<double>(problem.horizon.count);
  Car car;
  car.charge_max_kw = charger_kw_;
  car.arrival_h = midnight_h + elapsed_at(session.arrival_h, day, problem.horizon.time_zone);
  car.departure_h = std::min(car.arrival_h + session.stay_h, end_h);
  const bool comes = car.arrival_h >= 0.0 && car.arrival_h < end_h;
  car.priority = session.priority;
  const std::size_t driver = driver_of(session);
  car.battery = battery_of(session, driver);
  double in_stay_kwh = std::min(session.energy_kwh, charger_kw_ * session.stay_h);
  if (car.battery) {
    const auto& battery = *car.battery;
    in_stay_kwh = std::min(
        in_stay_kwh, (battery.capacity_kwh - battery.arrival_kwh) / battery.charge_efficiency);
  }
  car.energy_kwh = in_stay_kwh;
  if (car.arrival_h + session.stay_h > end_h) {
    car.energy_kwh = std::min(in_stay_kwh, charger_kw_ * std::max(0.0, end_h - car.arrival_h));
  }
  out.cars.push_back(car);
  out.comes.push_back(comes ? 1 : 0);
  out.driver.push_back(driver);
  if (!comes) {
    ++summary_.sessions_outside;
    return;
  }
  ++summary_.sessions;
  summary_.energy_kwh += car.energy_kwh;
  if (in_stay_kwh < session.energy_kwh) {
    ++summary_.sessions_lowered;
    summary_.energy_lowered_kwh += session.energy_kwh - in_stay_kwh;
    lowered_.push_back({session, in_stay_kwh});
  }
  if (car.energy_kwh < in_stay_kwh) {
    ++summary_.sessions_cut;
    summary_.energy_cut_kwh += in_stay_kwh - car.energy_kwh;
  }
}

std::optional<Battery> FleetSource::battery_of(const Session& session, std::size_t driver) const {
  if (!batteries_) {
    return std::nullopt;
  }
  Battery out;
  out.capacity_kwh = batteries_->capacity_kwh;
  out.charge_efficiency = charge_efficiency_;
  out.discharge_efficiency = batteries_->discharge_efficiency;
  out.arrival_kwh = std::max(0.0, batteries_->departure_soc * batteries_->capacity_kwh -
                                      charge_efficiency_ * session.energy_kwh);
  out.discharge_max_kw = batteries_->discharge_max_kw;
  out.v2g_min_kwh = batteries_->v2g_min_kwh;
  out.v2g_consent =
      day_stream(seed_, DayUse::consent, station_, driver).uniform() < batteries_->v2g_share;
  return out;
}

std::size_t FleetSource::driver_of(const Session& session) {
  if (session.user >= 0) {
    const auto [found, is_new] = driver_of_user_.try_emplace(session.user, drivers_.size());
    if (is_new) {
      drivers_.push_back(fmt::format("driver {}", session.user));
    }
    return found->second;
  }
  const auto midnight = Instant{std::chrono::hours{24 * session.arrival_day}};
  const auto minutes = std::llround(session.arrival_h * 60.0);
  drivers_.push_back(fmt::format("arrival of {} {:02}:{:02}, {:.1f} h, {:.1f} kWh",
                                 format_instant(midnight, "UTC").substr(0, 10), minutes / 60,
                                 minutes % 60, session.stay_h, session.energy_kwh));
  return drivers_.size() - 1;
}

Fleet FleetSource::forecast() const {
  Fleet fleet;
  for (std::size_t d = 0; d < days_.size(); ++d) {
    auto random = day_stream(seed_, DayUse::forecast, station_, d);
    for (const std::size_t car : typical_cars(days_[d], random)) {
      if (days_[d].comes[car] != 0) {
        fleet.push_back(days_[d].cars[car]);
      }
    }
  }
  std::stable_sort(fleet.begin(), fleet.end(),
                   [](const Car& a, const Car& b) { return a.arrival_h < b.arrival_h; });
  return fleet;
}

std::vector<std::size_t> FleetSource::typical_cars(const Day& day, RandomStream& random) const {
  const auto energy_kwh = [&](const std::vector<std::size_t>& cars) {
    return std::accumulate(cars.begin(), cars.end(), 0.0, [&](double sum, std::size_t car) {
      return sum + day.cars[car].energy_kwh;
    });
  };
  std::vector<std::size_t> all(day.cars.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (all.empty() || cars_ == 0) {
    return {};
  }
  const double stride = static_cast<double>(all.size()) / static_cast<double>(cars_);
  const double expected_kwh = energy_kwh(all) / stride;
  std::vector<std::size_t> best;
  double best_error_kwh = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < forecast_attempts; ++attempt) {
    const double start = random.uniform();
    std::vector<std::size_t> cars(cars_);
    for (std::size_t k = 0; k < cars_; ++k) {
      const auto rank = static_cast<std::size_t>((static_cast<double>(k) + start) * stride);
      cars[k] = day.by_arrival_and_energy[std::min(rank, all.size() - 1)];
    }
    const double error_kwh = std::abs(energy_kwh(cars) - expected_kwh);
    if (error_kwh < best_error_kwh) {
      best_error_kwh = error_kwh;
      best = std::move(cars);
    }
  }
  return best;
}

std::vector<FleetSource::PastFleet> FleetSource::past_fleets() const {
  std::vector<PastFleet> out;
  const auto& first = days_.front();
  for (const auto& past : first.past) {
    auto& entry = out.emplace_back(PastFleet{past.day, {}});
    for (std::size_t car = past.first; car < past.first + past.count; ++car) {
      if (first.comes[car] != 0) {
        entry.fleet.push_back(first.cars[car]);
      }
    }
  }
  return out;
}

Fleet FleetSource::sample(RandomStream& random) const { return sample_visit(random).cars; }

void FleetSource::rank_past_days() {
  const auto& first = days_.front();
  const auto mean_kwh = [&](std::size_t from, std::size_t count) {
    double sum = 0.0;
    for (std::size_t car = from; car < from + count; ++car) {
      sum += first.comes[car] != 0 ? first.cars[car].energy_kwh : 0.0;
    }
    return count > 0 ? sum / static_cast<double>(count) : 0.0;
  };
  const double usual_kwh = mean_kwh(0, first.cars.size());
  for (const auto& past : first.past) {
    const double own = past.own_share * (mean_kwh(past.first, past.count) - usual_kwh);
    past_energies_.days.push_back(
        {past.day, static_cast<double>(cars_) * past.volume * (usual_kwh + own)});
  }
  by_past_energy_.resize(first.past.size());
  std::iota(by_past_energy_.begin(), by_past_energy_.end(), std::size_t{0});
  std::stable_sort(by_past_energy_.begin(), by_past_energy_.end(),
                   [&](std::size_t a, std::size_t b) {
                     return past_energies_.days[a].value < past_energies_.days[b].value;
                   });
}

FleetSource::Visit FleetSource::empty_visit() const {
  Visit visit;
  visit.cars.reserve(2 * cars_);
  visit.driver.reserve(2 * cars_);
  return visit;
}

void FleetSource::add_visitors(const Day& day, const PastDay& past, RandomStream& random,
                               Visit& visit) const {
  const std::size_t count = random.poisson(static_cast<double>(cars_) * past.volume);
  std::vector<std::size_t> drawn;
  drawn.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    const bool own = past.own_share > 0.0 && random.uniform() < past.own_share;
    const std::size_t car =
        own ? past.first + random.index(past.count) : random.index(day.cars.size());
    if (day.comes[car] != 0) {
      drawn.push_back(car);
    }
  }
  // In a loop of its own, which waits for memory at several places at a time.
  for (const std::size_t car : drawn) {
    visit.cars.push_back(day.cars[car]);
    visit.driver.push_back(day.driver[car]);
  }
}

FleetSource::Visit FleetSource::sample_visit(RandomStream& random) const {
  auto visit = empty_visit();
  for (const auto& day : days_) {
    if (!day.cars.empty()) {
      add_visitors(day, day.past[random.index(day.past.size())], random, visit);
    }
  }
  return visit;
}

FleetSource::Visit FleetSource::sample_visit(RandomStream& random, double energy_share) const {
  auto visit = empty_visit();
  for (std::size_t d = 0; d < days_.size(); ++d) {
    const auto& day = days_[d];
    if (day.cars.empty()) {
      continue;
    }
    const std::size_t days = day.past.size();
    const auto rank =
        std::min(static_cast<std::size_t>(energy_share * static_cast<double>(days)), days - 1);
    add_visitors(day, day.past[d == 0 ? by_past_energy_[rank] : random.index(days)], random, visit);
  }
  return visit;
}

double FleetSource::energy_share(RandomStream random) const {
  if (days_.front().cars.empty()) {
    return 0.5;
  }
  const std::size_t drawn = random.index(by_past_energy_.size());
  const auto rank =
      std::find(by_past_energy_.begin(), by_past_energy_.end(), drawn) - by_past_energy_.begin();
  return (static_cast<double>(rank) + 0.5) / static_cast<double>(by_past_energy_.size());
}

RandomStream day_stream(std::uint64_t seed, DayUse use, StationId station, std::uint64_t day) {
  constexpr int day_bits = 40, station_bits = 20;
  const auto stream = (static_cast<std::uint64_t>(use) << (day_bits + station_bits)) |
                      (static_cast<std::uint64_t>(station.index()) << day_bits) | day;
  return {seed, stream};
}

}  // namespace gridpact::fleet
