// One day of a plan, period by period (t dropped):
//
//   P_k = max(0, forecast_k + error_k)                      load groups; PV and wind at most
//                                                           their capacity
//   P_r,inj = max(0, P_r − curtailed_r)
//   Ω_NL = Σ_k (P_k − planned_k) − Σ_r (P_r,inj − (planned_r − curtailed_r))
//   Ω_s  = realised − planned − called charging power of station s
//   P_g = planned_g + answer of g to Ω_NL + Σ_s Ω_s        (policy.cpp)
//
// Exact AC flow with all of these; reactive power of a load follows its active power.
//
//   cost = Δt Σ (price · import + a P_g² + b P_g + c) + reserve and curtailment as planned + wear
//
#include "gridpact/verify/judge.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "gridpact/fleet/wear.hpp"
#include "gridpact/uncertainty/held_back.hpp"
#include "gridpact/uncertainty/net_load.hpp"
#include "gridpact/uncertainty/stress.hpp"
#include "gridpact/verify/evidence.hpp"
#include "gridpact/verify/plan_check.hpp"
#include "gridpact/verify/policy.hpp"

namespace gridpact::verify {

namespace {

Faults check(const Case& problem, const Plan& plan, const VerifyOptions& options) {
  auto faults = check_plan(problem, plan);
  if (options.scenarios == 0 && options.law != Law::held_back) {
    faults.push_back({Severity::error, {}, "no scenarios to replay; ask for at least one"});
  }
  if (!(options.confidence > 0.0 && options.confidence < 1.0)) {
    faults.push_back({Severity::error, {}, "the confidence must lie between 0 and 1"});
  }
  if (options.limit && !(*options.limit > 0.0 && *options.limit < 1.0)) {
    faults.push_back({Severity::error, {}, "the limit must lie between 0 and 1"});
  }
  const auto& radii = options.ambiguity;
  if (!(radii.kl_radius >= 0.0 && radii.wasserstein_radius >= 0.0) ||
      !std::isfinite(radii.kl_radius + radii.wasserstein_radius)) {
    faults.push_back({Severity::error, {}, "a radius must be 0 or more"});
  } else if (radii.kl_radius > 0.0 && radii.wasserstein_radius > 0.0) {
    faults.push_back({Severity::error,
                      {},
                      "a Kullback-Leibler and a Wasserstein radius at once have no meaning that is "
                      "known to be certified; give one of them"});
  }
  return faults;
}

constexpr unsigned heavy_degrees = 4;
constexpr double together_shift = 0.5;
constexpr double drifted_deviations = 0.5;
constexpr double adversarial_radius = 0.05;

Result<uncertainty::LayerLaw> under_stress(Result<uncertainty::LayerLaw> fitted, Law law) {
  if (!fitted) {
    return fitted;
  }
  switch (law) {
    case Law::heavy:
      return uncertainty::stressed(*fitted, {.student_degrees = heavy_degrees});
    case Law::together:
      return uncertainty::stressed(*fitted, {.correlation_shift = together_shift});
    case Law::drifted:
      return uncertainty::stressed(*fitted, {.mean_drift = drifted_deviations});
    case Law::adversarial: {
      const auto severity = uncertainty::past_severity(*fitted);
      return uncertainty::reweighted(*std::move(fitted), severity, adversarial_radius);
    }
    case Law::mixture:
    case Law::history:
    case Law::held_back:
      break;
  }
  return fitted;
}

/// What a day's errors tell of the stations' energy; nothing where the layers are apart.
Result<std::optional<uncertainty::DayLink>> link_of(const Case& problem, const Plan& plan,
                                                    const VerifyOptions& options,
                                                    const uncertainty::ErrorHistory& history,
                                                    const uncertainty::LayerLaw& law) {
  std::optional<uncertainty::DayLink> out;
  if (options.layers.value_or(plan.risk.layers) == Layers::joint && !problem.stations.empty()) {
    std::vector<DatedNumbers> energies;
    for (std::size_t s = 0; s < problem.stations.size(); ++s) {
      energies.push_back(fleet::FleetSource(problem, StationId{s}).past_energies());
    }
    auto learned = uncertainty::DayLink::learn(history, law, energies);
    if (!learned) {
      return learned.faults();
    }
    out = *std::move(learned);
  }
  return out;
}

ScenarioReplay blank_day(const Case& problem) {
  const std::size_t periods = problem.horizon.count;
  ScenarioReplay day;
  day.load_kw = Matrix(periods, problem.load_groups.size());
  day.available_kw = Matrix(periods, problem.renewables.size());
  day.renewable_kw = Matrix(periods, problem.renewables.size());
  day.charge_kw = Matrix(periods, problem.stations.size());
  day.called_kw = Matrix(periods, problem.stations.size());
  day.generator_kw = Matrix(periods, problem.generators.size());
  day.net_load_deviation_kw = Profile(periods);
  day.station_deviation_kw = Matrix(periods, problem.stations.size());
  day.beyond_reserve_kw = Profile(periods);
  day.import_kw = Profile(periods);
  day.voltage_pu = Matrix(periods, problem.feeder.node_phases.size());
  day.branch_current_a = Matrix(periods, problem.feeder.branches.size());
  return day;
}

}  // namespace

Result<Judge> Judge::create(const Case& problem, const Plan& plan, const VerifyOptions& options) {
  if (auto faults = check(problem, plan, options); !faults.empty()) {
    return faults;
  }
  if (options.law == Law::held_back) {
    return create_held_back(problem, plan, options);
  }
  const auto history = uncertainty::net_load_errors(problem);
  if (!history) {
    return history.faults();
  }
  const auto fitted = uncertainty::fit(*history);
  if (!fitted) {
    return fitted.faults();
  }
  auto link = link_of(problem, plan, options, *history, *fitted);
  if (!link) {
    return link.faults();
  }
  auto law = under_stress(*fitted, options.law);
  return law ? create(problem, plan, options, *std::move(law), *std::move(link))
             : Result<Judge>(law.faults());
}

/// Its past days are those that came from the horizon on; scenario i is the i-th of them.
Result<Judge> Judge::create_held_back(const Case& problem, const Plan& plan,
                                      VerifyOptions options) {
  auto law = uncertainty::held_back_law(problem);
  if (!law) {
    return law.faults();
  }
  const std::uint64_t days = law->past_days.size();
  if (options.scenarios > days) {
    return Fault{Severity::error,
                 {},
                 fmt::format("only {} days are held back: those from the horizon's first on that "
                             "the history knows; ask for at most so many, or give a history that "
                             "ends later, or a horizon that begins earlier",
                             days)};
  }
  if (options.scenarios == 0) {
    options.scenarios = days;
  }
  std::optional<uncertainty::DayLink> link;
  if (options.layers.value_or(plan.risk.layers) == Layers::joint) {
    const auto history = uncertainty::net_load_errors(problem);
    if (!history) {
      return history.faults();
    }
    const auto fitted = uncertainty::fit(*history);
    if (!fitted) {
      return fitted.faults();
    }
    auto learned = link_of(problem, plan, options, *history, *fitted);
    if (!learned) {
      return learned.faults();
    }
    link = *std::move(learned);
  }
  return create(problem, plan, options, *std::move(law), std::move(link));
}

Result<Judge> Judge::create(const Case& problem, const Plan& plan, const VerifyOptions& options,
                            uncertainty::LayerLaw net_load,
                            std::optional<uncertainty::DayLink> link) {
  if (auto faults = check(problem, plan, options); !faults.empty()) {
    return faults;
  }
  auto flow = network::AcFlow::create(problem.feeder);
  if (!flow) {
    return flow.faults();
  }
  return Judge(problem, plan, options, std::move(net_load), std::move(link), *std::move(flow));
}

Judge::Judge(const Case& problem, const Plan& plan, const VerifyOptions& options,
             uncertainty::LayerLaw net_load, std::optional<uncertainty::DayLink> link,
             network::AcFlow flow)
    : problem_(problem),
      plan_(plan),
      options_(options),
      limits_(problem, plan),
      sources_(net_load_sources(problem)),
      net_load_(std::move(net_load)),
      link_(std::move(link)),
      flow_(std::move(flow)),
      columns_(problem),
      batch_(flow_, columns_.columns()) {
  for (const auto& source : sources_) {
    forecast_kw_.push_back(gridpact::forecast_kw(problem, source));
  }
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    fleet::FleetSource source(problem, StationId{s});
    fleet::Controller controller(source.forecast(), problem.horizon, plan.stations[s].charge_kw,
                                 problem.stations[s].connection_max_kw,
                                 problem.stations[s].fairness);
    const auto& planned = plan.stations[s];
    const auto& offer = problem.stations[s].reserve_sold;
    stations_.push_back(
        {std::move(source), std::move(controller),
         offer ? fleet::SoldReserve{planned.sold_up_kw, planned.sold_down_kw, offer->longest_call}
               : fleet::SoldReserve{}});
  }
  fixed_cost_eur_ = fixed_cost_eur();
  expected_voltage_pu_.resize(problem.horizon.count);
  batch_.solve(
      injections(planned_day()),
      [&](const network::FlowBlock& block) {
        for (std::size_t k = 0; k < block.count(); ++k) {
          if (block.converged(k)) {
            auto& voltage_pu = expected_voltage_pu_[block.first() + k];
            for (std::size_t i = 0; i < problem.feeder.node_phases.size(); ++i) {
              voltage_pu.push_back(block.voltage_pu(NodePhaseId{i}, k));
            }
          }
        }
      },
      flow_options, {}, 1);
}

ScenarioReplay Judge::run(std::uint64_t scenario) const {
  auto day = blank_day(problem_);
  day.scenario = scenario;
  const Matrix errors = errors_kw(scenario);
  come_about(day, errors);
  drive_cars(day, errors);
  for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
    follow_policy(day, t);
  }
  check_calls(day);
  run_flows(day);
  day.cost_eur = cost_eur(day);
  return day;
}

/// The day as the plan expects it.
ScenarioReplay Judge::planned_day() const {
  auto day = blank_day(problem_);
  for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
    for (std::size_t k = 0; k < plan_.loads.size(); ++k) {
      day.load_kw(t, k) = plan_.loads[k].forecast_kw[t];
    }
    for (std::size_t r = 0; r < plan_.renewables.size(); ++r) {
      const auto& plant = plan_.renewables[r];
      day.renewable_kw(t, r) = plant.forecast_kw[t] - plant.curtailed_kw[t];
    }
    for (std::size_t s = 0; s < plan_.stations.size(); ++s) {
      day.charge_kw(t, s) = plan_.stations[s].charge_kw[t];
    }
    for (std::size_t g = 0; g < plan_.generators.size(); ++g) {
      day.generator_kw(t, g) = plan_.generators[g].p_kw[t];
    }
  }
  return day;
}

Matrix Judge::errors_kw(std::uint64_t scenario) const {
  RandomStream random(options_.seed, scenario);
  switch (options_.law) {
    case Law::history:
    case Law::adversarial:
      return net_load_.resample(random);
    case Law::held_back:
      return uncertainty::past_day(net_load_.law(), scenario);
    case Law::mixture:
    case Law::heavy:
    case Law::together:
    case Law::drifted:
      break;
  }
  return net_load_.sample(random);
}

std::string Judge::model_digest() const { return digest_of(net_load_.law()); }

void Judge::come_about(ScenarioReplay& day, const Matrix& errors_kw) const {
  const std::size_t groups = problem_.load_groups.size();
  for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
    for (std::size_t j = 0; j < sources_.size(); ++j) {
      const double actual_kw =
          std::max(0.0, forecast_kw_[j][t] + sources_[j].sign * errors_kw(t, j));
      if (j < groups) {
        day.load_kw(t, j) = actual_kw;
        continue;
      }
      const std::size_t r = j - groups;
      day.available_kw(t, r) = std::min(actual_kw, problem_.renewables[r].capacity_kw);
      day.renewable_kw(t, r) =
          std::max(0.0, day.available_kw(t, r) - plan_.renewables[r].curtailed_kw[t]);
    }
  }
}

void Judge::drive_cars(ScenarioReplay& day, const Matrix& errors_kw) const {
  for (std::size_t s = 0; s < stations_.size(); ++s) {
    auto random =
        fleet::day_stream(options_.seed, fleet::DayUse::judging, StationId{s}, day.scenario);
    const auto& source = stations_[s].source;
    auto visit = link_ ? source.sample_visit(random, link_->drawn_share(s, errors_kw, random))
                       : source.sample_visit(random);
    const auto call = call_of(StationId{s}, day.scenario);
    const auto& batteries = problem_.stations[s].batteries;
    auto tracking = stations_[s].controller.follow(
        visit.cars, call, batteries && batteries->wear ? fleet::Keep::cars : fleet::Keep::station);
    bool is_called = false;
    for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
      day.charge_kw(t, s) = tracking.charge_kw[t];
      day.called_kw(t, s) = call.move_in_kw(t);
      is_called = is_called || std::abs(day.called_kw(t, s)) > least_tolerance;
    }
    day.energy_wanted_kwh += tracking.energy_wanted_kwh;
    day.energy_undelivered_kwh += tracking.energy_undelivered_kwh;
    day.cars += visit.cars.size();
    day.cars_short += tracking.cars_short;
    day.visits.push_back({std::move(visit.driver), std::move(tracking.short_kwh),
                          wear_eur(StationId{s}, visit.cars, tracking.car_kw), is_called, false});
  }
}

fleet::Call Judge::call_of(StationId station, std::uint64_t scenario) const {
  const auto& sold = stations_[station.index()].sold;
  if (sold.up_kw.empty()) {
    return {};
  }
  auto random = fleet::day_stream(options_.seed, fleet::DayUse::judging_calls, station, scenario);
  const std::size_t begin = random.index(sold.begins());
  return fleet::draw_call(sold, begin, random);
}

std::vector<double> Judge::wear_eur(StationId station, const fleet::Fleet& cars,
                                    const Matrix& car_kw) const {
  const auto& batteries = problem_.stations[station.index()].batteries;
  std::vector<double> out;
  if (batteries && batteries->wear) {
    for (std::size_t i = 0; i < cars.size(); ++i) {
      out.push_back(fleet::discharge_wear_eur(cars[i], car_kw.row(i), problem_.horizon.period_h(),
                                              *batteries->wear));
    }
  }
  return out;
}

void Judge::check_calls(ScenarioReplay& day) const {
  for (const auto& breach : day.breaches) {
    if (breach.kind == RowKind::station_reserve &&
        std::abs(day.called_kw(breach.period, breach.element)) > least_tolerance) {
      day.visits[breach.element].misses_call = true;
    }
  }
}

void Judge::follow_policy(ScenarioReplay& day, std::size_t t) const {
  double net_load_kw = 0.0;
  for (std::size_t k = 0; k < plan_.loads.size(); ++k) {
    net_load_kw += day.load_kw(t, k) - plan_.loads[k].forecast_kw[t];
  }
  for (std::size_t r = 0; r < plan_.renewables.size(); ++r) {
    const auto& plant = plan_.renewables[r];
    net_load_kw -= day.renewable_kw(t, r) - (plant.forecast_kw[t] - plant.curtailed_kw[t]);
  }
  day.net_load_deviation_kw[t] = net_load_kw;
  const auto stations_kw = day.station_deviation_kw.row(t);
  for (std::size_t s = 0; s < stations_kw.size(); ++s) {
    stations_kw[s] = day.charge_kw(t, s) - plan_.stations[s].charge_kw[t] - day.called_kw(t, s);
  }
  limits_.check_reserves(t, net_load_kw, stations_kw, day.breaches);

  const auto moves =
      answer(plan_, t, std::accumulate(stations_kw.begin(), stations_kw.end(), net_load_kw));
  for (std::size_t g = 0; g < plan_.generators.size(); ++g) {
    day.generator_kw(t, g) = plan_.generators[g].p_kw[t] + moves.generator_kw[g];
  }
  day.beyond_reserve_kw[t] = moves.beyond_reserve_kw;
}

Matrix Judge::injections(const ScenarioReplay& day) const {
  Matrix x(problem_.horizon.count, columns_.size());
  auto powers = network::CasePowers::zero(problem_);
  for (std::size_t t = 0; t < x.rows(); ++t) {
    const auto copy = [t](const Matrix& from, std::vector<double>& to) {
      std::copy(from.row(t).begin(), from.row(t).end(), to.begin());
    };
    copy(day.load_kw, powers.load_kw);
    copy(day.generator_kw, powers.generator_kw);
    copy(day.renewable_kw, powers.renewable_kw);
    copy(day.charge_kw, powers.charge_kw);
    for (std::size_t g = 0; g < plan_.generators.size(); ++g) {
      powers.generator_kvar[g] = plan_.generators[g].q_kvar[t];
    }
    for (std::size_t r = 0; r < plan_.renewables.size(); ++r) {
      powers.renewable_kvar[r] = plan_.renewables[r].q_kvar[t];
    }
    const auto numbers = columns_.x(powers);
    std::copy(numbers.begin(), numbers.end(), x.row(t).begin());
  }
  return x;
}

std::vector<network::Injection> Judge::injections_of(const ScenarioReplay& day) const {
  const Matrix x = injections(day);
  std::vector<network::Injection> out;
  for (std::size_t t = 0; t < x.rows(); ++t) {
    out.push_back(network::combine(problem_.feeder, columns_.columns(), x.row(t)));
  }
  return out;
}

/// On this thread alone: days are replayed beside each other.
void Judge::run_flows(ScenarioReplay& day) const {
  const auto& feeder = problem_.feeder;
  const Matrix x = injections(day);
  batch_.solve(
      x,
      [&](const network::FlowBlock& block) {
        for (std::size_t k = 0; k < block.count(); ++k) {
          const std::size_t t = block.first() + k;
          if (!block.converged(k)) {
            day.diverged.push_back(t);
            limits_.break_grid(t, day.breaches);
            day.import_kw[t] = -network::nominal_injection_kw(
                feeder, network::combine(feeder, columns_.columns(), x.row(t)));
            continue;
          }
          block.voltage_magnitude_pu(k, day.voltage_pu.row(t));
          block.branch_current_a(k, day.branch_current_a.row(t));
          day.import_kw[t] = block.import_kva(k).real();
          limits_.check_grid(t, day.voltage_pu.row(t), day.branch_current_a.row(t),
                             day.import_kw[t], day.breaches);
        }
      },
      flow_options, expected_voltage_pu_, 1);
  // Those of the reserves were found first.
  std::stable_sort(day.breaches.begin(), day.breaches.end(),
                   [](const Breach& a, const Breach& b) { return a.period < b.period; });
}

double Judge::cost_eur(const ScenarioReplay& day) const {
  const auto& substation = problem_.substation;
  double per_hour = 0.0;
  for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
    const double import_kw = day.import_kw[t];
    per_hour += import_kw * (import_kw >= 0.0 ? substation.import_price_eur_per_kwh[t]
                                              : substation.export_price_eur_per_kwh[t]);
    for (std::size_t g = 0; g < problem_.generators.size(); ++g) {
      const auto& generator = problem_.generators[g];
      const double p_kw = day.generator_kw(t, g);
      per_hour += (generator.cost_a_eur_per_kw2_h * p_kw + generator.cost_b_eur_per_kwh) * p_kw +
                  (plan_.generators[g].runs(t) ? generator.cost_c_eur_per_h : 0.0);
    }
  }
  double wear_eur = 0.0;
  for (const auto& visit : day.visits) {
    wear_eur = std::accumulate(visit.wear_eur.begin(), visit.wear_eur.end(), wear_eur);
  }
  return problem_.horizon.period_h() * per_hour + wear_eur + fixed_cost_eur_;
}

double Judge::fixed_cost_eur() const {
  double per_hour = 0.0;
  const auto hold = [&](const ReserveOffer& offer, const auto& planned, std::size_t t) {
    per_hour += offer.up_price_eur_per_kw_h * planned.up_reserve_kw[t] +
                offer.down_price_eur_per_kw_h * planned.down_reserve_kw[t];
  };
  for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
    hold(problem_.substation.reserve, plan_.substation, t);
    for (std::size_t g = 0; g < problem_.generators.size(); ++g) {
      hold(problem_.generators[g].reserve, plan_.generators[g], t);
    }
    for (std::size_t s = 0; s < problem_.stations.size(); ++s) {
      const auto& planned = plan_.stations[s];
      per_hour += problem_.stations[s].deviation_price_eur_per_kw_h *
                  (planned.up_reserve_kw[t] + planned.down_reserve_kw[t]);
      if (const auto& offer = problem_.stations[s].reserve_sold) {
        per_hour -= offer->up_price_eur_per_kw_h * stations_[s].sold.up_kw[t] +
                    offer->down_price_eur_per_kw_h * stations_[s].sold.down_kw[t];
      }
    }
    for (std::size_t r = 0; r < problem_.renewables.size(); ++r) {
      per_hour += problem_.renewables[r].curtailment_price_eur_per_kwh *
                  plan_.renewables[r].curtailed_kw[t];
    }
  }
  double starts_eur = 0.0;
  for (std::size_t g = 0; g < problem_.generators.size(); ++g) {
    if (const auto& commitment = problem_.generators[g].commitment) {
      starts_eur += commitment->start_cost_eur *
                    static_cast<double>(commitment->starts(plan_.generators[g].on));
    }
  }
  return problem_.horizon.period_h() * per_hour + starts_eur;
}

}  // namespace gridpact::verify
