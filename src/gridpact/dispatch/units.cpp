// x = X / kw for powers, energies and currents, c = C / eur for costs, so a price is over eur / kw,
// the coefficient of P² over eur / kw². The base power is over kw as well: admittances and voltages
// in pu stay, and so does the flow.

#include "gridpact/dispatch/units.hpp"

#include <algorithm>
#include <cmath>

namespace gridpact::dispatch {

namespace {

// What is left as it is. Beyond, the unit is chosen so that sizes are those of an ordinary feeder.
constexpr double least_kw = 4.0, most_kw = 1e7, usual_kw = 1024.0;
constexpr double least_price = 1e-3, most_price = 8.0, usual_price = 0.125;

double power_of_two_near(double value) { return std::exp2(std::round(std::log2(value))); }

/// A power of two by which `size` is an ordinary one; 1 if it is one already, or if there is none.
double unit_of(double size, double least, double most, double usual) {
  return size == 0.0 || (size >= least && size <= most) ? 1.0 : power_of_two_near(size / usual);
}

/// What the feeder's loads, plants and stations can draw and give together.
double size_kw(const Case& problem) {
  double kw = 0.0;
  for (const auto& group : problem.load_groups) {
    kw += group.nominal_kw;
  }
  for (const auto& plant : problem.renewables) {
    kw += plant.capacity_kw;
  }
  for (const auto& generator : problem.generators) {
    kw += generator.p_max_kw;
  }
  for (const auto& station : problem.stations) {
    kw +=
        std::min(station.connection_max_kw, static_cast<double>(station.cars) * station.charger_kw);
  }
  return kw;
}

double size_of(const std::vector<double>& prices) {
  double size = 0.0;
  for (const double price : prices) {
    size = std::max(size, std::abs(price));
  }
  return size;
}

/// The largest price of energy.
double largest_price(const Case& problem) {
  double price = std::max(size_of(problem.substation.import_price_eur_per_kwh),
                          size_of(problem.substation.export_price_eur_per_kwh));
  for (const auto& generator : problem.generators) {
    price = std::max(price, generator.cost_b_eur_per_kwh +
                                2.0 * generator.cost_a_eur_per_kw2_h * generator.p_max_kw);
  }
  return price;
}

void multiply(double factor, std::initializer_list<double*> values) {
  for (double* value : values) {
    *value *= factor;
  }
}

void multiply(double factor, std::initializer_list<Profile*> profiles) {
  for (Profile* profile : profiles) {
    for (double& value : *profile) {
      value *= factor;
    }
  }
}

void multiply(double factor, Matrix& matrix) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (double& value : matrix.row(i)) {
      value *= factor;
    }
  }
}

/// What one unit of the case's own is in the new ones.
struct Factors {
  double power, price, money;
};

/// Its controls stand still during the horizon.
void rescale(Feeder& feeder, double power) {
  feeder.base_kva *= power;
  for (auto& place : feeder.node_phases) {
    place.amps_per_pu *= power;
  }
  for (auto& branch : feeder.branches) {
    branch.rating_a *= power;
  }
  for (auto& load : feeder.loads) {
    multiply(power, {&load.p_kw, &load.q_kvar});
  }
}

void rescale(ReserveOffer& offer, const Factors& by) {
  multiply(by.power, {&offer.up_max_kw, &offer.down_max_kw});
  multiply(by.price, {&offer.up_price_eur_per_kw_h, &offer.down_price_eur_per_kw_h});
}

void rescale(Substation& substation, const Factors& by) {
  multiply(by.power, {&substation.import_max_kw, &substation.export_max_kw});
  multiply(by.price, {&substation.import_price_eur_per_kwh, &substation.export_price_eur_per_kwh});
  rescale(substation.reserve, by);
}

void rescale(Generator& generator, const Factors& by) {
  multiply(by.power, {&generator.p_min_kw, &generator.p_max_kw, &generator.q_min_kvar,
                      &generator.q_max_kvar, &generator.ramp_kw_per_h});
  generator.cost_a_eur_per_kw2_h *= by.price / by.power;
  generator.cost_b_eur_per_kwh *= by.price;
  generator.cost_c_eur_per_h *= by.money;
  rescale(generator.reserve, by);
  if (generator.commitment) {
    generator.commitment->start_cost_eur *= by.money;
  }
}

void rescale(Renewable& plant, const Factors& by) {
  multiply(by.power, {&plant.capacity_kw, &plant.q_min_kvar, &plant.q_max_kvar});
  plant.curtailment_price_eur_per_kwh *= by.price;
}

void rescale(Station& station, const Factors& by) {
  multiply(by.power, {&station.charger_kw, &station.connection_max_kw});
  station.deviation_price_eur_per_kw_h *= by.price;
  if (station.batteries) {
    auto& batteries = *station.batteries;
    multiply(by.power,
             {&batteries.capacity_kwh, &batteries.discharge_max_kw, &batteries.v2g_min_kwh});
    if (batteries.wear) {
      batteries.wear->replacement_eur_per_kwh *= by.price;
    }
  }
  if (station.reserve_sold) {
    auto& sold = *station.reserve_sold;
    multiply(by.power, {&sold.up_max_kw, &sold.down_max_kw});
    multiply(by.price, {&sold.up_price_eur_per_kw_h, &sold.down_price_eur_per_kw_h});
  }
}

void rescale(PlannedStation& station, const Factors& by) {
  multiply(by.power, {&station.charge_kw, &station.uncontrolled_kw, &station.up_reserve_kw,
                      &station.down_reserve_kw, &station.sold_up_kw, &station.sold_down_kw});
  multiply(by.power, station.car_charge_kw);
  station.wear_eur *= by.money;
}

void rescale(RiskShare& share, const Factors& by) {
  if (share.kind != RowKind::voltage) {
    multiply(by.power, {&share.std_deviation, &share.distance_upper, &share.distance_lower,
                        &share.support_upper, &share.support_lower});
  }
  share.price_eur *= by.money;
}

void rescale(CostBreakdown& cost, double money) {
  multiply(money,
           {&cost.energy_import_eur, &cost.energy_export_eur, &cost.generation_eur, &cost.start_eur,
            &cost.reserve_eur, &cost.station_reserve_eur, &cost.curtailment_eur,
            &cost.deviation_eur, &cost.wear_eur, &cost.reserve_sold_eur});
}

}  // namespace

Units units_for(const Case& problem) {
  const double kw = unit_of(size_kw(problem), least_kw, most_kw, usual_kw);
  return {kw, kw * unit_of(largest_price(problem), least_price, most_price, usual_price)};
}

Case in_units(Case problem, const Units& units) {
  const Factors by{1.0 / units.kw, 1.0 / units.eur_per_kwh(), 1.0 / units.eur};
  rescale(problem.feeder, by.power);
  rescale(problem.substation, by);
  for (auto& group : problem.load_groups) {
    group.nominal_kw *= by.power;
  }
  for (auto& history : problem.session_histories) {
    for (auto& session : history.sessions) {
      session.energy_kwh *= by.power;
    }
  }
  const auto rescale_all = [&](auto& parts) {
    for (auto& part : parts) {
      rescale(part, by);
    }
  };
  rescale_all(problem.generators);
  rescale_all(problem.renewables);
  rescale_all(problem.stations);
  return problem;
}

Plan out_of_units(Plan plan, const Units& units) {
  const Factors by{units.kw, units.eur_per_kwh(), units.eur};
  for (auto& generator : plan.generators) {
    multiply(by.power, {&generator.p_kw, &generator.q_kvar, &generator.up_reserve_kw,
                        &generator.down_reserve_kw});
  }
  multiply(by.power,
           {&plan.substation.import_kw, &plan.substation.up_reserve_kw,
            &plan.substation.down_reserve_kw, &plan.reserve.up_kw, &plan.reserve.down_kw});
  for (auto& load : plan.loads) {
    multiply(by.power, {&load.forecast_kw});
  }
  for (auto& plant : plan.renewables) {
    multiply(by.power, {&plant.forecast_kw, &plant.curtailed_kw, &plant.q_kvar});
  }
  for (auto& station : plan.stations) {
    rescale(station, by);
  }
  for (auto& share : plan.risk_shares) {
    rescale(share, by);
  }
  multiply(by.power, plan.branch_current_a);
  multiply(by.price, plan.price_eur_per_kwh);
  rescale(plan.cost, by.money);
  multiply(by.money, {&plan.lower_bound_eur, &plan.loss_gap_eur});
  multiply(by.power, {&plan.uncontrolled_peak_kw, &plan.import_limit_kw});
  return plan;
}

}  // namespace gridpact::dispatch
