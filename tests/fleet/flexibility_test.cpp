#include <cmath>
#include <limits>

#include "fleet/fleets.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gridpact/fleet/fleet.hpp"

namespace gridpact::fleet {
namespace {

using namespace testing;

double cost(const std::vector<double>& total_kw, const std::vector<double>& price,
            double period_h) {
  double sum = 0.0;
  for (std::size_t t = 0; t < price.size(); ++t) {
    sum += price[t] * total_kw[t] * period_h;
  }
  return sum;
}

/// Optimal value of one car's linear program by its dual, max over μ of μE − Σ_t m_t Δt (μ − λ_t)⁺:
/// concave and piecewise linear in μ, so that its maximum is at one of the prices.
double optimal_cost(const Car& car, const TimeGrid& horizon, const std::vector<double>& price) {
  double best = -std::numeric_limits<double>::infinity();
  for (const double mu : price) {
    double value = mu * car.energy_kwh;
    for (std::size_t t = 0; t < price.size(); ++t) {
      value -=
          car.limit_kw(t, horizon.period_h()) * horizon.period_h() * std::max(0.0, mu - price[t]);
    }
    best = std::max(best, value);
  }
  return best;
}

TEST(CarLimit, CountsTheParkedShareOfThePeriod) {
  const Car car{1.25, 3.5, 5.0, 8.0};
  EXPECT_EQ(car.limit_kw(0, 1.0), 0.0);
  EXPECT_DOUBLE_EQ(car.limit_kw(1, 1.0), 6.0);
  EXPECT_DOUBLE_EQ(car.limit_kw(2, 1.0), 8.0);
  EXPECT_DOUBLE_EQ(car.limit_kw(3, 1.0), 4.0);
  EXPECT_EQ(car.limit_kw(4, 1.0), 0.0);
  EXPECT_DOUBLE_EQ(car.limit_kw(5, 0.25), 8.0);
}

TEST(BestResponse, FillsTheCheapestPeriodsFirst) {
  const Fleet fleet{{0.0, 4.0, 11.0, 8.0}};
  const std::vector<double> price{0.3, 0.1, 0.2, 0.1};
  const auto schedule = best_response(fleet, hours(4), price);
  EXPECT_EQ(schedule.total_kw, (std::vector<double>{0.0, 8.0, 0.0, 3.0}));  // tie: earlier first
}

TEST(BestResponse, NegativePricesDoNotSellMoreThanIsWanted) {
  const Fleet fleet{{0.0, 3.0, 5.0, 4.0}};
  const std::vector<double> price{-1.0, -2.0, -1.0};
  EXPECT_EQ(best_response(fleet, hours(3), price).total_kw, (std::vector<double>{1.0, 4.0, 0.0}));
}

RC_GTEST_PROP(BestResponse, CostsTheOptimumOfEveryCarsLinearProgram, ()) {
  const auto horizon = *rc::gen::element(hours(6), quarters(9));
  const auto fleet = *a_fleet(horizon);
  const auto price = *prices(horizon);
  const auto schedule = best_response(fleet, horizon, price);
  double optimum = 0.0;
  for (const auto& car : fleet) {
    optimum += optimal_cost(car, horizon, price);
  }
  RC_ASSERT(std::abs(cost(schedule.total_kw, price, horizon.period_h()) - optimum) < 1e-9);
}

RC_GTEST_PROP(BestResponse, IsFeasibleAndSoIsEveryCombinationAndNoneIsCheaper, ()) {
  const auto horizon = hours(8);
  const auto fleet = *a_fleet(horizon);
  std::vector<std::vector<double>> price;
  std::vector<Schedule> vertices;
  for (std::size_t k = 0; k < 3; ++k) {
    price.push_back(*prices(horizon));
    vertices.push_back(best_response(fleet, horizon, price.back()));
    RC_ASSERT(is_feasible(fleet, horizon, vertices.back().car_kw, 1e-9));
  }
  const double first = *number(0.0, 1.0);
  const double second = *number(0.0, 1.0) * (1.0 - first);
  const std::vector<double> weights{first, second, 1.0 - first - second};
  const auto mixed = combine(vertices, weights);
  RC_ASSERT(is_feasible(fleet, horizon, mixed.car_kw, 1e-9));
  RC_ASSERT(std::abs(total(mixed.total_kw) - wanted_kwh(fleet)) < 1e-9);
  for (std::size_t k = 0; k < 3; ++k) {
    RC_ASSERT(cost(vertices[k].total_kw, price[k], 1.0) <=
              cost(mixed.total_kw, price[k], 1.0) + 1e-9);
  }
}

RC_GTEST_PROP(Uncontrolled, IsTheBestResponseToPricesThatOnlyRise, ()) {
  const auto horizon = *rc::gen::element(hours(8), quarters(12));
  const auto fleet = *a_fleet(horizon);
  std::vector<double> rising(horizon.count);
  for (std::size_t t = 0; t < rising.size(); ++t) {
    rising[t] = static_cast<double>(t);
  }
  const auto expected = best_response(fleet, horizon, rising).total_kw;
  const auto actual = uncontrolled_kw(fleet, horizon);
  for (std::size_t t = 0; t < rising.size(); ++t) {
    RC_ASSERT(std::abs(actual[t] - expected[t]) < 1e-9);
  }
}

TEST(IsFeasible, NamesEachKindOfBreach) {
  const Fleet fleet{{1.0, 3.0, 6.0, 4.0}};
  const auto horizon = hours(4);
  const auto with = [](double a, double b, double c, double d) {
    Matrix car_kw(1, 4);
    car_kw(0, 0) = a;
    car_kw(0, 1) = b;
    car_kw(0, 2) = c;
    car_kw(0, 3) = d;
    return car_kw;
  };
  EXPECT_TRUE(is_feasible(fleet, horizon, with(0, 4, 2, 0), 1e-9));
  EXPECT_FALSE(is_feasible(fleet, horizon, with(0, 5, 1, 0), 1e-9)) << "above the charger's limit";
  EXPECT_FALSE(is_feasible(fleet, horizon, with(2, 4, 0, 0), 1e-9)) << "before it comes";
  EXPECT_FALSE(is_feasible(fleet, horizon, with(0, 4, 0, 2), 1e-9)) << "after it has gone";
  EXPECT_FALSE(is_feasible(fleet, horizon, with(0, 4, 1, 0), 1e-9)) << "too little";
  EXPECT_FALSE(is_feasible(fleet, horizon, with(0, 4, 3, 0), 1e-9)) << "too much";
  EXPECT_FALSE(is_feasible(fleet, horizon, with(-1, 4, 3, 0), 1e-9)) << "discharging";
  EXPECT_FALSE(is_feasible(fleet, horizon, with(0, 4, std::nan(""), 0), 1e-9));
  EXPECT_FALSE(is_feasible(fleet, horizon, Matrix(1, 3), 1e-9)) << "too few periods";
  EXPECT_FALSE(is_feasible(fleet, horizon, Matrix(2, 4), 1e-9)) << "too many cars";
}

}  // namespace
}  // namespace gridpact::fleet
