// Greedy elimination on the graph of a symmetric pattern, block by block (George, Liu, SIAM Review
// 31(1), 1989; exact fill instead of the degree, since blocks of a feeder have few neighbours):
//
//   eliminating block b with neighbours N removes  |b|(|b|−1)/2 + |b||N|  edges
//   and adds the pairs of N that are not neighbours yet: its fill
//
// 1. Quiet blocks, as long as one adds no more edges than it removes. They come before all that
//    carries a right-hand side, so a substitution reaches none of their rows and needs none: what
//    is left is the Kron reduction, kept sparse.
// 2. All others, the least fill first; among equals the one above the fewest eliminated blocks, so
//    that neighbouring rows of the factors seldom wait for each other. On a tree nothing fills in.

#include "gridpact/network/detail/elimination_order.hpp"

#include <algorithm>
#include <cassert>
#include <queue>
#include <tuple>

namespace gridpact::network {

namespace {

using Set = std::vector<std::size_t>;  ///< ascending

bool contains(const Set& set, std::size_t value) {
  return std::binary_search(set.begin(), set.end(), value);
}

class Elimination {
 public:
  Elimination(std::size_t size, const std::vector<std::pair<std::size_t, std::size_t>>& pattern,
              const std::vector<EliminationBlock>& blocks)
      : blocks_(blocks),
        neighbours_(size),
        block_of_(size, blocks.size()),
        level_(blocks.size(), 0),
        is_done_(blocks.size(), false),
        place_(size) {
    for (const auto& [row, column] : pattern) {
      if (row != column) {
        neighbours_[row].push_back(column);
        neighbours_[column].push_back(row);
      }
    }
    for (Set& set : neighbours_) {
      std::sort(set.begin(), set.end());
      set.erase(std::unique(set.begin(), set.end()), set.end());
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      for (const std::size_t unknown : blocks[b].unknowns) {
        block_of_[unknown] = b;
      }
    }
  }

  std::vector<std::size_t> run() {
    eliminate([&](std::size_t b) { return blocks_[b].is_quiet; }, true);
    eliminate([&](std::size_t b) { return !is_done_[b]; }, false);
    assert(next_ == place_.size());
    return place_;
  }

 private:
  struct Price {
    std::size_t fill = 0;
    std::size_t removed = 0;
  };
  /// What is compared: fill, level, neighbours; the block's number last.
  using Rank = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;

  [[nodiscard]] Set around(std::size_t b) const {
    Set out;
    for (const std::size_t unknown : blocks_[b].unknowns) {
      for (const std::size_t neighbour : neighbours_[unknown]) {
        if (block_of_[neighbour] != b) {
          out.push_back(neighbour);
        }
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  [[nodiscard]] Price price(std::size_t b, const Set& outside) const {
    const std::size_t inside = blocks_[b].unknowns.size();
    Price out{0, inside * (inside - 1) / 2 + inside * outside.size()};
    for (std::size_t i = 0; i < outside.size(); ++i) {
      for (std::size_t j = i + 1; j < outside.size(); ++j) {
        out.fill += contains(neighbours_[outside[i]], outside[j]) ? 0U : 1U;
      }
    }
    return out;
  }

  template <class Wanted>
  void eliminate(Wanted wanted, bool only_if_it_pays) {
    std::priority_queue<Rank, std::vector<Rank>, std::greater<>> queue;
    const auto rank = [&](std::size_t b, const Set& outside, const Price& price) {
      return Rank{price.fill, level_[b], outside.size(), b};
    };
    const auto consider = [&](std::size_t b) {
      const Set outside = around(b);
      const Price cost = price(b, outside);
      if (!only_if_it_pays || cost.fill <= cost.removed) {
        queue.push(rank(b, outside, cost));
      }
    };
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      if (wanted(b)) {
        consider(b);
      }
    }
    while (!queue.empty()) {
      const Rank stated = queue.top();
      queue.pop();
      const std::size_t b = std::get<3>(stated);
      if (is_done_[b]) {
        continue;
      }
      const Set outside = around(b);
      const Price cost = price(b, outside);
      if (only_if_it_pays && cost.fill > cost.removed) {
        continue;
      }
      if (const Rank now = rank(b, outside, cost); now != stated) {
        queue.push(now);  // something around it has changed since
        continue;
      }
      take(b, outside);
      for (std::size_t i = 0; i < outside.size(); ++i) {
        const std::size_t touched = block_of_[outside[i]];
        if (wanted(touched) && (i == 0 || block_of_[outside[i - 1]] != touched)) {
          consider(touched);
        }
      }
    }
  }

  void take(std::size_t b, const Set& outside) {
    for (const std::size_t unknown : blocks_[b].unknowns) {
      place_[unknown] = next_++;
    }
    is_done_[b] = true;
    for (const std::size_t unknown : outside) {
      Set joined, left;
      std::set_union(neighbours_[unknown].begin(), neighbours_[unknown].end(), outside.begin(),
                     outside.end(), std::back_inserter(joined));
      std::copy_if(joined.begin(), joined.end(), std::back_inserter(left),
                   [&](std::size_t other) { return other != unknown && block_of_[other] != b; });
      neighbours_[unknown] = std::move(left);
      std::size_t& level = level_[block_of_[unknown]];
      level = std::max(level, level_[b] + 1);
    }
  }

  const std::vector<EliminationBlock>& blocks_;
  std::vector<Set> neighbours_;  ///< of each unknown among those that are left
  std::vector<std::size_t> block_of_;
  std::vector<std::size_t> level_;  ///< of each block: eliminated blocks in a chain below it
  std::vector<bool> is_done_;
  std::vector<std::size_t> place_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<std::size_t> elimination_order(
    std::size_t size, const std::vector<std::pair<std::size_t, std::size_t>>& pattern,
    const std::vector<EliminationBlock>& blocks) {
  return Elimination(size, pattern, blocks).run();
}

}  // namespace gridpact::network
