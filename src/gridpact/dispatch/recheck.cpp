// Every constraint of docs/theory/planning.md once more, from the plan's own numbers: no expression
// of the program, no word of the solver. What fails here is our fault or the solver's, never the
// user's.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/dispatch/build_plan.hpp"

namespace gridpact::dispatch {

namespace {

constexpr double kw_tolerance = 1e-3;
constexpr double share_tolerance = 1e-6;  // of ε

class Recheck {
 public:
  Recheck(const Prepared::State& state, const Plan& plan)
      : state_(state), problem_(state.problem), plan_(plan) {}

  Faults run(const std::vector<JointRow>& rows) {
    for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
      balance(t);
      providers(t);
      renewables(t);
    }
    for (std::size_t g = 0; g < problem_.generators.size(); ++g) {
      if (problem_.generators[g].commitment) {
        commitment(problem_.generators[g], plan_.generators[g]);
      }
    }
    stations();
    risk(rows);
    return std::move(faults_);
  }

 private:
  void require(bool holds, std::size_t t, const std::string& what) {
    if (!holds) {
      faults_.push_back(
          {Severity::error,
           {},
           fmt::format("the plan breaks its model: {}, {}", problem_.horizon.label(t), what)});
    }
  }
  static bool within(double low, double value, double high) {
    return std::isfinite(value) && value >= low - kw_tolerance && value <= high + kw_tolerance;
  }

  [[nodiscard]] Decision decision() const {
    Decision out;
    for (const auto& g : plan_.generators) {
      out.generator_kw.push_back(g.p_kw);
      out.generator_kvar.push_back(g.q_kvar);
    }
    for (const auto& r : plan_.renewables) {
      out.curtailed_kw.push_back(r.curtailed_kw);
      out.renewable_kvar.push_back(r.q_kvar);
    }
    for (const auto& s : plan_.stations) {
      out.charge_kw.push_back(s.charge_kw);
    }
    return out;
  }

  /// value + Σ slope·(x − x at the operating point)
  [[nodiscard]] double moved(std::size_t t, double value, std::span<const double> per_unit) {
    if (x_.empty()) {
      for (std::size_t u = 0; u < problem_.horizon.count; ++u) {
        x_.push_back(state_.columns->x(powers_at(state_.beliefs, decision(), u)));
      }
    }
    for (std::size_t j = 0; j < per_unit.size(); ++j) {
      value += per_unit[j] * (x_[t][j] - state_.grid.x[t][j]);
    }
    return value;
  }

  void balance(std::size_t t) {
    const auto& m = state_.grid.linear[t];
    const double import_kw = moved(t, m.import_kw, m.import_kw_per_unit);
    require(std::abs(import_kw - plan_.substation.import_kw[t]) <= kw_tolerance, t,
            fmt::format("import of {:.4f} kW does not balance the feeder's {:.4f} kW",
                        plan_.substation.import_kw[t], import_kw));
  }

  void offer(const std::string& name, const ReserveOffer& terms, double share, double up,
             double down, std::size_t t) {
    double all_up = plan_.reserve.up_kw[t];
    double all_down = plan_.reserve.down_kw[t];
    for (const auto& s : plan_.stations) {
      all_up += s.up_reserve_kw[t];
      all_down += s.down_reserve_kw[t];
    }
    require(within(0.0, up, terms.up_max_kw) && within(0.0, down, terms.down_max_kw), t,
            fmt::format("{} holds reserve beyond its offer", name));
    require(
        within(share * all_up, up, share * all_up) &&
            within(share * all_down, down, share * all_down),
        t,
        fmt::format("{} holds another share of the reserve than it takes of the deviation", name));
  }

  void providers(std::size_t t) {
    const auto& substation = plan_.substation;
    double shares = substation.participation[t];
    offer("the substation", problem_.substation.reserve, shares, substation.up_reserve_kw[t],
          substation.down_reserve_kw[t], t);
    for (std::size_t g = 0; g < problem_.generators.size(); ++g) {
      const auto& given = problem_.generators[g];
      const auto& planned = plan_.generators[g];
      const double share = planned.participation[t];
      offer(given.name, given.reserve, share, planned.up_reserve_kw[t], planned.down_reserve_kw[t],
            t);
      require(share >= 0.0, t, fmt::format("{} takes a negative share", given.name));
      shares += share;
      if (given.commitment) {
        continue;  // commitment() has its limits
      }
      require(
          within(given.p_min_kw, planned.p_kw[t] - planned.down_reserve_kw[t], given.p_max_kw) &&
              within(given.p_min_kw, planned.p_kw[t] + planned.up_reserve_kw[t], given.p_max_kw),
          t, fmt::format("{} can not deliver its reserve within its limits", given.name));
      require(within(given.q_min_kvar, planned.q_kvar[t], given.q_max_kvar), t,
              fmt::format("{} is outside its reactive limits", given.name));
      if (t > 0) {
        const double step = given.ramp_kw_per_h * problem_.horizon.period_h();
        require(within(-step, planned.p_kw[t] - planned.p_kw[t - 1], step), t,
                fmt::format("{} ramps too fast", given.name));
      }
    }
    require(std::abs(shares - 1.0) <= share_tolerance, t,
            fmt::format("the providers' shares sum to {:.9g}", shares));
  }

  void commitment(const Generator& given, const PlannedGenerator& planned) {
    const double step = given.ramp_kw_per_h * problem_.horizon.period_h();
    const double first_step = std::max(step, given.p_min_kw);
    bool before = given.commitment->on_before;
    // What was before the horizon has lasted long enough, at a power that is not known.
    std::size_t since = problem_.horizon.count + std::max(given.commitment->min_up_periods,
                                                          given.commitment->min_down_periods);
    for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
      const double on = planned.on[t];
      const double p = planned.p_kw[t];
      require(on == 0.0 || on == 1.0, t,
              fmt::format("{} neither runs nor stands still", given.name));
      require(within(on * given.p_min_kw, p, on * given.p_max_kw) &&
                  within(on * given.q_min_kvar, planned.q_kvar[t], on * given.q_max_kvar),
              t, fmt::format("{} is outside the limits of whether it runs", given.name));
      const bool runs = on != 0.0;
      if (runs != before) {
        require(since >= (before ? given.commitment->min_up_periods
                                 : given.commitment->min_down_periods),
                t, fmt::format("{} is {} too soon", given.name, runs ? "started" : "stopped"));
        since = 0;
      }
      if (t > 0 || !before) {
        const double change = p - (t > 0 ? planned.p_kw[t - 1] : 0.0);
        require(within(before && !runs ? -first_step : -step, change,
                       runs && !before ? first_step : step),
                t, fmt::format("{} ramps too fast", given.name));
      }
      before = runs;
      ++since;
    }
  }

  void renewables(std::size_t t) {
    for (std::size_t r = 0; r < problem_.renewables.size(); ++r) {
      const auto& given = problem_.renewables[r];
      const auto& planned = plan_.renewables[r];
      require(within(0.0, planned.curtailed_kw[t], planned.forecast_kw[t]) &&
                  within(given.q_min_kvar, planned.q_kvar[t], given.q_max_kvar),
              t, fmt::format("{} is outside its limits", given.name));
    }
  }

  void stations() {
    for (std::size_t s = 0; s < problem_.stations.size(); ++s) {
      const auto& given = problem_.stations[s];
      const auto& planned = plan_.stations[s];
      require(fleet::is_feasible(state_.beliefs.fleets[s], problem_.horizon, planned.car_charge_kw,
                                 1e-6),
              0, fmt::format("a car at {} is not served within its limits", given.name));
      for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
        double sum = 0.0;
        for (std::size_t car = 0; car < planned.car_charge_kw.rows(); ++car) {
          sum += planned.car_charge_kw(car, t);
        }
        require(within(sum, planned.charge_kw[t], sum), t,
                fmt::format("{}'s cars do not add up to its profile", given.name));
        require(within(given.least_charge_kw(), planned.charge_kw[t], given.connection_max_kw), t,
                fmt::format("{} exceeds its connection", given.name));
      }
      sold_reserve(s);
    }
  }

  void sold_reserve(std::size_t s) {
    const auto& given = problem_.stations[s];
    const auto& planned = plan_.stations[s];
    if (!given.reserve_sold) {
      require(planned.sold_up_kw.empty() && planned.sold_down_kw.empty(), 0,
              fmt::format("{} sells reserve that it does not offer", given.name));
      return;
    }
    const double period_h = problem_.horizon.period_h();
    std::vector<double> profile_kwh;
    fleet::HeldReserve held{{}, {}, given.reserve_sold->longest_call};
    for (std::size_t t = 0; t < problem_.horizon.count; ++t) {
      const double up_kw = planned.sold_up_kw[t];
      const double down_kw = planned.sold_down_kw[t];
      require(within(0.0, up_kw, given.reserve_sold->up_max_kw) &&
                  within(0.0, down_kw, given.reserve_sold->down_max_kw),
              t, fmt::format("{} sells reserve beyond its offer", given.name));
      require(
          within(given.least_charge_kw(), planned.charge_kw[t] - up_kw, given.connection_max_kw) &&
              within(given.least_charge_kw(), planned.charge_kw[t] + down_kw,
                     given.connection_max_kw),
          t, fmt::format("a call takes {} beyond its connection", given.name));
      profile_kwh.push_back(planned.charge_kw[t] * period_h);
      held.up_kwh.push_back(std::max(0.0, up_kw) * period_h);
      held.down_kwh.push_back(std::max(0.0, down_kw) * period_h);
    }
    const StationSet set(problem_, StationId{s}, state_.beliefs.fleets[s]);
    const auto broken =
        fleet::undeliverable_reserve(set.aggregate, profile_kwh, held, delivery_tolerance_kwh);
    require(!broken, 0,
            fmt::format("{} can not deliver the reserve that it sells: {:.6g} kWh are missing",
                        given.name, broken ? broken->excess_kwh() : 0.0));
  }

  /// How far calls of what is sold may move a quantity with these slopes, up and down.
  std::pair<double, double> called(std::size_t t, std::span<const double> per_unit) const {
    double up = 0.0, down = 0.0;
    for (std::size_t s = 0; s < plan_.stations.size(); ++s) {
      if (!plan_.stations[s].sold_up_kw.empty()) {
        const double slope = per_unit[state_.columns->charge_kw(s)];
        const double raised = slope * plan_.stations[s].sold_down_kw[t];
        const double lowered = -slope * plan_.stations[s].sold_up_kw[t];
        up += std::max({0.0, raised, lowered});
        down += std::max({0.0, -raised, -lowered});
      }
    }
    return {up, down};
  }

  /// Distances of a row to its limits, recomputed from the plan's powers or reserves.
  std::pair<double, double> distances(const JointRow& row) {
    const auto t = row.period;
    const auto& m = state_.grid.linear[t];
    const double mean = row.risk.mean();
    const auto grid = [&](double at_point, std::span<const double> per_unit, double low,
                          double high) {
      const double value = moved(t, at_point, per_unit) + mean;
      const auto [up, down] = called(t, per_unit);
      return std::pair{high - value - up, value - low - down};
    };
    switch (row.kind) {
      case RowKind::voltage:
        return grid(m.voltage_pu[row.linear_row], m.voltage_per_unit.row(row.linear_row),
                    problem_.limits.voltage_min_pu, problem_.limits.voltage_max_pu);
      case RowKind::branch:
        return {grid(m.current_a[row.linear_row], m.current_per_unit.row(row.linear_row), 0.0,
                     problem_.feeder.branches[row.element].rating_a)
                    .first,
                program::infinity};
      case RowKind::import_:
        return grid(m.import_kw, m.import_kw_per_unit, -problem_.substation.export_max_kw,
                    plan_.import_limit_kw);
      case RowKind::reserve:
        return {plan_.reserve.up_kw[t] - mean, plan_.reserve.down_kw[t] + mean};
      case RowKind::station_reserve:
        break;
    }
    return {plan_.stations[row.element].up_reserve_kw[t] - mean,
            plan_.stations[row.element].down_reserve_kw[t] + mean};
  }

  void risk(const std::vector<JointRow>& rows) {
    const double limit = limit_under_fit(state_.beliefs, plan_.risk);
    const auto rule = RiskRule::of(plan_.method, plan_.risk, limit, rows, problem_.horizon);
    std::vector<double> spent(rule.budget_count(problem_.horizon, plan_.risk.scope), 0.0);
    for (const auto& row : rows) {
      const double hair =
          1e-5 * std::max(row.risk.std_deviation(), row.kind == RowKind::voltage ? 1e-4 : 1.0);
      auto [upper, lower] = distances(row);
      upper = row.has_upper ? upper + hair : program::infinity;
      lower = row.has_lower ? lower + hair : program::infinity;
      const bool certain = rule.expected_day_only() || !(row.risk.std_deviation() > 0.0);
      const double level =
          certain ? (upper < 0.0 || lower < 0.0 ? 1.0 : 0.0) : row.risk.violation(upper, lower);
      const double allowed = rule.expected_day_only() ? 0.5 : rule.cap_of(row);
      require(level <= allowed + share_tolerance * limit, row.period,
              fmt::format("{} may break with probability {:.6g}, more than {:.6g}",
                          limit_place(problem_, row.kind, row.element), level, allowed));
      spent[rule.budget_of(row, plan_.risk.scope)] += level;
    }
    for (std::size_t k = 0; k < spent.size() && rule.shares_budget; ++k) {
      const double budget = limit * rule.budget_share(k);
      const std::size_t scope = rule.splits_layers ? k / 2 : k;
      require(spent[k] <= budget + limit * share_tolerance,
              plan_.risk.scope == RiskScope::period ? scope : 0,
              fmt::format("risk levels add up to {:.6g}, more than {:.6g}", spent[k], budget));
    }
  }

  const Prepared::State& state_;
  const Case& problem_;
  const Plan& plan_;
  std::vector<std::vector<double>> x_;
  Faults faults_;
};

}  // namespace

Faults recheck(const Prepared::State& state, const std::vector<JointRow>& rows, const Plan& plan) {
  return Recheck(state, plan).run(rows);
}

}  // namespace gridpact::dispatch
