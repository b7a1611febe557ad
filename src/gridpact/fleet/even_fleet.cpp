#include "gridpact/fleet/detail/even_fleet.hpp"

#include <algorithm>
#include <cassert>

#include "gridpact/base/parallel.hpp"

namespace gridpact::fleet {

namespace {

/// Cars are dealt with in so many parts at most, and not fewer than so many together: numbers that
/// do not depend on the threads, so that sums are rounded alike on any number of them.
constexpr std::size_t most_parts = 64;
constexpr std::size_t least_cars_of_a_part = 256;

double weight_of(const Car& car, double period_h) { return car.charge_max_kw * period_h; }

std::span<const double> of_stay(std::span<const double> value, const Tube& tube) {
  return value.subspan(tube.first, tube.size());
}

}  // namespace

EvenFleet::EvenFleet(const Aggregate& aggregate)
    : aggregate_(aggregate), level_(aggregate.fleet().size(), 0.0) {
  for (const auto& car : aggregate.fleet()) {
    weight_kwh_ += weight_of(car, aggregate.horizon().period_h());
  }
}

EvenFleet::Response EvenFleet::respond(std::span<const double> value, std::size_t stride) {
  const auto& fleet = aggregate_.fleet();
  const auto& horizon = aggregate_.horizon();
  const std::size_t periods = horizon.count;
  assert(value.size() == periods && stride > 0);
  const std::size_t cars = (fleet.size() + stride - 1) / stride;
  const std::size_t of_a_part =
      std::max(least_cars_of_a_part, (cars + most_parts - 1) / most_parts);
  const std::size_t parts = (cars + of_a_part - 1) / of_a_part;
  struct Part {
    std::vector<double> energy_kwh;
    double worth = 0.0;
    std::vector<double> curvature;
  };
  std::vector<Part> part_of(parts);
  parallel_for(parts, aggregate_.threads(), [&](std::size_t part) {
    auto& out = part_of[part];
    out.energy_kwh.assign(periods, 0.0);
    out.curvature.assign(periods * periods, 0.0);
    // Single precision does for few cars: the sums of many would hide flat directions.
    std::vector<float> few(periods * periods, 0.0F);
    const auto keep_few = [&] {
      for (std::size_t entry = 0; entry < few.size(); ++entry) {
        out.curvature[entry] += static_cast<double>(few[entry]);
        few[entry] = 0.0F;
      }
    };
    Tube tube;
    EvenResponse response;
    const std::size_t end = std::min(cars, (part + 1) * of_a_part);
    for (std::size_t k = part * of_a_part; k < end; ++k) {
      const auto& car = fleet[k * stride];
      if (car.charge_max_kw <= 0.0) {
        continue;
      }
      make_bounds(car, horizon, aggregate_.discharge_window(), tube);
      const auto stay = of_stay(value, tube);
      response.run(tube, weight_of(car, horizon.period_h()), stay, level_[k * stride]);
      for (std::size_t t = 0; t < tube.size(); ++t) {
        out.energy_kwh[tube.first + t] += response.energy_kwh()[t];
      }
      out.worth += response.worth(stay);
      response.add_curvature(tube.first, periods, few);
      if ((k + 1) % least_cars_of_a_part == 0) {
        keep_few();
      }
    }
    keep_few();
  });
  Response total{std::vector<double>(periods, 0.0), 0.0, Matrix(periods, periods)};
  for (const auto& part : part_of) {
    for (std::size_t t = 0; t < periods; ++t) {
      total.energy_kwh[t] += part.energy_kwh[t];
    }
    total.worth += part.worth;
    for (std::size_t entry = 0; entry < periods * periods; ++entry) {
      total.curvature.data()[entry] += part.curvature[entry];
    }
  }
  if (cars > 0 && stride > 1) {
    const double scale = static_cast<double>(fleet.size()) / static_cast<double>(cars);
    for (double& energy : total.energy_kwh) {
      energy *= scale;
    }
    total.worth *= scale;
    for (std::size_t entry = 0; entry < periods * periods; ++entry) {
      total.curvature.data()[entry] *= scale;
    }
  }
  return total;
}

Matrix EvenFleet::by_car_kwh(std::span<const double> value) const {
  const auto& fleet = aggregate_.fleet();
  const auto& horizon = aggregate_.horizon();
  Matrix out(fleet.size(), horizon.count);
  const std::size_t parts = (fleet.size() + least_cars_of_a_part - 1) / least_cars_of_a_part;
  parallel_for(parts, aggregate_.threads(), [&](std::size_t part) {
    Tube tube;
    EvenResponse response;
    const std::size_t end = std::min(fleet.size(), (part + 1) * least_cars_of_a_part);
    for (std::size_t i = part * least_cars_of_a_part; i < end; ++i) {
      if (fleet[i].charge_max_kw <= 0.0) {
        continue;
      }
      make_bounds(fleet[i], horizon, aggregate_.discharge_window(), tube);
      double level = level_[i];
      response.run(tube, weight_of(fleet[i], horizon.period_h()), of_stay(value, tube), level);
      std::copy(response.energy_kwh().begin(), response.energy_kwh().end(),
                out.row(i).subspan(tube.first).begin());
    }
  });
  return out;
}

}  // namespace gridpact::fleet
