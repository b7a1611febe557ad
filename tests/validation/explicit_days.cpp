// A few periods of an hour on a line of four nodes: two load groups and a PV plant that err, two
// generators of quadratic cost, a station of five cars. What the days differ in is what binds; on
// the last three generators may stand still: on "bridge" a unit may not stop for the cheap hour, on
// "units" one runs on to save a start and another one for its least time, on "rivals" choices cost
// nearly the same and which is best depends on the rows' switches.

#include "validation/explicit_days.hpp"

#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "support/small_case.hpp"

namespace gridpact::test {

namespace {

using dispatch::Prepared;

struct Line {
  double r_ohm = 0.0, x_ohm = 0.0, rating_a = 0.0;
};

/// That a generator may stand still, and its range and ramp then.
struct Unit {
  double p_min_kw = 0.0, ramp_kw_per_h = 0.0;
  Commitment commitment;
};

/// What the days differ in. As many periods as there are prices.
struct Day {
  std::string name;
  Line line;
  Limits limits;
  double import_limit_kw = 0.0;
  double export_max_kw = 0.0;
  Profile import_price_eur_per_kwh;
  Profile available_kw;  ///< of the PV plant
  double reserve_price_factor = 1.0;
  bool v2g = false;
  std::optional<Unit> g1 = std::nullopt, g2 = std::nullopt;

  [[nodiscard]] std::size_t periods() const { return import_price_eur_per_kwh.size(); }
};

std::vector<Day> days() {
  return {
      {"voltage",
       {2.4, 2.0, 200.0},
       {0.95, 1.05},
       3000.0,
       1000.0,
       {0.12, 0.05, 0.20},
       {500.0, 600.0, 200.0},
       1.0,
       false},
      {"reserve",
       {0.6, 0.5, 200.0},
       {0.93, 1.06},
       3000.0,
       1000.0,
       {0.09, 0.11, 0.10},
       {500.0, 600.0, 0.0},
       12.0,
       true},
      {"import",
       {0.8, 0.7, 52.0},
       {0.93, 1.06},
       900.0,
       150.0,
       {0.10, 0.14, 0.06},
       {400.0, 800.0, 300.0},
       2.0,
       false},
      {"bridge",
       {2.0, 1.7, 200.0},
       {0.94, 1.05},
       3000.0,
       1000.0,
       {0.15, 0.04, 0.17},
       {300.0, 600.0, 200.0},
       1.0,
       false,
       Unit{200.0, 400.0, {6.0, 1, 2, false}}},
      {"units",
       {0.8, 0.7, 200.0},
       {0.93, 1.06},
       3000.0,
       1000.0,
       {0.06, 0.06, 0.16, 0.04},
       {300.0, 600.0, 700.0, 300.0},
       2.0,
       false,
       Unit{180.0, 100.0, {8.0, 1, 2, true}},
       Unit{120.0, 150.0, {5.0, 3, 1, false}}},
      {"rivals",
       {0.8, 0.7, 52.0},
       {0.93, 1.06},
       900.0,
       150.0,
       {0.08, 0.04, 0.04},
       {400.0, 800.0, 300.0},
       2.0,
       false,
       Unit{0.0, 60.0, {8.0, 2, 3, false}},
       Unit{250.0, 100.0, {8.0, 3, 3, true}}},
  };
}

Feeder line_of_four(const Line& line) {
  constexpr double base_kva = 1000.0;
  constexpr double base_v = 12660.0;
  Feeder out;
  out.name = "line";
  out.base_kva = base_kva;
  for (std::size_t i = 0; i < 4; ++i) {
    out.node_phases.push_back(
        {NodeId{i}, 0, base_v, base_kva * 1000.0 / (std::sqrt(3.0) * base_v)});
    out.nodes.push_back({std::to_string(i + 1), {NodePhaseId{i}}, {}, {}});
  }
  out.source = NodeId{0};
  out.source_voltage_pu = {Complex{1.02, 0.0}};
  for (std::size_t i = 1; i < 4; ++i) {
    out.branches.push_back(
        balanced_line(out, NodeId{i - 1}, NodeId{i}, line.r_ohm, line.x_ohm, line.rating_a));
  }
  out.loads = {{"load2", NodeId{1}, 300.0, 100.0, 0},
               {"load3", NodeId{2}, 500.0, 150.0, 1},
               {"load4", NodeId{3}, 400.0, 120.0, 0}};
  return out;
}

Generator generator(std::string name, std::size_t node, double p_max_kw, double a, double b,
                    double reserve_price) {
  Generator out;
  out.name = std::move(name);
  out.node = NodeId{node};
  out.p_max_kw = p_max_kw;
  out.q_min_kvar = -150.0;
  out.q_max_kvar = 200.0;
  out.ramp_kw_per_h = 150.0;
  out.cost_a_eur_per_kw2_h = a;
  out.cost_b_eur_per_kwh = b;
  out.cost_c_eur_per_h = 1.5;
  out.reserve = {500.0, 500.0, reserve_price, 0.6 * reserve_price, 0.3};
  return out;
}

/// It holds no reserve; the substation answers for it.
void make_stoppable(Generator& generator, const Unit& unit, Substation& substation) {
  generator.p_min_kw = unit.p_min_kw;
  generator.ramp_kw_per_h = unit.ramp_kw_per_h;
  generator.commitment = unit.commitment;
  substation.reserve.participation += generator.reserve.participation;
  generator.reserve = {};
}

Case case_of(const Day& day) {
  Case out;
  out.name = day.name;
  out.title = day.name;
  out.horizon = {Instant{std::chrono::seconds{1'451'606'400}}, std::chrono::hours{1}, day.periods(),
                 "UTC"};
  out.feeder = line_of_four(day.line);
  out.limits = day.limits;
  out.substation.import_max_kw = day.import_limit_kw;
  out.substation.export_max_kw = day.export_max_kw;
  out.substation.import_price_eur_per_kwh = day.import_price_eur_per_kwh;
  for (const double price : day.import_price_eur_per_kwh) {
    out.substation.export_price_eur_per_kwh.push_back(0.7 * price);
  }
  const double price = 0.004 * day.reserve_price_factor;
  out.substation.reserve = {800.0, 800.0, price, 0.5 * price, 0.4};
  out.load_groups = {{"homes", SeriesId{0}, 700.0}, {"shops", SeriesId{0}, 500.0}};
  out.generators = {generator("G1", 2, 450.0, 1.2e-4, 0.05, 1.5 * price),
                    generator("G2", 3, 350.0, 2.5e-4, 0.04, 2.0 * price)};
  for (const auto& [g, unit] : {std::pair{0U, day.g1}, std::pair{1U, day.g2}}) {
    if (unit) {
      make_stoppable(out.generators[g], *unit, out.substation);
    }
  }
  Renewable pv;
  pv.name = "PV";
  pv.node = NodeId{3};
  pv.capacity_kw = 900.0;
  pv.series = SeriesId{0};
  pv.q_min_kvar = -60.0;
  pv.q_max_kvar = 60.0;
  pv.curtailment_price_eur_per_kwh = 0.03;
  out.renewables = {pv};
  Station station;
  station.name = "S1";
  station.node = NodeId{2};
  station.cars = 5;
  station.charger_kw = 22.0;
  station.connection_max_kw = 90.0;
  station.deviation_price_eur_per_kw_h = 0.002;
  if (day.v2g) {
    station.batteries = CarBatteries{.capacity_kwh = 60.0,
                                     .discharge_max_kw = 11.0,
                                     .v2g_share = 1.0,
                                     .v2g_min_kwh = 12.0,
                                     .wear = {}};
  }
  out.stations = {station};
  return out;
}

fleet::Fleet cars(bool v2g) {
  fleet::Fleet out = {{0.0, 3.0, 24.0, 22.0, {}, 0},
                      {0.25, 2.5, 18.0, 11.0, {}, 0},
                      {0.0, 1.0, 9.0, 22.0, {}, 0},
                      {1.0, 3.0, 30.0, 22.0, {}, 0},
                      {0.5, 3.0, 12.0, 11.0, {}, 0}};
  if (v2g) {
    out[0].battery = fleet::Battery{60.0, 26.0, 1.0, 1.0, true, 11.0, 12.0};
    out[4].battery = fleet::Battery{60.0, 31.0, 1.0, 1.0, true, 11.0, 12.0};
  }
  return out;
}

Matrix matrix_of(std::size_t columns, const std::vector<double>& values) {
  Matrix out(values.size() / columns, columns);
  for (std::size_t i = 0; i < values.size(); ++i) {
    out(i / columns, i % columns) = values[i];
  }
  return out;
}

/// Of what is stated for the longest day, the first periods.
Profile first(std::size_t periods, const Profile& all) {
  return {all.begin(), all.begin() + static_cast<long>(periods)};
}

/// Deviations are shares of the day's powers, supports lean to one side, sources hang together.
uncertainty::LayerLaw net_load_law(const Day& day) {
  uncertainty::LayerLaw law;
  law.layer = "net_load";
  law.sources = {"homes", "shops", "PV"};
  const std::size_t n = law.sources.size();
  const std::size_t periods = day.periods();
  for (Matrix* matrix : {&law.mean, &law.std_deviation, &law.support_low, &law.support_high}) {
    *matrix = Matrix(periods, n);
  }
  for (std::size_t t = 0; t < periods; ++t) {
    const double grows = 1.0 + 0.1 * static_cast<double>(t);
    law.std_deviation(t, 0) = 28.0 * grows;
    law.std_deviation(t, 1) = 22.0;
    law.std_deviation(t, 2) = 0.09 * day.available_kw[t];
    for (std::size_t j = 0; j < n; ++j) {
      law.support_low(t, j) = -2.6 * law.std_deviation(t, j);
      law.support_high(t, j) = 4.0 * law.std_deviation(t, j);
    }
  }
  law.correlation = matrix_of(n, {1.0, 0.35, -0.1, 0.35, 1.0, 0.05, -0.1, 0.05, 1.0});
  law.fitted_degrees = 7.0;
  return law;
}

uncertainty::LayerLaw station_law(std::size_t periods) {
  const auto column = [periods](const Profile& all) { return matrix_of(1, first(periods, all)); };
  uncertainty::LayerLaw law;
  law.layer = "ev";
  law.sources = {"S1"};
  law.mean = column({0.8, -0.5, 0.0, 0.3});
  law.std_deviation = column({5.0, 6.0, 4.0, 3.0});
  law.support_low = column({-18.0, -21.0, -12.0, -9.0});
  law.support_high = column({30.0, 24.0, 26.0, 14.0});
  law.correlation = matrix_of(1, {1.0});
  law.fitted_degrees = 12.0;
  return law;
}

dispatch::Beliefs beliefs_of(const Day& day, const Case& problem) {
  dispatch::Beliefs out;
  const std::size_t periods = day.periods();
  out.load_kw = {first(periods, {640.0, 700.0, 610.0, 660.0}),
                 first(periods, {420.0, 470.0, 500.0, 440.0})};
  out.available_kw = {day.available_kw};
  out.net_load = net_load_law(day);
  out.stations = station_law(periods);
  out.fleets = {cars(day.v2g)};
  out.uncontrolled_kw = {fleet::uncontrolled_kw(out.fleets.front(), problem.horizon)};
  return out;
}

}  // namespace

std::vector<std::string> explicit_day_names() {
  std::vector<std::string> out;
  for (const auto& day : days()) {
    out.push_back(day.name);
  }
  return out;
}

Prepared::State explicit_day(std::string_view name) {
  for (const auto& day : days()) {
    if (day.name != name) {
      continue;
    }
    Prepared::State state;
    state.problem = case_of(day);
    const auto& problem = state.problem;
    state.flow =
        std::make_shared<const network::AcFlow>(network::AcFlow::create(problem.feeder).value());
    state.columns = std::make_shared<const network::CaseColumns>(problem);
    state.beliefs = beliefs_of(day, problem);
    state.tests = std::make_shared<const dispatch::RowTests>(problem.seed);
    state.import_limit_kw = day.import_limit_kw;
    state.decision = dispatch::Decision::idle(problem, state.beliefs);
    state.decision.generator_kw = {Profile(day.periods(), 200.0), Profile(day.periods(), 150.0)};
    state.grid = dispatch::operating_point(problem, *state.flow, *state.columns, state.beliefs,
                                           state.decision, 1)
                     .value();
    return state;
  }
  throw std::invalid_argument("no day " + std::string(name));
}

}  // namespace gridpact::test
