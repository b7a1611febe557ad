#include <array>
#include <string>

#include <dss_capi.h>
#include <gtest/gtest.h>
#include <interfaces/highs_c_api.h>

namespace gridpact::tooling {
namespace {

// minimise 2x subject to x >= 3, 0 <= x <= 10: x = 3, cost 6.
TEST(Highs, SolvesALinearProgramOfOneVariable) {
  const std::array cost{2.0};
  const std::array lower{0.0};
  const std::array upper{10.0};
  const std::array row_lower{3.0};
  void* highs = Highs_create();
  const std::array row_upper{Highs_getInfinity(highs)};
  const std::array<HighsInt, 1> start{0};
  const std::array<HighsInt, 1> index{0};
  const std::array value{1.0};
  ASSERT_EQ(Highs_setBoolOptionValue(highs, "output_flag", 0), kHighsStatusOk);
  ASSERT_EQ(Highs_passLp(highs, 1, 1, 1, kHighsMatrixFormatColwise, kHighsObjSenseMinimize, 0.0,
                         cost.data(), lower.data(), upper.data(), row_lower.data(),
                         row_upper.data(), start.data(), index.data(), value.data()),
            kHighsStatusOk);
  ASSERT_EQ(Highs_run(highs), kHighsStatusOk);
  EXPECT_EQ(Highs_getModelStatus(highs), kHighsModelStatusOptimal);

  std::array<double, 1> column{};
  std::array<double, 1> column_dual{};
  std::array<double, 1> row{};
  std::array<double, 1> row_dual{};
  ASSERT_EQ(
      Highs_getSolution(highs, column.data(), column_dual.data(), row.data(), row_dual.data()),
      kHighsStatusOk);
  EXPECT_DOUBLE_EQ(column[0], 3.0);
  EXPECT_DOUBLE_EQ(row_dual[0], 2.0);
  EXPECT_DOUBLE_EQ(Highs_getObjectiveValue(highs), 6.0);
  Highs_destroy(highs);
}

TEST(DssCapi, StartsTheOpenDssEngine) {
  ASSERT_NE(DSS_Start(0), 0);
  const std::string version = DSS_Get_Version();
  EXPECT_NE(version.find(DSS_CAPI_VERSION), std::string::npos) << version;
}

}  // namespace
}  // namespace gridpact::tooling
