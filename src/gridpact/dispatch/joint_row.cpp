// Rows: distance to the limit at the expected day, and the law of the row's error a'ξ. With S the
// slopes of the linear model and D the answered disturbances (day_program.hpp), a' = S D for
// voltages, currents and import; a = 1 for the net-load deviation, e_s for a station's own.

#include "gridpact/dispatch/joint_row.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>

#include "gridpact/base/parallel.hpp"

namespace gridpact::dispatch {

namespace {

using uncertainty::ScalarLaw;

/// What a row limits, and its row of the linear model.
struct Limited {
  RowKind kind;
  std::size_t element = 0;
  std::size_t linear_row = 0;
};

/// The laws of rows in one period.
class RowLaws {
 public:
  RowLaws(const Beliefs& beliefs, const RowView& view, std::size_t t)
      : beliefs_(beliefs), view_(view), t_(t) {}

  [[nodiscard]] ScalarLaw operator()(std::span<const double> weights) const {
    auto law = row_law(beliefs_, t_, weights);
    if (view_.robust_budget) {
      set_budgeted_support(weights, law);
    }
    if (!view_.days.empty()) {
      set_support_of_days(weights, law);
    }
    return law;
  }

 private:
  /// Mean of a_j ξ_j and its ends about it, of source or station j.
  struct Reach {
    double up = 0.0;
    double down = 0.0;
  };
  [[nodiscard]] Reach reach(std::size_t j, double weight) const {
    const std::size_t sources = beliefs_.net_load.size();
    const auto& law = j < sources ? beliefs_.net_load : beliefs_.stations;
    const std::size_t i = j < sources ? j : j - sources;
    const double low = weight * (law.support_low(t_, i) - law.mean(t_, i));
    const double high = weight * (law.support_high(t_, i) - law.mean(t_, i));
    return {std::max({low, high, 0.0}), std::max({-low, -high, 0.0})};
  }

  /// The Γ largest reaches, a fraction of the next in part.
  void set_budgeted_support(std::span<const double> weights, ScalarLaw& law) const {
    std::vector<double> up, down;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      const auto ends = reach(j, weights[j]);
      up.push_back(ends.up);
      down.push_back(ends.down);
    }
    const auto largest = [&](std::vector<double>& reaches) {
      std::ranges::sort(reaches, std::greater{});
      double left = *view_.robust_budget;
      double sum = 0.0;
      for (const double one : reaches) {
        sum += std::clamp(left, 0.0, 1.0) * one;
        left -= 1.0;
      }
      return sum;
    };
    law.support_high = law.mean + largest(up);
    law.support_low = law.mean - largest(down);
  }

  void set_support_of_days(std::span<const double> weights, ScalarLaw& law) const {
    law.support_low = law.support_high = law.mean;
    for (const auto& day : view_.days) {
      const auto errors = day.row(t_);
      const double value = std::inner_product(weights.begin(), weights.end(), errors.begin(), 0.0);
      law.support_low = std::min(law.support_low, value);
      law.support_high = std::max(law.support_high, value);
    }
  }

  const Beliefs& beliefs_;
  const RowView& view_;
  std::size_t t_;
};

/// Builds rows of one period.
class PeriodRows {
 public:
  PeriodRows(const DayProgram& day, const RowView& view, std::size_t t)
      : day_(day),
        disturbance_(disturbances(day.state, day.state.decision.participation, t)),
        knowledge_(view.knowledge),
        t_(t),
        law_(day.state.beliefs, view, t) {}

  /// A quantity of the grid with these slopes: within its limits also in the worst calls of sold
  /// reserve.
  void add(const Limited& what, const LinearExpression& value, double low, double high,
           std::span<const double> per_unit) {
    auto weights = this->weights(per_unit);
    const auto law = law_(weights);
    const bool has_upper = high < program::infinity;
    const bool has_lower = low > -program::infinity;
    const auto shift = day_.call_shift(t_, per_unit);
    add(what, LinearExpression{high - law.mean} - value - shift.up,
        value + LinearExpression{law.mean - low} - shift.down, has_upper, has_lower, law,
        std::move(weights));
    rows.back().given_weights = given_weights(per_unit, rows.back().weights);
  }

  /// The reserves held are the distances themselves.
  void add_reserve(const Limited& what, VariableId up_kw, VariableId down_kw,
                   std::vector<double> weights) {
    const auto law = law_(weights);
    add(what, LinearExpression{up_kw} - LinearExpression{law.mean},
        LinearExpression{down_kw} + LinearExpression{law.mean}, true, true, law,
        std::move(weights));
  }

  /// a' = S D
  [[nodiscard]] std::vector<double> weights(std::span<const double> per_unit) const {
    std::vector<double> a(disturbance_.cols(), 0.0);
    for (std::size_t column = 0; column < per_unit.size(); ++column) {
      for (std::size_t j = 0; j < a.size(); ++j) {
        a[j] += per_unit[column] * disturbance_(column, j);
      }
    }
    return a;
  }

  std::vector<JointRow> rows;

 private:
  /// As with the case's own participation; none if that is what is decided.
  [[nodiscard]] std::vector<double> given_weights(std::span<const double> per_unit,
                                                  const std::vector<double>& weights) const {
    const auto& problem = day_.state.problem;
    double theta = 0.0;  // more of every deviation
    for (std::size_t g = 0; g < problem.generators.size(); ++g) {
      theta += per_unit[day_.state.columns->generator_kw(g)] *
               (problem.generators[g].reserve.participation -
                day_.state.decision.participation.generators[g][t_]);
    }
    if (theta == 0.0) {
      return {};
    }
    auto out = weights;
    for (double& weight : out) {
      weight += theta;
    }
    return out;
  }

  void add(const Limited& what, LinearExpression upper, LinearExpression lower, bool has_upper,
           bool has_lower, const ScalarLaw& law, std::vector<double> weights) {
    std::optional<double> width;
    if (mirrors(upper, lower)) {
      width = upper.constant + lower.constant;
      lower = {};
    }
    rows.push_back({what.kind, what.element, t_, what.linear_row, has_upper, has_lower,
                    std::move(upper), std::move(lower), width, std::move(weights),
                    risk::RowRisk(law, knowledge_),
                    risk::RowRisk(law, without_support(knowledge_))});
  }

  static bool mirrors(const LinearExpression& upper, const LinearExpression& lower) {
    return std::ranges::equal(upper.terms, lower.terms, [](const auto& above, const auto& below) {
      return above.variable == below.variable && above.coefficient == -below.coefficient;
    });
  }

  const DayProgram& day_;
  Matrix disturbance_;
  Knowledge knowledge_;
  std::size_t t_;
  RowLaws law_;
};

void add_grid_rows(PeriodRows& rows, const DayProgram& day, std::size_t t) {
  const auto& problem = day.state.problem;
  const auto& linear = day.state.grid.linear[t];
  for (std::size_t i = 0; i < problem.feeder.node_phases.size(); ++i) {
    const auto& place = problem.feeder.node_phases[i];
    if (place.node == problem.feeder.source || is_neutral(place)) {
      continue;
    }
    rows.add({RowKind::voltage, i, i}, day.voltage_pu(t, i), problem.limits.voltage_min_pu,
             problem.limits.voltage_max_pu, linear.voltage_per_unit.row(i));
  }
  for (std::size_t c = 0; c < linear.conductors.size(); ++c) {
    const std::size_t branch = linear.conductors[c].branch.index();
    const double rating = problem.feeder.branches[branch].rating_a;
    if (rating < program::infinity) {
      rows.add({RowKind::branch, branch, c}, day.current_a(t, c), -program::infinity, rating,
               linear.current_per_unit.row(c));
    }
  }
  rows.add({RowKind::import_}, day.net_import_kw(t), -problem.substation.export_max_kw,
           day.state.import_limit_kw, linear.import_kw_per_unit);
}

/// −down ≤ deviation ≤ up.
void add_reserve_rows(PeriodRows& rows, const DayProgram& day, std::size_t t) {
  const std::size_t sources = day.state.beliefs.net_load.size();
  const std::size_t stations = day.state.problem.stations.size();
  std::vector<double> all(sources + stations, 0.0);
  std::fill_n(all.begin(), sources, 1.0);
  rows.add_reserve({RowKind::reserve}, day.v.up_kw[t], day.v.down_kw[t], std::move(all));
  for (std::size_t s = 0; s < stations; ++s) {
    std::vector<double> one(sources + stations, 0.0);
    one[sources + s] = 1.0;
    rows.add_reserve({RowKind::station_reserve, s}, day.v.station_up_kw[s][t],
                     day.v.station_down_kw[s][t], std::move(one));
  }
}

}  // namespace

LinearExpression JointRow::lower_expression() const {
  return width ? LinearExpression{*width} - upper : lower;
}

JointRow::Distances JointRow::distances_at(std::span<const double> point) const {
  const double above = has_upper || width ? program::evaluate(upper, point) : 0.0;
  Distances out{program::infinity, program::infinity};
  if (has_upper) {
    out.upper = above;
  }
  if (has_lower) {
    out.lower = width ? *width - above : program::evaluate(lower, point);
  }
  return out;
}

ScalarLaw row_law(const Beliefs& beliefs, std::size_t t, std::span<const double> weights) {
  const auto net_load = weights.first(beliefs.net_load.size());
  const auto stations = weights.subspan(net_load.size());
  const auto is_zero = [](double weight) { return weight == 0.0; };
  if (std::ranges::all_of(stations, is_zero)) {
    return uncertainty::project(beliefs.net_load, t, net_load);
  }
  auto ev = uncertainty::project(beliefs.stations, t, stations);
  if (std::ranges::all_of(net_load, is_zero)) {
    return ev;
  }
  return uncertainty::correlated_sum(uncertainty::project(beliefs.net_load, t, net_load), ev,
                                     shared_variance(beliefs, t, net_load, stations));
}

namespace {

/// Every side by itself, and every provider's share of a reserve event once.
std::vector<JointRow> separated(const std::vector<JointRow>& rows,
                                const Participation& participation) {
  const auto providers = [&](std::size_t t) {
    std::size_t count = participation.substation[t] > 0.0 ? 1U : 0U;
    for (const auto& shares : participation.generators) {
      count += shares[t] > 0.0 ? 1U : 0U;
    }
    return std::max(count, std::size_t{1});
  };
  std::vector<JointRow> out;
  for (const auto& row : rows) {
    // A provider's reserve is its share of the whole, and so is what is asked of it.
    const bool is_shared = row.kind == RowKind::reserve;
    for (std::size_t copy = 0; copy < (is_shared ? providers(row.period) : 1); ++copy) {
      auto side = row;
      side.has_lower = false;
      if (row.has_upper) {
        out.push_back(side);
      }
      side = row;
      side.has_upper = false;
      if (row.has_lower) {
        out.push_back(std::move(side));
      }
    }
  }
  return out;
}

}  // namespace

std::vector<JointRow> joint_rows(const DayProgram& day, const RowView& view, unsigned threads) {
  std::vector<std::vector<JointRow>> periods(day.state.problem.horizon.count);
  parallel_for(periods.size(), threads, [&](std::size_t t) {
    PeriodRows rows(day, view, t);
    add_grid_rows(rows, day, t);
    add_reserve_rows(rows, day, t);
    periods[t] = std::move(rows.rows);
  });
  std::vector<JointRow> out;
  for (auto& rows : periods) {
    std::move(rows.begin(), rows.end(), std::back_inserter(out));
  }
  return view.form == RowForm::separate ? separated(out, day.state.decision.participation) : out;
}

std::size_t scope_of(const JointRow& row, RiskScope scope) {
  return scope == RiskScope::period ? row.period : 0;
}

std::size_t scope_count(const TimeGrid& horizon, RiskScope scope) {
  return scope == RiskScope::period ? horizon.count : 1;
}

}  // namespace gridpact::dispatch
