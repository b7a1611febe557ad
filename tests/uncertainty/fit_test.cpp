#include <algorithm>
#include <cmath>
#include <vector>

#include "uncertainty/histories.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {
namespace {

/// Whether every number of the law is finite.
bool finite(const LayerLaw& law) {
  const auto all_finite = [](const Matrix& m) {
    return std::all_of(m.data(), m.data() + m.rows() * m.cols(),
                       [](double x) { return std::isfinite(x); });
  };
  return all_finite(law.mean) && all_finite(law.std_deviation) && all_finite(law.correlation) &&
         all_finite(law.support_low) && all_finite(law.support_high) &&
         std::all_of(law.mixture.begin(), law.mixture.end(),
                     [&](const auto& c) { return all_finite(c.covariance); }) &&
         std::all_of(law.past_days.begin(), law.past_days.end(), all_finite);
}

TEST(Fit, MeanDeviationAndCorrelationAreRecovered) {
  const auto law = fit(day_and_night(400)).value();
  double first = 0.0;
  double second = 0.0;
  for (std::size_t t = 0; t < 24; ++t) {
    EXPECT_NEAR(law.mean(t, 0), 0.0, 5.0);
    first += law.std_deviation(t, 0) / 24.0;
    second += law.std_deviation(t, 1) / 24.0;
  }
  EXPECT_NEAR(first, 30.0, 0.6);
  EXPECT_NEAR(second, 50.0, 1.0);
  EXPECT_NEAR(law.correlation(0, 1), 0.6, 0.02);
  EXPECT_NEAR(law.correlation(0, 2), 0.0, 0.04);
  EXPECT_NEAR(law.persistence, 0.0, 0.02);
  EXPECT_EQ(law.sample_days(), 400U);
}

TEST(Fit, DeviationFollowsTheForecastLevel) {
  auto history = day_and_night(400);
  for (const double level : {0.2, 0.5, 0.8}) {
    history.planned_level(11, 2) = level;
    const auto law = fit(history).value();
    EXPECT_NEAR(law.std_deviation(11, 2), 100.0 * level, 12.0) << level;
  }
}

TEST(Fit, NoSunNoError) {
  auto history = day_and_night(100);
  history.physical_low = Matrix(24, 3, -500.0);
  history.physical_high = Matrix(24, 3, 500.0);
  const auto law = fit(history).value();
  EXPECT_TRUE(finite(law));
  for (const std::size_t t : {0U, 4U, 19U, 23U}) {
    EXPECT_EQ(law.mean(t, 2), 0.0);
    EXPECT_EQ(law.std_deviation(t, 2), 0.0);
    EXPECT_EQ(law.support_low(t, 2), 0.0);
    EXPECT_EQ(law.support_high(t, 2), 0.0);
  }
}

TEST(Fit, HoursWithoutSunDoNotPolluteTheRest) {
  // All sources are Gaussian where they vary. Counting the nights' zeros would give the plant a
  // spike at its centre, half of its variance and half of its correlation.
  auto history = day_and_night(400);
  for (auto& day : history.days) {
    for (std::size_t t = 0; t < 24; ++t) {
      day(t, 1) = t >= 6 && t < 18 ? day(t, 2) + 10.0 * day(t, 0) / 30.0 : day(t, 0);
    }
  }
  const auto law = fit(history).value();
  EXPECT_NEAR(mixture_kurtosis(law.mixture, 2), 3.0, 0.3);
  EXPECT_GT(law.correlation(1, 2), 0.75);
  double square = 0.0;
  for (const auto& day : law.past_days) {
    square += day(12, 2) * day(12, 2) / 400.0;
  }
  EXPECT_NEAR(square, 1.0, 0.2);
}

TEST(Fit, GapsOfAPastDayAreFilledFromItsNearestVaryingPeriod) {
  const auto law = fit(day_and_night(60)).value();
  for (const auto& day : law.past_days) {
    std::size_t first = 0;
    while (first < 24 && day(first, 2) == day(0, 2)) {
      ++first;
    }
    EXPECT_GE(first, 6U);  // the sun's first error stands for the night before it
    EXPECT_EQ(day(23, 2), day(18, 2));
  }
}

TEST(Fit, ASourceThatNeverErrs) {
  auto history = day_and_night(60);
  for (auto& day : history.days) {
    for (std::size_t t = 0; t < 24; ++t) {
      day(t, 1) = 3.0;
    }
  }
  const auto law = fit(history).value();
  EXPECT_TRUE(finite(law));
  EXPECT_EQ(law.mean(7, 1), 3.0);
  EXPECT_EQ(law.std_deviation(7, 1), 0.0);
  EXPECT_EQ(law.support_low(7, 1), 3.0);
  EXPECT_EQ(law.support_high(7, 1), 3.0);
  EXPECT_EQ(law.correlation(1, 1), 1.0);
  EXPECT_EQ(law.correlation(0, 1), 0.0);
  EXPECT_NEAR(law.correlation(0, 0), 1.0, 1e-12);
}

TEST(Fit, NothingEverErrs) {
  const auto law = fit(history_of(20, 3, 2, [](RandomStream&) {
                     return std::vector<double>{0.0, 0.0};
                   })).value();
  EXPECT_TRUE(finite(law));
  RandomStream random(1, 1);
  EXPECT_EQ(sample_day(law, random), Matrix(3, 2));
  EXPECT_EQ(resample_day(law, random), Matrix(3, 2));
}

TEST(Fit, TwoPlantsOnOneSeriesAreOneError) {
  auto history = day_and_night(200);
  for (auto& day : history.days) {
    for (std::size_t t = 0; t < 24; ++t) {
      day(t, 1) = 2.0 * day(t, 0);
    }
  }
  const auto law = fit(history).value();
  EXPECT_NEAR(law.correlation(0, 1), 1.0, 1e-9);
  const auto difference = project(law, 12, std::vector<double>{2.0, -1.0, 0.0});
  EXPECT_LT(difference.std_deviation, 1e-3);
  RandomStream random(3, 3);
  const auto day = sample_day(law, random);
  EXPECT_NEAR(day(12, 1), 2.0 * day(12, 0), 1e-6);
}

TEST(Fit, SourcesThatTakeTurns) {
  // Never two at once: there is no joint observation, and yet an answer.
  std::size_t count = 0;
  const auto history = history_of(40, 4, 2, [&](RandomStream& random) {
    const bool first = count++ % 4 < 2;
    return std::vector<double>{first ? random.normal() : 0.0, first ? 0.0 : random.normal()};
  });
  const auto law = fit(history).value();
  EXPECT_TRUE(finite(law));
  EXPECT_LT(std::abs(law.correlation(0, 1)), 0.5);
}

TEST(Fit, MixtureHasMeanZeroAndTheCorrelationAsItsCovariance) {
  auto history = day_and_night(300);
  RandomStream random(8, 0);
  for (auto& day : history.days) {  // bent, so that one Gaussian is not enough
    const double shift = random.uniform() < 0.3 ? 70.0 : -30.0;
    for (std::size_t t = 0; t < 24; ++t) {
      day(t, 0) += shift;
      day(t, 1) += 2.0 * shift;
    }
  }
  const auto law = fit(history).value();
  EXPECT_GT(law.mixture.size(), 1U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(law.correlation(i, i), 1.0, 1e-12);
    double mean = 0.0;
    for (const auto& c : law.mixture) {
      mean += c.weight * c.mean[i];
    }
    EXPECT_NEAR(mean, 0.0, 1e-12);
    for (std::size_t j = 0; j < 3; ++j) {
      double covariance = 0.0;
      for (const auto& c : law.mixture) {
        covariance += c.weight * (c.covariance(i, j) + c.mean[i] * c.mean[j]);
      }
      EXPECT_NEAR(covariance, law.correlation(i, j), 1e-12);
    }
  }
}

TEST(Fit, PersistenceOfAnAutoregressivePathIsRecovered) {
  double state = 0.0;
  const auto history = history_of(300, 24, 1, [&](RandomStream& random) {
    state = 0.9 * state + std::sqrt(1.0 - 0.81) * random.normal();
    return std::vector<double>{20.0 * state};
  });
  const auto law = fit(history).value();
  EXPECT_NEAR(law.persistence, 0.9, 0.02);
  EXPECT_EQ(law.mixture.size(), 1U);
}

TEST(Fit, SupportHoldsThePastErrorsOfItsPeriod) {
  // Without levels every day is a neighbour, so every past error of the period must be possible.
  auto history = day_and_night(80);
  history.levels.clear();
  history.planned_level = Matrix();
  const auto law = fit(history).value();
  for (std::size_t j = 0; j < 3; ++j) {
    for (std::size_t t = 0; t < 24; ++t) {
      for (const auto& day : history.days) {
        ASSERT_LE(law.support_low(t, j), day(t, j));
        ASSERT_GE(law.support_high(t, j), day(t, j));
      }
    }
  }
}

TEST(Fit, SupportIsTheDatasRangeStretchedAboutItsCentre) {
  // One period, no levels: the standardised range scaled back is the range of the errors itself.
  auto history = history_of(50, 1, 1, [](RandomStream& random) {
    return std::vector<double>{random.uniform() * random.uniform()};
  });
  history.days[10](0, 0) = -4.0;
  history.days[20](0, 0) = 6.0;
  const auto law = fit(history).value();
  EXPECT_NEAR(law.support_low(0, 0), 1.0 - 5.5, 1e-12);
  EXPECT_NEAR(law.support_high(0, 0), 1.0 + 5.5, 1e-12);
}

TEST(Fit, MomentsAndSupportRespectThePhysicalLimits) {
  auto history = day_and_night(200);
  history.physical_low = Matrix(24, 3, -20.0);
  history.physical_high = Matrix(24, 3, 8.0);
  const auto law = fit(history).value();
  for (std::size_t t = 0; t < 24; ++t) {
    for (std::size_t j = 0; j < 3; ++j) {
      const double low = law.support_low(t, j);
      const double high = law.support_high(t, j);
      const double mean = law.mean(t, j);
      EXPECT_GE(low, -20.0);
      EXPECT_LE(high, 8.0);
      EXPECT_GE(mean, low);
      EXPECT_LE(mean, high);
      // No law on [low, high] has a larger variance (Bhatia, Davis 2000).
      EXPECT_LE(law.std_deviation(t, j) * law.std_deviation(t, j),
                (high - mean) * (mean - low) + 1e-9);
    }
  }
  EXPECT_EQ(law.support_low(12, 1), -20.0);
  EXPECT_EQ(law.support_high(12, 1), 8.0);
}

TEST(Fit, AnOutlierOfAFaintHourDoesNotWidenTheSupportOfNoon) {
  auto history = day_and_night(200);
  const auto before = fit(history).value();
  history.days[50](6, 2) += 40.0;  // at sunrise errors are of some 10 kW
  const auto after = fit(history).value();
  EXPECT_GT(after.support_high(6, 2), before.support_high(6, 2) + 10.0);
  EXPECT_NEAR(after.support_high(12, 2), before.support_high(12, 2), 1.0);
}

TEST(Fit, UnitsDoNotMatter) {
  // A power of two scales floating-point numbers without rounding.
  const double factor = 0.125;
  const auto history = day_and_night(20);
  auto scaled = history;
  for (auto& day : scaled.days) {
    for (std::size_t t = 0; t < 24; ++t) {
      for (std::size_t j = 0; j < 3; ++j) {
        day(t, j) *= factor;
      }
    }
  }
  const auto a = fit(history).value();
  const auto b = fit(scaled).value();
  EXPECT_EQ(a.correlation, b.correlation);
  EXPECT_EQ(a.persistence, b.persistence);
  EXPECT_EQ(a.mean(12, 2) * factor, b.mean(12, 2));
  EXPECT_EQ(a.std_deviation(12, 2) * factor, b.std_deviation(12, 2));
  EXPECT_EQ(a.support_high(12, 2) * factor, b.support_high(12, 2));
}

TEST(Fit, OrderOfTheDaysDoesNotMatterForMomentsAndSupport) {
  auto history = day_and_night(40);
  const auto a = fit(history).value();
  std::reverse(history.days.begin(), history.days.end());
  std::reverse(history.levels.begin(), history.levels.end());
  const auto b = fit(history).value();
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.std_deviation, b.std_deviation);
  EXPECT_EQ(a.support_low, b.support_low);
  EXPECT_EQ(a.support_high, b.support_high);
  EXPECT_NEAR(a.correlation(0, 1), b.correlation(0, 1), 1e-12);
}

TEST(Fit, SameHistorySameBytes) {
  const auto history = day_and_night(60);
  const auto a = fit(history).value();
  const auto b = fit(history).value();
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.correlation, b.correlation);
  ASSERT_EQ(a.mixture.size(), b.mixture.size());
  for (std::size_t k = 0; k < a.mixture.size(); ++k) {
    EXPECT_EQ(a.mixture[k].covariance, b.mixture[k].covariance);
  }
}

/// Two stations: one whose morning has a rare large surprise, one that is plain.
ErrorHistory rare_mornings(std::size_t days) {
  ErrorHistory history = history_of(days, 6, 2, [](RandomStream& random) {
    return std::vector<double>{10.0 * random.normal(), 5.0 * random.normal()};
  });
  RandomStream random(4, 4);
  for (auto& day : history.days) {
    day(0, 0) = random.uniform() < 0.02 ? 7.0 : 0.0;
  }
  history.independent_sources = true;
  return history;
}

TEST(Fit, IndependentSourcesHaveAShapeOfTheirOwnInEveryPeriod) {
  FitOptions options;
  options.neighbour_periods = 0;
  const auto law = fit(rare_mornings(1000), options).value();
  ASSERT_FALSE(law.own_shapes.empty());
  // One car in fifty nights: σ is about 1 kW, and a Gaussian promises 3.3 of it for one day in a
  // thousand. What comes is 7 kW on 2 % of the days.
  const auto rare = project(law, 0, std::vector<double>{1.0, 0.0});
  const auto beyond = [](const ScalarLaw& e, double kw) {
    double sum = 0.0;
    for (const auto& c : e.mixture) {
      sum += c.weight * 0.5 * std::erfc((kw - c.mean) / (std::sqrt(2.0) * c.std_deviation));
    }
    return sum;
  };
  EXPECT_NEAR(beyond(rare, 5.0), 0.02, 0.012);
  const auto plain = project(law, 3, std::vector<double>{0.0, 1.0});
  EXPECT_NEAR(beyond(plain, 1.645 * 5.0), 0.05, 0.012);
  double mean = 0.0;
  double square = 0.0;
  for (const auto& c : law.own_shapes(0, 0)) {
    mean += c.weight * c.mean;
    square += c.weight * (c.mean * c.mean + c.std_deviation * c.std_deviation);
  }
  EXPECT_NEAR(mean, 0.0, 1e-12);
  EXPECT_NEAR(square, 1.0, 1e-12);
}

TEST(Fit, OwnShapesAreSampledAsTheyAreProjected) {
  FitOptions options;
  options.neighbour_periods = 0;
  const auto law = fit(rare_mornings(1000), options).value();
  const DaySampler sampler(law);
  constexpr int draws = 20000;
  int beyond = 0;
  for (int s = 0; s < draws; ++s) {
    RandomStream random(3, static_cast<std::uint64_t>(s));
    beyond += sampler.sample(random)(0, 0) > 5.0 ? 1 : 0;
  }
  const auto e = project(law, 0, std::vector<double>{1.0, 0.0});
  double expected = 0.0;
  for (const auto& c : e.mixture) {
    expected += c.weight * 0.5 * std::erfc((5.0 - c.mean) / (std::sqrt(2.0) * c.std_deviation));
  }
  EXPECT_NEAR(beyond / double{draws}, expected, 0.004);
}

TEST(Fit, TheCourseOfADayIsLearnedFromItsDays) {
  // Mornings and evenings are two paths that know nothing of each other.
  const std::size_t days = 400;
  ErrorHistory history = history_of(
      days, 12, 1, [](RandomStream& random) { return std::vector<double>{random.normal()}; });
  RandomStream random(6, 6);
  for (auto& day : history.days) {
    const double morning = random.normal();
    const double evening = random.normal();
    for (std::size_t t = 0; t < 12; ++t) {
      day(t, 0) = 10.0 * (0.9 * (t < 6 ? morning : evening) + std::sqrt(0.19) * day(t, 0));
    }
  }
  const auto law = fit(history).value();
  ASSERT_EQ(law.time_correlation.size(), 1U);
  EXPECT_NEAR(law.time_correlation[0](1, 4), 0.81, 0.05);
  EXPECT_NEAR(law.time_correlation[0](7, 10), 0.81, 0.05);
  EXPECT_NEAR(law.time_correlation[0](2, 9), 0.0, 0.12);
  const DaySampler sampler(law);
  double together = 0.0;
  double apart = 0.0;
  constexpr int draws = 4000;
  for (int s = 0; s < draws; ++s) {
    RandomStream stream(5, static_cast<std::uint64_t>(s));
    const auto day = sampler.sample(stream);
    const auto z = [&](std::size_t t) {
      return (day(t, 0) - law.mean(t, 0)) / law.std_deviation(t, 0) / std::sqrt(double{draws});
    };
    together += z(1) * z(4);
    apart += z(2) * z(9);
  }
  EXPECT_NEAR(together, law.time_correlation[0](1, 4), 0.06);
  EXPECT_NEAR(apart, law.time_correlation[0](2, 9), 0.06);
}

}  // namespace
}  // namespace gridpact::uncertainty
