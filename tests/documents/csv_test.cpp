#include "gridpact/documents/csv.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace gridpact::documents {
namespace {

TEST(Csv, QuotesOnlyWhereItMust) {
  Csv csv;
  csv.cell("plain").cell("a,b").cell("say \"x\"").cell("two\nlines").cell("").end_row();
  csv.cell(0.1).cell(std::numeric_limits<double>::infinity()).count(3).end_row();
  EXPECT_EQ(csv.take(), "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\n0.1,,3\n");
}

}  // namespace
}  // namespace gridpact::documents
