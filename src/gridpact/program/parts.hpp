#pragma once

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
  /// Per part with integers: expression ≥ lower holds at every point of the program whose integers
  /// are integer. Added to the relaxation they close what the parts' own integers leave open.
  struct Cut {
    LinearExpression expression;
    double lower = -infinity;
  };
  std::vector<Cut> cuts;
};

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

}  // namespace gridpact::program
