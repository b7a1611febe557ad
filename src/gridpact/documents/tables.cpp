#include "gridpact/documents/tables.hpp"

#include <functional>
#include <utility>
#include <vector>

#include "gridpact/documents/csv.hpp"

namespace gridpact::documents {

namespace {

struct Column {
  std::string header;
  const Profile* values;
};

void add_substation(const Case& problem, const Plan& plan, std::vector<Column>& columns) {
  columns.push_back({"import_price_eur_per_kwh", &problem.substation.import_price_eur_per_kwh});
  columns.push_back({"export_price_eur_per_kwh", &problem.substation.export_price_eur_per_kwh});
  columns.push_back({"substation.import_kw", &plan.substation.import_kw});
  columns.push_back({"substation.up_reserve_kw", &plan.substation.up_reserve_kw});
  columns.push_back({"substation.down_reserve_kw", &plan.substation.down_reserve_kw});
  columns.push_back({"substation.participation", &plan.substation.participation});
}

void add_resources(const Plan& plan, std::vector<Column>& columns) {
  for (const auto& load : plan.loads) {
    columns.push_back({"load." + load.name + ".forecast_kw", &load.forecast_kw});
  }
  for (const auto& generator : plan.generators) {
    const auto prefix = "generator." + generator.name;
    columns.push_back({prefix + ".p_kw", &generator.p_kw});
    columns.push_back({prefix + ".q_kvar", &generator.q_kvar});
    columns.push_back({prefix + ".up_reserve_kw", &generator.up_reserve_kw});
    columns.push_back({prefix + ".down_reserve_kw", &generator.down_reserve_kw});
    columns.push_back({prefix + ".participation", &generator.participation});
    if (!generator.on.empty()) {
      columns.push_back({prefix + ".on", &generator.on});
    }
  }
  for (const auto& renewable : plan.renewables) {
    const auto prefix = "renewable." + renewable.name;
    columns.push_back({prefix + ".forecast_kw", &renewable.forecast_kw});
    columns.push_back({prefix + ".curtailed_kw", &renewable.curtailed_kw});
    columns.push_back({prefix + ".q_kvar", &renewable.q_kvar});
  }
  for (const auto& station : plan.stations) {
    const auto prefix = "station." + station.name;
    columns.push_back({prefix + ".charge_kw", &station.charge_kw});
    columns.push_back({prefix + ".uncontrolled_kw", &station.uncontrolled_kw});
    columns.push_back({prefix + ".up_reserve_kw", &station.up_reserve_kw});
    columns.push_back({prefix + ".down_reserve_kw", &station.down_reserve_kw});
    if (!station.sold_up_kw.empty()) {
      columns.push_back({prefix + ".sold_up_kw", &station.sold_up_kw});
      columns.push_back({prefix + ".sold_down_kw", &station.sold_down_kw});
    }
  }
  columns.push_back({"reserve.up_kw", &plan.reserve.up_kw});
  columns.push_back({"reserve.down_kw", &plan.reserve.down_kw});
}

std::string time_of(const Plan& plan, std::size_t period) {
  return format_instant(plan.horizon.begin_of(period), plan.horizon.time_zone);
}

void header(Csv& csv, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    csv.cell(name);
  }
  csv.end_row();
}

}  // namespace

std::string schedule_csv(const Case& problem, const Plan& plan) {
  std::vector<Column> columns;
  add_substation(problem, plan, columns);
  add_resources(plan, columns);

  Csv csv;
  csv.cell("time");
  for (const auto& column : columns) {
    csv.cell(column.header);
  }
  csv.end_row();
  for (std::size_t t = 0; t < plan.horizon.count; ++t) {
    csv.cell(time_of(plan, t));
    for (const auto& column : columns) {
      csv.cell(column.values->at(t));
    }
    csv.end_row();
  }
  return csv.take();
}

std::string cars_csv(const Plan& plan) {
  Csv csv;
  header(csv, {"station", "car", "time", "charge_kw"});
  for (const auto& station : plan.stations) {
    const auto& cars = station.car_charge_kw;
    for (std::size_t car = 0; car < cars.rows(); ++car) {
      for (std::size_t t = 0; t < cars.cols(); ++t) {
        if (cars(car, t) != 0.0) {
          csv.cell(station.name).count(car + 1).cell(time_of(plan, t)).cell(cars(car, t)).end_row();
        }
      }
    }
  }
  return csv.take();
}

std::string nodes_csv(const Case& problem, const Plan& plan) {
  Csv csv;
  header(csv, {"time", "node", "phase", "voltage_pu", "voltage_low_pu", "voltage_high_pu",
               "price_eur_per_kwh"});
  const auto optional_cell = [&csv](const Matrix& values, std::size_t t, std::size_t i) {
    if (values.empty()) {
      csv.cell("");
    } else {
      csv.cell(values(t, i));
    }
  };
  for (std::size_t t = 0; t < plan.voltage_pu.rows(); ++t) {
    const auto time = time_of(plan, t);
    for (std::size_t i = 0; i < plan.voltage_pu.cols(); ++i) {
      const auto& place = problem.feeder.node_phases.at(i);
      csv.cell(time).cell(problem.feeder.nodes.at(place.node.index()).name);
      csv.count(static_cast<std::size_t>(place.phase)).cell(plan.voltage_pu(t, i));
      optional_cell(plan.voltage_low_pu, t, i);
      optional_cell(plan.voltage_high_pu, t, i);
      optional_cell(plan.price_eur_per_kwh, t, i);
      csv.end_row();
    }
  }
  return csv.take();
}

std::string limits_csv(const Plan& plan) {
  Csv csv;
  header(csv, {"kind", "place", "time", "unit", "risk_level", "std_deviation", "distance_upper",
               "distance_lower", "support_upper", "support_lower", "price_eur_per_percentage_point",
               "knowledge"});
  for (const auto& share : plan.risk_shares) {
    csv.cell(to_string(share.kind)).cell(share.place).cell(time_of(plan, share.period));
    csv.cell(unit_of(share.kind)).cell(share.risk_level).cell(share.std_deviation);
    csv.cell(share.distance_upper).cell(share.distance_lower);
    csv.cell(share.support_upper).cell(share.support_lower).cell(share.price_eur);
    csv.cell(to_string(share.knowledge)).end_row();
  }
  return csv.take();
}

}  // namespace gridpact::documents
