// What holds the voltage of a bus of a pandapower net, and what draws or feeds in there.
//
//   load         P (1 − i − z + i u + z u²), u in pu of vn_kv; generation is negative load
//   shunt, ward  (P − jQ) (vn_bus / vn_shunt)²

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"
#include "gridpact/importers/detail/pandapower_net.hpp"

namespace gridpact::importers {

namespace {

constexpr double radians = std::numbers::pi / 180.0;
constexpr double percent = 0.01;

void add_source(PandapowerNet& net, const PandasTable& table, std::size_t row,
                const PandapowerNet::Bus& bus, Complex voltage_pu) {
  if (!(std::abs(voltage_pu) > 0.0)) {
    net.error(table, row, "needs a voltage 'vm_pu' above 0");
    return;
  }
  if (net.feeder().source_voltage_pu.empty()) {
    net.feeder().source = *bus.node;
    net.feeder().source_voltage_pu = {voltage_pu};
  } else if (*bus.node != net.feeder().source) {
    net.note(table.line(),
             fmt::format("{} holds the voltage of its bus as well as the source '{}'",
                         table.element(row), net.feeder().nodes[net.feeder().source.index()].name));
    hold_voltage(net.feeder(), net.branch_name(table, row), *bus.node, voltage_pu);
  } else if (voltage_pu != net.feeder().source_voltage_pu.front()) {
    net.error(table, row, "holds another voltage at the bus of the source");
  }
}

template <class Add>
void each(PandapowerNet& net, const std::string& name, Add add_element) {
  const auto& table = net.take(name);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto* bus = net.in_service(table, i) ? net.bus_of(table, i, "bus") : nullptr;
    if (bus != nullptr) {
      add_element(table, i, *bus);
    }
  }
}

/// p_mw + j q_mvar times the element's own scaling.
Complex scaled(PandapowerNet& net, const PandasTable& table, std::size_t row) {
  return Complex{net.need(table, row, "p_mw"), table.number_or(row, "q_mvar", 0.0)} *
         table.number_or(row, "scaling", 1.0);
}

void add_power(PandapowerNet& net, const PandasTable& table, std::size_t row,
               const PandapowerNet::Bus& bus, Complex demand_mva) {
  if (demand_mva != Complex{}) {
    add_balanced_load(net.feeder(), table.element(row), *bus.node, demand_mva * kw_per_mw);
  }
}

void add_load(PandapowerNet& net, const PandasTable& table, std::size_t row,
              const PandapowerNet::Bus& bus) {
  const auto demand = scaled(net, table, row);
  if (demand == Complex{}) {
    return;
  }
  auto& load = add_balanced_load(net.feeder(), table.element(row), *bus.node, demand * kw_per_mw);
  const auto share = [&](std::string_view of, std::string_view power) {
    const auto old = table.number_or(row, fmt::format("const_{}_percent", of), 0.0);
    return percent * table.number_or(row, fmt::format("const_{}_{}_percent", of, power), old);
  };
  const LoadTerm current{share("i", "p"), share("i", "q"), 1.0};
  const LoadTerm impedance{share("z", "p"), share("z", "q"), 2.0};
  load.terms = {
      {1.0 - current.p_share - impedance.p_share, 1.0 - current.q_share - impedance.q_share, 0.0}};
  for (const auto& term : {current, impedance}) {
    if (term.p_share != 0.0 || term.q_share != 0.0) {
      load.terms.push_back(term);
    }
  }
}

}  // namespace

void add_sources(PandapowerNet& net) {
  const auto& grids = net.take("ext_grid");
  for (std::size_t i = 0; i < grids.rows(); ++i) {
    const auto* bus = net.in_service(grids, i) ? net.bus_of(grids, i, "bus") : nullptr;
    if (bus != nullptr) {
      add_source(
          net, grids, i, *bus,
          std::polar(net.need(grids, i, "vm_pu"), grids.number_or(i, "va_degree", 0.0) * radians));
    }
  }
  const auto& generators = net.take("gen");
  for (std::size_t i = 0; i < generators.rows(); ++i) {
    const auto* bus = net.in_service(generators, i) ? net.bus_of(generators, i, "bus") : nullptr;
    if (bus == nullptr) {
      continue;
    }
    const double held_pu = net.need(generators, i, "vm_pu");
    if (generators.flag(i, "slack").value_or(false)) {
      add_source(net, generators, i, *bus, Complex{held_pu, 0.0});
      continue;
    }
    const double p_kw =
        net.need(generators, i, "p_mw") * generators.number_or(i, "scaling", 1.0) * kw_per_mw;
    net.warn(
        generators, i,
        fmt::format("feeds in {:g} kW without reactive power: its voltage, {:g} pu, is not held",
                    p_kw, held_pu));
    if (p_kw != 0.0) {
      add_balanced_load(net.feeder(), generators.element(i), *bus->node, -p_kw);
    }
  }
  if (net.feeder().source_voltage_pu.empty()) {
    net.add(Severity::error, grids.line(),
            "the net has no external grid in service (ext_grid, or a gen that is slack)");
  }
}

void add_bus_elements(PandapowerNet& net) {
  each(net, "load", [&](const PandasTable& table, std::size_t i, const PandapowerNet::Bus& bus) {
    add_load(net, table, i, bus);
  });
  each(net, "sgen", [&](const PandasTable& table, std::size_t i, const PandapowerNet::Bus& bus) {
    add_power(net, table, i, bus, -scaled(net, table, i));
  });
  each(net, "storage", [&](const PandasTable& table, std::size_t i, const PandapowerNet::Bus& bus) {
    add_power(net, table, i, bus, scaled(net, table, i));
  });
  each(net, "motor", [&](const PandasTable& table, std::size_t i, const PandapowerNet::Bus& bus) {
    const double p =
        net.need(table, i, "pn_mech_mw") / (net.need(table, i, "efficiency_percent") * percent) *
        net.need(table, i, "loading_percent") * percent * table.number_or(i, "scaling", 1.0);
    const double s = p / net.need(table, i, "cos_phi");
    add_power(net, table, i, bus, Complex{p, std::sqrt(std::max(0.0, s * s - p * p))});
  });
  each(net, "shunt", [&](const PandasTable& table, std::size_t i, const PandapowerNet::Bus& bus) {
    if (table.flag(i, "step_dependency_table").value_or(false)) {
      net.error(table, i, "takes its power from shunt_characteristic_table, which is not read");
    }
    const double ratio = bus.vn_kv / table.number_or(i, "vn_kv", bus.vn_kv);
    const Complex mva = Complex{net.need(table, i, "p_mw"), net.need(table, i, "q_mvar")} *
                        table.number_or(i, "step", 1.0) * ratio * ratio;
    add_balanced_shunt(net.feeder(), net.branch_name(table, i), *bus.node,
                       std::conj(mva) / net.base_mva());
  });
  each(net, "ward", [&](const PandasTable& table, std::size_t i, const PandapowerNet::Bus& bus) {
    add_power(net, table, i, bus,
              Complex{net.need(table, i, "ps_mw"), net.need(table, i, "qs_mvar")});
    const Complex mva{net.need(table, i, "pz_mw"), net.need(table, i, "qz_mvar")};
    if (mva != Complex{}) {
      add_balanced_shunt(net.feeder(), net.branch_name(table, i), *bus.node,
                         std::conj(mva) / net.base_mva());
    }
  });
}

}  // namespace gridpact::importers
