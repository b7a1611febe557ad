// See answered_rows.hpp. Cuts are in the row's largest deviation (and shares of ε), so that volts,
// amperes and kilowatts meet the solver on one scale.

#include "gridpact/dispatch/answered_rows.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

namespace gridpact::dispatch {

using program::infinity;
using Side = AnsweredRow::Side;
using Kind = AnsweredRows::Place::Kind;

namespace {

constexpr double tolerance = 1e-6;       // of the row's unit, and of ε
constexpr double entry_level = 5e-4;     // of ε: a row that spends less is not worth its place
constexpr std::size_t most_at_once = 3;  // of a kind and period

}  // namespace

Range theta_over(const std::vector<double>& slopes, const ShareBox& box) {
  std::vector<std::size_t> order(box.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto slope = [&](std::size_t provider) {
    return provider == 0 ? 0.0 : slopes[provider - 1];
  };
  std::ranges::stable_sort(order, std::less{}, slope);
  double least = 0.0;
  double mass = 1.0;
  for (std::size_t j = 0; j < box.size(); ++j) {
    least += slope(j) * box[j].lower;
    mass -= box[j].lower;
  }
  const auto fill = [&](auto first, const auto& last) {
    double theta = least;
    double left = mass;
    for (; first != last; ++first) {
      const double part = std::clamp(left, 0.0, box[*first].width());
      theta += slope(*first) * part;
      left -= part;
    }
    return theta;
  };
  return {fill(order.begin(), order.end()), fill(order.rbegin(), order.rend())};
}

/// A row at a point of the program.
struct AnsweredRows::State {
  double theta = 0.0, sigma = 0.0;
  double upper = infinity, lower = infinity;              ///< distances
  double reach_upper = infinity, reach_lower = infinity;  ///< of the error, there
  double level = 0.0;                                     ///< ε_i / ε
  double z = 0.0;
};

/// A row over a box.
struct AnsweredRows::Over {
  Range sigma, reach_upper, reach_lower;
};

AnsweredRows::AnsweredRows(DayProgram& day, const RiskRule& rule, RiskScope scope,
                           const RowView& view, unsigned threads)
    : day_(day), rule_(rule), scope_(scope) {
  const auto& state = day.state;
  const std::size_t periods = state.problem.horizon.count;
  for (auto& row : joint_rows(day, view, threads)) {
    const auto& linear = state.grid.linear[row.period];
    std::span<const double> per_unit;
    if (row.kind == RowKind::voltage) {
      per_unit = linear.voltage_per_unit.row(row.linear_row);
    } else if (row.kind == RowKind::branch) {
      per_unit = linear.current_per_unit.row(row.linear_row);
    } else if (row.kind == RowKind::import_) {
      per_unit = linear.import_kw_per_unit;
    }
    std::vector<double> slopes(state.problem.generators.size(), 0.0);
    for (std::size_t g = 0; g < slopes.size() && !per_unit.empty(); ++g) {
      slopes[g] = per_unit[state.columns->generator_kw(g)];
    }
    rows_.emplace_back(state.beliefs, std::move(row), std::move(slopes));
  }
  is_entered_.assign(rows_.size(), false);
  entered_in_.resize(periods);
  places_.resize(periods);
  for (std::size_t k = 0; rule.shares_budget && k < rule.budget_count(state.problem.horizon, scope);
       ++k) {
    budgets_.push_back(day.program.add_constraint(-infinity, {}, rule.budget_share(k),
                                                  fmt::format("budget[{}]", k)));
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto kind = rows_[i].row().kind;
    if (kind == RowKind::reserve || kind == RowKind::station_reserve) {
      enter(i);
    }
  }
}

ShareBox AnsweredRows::box_of(std::size_t t) const {
  ShareBox out;
  for (const auto& share : day_.v.share) {
    const auto& variable = day_.program.variables()[share[t].index()];
    out.push_back({variable.lower, variable.upper});
  }
  return out;
}

LinearExpression AnsweredRows::theta_of(const AnsweredRow& row) const {
  LinearExpression out;
  for (std::size_t g = 0; g < row.slopes().size(); ++g) {
    if (row.slopes()[g] != 0.0) {
      out.add(row.slopes()[g], day_.v.share[g + 1][row.row().period]);
    }
  }
  return out;
}

void AnsweredRows::add(const Cut& cut) {
  day_.program.add_constraint(cut.lower, cut.expression, infinity, std::string(box_cut_name));
}

void AnsweredRows::enter(std::size_t index) {
  auto& row = rows_[index];
  is_entered_[index] = true;
  const auto& joint = row.row();
  const auto theta = theta_of(row);
  const double unit = row.sigma_over(theta_over(row.slopes(), box_of(joint.period))).upper;
  if (!(unit > 0.0)) {  // nothing is uncertain: the limit itself
    if (joint.has_upper) {
      add({row.upper(theta), 0.0});
    }
    if (joint.has_lower) {
      add({row.lower(theta), 0.0});
    }
    return;
  }
  if (joint.risk.knowledge() == Knowledge::tested) {
    // As with the case's own shares; of other shares no more than that is claimed (risk_rows.cpp).
    const auto& weights = joint.given_weights.empty() ? joint.weights : joint.given_weights;
    row.take(day_.state.tests->justified(day_.state.beliefs, joint.period, weights,
                                         row_law(day_.state.beliefs, joint.period, weights)));
  }
  Entered entered{index, day_.program.add_variable({0.0, rule_.level_bound(joint) / rule_.limit,
                                                    0.0, 0.0, false, "level"})};
  if (rule_.shares_budget) {
    day_.program.add_term(budgets_[rule_.budget_of(joint, scope_)], 1.0, entered.level);
  }
  if (row.has_support()) {
    entered.robust = day_.program.add_variable({0.0, 1.0, 0.0, 0.0, false, "robust"});
  }
  entered.unit = unit;
  entered.margin = std::max(row.standard().margin_upper(rule_.level_bound(joint)),
                            row.standard().convex_from_upper());
  entered_in_[joint.period].push_back(entered_.size());
  entered_.push_back(entered);
}

void AnsweredRows::enter_known(const std::vector<BindingRow>& known) {
  const auto key = [](const auto& row) {
    return std::tuple(row.kind, row.element, row.linear_row, row.period, row.has_upper,
                      row.has_lower);
  };
  std::map<decltype(key(rows_.front().row())), std::size_t> place;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    place.emplace(key(rows_[i].row()), i);
  }
  for (const auto& row : known) {
    const auto found = place.find(key(row));
    if (found != place.end() && !is_entered_[found->second]) {
      enter(found->second);
    }
  }
}

AnsweredRows::State AnsweredRows::state_of(const Entered& entered,
                                           std::span<const double> point) const {
  const auto& row = rows_[entered.row];
  State out;
  out.theta = program::evaluate(theta_of(row), point);
  out.sigma = row.sigma(out.theta);
  out.upper = row.upper_at(point, out.theta);
  out.lower = row.lower_at(point, out.theta);
  if (row.has_support()) {
    out.reach_upper = row.reach_line(Side::upper, out.theta).value;
    out.reach_lower = row.reach_line(Side::lower, out.theta).value;
  }
  out.level = point[entered.level.index()];
  out.z = entered.robust ? std::clamp(point[entered.robust->index()], 0.0, 1.0) : 0.0;
  return out;
}

AnsweredRows::Over AnsweredRows::over(const Entered& entered, const ShareBox& box) const {
  const auto& row = rows_[entered.row];
  const auto theta = theta_over(row.slopes(), box);
  return {row.sigma_over(theta), row.reach_over(Side::upper, theta),
          row.reach_over(Side::lower, theta)};
}

AnsweredRows::Cut AnsweredRows::margin_cut(const Entered& entered, const Place& place,
                                           const Over& over) const {
  const auto& row = rows_[entered.row];
  const auto theta = theta_of(row);
  const bool is_upper = place.side == Side::upper;
  const auto line = row.sigma_line(place.theta);
  auto expression = is_upper ? row.upper(theta) : row.lower(theta);
  expression -= entered.margin * line.slope * theta;
  if (entered.robust) {
    const auto& reach = is_upper ? over.reach_upper : over.reach_lower;
    expression.add(std::max(0.0, entered.margin * over.sigma.upper - reach.lower), *entered.robust);
  }
  return {(1.0 / entered.unit) * expression,
          entered.margin * (line.value - line.slope * place.theta) / entered.unit};
}

AnsweredRows::Cut AnsweredRows::reach_cut(const Entered& entered, const Place& place,
                                          const Over& over) const {
  const auto& row = rows_[entered.row];
  const auto theta = theta_of(row);
  const bool is_upper = place.side == Side::upper;
  const auto line = row.reach_line(place.side, place.theta);
  auto expression = is_upper ? row.upper(theta) : row.lower(theta);
  expression -= line.slope * theta;
  const auto& reach = is_upper ? over.reach_upper : over.reach_lower;
  const double relief = std::max(0.0, reach.upper - entered.margin * over.sigma.lower);
  expression.add(-relief, *entered.robust);
  return {(1.0 / entered.unit) * expression,
          (line.value - line.slope * place.theta - relief) / entered.unit};
}

std::optional<AnsweredRows::Cut> AnsweredRows::level_cut(const Entered& entered, const Place& place,
                                                         const Over& over) const {
  const auto& row = rows_[entered.row];
  const auto& joint = row.row();
  const auto theta = theta_of(row);
  const auto tangent = row.standard().tangent(place.upper, place.lower);
  double c0 = tangent.value;
  double at_reach = 0.0;  // A(h)
  LinearExpression sum;
  const auto add_side = [&](bool has, double at, double slope, const LinearExpression& distance,
                            double reach) {
    if (has && slope != 0.0) {
      c0 -= slope * at;
      at_reach -= slope * reach;
      sum -= slope * distance;
    }
  };
  add_side(joint.has_upper, place.upper, tangent.d_upper, row.upper(theta), over.reach_upper.lower);
  add_side(joint.has_lower, place.lower, tangent.d_lower, row.lower(theta), over.reach_lower.lower);
  const bool is_near = place.kind == Kind::near;
  const double sigma_end = is_near ? over.sigma.lower : over.sigma.upper;
  const double factor = is_near ? std::max(0.0, c0 - rule_.level_bound(joint)) : c0;
  if (c0 <= 0.0 || sigma_end <= 0.0) {
    return std::nullopt;
  }
  const auto line = row.sigma_line(place.theta);
  sum -= factor * line.slope * theta;
  sum.add(sigma_end * rule_.limit, entered.level);
  if (entered.robust) {
    sum.add(std::max(0.0, over.sigma.upper * c0 - at_reach), *entered.robust);
  }
  const double scale = 1.0 / (entered.unit * rule_.limit);
  return Cut{scale * sum, scale * (sigma_end * (c0 - factor) +
                                   factor * (line.value - line.slope * place.theta))};
}

std::optional<AnsweredRows::Cut> AnsweredRows::cut(const Place& place, const ShareBox& box) const {
  const auto& entered = entered_[place.entered];
  const auto bounds = over(entered, box);
  switch (place.kind) {
    case Kind::margin:
      return margin_cut(entered, place, bounds);
    case Kind::reach:
      return reach_cut(entered, place, bounds);
    case Kind::near:
    case Kind::far:
      break;
  }
  return level_cut(entered, place, bounds);
}

std::vector<AnsweredRows::Place> AnsweredRows::wanted(std::size_t index, const Over& over,
                                                      const State& at) const {
  const auto& entered = entered_[index];
  const auto& joint = rows_[entered.row].row();
  std::vector<Place> out;
  for (const auto side : {Side::upper, Side::lower}) {
    if (side == Side::upper ? !joint.has_upper : !joint.has_lower) {
      continue;
    }
    if (at.z < 1.0) {
      out.push_back({index, Kind::margin, side, 0.0, 0.0, at.theta});
    }
    if (at.z > 0.0) {
      out.push_back({index, Kind::reach, side, 0.0, 0.0, at.theta});
    }
  }
  if (at.z > 1.0 - tolerance || !(at.sigma > 0.0)) {
    return out;
  }
  // The part of the point that is kept by its level: x = (1 − z)·x_c + z·x_robust.
  const auto standardised = [&](double distance, double reach, double sigma) {
    if (distance == infinity) {
      return infinity;
    }
    const double chance = (distance - (at.z > 0.0 ? at.z * reach : 0.0)) / (1.0 - at.z);
    return std::max(chance / sigma, entered.margin);
  };
  const auto add = [&](Kind kind, double sigma) {
    if (sigma > 0.0) {
      out.push_back({index, kind, Side::upper, standardised(at.upper, at.reach_upper, sigma),
                     standardised(at.lower, at.reach_lower, sigma), at.theta});
    }
  };
  add(Kind::near, over.sigma.lower);
  add(Kind::far, at.sigma);
  return out;
}

std::vector<AnsweredRows::Place> AnsweredRows::broken(std::size_t t, const ShareBox& box,
                                                      std::span<const double> point) const {
  std::vector<Place> out;
  for (const std::size_t index : entered_in_[t]) {
    const auto& entered = entered_[index];
    for (const auto& place : wanted(index, over(entered, box), state_of(entered, point))) {
      const auto made = cut(place, box);
      if (made && program::evaluate(made->expression, point) < made->lower - tolerance) {
        out.push_back(place);
      }
    }
  }
  return out;
}

double AnsweredRows::missing_level(const AnsweredRow& row, std::span<const double> point) const {
  const double theta = program::evaluate(theta_of(row), point);
  const double sigma = row.sigma(theta);
  const double upper = row.upper_at(point, theta);
  const double lower = row.lower_at(point, theta);
  if (!(sigma > 0.0)) {
    return upper < -tolerance || lower < -tolerance ? 1.0 : 0.0;
  }
  const double hair = tolerance * sigma;
  if (row.has_support() && upper >= row.reach_line(Side::upper, theta).value - hair &&
      lower >= row.reach_line(Side::lower, theta).value - hair) {
    return 0.0;
  }
  return row.standard().violation(upper / sigma, lower / sigma);
}

std::size_t AnsweredRows::separate(std::span<const double> point) {
  std::size_t added = 0;
  for (std::size_t t = 0; t < places_.size(); ++t) {
    const auto box = box_of(t);
    for (const auto& place : broken(t, box, point)) {
      add(*cut(place, box));
      places_[t].push_back(place);
      ++added;
    }
  }
  std::vector<std::pair<double, std::size_t>> missing;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!is_entered_[i]) {
      const double level = missing_level(rows_[i], point);
      if (level > entry_level * rule_.limit) {
        missing.emplace_back(level, i);
      }
    }
  }
  std::ranges::stable_sort(missing, std::greater{}, &std::pair<double, std::size_t>::first);
  std::map<std::pair<std::size_t, RowKind>, std::size_t> count;
  for (const auto& [level, i] : missing) {
    if (count[{rows_[i].row().period, rows_[i].row().kind}]++ < most_at_once) {
      enter(i);
      ++added;
    }
  }
  return added;
}

AnsweredRows::Lack AnsweredRows::lack(std::size_t t, const ShareBox& box,
                                      std::span<const double> point) const {
  Lack out;
  out.by_generator.assign(box.size() - 1, 0.0);
  for (const std::size_t index : entered_in_[t]) {
    const auto& entered = entered_[index];
    const auto& row = rows_[entered.row];
    const auto at = state_of(entered, point);
    const double over_level = missing_level(row, point) / rule_.limit - at.level;
    const double hair = 1e-4;
    if (over_level <= hair) {
      continue;
    }
    out.total += over_level;
    if (const double open = std::min(at.z, 1.0 - at.z); open > out.undecided) {
      out.undecided = open;
      out.least_decided = entered.robust;
    }
    for (std::size_t g = 0; g < out.by_generator.size(); ++g) {
      out.by_generator[g] += over_level * std::abs(row.slopes()[g]) * box[g + 1].width() *
                             row.sigma_per_theta() / entered.unit;
    }
  }
  return out;
}

double AnsweredRows::least_reserve_kw(std::size_t t, bool up) const {
  double out = 0.0;
  for (const auto& row : rows_) {
    const auto& joint = row.row();
    const bool is_reserve =
        joint.kind == RowKind::reserve || joint.kind == RowKind::station_reserve;
    const bool is_certain = !(joint.risk.std_deviation() > 0.0);
    if (joint.period == t && is_reserve && (up ? joint.has_upper : joint.has_lower)) {
      const double bound = rule_.level_bound(joint);
      const double margin = up ? joint.risk.margin_upper(bound) : joint.risk.margin_lower(bound);
      out += std::max(0.0, (is_certain ? 0.0 : margin) + (up ? 1.0 : -1.0) * joint.risk.mean());
    }
  }
  return out;
}

void AnsweredRows::add_coupling(program::Coupling& coupling) const {
  if (scope_ != RiskScope::period) {
    coupling.constraints.insert(coupling.constraints.end(), budgets_.begin(), budgets_.end());
  }
}

}  // namespace gridpact::dispatch
