#pragma once

// The same fleet as one linear program with every car explicit, for a solver: what the aggregate is
// compared with. Written from the meaning of the cars, not from the fleet module's tubes.

#include <vector>

#include "gridpact/fleet/fleet.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::fleet::testing {

struct ExplicitFleet {
  program::Program program;
  /// Net energy of the fleet in each period, kWh.
  std::vector<program::LinearExpression> total_kwh;
};

/// Cars that lose in a cycle may charge and discharge at once here: a set that holds theirs.
inline ExplicitFleet explicit_fleet(const Fleet& fleet, const TimeGrid& horizon) {
  using program::infinity;
  using program::LinearExpression;
  ExplicitFleet out;
  out.total_kwh.resize(horizon.count);
  const double period_h = horizon.period_h();
  for (const auto& car : fleet) {
    const double eta_in = car.battery ? car.battery->charge_efficiency : 1.0;
    const double eta_out = car.battery ? car.battery->discharge_efficiency : 1.0;
    const double start = car.battery ? car.battery->arrival_kwh : 0.0;
    const double wanted =
        start + (car.energy_kwh > 0.0 ? car.energy_kwh * eta_in : car.energy_kwh / eta_out);
    const double floor = car.discharges() ? car.battery->v2g_min_kwh : 0.0;
    const double ceiling = car.battery ? car.battery->capacity_kwh : wanted;
    const program::VariableId* before = nullptr;
    std::vector<program::VariableId> content;
    content.reserve(horizon.count);
    for (std::size_t t = 0; t < horizon.count; ++t) {
      const double most = car.limit_kw(t, period_h) * period_h;
      const double give = car.discharge_limit_kw(t, period_h) * period_h;
      if (most == 0.0 && give == 0.0) {
        continue;
      }
      LinearExpression change;
      const auto in = out.program.add_variable({.lower = 0.0, .upper = most});
      change.add(eta_in, in);
      out.total_kwh[t].add(1.0, in);
      if (give > 0.0) {
        const auto away = out.program.add_variable({.lower = 0.0, .upper = give});
        change.add(-1.0 / eta_out, away);
        out.total_kwh[t].add(-1.0, away);
      }
      content.push_back(out.program.add_variable({.lower = floor, .upper = ceiling}));
      change.add(-1.0, content.back());
      if (before != nullptr) {
        change.add(1.0, *before);
      }
      const double known = before == nullptr ? start : 0.0;
      out.program.add_constraint(-known, change, -known);
      before = &content.back();
    }
    if (before != nullptr) {
      out.program.variable(*before).lower = std::max(floor, wanted - 1e-12);
      if (!car.battery) {
        out.program.variable(*before).upper = wanted;
      }
    }
  }
  return out;
}

}  // namespace gridpact::fleet::testing
