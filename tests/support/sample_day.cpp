#include "support/sample_day.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace gridpact::support {

namespace {

constexpr std::size_t node_count = 33;
constexpr std::size_t periods = 24;
constexpr double kv = 12.66;

// Baran & Wu (1989): branch k leads from `parent[k]` to node k + 2 (numbers from 1).
constexpr std::array<std::size_t, 32> parent{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                             12, 13, 14, 15, 16, 17, 2,  19, 20, 21, 3,
                                             23, 24, 6,  26, 27, 28, 29, 30, 31, 32};
constexpr std::array<double, 32> r_ohm{
    0.0922, 0.4930, 0.3660, 0.3811, 0.8190, 0.1872, 0.7114, 1.0300, 1.0440, 0.1966, 0.3744,
    1.4680, 0.5416, 0.5910, 0.7463, 1.2890, 0.7320, 0.1640, 1.5042, 0.4095, 0.7089, 0.4512,
    0.8980, 0.8960, 0.2030, 0.2842, 1.0590, 0.8042, 0.5075, 0.9744, 0.3105, 0.3410};
constexpr std::array<double, 32> load_kw{100, 90,  120, 60, 60, 200, 200, 60,  60,  45, 60,
                                         60,  120, 60,  60, 60, 90,  90,  90,  90,  90, 90,
                                         420, 420, 60,  60, 60, 120, 200, 150, 210, 60};

/// A bump of height 1 around `centre` o'clock.
double bump(double hour, double centre, double width) {
  const double away = std::remainder(hour - centre, 24.0);
  return std::exp(-0.5 * away * away / (width * width));
}

double hour_of(std::size_t t) { return std::fmod(12.0 + static_cast<double>(t), 24.0); }

Profile profile(const std::function<double(double)>& of_hour) {
  Profile values(periods);
  for (std::size_t t = 0; t < periods; ++t) {
    values[t] = of_hour(hour_of(t));
  }
  return values;
}

double load_level(double h) { return 0.42 + 0.3 * bump(h, 19.0, 2.6) + 0.22 * bump(h, 10.0, 3.5); }
double sun(double h) { return 0.55 * bump(h, 12.5, 2.1); }
double breeze(double h) { return 0.35 + 0.25 * std::cos((h - 3.0) * std::numbers::pi / 12.0); }
double price(double h) {
  return 0.034 + 0.05 * bump(h, 18.5, 1.8) + 0.02 * bump(h, 8.5, 2.0) - 0.008 * bump(h, 3.5, 3.0);
}

Series series(std::string name, const Instant& start, const std::function<double(double)>& level) {
  return {std::move(name), start, std::chrono::hours(1), profile(level), profile(level), {}};
}

Feeder sample_feeder() {
  Feeder feeder;
  feeder.name = "IEEE 33";
  feeder.base_kva = 1000.0;
  for (std::size_t i = 0; i < node_count; ++i) {
    feeder.nodes.push_back({std::to_string(i + 1), {NodePhaseId{i}}, {}, {}});
    feeder.node_phases.push_back({NodeId{i}, 0, kv * 1000.0, 1000.0 / (std::sqrt(3.0) * kv)});
  }
  for (std::size_t k = 0; k < parent.size(); ++k) {
    Branch branch;
    branch.name = std::to_string(parent[k]) + "-" + std::to_string(k + 2);
    branch.terminals = {NodePhaseId{parent[k] - 1}, NodePhaseId{k + 1}};
    branch.from_count = 1;
    branch.admittance_pu = ComplexMatrix(2, 2);
    branch.rating_a = k < 5 ? 230.0 : 110.0;
    feeder.branches.push_back(branch);
    feeder.loads.push_back(
        {"load " + std::to_string(k + 2), NodeId{k + 1}, load_kw[k], 0.5 * load_kw[k], 0});
  }
  feeder.source_voltage_pu = {{1.02, 0.0}};
  return feeder;
}

struct Injection {
  std::size_t node;  // from 1
  const Profile* kw;
  double sign;
};

/// V ≈ V₀ − Σ r P / V², and currents from the same flows.
void sketch_flow(const Case& problem, Plan& plan) {
  std::vector<Injection> injections;
  for (std::size_t i = 0; i < plan.generators.size(); ++i) {
    injections.push_back({problem.generators[i].node.index() + 1, &plan.generators[i].p_kw, 1.0});
  }
  for (std::size_t i = 0; i < plan.renewables.size(); ++i) {
    injections.push_back(
        {problem.renewables[i].node.index() + 1, &plan.renewables[i].forecast_kw, 1.0});
  }
  for (std::size_t i = 0; i < plan.stations.size(); ++i) {
    injections.push_back({problem.stations[i].node.index() + 1, &plan.stations[i].charge_kw, -1.0});
  }
  plan.voltage_pu = plan.voltage_low_pu = plan.voltage_high_pu = Matrix(periods, node_count, 1.02);
  plan.price_eur_per_kwh = Matrix(periods, node_count, 0.05);
  plan.branch_current_a = Matrix(periods, parent.size());
  for (std::size_t t = 0; t < periods; ++t) {
    std::array<double, node_count + 1> flow{};  // into each node from above, kW
    for (std::size_t k = 0; k < parent.size(); ++k) {
      flow[k + 2] = load_kw[k] * load_level(hour_of(t));
    }
    for (const auto& injection : injections) {
      flow[injection.node] -= injection.sign * (*injection.kw)[t];
    }
    for (std::size_t k = parent.size(); k-- > 0;) {
      flow[parent[k]] += flow[k + 2];
    }
    plan.substation.import_kw[t] = flow[1];
    for (std::size_t k = 0; k < parent.size(); ++k) {
      const double drop = 1.45 * r_ohm[k] * flow[k + 2] / (kv * kv * 1000.0);
      plan.voltage_pu(t, k + 1) = plan.voltage_pu(t, parent[k] - 1) - drop;
      plan.branch_current_a(t, k) = std::abs(flow[k + 2]) * 1.1 / (std::sqrt(3.0) * kv);
      const double margin = 0.004 + 0.00035 * static_cast<double>(k % 17);
      plan.voltage_low_pu(t, k + 1) = plan.voltage_pu(t, k + 1) - margin;
      plan.voltage_high_pu(t, k + 1) = plan.voltage_pu(t, k + 1) + margin;
    }
  }
}

void add_stations(const Case& problem, Plan& plan) {
  for (const auto& station : problem.stations) {
    PlannedStation planned;
    planned.name = station.name;
    const double size = static_cast<double>(station.cars) / 300.0;
    planned.uncontrolled_kw =
        profile([size](double h) { return size * (20.0 + 380.0 * bump(h, 18.7, 1.9)); });
    planned.charge_kw =
        profile([size](double h) { return size * (28.0 + 205.0 * bump(h, 2.4, 3.1)); });
    planned.up_reserve_kw =
        profile([size](double h) { return size * (9.0 + 22.0 * bump(h, 1.0, 4.0)); });
    planned.down_reserve_kw =
        profile([size](double h) { return size * (7.0 + 17.0 * bump(h, 1.0, 4.0)); });
    constexpr std::size_t cars = 12;
    planned.car_charge_kw = Matrix(cars, periods);
    for (std::size_t t = 0; t < periods; ++t) {
      const std::size_t present = 4 + t % 9;
      for (std::size_t car = 0; car < present; ++car) {
        planned.car_charge_kw(car, t) = planned.charge_kw[t] / static_cast<double>(present);
      }
    }
    plan.stations.push_back(planned);
  }
}

void add_reserve(Plan& plan) {
  plan.reserve.up_kw = profile([](double h) { return 190.0 + 240.0 * bump(h, 12.5, 3.0); });
  plan.reserve.down_kw = profile([](double h) { return 170.0 + 210.0 * bump(h, 12.5, 3.0); });
  const auto part = [](const Profile& whole, double share) {
    Profile out = whole;
    std::ranges::for_each(out, [share](double& kw) { kw *= share; });
    return out;
  };
  constexpr std::array<double, 3> shares{0.4, 0.3, 0.2};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    plan.generators[i].participation.assign(periods, shares.at(i));
    plan.generators[i].up_reserve_kw = part(plan.reserve.up_kw, shares.at(i));
    plan.generators[i].down_reserve_kw = part(plan.reserve.down_kw, shares.at(i));
  }
  plan.substation.participation.assign(periods, 0.1);
  plan.substation.up_reserve_kw = part(plan.reserve.up_kw, 0.1);
  plan.substation.down_reserve_kw = part(plan.reserve.down_kw, 0.1);
}

void add_risk(Plan& plan) {
  constexpr double none = std::numeric_limits<double>::infinity();
  const auto add = [&plan](RowKind kind, std::string place, std::size_t t, double level,
                           double sigma) {
    const double distance = sigma * std::sqrt((1.0 - level) / level);
    const bool one_sided = kind == RowKind::import_ || kind == RowKind::branch;
    plan.risk_shares.push_back({kind, std::move(place), t, level, sigma, distance,
                                one_sided ? none : 1.7 * distance, 6.0 * sigma, 5.0 * sigma,
                                40.0 * level + 0.1 * sigma});
  };
  for (std::size_t t = 0; t < periods; ++t) {
    const double h = hour_of(t);
    add(RowKind::reserve, "feeder", t, 0.018 + 0.012 * bump(h, 12.0, 3.0), 62.0);
    add(RowKind::voltage, "node 18", t, 0.002 + 0.011 * bump(h, 19.0, 2.0), 0.0016);
    add(RowKind::voltage, "node 33", t, 0.001 + 0.006 * bump(h, 20.0, 2.0), 0.0013);
    if (h >= 22.0 || h < 6.0) {
      add(RowKind::branch, "branch 3-23", t, 0.004, 2.1);
      add(RowKind::station_reserve, "station " + plan.stations[t % 4].name, t, 0.009, 6.4);
    }
    if (h >= 17.0 && h < 21.0) {
      add(RowKind::import_, "feeder", t, 0.006, 58.0);
    }
  }
}

double cost_factor(Method method) {
  switch (method) {
    case Method::det:
      return 0.0;
    case Method::so:
      return 0.3;
    case Method::icc:
      return 0.55;
    case Method::oba:
      return 1.0;
    case Method::ba:
      return 1.7;
    case Method::ro:
      break;
  }
  return 2.6;
}

MeasuredShare measured(std::uint64_t count, std::uint64_t trials) {
  // The width of an interval that a real one may have; exact intervals are the verifier's matter.
  const double share = static_cast<double>(count) / static_cast<double>(trials);
  const double half = 2.6 * std::sqrt((share * (1.0 - share) + 1e-6) / static_cast<double>(trials));
  return {count, trials, share, std::max(0.0, share - half), std::min(1.0, share + half)};
}

}  // namespace

Case sample_case() {
  Case problem;
  problem.name = "ieee33";
  problem.title = "IEEE 33 with four charging stations";
  problem.horizon = {*parse_instant("2016-11-24T12:00:00+01:00"), std::chrono::hours(1), periods,
                     "Europe/Berlin"};
  problem.feeder = sample_feeder();
  problem.substation.import_max_kw = 4500.0;
  problem.substation.export_max_kw = 1000.0;
  problem.substation.peak_reduction = 0.1;
  problem.substation.import_price_eur_per_kwh = profile(price);
  problem.substation.export_price_eur_per_kwh = profile([](double h) { return 0.8 * price(h); });
  const auto start = problem.horizon.start;
  problem.series = {series("load", start, load_level), series("pv", start, sun),
                    series("wind", start, breeze)};
  problem.session_histories = {{"workplace", {}}};
  problem.load_groups = {{"feeder load", SeriesId{0}, 3715.0}};
  constexpr std::array<std::size_t, 3> generator_nodes{8, 25, 30};
  for (std::size_t i = 0; i < generator_nodes.size(); ++i) {
    Generator generator;
    generator.name = "G" + std::to_string(i + 1);
    generator.node = NodeId{generator_nodes.at(i) - 1};
    generator.p_max_kw = 500.0;
    problem.generators.push_back(generator);
  }
  const auto add_renewable = [&](const char* name, RenewableKind kind, std::size_t node,
                                 double capacity_kw, std::size_t series_index) {
    problem.renewables.push_back(
        {name, kind, NodeId{node - 1}, capacity_kw, SeriesId{series_index}, 0.0, 0.0, 0.01});
  };
  add_renewable("PV 1", RenewableKind::pv, 14, 700.0, 1);
  add_renewable("PV 2", RenewableKind::pv, 24, 900.0, 1);
  add_renewable("Wind 1", RenewableKind::wind, 22, 500.0, 2);
  add_renewable("Wind 2", RenewableKind::wind, 31, 400.0, 2);
  constexpr std::array<std::size_t, 4> station_nodes{6, 17, 21, 32};
  for (std::size_t i = 0; i < station_nodes.size(); ++i) {
    Station station;
    station.name = "Station " + std::string(1, static_cast<char>('A' + i));
    station.node = NodeId{station_nodes.at(i) - 1};
    station.cars = 240 + 40 * i;
    station.charger_kw = 7.4;
    station.connection_max_kw = 450.0;
    problem.stations.push_back(station);
  }
  problem.seed = 7;
  problem.source = "cases/ieee33";
  problem.digest = "5f0d2a6c9b3e417890aa51c2d7e83f1460b7c9d2e5f8a1b4c7d0e3f6a9b2c5d8";
  problem.notes = {{Severity::note,
                    {"cases/ieee33/case.toml", 41},
                    "no rating is given for branch 7-8: 110 A assumed"},
                   {Severity::warning,
                    {"cases/ieee33/load.csv", 812},
                    "the forecast is 0 in this hour; kept as it is"}};
  return problem;
}

Plan sample_plan(const Case& problem, Method method) {
  const double factor = cost_factor(method);
  Plan plan;
  plan.case_name = problem.name;
  plan.case_digest = problem.digest;
  plan.case_path = "../../cases/ieee33";
  plan.method = method;
  plan.risk = problem.risk;
  plan.horizon = problem.horizon;
  plan.software = "gridpact 0.1.0";
  constexpr std::array<double, 3> generator_levels{160.0, 130.0, 110.0};
  for (std::size_t i = 0; i < problem.generators.size(); ++i) {
    const double level = generator_levels.at(i);
    PlannedGenerator planned;
    planned.name = problem.generators[i].name;
    planned.p_kw =
        profile([&](double h) { return level * (1.0 + 1.3 * bump(h, 18.8, 2.2)) + 12.0 * factor; });
    planned.q_kvar = profile([&](double h) { return 0.3 * level * load_level(h); });
    plan.generators.push_back(planned);
  }
  for (const auto& group : problem.load_groups) {
    plan.loads.push_back(
        {profile([&](double h) { return group.nominal_kw * load_level(h); }), group.name});
  }
  for (const auto& plant : problem.renewables) {
    const bool pv = plant.kind == RenewableKind::pv;
    plan.renewables.push_back(
        {profile([&](double h) { return plant.capacity_kw * (pv ? sun(h) : breeze(h)); }),
         profile([&](double h) { return pv ? 30.0 * factor * bump(h, 12.5, 0.8) : 0.0; }),
         Profile(periods, 0.0), plant.name});
  }
  plan.substation.import_kw.assign(periods, 0.0);
  add_stations(problem, plan);
  add_reserve(plan);
  sketch_flow(problem, plan);
  if (method != Method::det) {
    add_risk(plan);
    plan.promised_violation = method == Method::icc ? 0.31 : 0.0497;
  }
  plan.row_count = 24UL * 70UL;
  plan.cost = {1480.25 + 21.0 * factor, 3.5,
               512.75 + 48.0 * factor,  0.0,
               96.5 * factor,           31.25 * factor,
               4.125 * factor,          11.0 * factor};
  plan.lower_bound_eur = plan.cost.total_eur() * (1.0 - 4.2e-5);
  plan.gap = 4.2e-5;
  plan.linear_error_pu = 0.00021;
  plan.uncontrolled_peak_kw = 4210.0;
  plan.import_limit_kw = 3789.0;
  return plan;
}

Certificate sample_certificate(const Case& problem, const Plan& plan) {
  constexpr std::uint64_t scenarios = 5000;
  const double factor = cost_factor(plan.method);
  const double level = 0.35 * std::exp(-3.2 * factor);
  const auto often = [&](double share, std::uint64_t trials) {
    return measured(static_cast<std::uint64_t>(share * static_cast<double>(trials)), trials);
  };
  Certificate certificate;
  certificate.case_name = problem.name;
  certificate.case_digest = problem.digest;
  certificate.plan_digest = "0c4f1e8b7a6d5932f1e0d9c8b7a695847362514f3e2d1c0b9a8877665544332f";
  certificate.software = "gridpact 0.1.0";
  certificate.law = "mixture";
  certificate.seed = 20161124;
  certificate.scenarios = certificate.scenarios_asked = scenarios;
  certificate.model_digest = "5bdfaa4b6f4d5506bc5ea75d8a8c5c428291831858a63f8a93ad7b24f37e61f0";
  for (std::size_t t = 0; t < periods; ++t) {
    const double h = hour_of(t);
    certificate.by_period.push_back(
        often(level * (0.2 + 0.9 * bump(h, 19.0, 2.0) + 0.5 * bump(h, 12.5, 2.0)), scenarios));
  }
  const auto worst = std::ranges::max_element(certificate.by_period, {}, &MeasuredShare::share);
  certificate.worst_period = *worst;
  certificate.worst_period_index = static_cast<std::size_t>(worst - certificate.by_period.begin());
  certificate.periods = often(0.45 * level, scenarios * periods);
  certificate.days = often(std::min(1.0, 2.4 * level), scenarios);
  for (const double share : {0.5, 0.12, 0.06, 0.28, 0.1}) {
    certificate.by_kind.push_back(often(share * level * 0.45, scenarios * periods));
  }
  if (level > 0.001) {
    certificate.limits = {{RowKind::voltage, "node 18", 212, 0.00412, 7, 3391},
                          {RowKind::reserve, "feeder", 118, 74.5, 0, 882},
                          {RowKind::branch, "branch 3-23", 51, 6.25, 14, 4120},
                          {RowKind::station_reserve, "station Station B", 42, 11.5, 13, 17},
                          {RowKind::import_, "feeder", 25, 96.0, 6, 3391}};
    certificate.excess = {{212, 0.0011, 0.0035, 0.00412},
                          {51, 2.0, 5.6, 6.25},
                          {25, 40.0, 89.0, 96.0},
                          {118, 20.0, 63.0, 74.5},
                          {42, 4.0, 10.0, 11.5}};
    certificate.blame = {301, 92, 11, 40};
  }
  certificate.energy_wanted_kwh = 8912.5;
  certificate.energy_undelivered_kwh = 3.25;
  certificate.cars_short = 0.0008;
  for (const auto& station : plan.stations) {
    certificate.stations.push_back(
        {station.name, 300 * scenarios, 240, often(0.99, scenarios), 1240, 2});
  }
  certificate.drivers_short = {
      {"Station A", "driver 17", measured(20, 23), 1.25},
      {"Station B", "arrival of 2016-03-02 09:20, 1.5 h, 9.8 kWh", measured(31, 32), 0.4}};
  certificate.cost_mean_eur = plan.cost.total_eur() + 4.5;
  certificate.cost_p05_eur = plan.cost.total_eur() - 141.0;
  certificate.cost_p95_eur = plan.cost.total_eur() + 166.0;
  certificate.voltage_quantiles_pu = Matrix(periods, 5);
  for (std::size_t t = 0; t < periods; ++t) {
    const auto row = plan.voltage_pu.row(t);
    const double low = *std::ranges::min_element(row);
    const double high = *std::ranges::max_element(row);
    const double middle = 0.5 * (low + high);
    const std::array<double, 5> quantiles{low - 0.006, low + 0.002, middle, high - 0.002,
                                          high + 0.004};
    std::ranges::copy(quantiles, certificate.voltage_quantiles_pu.row(t).begin());
  }
  certificate.certified = certificate.worst_period.upper <= certificate.joint_violation_limit;
  return certificate;
}

}  // namespace gridpact::support
