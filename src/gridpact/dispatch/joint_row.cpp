// Rows: distance to the limit at the expected day, and the law of the row's error a'ξ. With S the
// slopes of the linear model and D the answered disturbances (day_program.hpp), a' = S D for
// voltages, currents and import; a = 1 for the net-load deviation, e_s for a station's own.

#include "gridpact/dispatch/joint_row.hpp"

#include <algorithm>
#include <span>

namespace gridpact::dispatch {

namespace {

using uncertainty::ScalarLaw;

/// What a row limits, and its row of the linear model.
struct Limited {
  RowKind kind;
  std::size_t element = 0;
  std::size_t linear_row = 0;
};

/// Builds rows of one period.
class PeriodRows {
 public:
  PeriodRows(const DayProgram& day, const Matrix& disturbance, Knowledge knowledge, std::size_t t)
      : day_(day),
        disturbance_(disturbance),
        knowledge_(knowledge),
        t_(t),
        net_(day.state.beliefs.net_load.size()) {}

  /// A quantity of the grid with these slopes: within its limits also in the worst calls of sold
  /// reserve.
  void add(const Limited& what, const LinearExpression& value, double low, double high,
           std::span<const double> per_unit) {
    const auto weights = this->weights(per_unit);
    const std::span<const double> all(weights);
    auto law = uncertainty::project(day_.state.beliefs.net_load, t_, all.first(net_));
    if (all.size() > net_) {
      law = uncertainty::independent_sum(
          law, uncertainty::project(day_.state.beliefs.stations, t_, all.subspan(net_)));
    }
    const bool has_upper = high < program::infinity;
    const bool has_lower = low > -program::infinity;
    const auto shift = day_.call_shift(t_, per_unit);
    add(what, LinearExpression{high - law.mean} - value - shift.up,
        value + LinearExpression{law.mean - low} - shift.down, has_upper, has_lower, law);
  }

  void add(const Limited& what, LinearExpression upper, LinearExpression lower, bool has_upper,
           bool has_lower, const ScalarLaw& law) {
    const auto tail = without_support(knowledge_);
    rows.push_back({what.kind, what.element, t_, what.linear_row, has_upper, has_lower,
                    std::move(upper), std::move(lower), risk::RowRisk(law, knowledge_),
                    risk::RowRisk(law, tail)});
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
  const DayProgram& day_;
  const Matrix& disturbance_;
  Knowledge knowledge_;
  std::size_t t_;
  std::size_t net_;
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

/// −down ≤ deviation ≤ up: the provided reserve is the distance itself.
void add_reserve_rows(PeriodRows& rows, const DayProgram& day, std::size_t t) {
  const auto& beliefs = day.state.beliefs;
  const std::vector<double> sum(beliefs.net_load.size(), 1.0);
  auto law = uncertainty::project(beliefs.net_load, t, sum);
  rows.add({RowKind::reserve}, LinearExpression{day.v.up_kw[t]} - LinearExpression{law.mean},
           LinearExpression{day.v.down_kw[t]} + LinearExpression{law.mean}, true, true, law);
  for (std::size_t s = 0; s < day.state.problem.stations.size(); ++s) {
    std::vector<double> one(beliefs.stations.size(), 0.0);
    one[s] = 1.0;
    law = uncertainty::project(beliefs.stations, t, one);
    rows.add({RowKind::station_reserve, s},
             LinearExpression{day.v.station_up_kw[s][t]} - LinearExpression{law.mean},
             LinearExpression{day.v.station_down_kw[s][t]} + LinearExpression{law.mean}, true, true,
             law);
  }
}

}  // namespace

double JointRow::upper_at(std::span<const double> point) const {
  return has_upper ? program::evaluate(upper, point) : program::infinity;
}

double JointRow::lower_at(std::span<const double> point) const {
  return has_lower ? program::evaluate(lower, point) : program::infinity;
}

namespace {

/// Every side by itself, and every provider's share of a reserve event once.
std::vector<JointRow> separated(const std::vector<JointRow>& rows, const Case& problem) {
  std::size_t providers = problem.substation.reserve.participation > 0.0 ? 1 : 0;
  for (const auto& generator : problem.generators) {
    providers += generator.reserve.participation > 0.0 ? 1 : 0;
  }
  std::vector<JointRow> out;
  for (const auto& row : rows) {
    // A provider's reserve is its share of the whole, and so is what is asked of it.
    const bool is_shared = row.kind == RowKind::reserve;
    for (std::size_t copy = 0; copy < (is_shared ? std::max(providers, std::size_t{1}) : 1);
         ++copy) {
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

std::vector<JointRow> joint_rows(const DayProgram& day, Knowledge knowledge, RowForm form) {
  const auto disturbance = disturbances(day.state);
  std::vector<JointRow> out;
  for (std::size_t t = 0; t < day.state.problem.horizon.count; ++t) {
    PeriodRows rows(day, disturbance, knowledge, t);
    add_grid_rows(rows, day, t);
    add_reserve_rows(rows, day, t);
    std::move(rows.rows.begin(), rows.rows.end(), std::back_inserter(out));
  }
  return form == RowForm::separate ? separated(out, day.state.problem) : out;
}

std::size_t scope_of(const JointRow& row, RiskScope scope) {
  return scope == RiskScope::period ? row.period : 0;
}

std::size_t scope_count(const TimeGrid& horizon, RiskScope scope) {
  return scope == RiskScope::period ? horizon.count : 1;
}

}  // namespace gridpact::dispatch
