#include "gridpact/report/detail/html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gridpact::report {
namespace {

using testing::HasSubstr;

TEST(Html, TextStaysText) {
  EXPECT_EQ(escaped("<a href=\"x\">Tom & 'Jerry'</a>"),
            "&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/a&gt;");
}

TEST(Html, TablesNameTheirRowsAndColumns) {
  const auto html = to_html(
      HtmlTable{"Costs <1>", {"", "a&b", "c"}, {{"x", "1", "2"}, {"y", "3", "4"}}, 1, {1}, {2}});
  EXPECT_THAT(html, HasSubstr("aria-label=\"Costs &lt;1&gt;\""));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">a&amp;b</th>"));
  EXPECT_THAT(html,
              HasSubstr("<tr><th scope=\"row\">x</th><td>1</td><td class=\"chosen\">2</td></tr>"));
  EXPECT_THAT(html, HasSubstr("<tr class=\"strong\"><th scope=\"row\">y</th>"));
}

TEST(Html, NumbersInTablesKeepTheirUnits) {
  const auto html = to_html(HtmlTable{"T", {"a", "b"}, {{"row 1 of", "1.5 % to 20 kW"}}});
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">row 1 of</th><td>1.5&nbsp;% to 20&nbsp;kW</td>"));
}

TEST(Html, AFigureHoldsItsNumbersAsATable) {
  const auto html = to_html(Figure{"risk", "Title", "How", "Sum \"up\"", {"T", {"h"}, {{"cell"}}}});
  EXPECT_THAT(html,
              HasSubstr("data-chart=\"risk\" role=\"img\" aria-label=\"Sum &quot;up&quot;\""));
  EXPECT_THAT(html, HasSubstr("<details><summary>The numbers</summary>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">cell</th>"));
}

}  // namespace
}  // namespace gridpact::report
