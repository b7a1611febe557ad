// What draws power. With U the voltage across a phase of a load, V its nominal one (the stated kV;
// divided by √3 for a wye of two or three phases), u = |U|/V and P, Q the stated powers:
//
//   model 1   P, Q            (constant power)            model 5   P u, Q u       (current)
//   model 2   P u², Q u²      (impedance, at any u)       model 6   P, Q           (Q fixed)
//   model 3   P, Q u²         (motor)                     model 7   P, Q u²        (Q fixed)
//   model 4   P u^a, Q u^b    (a, b = CVRwatts, CVRvars)  model 8   P (z u² + i u + p), Q likewise
//
// and below Vminpu, Vlowpu, above Vmaxpu as model/feeder.hpp has it, which is the engine's own way
// (EPRI, OpenDSS Manual, Load). Beyond Vminpu and Vmaxpu the engine takes the power of models 3 and
// 4 for constant, and that of models 6 and 7 for P constant and Q an impedance: there they jump.

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/dss_circuit.hpp"

namespace gridpact::importers {

namespace {

/// Powers that differ less are the same number, reached by another way of rounding.
constexpr double same_power = 1e-9;

class LoadImport {
 public:
  explicit LoadImport(DssCircuit& circuit) : circuit_(circuit), properties_(*circuit.properties) {}

  void add(const DssElement& element) {
    if (element.role != DssElement::Role::conversion || element.class_name == "vsource") {
      return;
    }
    if (!element.enabled) {
      circuit_.drop(element, "disabled in the script");
    } else if (element.class_name == "load") {
      add_load(element);
    } else {
      add_plant(element);
    }
  }

 private:
  void add_load(const DssElement& element) {
    const bool is_delta = properties_.text(element, "Conn").starts_with("delta") ||
                          properties_.text(element, "Conn").starts_with("ll");
    Load load;
    load.name = element.full_name();
    load.nominal_voltage_v =
        properties_.number(element, "kV") * volts_per_kv /
        (!is_delta && (element.phases == 2 || element.phases == 3) ? std::numbers::sqrt3 : 1.0);
    set_power(element, is_delta, load);
    if (!set_ports(element, is_delta, load)) {
      return;
    }
    set_terms(element, load);
    if (load.terms.size() == 1 && load.terms.front().exponent == 2.0) {
      load.u_low = load.u_min = 0.0;  // an impedance at any voltage
    } else {
      load.u_low = properties_.number(element, "VLowpu");
      load.u_min = std::max(properties_.number(element, "VMinpu"), load.u_low);
      load.u_max = std::max(properties_.number(element, "VMaxpu"), load.u_min);
    }
    circuit_.feeder.loads.push_back(std::move(load));
  }

  /// The power at the script's load multiplier, growth and load shape: the engine has it in the
  /// load's admittance, Y = (P − jQ) / V² of each phase.
  void set_power(const DssElement& element, bool is_delta, Load& load) {
    load.p_kw = properties_.number(element, "kW");
    load.q_kvar = properties_.number(element, "kvar");
    const auto neighbour = is_delta ? std::size_t{1} : element.conductors - 1;
    if (element.admittance_s.empty() || element.conductors < 2 || element.is_open) {
      return;
    }
    const auto y = -element.admittance_s(0, neighbour);
    const Complex effective = std::conj(y) * load.nominal_voltage_v * load.nominal_voltage_v *
                              static_cast<double>(element.phases) / watts_per_kw;
    if (std::abs(effective - Complex{load.p_kw, load.q_kvar}) <=
        same_power * std::max(1.0, std::abs(effective))) {
      return;
    }
    circuit_.assume(element,
                    fmt::format("stated as {:g} kW + j{:g} kvar; taken as {:g} kW + j{:g} kvar, "
                                "which the script's load multiplier, growth or load shape make "
                                "of it",
                                load.p_kw, load.q_kvar, effective.real(), effective.imag()));
    load.p_kw = effective.real();
    load.q_kvar = effective.imag();
  }

  bool set_ports(const DssElement& element, bool is_delta, Load& load) {
    const auto last = element.conductors - 1;
    const bool floats =
        !is_delta && element.nodes[last] != 0 && !circuit_.node_phase(element, last);
    std::size_t lost = 0;
    for (std::size_t k = 0; k < element.phases; ++k) {
      const auto other = !is_delta ? last : k + 1 == element.conductors ? std::size_t{0} : k + 1;
      const bool is_connected = !is_lost(element, k) && !(is_delta && is_lost(element, other));
      const auto port = is_connected ? circuit_.port(element, k, other) : std::nullopt;
      if (port) {
        load.ports.push_back(*port);
      } else {
        ++lost;
      }
    }
    if (load.ports.empty()) {
      circuit_.drop(element, fmt::format("{:g} kW that are not connected to a source", load.p_kw));
      return false;
    }
    if (lost > 0) {
      const double share =
          static_cast<double>(load.ports.size()) / static_cast<double>(load.ports.size() + lost);
      load.p_kw *= share;
      load.q_kvar *= share;
      circuit_.assume(element, fmt::format("{} of its {} phases are not connected and left out",
                                           lost, lost + load.ports.size()));
    }
    if (floats) {
      circuit_.assume(element, "its neutral is connected to nothing else: taken as grounded");
    } else if (!is_delta && element.nodes[last] != 0 && element.class_name == "load" &&
               properties_.number(element, "RNeut") >= 0.0) {
      circuit_.assume(element,
                      "its neutral impedance to ground is left out, as in the engine's "
                      "own flow, where it carries nothing");
    }
    load.node = circuit_.feeder.node_phases[load.ports.front().from.index()].node;
    return true;
  }

  [[nodiscard]] bool is_lost(const DssElement& element, std::size_t conductor) const {
    return element.nodes[conductor] != 0 && !circuit_.node_phase(element, conductor);
  }

  void set_terms(const DssElement& element, Load& load) {
    const auto model = static_cast<int>(properties_.number(element, "Model"));
    switch (model) {
      case 1:
        load.terms = {{1.0, 1.0, 0.0}};
        break;
      case 2:
        load.terms = {{1.0, 1.0, 2.0}};
        break;
      case 3:
        load.terms = {{1.0, 0.0, 0.0}, {0.0, 1.0, 2.0, -2.0}};
        break;
      case 4: {
        const double watts = properties_.number(element, "CVRWatts");
        const double vars = properties_.number(element, "CVRVars");
        load.terms = {{1.0, 0.0, watts, -watts}, {0.0, 1.0, vars, -vars}};
        break;
      }
      case 5:
        load.terms = {{1.0, 1.0, 1.0}};
        break;
      case 6:
        fix_reactive(element, load);
        load.terms = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0, 2.0}};
        break;
      case 7:
        fix_reactive(element, load);
        load.terms = {{1.0, 0.0, 0.0}, {0.0, 1.0, 2.0}};
        break;
      case 8:
        set_zip(element, load);
        break;
      default:
        load.terms = {{1.0, 1.0, 2.0}};
        circuit_.assume(element,
                        fmt::format("its model {} is unknown to the engine as well, which takes "
                                    "it as an impedance",
                                    model));
    }
  }

  /// The engine keeps these loads' stated kvar whatever the multiplier.
  void fix_reactive(const DssElement& element, Load& load) {
    load.q_kvar = properties_.number(element, "kvar");
    circuit_.assume(element,
                    "its reactive power is fixed in OpenDSS; here it follows the level of "
                    "the load like its active power");
    circuit_.assume(element,
                    "between Vlowpu and Vminpu its current goes straight to that of its nominal "
                    "impedance, where the engine's active part keeps the impedance at Vminpu");
  }

  void set_zip(const DssElement& element, Load& load) {
    const auto zip = properties_.numbers(element, "ZIPV");
    if (zip.size() < 6) {
      load.terms = {{1.0, 1.0, 2.0}};
      circuit_.assume(element, "model 8 without ZIPV: taken as an impedance");
      return;
    }
    load.terms = {{zip[0], zip[3], 2.0}, {zip[1], zip[4], 1.0}, {zip[2], zip[5], 0.0}};
    if (zip.size() > 6 && zip[6] > 0.0) {
      circuit_.assume(element, fmt::format("its cut-off below {:g} pu (ZIPV's last number) is left "
                                           "out",
                                           zip[6]));
    }
  }

  /// Generators, plants, storage and whatever else the engine injects.
  void add_plant(const DssElement& element) {
    const auto solved = circuit_.solved_kva.find(element.full_name());
    if (solved == circuit_.solved_kva.end()) {
      circuit_.drop(element,
                    "the engine could not solve the circuit, so what it feeds in is not "
                    "known");
      return;
    }
    Load load;
    load.name = element.full_name();
    load.p_kw = solved->second.real();
    load.q_kvar = solved->second.imag();
    if (load.p_kw == 0.0 && load.q_kvar == 0.0) {
      circuit_.drop(element, "carries no power as the script leaves it");
      return;
    }
    const bool is_delta = element.conductors == element.phases ||
                          properties_.text(element, "Conn").starts_with("delta");
    if (!set_ports(element, is_delta, load)) {
      return;
    }
    circuit_.assume(element, fmt::format("taken as a load of {:g} kW + j{:g} kvar, constant power: "
                                         "what it draws (negative: feeds in) as the script leaves "
                                         "it; its controls, limits and shapes are left out",
                                         load.p_kw, load.q_kvar));
    circuit_.feeder.loads.push_back(std::move(load));
  }

  DssCircuit& circuit_;
  const DssProperties& properties_;
};

}  // namespace

void import_loads(DssCircuit& circuit) {
  LoadImport import(circuit);
  for (const auto& element : circuit.elements) {
    import.add(element);
  }
}

}  // namespace gridpact::importers
