#include "gridpact/importers/detail/suggestion.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace gridpact::importers {
namespace {

constexpr std::array<std::string_view, 5> words{"p_min_kw", "p_max_kw", "node", "18", "Bus_7"};

TEST(Suggestion, ForgivesSlipsOfTheKeyboard) {
  EXPECT_EQ(nearest_word("p_maxkw", words), "p_max_kw");
  EXPECT_EQ(nearest_word("p_max_kww", words), "p_max_kw");
  EXPECT_EQ(nearest_word("p_mxa_kw", words), "p_max_kw");
  EXPECT_EQ(nearest_word("ndoe", words), "node");
  EXPECT_EQ(nearest_word("bus_7", words), "Bus_7");
}

TEST(Suggestion, DoesNotGuessWildly) {
  EXPECT_EQ(nearest_word("capacity", words), "");
  EXPECT_EQ(nearest_word("19", words), "") << "another number is another node, not a slip";
  EXPECT_EQ(nearest_word("anything", {}), "");
  EXPECT_EQ(did_you_mean("capacity", words), "");
}

TEST(Suggestion, PrefersTheNearestThenTheFirst) {
  EXPECT_EQ(nearest_word("p_mix_kw", words), "p_min_kw");
  EXPECT_EQ(did_you_mean("p_mix_kw", words), "; did you mean 'p_min_kw'?");
}

}  // namespace
}  // namespace gridpact::importers
