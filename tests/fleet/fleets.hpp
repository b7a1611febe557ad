#pragma once

// Fleets, histories and cases that the tests of this folder share.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "gridpact/base/random.hpp"
#include "gridpact/fleet/fleet.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::fleet::testing {

inline TimeGrid hours(std::size_t count) {
  return {*parse_instant("2024-06-13T00:00:00Z"), std::chrono::hours{1}, count, "UTC"};
}

inline TimeGrid quarters(std::size_t count) {
  return {*parse_instant("2024-06-13T00:00:00Z"), std::chrono::minutes{15}, count, "UTC"};
}

/// A number in [low, high] in steps fine enough for the purpose.
inline rc::Gen<double> number(double low, double high) {
  return rc::gen::map(rc::gen::inRange(0, 10001),
                      [=](int step) { return low + (high - low) * step / 10000.0; });
}

/// A car that arrives in [from_h, end_h) and can have what it wants.
inline rc::Gen<Car> a_car(double from_h, double end_h) {
  return rc::gen::map(rc::gen::tuple(number(from_h, end_h - 0.01), number(0.0, 1.0),
                                     number(0.0, 1.0), rc::gen::element(3.7, 7.2, 11.0)),
                      [=](const std::tuple<double, double, double, double>& draw) {
                        const auto& [arrival_h, stay, fill, power_kw] = draw;
                        const double departure_h = arrival_h + stay * (end_h - arrival_h);
                        return Car{arrival_h, departure_h,
                                   fill * power_kw * (departure_h - arrival_h), power_kw};
                      });
}

inline rc::Gen<Fleet> a_fleet(const TimeGrid& horizon, double from_h = 0.0) {
  const double end_h = horizon.period_h() * static_cast<double>(horizon.count);
  return rc::gen::container<Fleet>(a_car(from_h, end_h));
}

inline rc::Gen<std::vector<double>> prices(const TimeGrid& horizon) {
  // Few levels, so that ties are common.
  return rc::gen::container<std::vector<double>>(
      horizon.count, rc::gen::map(rc::gen::inRange(-3, 6), [](int p) { return 0.03 * p; }));
}

inline double total(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) {
    sum += value;
  }
  return sum;
}

inline double wanted_kwh(const Fleet& fleet) {
  double sum = 0.0;
  for (const auto& car : fleet) {
    sum += car.energy_kwh;
  }
  return sum;
}

enum class Kind { sessions, one_way, v2g, lossy, mixed };

/// Cars with everything different: those of `mixed` lose nothing in a cycle.
inline Fleet random_fleet(RandomStream& random, const TimeGrid& horizon, std::size_t count,
                          Kind kind) {
  const double end_h = horizon.period_h() * static_cast<double>(horizon.count);
  Fleet fleet;
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = kind != Kind::mixed    ? kind
                     : random.index(3) == 0 ? Kind::sessions
                     : random.index(2) == 0 ? Kind::one_way
                                            : Kind::v2g;
    Car car;
    car.arrival_h = random.uniform() * 0.9 * end_h;
    car.departure_h = car.arrival_h + (end_h - car.arrival_h) * random.uniform();
    if (random.index(3) == 0) {  // at periods' ends
      car.arrival_h = std::floor(car.arrival_h / horizon.period_h()) * horizon.period_h();
    }
    car.charge_max_kw = 3.7 + 8.0 * random.uniform();
    if (one != Kind::sessions) {
      Battery battery;
      battery.capacity_kwh = 20.0 + 40.0 * random.uniform();
      battery.arrival_kwh = battery.capacity_kwh * (0.1 + 0.8 * random.uniform());
      if (one == Kind::one_way || one == Kind::lossy) {
        battery.charge_efficiency = 0.85 + 0.15 * random.uniform();
      }
      if (one == Kind::v2g || one == Kind::lossy) {
        battery.v2g_consent = random.index(8) != 0;
        battery.discharge_max_kw = 2.0 + 8.0 * random.uniform();
        battery.v2g_min_kwh = battery.capacity_kwh * 0.5 * random.uniform();
      }
      if (one == Kind::lossy) {
        battery.discharge_efficiency = 0.85 + 0.15 * random.uniform();
      }
      car.battery = battery;
    }
    car.energy_kwh = 1e9;
    Fleet alone{car};
    const double most = lower_infeasible_wishes(alone).front().deliverable_kwh;
    car.energy_kwh = most * (random.index(5) == 0 ? 1.0 : random.uniform());
    fleet.push_back(car);
  }
  return fleet;
}

/// Thursday 2024-06-13, 24 hours, one station with the given history.
inline Case case_with(SessionHistory history, std::size_t cars, const std::string& start,
                      std::size_t periods, const std::string& zone) {
  Case problem;
  problem.horizon = {*parse_instant(start), std::chrono::hours{1}, periods, zone};
  problem.session_histories = {std::move(history)};
  Station station;
  station.cars = cars;
  station.charger_kw = 7.2;
  station.connection_max_kw = 1e6;
  station.sessions = SessionsId{0};
  problem.stations = {station};
  return problem;
}

inline constexpr long monday = 19723;  ///< 2024-01-01

/// `count` equal sessions on local calendar day `day`.
inline void add_sessions(SessionHistory& history, long day, std::size_t count,
                         double arrival_h = 8.0, double stay_h = 8.0, double energy_kwh = 10.0) {
  for (std::size_t k = 0; k < count; ++k) {
    Session session;
    session.arrival_day = day;
    session.arrival_h = arrival_h;
    session.stay_h = stay_h;
    session.energy_kwh = energy_kwh;
    history.sessions.push_back(session);
  }
}

}  // namespace gridpact::fleet::testing
