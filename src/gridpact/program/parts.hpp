#pragma once

#include <functional>
#include <span>
#include <vector>

#include "gridpact/program/program.hpp"

namespace gridpact::program {

/// How a program falls into parts that share nothing, once some of its constraints are let go.
struct Coupling {
  std::vector<ConstraintId> constraints;  ///< let go, against their multipliers
  /// Accounted for elsewhere, as is every constraint among them alone; other constraints that they
  /// enter are let go.
  std::vector<VariableId> foreign;
};

/// What the parts say about the whole.
struct PartsAnswer {
  Status status = Status::failed;  ///< of the first part that is not optimal, else optimal
  std::string message;             ///< why not optimal
  /// Lagrangian bound: the program's optimum, with integers, is at least this plus the least that
  /// the foreign variables' reduced costs can be.
  double bound = -infinity;
  /// The parts' best points side by side; keeps everything but the let-go constraints. Foreign
  /// variables are 0.
  std::vector<double> point;
  /// Per part that is not convex: expression ≥ lower holds at every point that the part's own
  /// solver allows, as long as the variables that are fixed stay so. Added to the relaxation they
  /// close what the parts leave open.
  struct Cut {
    LinearExpression expression;
    double lower = -infinity;
  };
  std::vector<Cut> cuts;
};

/// A part of the program by itself: linear costs, against the multipliers.
struct Part {
  std::vector<VariableId> variables;  ///< of the whole program, in the order of `program`'s
  Program program;
};

struct PartSolution {
  Solution solution;   ///< `bound` counts, whatever `point` is
  bool convex = true;  ///< no more was asked than what the part's program says
};
using PartSolver = std::function<PartSolution(const Part&)>;

/// Lets the coupling constraints go against `multipliers` (one per constraint of the program, as in
/// Solution::duals; only the coupling ones are read) and solves every part on its own, integers and
/// all: with d = c − Σ_i y_i a_i over the coupling rows,
///
///   L(y) = c₀ + Σ_i (y_i > 0 ? y_i·lower_i : y_i·upper_i) + Σ_parts min { d'x : x in the part }.
///
/// Branch and bound over the whole must refute every combination of the parts' integers; here each
/// part is refuted alone. Never below the linear relaxation's bound at its own duals (Geoffrion,
/// Lagrangean relaxation for integer programming, 1974). Linear costs only. The threads never
/// change the answer.
[[nodiscard]] PartsAnswer solve_parts(const Program& program, const Coupling& coupling,
                                      std::span<const double> multipliers,
                                      const SolveOptions& options, unsigned threads);

/// The same with a solver of parts that knows more of them than their programs say: its bounds hold
/// for what it allows. Called by several threads at a time, on different parts.
[[nodiscard]] PartsAnswer solve_parts_with(const PartSolver& solve_part, const Program& program,
                                           const Coupling& coupling,
                                           std::span<const double> multipliers, unsigned threads);

}  // namespace gridpact::program
