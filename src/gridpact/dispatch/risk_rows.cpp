// See risk_rows.hpp. Distances are counted in standard deviations of the row, levels in shares of
// ε, so that volts, amperes and kilowatts meet the solver on one scale.

#include "gridpact/dispatch/risk_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "gridpact/base/parallel.hpp"
#include "gridpact/dispatch/giving_way.hpp"

namespace gridpact::dispatch {

using program::infinity;

namespace {

constexpr double distance_tolerance = 1e-6;  // of σ
constexpr double solver_tolerance =
    1e-6;  // of σ: asked for beyond the support, so that it is reached
constexpr double budget_reserve =
    2e-5;  // of ε, kept back at the end: > tolerance × rows that spend
// Of ε, what all rows that never entered may spend together: at most, and per gap that is asked
// for.
constexpr double most_rest = 2e-3, rest_per_gap = 2.0;

constexpr double slack_price_eur = 1e3;  // per slack unit: far above what any limit is worth

}  // namespace

RiskRows::RiskRows(DayProgram& day, std::vector<JointRow> rows, const RiskRule& rule,
                   RiskScope scope, double relative_gap, unsigned threads)
    : day_(day),
      rows_(std::move(rows)),
      rule_(rule),
      scope_(scope),
      rest_share_(std::min(most_rest, rest_per_gap * relative_gap)),
      threads_(threads),
      is_entered_(rows_.size(), false) {
  if (rule_.shares_budget) {
    for (std::size_t k = 0; k < rule_.budget_count(day.state.problem.horizon, scope); ++k) {
      budgets_.push_back(day.program.add_constraint(-infinity, {}, rule_.budget_share(k),
                                                    fmt::format("budget[{}]", k)));
    }
    rest_held_.assign(budgets_.size(), 0.0);
  }
}

bool RiskRows::is_certain(const JointRow& row) const {
  return rule_.expected_day_only() || !(row.risk.std_deviation() > 0.0);
}

LinearExpression RiskRows::upper_of(const Entered& entered) const {
  auto out = rows_[entered.row].upper;
  return out.add(1.0, entered.slack);
}

LinearExpression RiskRows::lower_of(const Entered& entered) const {
  auto out = rows_[entered.row].lower_expression();
  return out.add(1.0, entered.slack);
}

double RiskRows::scale_of(const JointRow& row) const {
  const double sigma = row.risk.std_deviation();
  return 1.0 / (sigma > 0.0 ? sigma : slack_unit(day_.state.problem, row));
}

bool RiskRows::is_open(const JointRow& row) const {
  return stretches_open_ && row.tail.knowledge() == Knowledge::mixture;
}

double RiskRows::least_upper(const JointRow& row) const {
  return rule_.cap_of(row) > 0.0 ? std::max(row.tail.margin_upper(rule_.level_bound(row)),
                                            is_open(row) ? -infinity : row.tail.convex_from_upper())
                                 : infinity;
}

double RiskRows::least_lower(const JointRow& row) const {
  return rule_.cap_of(row) > 0.0 ? std::max(row.tail.margin_lower(rule_.level_bound(row)),
                                            is_open(row) ? -infinity : row.tail.convex_from_lower())
                                 : infinity;
}

/// u ≥ upper + z·upper_step and the same below, in the row's own scale.
void RiskRows::keep(Entered& entered, double upper, double lower, double upper_step,
                    double lower_step) {
  const auto& row = rows_[entered.row];
  const double scale = scale_of(row);
  const auto add = [&](LinearExpression distance, double least, double least_step) {
    if (entered.robust && least_step != 0.0) {
      distance.add(-least_step, *entered.robust);
    }
    return day_.program.add_constraint(scale * least, scale * distance, infinity);
  };
  if (row.has_upper) {
    entered.keeps_upper = add(upper_of(entered), upper, upper_step);
    uses_.push_back({*entered.keeps_upper, entered.row, scale, 0.0});
  }
  if (row.has_lower) {
    entered.keeps_lower = add(lower_of(entered), lower, lower_step);
    uses_.push_back({*entered.keeps_lower, entered.row, 0.0, scale});
  }
}

void RiskRows::close_stretches() {
  const auto raise = [&](const std::optional<ConstraintId>& kept, double by) {
    if (kept) {
      day_.program.constraint(*kept).lower += by;
    }
  };
  for (const auto& entered : entered_) {
    const auto& row = rows_[entered.row];
    if (entered.level && is_open(row)) {
      const double upper = least_upper(row);
      const double lower = least_lower(row);
      raise(entered.keeps_upper,
            scale_of(row) * std::max(0.0, row.tail.convex_from_upper() - upper));
      raise(entered.keeps_lower,
            scale_of(row) * std::max(0.0, row.tail.convex_from_lower() - lower));
    }
  }
  stretches_open_ = false;
}

bool RiskRows::have_switches() const {
  return std::any_of(entered_.begin(), entered_.end(),
                     [](const Entered& entered) { return entered.robust.has_value(); });
}

void RiskRows::test(const std::vector<std::size_t>& rows) {
  parallel_for(rows.size(), threads_, [&](std::size_t i) {
    auto& row = rows_[rows[i]];
    if (row.risk.knowledge() == Knowledge::tested && !is_certain(row) && rule_.cap_of(row) > 0.0) {
      const auto& state = day_.state;
      auto justified =
          state.tests->justified(state.beliefs, row.period, row.weights, row.risk.law());
      if (!row.given_weights.empty()) {
        justified = in_both(justified, state.tests->justified(
                                           state.beliefs, row.period, row.given_weights,
                                           row_law(state.beliefs, row.period, row.given_weights)));
      }
      row.risk = row.risk.with(justified);
      row.tail = row.risk.with(without_support(justified));
    }
  });
}

/// A row that is tested.
void RiskRows::enter(std::size_t index) {
  const auto& row = rows_[index];
  const double cap = rule_.cap_of(row);
  const double unit = slack_unit(day_.state.problem, row);
  is_entered_[index] = true;
  Entered entered{index,
                  day_.program.add_variable({0.0, slack_allowed_ ? infinity : 0.0,
                                             slack_price_eur / unit, 0.0, false, "give"}),
                  std::nullopt, std::nullopt};
  // A hair beyond the support, so that what the solver's tolerance takes off does not matter.
  const double hair = solver_tolerance * row.risk.std_deviation();
  const double h_upper = row.risk.support_upper() + hair;
  const double h_lower = row.risk.support_lower() + hair;
  if (is_certain(row)) {
    entered_.push_back(entered);
    keep(entered_.back(), 0.0, 0.0, 0.0, 0.0);
    return;
  }
  const double m_upper = least_upper(row);
  const double m_lower = least_lower(row);
  const bool robust_is_weaker =
      (!row.has_upper || h_upper <= m_upper) && (!row.has_lower || h_lower <= m_lower);
  if (robust_is_weaker) {
    entered_.push_back(entered);
    keep(entered_.back(), h_upper, h_lower, 0.0, 0.0);
    return;
  }
  const bool has_support =
      (!row.has_upper || h_upper < infinity) && (!row.has_lower || h_lower < infinity);
  const double at_support = has_support ? row.tail.violation(row.has_upper ? h_upper : infinity,
                                                             row.has_lower ? h_lower : infinity)
                                        : 0.0;
  const bool robust_helps = has_support && (rule_.shares_budget || at_support > cap);
  entered.level = day_.program.add_variable(
      {0.0, (held_back_ ? 1.0 - budget_reserve : 1.0) * rule_.level_bound(row) / rule_.limit, 0.0,
       0.0, false, "level"});
  if (rule_.shares_budget) {
    day_.program.add_term(budgets_[rule_.budget_of(row, scope_)], 1.0, *entered.level);
  }
  if (robust_helps) {
    entered.robust = day_.program.add_variable({0.0, 1.0, 0.0, 0.0, false, "robust"});
    day_.program.variable(*entered.robust).integer = switches_integer_;
  }
  entered_.push_back(entered);
  keep(entered_.back(), m_upper, m_lower, robust_helps ? h_upper - m_upper : 0.0,
       robust_helps ? h_lower - m_lower : 0.0);
  // First tangents where levels are likely to end: the cap and its halves.
  for (double level = cap; level > cap / 20.0; level /= 2.0) {
    if (row.has_upper) {
      add_tangent(entered, row.tail.margin_upper(level), infinity);
    }
    if (row.has_lower) {
      add_tangent(entered, infinity, row.tail.margin_lower(level));
    }
  }
}

risk::RowRisk::Tangent RiskRows::tangent_of(const JointRow& row, double upper, double lower) const {
  return is_open(row) ? row.tail.tangent_from(least_upper(row), least_lower(row), upper, lower)
                      : row.tail.tangent(upper, lower);
}

void RiskRows::add_tangent(const Entered& entered, double upper, double lower) {
  const auto& row = rows_[entered.row];
  const auto tangent = tangent_of(row, upper, lower);
  // value + Σ slope·(distance − place), as an expression to stay below ε·level + z·T(h⁺, h⁻).
  LinearExpression line{tangent.value};
  double at_support = tangent.value;
  Use use{{}, entered.row};
  const auto add_side = [&](const LinearExpression& distance, double place, double slope,
                            double support, double& coefficient) {
    if (slope != 0.0 && place < infinity) {
      line += slope * (distance - LinearExpression{place});
      at_support += slope * (support - place);
      coefficient = slope / rule_.limit;
    }
  };
  if (row.has_upper) {
    add_side(upper_of(entered), upper, tangent.d_upper, row.risk.support_upper(), use.upper);
  }
  if (row.has_lower) {
    add_side(lower_of(entered), lower, tangent.d_lower, row.risk.support_lower(), use.lower);
  }
  line.add(-rule_.limit, *entered.level);
  if (entered.robust) {
    line.add(-at_support, *entered.robust);
  }
  use.constraint = day_.program.add_constraint(-infinity, (1.0 / rule_.limit) * line, 0.0);
  uses_.push_back(use);
}

void RiskRows::enter_known(const std::vector<BindingRow>& known) {
  const auto key = [](const auto& row) {
    return std::tuple(row.kind, row.element, row.linear_row, row.period, row.has_upper,
                      row.has_lower);
  };
  std::map<decltype(key(rows_.front())), std::size_t> place;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    place.emplace(key(rows_[i]), i);
  }
  std::vector<std::size_t> indices;
  std::vector<BindingRow> found;
  for (const auto& row : known) {
    if (const auto at = place.find(key(row)); at != place.end()) {
      indices.push_back(at->second);
      found.push_back(row);
      place.erase(at);  // none enters twice
    }
  }
  test(indices);
  constexpr std::array around = {0.9, 1.0, 1.1};  // distances move with the operating point
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const auto& row = rows_[indices[i]];
    enter(indices[i]);
    for (const double share : around) {
      if (entered_.back().level) {
        add_tangent(Entered{entered_.back()}, std::max(share * found[i].upper, least_upper(row)),
                    std::max(share * found[i].lower, least_lower(row)));
      }
    }
  }
}

bool RiskRows::needs_entry(const JointRow& row, const JointRow::Distances& distances) const {
  const auto [upper, lower] = distances;
  const double sigma = row.risk.std_deviation();
  if (is_certain(row)) {
    const double tolerance = distance_tolerance * slack_unit(day_.state.problem, row);
    return upper < -tolerance || lower < -tolerance;
  }
  const double cap = rule_.cap_of(row);
  if (cap <= 0.0) {
    return upper < row.risk.support_upper() - distance_tolerance * sigma ||
           lower < row.risk.support_lower() - distance_tolerance * sigma;
  }
  const double violation = row.risk.violation(upper, lower);
  return rule_.shares_budget ? violation > level_tolerance * rule_.limit
                             : violation > (1.0 + level_tolerance) * cap;
}

std::size_t RiskRows::separate_entered(const Entered& entered, std::span<const double> point) {
  if (!entered.level) {
    return 0;
  }
  const auto& row = rows_[entered.row];
  const double z = entered.robust ? std::clamp(point[entered.robust->index()], 0.0, 1.0) : 0.0;
  if (z > 1.0 - 1e-6) {
    return 0;
  }
  // The part of the point that is kept by its risk level: x = (1 − z)·x_c + z·x_robust.
  const double slack = point[entered.slack.index()];
  const auto chance_part = [&](double distance, double support, double least) {
    return distance == infinity ? infinity
                                : std::max((distance + slack - z * support) / (1.0 - z), least);
  };
  const double upper =
      chance_part(row.upper_at(point), z > 0.0 ? row.risk.support_upper() : 0.0, least_upper(row));
  const double lower =
      chance_part(row.lower_at(point), z > 0.0 ? row.risk.support_lower() : 0.0, least_lower(row));
  const double level = rule_.limit * point[entered.level->index()];
  const double least_level =
      is_open(row) ? tangent_of(row, upper, lower).value : row.tail.violation(upper, lower);
  if ((1.0 - z) * least_level <= level + level_tolerance * rule_.limit) {
    return 0;
  }
  add_tangent(entered, upper, lower);
  return 1;
}

std::size_t RiskRows::separate(std::span<const double> point) {
  std::size_t added = 0;
  for (std::size_t i = 0; i < entered_.size(); ++i) {
    added += separate_entered(Entered{entered_[i]}, point);
  }
  if (gives(point)) {  // then there will be many
    most_at_once_ = std::min(2 * most_at_once_, rows_.size());
  }
  const auto [rows, rest] = missing(point);
  test(rows);
  for (const std::size_t row : rows) {
    enter(row);
    ++added;
  }
  for (std::size_t k = 0; k < budgets_.size() && held_back_; ++k) {
    if (rest[k] > rest_held_[k]) {
      rest_held_[k] = std::min(2.0 * rest[k], rest_share_);
      apply_budget(k);
      ++added;
    }
  }
  return added;
}

RiskRows::Missing RiskRows::missing(std::span<const double> point) const {
  struct Wish {
    std::size_t row = 0;
    double urgency = 0.0;  ///< probability of breaking; beyond 1 by how far the limit is passed
    double level = 0.0;
  };
  std::vector<Wish> wishes;
  Missing out;
  out.rest.assign(rule_.budget_count(day_.state.problem.horizon, scope_), 0.0);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (is_entered_[i]) {
      continue;
    }
    const auto& row = rows_[i];
    const auto distances = row.distances_at(point);
    if (!needs_entry(row, distances)) {
      continue;
    }
    const auto [upper, lower] = distances;
    const double unit = is_certain(row) || rule_.cap_of(row) <= 0.0
                            ? slack_unit(day_.state.problem, row)
                            : row.risk.std_deviation();
    const double level = is_certain(row) ? 1.0 : row.risk.violation(upper, lower);
    wishes.push_back({i, level + std::max(0.0, -std::min(upper, lower) / unit), level});
    out.rest[rule_.budget_of(row, scope_)] += level / rule_.limit;
  }
  std::ranges::stable_sort(wishes, std::greater{}, &Wish::urgency);
  std::map<std::pair<std::size_t, RowKind>, std::size_t> count;
  for (const auto& wish : wishes) {
    const auto& row = rows_[wish.row];
    auto& left = out.rest[rule_.budget_of(row, scope_)];
    if (rule_.shares_budget && !is_certain(row) && left <= rest_share_) {
      continue;
    }
    if (count[{row.period, row.kind}]++ < most_at_once_) {
      out.rows.push_back(wish.row);
      left -= wish.level / rule_.limit;
    }
  }
  return out;
}

bool RiskRows::all_switches_fixed() const {
  return std::all_of(entered_.begin(), entered_.end(), [&](const Entered& e) {
    const auto& variables = day_.program.variables();
    return !e.robust || variables[e.robust->index()].lower == variables[e.robust->index()].upper;
  });
}

void RiskRows::make_switches_integer() { set_switches_integer(true); }
void RiskRows::make_switches_continuous() { set_switches_integer(false); }

void RiskRows::set_switches_integer(bool integer) {
  switches_integer_ = integer;
  for (const auto& entered : entered_) {
    if (entered.robust) {
      day_.program.variable(*entered.robust).integer = integer;
    }
  }
}

void RiskRows::release_switches() {
  for (const auto& entered : entered_) {
    if (entered.robust) {
      auto& variable = day_.program.variable(*entered.robust);
      variable.lower = 0.0;
      variable.upper = 1.0;
    }
  }
}

void RiskRows::fix_switches(std::span<const double> point, double threshold) {
  for (const auto& entered : entered_) {
    if (entered.robust) {
      auto& variable = day_.program.variable(*entered.robust);
      variable.lower = variable.upper = point[entered.robust->index()] >= threshold ? 1.0 : 0.0;
    }
  }
}

void RiskRows::forbid_slack() { set_slack(false); }
void RiskRows::allow_slack() { set_slack(true); }

void RiskRows::set_slack(bool allowed) {
  slack_allowed_ = allowed;
  for (const auto& entered : entered_) {
    day_.program.variable(entered.slack).upper = allowed ? infinity : 0.0;
  }
}

void RiskRows::add_coupling(program::Coupling& coupling) const {
  if (scope_ != RiskScope::period) {
    coupling.constraints.insert(coupling.constraints.end(), budgets_.begin(), budgets_.end());
  }
}

void RiskRows::apply_budget(std::size_t budget) {
  const double share = rule_.budget_share(budget);
  day_.program.constraint(budgets_[budget]).upper =
      held_back_ ? share * (1.0 - budget_reserve) - rest_held_[budget] : share;
}

void RiskRows::hold_back(bool yes) {
  held_back_ = yes;
  const double share = yes ? 1.0 - budget_reserve : 1.0;
  for (std::size_t k = 0; k < budgets_.size(); ++k) {
    apply_budget(k);
  }
  for (const auto& entered : entered_) {
    if (entered.level) {
      day_.program.variable(*entered.level).upper =
          share * rule_.level_bound(rows_[entered.row]) / rule_.limit;
    }
  }
}

}  // namespace gridpact::dispatch
