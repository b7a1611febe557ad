#include "gridpact/uncertainty/joint.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"

namespace gridpact::uncertainty {
namespace {

constexpr std::size_t periods = 4;

struct Histories {
  ErrorHistory net_load;
  ErrorHistory ev;
};

/// Load and sun; one station that charges more with the sun (its normal score has the correlation
/// `shared` with the sun's) by an exponential law, and one that knows nothing of it. The stations'
/// history begins 40 days later and ends later.
Histories sunny_charging(std::size_t days, double shared, std::uint64_t seed = 1) {
  RandomStream random(seed, 0);
  Histories out;
  out.net_load.layer = "net_load";
  out.net_load.sources = {"load", "sun"};
  out.ev.layer = "ev";
  out.ev.sources = {"beach", "depot"};
  out.ev.independent_sources = true;
  for (std::size_t d = 0; d < days + 40; ++d) {
    Matrix net_load(periods, 2);
    Matrix ev(periods, 2);
    for (std::size_t t = 0; t < periods; ++t) {
      const double sun = random.normal();
      const double beach = shared * sun + std::sqrt(1.0 - shared * shared) * random.normal();
      net_load(t, 0) = 20.0 * random.normal();
      net_load(t, 1) = 50.0 * sun;
      ev(t, 0) = -100.0 * std::log(0.5 * std::erfc(beach / std::sqrt(2.0)));  // exponential
      ev(t, 1) = 30.0 * random.normal();
    }
    const auto date = static_cast<long>(d) + 18000;
    if (d < days) {
      out.net_load.days.push_back(net_load);
      out.net_load.dates.push_back(date);
    }
    if (d >= 40) {
      out.ev.days.push_back(ev);
      out.ev.dates.push_back(date);
    }
  }
  return out;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sx += x[i] / n;
    sy += y[i] / n;
    xx += x[i] * x[i] / n;
    yy += y[i] * y[i] / n;
    xy += x[i] * y[i] / n;
  }
  return (xy - sx * sy) / std::sqrt((xx - sx * sx) * (yy - sy * sy));
}

TEST(Joint, FindsWhatLayersShareAndWhatTheyDoNot) {
  const auto histories = sunny_charging(600, 0.5);
  const auto law = fit_jointly(histories.net_load, histories.ev).value();
  EXPECT_EQ(law.days, 560U);
  EXPECT_NEAR(law.correlation(1, 0), 0.5, 0.06);
  for (const auto& [j, s] : {std::pair{0U, 0U}, {0U, 1U}, {1U, 1U}}) {
    EXPECT_NEAR(law.correlation(j, s), 0.0, 4.0 * law.standard_error(j, s));
  }
  EXPECT_NEAR(law.standard_error(0, 1), 1.0 / std::sqrt(560.0 * periods), 0.004);
  EXPECT_LT(law.shrinkage, 0.05);
}

TEST(Joint, ChanceIsShrunkAway) {
  double apart = 0.0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto histories = sunny_charging(200, 0.0, seed);
    apart += fit_jointly(histories.net_load, histories.ev).value().shrinkage / 8.0;
  }
  EXPECT_GT(apart, 0.6);
}

TEST(Joint, EachLayerIsWhatItIsApart) {
  const auto histories = sunny_charging(150, 0.5);
  const auto law = fit_jointly(histories.net_load, histories.ev).value();
  const auto net_load = fit(histories.net_load).value();
  const auto ev = fit(histories.ev).value();
  EXPECT_EQ(law.net_load.std_deviation, net_load.std_deviation);
  EXPECT_EQ(law.net_load.correlation, net_load.correlation);
  EXPECT_EQ(law.ev.mean, ev.mean);
  EXPECT_EQ(law.ev.support_high, ev.support_high);
}

TEST(Joint, DrawnDaysShareItAndKeepTheirOwnLaws) {
  const auto histories = sunny_charging(600, 0.5);
  const auto law = fit_jointly(histories.net_load, histories.ev).value();
  const JointSampler sampler(law);
  const DaySampler apart(law.ev);
  constexpr std::size_t draws = 4000;
  std::vector<double> sun, beach, depot, alone, sum;
  const std::vector<double> weights{1.0, 1.0};
  for (std::size_t d = 0; d < draws; ++d) {
    RandomStream random(7, d);
    const auto [net_load, ev] = sampler.sample(random);
    sun.push_back(net_load(2, 1));
    beach.push_back(ev(2, 0));
    depot.push_back(ev(2, 1));
    sum.push_back(net_load(2, 0) + net_load(2, 1) + ev(2, 0) + ev(2, 1));
    RandomStream other(8, d);
    alone.push_back(apart.sample(other)(2, 0));
  }
  EXPECT_NEAR(correlation(sun, beach), 0.5 * 0.90, 0.06);  // κ = 0.903 of an exponential law
  EXPECT_NEAR(correlation(sun, depot), 0.0, 0.06);
  std::sort(beach.begin(), beach.end());
  std::sort(alone.begin(), alone.end());
  for (const double share : {0.05, 0.25, 0.5, 0.75, 0.95}) {
    const auto i = static_cast<std::size_t>(share * draws);
    EXPECT_NEAR(beach[i], alone[i], 12.0) << share;
  }
  double mean = 0.0;
  double square = 0.0;
  for (const double x : sum) {
    mean += x / draws;
    square += x * x / draws;
  }
  const auto row = project(law, 2, weights, weights);
  const auto without =
      independent_sum(project(law.net_load, 2, weights), project(law.ev, 2, weights));
  EXPECT_NEAR(row.std_deviation, std::sqrt(square - mean * mean), 0.04 * row.std_deviation);
  EXPECT_GT(row.std_deviation, 1.1 * without.std_deviation);
  EXPECT_EQ(row.mean, without.mean);
  EXPECT_EQ(row.support_high, without.support_high);
}

TEST(Joint, NeedsDatesAndCommonDays) {
  auto histories = sunny_charging(90, 0.0);
  auto result = fit_jointly(histories.net_load, histories.ev);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.faults()[0].message, testing::HasSubstr("50 days of the same date"));
  histories.net_load.dates.clear();
  result = fit_jointly(histories.net_load, histories.ev);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.faults()[0].message, testing::HasSubstr("does not know the dates"));
}

}  // namespace
}  // namespace gridpact::uncertainty
