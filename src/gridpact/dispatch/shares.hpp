#pragma once

#include <span>
#include <vector>

#include "gridpact/dispatch/answered_rows.hpp"

namespace gridpact::dispatch {

/// A provider holds its share of all reserve: held = α·R, by the McCormick lines of a box of shares
/// and of what R can be. Exact where the box is a point.
class HeldReserve {
 public:
  HeldReserve(const DayProgram& day, const AnsweredRows& rows);

  /// What holds in period t over the box.
  [[nodiscard]] std::vector<AnsweredRows::Cut> cuts(std::size_t t, const ShareBox& box) const;
  /// Per provider |held − α·R| / R at a point, up and down together.
  [[nodiscard]] std::vector<double> lack(std::size_t t, std::span<const double> point) const;

 private:
  struct Way {
    const std::vector<VariableRow>* held = nullptr;
    std::vector<LinearExpression> reserve;  ///< per period
    std::vector<Range> range;
  };
  const DayProgram& day_;
  std::vector<Way> ways_;
};

struct ShareSearchOptions {
  double tolerance_eur = 0.0;    ///< what is not worth to be told apart
  std::size_t most_nodes = 300;  ///< boxes looked at, per period
  program::SolveOptions solve;
};

/// Global optimum of a period's part (program/parts.hpp) of a program with open shares: best-first
/// branch and bound on boxes of shares and on the rows' switches, each node a linear program.
/// `known`: shares to begin with (may be empty). The bound holds whenever the search ends.
[[nodiscard]] program::PartSolution search_shares(const DayProgram& day, const AnsweredRows& rows,
                                                  const HeldReserve& held, std::size_t t,
                                                  const program::Part& part,
                                                  const std::vector<double>& known,
                                                  const ShareSearchOptions& options);

}  // namespace gridpact::dispatch
