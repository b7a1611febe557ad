#include "verify/small_case.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <utility>

#include "support/feeders.hpp"

#include "gridpact/base/random.hpp"
#include "gridpact/fleet/fleet.hpp"
#include "gridpact/fleet/source.hpp"

namespace gridpact::verify::testing {

namespace {

constexpr Complex line_ohm{1.5, 1.0};
constexpr Complex load_kva{1000.0, 300.0};
const NodeId load_node{1};

/// A series that was forecast at `level` and so came, from a month before the horizon to its end.
Series flat_series(const Case& problem, std::string name, double level) {
  const auto before = std::chrono::days{30};
  const std::size_t count =
      static_cast<std::size_t>(before / problem.horizon.period) + problem.horizon.count;
  return {std::move(name),
          problem.horizon.start - before,
          problem.horizon.period,
          std::vector<double>(count, level),
          std::vector<double>(count, level),
          {}};
}

}  // namespace

Case two_node_case(std::size_t periods) {
  Case problem;
  problem.name = "two nodes";
  problem.digest = "d16e57";
  problem.horizon = {*parse_instant("2024-06-13T00:00:00Z"), std::chrono::hours{1}, periods, "UTC"};
  problem.feeder = test::two_node_feeder(line_ohm, load_kva);
  problem.limits = {0.8, 1.2};
  problem.load_groups = {{"homes", SeriesId{0}, load_kva.real()}};
  problem.series = {flat_series(problem, "homes", 1.0)};
  problem.substation.import_max_kw = problem.substation.export_max_kw = 1e5;
  problem.substation.import_price_eur_per_kwh = Profile(periods, 0.1);
  problem.substation.export_price_eur_per_kwh = Profile(periods, 0.04);
  problem.substation.reserve = {1e5, 1e5, 0.02, 0.01, 0.6};
  Generator generator;
  generator.name = "G";
  generator.node = load_node;
  generator.p_max_kw = 600.0;
  generator.q_min_kvar = -100.0;
  generator.q_max_kvar = 100.0;
  generator.ramp_kw_per_h = 600.0;
  generator.cost_a_eur_per_kw2_h = 1e-4;
  generator.cost_b_eur_per_kwh = 0.05;
  generator.cost_c_eur_per_h = 2.0;
  generator.reserve = {200.0, 200.0, 0.03, 0.02, 0.4};
  problem.generators = {generator};
  return problem;
}

void add_sun(Case& problem) {
  problem.series.push_back(flat_series(problem, "sun", 0.5));
  Renewable plant;
  plant.name = "sun";
  plant.node = load_node;
  plant.capacity_kw = 400.0;
  plant.series = SeriesId{problem.series.size() - 1};
  plant.curtailment_price_eur_per_kwh = 0.07;
  problem.renewables.push_back(plant);
}

void add_station(Case& problem, const std::string& name) {
  SessionHistory history;
  history.name = name;
  const long last = problem.horizon.local(0).days_since_epoch;
  RandomStream random(7, problem.stations.size());
  for (long day = last - 150; day < last; ++day) {
    const std::size_t count = 15 + random.index(20);
    for (std::size_t k = 0; k < count; ++k) {
      Session session;
      session.arrival_day = day;
      session.weekday = static_cast<int>((day + 3) % 7) + 1;
      session.arrival_h = 7.0 + 4.0 * random.uniform();
      session.stay_h = 3.0 + 6.0 * random.uniform();
      session.energy_kwh = 4.0 + 12.0 * random.uniform();
      history.sessions.push_back(session);
    }
  }
  std::sort(history.sessions.begin(), history.sessions.end(),
            [](const Session& a, const Session& b) {
              return std::pair(a.arrival_day, a.arrival_h) < std::pair(b.arrival_day, b.arrival_h);
            });
  problem.session_histories.push_back(std::move(history));
  Station station;
  station.name = name;
  station.node = load_node;
  station.cars = 25;
  station.charger_kw = 7.2;
  station.connection_max_kw = 180.0;
  station.sessions = SessionsId{problem.session_histories.size() - 1};
  station.deviation_price_eur_per_kw_h = 0.005;
  problem.stations.push_back(station);
}

Plan plan_for(const Case& problem, double reserve_kw, double station_reserve_kw) {
  const std::size_t periods = problem.horizon.count;
  const auto flat = [&](double value) { return Profile(periods, value); };
  Plan plan;
  plan.case_name = problem.name;
  plan.case_digest = problem.digest;
  plan.horizon = problem.horizon;
  plan.import_limit_kw = problem.substation.import_max_kw;
  plan.reserve = {flat(reserve_kw), flat(reserve_kw)};
  for (const auto& source : net_load_sources(problem)) {
    const auto expected = forecast_kw(problem, source);
    if (source.sign > 0.0) {
      plan.loads.push_back({expected});
    } else {
      plan.renewables.push_back({expected, flat(0.0), flat(0.0), source.name});
    }
  }
  double all_kw = reserve_kw;
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    Profile price(periods);
    for (std::size_t t = 0; t < periods; ++t) {
      price[t] = std::abs(static_cast<double>(t) - 13.0);
    }
    const auto fleet = fleet::FleetSource(problem, StationId{s}).forecast();
    PlannedStation station;
    station.name = problem.stations[s].name;
    station.charge_kw = fleet::best_response(fleet, problem.horizon, price).total_kw;
    station.up_reserve_kw = station.down_reserve_kw = flat(station_reserve_kw);
    plan.stations.push_back(station);
    all_kw += station_reserve_kw;
  }
  for (const auto& generator : problem.generators) {
    const double share = generator.reserve.participation;
    plan.generators.push_back({flat(200.0), flat(0.0), flat(share * all_kw), flat(share * all_kw),
                               flat(share), generator.name});
  }
  const double share = problem.substation.reserve.participation;
  plan.substation = {flat(0.0), flat(share * all_kw), flat(share * all_kw), flat(share)};
  return plan;
}

uncertainty::LayerLaw normal_law(const Case& problem, double mean_kw, double deviation_kw) {
  const std::size_t periods = problem.horizon.count;
  uncertainty::LayerLaw law;
  law.layer = "net_load";
  for (const auto& source : net_load_sources(problem)) {
    law.sources.push_back(source.name);
  }
  const std::size_t n = law.sources.size();
  law.mean = Matrix(periods, n, mean_kw);
  law.std_deviation = Matrix(periods, n, deviation_kw);
  law.support_low = Matrix(periods, n, -1e9);
  law.support_high = Matrix(periods, n, 1e9);
  law.correlation = Matrix(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    law.correlation(j, j) = 1.0;
  }
  law.mixture = {{1.0, std::vector<double>(n, 0.0), law.correlation}};
  return law;
}

TwoNodes two_nodes_at(double load_kw, double generation_kw) {
  constexpr double base_kva = 1000.0;
  constexpr double line_kv = 12.66;
  const Complex z = line_ohm / (line_kv * line_kv * 1000.0 / base_kva);
  const double p = (load_kw - generation_kw) / base_kva;
  const double q = load_kw * load_kva.imag() / load_kva.real() / base_kva;
  const double half_b = z.real() * p + z.imag() * q - 0.5;
  const double power_squared = p * p + q * q;
  const double v = -half_b + std::sqrt(half_b * half_b - std::norm(z) * power_squared);
  const double current_squared = power_squared / v;
  return {std::sqrt(v), std::sqrt(current_squared) * base_kva / (std::numbers::sqrt3 * line_kv),
          (p + z.real() * current_squared) * base_kva};
}

}  // namespace gridpact::verify::testing
