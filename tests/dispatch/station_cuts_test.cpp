// A fleet inside a program by cuts against the same program with every car explicit.

#include "gridpact/dispatch/station_cuts.hpp"

#include <optional>
#include <vector>

#include "fleet/explicit_lp.hpp"
#include "fleet/fleets.hpp"
#include <gtest/gtest.h>

#include "gridpact/base/random.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::dispatch {
namespace {

namespace fleets = fleet::testing;
using program::infinity;

constexpr double peak_price = 0.3;

std::vector<double> random_prices(RandomStream& random, std::size_t periods) {
  std::vector<double> out;
  for (std::size_t t = 0; t < periods; ++t) {
    out.push_back(0.05 * static_cast<double>(random.index(6)) - 0.05);
  }
  return out;
}

/// min Σ price·energy + peak_price·(largest energy of a period), with every car a variable.
double explicit_optimum(const fleet::Fleet& cars, const TimeGrid& horizon,
                        const std::vector<double>& price) {
  auto model = fleets::explicit_fleet(cars, horizon);
  const auto peak = model.program.add_variable({.lower = 0.0, .cost = peak_price});
  for (std::size_t t = 0; t < price.size(); ++t) {
    model.program.add_objective(price[t] * model.total_kwh[t]);
    auto over = model.total_kwh[t];
    over.add(-1.0, peak);
    model.program.add_constraint(-infinity, over, 0.0);
  }
  return program::Solver().solve(model.program, {.feasibility = 1e-9}).objective;
}

/// The same with the fleet as one profile and its cuts.
struct ByCuts {
  ByCuts(const fleet::Fleet& cars, const TimeGrid& horizon, const std::vector<double>& price,
         const std::vector<EnergyCut>& known) {
    const auto peak = program.add_variable({.lower = 0.0, .cost = peak_price});
    std::vector<program::ConstraintId> links;
    for (const double eur_per_kwh : price) {
      energy_kwh.push_back(program.add_variable({-infinity, infinity, eur_per_kwh}));
      program::LinearExpression over(energy_kwh.back());
      program.add_constraint(-infinity, over.add(-1.0, peak), 0.0);
      program::LinearExpression link;
      link.add(-1.0 / horizon.period_h(), energy_kwh.back());
      links.push_back(program.add_constraint(0.0, link, 0.0));
    }
    cuts.emplace(program, fleet::Aggregate(cars, horizon, {}, 1), links, known);
    std::size_t added = 1;
    while (added > 0) {
      solution = solver.solve(program, {.feasibility = 1e-9});
      lower_bounds.push_back(solution.objective);
      std::vector<double> worth;
      for (const auto link : links) {
        worth.push_back(-solution.duals[link.index()] / horizon.period_h());
      }
      cuts->look_at_price(solution.point, worth);
      added = cuts->add_found();
      if (added == 0) {
        cuts->look_everywhere(solution.point);
        added = cuts->add_found();
      }
    }
  }

  program::Program program;
  program::Solver solver;
  program::Solution solution;
  std::vector<program::VariableId> energy_kwh;
  std::optional<StationCuts> cuts;
  std::vector<double> lower_bounds;
};

struct Drawn {
  Drawn(std::uint64_t seed, fleets::Kind kind) : random(seed, 0) {
    horizon = fleets::hours(6 + random.index(7));
    cars = fleets::random_fleet(random, horizon, 1 + random.index(25), kind);
    price = random_prices(random, horizon.count);
  }
  RandomStream random;
  TimeGrid horizon;
  fleet::Fleet cars;
  std::vector<double> price;
};

class Fleets : public ::testing::TestWithParam<fleets::Kind> {
 protected:
  template <class Check>
  void for_each_drawn(const Check& check) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      SCOPED_TRACE(seed);
      check(Drawn(seed, GetParam()));
    }
  }
};

TEST_P(Fleets, CutsGiveTheOptimumOfEveryCarExplicit) {
  for_each_drawn([](const Drawn& drawn) {
    const double exact = explicit_optimum(drawn.cars, drawn.horizon, drawn.price);
    const ByCuts answer(drawn.cars, drawn.horizon, drawn.price, {});
    ASSERT_EQ(answer.solution.status, program::Status::optimal) << answer.solution.message;
    EXPECT_NEAR(answer.solution.objective, exact, 1e-3);
    for (const double bound : answer.lower_bounds) {
      EXPECT_LE(bound, exact + 1e-6) << "a cut takes something off that the cars can do";
    }
  });
}

TEST_P(Fleets, TheCarsDoWhatTheProgramDecides) {
  for_each_drawn([](const Drawn& drawn) {
    const ByCuts answer(drawn.cars, drawn.horizon, drawn.price, {});
    const auto schedule = answer.cuts->schedule(answer.solution.point);
    ASSERT_EQ(schedule.car_kw.rows(), drawn.cars.size());
    for (std::size_t t = 0; t < drawn.horizon.count; ++t) {
      EXPECT_NEAR(schedule.total_kw[t] * drawn.horizon.period_h(),
                  answer.solution.point[answer.energy_kwh[t].index()], 2e-4);
    }
  });
}

TEST_P(Fleets, KnownCutsProveTheSameBoundAtOnce) {
  for_each_drawn([](const Drawn& drawn) {
    const ByCuts first(drawn.cars, drawn.horizon, drawn.price, {});
    const ByCuts second(drawn.cars, drawn.horizon, drawn.price, first.cuts->cuts());
    EXPECT_NEAR(second.lower_bounds.front(), first.solution.objective, 1e-6);
  });
}

INSTANTIATE_TEST_SUITE_P(Kinds, Fleets,
                         ::testing::Values(fleets::Kind::sessions, fleets::Kind::one_way,
                                           fleets::Kind::mixed));

}  // namespace
}  // namespace gridpact::dispatch
