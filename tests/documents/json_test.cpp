#include "gridpact/documents/json.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/documents/number.hpp"

namespace gridpact::documents {
namespace {

using testing::HasSubstr;

Json sample() {
  Json json;
  json.add("name", "a \"b\"\n</script>");
  json.add("row", Json::Array{1.5, Json{-2}, Json{true}, Json{}});
  Json list;
  list.push(Json::Object{{"x", 1u}, {"y", 2u}});
  list.push(Json::Object{{"z", Json::Array{}}});
  json.add("list", list);
  return json;
}

TEST(Json, TextIsLaidOutForPeople) {
  EXPECT_EQ(to_text(sample()), R"({
  "name": "a \"b\"\n</script>",
  "row": [1.5, -2, true, null],
  "list": [
    {"x": 1, "y": 2},
    {
      "z": []
    }
  ]
}
)");
}

TEST(Json, CompactTextIsHarmlessInsideHtml) {
  EXPECT_EQ(to_compact_text(sample()),
            R"({"name":"a \"b\"\n\u003c/script>","row":[1.5,-2,true,null],)"
            R"("list":[{"x":1,"y":2},{"z":[]}]})");
}

TEST(Json, BytesThatAreNotUtf8AreReplaced) { EXPECT_EQ(quoted("a\xff"), "\"a\xef\xbf\xbd\""); }

TEST(Json, NumbersThatAreNotFiniteAreNull) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(to_compact_text(Json::numbers(std::vector{infinite, -infinite, std::nan("")})),
            "[null,null,null]");
}

RC_GTEST_PROP(Json, EveryFiniteNumberReadsBackAsItself, (std::uint64_t bits)) {
  const auto number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));
  const auto json = parse_json(shortest(number), "number");
  RC_ASSERT(json.ok());
  double back = 0.0;
  if (const auto* real = json->get_if<double>()) {
    back = *real;
  } else if (const auto* whole = json->get_if<std::uint64_t>()) {
    back = static_cast<double>(*whole);
  } else {
    back = static_cast<double>(std::get<std::int64_t>(json->value()));
  }
  RC_ASSERT(std::bit_cast<std::uint64_t>(back) == bits);
}

TEST(Json, SmallAndRoundNumbersReadBackExactly) {
  for (const double number :
       {-0.0, 0.0, 0.1, 1e300, 5e-324, 1e15, 1e16, 123456789012345678.0, -3.0}) {
    const auto json = parse_json("[" + shortest(number) + "]", "number");
    ASSERT_TRUE(json.ok());
    EXPECT_EQ(to_compact_text(*json), "[" + shortest(number) + "]");
  }
}

TEST(Json, LineOfEachValueIsKept) {
  const auto json = parse_json("{\"a\": 1,\n\"b\": [2\n,\n3]\n}", "file");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->find("a")->line, 1);
  const auto& list = std::get<Json::Array>(json->find("b")->value());
  EXPECT_EQ(list[0].line, 2);
  EXPECT_EQ(list[1].line, 4);
}

TEST(Json, SaysWhereTheTextIsNoJson) {
  const auto json = parse_json("{\"a\": 1,\n  b: 2}", "plan.json");
  ASSERT_FALSE(json.ok());
  ASSERT_EQ(json.faults().size(), 1u);
  EXPECT_EQ(json.faults()[0].place, (Place{"plan.json", 2}));
  EXPECT_THAT(json.faults()[0].message, HasSubstr("not valid JSON: syntax error"));
}

TEST(Json, RefusesTheSameKeyTwice) {
  const auto json = parse_json("{\"a\": 1, \"b\": {\"a\": 1},\n\"a\": 2, \"b\": 3}", "plan.json");
  ASSERT_FALSE(json.ok());
  ASSERT_EQ(json.faults().size(), 2u);
  EXPECT_EQ(to_string(json.faults()[0]),
            "plan.json:2: error: the key 'a' stands twice in the same object; remove one");
}

TEST(Json, RefusesAbsurdNesting) {
  const auto json = parse_json(std::string(1'000'000, '['), "plan.json");
  ASSERT_FALSE(json.ok());
  EXPECT_THAT(json.faults()[0].message, HasSubstr("nested more than 64 deep"));
}

TEST(Json, RefusesAnEmptyFile) { EXPECT_FALSE(parse_json("", "plan.json").ok()); }

}  // namespace
}  // namespace gridpact::documents
