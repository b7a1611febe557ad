#pragma once

#include <optional>

#include "gridpact/program/program.hpp"

namespace gridpact::program {

/// Branch and bound on the integers of a program of linear cost, by warm simplex runs: for small
/// programs of which the solver's own branch and cut spends most of its time on presolve,
/// heuristics and cuts (docs/adr/0009). The bound is the least of the leaves' Lagrangian bounds,
/// which are plain arithmetic. Nothing where `most_nodes` were branched on and the gap is not
/// reached, or the simplex method fails on a node.
[[nodiscard]] std::optional<Solution> branch_and_bound(const Program& program,
                                                       const SolveOptions& options, int most_nodes);

}  // namespace gridpact::program
