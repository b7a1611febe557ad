// One car's even response: feasible, and not to be improved by any exchange between two periods,
// which for generalised polymatroids proves the optimum.

#include "gridpact/fleet/detail/even_response.hpp"

#include <algorithm>
#include <numeric>

#include "fleet/fleets.hpp"
#include "fleet/simulator.hpp"
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gridpact::fleet {
namespace {

using namespace testing;

/// Cumulative energies of a schedule.
std::vector<double> cumulative(std::span<const double> energy_kwh) {
  std::vector<double> sum(energy_kwh.begin(), energy_kwh.end());
  std::partial_sum(sum.begin(), sum.end(), sum.begin());
  return sum;
}

/// How much more energy period t (less, if `sign` is −1) and all cumulative energies from t until
/// `end` could do with.
double room_kwh(const Tube& tube, std::span<const double> x, std::size_t t, std::size_t end,
                double sign) {
  double room = sign > 0.0 ? tube.high[t] - x[t] : x[t] - tube.low[t];
  const auto taken = cumulative(x);
  for (std::size_t s = t; s < end; ++s) {
    room = std::min(room, sign > 0.0 ? tube.ceiling[s] - taken[s] : taken[s] - tube.floor[s]);
  }
  return room;
}

struct Drawn {
  Tube tube;
  double weight_kwh = 1.0;
  std::vector<double> value;
};

Drawn drawn() {
  RandomStream random(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1'000'000)), 0);
  const auto horizon = random.index(2) == 0 ? hours(3 + random.index(9)) : quarters(24);
  const auto kind = *rc::gen::element(Kind::sessions, Kind::one_way, Kind::v2g, Kind::lossy);
  const auto car = random_fleet(random, horizon, 1, kind).front();
  Drawn out;
  if (random.index(2) == 0) {
    make_tube(car, horizon, {}, out.tube);
  } else {
    make_bounds(car, horizon, {}, out.tube);
  }
  out.weight_kwh = car.charge_max_kw * horizon.period_h();
  out.value.resize(out.tube.size());
  const double spread = random.index(2) == 0 ? 1.0 : 20.0;
  for (double& value : out.value) {
    value = spread * random.normal();
  }
  return out;
}

RC_GTEST_PROP(EvenResponse, StaysInTheTubeAndCanNotBeImproved, ()) {
  const auto [tube, weight_kwh, value] = drawn();
  EvenResponse response;
  double level = *number(-3.0, 3.0);
  response.run(tube, weight_kwh, value, level);
  const auto x = response.energy_kwh();
  const auto taken = cumulative(x);
  const std::size_t n = tube.size();
  constexpr double tolerance_kwh = 1e-9;
  for (std::size_t t = 0; t < n; ++t) {
    RC_ASSERT(x[t] >= tube.low[t] && x[t] <= tube.high[t]);
    RC_ASSERT(taken[t] >= tube.floor[t] - tolerance_kwh);
    RC_ASSERT(taken[t] <= tube.ceiling[t] + tolerance_kwh);
  }
  constexpr double some_kwh = 1e-7;
  const auto gain = [&](std::size_t t) { return value[t] - x[t] / weight_kwh; };
  for (std::size_t t = 0; t < n; ++t) {
    RC_ASSERT(room_kwh(tube, x, t, n, 1.0) < some_kwh || gain(t) < 1e-6);
    RC_ASSERT(room_kwh(tube, x, t, n, -1.0) < some_kwh || gain(t) > -1e-6);
    for (std::size_t s = t + 1; s < n; ++s) {
      const bool later = room_kwh(tube, x, t, s, -1.0) > some_kwh && tube.high[s] - x[s] > some_kwh;
      RC_ASSERT(!later || gain(s) - gain(t) < 1e-6);
      const bool earlier = room_kwh(tube, x, t, s, 1.0) > some_kwh && x[s] - tube.low[s] > some_kwh;
      RC_ASSERT(!earlier || gain(t) - gain(s) < 1e-6);
    }
  }
}

RC_GTEST_PROP(EvenResponse, IsTheGradientOfItsWorthAndItsCurvatureTheDerivative, ()) {
  const auto [tube, weight_kwh, value] = drawn();
  const std::size_t n = tube.size();
  EvenResponse response;
  double level = 0.0;
  response.run(tube, weight_kwh, value, level);
  const std::vector<double> x(response.energy_kwh().begin(), response.energy_kwh().end());
  const double worth = response.worth(value);
  std::vector<float> curvature(n * n, 0.0F);
  response.add_curvature(0, n, curvature);
  const auto at = [&](std::size_t s, std::size_t t) {
    return static_cast<double>(s >= t ? curvature[s * n + t] : curvature[t * n + s]);
  };
  constexpr double step = 1e-7;
  const auto t = *rc::gen::inRange<std::size_t>(0, n);
  auto moved = value;
  moved[t] += step;
  response.run(tube, weight_kwh, moved, level);
  RC_ASSERT(std::abs((response.worth(moved) - worth) / step - x[t]) < 1e-5 * (1.0 + weight_kwh));
  for (std::size_t s = 0; s < n; ++s) {
    // No corner is met by so small a step, but for few draws: those do not count.
    const double slope = (response.energy_kwh()[s] - x[s]) / step;
    RC_PRE(std::abs(x[s] - tube.low[s]) > 1e-5 || at(s, s) == 0.0);
    RC_ASSERT(std::abs(slope - at(s, t)) < 1e-3 * weight_kwh);
  }
}

}  // namespace
}  // namespace gridpact::fleet
