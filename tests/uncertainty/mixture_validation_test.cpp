// Against scikit-learn: tests/validation/mixture_scikit_learn and shrinkage_scikit_learn.

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gridpact/uncertainty/detail/mixture.hpp"
#include "gridpact/uncertainty/detail/shrinkage.hpp"

namespace gridpact::uncertainty {
namespace {

const std::string folder = GRIDPACT_SOURCE_DIR "/tests/validation/mixture_scikit_learn/";

Matrix input() {
  std::ifstream file(folder + "input.csv");
  std::vector<double> values;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string cell;
    while (std::getline(cells, cell, ',')) {
      values.push_back(std::stod(cell));
    }
  }
  Matrix out(values.size() / 3, 3);
  std::copy(values.begin(), values.end(), out.data());
  return out;
}

nlohmann::json expected_result() {
  std::ifstream file(folder + "expected.json");
  return nlohmann::json::parse(file);
}

TEST(MixtureValidation, SameMixtureAsScikitLearn) {
  const auto expected = expected_result();
  const auto rows = input();
  const auto fitted = fit_mixture(rows, 4, static_cast<double>(rows.rows()));
  const std::size_t components = expected["weights"].size();
  ASSERT_EQ(fitted.components.size(), components);
  EXPECT_NEAR(fitted.mean_log_likelihood,
              expected["mean_log_likelihood"][components - 1].get<double>(), 1e-4);
  EXPECT_NEAR(fitted.bic, expected["bic"][components - 1].get<double>(), 0.6);
  for (std::size_t k = 0; k < components; ++k) {
    EXPECT_NEAR(fitted.components[k].weight, expected["weights"][k].get<double>(), 2e-3);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(fitted.components[k].mean[i], expected["means"][k][i].get<double>(), 0.01);
      for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_NEAR(fitted.components[k].covariance(i, j),
                    expected["covariances"][k][i][j].get<double>(), 0.02);
      }
    }
  }
}

// Scikit-learn starts from k-means clusters; the concentric start may find more, never less.
TEST(MixtureValidation, FewerComponentsAreAtLeastAsLikely) {
  const auto expected = expected_result();
  const auto rows = input();
  for (const std::size_t k : {1U, 2U}) {
    const auto fitted = fit_mixture(rows, k, static_cast<double>(rows.rows()));
    ASSERT_EQ(fitted.components.size(), k);
    EXPECT_GT(fitted.mean_log_likelihood,
              expected["mean_log_likelihood"][k - 1].get<double>() - 1e-4);
  }
}

TEST(ShrinkageValidation, SameWeightAsScikitLearn) {
  std::ifstream file(std::string(GRIDPACT_SOURCE_DIR) +
                     "/tests/validation/shrinkage_scikit_learn/expected.json");
  const auto expected = nlohmann::json::parse(file);
  ASSERT_EQ(expected["cases"].size(), 5U);
  for (const auto& entry : expected["cases"]) {
    const auto values = entry["eigenvalues"].get<std::vector<double>>();
    EXPECT_NEAR(oas_weight(values, entry["rows"].get<double>()), entry["weight"].get<double>(),
                1e-9);
  }
}

}  // namespace
}  // namespace gridpact::uncertainty
