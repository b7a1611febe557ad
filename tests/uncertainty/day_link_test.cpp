#include "gridpact/uncertainty/day_link.hpp"

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
  std::vector<DatedNumbers> energies;
};

/// Load and sun; one station whose cars want more with the day's sun (its normal score has the
/// correlation `shared` with that of the sun's energy) by an exponential law, and one that knows
/// nothing of it. The stations' history begins 40 days later.
Histories sunny_charging(std::size_t days, double shared, std::uint64_t seed = 1) {
  RandomStream random(seed, 0);
  Histories out;
  out.net_load.layer = "net_load";
  out.net_load.sources = {"load", "sun"};
  out.energies = {{"beach", {}}, {"depot", {}}};
  for (std::size_t d = 0; d < days + 40; ++d) {
    Matrix net_load(periods, 2);
    double sun = 0.0;
    for (std::size_t t = 0; t < periods; ++t) {
      const double z = random.normal();
      sun += z / std::sqrt(periods);
      net_load(t, 0) = 20.0 * random.normal();
      net_load(t, 1) = 50.0 * z;
    }
    const double beach = shared * sun + std::sqrt(1.0 - shared * shared) * random.normal();
    const auto date = static_cast<long>(d) + 18000;
    if (d < days) {
      out.net_load.days.push_back(net_load);
      out.net_load.dates.push_back(date);
    }
    if (d >= 40) {
      out.energies[0].days.push_back(
          {date, -100.0 * std::log(0.5 * std::erfc(beach / std::sqrt(2.0)))});
      out.energies[1].days.push_back({date, 30.0 * random.normal()});
    }
  }
  return out;
}

DayLink link_of(const Histories& histories) {
  return DayLink::learn(histories.net_load, fit(histories.net_load).value(), histories.energies)
      .value();
}

TEST(DayLink, FindsWhatDaysShareAndWhatTheyDoNot) {
  const auto link = link_of(sunny_charging(600, 0.5));
  EXPECT_EQ(link.days(), 560U);
  EXPECT_NEAR(link.correlation()(1, 0), 0.5, 3.0 * link.standard_error()(1, 0));
  for (const auto& [j, s] : {std::pair{0U, 0U}, {0U, 1U}, {1U, 1U}}) {
    EXPECT_NEAR(link.correlation()(j, s), 0.0, 4.0 * link.standard_error()(j, s));
  }
  EXPECT_NEAR(link.standard_error()(0, 1), 1.0 / std::sqrt(560.0), 0.004);
  EXPECT_LT(link.shrinkage(), 0.1);
}

TEST(DayLink, ChanceIsShrunkAway) {
  double shrinkage = 0.0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    shrinkage += link_of(sunny_charging(200, 0.0, seed)).shrinkage() / 8.0;
  }
  EXPECT_GT(shrinkage, 0.6);
}

TEST(DayLink, DrawnSharesAreUniformAndFollowTheSun) {
  const auto histories = sunny_charging(600, 0.5);
  const auto link = link_of(histories);
  const auto law = fit(histories.net_load).value();
  const DaySampler sampler(law);
  constexpr std::size_t draws = 6000;
  std::vector<double> share;
  double with_sun = 0.0;
  double with_load = 0.0;
  double in_hour = 0.0;
  for (std::size_t d = 0; d < draws; ++d) {
    RandomStream random(7, d);
    const auto day = sampler.sample(random);
    share.push_back(link.drawn_share(0, day, random));
    const double score = std::sqrt(12.0) * (share.back() - 0.5) / draws;
    with_sun += score * (day(0, 1) + day(1, 1) + day(2, 1) + day(3, 1)) / 100.0;
    with_load += score * (day(0, 0) + day(1, 0) + day(2, 0) + day(3, 0)) / 40.0;
    in_hour += score * day(2, 1);
  }
  std::sort(share.begin(), share.end());
  for (std::size_t i = 0; i < draws; i += 100) {
    EXPECT_NEAR(share[i], static_cast<double>(i) / draws, 0.03);
  }
  const double expected = link.correlation()(1, 0);
  EXPECT_NEAR(with_sun, expected, 0.05);  // the rank's correlation is 2 % below the score's
  EXPECT_NEAR(with_load, link.correlation()(0, 0), 0.05);
  EXPECT_NEAR(link.covariance_kw(2, 1, 0), in_hour, 4.0);
  EXPECT_NEAR(link.covariance_kw(2, 1, 0), 50.0 * expected / 2.0, 4.0);  // a quarter of the energy
  EXPECT_NEAR(link.open(0), std::sqrt(1.0 - link.between(0, 0)), 1e-12);
  EXPECT_NEAR(link.between(0, 0), expected * expected, 0.03);
}

TEST(DayLink, NeedsDatesAndCommonDays) {
  auto histories = sunny_charging(90, 0.0);
  const auto law = fit(histories.net_load).value();
  auto result = DayLink::learn(histories.net_load, law, histories.energies);
  ASSERT_FALSE(result.ok());
  ASSERT_EQ(result.faults().size(), 2U);
  EXPECT_THAT(
      result.faults()[0].message,
      testing::AllOf(testing::HasSubstr("beach"), testing::HasSubstr("50 days of the same date")));
  histories.net_load.dates.clear();
  result = DayLink::learn(histories.net_load, law, histories.energies);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.faults()[0].message, testing::HasSubstr("does not know the dates"));
}

}  // namespace
}  // namespace gridpact::uncertainty
