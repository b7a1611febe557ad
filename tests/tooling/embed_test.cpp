#include <fstream>
#include <sstream>
#include <string_view>

#include <gtest/gtest.h>

namespace gridpact::tooling {

extern const std::string_view embedded_text;

namespace {

TEST(Embed, GivesTheBytesOfTheFile) {
  std::ifstream file(GRIDPACT_SOURCE_DIR "/tests/tooling/embedded.txt", std::ios::binary);
  std::ostringstream expected;
  expected << file.rdbuf();
  ASSERT_FALSE(expected.str().empty());
  EXPECT_EQ(embedded_text, expected.str());
}

}  // namespace
}  // namespace gridpact::tooling
