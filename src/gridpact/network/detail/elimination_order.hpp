#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace gridpact::network {

/// Unknowns that are eliminated one after the other: those of one node, so that their rows have the
/// same columns.
struct EliminationBlock {
  std::vector<std::size_t> unknowns;
  bool is_quiet = false;  ///< their right-hand sides are mostly zero and they are seldom wanted
};

/// The place of each of `size` unknowns in an order of elimination that fills in little. `pattern`:
/// places (row, column) of the matrix, taken as symmetric; `blocks`: every unknown in one of them.
[[nodiscard]] std::vector<std::size_t> elimination_order(
    std::size_t size, const std::vector<std::pair<std::size_t, std::size_t>>& pattern,
    const std::vector<EliminationBlock>& blocks);

}  // namespace gridpact::network
