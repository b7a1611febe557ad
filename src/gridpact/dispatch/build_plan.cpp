// From the program's best point to a Plan, in the words of model/plan.hpp.

#include "gridpact/dispatch/build_plan.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "gridpact/base/version.hpp"
#include "gridpact/network/demand_gradient.hpp"

namespace gridpact::dispatch {

namespace {

Profile product(const Profile& share, const Profile& total) {
  Profile out(total.size());
  std::ranges::transform(share, total, out.begin(), std::multiplies<>());
  return out;
}

/// Reserve that all providers together hold in each period, both layers.
Profile total_reserve(const Profile& feeder, const std::vector<VariableRow>& stations,
                      std::span<const double> point) {
  Profile out = feeder;
  for (const auto& row : stations) {
    for (std::size_t t = 0; t < out.size(); ++t) {
      out[t] += point[row[t].index()];
    }
  }
  return out;
}

/// What discharging wears of the station's forecast cars, one by one.
double car_wear_eur(const Prepared::State& state, const Plan& plan, std::size_t s) {
  const auto& batteries = state.problem.stations[s].batteries;
  double eur = 0.0;
  if (batteries && batteries->wear) {
    const auto& fleet = state.beliefs.fleets[s];
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      eur += fleet::discharge_wear_eur(fleet[i], plan.stations[s].car_charge_kw.row(i),
                                       state.problem.horizon.period_h(), *batteries->wear);
    }
  }
  return eur;
}

void fill_resources(const Prepared::State& state, const DaySolution& solved, Plan& plan) {
  const auto& problem = state.problem;
  const auto& v = solved.day->v;
  const std::span<const double> point = solved.solution.point;
  const std::size_t periods = problem.horizon.count;
  const auto& participation = state.decision.participation;
  plan.reserve = {values_of(v.up_kw, point), values_of(v.down_kw, point)};
  const auto up = total_reserve(plan.reserve.up_kw, v.station_up_kw, point);
  const auto down = total_reserve(plan.reserve.down_kw, v.station_down_kw, point);
  auto on = solved.day->on(point);
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    const auto& share = participation.generators[g];
    plan.generators.push_back({values_of(v.generator_kw[g], point),
                               values_of(v.generator_kvar[g], point), product(share, up),
                               product(share, down), share, problem.generators[g].name,
                               std::move(on[g])});
  }
  const auto& share = participation.substation;
  plan.substation = {Profile(periods), product(share, up), product(share, down), share};
  for (std::size_t t = 0; t < periods; ++t) {
    plan.substation.import_kw[t] = point[v.import_kw[t].index()] - point[v.export_kw[t].index()];
  }
  for (std::size_t k = 0; k < problem.load_groups.size(); ++k) {
    plan.loads.push_back({state.beliefs.load_kw[k], problem.load_groups[k].name});
  }
  for (std::size_t r = 0; r < problem.renewables.size(); ++r) {
    plan.renewables.push_back({state.beliefs.available_kw[r], values_of(v.curtailed_kw[r], point),
                               values_of(v.renewable_kvar[r], point), problem.renewables[r].name});
  }
  auto schedules = solved.hull->schedules(point);
  for (std::size_t s = 0; s < problem.stations.size(); ++s) {
    auto sold = deliverable_part(*solved.hull->sets()[s], values_of(v.charge_kw[s], point),
                                 solved.day->sold(s, point));
    plan.stations.push_back({values_of(v.charge_kw[s], point), state.beliefs.uncontrolled_kw[s],
                             values_of(v.station_up_kw[s], point),
                             values_of(v.station_down_kw[s], point), std::move(schedules[s].car_kw),
                             problem.stations[s].name, std::move(sold.up_kw),
                             std::move(sold.down_kw)});
    plan.cost.wear_eur += cluster_wear_eur(*solved.hull->sets()[s], plan.stations[s].car_charge_kw);
    plan.stations[s].wear_eur = car_wear_eur(state, plan, s);
    plan.loss_gap_eur += loss_gap_eur(problem, *solved.hull->sets()[s]);
  }
}

/// The band in which each voltage stays as long as its row holds with the plan's risk level: the
/// expected voltage ∓ the margin that this level stands for, and what calls of sold reserve add.
void fill_grid(const Prepared::State& state, const DaySolution& solved, const GridPoint& exact,
               Plan& plan) {
  const auto& feeder = state.problem.feeder;
  const std::size_t periods = state.problem.horizon.count;
  plan.voltage_pu = Matrix(periods, feeder.node_phases.size());
  plan.branch_current_a = Matrix(periods, feeder.branches.size());
  for (std::size_t t = 0; t < periods; ++t) {
    for (std::size_t i = 0; i < feeder.node_phases.size(); ++i) {
      plan.voltage_pu(t, i) = std::abs(exact.flow[t].voltage_pu[i]);
    }
    const auto current_a = state.flow->branch_current_a(exact.flow[t].voltage_pu);
    for (std::size_t l = 0; l < feeder.branches.size(); ++l) {
      plan.branch_current_a(t, l) = current_a[l];
    }
  }
  plan.voltage_low_pu = plan.voltage_pu;
  plan.voltage_high_pu = plan.voltage_pu;
  const double limit = plan.risk.joint_violation_limit;
  for (const auto& row : solved.rows->rows()) {
    if (row.kind != RowKind::voltage) {
      continue;
    }
    const double linear =
        program::evaluate(solved.day->voltage_pu(row.period, row.element), solved.solution.point);
    const double exact_v = plan.voltage_pu(row.period, row.element);
    const auto shift = solved.day->call_shift(
        row.period, state.grid.linear[row.period].voltage_per_unit.row(row.linear_row));
    const double called_up = program::evaluate(shift.up, solved.solution.point);
    const double called_down = program::evaluate(shift.down, solved.solution.point);
    plan.linear_error_pu = std::max(plan.linear_error_pu, std::abs(linear - exact_v));
    if (row.risk.std_deviation() > 0.0) {
      plan.voltage_low_pu(row.period, row.element) =
          exact_v - called_down - row.risk.margin_lower(limit);
      plan.voltage_high_pu(row.period, row.element) =
          exact_v + called_up + row.risk.margin_upper(limit);
    }
  }
}

/// Locational prices: the program's duals of everything that the grid's tangent moves, taken back
/// to the node-phases by its adjoint at the operating point.
void fill_prices(const Prepared::State& state, const DaySolution& solved, Plan& plan) {
  const auto& feeder = state.problem.feeder;
  const std::size_t periods = state.problem.horizon.count;
  const auto& duals = solved.solution.duals;
  std::vector<network::QuantityWorth> worth(periods);
  for (std::size_t t = 0; t < periods; ++t) {
    worth[t].voltage_pu.assign(feeder.node_phases.size(), 0.0);
    worth[t].current_a.assign(state.grid.linear[t].conductors.size(), 0.0);
    // 0 = net import − import + export: more of the first is less of a bound.
    worth[t].import_kw = -duals[solved.day->balance[t].index()];
  }
  const auto by_row = solved.rows->worth(duals);
  for (std::size_t i = 0; i < by_row.size(); ++i) {
    const auto& row = solved.rows->rows()[i];
    switch (row.kind) {
      case RowKind::voltage:
        worth[row.period].voltage_pu[row.linear_row] += by_row[i];
        break;
      case RowKind::branch:
        worth[row.period].current_a[row.linear_row] += by_row[i];
        break;
      case RowKind::import_:
        worth[row.period].import_kw += by_row[i];
        break;
      case RowKind::reserve:
      case RowKind::station_reserve:
        break;  // demand as expected asks for no reserve
    }
  }
  plan.price_eur_per_kwh = Matrix(periods, feeder.node_phases.size());
  const double dt = state.problem.horizon.period_h();
  for (std::size_t t = 0; t < periods; ++t) {
    const auto injection = network::combine(feeder, state.columns->columns(), state.grid.x[t]);
    const auto price =
        network::worth_of_demand(*state.flow, state.grid.flow[t], injection, worth[t]);
    for (std::size_t i = 0; i < price.size(); ++i) {
      plan.price_eur_per_kwh(t, i) = is_neutral(feeder.node_phases[i]) ? 0.0 : price[i] / dt;
    }
  }
}

CostBreakdown cost_of(const Prepared::State& state, const Plan& plan) {
  const auto& problem = state.problem;
  const double dt = problem.horizon.period_h();
  CostBreakdown cost = plan.cost;  // wear is there already
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    if (const auto& commitment = problem.generators[g].commitment) {
      cost.start_eur += commitment->start_cost_eur *
                        static_cast<double>(commitment->starts(plan.generators[g].on));
    }
  }
  const auto& participation = state.decision.participation;
  for (std::size_t t = 0; t < problem.horizon.count; ++t) {
    const double up_price = reserve_price_eur_per_kw_h(problem, participation, t, true);
    const double down_price = reserve_price_eur_per_kw_h(problem, participation, t, false);
    const double import_kw = plan.substation.import_kw[t];
    cost.energy_import_eur +=
        dt * std::max(0.0, import_kw) * problem.substation.import_price_eur_per_kwh[t];
    cost.energy_export_eur +=
        dt * std::max(0.0, -import_kw) * problem.substation.export_price_eur_per_kwh[t];
    const auto [mean_kw, variance] = total_deviation(state.beliefs, t);
    for (std::size_t g = 0; g < problem.generators.size(); ++g) {
      const auto& generator = problem.generators[g];
      const double p = plan.generators[g].p_kw[t];
      const double share = participation.generators[g][t];
      cost.generation_eur +=
          dt * running_cost_eur_per_h(generator, p, plan.generators[g].runs(t) ? 1.0 : 0.0);
      // E [a (p + αΩ)² + b (p + αΩ)] − (a p² + b p) = (2 a p + b) α E Ω + a α² E Ω²
      cost.deviation_eur +=
          dt * ((2.0 * generator.cost_a_eur_per_kw2_h * p + generator.cost_b_eur_per_kwh) * share *
                    mean_kw +
                generator.cost_a_eur_per_kw2_h * share * share * (variance + mean_kw * mean_kw));
    }
    // What is bought and sold upstream with the stations' known deviation, and without.
    const auto upstream_eur_per_h = [&](double kw) {
      return std::max(0.0, kw) * problem.substation.import_price_eur_per_kwh[t] -
             std::max(0.0, -kw) * problem.substation.export_price_eur_per_kwh[t];
    };
    cost.deviation_eur +=
        dt * (upstream_eur_per_h(import_kw + participation.substation[t] * mean_kw) -
              upstream_eur_per_h(import_kw));
    cost.reserve_eur +=
        dt * (up_price * plan.reserve.up_kw[t] + down_price * plan.reserve.down_kw[t]);
    for (std::size_t s = 0; s < problem.stations.size(); ++s) {
      const double extra = problem.stations[s].deviation_price_eur_per_kw_h;
      cost.station_reserve_eur += dt * ((up_price + extra) * plan.stations[s].up_reserve_kw[t] +
                                        (down_price + extra) * plan.stations[s].down_reserve_kw[t]);
      if (const auto& offer = problem.stations[s].reserve_sold) {
        cost.reserve_sold_eur +=
            dt * (offer->up_price_eur_per_kw_h * plan.stations[s].sold_up_kw[t] +
                  offer->down_price_eur_per_kw_h * plan.stations[s].sold_down_kw[t]);
      }
    }
    for (std::size_t r = 0; r < problem.renewables.size(); ++r) {
      cost.curtailment_eur += dt * problem.renewables[r].curtailment_price_eur_per_kwh *
                              plan.renewables[r].curtailed_kw[t];
    }
  }
  return cost;
}

}  // namespace

Result<Plan> build_plan(const Prepared::State& state, const DaySolution& solved,
                        const PlanOptions& options) {
  const auto decision = solved.day->decision(solved.solution.point);
  auto exact = operating_point(state.problem, *state.flow, *state.columns, state.beliefs, decision,
                               options.threads);
  if (!exact) {
    return exact.faults();
  }
  Plan plan;
  plan.case_name = state.problem.name;
  plan.case_digest = state.problem.digest;
  plan.method = options.method;
  plan.risk = options.risk;
  plan.horizon = state.problem.horizon;
  plan.software = std::string("gridpact ") + std::string(version);
  fill_resources(state, solved, plan);
  fill_grid(state, solved, *exact, plan);
  fill_prices(state, solved, plan);
  plan.risk_shares = solved.rows->shares(solved.solution.point, solved.solution);
  plan.promised_violation = solved.rows->promised_violation(solved.solution.point);
  plan.row_count = solved.rows->rows().size();
  plan.cost = cost_of(state, plan);
  const double constant =
      plan.cost.total_eur() - solved.cost_eur;  // the expected cost of deviations
  plan.lower_bound_eur = solved.lower_bound_eur + constant;
  plan.gap = (plan.cost.total_eur() - plan.lower_bound_eur) /
             std::max(1.0, std::abs(plan.cost.total_eur()));
  plan.uncontrolled_peak_kw = state.uncontrolled_peak_kw;
  plan.import_limit_kw = state.import_limit_kw;
  return plan;
}

}  // namespace gridpact::dispatch
