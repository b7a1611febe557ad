#include <algorithm>
#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {
namespace {

constexpr std::size_t draws = 20000;

std::vector<Matrix> sampled(const LayerLaw& law, std::size_t count = draws) {
  std::vector<Matrix> days;
  for (std::size_t s = 0; s < count; ++s) {
    RandomStream random(42, s);
    days.push_back(sample_day(law, random));
  }
  return days;
}

/// E (ξ(t,i) − μ(t,i)) (ξ(s,j) − μ(s,j)) / (σ(t,i) σ(s,j)) over the days.
double comoment(const std::vector<Matrix>& days, const LayerLaw& law, std::size_t t, std::size_t i,
                std::size_t s, std::size_t j) {
  double sum = 0.0;
  for (const auto& day : days) {
    sum += (day(t, i) - law.mean(t, i)) / law.std_deviation(t, i) * (day(s, j) - law.mean(s, j)) /
           law.std_deviation(s, j);
  }
  return sum / static_cast<double>(days.size());
}

double sample_mean(const std::vector<Matrix>& days, std::size_t t, std::size_t j) {
  double sum = 0.0;
  for (const auto& day : days) {
    sum += day(t, j);
  }
  return sum / static_cast<double>(days.size());
}

TEST(SampleDay, EveryPeriodHasTheMixtureAsItsLaw) {
  const auto law = two_modes(6);
  const auto days = sampled(law);
  for (const std::size_t t : {0U, 3U, 5U}) {
    for (const std::size_t j : {0U, 1U}) {
      std::vector<double> z;
      for (const auto& day : days) {
        z.push_back((day(t, j) - law.mean(t, j)) / law.std_deviation(t, j));
      }
      std::sort(z.begin(), z.end());
      double largest = 0.0;
      for (std::size_t k = 0; k < z.size(); ++k) {
        const double cdf = mixture_cdf(law.mixture, j, z[k]);
        largest = std::max({largest, std::abs(cdf - static_cast<double>(k) / draws),
                            std::abs(cdf - static_cast<double>(k + 1) / draws)});
      }
      EXPECT_LT(largest, 1.63 / std::sqrt(static_cast<double>(draws)));  // 1 %
    }
  }
}

TEST(SampleDay, CovarianceIsTheLaws) {
  const auto law = two_modes(6);
  const auto days = sampled(law);
  for (const std::size_t t : {0U, 5U}) {
    EXPECT_NEAR(comoment(days, law, t, 0, t, 0), 1.0, 0.03);
    EXPECT_NEAR(comoment(days, law, t, 1, t, 1), 1.0, 0.03);
    EXPECT_NEAR(comoment(days, law, t, 0, t, 1), 0.5, 0.03);
    EXPECT_NEAR(sample_mean(days, t, 0), law.mean(t, 0), 0.03 * law.std_deviation(t, 0));
  }
}

TEST(SampleDay, PersistenceIsMetThoughTheComponentStaysAllDay) {
  for (const double persistence : {0.95, 0.8, 0.4}) {
    auto law = two_modes(6);
    law.persistence = persistence;
    const auto days = sampled(law);
    double sum = 0.0;
    for (std::size_t t = 0; t + 1 < 6; ++t) {
      sum += comoment(days, law, t, 0, t + 1, 0) + comoment(days, law, t, 1, t + 1, 1);
    }
    EXPECT_NEAR(sum / 10.0, persistence, 0.015);
  }
}

TEST(SampleDay, SameStreamSameBytesAndAnotherStreamAnotherDay) {
  const auto law = two_modes(24);
  RandomStream a(7, 3);
  RandomStream b(7, 3);
  RandomStream c(7, 4);
  const auto first = sample_day(law, a);
  EXPECT_EQ(first, sample_day(law, b));
  EXPECT_NE(first, sample_day(law, c));
}

TEST(SampleDay, SourcesThatAreOneErrorStayOne) {
  auto law = two_modes(4);
  law.correlation = Matrix(2, 2, 1.0);
  law.mixture = {{1.0, {0.0, 0.0}, Matrix(2, 2, 1.0)}};
  for (const auto& day : sampled(law, 50)) {
    for (std::size_t t = 0; t < 4; ++t) {
      EXPECT_NEAR((day(t, 0) - law.mean(t, 0)) / law.std_deviation(t, 0),
                  (day(t, 1) - law.mean(t, 1)) / law.std_deviation(t, 1), 1e-12);
    }
  }
}

TEST(SampleDay, WhatDoesNotVaryIsItsMean) {
  auto law = two_modes(4);
  for (std::size_t t = 0; t < 4; ++t) {
    law.std_deviation(t, 1) = 0.0;
    law.mean(t, 1) = law.support_low(t, 1) = law.support_high(t, 1) = 3.0;
  }
  for (const auto& day : sampled(law, 20)) {
    EXPECT_EQ(day(2, 1), 3.0);
  }
}

/// Heavy tails, sun and night, physical limits: what a real day's law looks like.
LayerLaw fitted_law() {
  auto history = day_and_night(330);
  RandomStream random(5, 0);
  for (auto& day : history.days) {
    for (std::size_t t = 0; t < 24; ++t) {
      const double width = random.uniform() < 0.08 ? 3.0 : 0.7;
      day(t, 0) *= width;
      day(t, 1) *= width;
    }
  }
  history.physical_low = Matrix(24, 3, -400.0);
  history.physical_high = Matrix(24, 3, 400.0);
  for (std::size_t t = 0; t < 24; ++t) {  // a plant of 800 kW can not lose more than it is to have
    history.physical_high(t, 2) = 800.0 * history.planned_level(t, 2);
    history.physical_low(t, 2) = history.physical_high(t, 2) - 800.0;
  }
  return fit(history).value();
}

TEST(SampleDay, StaysInTheSupportAndKeepsItsMoments) {
  const auto law = fitted_law();
  const auto days = sampled(law);
  for (std::size_t t = 0; t < 24; ++t) {
    for (std::size_t j = 0; j < 3; ++j) {
      double mean = 0.0;
      double square = 0.0;
      for (const auto& day : days) {
        ASSERT_GE(day(t, j), law.support_low(t, j));
        ASSERT_LE(day(t, j), law.support_high(t, j));
        const double error = day(t, j) - law.mean(t, j);
        mean += error / draws;
        square += error * error / draws;
      }
      const double deviation = law.std_deviation(t, j);
      EXPECT_NEAR(mean, 0.0, 0.03 * deviation) << "period " << t << " source " << j;
      EXPECT_NEAR(std::sqrt(square), deviation, 0.04 * deviation)
          << "period " << t << " source " << j;
    }
  }
}

TEST(ResampleDay, IsAWholePastDayScaledToThePlannedOne) {
  const auto law = fitted_law();
  for (std::size_t s = 0; s < 50; ++s) {
    RandomStream random(9, s);
    const auto day = resample_day(law, random);
    const auto is_from = [&](const Matrix& past) {
      for (std::size_t t = 0; t < 24; ++t) {
        for (std::size_t j = 0; j < 3; ++j) {
          const double expected = std::clamp(law.mean(t, j) + law.std_deviation(t, j) * past(t, j),
                                             law.support_low(t, j), law.support_high(t, j));
          if (day(t, j) != expected) {
            return false;
          }
        }
      }
      return true;
    };
    EXPECT_EQ(std::count_if(law.past_days.begin(), law.past_days.end(), is_from), 1);
  }
}

TEST(ResampleDay, MomentsAreTheLaws) {
  const auto law = fitted_law();
  std::vector<Matrix> days;
  for (std::size_t s = 0; s < draws; ++s) {
    RandomStream random(9, s);
    days.push_back(resample_day(law, random));
  }
  double within = 0.0;
  for (std::size_t t = 8; t < 16; ++t) {
    for (std::size_t j = 0; j < 3; ++j) {
      const double ratio = std::sqrt(comoment(days, law, t, j, t, j));
      EXPECT_NEAR(ratio, 1.0, 0.25);  // 330 days give one period's deviation to a few per cent
      within += ratio / 24.0;
    }
  }
  EXPECT_NEAR(within, 1.0, 0.04);
}

}  // namespace
}  // namespace gridpact::uncertainty
