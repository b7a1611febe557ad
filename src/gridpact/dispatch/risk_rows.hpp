#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "gridpact/dispatch/risk_rule.hpp"
#include "gridpact/program/parts.hpp"

namespace gridpact::dispatch {

/// Of RiskRows::total_slack: below this every row holds.
inline constexpr double slack_tolerance = 1e-5;

/// The jointly required rows inside the program, entered only when the current point needs them.
///
/// A row is kept in one of two ways, chosen by its switch z: with a risk level, ε_i ≥ p(u, l) with
/// p convex, by tangents; or robustly, u and l at least the support (ε_i = 0, z = 1). A tangent T
/// reads ε_i ≥ T(u, l) − z·T(h⁺, h⁻): exactly the convex hull of the two ways along that tangent,
/// so the relaxation 0 ≤ z ≤ 1 is as tight as one row allows, with no big constant.
///
/// With `Knowledge::tested` a row is taken by moments and support until it enters; then its own
/// errors are tested (row_tests.hpp), and what they justify makes it cheaper, never dearer.
class RiskRows {
 public:
  /// `relative_gap`: of the bound and the plan to be found. The smaller, the less may rows spend
  /// that are not in the program. `threads` test rows at a time (0 = all); never changes the
  /// result.
  RiskRows(DayProgram& day, std::vector<JointRow> rows, const RiskRule& rule, RiskScope scope,
           double relative_gap, unsigned threads);

  /// The rows that `solution` leans on, and their entry with a tangent there: a program that is not
  /// far from another one begins where that one ended.
  [[nodiscard]] std::vector<BindingRow> binding(const program::Solution& solution) const;
  void enter_known(const std::vector<BindingRow>& known);

  /// Adds rows and tangents that `point` breaks; returns how many.
  std::size_t separate(std::span<const double> point);

  /// Switches: relaxed to [0, 1] at first; then integer; then fixed at a point's values.
  void make_switches_integer();
  void make_switches_continuous();
  void release_switches();
  /// Every switch at or above `threshold` becomes 1, the others 0.
  void fix_switches(std::span<const double> point, double threshold = 0.5);
  /// Rows may have entered since the switches were fixed.
  [[nodiscard]] bool all_switches_fixed() const;

  /// Rows enter as many at a time as are broken, not the worst few: where most of them will be
  /// broken to the end, there is nothing to be waited for.
  void enter_all_broken() { most_at_once_ = rows_.size(); }

  /// A mixture's tail is not convex before its last bump. At first a row may be there, by a bound
  /// of its risk from below (RowRisk::tangent_from): what is optimal then is a lower bound. From
  /// here on every row keeps to where its tail is convex. Rows of a mixture have no switches, so
  /// nothing is bounded afterwards.
  void close_stretches();
  /// Of the rows in the program.
  [[nodiscard]] bool have_switches() const;

  /// By how much rows give at `point`, in the program's weights (0 when every row holds), and
  /// whether they still may.
  [[nodiscard]] double total_slack(std::span<const double> point) const;
  /// Does any?
  [[nodiscard]] bool gives(std::span<const double> point) const {
    return total_slack(point) > slack_tolerance;
  }
  void forbid_slack();
  void allow_slack();
  /// The limits that have to give: one sentence each, what gives least first.
  [[nodiscard]] Faults explain_slack(std::span<const double> point) const;

  /// Budgets that tie periods together.
  void add_coupling(program::Coupling& coupling) const;

  /// Keeps back (or no longer) a hair of the budget for what remains of the tangents' error, and
  /// what the rows spend that never entered. Bounds are taken without it.
  void hold_back(bool yes);

  /// Largest Σ ε_i over the scopes at `point`, each ε_i recomputed from the row itself.
  [[nodiscard]] double promised_violation(std::span<const double> point) const;
  [[nodiscard]] std::vector<RiskShare> shares(std::span<const double> point,
                                              const program::Solution& solution) const;
  /// d objective / d shift of what each row limits, €/unit: what one unit more of the voltage, the
  /// current or the import at the expected day costs by this row, at a program's duals.
  [[nodiscard]] std::vector<double> worth(std::span<const double> duals) const;
  [[nodiscard]] const std::vector<JointRow>& rows() const { return rows_; }
  [[nodiscard]] std::size_t entered() const { return entered_.size(); }

 private:
  struct Entered {
    std::size_t row = 0;
    VariableId slack;
    std::optional<VariableId> level;   ///< ε_i / ε
    std::optional<VariableId> robust;  ///< z
    /// u ≥ ..., l ≥ ...
    std::optional<ConstraintId> keeps_upper = std::nullopt, keeps_lower = std::nullopt;
  };
  /// A constraint of the program that has a row's distances in it.
  struct Use {
    ConstraintId constraint;
    std::size_t row = 0;
    double upper = 0.0;  ///< coefficient of the upper distance
    double lower = 0.0;
  };
  static constexpr double level_tolerance = 1e-6;  ///< of ε, per row

  /// Finds out for rows that are to enter what their own errors justify.
  void test(const std::vector<std::size_t>& rows);
  void enter(std::size_t row);
  void set_switches_integer(bool integer);
  void set_slack(bool allowed);
  void keep(Entered& entered, double upper, double lower, double upper_step, double lower_step);
  void add_tangent(const Entered& entered, double upper, double lower);
  std::size_t separate_entered(const Entered& entered, std::span<const double> point);
  /// Rows to enter next: those that `point` breaks or, with a shared budget, the likeliest to
  /// break until all others together spend next to nothing.
  struct Missing {
    std::vector<std::size_t> rows;
    std::vector<double> rest;  ///< per budget, what the others spend, as a share of ε
  };
  [[nodiscard]] Missing missing(std::span<const double> point) const;
  void apply_budget(std::size_t budget);
  [[nodiscard]] bool needs_entry(const JointRow& row, const JointRow::Distances& distances) const;
  [[nodiscard]] bool is_certain(const JointRow& row) const;
  /// Distances below which a row can not be kept by a risk level: k(level bound)·σ, and, unless
  /// stretches are open, where the row's tail is not convex.
  [[nodiscard]] bool is_open(const JointRow& row) const;
  [[nodiscard]] risk::RowRisk::Tangent tangent_of(const JointRow& row, double upper,
                                                  double lower) const;
  [[nodiscard]] double least_upper(const JointRow& row) const;
  [[nodiscard]] double least_lower(const JointRow& row) const;
  /// Rows meet the solver in units of σ; those for certain in units of giving way.
  [[nodiscard]] double scale_of(const JointRow& row) const;
  [[nodiscard]] LinearExpression upper_of(const Entered& entered) const;
  [[nodiscard]] LinearExpression lower_of(const Entered& entered) const;

  DayProgram& day_;
  std::vector<JointRow> rows_;
  RiskRule rule_;
  RiskScope scope_;
  double rest_share_;  ///< of ε, that rows which never enter may spend together
  unsigned threads_;
  std::vector<Entered> entered_;
  std::vector<Use> uses_;
  std::vector<bool> is_entered_;
  bool switches_integer_ = false;
  bool slack_allowed_ = true;
  bool held_back_ = false;
  bool stretches_open_ = true;
  std::size_t most_at_once_ =
      2;  ///< of a kind and period: neighbours along a feeder mend each other
  std::vector<ConstraintId> budgets_;  ///< Σ ε_i/ε ≤ the budget's share; empty unless shared
  std::vector<double> rest_held_;      ///< per budget, as a share of ε
};

}  // namespace gridpact::dispatch
