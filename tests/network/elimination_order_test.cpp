#include "gridpact/network/detail/elimination_order.hpp"

#include <algorithm>
#include <set>

#include "network/flow_support.hpp"
#include "support/feeders.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/network/detail/nodal_admittance.hpp"

namespace gridpact::test {
namespace {

using Places = std::vector<std::pair<std::size_t, std::size_t>>;

std::vector<network::EliminationBlock> one_by_one(std::size_t size) {
  std::vector<network::EliminationBlock> blocks;
  for (std::size_t i = 0; i < size; ++i) {
    blocks.push_back({{i}, false});
  }
  return blocks;
}

/// Pairs that are no neighbours in `pattern` but become so by elimination in this order.
std::size_t fill_of(std::size_t size, const Places& pattern,
                    const std::vector<std::size_t>& place) {
  std::vector<std::set<std::size_t>> after(size);
  for (const auto& [i, j] : pattern) {
    if (place[i] != place[j]) {
      after[std::min(place[i], place[j])].insert(std::max(place[i], place[j]));
    }
  }
  std::size_t fill = 0;
  for (const auto& neighbours : after) {
    for (auto first = neighbours.begin(); first != neighbours.end(); ++first) {
      for (auto second = std::next(first); second != neighbours.end(); ++second) {
        fill += after[*first].insert(*second).second ? 1U : 0U;
      }
    }
  }
  return fill;
}

void expect_each_place_once(std::vector<std::size_t> place) {
  std::sort(place.begin(), place.end());
  for (std::size_t i = 0; i < place.size(); ++i) {
    ASSERT_EQ(place[i], i);
  }
}

TEST(EliminationOrder, FillsNothingOnATree) {
  RandomStream random(5, 0);
  constexpr std::size_t size = 300;
  Places pattern;
  for (std::size_t i = 1; i < size; ++i) {
    pattern.emplace_back(
        i, std::min(i - 1, static_cast<std::size_t>(random.uniform() * static_cast<double>(i))));
  }
  const auto place = network::elimination_order(size, pattern, one_by_one(size));
  expect_each_place_once(place);
  EXPECT_EQ(fill_of(size, pattern, place), 0U);
}

TEST(EliminationOrder, FillsARingAsLittleAsAnyOrder) {
  constexpr std::size_t size = 50;
  Places pattern;
  for (std::size_t i = 0; i < size; ++i) {
    pattern.emplace_back(i, (i + 1) % size);
  }
  const auto place = network::elimination_order(size, pattern, one_by_one(size));
  expect_each_place_once(place);
  EXPECT_EQ(fill_of(size, pattern, place), size - 3);
}

TEST(EliminationOrder, BeginsWithQuietBlocksThatDoNotJoinManyOthers) {
  // 0 lies between 1 and 2; 3 is the centre of a star with 5 points, whose removal would join all.
  const Places pattern{{1, 0}, {0, 2}, {2, 3}, {3, 4}, {3, 5}, {3, 6}, {3, 7}};
  auto blocks = one_by_one(8);
  blocks[0].is_quiet = blocks[3].is_quiet = true;
  const auto place = network::elimination_order(8, pattern, blocks);
  expect_each_place_once(place);
  EXPECT_EQ(place[0], 0U);
  EXPECT_GT(place[3], 1U);
}

TEST(EliminationOrder, KeepsTheFactorsOfARadialFeederAsSparseAsItsAdmittance) {
  const Feeder feeder = ieee33_feeder();
  const network::NodalAdmittance admittance = network::nodal_admittance(feeder);
  const auto place = admittance.elimination_order(feeder, network::load_ports(feeder));
  expect_each_place_once(place);
  const network::SparseLu<Complex> factors(admittance.unknown_block(), place);
  EXPECT_EQ(factors.lower().column.size() + factors.upper().column.size() + factors.size(),
            admittance.unknown_block().size());
}

}  // namespace
}  // namespace gridpact::test
