// Variables and certain constraints of the day.
//
//   import_t − export_t = P⁰ + Σ ∂P⁰/∂x_j·Δx_j                  (losses inside the sensitivities)
//   r⁺_j,t = α_j (R⁺_t + Σ_s ρ⁺_s,t) ≤ offer,   p_j + r⁺_j ≤ p_max,   p_j − r⁻_j ≥ p_min
//   charge_s + sold↓_s ≤ connection,  charge_s − sold↑_s ≥ −connection (≥ 0 without V2G)
//   |p_g,t − p_g,t−1| ≤ ramp·Δt,   cost_g,t ≥ tangents of a p² + b p + c
//
// Generators that may stand still: commitment.cpp.

#include "gridpact/dispatch/day_program.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::dispatch {

using program::infinity;
using program::Variable;

double reserve_price_eur_per_kw_h(const Case& problem, const Participation& participation,
                                  std::size_t t, bool up) {
  const auto price_of = [up](const ReserveOffer& offer) {
    return up ? offer.up_price_eur_per_kw_h : offer.down_price_eur_per_kw_h;
  };
  double price = participation.substation[t] * price_of(problem.substation.reserve);
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    price += participation.generators[g][t] * price_of(problem.generators[g].reserve);
  }
  return price;
}

DayProgram::DayProgram(const Prepared::State& prepared, SharesAre answered)
    : state(prepared), shares(answered), deviation(prepared.problem.horizon.count) {
  for (std::size_t t = 0; t < deviation.size() && shares == SharesAre::open; ++t) {
    deviation[t] = total_deviation(state.beliefs, t);
  }
  if (shares == SharesAre::open) {
    add_shares();
  }
  add_supply();
  add_stations_and_reserve();
  collect_actuators();
  add_import_balance();
  if (shares == SharesAre::open) {
    add_held_reserve();
  } else {
    add_reserve();
  }
  add_ramps();
}

template <class VariableAt>
VariableRow DayProgram::add_row(const std::string& name, const VariableAt& variable_at) {
  VariableRow out;
  for (std::size_t t = 0; t < state.problem.horizon.count; ++t) {
    Variable variable = variable_at(t);
    variable.name = fmt::format("{}[{}]", name, t);
    out.push_back(program.add_variable(std::move(variable)));
  }
  return out;
}

VariableRow DayProgram::add_free(const std::string& name, double lower, double cost) {
  return add_row(name,
                 [=](std::size_t) { return Variable{lower, infinity, cost, 0.0, false, {}}; });
}

VariableRow DayProgram::add_free(const std::string& name, double lower, const Profile& cost) {
  return add_row(name,
                 [&](std::size_t t) { return Variable{lower, infinity, cost[t], 0.0, false, {}}; });
}

Range near_to(double at, Range all, double share) {
  const double step = share * (all.upper - all.lower);
  return {std::max(all.lower, std::min(at, all.upper) - step),
          std::min(all.upper, std::max(at, all.lower) + step)};
}

Range active_range(const Generator& generator) {
  return {generator.commitment ? 0.0 : generator.p_min_kw, generator.p_max_kw};
}

Range reactive_range(const Generator& generator) {
  const double off = generator.commitment ? 0.0 : generator.q_min_kvar;
  return {std::min(off, generator.q_min_kvar), std::max(off, generator.q_max_kvar)};
}

double running_cost_eur_per_h(const Generator& generator, double p_kw, double on) {
  return (generator.cost_a_eur_per_kw2_h * p_kw + generator.cost_b_eur_per_kwh) * p_kw +
         on * generator.cost_c_eur_per_h;
}

/// A decision: within its range, and within a step of its value at the operating point.
VariableRow DayProgram::add_decision(const std::string& name, Range all, const Profile& at,
                                     double share) {
  return add_row(name, [&](std::size_t t) {
    const auto range = near_to(at[t], all, share);
    return Variable{range.lower, range.upper, 0.0, 0.0, false, {}};
  });
}

void DayProgram::add_supply() {
  const auto& problem = state.problem;
  const auto& at = state.decision;
  const double dt = problem.horizon.period_h();
  const auto priced = [dt](const Profile& price, double sign) {
    return [&price, dt, sign](std::size_t t) {
      return Variable{0.0, infinity, sign * dt * price[t], 0.0, false, {}};
    };
  };
  v.import_kw = add_row("import", priced(problem.substation.import_price_eur_per_kwh, 1.0));
  v.export_kw = add_row("export", priced(problem.substation.export_price_eur_per_kwh, -1.0));
  if (state.running != Prepared::State::Running::held && !state.visited.empty()) {
    v.far_loss_kw =
        add_row("far loss", [](std::size_t) { return Variable{0.0, 0.0, 0.0, 0.0, false, {}}; });
  }
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    const auto& generator = problem.generators[g];
    // While it is not decided whether it runs, it may be anywhere.
    const double share = generator.commitment ? 1.0 : state.step;
    v.generator_kw.push_back(
        add_decision(generator.name + ".p", active_range(generator), at.generator_kw[g], share));
    v.generator_kvar.push_back(add_decision(generator.name + ".q", reactive_range(generator),
                                            at.generator_kvar[g], share));
    v.on.push_back(generator.commitment ? add_row(generator.name + ".on",
                                                  [](std::size_t) {
                                                    return Variable{0.0, 1.0, 0.0, 0.0, false, {}};
                                                  })
                                        : VariableRow{});
    v.generator_cost_eur.push_back(add_free(generator.name + ".cost", -infinity, dt));
    constexpr int start_tangents = 9;
    for (std::size_t t = 0; t < problem.horizon.count; ++t) {
      const auto& power = program.variables()[v.generator_kw[g][t].index()];
      const Range range{std::max(generator.p_min_kw, power.lower), power.upper};
      for (int i = 0; i < start_tangents; ++i) {
        add_cost_tangent(g, t, std::lerp(range.lower, range.upper, i / (start_tangents - 1.0)));
      }
    }
  }
  for (std::size_t r = 0; r < problem.renewables.size(); ++r) {
    const auto& plant = problem.renewables[r];
    const double price = dt * plant.curtailment_price_eur_per_kwh;
    v.curtailed_kw.push_back(add_row(plant.name + ".curtailed", [&](std::size_t t) {
      return Variable{0.0, state.beliefs.available_kw[r][t], price, 0.0, false, {}};
    }));
    v.renewable_kvar.push_back(add_decision(plant.name + ".q", {plant.q_min_kvar, plant.q_max_kvar},
                                            at.renewable_kvar[r], state.step));
  }
}

void DayProgram::add_stations_and_reserve() {
  const auto& problem = state.problem;
  const double dt = problem.horizon.period_h();
  const auto price = [&](bool up, double extra) {
    Profile out;
    for (std::size_t t = 0; t < problem.horizon.count; ++t) {
      // While shares are open, what the providers hold is priced instead.
      const double held =
          shares == SharesAre::open
              ? 0.0
              : reserve_price_eur_per_kw_h(problem, state.decision.participation, t, up);
      out.push_back(dt * (held + extra));
    }
    return out;
  };
  v.up_kw = add_free("reserve.up", 0.0, price(true, 0.0));
  v.down_kw = add_free("reserve.down", 0.0, price(false, 0.0));
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    const auto& station = problem.stations[s];
    const double extra = station.deviation_price_eur_per_kw_h;
    v.charge_kw.push_back(add_row(station.name + ".charge", [&](std::size_t t) {
      const double target_kw = state.decision.charge_kw[s][t];
      const auto range =
          near_to(target_kw, connection(s, t), state.stations_keep_targets ? 0.0 : state.step);
      return Variable{range.lower, range.upper, 0.0, 0.0, false, {}};
    }));
    v.station_up_kw.push_back(add_free(station.name + ".up", 0.0, price(true, extra)));
    v.station_down_kw.push_back(add_free(station.name + ".down", 0.0, price(false, extra)));
    add_sold_reserve(s);
  }
}

/// What a station's connection lets through. A target that is kept is what its cars do, which may
/// be a hair beyond: they were split to within a tolerance.
Range DayProgram::connection(std::size_t s, std::size_t t) const {
  const auto& station = state.problem.stations[s];
  const Range all{station.least_charge_kw(), station.connection_max_kw};
  const double target_kw = state.decision.charge_kw[s][t];
  return state.stations_keep_targets
             ? Range{std::min(all.lower, target_kw), std::max(all.upper, target_kw)}
             : all;
}

/// Stations that keep to their targets sell no more than what their deviations were learned with.
void DayProgram::add_sold_reserve(std::size_t s) {
  const auto& station = state.problem.stations[s];
  v.sold_up_kw.emplace_back();
  v.sold_down_kw.emplace_back();
  if (!station.reserve_sold) {
    return;
  }
  const auto& offer = *station.reserve_sold;
  const double dt = state.problem.horizon.period_h();
  const auto add = [&](const char* way, double most_kw, double price, const Profile& decided) {
    return add_row(station.name + way, [&](std::size_t t) {
      const double decided_kw = decided.empty() ? 0.0 : decided[t];
      return Variable{
          0.0,         state.stations_keep_targets ? std::min(most_kw, decided_kw) : most_kw,
          -dt * price, 0.0,
          false,       {}};
    });
  };
  const auto& decided = state.decision.sold[s];
  v.sold_up_kw[s] = add(".sold.up", offer.up_max_kw, offer.up_price_eur_per_kw_h, decided.up_kw);
  v.sold_down_kw[s] =
      add(".sold.down", offer.down_max_kw, offer.down_price_eur_per_kw_h, decided.down_kw);
  for (std::size_t t = 0; t < state.problem.horizon.count; ++t) {
    const LinearExpression charge{v.charge_kw[s][t]};
    const auto range = connection(s, t);
    program.add_constraint(-infinity, charge + LinearExpression{v.sold_down_kw[s][t]}, range.upper);
    program.add_constraint(range.lower, charge - LinearExpression{v.sold_up_kw[s][t]}, infinity);
  }
}

double DayProgram::generation_cost(std::size_t g, std::size_t t, double p_kw, double share) const {
  const auto& generator = state.problem.generators[g];
  const auto [mean_kw, variance] = deviation[t];
  const double a = generator.cost_a_eur_per_kw2_h;
  const double expected_kw = p_kw + share * mean_kw;
  return running_cost_eur_per_h(generator, expected_kw, 1.0) + a * share * share * variance;
}

void DayProgram::add_cost_tangent(std::size_t g, std::size_t t, double p_kw, double share) {
  const auto& generator = state.problem.generators[g];
  const auto [mean_kw, variance] = deviation[t];
  const double a = generator.cost_a_eur_per_kw2_h;
  const double per_kw = 2.0 * a * (p_kw + share * mean_kw) + generator.cost_b_eur_per_kwh;
  double intercept = generation_cost(g, t, p_kw, share) - per_kw * p_kw;
  LinearExpression above{v.generator_cost_eur[g][t]};
  above.add(-per_kw, v.generator_kw[g][t]);
  if (!v.on[g].empty()) {  // in perspective: cost ≥ (2 a p₀ + b) p + (c − a p₀²) u
    program.add_constraint(0.0, above.add(-intercept, v.on[g][t]), infinity);
    return;
  }
  if (shares == SharesAre::open) {
    const double per_share = per_kw * mean_kw + 2.0 * a * share * variance;
    above.add(-per_share, v.share[g + 1][t]);
    intercept -= per_share * share;
  }
  program.add_constraint(intercept, above, infinity);
}

void DayProgram::collect_actuators() {
  const auto& at = state.decision;
  const auto& columns = *state.columns;
  const auto add = [&](const std::vector<VariableRow>& rows, const std::vector<Profile>& values,
                       std::size_t first_column, double sign) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      actuators_.push_back({rows[i], &values[i], first_column + i, sign});
    }
  };
  add(v.generator_kw, at.generator_kw, columns.generator_kw(0), 1.0);
  add(v.generator_kvar, at.generator_kvar, columns.generator_kvar(0), 1.0);
  add(v.curtailed_kw, at.curtailed_kw, columns.renewable_kw(0), -1.0);
  add(v.renewable_kvar, at.renewable_kvar, columns.renewable_kvar(0), 1.0);
  add(v.charge_kw, at.charge_kw, columns.charge_kw(0), 1.0);
}

LinearExpression DayProgram::linear(std::size_t t, double value,
                                    std::span<const double> per_unit) const {
  LinearExpression out{value};
  for (const auto& actuator : actuators_) {
    const double slope = actuator.sign * per_unit[actuator.column];
    out.add(slope, actuator.variable[t]);
    out.constant -= slope * (*actuator.value_at_point)[t];
  }
  return out;
}

LinearExpression DayProgram::voltage_pu(std::size_t t, std::size_t node_phase) const {
  const auto& m = state.grid.linear[t];
  return linear(t, m.voltage_pu[node_phase], m.voltage_per_unit.row(node_phase));
}

LinearExpression DayProgram::current_a(std::size_t t, std::size_t conductor) const {
  const auto& m = state.grid.linear[t];
  return linear(t, m.current_a[conductor], m.current_per_unit.row(conductor));
}

LinearExpression DayProgram::net_import_kw(std::size_t t) const {
  const auto& m = state.grid.linear[t];
  auto out = linear(t, m.import_kw, m.import_kw_per_unit);
  if (!v.far_loss_kw.empty()) {
    out.add(1.0, v.far_loss_kw[t]);
  }
  return out;
}

LinearExpression DayProgram::import_above_kw(const ImportTangents& other, std::size_t t) const {
  const auto& here = state.grid.linear[t];
  std::vector<double> difference = other.per_unit[t];
  double at_point = other.import_kw[t] - here.import_kw;
  for (std::size_t j = 0; j < difference.size(); ++j) {
    at_point += other.per_unit[t][j] * (state.grid.x[t][j] - other.x[t][j]);
    difference[j] -= here.import_kw_per_unit[j];
  }
  return linear(t, at_point, difference);
}

CallShift DayProgram::call_shift(std::size_t t, std::span<const double> per_unit) const {
  CallShift out;
  for (std::size_t s = 0; s < v.sold_up_kw.size(); ++s) {
    const double slope = per_unit[state.columns->charge_kw(s)];
    if (v.sold_up_kw[s].empty() || slope == 0.0) {
      continue;
    }
    const auto& rises = slope > 0.0 ? v.sold_down_kw[s][t] : v.sold_up_kw[s][t];
    const auto& falls = slope > 0.0 ? v.sold_up_kw[s][t] : v.sold_down_kw[s][t];
    out.up.add(std::abs(slope), rises);
    out.down.add(std::abs(slope), falls);
  }
  return out;
}

void DayProgram::add_import_balance() {
  for (std::size_t t = 0; t < state.problem.horizon.count; ++t) {
    auto net_import = net_import_kw(t);
    net_import.add(-1.0, v.import_kw[t]).add(1.0, v.export_kw[t]);
    if (shares ==
        SharesAre::open) {  // with the part of the known deviation that comes from upstream
      net_import.add(deviation[t].mean_kw, v.share[0][t]);
    }
    this->balance.push_back(
        program.add_constraint(0.0, net_import, 0.0, fmt::format("balance[{}]", t)));
  }
}

void DayProgram::add_reserve() {
  const auto& problem = state.problem;
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    const auto up = reserve_kw(t, true);
    const auto down = reserve_kw(t, false);
    const auto offer = [&](const ReserveOffer& reserve, double share) {
      program.add_constraint(-infinity, share * up, reserve.up_max_kw);
      program.add_constraint(-infinity, share * down, reserve.down_max_kw);
    };
    const auto& participation = state.decision.participation;
    offer(problem.substation.reserve, participation.substation[t]);
    for (std::size_t g = 0; g < problem.generators.size(); ++g) {
      const auto& generator = problem.generators[g];
      if (generator.commitment) {
        continue;  // holds no reserve; its limits are with its on/off
      }
      const double share = participation.generators[g][t];
      offer(generator.reserve, share);
      const LinearExpression p{v.generator_kw[g][t]};
      program.add_constraint(-infinity, p + share * up, generator.p_max_kw);
      program.add_constraint(generator.p_min_kw, p - share * down, infinity);
    }
  }
}

void DayProgram::add_shares() {
  const auto& problem = state.problem;
  const double dt = problem.horizon.period_h();
  const auto add = [&](const std::string& name, const ReserveOffer& offer) {
    const double most = offer.up_max_kw > 0.0 || offer.down_max_kw > 0.0 ? 1.0 : 0.0;
    v.share.push_back(add_row(
        name + ".share", [&](std::size_t) { return Variable{0.0, most, 0.0, 0.0, false, {}}; }));
    const auto held = [&](const char* way, double most_kw, double price) {
      return add_row(name + way, [&](std::size_t) {
        return Variable{0.0, most_kw, dt * price, 0.0, false, {}};
      });
    };
    v.held_up_kw.push_back(held(".held.up", offer.up_max_kw, offer.up_price_eur_per_kw_h));
    v.held_down_kw.push_back(held(".held.down", offer.down_max_kw, offer.down_price_eur_per_kw_h));
  };
  add("substation", problem.substation.reserve);
  for (const auto& generator : problem.generators) {
    add(generator.name, generator.reserve);
  }
}

void DayProgram::add_held_reserve() {
  const auto& problem = state.problem;
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    LinearExpression share{-1.0};
    auto up = -1.0 * reserve_kw(t, true);
    auto down = -1.0 * reserve_kw(t, false);
    for (std::size_t j = 0; j < v.share.size(); ++j) {
      share.add(1.0, v.share[j][t]);
      up.add(1.0, v.held_up_kw[j][t]);
      down.add(1.0, v.held_down_kw[j][t]);
    }
    for (const auto& sum : {share, up, down}) {
      program.add_constraint(0.0, sum, 0.0);
    }
    for (std::size_t g = 0; g < problem.generators.size(); ++g) {
      const LinearExpression p{v.generator_kw[g][t]};
      program.add_constraint(-infinity, p + LinearExpression{v.held_up_kw[g + 1][t]},
                             problem.generators[g].p_max_kw);
      program.add_constraint(problem.generators[g].p_min_kw,
                             p - LinearExpression{v.held_down_kw[g + 1][t]}, infinity);
    }
  }
}

LinearExpression DayProgram::reserve_kw(std::size_t t, bool up) const {
  LinearExpression out{up ? v.up_kw[t] : v.down_kw[t]};
  for (const auto& station : up ? v.station_up_kw : v.station_down_kw) {
    out.add(1.0, station[t]);
  }
  return out;
}

void DayProgram::add_ramps() {
  const auto& problem = state.problem;
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    const double step = problem.generators[g].ramp_kw_per_h * problem.horizon.period_h();
    if (problem.generators[g].commitment) {
      continue;  // with its on/off
    }
    for (std::size_t t = 1; t < problem.horizon.count; ++t) {
      LinearExpression change{v.generator_kw[g][t]};
      change.add(-1.0, v.generator_kw[g][t - 1]);
      ramps.push_back(program.add_constraint(-step, change, step));
    }
  }
}

Profile values_of(const VariableRow& row, std::span<const double> point) {
  Profile out;
  out.reserve(row.size());
  for (const auto id : row) {
    out.push_back(point[id.index()]);
  }
  return out;
}

fleet::SoldReserve DayProgram::sold(std::size_t s, std::span<const double> point) const {
  const auto& offer = state.problem.stations[s].reserve_sold;
  auto out =
      fleet::SoldReserve{values_of(v.sold_up_kw[s], point), values_of(v.sold_down_kw[s], point),
                         offer ? offer->longest_call : 1};
  for (auto* profile : {&out.up_kw, &out.down_kw}) {
    for (double& kw : *profile) {
      kw = std::max(0.0, kw);
    }
  }
  return out;
}

std::vector<Profile> DayProgram::on(std::span<const double> point) const {
  std::vector<Profile> out;
  for (const auto& row : v.on) {
    out.push_back(values_of(row, point));
    for (double& value : out.back()) {
      value = value < 0.5 ? 0.0 : 1.0;  // no −0, which is read as such
    }
  }
  return out;
}

Decision DayProgram::decision(std::span<const double> point) const {
  const auto values = [&](const std::vector<VariableRow>& rows) {
    std::vector<Profile> out;
    for (const auto& row : rows) {
      out.push_back(values_of(row, point));
    }
    return out;
  };
  Decision out{values(v.generator_kw), values(v.generator_kvar), values(v.curtailed_kw),
               values(v.renewable_kvar), values(v.charge_kw)};
  out.participation = state.decision.participation;
  for (std::size_t s = 0; s < v.charge_kw.size(); ++s) {
    out.sold.push_back(sold(s, point));
  }
  out.on = on(point);
  return out;
}

Matrix disturbances(const Prepared::State& state, const Participation& participation,
                    std::size_t t) {
  const auto& problem = state.problem;
  const auto& columns = *state.columns;
  const std::size_t groups = problem.load_groups.size();
  const std::size_t net = groups + problem.renewables.size();
  const std::size_t count = net + problem.stations.size();
  Matrix out(columns.size(), count);
  for (std::size_t k = 0; k < groups; ++k) {
    out(columns.load_kw(k), k) = 1.0;
  }
  for (std::size_t r = 0; r < problem.renewables.size(); ++r) {
    out(columns.renewable_kw(r), groups + r) = -1.0;
  }
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    out(columns.charge_kw(s), net + s) = 1.0;
  }
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    for (std::size_t j = 0; j < count; ++j) {
      out(columns.generator_kw(g), j) = participation.generators[g][t];
    }
  }
  return out;
}

}  // namespace gridpact::dispatch
