// Against diptest: tests/validation/dip_diptest.

#include "gridpact/uncertainty/dip.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {
namespace {

nlohmann::json reference_cases() {
  std::ifstream file(std::string(GRIDPACT_SOURCE_DIR) +
                     "/tests/validation/dip_diptest/expected.json");
  return nlohmann::json::parse(file).at("cases");
}

TEST(Dip, IsThatOfTheReferenceImplementation) {
  for (const auto& expected : reference_cases()) {
    const auto sample = expected.at("sample").get<std::vector<double>>();
    EXPECT_NEAR(dip_statistic(sample), expected.at("dip").get<double>(), 1e-12)
        << expected.at("name");
  }
}

TEST(Dip, PValuesAreThoseOfTheReferenceTable) {
  for (const std::size_t size : {60U, 365U, 1000U}) {
    const DipTest test(size, 1);
    for (const auto& expected : reference_cases()) {
      const auto sample = expected.at("sample").get<std::vector<double>>();
      if (sample.size() == size) {
        EXPECT_NEAR(test.p_value(dip_statistic(sample)), expected.at("p_value").get<double>(), 0.03)
            << expected.at("name");
      }
    }
  }
}

TEST(Dip, DoesNotDependOnPlaceScaleOrSide) {
  RandomStream random(2, 0);
  std::vector<double> sample(200);
  std::vector<double> mirrored;
  for (double& x : sample) {
    x = random.normal() + (random.uniform() < 0.4 ? 3.0 : 0.0);
  }
  std::sort(sample.begin(), sample.end());
  for (const double x : sample) {
    mirrored.push_back(7.0 - 3.0 * x);
  }
  std::reverse(mirrored.begin(), mirrored.end());
  EXPECT_NEAR(dip_statistic(sample), dip_statistic(mirrored), 1e-12);
}

TEST(Dip, LevelOfTheTestIsKeptByUnimodalLaws) {
  const DipTest test(100, 1);
  std::size_t uniform = 0;
  std::size_t normal = 0;
  constexpr std::size_t trials = 1000;
  for (std::size_t r = 0; r < trials; ++r) {
    RandomStream random(9, r);
    std::vector<double> u(100);
    std::vector<double> g(100);
    for (std::size_t i = 0; i < u.size(); ++i) {
      u[i] = random.uniform();
      g[i] = random.normal();
    }
    std::sort(u.begin(), u.end());
    std::sort(g.begin(), g.end());
    uniform += test.p_value(dip_statistic(u)) <= 0.05 ? 1U : 0U;
    normal += test.p_value(dip_statistic(g)) <= 0.05 ? 1U : 0U;
  }
  EXPECT_NEAR(static_cast<double>(uniform) / trials, 0.05, 0.025);
  EXPECT_LT(static_cast<double>(normal) / trials, 0.03);
}

TEST(Dip, SamplesWithoutWidth) {
  EXPECT_EQ(dip_statistic(std::vector<double>{4.0}), 0.5);
  EXPECT_EQ(dip_statistic(std::vector<double>(10, 4.0)), 0.05);
}

}  // namespace
}  // namespace gridpact::uncertainty
