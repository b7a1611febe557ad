#include "gridpact/uncertainty/detail/mixture.hpp"

#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {
namespace {

struct Mode {
  double weight;
  double x, y;               // mean
  double sx, sy, rho = 0.0;  // deviations and correlation
};

Matrix draw(const std::vector<Mode>& modes, std::size_t rows, std::uint64_t seed) {
  RandomStream random(seed, 0);
  Matrix out(rows, 2);
  for (std::size_t i = 0; i < rows; ++i) {
    double left = random.uniform();
    const Mode* mode = &modes.back();
    for (const auto& m : modes) {
      left -= m.weight;
      if (left < 0.0) {
        mode = &m;
        break;
      }
    }
    const double a = random.normal();
    const double b = mode->rho * a + std::sqrt(1.0 - mode->rho * mode->rho) * random.normal();
    out(i, 0) = mode->x + mode->sx * a;
    out(i, 1) = mode->y + mode->sy * b;
  }
  return out;
}

double rows_of(const Matrix& m) { return static_cast<double>(m.rows()); }

TEST(Mixture, KnownMixtureIsRecovered) {
  const std::vector<Mode> truth{{0.7, -0.6, 0.3, 0.5, 0.8, 0.6}, {0.3, 1.4, -0.7, 0.3, 0.6, -0.4}};
  const auto rows = draw(truth, 20000, 3);
  const auto fitted = fit_mixture(rows, 5, rows_of(rows));
  ASSERT_EQ(fitted.components.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    const auto& c = fitted.components[k];
    EXPECT_NEAR(c.weight, truth[k].weight, 0.01);
    EXPECT_NEAR(c.mean[0], truth[k].x, 0.02);
    EXPECT_NEAR(c.mean[1], truth[k].y, 0.03);
    EXPECT_NEAR(c.covariance(0, 0), truth[k].sx * truth[k].sx, 0.02);
    EXPECT_NEAR(c.covariance(1, 1), truth[k].sy * truth[k].sy, 0.03);
    EXPECT_NEAR(c.covariance(0, 1), truth[k].rho * truth[k].sx * truth[k].sy, 0.02);
    EXPECT_EQ(c.covariance(0, 1), c.covariance(1, 0));
  }
}

TEST(Mixture, BicFindsTheNumberOfComponents) {
  const std::vector<std::vector<Mode>> truths{
      {{1.0, 0.0, 0.0, 1.0, 1.0, 0.3}},
      {{0.5, -1.0, 0.0, 0.3, 0.5}, {0.5, 1.0, 0.0, 0.4, 0.5}},
      {{0.4, -1.2, 0.0, 0.3, 0.3}, {0.3, 0.4, 1.2, 0.4, 0.2}, {0.3, 1.0, -1.0, 0.2, 0.4}}};
  for (std::size_t k = 0; k < truths.size(); ++k) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
      const auto rows = draw(truths[k], 2000, seed);
      EXPECT_EQ(fit_mixture(rows, 5, rows_of(rows)).components.size(), k + 1) << "seed " << seed;
    }
  }
}

TEST(Mixture, SmallClustersFarOutAreFound) {
  // Evenly placed seeds fall into the large cluster; k-means++ reaches the small ones.
  const std::vector<Mode> truth{{0.88, 0.0, 0.0, 0.6, 0.6},
                                {0.04, 4.0, -3.0, 0.2, 0.2},
                                {0.04, 4.0, 3.0, 0.2, 0.2},
                                {0.04, -4.0, -1.0, 0.2, 0.2}};
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    const auto rows = draw(truth, 4000, seed);
    const auto fitted = fit_mixture(rows, 5, rows_of(rows));
    ASSERT_EQ(fitted.components.size(), 4U) << "seed " << seed;
    for (std::size_t k = 1; k < 4; ++k) {
      EXPECT_NEAR(fitted.components[k].weight, 0.04, 0.012) << "seed " << seed;
    }
  }
}

TEST(Mixture, OneModeOfSeveralWidthsShowsItsHeavyTails) {
  // 0.92 N(0, 0.6²) + 0.08 N(0, 2.3²): variance 0.7544, fourth moment 7.07, kurtosis 12.4.
  const auto rows = draw({{0.92, 0, 0, 0.6, 0.6}, {0.08, 0, 0, 2.3, 2.3}}, 20000, 5);
  const auto fitted = fit_mixture(rows, 5, rows_of(rows));
  auto components = fitted.components;
  whiten(components);
  for (const std::size_t j : {0U, 1U}) {
    EXPECT_NEAR(mixture_kurtosis(components, j), 12.4, 1.5);
  }
}

TEST(Mixture, TailOfStudentTIsFarBeyondTheGaussianOne) {
  // t with 5 degrees of freedom, scaled to variance 1: P(|x| > 4) = 2 (1 − F_t5(4 √(5/3))) =
  // 0.00358.
  RandomStream random(11, 0);
  Matrix rows(20000, 1);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    double chi_squared = 0.0;
    for (int k = 0; k < 5; ++k) {
      const double x = random.normal();
      chi_squared += x * x;
    }
    rows(i, 0) = random.normal() / std::sqrt(chi_squared / 5.0) * std::sqrt(3.0 / 5.0);
  }
  auto components = fit_mixture(rows, 5, rows_of(rows)).components;
  whiten(components);
  const double beyond = mixture_cdf(components, 0, -4.0) + 1.0 - mixture_cdf(components, 0, 4.0);
  EXPECT_GT(beyond, 0.0025);  // a Gaussian has 0.00006
  EXPECT_LT(beyond, 0.0048);
}

TEST(Mixture, RepeatedRowsAreNoEvidence) {
  // 100 normal draws, each 60 times: taken as 6,000 independent rows they have structure that is
  // not there.
  RandomStream random(2, 0);
  Matrix rows(6000, 1);
  for (std::size_t i = 0; i < 100; ++i) {
    const double x = random.normal();
    for (std::size_t k = 0; k < 60; ++k) {
      rows(60 * i + k, 0) = x;
    }
  }
  EXPECT_EQ(fit_mixture(rows, 5, 100.0).components.size(), 1U);
  EXPECT_GT(fit_mixture(rows, 5, 6000.0).components.size(), 1U);
}

TEST(Mixture, ComponentsThatCollapseAreRefused) {
  // Half of the rows are one and the same point: its likelihood would be unbounded.
  RandomStream random(2, 0);
  Matrix rows(2000, 2);
  for (std::size_t i = 0; i < rows.rows(); i += 2) {
    rows(i, 0) = random.normal();
    rows(i, 1) = random.normal();
  }
  for (const auto& c : fit_mixture(rows, 5, rows_of(rows)).components) {
    EXPECT_GT(c.covariance(0, 0), 1e-3);
    EXPECT_GT(c.covariance(1, 1), 1e-3);
  }
}

TEST(Mixture, SameRowsSameBytesWhateverWasFittedBefore) {
  const auto rows = draw({{0.5, -1.0, 0.0, 0.3, 0.5}, {0.5, 1.0, 0.0, 0.4, 0.5}}, 1000, 1);
  const auto first = fit_mixture(rows, 4, 1000.0);
  (void)fit_mixture(draw({{1.0, 0.0, 0.0, 1.0, 1.0}}, 500, 9), 3, 500.0);
  const auto second = fit_mixture(rows, 4, 1000.0);
  ASSERT_EQ(first.components.size(), second.components.size());
  for (std::size_t k = 0; k < first.components.size(); ++k) {
    EXPECT_EQ(first.components[k].weight, second.components[k].weight);
    EXPECT_EQ(first.components[k].mean, second.components[k].mean);
    EXPECT_EQ(first.components[k].covariance, second.components[k].covariance);
  }
}

TEST(Mixture, WhitenedThenMappedHasExactlyTheMapsCovariance) {
  Matrix c1(2, 2, 0.3);
  c1(0, 0) = 1.3;
  c1(1, 1) = 0.6;
  Matrix c2(2, 2, -0.1);
  c2(0, 0) = 0.2;
  c2(1, 1) = 0.9;
  std::vector<MixtureComponent> mixture{{0.6, {0.3, -0.2}, c1}, {0.4, {0.8, 1.5}, c2}};
  whiten(mixture);
  Matrix map(3, 2);
  map(0, 0) = 2.0;
  map(1, 0) = 2.0;  // the same source twice
  map(2, 0) = -0.5;
  map(2, 1) = 1.0;
  const auto image = mapped(mixture, map);
  for (std::size_t i = 0; i < 3; ++i) {
    double mean = 0.0;
    for (const auto& c : image) {
      mean += c.weight * c.mean[i];
    }
    EXPECT_NEAR(mean, 0.0, 1e-14);
    for (std::size_t j = 0; j < 3; ++j) {
      double covariance = 0.0;
      for (const auto& c : image) {
        covariance += c.weight * (c.covariance(i, j) + c.mean[i] * c.mean[j]);
      }
      EXPECT_NEAR(covariance, map(i, 0) * map(j, 0) + map(i, 1) * map(j, 1), 1e-13);
    }
  }
}

}  // namespace
}  // namespace gridpact::uncertainty
