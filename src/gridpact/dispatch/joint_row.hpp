#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gridpact/dispatch/day_program.hpp"
#include "gridpact/risk/row_risk.hpp"

namespace gridpact::dispatch {

/// One limit that must hold jointly with the others: −lower ≤ error ≤ upper, where upper and lower
/// are the distances from the expected value to the limits, linear in the decisions.
struct JointRow {
  RowKind kind = RowKind::voltage;
  std::size_t element = 0;  ///< node-phase, branch or station
  std::size_t period = 0;
  std::size_t linear_row = 0;  ///< of the linear model: node-phase, conductor; 0 elsewhere
  bool has_upper = true;
  bool has_lower = true;
  LinearExpression upper;  ///< in the row's unit (pu, A, kW); unused without the limit
  /// Only where it is not `width` − upper, as it is of a band: most rows are, and there are many.
  LinearExpression lower;
  std::optional<double> width;  ///< of the band between the two limits
  std::vector<double> weights;  ///< a: row's unit per kW of each net-load source, then station
  risk::RowRisk risk;           ///< under everything that is claimed to be known
  risk::RowRisk tail;           ///< the same without the support: convex in (upper, lower)
  /// `weights` as with the case's own participation; empty where they are that.
  std::vector<double> given_weights = {};

  [[nodiscard]] LinearExpression lower_expression() const;
  struct Distances {
    double upper = 0.0, lower = 0.0;  ///< infinite without the limit
  };
  [[nodiscard]] Distances distances_at(std::span<const double> point) const;
  [[nodiscard]] double upper_at(std::span<const double> point) const {
    return distances_at(point).upper;
  }
  [[nodiscard]] double lower_at(std::span<const double> point) const {
    return distances_at(point).lower;
  }
};

/// What the rows' errors are taken to be like.
struct RowView {
  Knowledge knowledge = Knowledge::moments_support;
  RowForm form = RowForm::merged;
  /// How many independent sources may reach the ends of their supports at a time; empty: all
  /// (Bertsimas, Sim 2004, Operations Research 52(1): the support of the budget's set).
  std::optional<double> robust_budget = std::nullopt;
  /// If not empty, the support is what these days reach (periods × sources and stations, kW).
  std::vector<Matrix> days = {};
};

/// All rows of docs/theory/planning.md that must hold jointly, period by period: every node-phase's
/// voltage band (neutrals have none), every conductor of a rated branch, the substation, the
/// reserve event, each station's reserve event. A band is one row and all reserve rows of a layer
/// are one event: what is one event is never budgeted twice, unless `view.form` asks for the sides
/// and the providers apart.
[[nodiscard]] std::vector<JointRow> joint_rows(const DayProgram& day, const RowView& view,
                                               unsigned threads);

/// Fitted law of a'(errors in period t), `weights` as of `JointRow`.
[[nodiscard]] uncertainty::ScalarLaw row_law(const Beliefs& beliefs, std::size_t t,
                                             std::span<const double> weights);

/// The rows that the budget of scope `scope` covers; scopes are 0 … count − 1.
[[nodiscard]] std::size_t scope_of(const JointRow& row, RiskScope scope);
[[nodiscard]] std::size_t scope_count(const TimeGrid& horizon, RiskScope scope);

}  // namespace gridpact::dispatch
