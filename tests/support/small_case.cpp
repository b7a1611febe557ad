#include "support/small_case.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gridpact/base/random.hpp"

namespace gridpact::test {

namespace {

constexpr double base_kva = 1000.0;
constexpr double base_v = 12660.0;
constexpr std::size_t periods_a_day = 6;
constexpr std::size_t history_days = 120;
constexpr auto period = std::chrono::hours{4};
constexpr Instant first_day{std::chrono::seconds{1'451'606'400}};  // 2016-01-01T00:00Z, a Friday

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

Feeder random_feeder(RandomStream& random) {
  Feeder feeder;
  feeder.name = "small";
  feeder.base_kva = base_kva;
  const std::size_t nodes = 4 + random.index(4);
  for (std::size_t i = 0; i < nodes; ++i) {
    feeder.node_phases.push_back(
        {NodeId{i}, 0, base_v, base_kva * 1000.0 / (std::sqrt(3.0) * base_v)});
    feeder.nodes.push_back({std::to_string(i + 1), {NodePhaseId{i}}, {}, {}});
  }
  feeder.source = NodeId{0};
  feeder.source_voltage_pu = {Complex{1.02, 0.0}};
  for (std::size_t i = 1; i < nodes; ++i) {
    const NodeId parent{random.index(i)};
    feeder.branches.push_back(balanced_line(feeder, parent, NodeId{i}, between(random, 0.3, 1.5),
                                            between(random, 0.2, 1.0), 120.0));
    feeder.loads.push_back({"load" + std::to_string(i + 1), NodeId{i}, between(random, 50.0, 300.0),
                            between(random, 10.0, 100.0), 0});
  }
  return feeder;
}

/// Shape over the day plus an error that grows with the forecast and leans to one side.
Series random_series(RandomStream& random, std::string name, double floor, double spread,
                     bool daylight) {
  Series out{std::move(name), first_day, period, {}, {}, {}};
  const double phase = between(random, 0.0, 2.0 * std::numbers::pi);
  for (std::size_t i = 0; i < (history_days + 1) * periods_a_day; ++i) {
    const double hour = 4.0 * static_cast<double>(i % periods_a_day) + 2.0;
    double level =
        floor + (1.0 - floor) *
                    (0.5 + 0.4 * std::sin(2.0 * std::numbers::pi * hour / 24.0 + phase)) *
                    between(random, 0.7, 1.0);
    if (daylight) {
      level *= std::max(0.0, std::sin(std::numbers::pi * (hour - 6.0) / 12.0));
    }
    const double z = random.normal();
    const double error = spread * level * (z + 0.3 * (z * z - 1.0));
    out.forecast.push_back(level);
    out.actual.push_back(std::clamp(level + error, 0.0, 1.2));
  }
  return out;
}

SessionHistory random_sessions(RandomStream& random) {
  SessionHistory out{"sessions", {}};
  const long day0 = first_day.time_since_epoch().count() / 86400;
  for (std::size_t day = 0; day < history_days; ++day) {
    const int weekday = static_cast<int>((4 + day) % 7) + 1;
    std::vector<Session> today;
    const std::size_t count = 8 + random.index(5);
    for (std::size_t i = 0; i < count; ++i) {
      const double arrival = between(random, 5.0, 14.0);
      const double stay = between(random, 3.0, 9.0);
      today.push_back(
          {-1, day0 + static_cast<long>(day), weekday, arrival, stay, between(random, 3.0, 15.0)});
    }
    std::sort(today.begin(), today.end(),
              [](const auto& a, const auto& b) { return a.arrival_h < b.arrival_h; });
    out.sessions.insert(out.sessions.end(), today.begin(), today.end());
  }
  return out;
}

}  // namespace

Branch balanced_line(const Feeder& feeder, NodeId from, NodeId to, double r_ohm, double x_ohm,
                     double rating_a) {
  const auto& a = feeder.node_phases[from.index()];
  const auto& b = feeder.node_phases[to.index()];
  const double base_ohm = a.base_voltage_v * b.base_voltage_v / (feeder.base_kva * 1000.0);
  const Complex y = base_ohm / Complex{r_ohm, x_ohm};
  Branch out;
  out.name = feeder.nodes[from.index()].name + "-" + feeder.nodes[to.index()].name;
  out.terminals = {NodePhaseId{from.index()}, NodePhaseId{to.index()}};
  out.from_count = 1;
  out.admittance_pu = ComplexMatrix(2, 2);
  out.admittance_pu(0, 0) = out.admittance_pu(1, 1) = y;
  out.admittance_pu(0, 1) = out.admittance_pu(1, 0) = -y;
  out.rating_a = rating_a;
  return out;
}

Case small_case(std::uint64_t seed) {
  RandomStream random(seed, 0);
  Case out;
  out.name = "small";
  out.title = "A small case";
  out.digest = "small-" + std::to_string(seed);
  out.horizon = {first_day + std::chrono::hours{24} * static_cast<long>(history_days), period,
                 periods_a_day, "UTC"};
  out.feeder = random_feeder(random);
  out.limits = {0.93, 1.06};
  double demand = 0.0;
  for (const auto& load : out.feeder.loads) {
    demand += load.p_kw;
  }
  const std::size_t nodes = out.feeder.nodes.size();
  const auto anywhere = [&] { return NodeId{1 + random.index(nodes - 1)}; };
  out.series = {random_series(random, "load", 0.4, 0.06, false),
                random_series(random, "pv", 0.0, 0.2, true),
                random_series(random, "wind", 0.1, 0.2, false)};
  out.load_groups = {{"all", SeriesId{0}, demand}};
  for (const auto& [kind, series, share] :
       {std::tuple{RenewableKind::pv, 1UL, 0.3}, std::tuple{RenewableKind::wind, 2UL, 0.2}}) {
    Renewable plant;
    plant.name = std::string(to_string(kind));
    plant.kind = kind;
    plant.node = anywhere();
    plant.capacity_kw = share * demand;
    plant.series = SeriesId{series};
    plant.curtailment_price_eur_per_kwh = 0.05;
    out.renewables.push_back(plant);
  }
  out.substation.import_max_kw = 1.6 * demand;
  out.substation.export_max_kw = demand;
  for (std::size_t t = 0; t < periods_a_day; ++t) {
    const double price = between(random, 0.02, 0.20);
    out.substation.import_price_eur_per_kwh.push_back(price);
    out.substation.export_price_eur_per_kwh.push_back(0.8 * price);
  }
  out.substation.reserve = {demand, demand, 0.02, 0.01, 0.4};
  for (int g = 0; g < 2; ++g) {
    Generator generator;
    generator.name = "G" + std::to_string(g + 1);
    generator.node = anywhere();
    generator.p_max_kw = between(random, 0.4, 0.7) * demand;
    generator.q_min_kvar = -0.2 * demand;
    generator.q_max_kvar = 0.2 * demand;
    generator.ramp_kw_per_h = 0.2 * demand;
    generator.cost_a_eur_per_kw2_h = between(random, 1e-5, 1e-4);
    generator.cost_b_eur_per_kwh = between(random, 0.04, 0.12);
    generator.reserve = {0.7 * demand, 0.7 * demand, between(random, 0.01, 0.03),
                         between(random, 0.005, 0.02), 0.3};
    out.generators.push_back(generator);
  }
  out.session_histories = {random_sessions(random)};
  const std::size_t stations = random.index(3);
  for (std::size_t s = 0; s < stations; ++s) {
    Station station;
    station.name = "S" + std::to_string(s + 1);
    station.node = anywhere();
    station.cars = 5 + random.index(15);
    station.charger_kw = 7.4;
    station.connection_max_kw = 7.4 * static_cast<double>(station.cars) * 1.5;
    station.sessions = SessionsId{0};
    station.deviation_price_eur_per_kw_h = 0.002;
    out.stations.push_back(station);
  }
  out.risk = {.joint_violation_limit = 0.05, .knowledge = Knowledge::moments_support};
  return out;
}

}  // namespace gridpact::test
