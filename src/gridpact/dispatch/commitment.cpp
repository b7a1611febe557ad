// Unit commitment. u on, v started, w stopped, in {0, 1}; R = ramp·Δt, S = max(R, p_min):
//
//   u_t − u_t−1 = v_t − w_t
//   Σ v over the last min_up periods ≤ u_t,   Σ w over the last min_down periods ≤ 1 − u_t
//   p_min u ≤ p ≤ p_max u,   q_min u ≤ q ≤ q_max u
//   p_t − p_t−1 ≤ R u_t−1 + S v_t,   p_t−1 − p_t ≤ R u_t + S w_t
//   cost ≥ (2 a p₀ + b) p + (c − a p₀²) u         (DayProgram::add_cost_tangent)
//
// While u is open, import − T(x) = far loss ≥ T_k(x) − T(x): T the operating point's tangent of the
// import, T_k that of the k-th point where a plan stood. Losses are convex in the injections but
// for trifles, so that all T_k are below them.
//
// Minimum times as in Rajan, Takriti, IBM Research Report RC23628 (2005): with the first row they
// are the convex hull of one unit's on/off. Costs in perspective as in Frangioni, Gentile, Math.
// Program. 106 (2006): all tangents together are the convex hull of (0, 0, 0) and the cost curve.
// With u integer only u need be: v and w follow.

#include "gridpact/dispatch/commitment.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::dispatch {

using program::infinity;
using program::Variable;

UnitCommitment::UnitCommitment(DayProgram& day) : day_(day) {
  const auto& problem = day.state.problem;
  for (std::size_t g = 0; g < problem.generators.size(); ++g) {
    const auto& generator = problem.generators[g];
    if (!generator.commitment) {
      continue;
    }
    const auto& commitment = *generator.commitment;
    Unit unit{g, {}, {}};
    for (std::size_t t = 0; t < problem.horizon.count; ++t) {
      const auto add = [&](const char* what, double cost) {
        return day_.program.add_variable(
            {0.0, 1.0, cost, 0.0, false, fmt::format("{}.{}[{}]", generator.name, what, t)});
      };
      unit.starts.push_back(add("start", commitment.start_cost_eur));
      unit.stops.push_back(add("stop", 0.0));
    }
    add_logic(unit);
    add_times(unit, unit.starts, commitment.min_up_periods, true);
    add_times(unit, unit.stops, commitment.min_down_periods, false);
    add_limits(unit);
    add_ramps(unit);
    units_.push_back(std::move(unit));
  }
  if (!day_.v.far_loss_kw.empty()) {
    add_far_losses();
  }
}

/// Where energy is worth nothing, nor are losses.
void UnitCommitment::add_far_losses() {
  const auto& substation = day_.state.problem.substation;
  for (std::size_t t = 0; t < day_.v.far_loss_kw.size(); ++t) {
    if (substation.export_price_eur_per_kwh[t] <= 0.0) {
      continue;
    }
    const auto id = day_.v.far_loss_kw[t];
    day_.program.variable(id).upper = infinity;
    for (const auto& point : day_.state.visited) {
      day_.program.add_constraint(0.0, LinearExpression{id} - day_.import_above_kw(point, t),
                                  infinity, "far loss");
    }
  }
}

double UnitCommitment::far_loss_kw(std::span<const double> point) const {
  double most_kw = 0.0;
  for (const auto id : day_.v.far_loss_kw) {
    most_kw = std::max(most_kw, point[id.index()]);
  }
  return most_kw;
}

void UnitCommitment::add_logic(const Unit& unit) {
  const auto& on = day_.v.on[unit.generator];
  const auto& commitment = *day_.state.problem.generators[unit.generator].commitment;
  for (std::size_t t = 0; t < on.size(); ++t) {
    LinearExpression change{on[t]};
    if (t > 0) {
      change.add(-1.0, on[t - 1]);
    } else {
      change.constant = commitment.on_before ? -1.0 : 0.0;
    }
    change.add(-1.0, unit.starts[t]).add(1.0, unit.stops[t]);
    ties_.push_back(day_.program.add_constraint(0.0, change, 0.0, "on/off"));
  }
}

/// Who was started (stopped) within its minimum time runs (stands still) now.
void UnitCommitment::add_times(const Unit& unit, const VariableRow& switches, std::size_t periods,
                               bool up) {
  const auto& on = day_.v.on[unit.generator];
  for (std::size_t t = 0; t < on.size(); ++t) {
    LinearExpression lately;
    for (std::size_t k = t + 1 - std::min(t + 1, periods); k <= t; ++k) {
      lately.add(1.0, switches[k]);
    }
    lately.add(up ? -1.0 : 1.0, on[t]);
    ties_.push_back(day_.program.add_constraint(-infinity, lately, up ? 0.0 : 1.0,
                                                up ? "minimum up" : "minimum down"));
  }
}

void UnitCommitment::add_limits(const Unit& unit) {
  const auto g = unit.generator;
  const auto& generator = day_.state.problem.generators[g];
  for (std::size_t t = 0; t < day_.v.on[g].size(); ++t) {
    const auto add = [&](VariableId power, double least, double most) {
      LinearExpression above{power};
      LinearExpression below{power};
      day_.program.add_constraint(0.0, above.add(-least, day_.v.on[g][t]), infinity);
      day_.program.add_constraint(-infinity, below.add(-most, day_.v.on[g][t]), 0.0);
    };
    add(day_.v.generator_kw[g][t], generator.p_min_kw, generator.p_max_kw);
    add(day_.v.generator_kvar[g][t], generator.q_min_kvar, generator.q_max_kvar);
  }
}

/// At what power it ran before the horizon is not known, so the first period may begin anywhere if
/// it did.
void UnitCommitment::add_ramps(const Unit& unit) {
  const auto& generator = day_.state.problem.generators[unit.generator];
  const auto& p = day_.v.generator_kw[unit.generator];
  const auto& on = day_.v.on[unit.generator];
  const double step = generator.ramp_kw_per_h * day_.state.problem.horizon.period_h();
  const double first_step = std::max(step, generator.p_min_kw);
  const auto add = [&](const LinearExpression& change) {
    ties_.push_back(day_.program.add_constraint(-infinity, change, 0.0, "ramp"));
  };
  for (std::size_t t = generator.commitment->on_before ? 1 : 0; t < p.size(); ++t) {
    LinearExpression rise{p[t]};
    rise.add(-first_step, unit.starts[t]);
    if (t > 0) {
      rise.add(-1.0, p[t - 1]).add(-step, on[t - 1]);
    }
    add(rise);
    if (t > 0) {
      LinearExpression fall{p[t - 1]};
      add(fall.add(-1.0, p[t]).add(-step, on[t]).add(-first_step, unit.stops[t]));
    }
  }
}

void UnitCommitment::make_integer() { set_integer(true); }
void UnitCommitment::make_continuous() { set_integer(false); }

void UnitCommitment::set_integer(bool integer) {
  for (const auto& unit : units_) {
    for (const auto id : day_.v.on[unit.generator]) {
      day_.program.variable(id).integer = integer;
    }
  }
}

namespace {

void set_range(Variable& variable, Range range) {
  variable.lower = range.lower;
  variable.upper = range.upper;
}

}  // namespace

void UnitCommitment::release() {
  auto& program = day_.program;
  for (const auto& unit : units_) {
    const auto g = unit.generator;
    const auto& generator = day_.state.problem.generators[g];
    for (std::size_t t = 0; t < unit.starts.size(); ++t) {
      for (const auto id : {day_.v.on[g][t], unit.starts[t], unit.stops[t]}) {
        set_range(program.variable(id), {0.0, 1.0});
      }
      set_range(program.variable(day_.v.generator_kw[g][t]), active_range(generator));
      set_range(program.variable(day_.v.generator_kvar[g][t]), reactive_range(generator));
    }
  }
}

void UnitCommitment::fix(const std::vector<Profile>& on, Reach reach) {
  auto& program = day_.program;
  for (const auto& unit : units_) {
    const auto g = unit.generator;
    double before = day_.state.problem.generators[g].commitment->on_before ? 1.0 : 0.0;
    for (std::size_t t = 0; t < unit.starts.size(); ++t) {
      const double now = on[g][t];
      const auto fix_at = [&](VariableId id, double value) {
        set_range(program.variable(id), {value, value});
      };
      fix_at(day_.v.on[g][t], now);
      fix_at(unit.starts[t], std::max(0.0, now - before));
      fix_at(unit.stops[t], std::max(0.0, before - now));
      fix_powers(g, t, now != 0.0, reach);
      before = now;
    }
  }
}

void UnitCommitment::fix_powers(std::size_t g, std::size_t t, bool runs, Reach reach) {
  const auto& state = day_.state;
  const auto& generator = state.problem.generators[g];
  Range p{0.0, 0.0};
  Range q{0.0, 0.0};
  if (runs) {
    const auto& at = state.decision;
    const bool near = reach == Reach::within_step && !at.on.empty() && at.on[g][t] != 0.0;
    const double share = near ? state.step : 1.0;
    p = near_to(at.generator_kw[g][t], {generator.p_min_kw, generator.p_max_kw}, share);
    q = near_to(at.generator_kvar[g][t], {generator.q_min_kvar, generator.q_max_kvar}, share);
  }
  set_range(day_.program.variable(day_.v.generator_kw[g][t]), p);
  set_range(day_.program.variable(day_.v.generator_kvar[g][t]), q);
}

/// Σ over on (1 − u) + Σ over off u ≥ 1.
void UnitCommitment::forbid(const std::vector<Profile>& on) {
  LinearExpression changes;
  for (const auto& unit : units_) {
    for (std::size_t t = 0; t < unit.starts.size(); ++t) {
      const bool runs = on[unit.generator][t] != 0.0;
      changes.add(runs ? -1.0 : 1.0, day_.v.on[unit.generator][t]);
      changes.constant += runs ? 1.0 : 0.0;
    }
  }
  ties_.push_back(day_.program.add_constraint(1.0, changes, infinity, "another commitment"));
}

void UnitCommitment::add_coupling(program::Coupling& coupling) const {
  coupling.constraints.insert(coupling.constraints.end(), ties_.begin(), ties_.end());
}

}  // namespace gridpact::dispatch
