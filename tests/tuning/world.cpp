#include "tuning/world.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "verify/small_case.hpp"

namespace gridpact::tuning::testing {

namespace {

constexpr std::size_t hours = 2;
constexpr double load_kw = 1000.0;
constexpr double unit_kw = 30.0;
constexpr std::size_t large = 400'000;

double draw(Truth truth, RandomStream& random) {
  switch (truth) {
    case Truth::normal:
      return random.normal();
    case Truth::heavy: {
      double squares = 0.0;
      for (int i = 0; i < 3; ++i) {
        const double z = random.normal();
        squares += z * z;
      }
      return random.normal() / std::sqrt(squares);  // t of 3 degrees has variance 3
    }
    case Truth::skewed:
      return -std::log(1.0 - random.uniform()) - 1.0;
    case Truth::two_modes:
      break;
  }
  const bool high = random.uniform() < 0.02;
  return random.normal() + (high ? 6.0 : 0.0);
}

}  // namespace

std::string_view to_string(Truth truth) {
  switch (truth) {
    case Truth::normal:
      return "normal";
    case Truth::heavy:
      return "heavy tails";
    case Truth::skewed:
      return "skewed";
    case Truth::two_modes:
      break;
  }
  return "two modes";
}

Case world(Truth truth, std::uint64_t seed, std::size_t days) {
  auto problem = verify::testing::two_node_case(hours);
  problem.seed = seed;
  problem.generators.clear();
  problem.substation.reserve.participation = 1.0;
  auto& series = problem.series[0];
  const auto before = std::chrono::days{days};
  const auto count = static_cast<std::size_t>(before / problem.horizon.period) + hours;
  series.start = problem.horizon.start - before;
  series.forecast.assign(count, 1.0);
  series.actual.assign(count, 1.0);
  RandomStream random(seed, static_cast<std::uint64_t>(truth));
  for (double& value : series.actual) {
    value += draw(truth, random) * unit_kw / load_kw;
  }
  return problem;
}

TrueViolation::TrueViolation(Truth truth) {
  RandomStream random(0x7e57, static_cast<std::uint64_t>(truth));
  for (std::size_t i = 0; i < large; ++i) {
    error_kw_.push_back(draw(truth, random) * unit_kw);
  }
  std::sort(error_kw_.begin(), error_kw_.end());
}

double TrueViolation::operator()(const Plan& plan) const {
  double worst = 0.0;
  for (std::size_t t = 0; t < hours; ++t) {
    const double planned_kw = plan.loads[0].forecast_kw[t] - load_kw;
    const auto above = error_kw_.end() - std::upper_bound(error_kw_.begin(), error_kw_.end(),
                                                          planned_kw + plan.reserve.up_kw[t]);
    const auto below =
        std::lower_bound(error_kw_.begin(), error_kw_.end(), planned_kw - plan.reserve.down_kw[t]) -
        error_kw_.begin();
    worst = std::max(worst, static_cast<double>(above + below) / static_cast<double>(large));
  }
  return worst;
}

}  // namespace gridpact::tuning::testing
