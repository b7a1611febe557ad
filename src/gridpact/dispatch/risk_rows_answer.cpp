// What a solution of the program says of the rows.

#include <algorithm>

#include <fmt/format.h>

#include "gridpact/dispatch/giving_way.hpp"
#include "gridpact/dispatch/risk_rows.hpp"

namespace gridpact::dispatch {

std::vector<double> RiskRows::worth(std::span<const double> duals) const {
  // A shift takes off the upper distance and adds to the lower one; what it adds to a constraint's
  // expression it takes off its bounds.
  std::vector<double> out(rows_.size(), 0.0);
  for (const auto& use : uses_) {
    out[use.row] += duals[use.constraint.index()] * (use.upper - use.lower);
  }
  return out;
}

std::vector<BindingRow> RiskRows::binding(const program::Solution& solution) const {
  const auto price = worth(solution.duals);
  std::vector<BindingRow> out;
  for (const auto& entered : entered_) {
    const auto& row = rows_[entered.row];
    const bool spends = entered.level && solution.point[entered.level->index()] > level_tolerance;
    if (spends || price[entered.row] != 0.0) {
      out.push_back({row.kind, row.element, row.linear_row, row.period, row.has_upper,
                     row.has_lower, row.upper_at(solution.point), row.lower_at(solution.point)});
    }
  }
  return out;
}

double RiskRows::total_slack(std::span<const double> point) const {
  double total = 0.0;
  for (const auto& entered : entered_) {
    if (entered.slack.index() >= point.size()) {
      break;  // entered after the point was found
    }
    total += point[entered.slack.index()] / slack_unit(day_.state.problem, rows_[entered.row]);
  }
  return total;
}

Faults RiskRows::explain_slack(std::span<const double> point) const {
  const auto& problem = day_.state.problem;
  std::vector<std::pair<double, Fault>> found;
  for (const auto& entered : entered_) {
    const auto& row = rows_[entered.row];
    const double slack = point[entered.slack.index()];
    const double weight = slack / slack_unit(problem, row);
    if (weight < 1e-4) {
      continue;
    }
    found.push_back({weight, {Severity::error, {}, what_gives(day_.state, row, slack)}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr std::size_t most_told = 12;  // of many, the first and the one that must give most
  const std::size_t left_out = found.size() > most_told ? found.size() - most_told : 0;
  Faults out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i + 1 == most_told && left_out > 0) {
      out.push_back({Severity::error, {}, fmt::format("... {} more, and then", left_out)});
      i = found.size() - 1;
    }
    out.push_back(std::move(found[i].second));
  }
  return out;
}

double RiskRows::promised_violation(std::span<const double> point) const {
  std::vector<double> spent(scope_count(day_.state.problem.horizon, scope_), 0.0);
  for (const auto& row : rows_) {
    if (row.risk.std_deviation() > 0.0) {  // without deviation a row is kept for certain
      const auto [upper, lower] = row.distances_at(point);
      spent[scope_of(row, scope_)] += row.risk.violation(upper, lower);
    }
  }
  double largest = 0.0;
  for (const double scope : spent) {
    largest = std::max(largest, scope);
  }
  return std::min(1.0, largest);
}

std::vector<RiskShare> RiskRows::shares(std::span<const double> point,
                                        const program::Solution& solution) const {
  constexpr double percentage_point = 0.01;
  std::vector<RiskShare> out;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& row = rows_[i];
    const auto [upper, lower] = row.distances_at(point);
    const double level = row.risk.std_deviation() > 0.0 ? row.risk.violation(upper, lower) : 0.0;
    if (level <= 0.0 && !is_entered_[i]) {
      continue;
    }
    RiskShare share{row.kind,
                    limit_place(day_.state.problem, row.kind, row.element),
                    row.period,
                    level,
                    row.risk.std_deviation(),
                    upper,
                    lower,
                    row.risk.support_upper(),
                    row.risk.support_lower(),
                    0.0,
                    row.risk.knowledge()};
    if (!budgets_.empty() && level > 0.0) {
      // A budget of 1 stands for ε: its dual is € per ε.
      const double dual = solution.duals[budgets_[rule_.budget_of(row, scope_)].index()];
      share.price_eur = -dual / rule_.limit * percentage_point;
    }
    out.push_back(std::move(share));
  }
  return out;
}

}  // namespace gridpact::dispatch
