#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gridpact/dispatch/answered_row.hpp"
#include "gridpact/dispatch/risk_rule.hpp"
#include "gridpact/program/parts.hpp"

namespace gridpact::dispatch {

/// What shares the providers of a period may take: the substation's first, then the generators'.
using ShareBox = std::vector<Range>;

/// Name of the cuts in a program, which are of one box.
inline constexpr std::string_view box_cut_name = "box cut";

/// θ = Σ_g slope_g·α_g over a box, the shares summing to 1.
[[nodiscard]] Range theta_over(const std::vector<double>& slopes, const ShareBox& box);

/// The jointly required rows inside the program while the shares are open: a relaxation, for every
/// box of shares its own, that is exact where the box is a point and the switches are integer.
///
/// A row is kept with a risk level, ε ≥ p(u/σ(θ), l/σ(θ)), p convex, or robustly, u ≥ h(θ) (switch
/// z = 1). A tangent of p, multiplied by σ, reads A(u, l) ≥ σ(θ)·(c₀ − ε): the only product left is
/// that of σ with the level, and is replaced by its McCormick lines over the box,
///
///   near:  A ≥ σ⁻·(c₀ − ε) + max(0, c₀ − ε⁺)·(σ(θ) − σ⁻) − z·M
///   far:   A ≥ σ⁺·(c₀ − ε) + c₀·(σ(θ) − σ⁺) − z·M
///
/// with σ(θ) by its own tangents. Distances: u ≥ k(ε⁺)σ(θ) − z·M and u ≥ h(θ) − (1 − z)·M.
class AnsweredRows {
 public:
  AnsweredRows(DayProgram& day, const RiskRule& rule, RiskScope scope, const RowView& view,
               unsigned threads);

  /// expression ≥ lower
  struct Cut {
    LinearExpression expression;
    double lower = 0.0;
  };
  /// Where a cut touches; what it says depends on the box.
  struct Place {
    enum class Kind { margin, reach, near, far };
    std::size_t entered = 0;
    Kind kind = Kind::near;
    AnsweredRow::Side side = AnsweredRow::Side::upper;  ///< of a margin or reach
    double upper = 0.0, lower = 0.0;                    ///< in deviations, of near and far
    double theta = 0.0;
  };

  void enter_known(const std::vector<BindingRow>& known);
  /// Adds rows and cuts that `point` breaks, for the boxes that the program has; returns how many.
  std::size_t separate(std::span<const double> point);

  [[nodiscard]] const std::vector<Place>& places(std::size_t t) const { return places_[t]; }
  [[nodiscard]] std::optional<Cut> cut(const Place& place, const ShareBox& box) const;
  /// Places of cuts that `point` breaks over the box, of the rows of period t in the program.
  [[nodiscard]] std::vector<Place> broken(std::size_t t, const ShareBox& box,
                                          std::span<const double> point) const;

  /// What the rows of period t that are in the program still lack at a point.
  struct Lack {
    std::vector<double> by_generator;         ///< how much a smaller range of its share would help
    std::optional<VariableId> least_decided;  ///< the one that is least decided
    double undecided = 0.0;                   ///< min(z, 1 − z) there
    double total = 0.0;                       ///< of ε, that rows spend beyond their levels
  };
  [[nodiscard]] Lack lack(std::size_t t, const ShareBox& box, std::span<const double> point) const;

  /// What all providers together hold at least, in every plan.
  [[nodiscard]] double least_reserve_kw(std::size_t t, bool up) const;

  /// Budgets that tie periods together.
  void add_coupling(program::Coupling& coupling) const;
  [[nodiscard]] ShareBox box_of(std::size_t t) const;  ///< by the program's bounds

 private:
  struct Entered {
    std::size_t row = 0;
    VariableId level;                                 ///< ε_i / ε
    std::optional<VariableId> robust = std::nullopt;  ///< z
    double margin = 0.0;                              ///< k(ε⁺)
    double unit = 1.0;                                ///< the row's largest deviation
  };
  struct State;
  struct Over;
  void enter(std::size_t row);
  void add(const Cut& cut);
  [[nodiscard]] LinearExpression theta_of(const AnsweredRow& row) const;
  [[nodiscard]] State state_of(const Entered& entered, std::span<const double> point) const;
  [[nodiscard]] Over over(const Entered& entered, const ShareBox& box) const;
  [[nodiscard]] std::vector<Place> wanted(std::size_t entered, const Over& over,
                                          const State& at) const;
  [[nodiscard]] Cut margin_cut(const Entered& entered, const Place& place, const Over& over) const;
  [[nodiscard]] Cut reach_cut(const Entered& entered, const Place& place, const Over& over) const;
  [[nodiscard]] std::optional<Cut> level_cut(const Entered& entered, const Place& place,
                                             const Over& over) const;
  [[nodiscard]] double missing_level(const AnsweredRow& row, std::span<const double> point) const;

  DayProgram& day_;
  RiskRule rule_;
  RiskScope scope_;
  std::vector<AnsweredRow> rows_;
  std::vector<bool> is_entered_;
  std::vector<Entered> entered_;
  std::vector<std::vector<std::size_t>> entered_in_;  ///< per period
  std::vector<std::vector<Place>> places_;            ///< per period
  std::vector<ConstraintId> budgets_;
};

}  // namespace gridpact::dispatch
