#include "gridpact/importers/opendss.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "gridpact/importers/detail/dss_circuit.hpp"
#include "gridpact/importers/detail/dss_engine.hpp"
#include "gridpact/importers/detail/dss_script.hpp"

namespace gridpact::importers {

namespace {

/// Runs the script; faults if what it makes is not one circuit.
DssScriptLog compile(DssEngine& engine, const std::filesystem::path& script, Faults& faults) {
  const auto shown = script.generic_string();
  auto log = run_script(engine, script, shown, faults);
  const auto fault = [&](std::string message) {
    faults.push_back({Severity::error, {shown, 0}, std::move(message)});
  };
  if (has_errors(faults)) {
    return log;
  }
  if (engine.circuits() != 1) {
    fault(engine.circuits() == 0
              ? "makes no circuit; a feeder needs a 'new circuit.<name>'"
              : fmt::format("makes {} circuits; a feeder is one: begin the script with 'clear', "
                            "and keep one 'new circuit'",
                            engine.circuits()));
    return log;
  }
  log.converged = !log.solved || engine.converged();
  return log;
}

/// Brings the admittances up to date with what the script has changed since it solved, if it did.
void build(DssEngine& engine, const DssScriptLog& log, const std::filesystem::path& script,
           Faults& faults) {
  if (log.solved) {
    (void)engine.solve_without_controls();
  } else if (const auto complaint = engine.build()) {
    faults.push_back({Severity::error,
                      {script.generic_string(), 0},
                      "the circuit can not be built: " + *complaint});
  }
}

bool is_plant(const DssElement& element) {
  return element.enabled && element.role == DssElement::Role::conversion &&
         element.class_name != "load" && element.class_name != "vsource";
}

/// What plants draw in the engine's solution; nothing where there is none.
void solve_plants(DssEngine& engine, DssCircuit& circuit) {
  if (std::ranges::none_of(circuit.elements, is_plant) || !engine.solve_without_controls()) {
    return;
  }
  for (const auto& element : circuit.elements) {
    if (is_plant(element)) {
      Complex sum;
      for (const auto power : engine.powers_kva(element.full_name())) {
        sum += power;
      }
      circuit.solved_kva[element.full_name()] = sum;
    }
  }
}

/// Closes the capacitors that the script leaves open: an open one shows no admittance.
bool close_capacitors(DssEngine& engine, DssCircuit& circuit) {
  for (const auto& element : circuit.elements) {
    if (element.class_name != "capacitor" || !element.enabled) {
      continue;
    }
    const auto states = circuit.properties->numbers(element, "States");
    const bool is_off =
        !states.empty() && std::ranges::all_of(states, [](double state) { return state == 0.0; });
    if (!is_off && !element.is_open) {
      continue;
    }
    circuit.closed_capacitors.insert(element.full_name());
    std::string ones;
    for (std::size_t k = 0; k < states.size(); ++k) {
      ones += " 1";
    }
    (void)engine.run(fmt::format("close {} 1", element.full_name()));
    (void)engine.run(fmt::format("{}.states=[{}]", element.full_name(), ones));
  }
  return !circuit.closed_capacitors.empty();
}

void read_circuit(DssEngine& engine, DssCircuit& circuit) {
  circuit.buses = engine.buses();
  circuit.elements = engine.elements();
  std::set<std::string> classes;
  for (const auto& element : circuit.elements) {
    classes.insert(element.class_name);
  }
  circuit.properties.emplace(engine, classes, true);
  circuit.stated.emplace(engine, std::set<std::string>{"line", "linecode", "transformer"}, false);
  solve_plants(engine, circuit);
  if (close_capacitors(engine, circuit)) {
    (void)engine.build();
    circuit.elements = engine.elements();
  }
  for (const auto& element : circuit.elements) {
    circuit.report.elements.push_back({element.class_name, element.name, {}, {}});
  }
}

Faults unusable(const DssCircuit& circuit, const std::string& shown) {
  Faults out;
  if (circuit.feeder.nodes.empty()) {
    out.push_back({Severity::error,
                   {shown, 0},
                   "the circuit has no voltage source in service; gridpact needs one"});
  }
  for (const auto& node : circuit.feeder.nodes) {
    for (const auto id : node.phases) {
      if (!(circuit.feeder.node_phases[id.index()].base_voltage_v > 0.0)) {
        out.push_back({Severity::error,
                       {shown, 0},
                       fmt::format("bus '{}' has no voltage base, and nothing says what it could "
                                   "be; add 'set voltagebases=[...]' and 'calcvoltagebases'",
                                   node.name)});
        break;
      }
    }
  }
  return out;
}

}  // namespace

std::string_view to_string(ImportedElement::Fate fate) {
  switch (fate) {
    case ImportedElement::Fate::read:
      return "read";
    case ImportedElement::Fate::assumed:
      return "assumed";
    case ImportedElement::Fate::dropped:
      return "dropped";
  }
  return "?";
}

Result<OpenDssFeeder> read_opendss(const std::filesystem::path& script) {
  DssEngine engine;
  Faults faults;
  const auto log = compile(engine, script, faults);
  if (!has_errors(faults)) {
    build(engine, log, script, faults);
  }
  if (has_errors(faults)) {
    return faults;
  }
  DssCircuit circuit;
  circuit.report.circuit = circuit.feeder.name = engine.circuit_name();
  circuit.report.engine = engine.version();
  circuit.report.remarks = log.remarks;
  circuit.report.remarks.emplace_back(
      !log.solved     ? "the script does not solve: taps and capacitors as it states them"
      : log.converged ? "taps and capacitors as the script's own solve leaves them"
                      : "the script's own solve does not converge: taps and capacitors as it "
                        "leaves them");
  read_circuit(engine, circuit);
  import_nodes(circuit);
  if (faults = unusable(circuit, script.generic_string()); has_errors(faults)) {
    return faults;
  }
  import_branches(circuit);
  import_loads(circuit);
  import_controls(circuit);
  return OpenDssFeeder{std::move(circuit.feeder), std::move(circuit.report)};
}

Result<OpenDssSolution> opendss_solution(const std::filesystem::path& script,
                                         std::optional<double> tolerance_pu) {
  DssEngine engine;
  Faults faults;
  const auto log = compile(engine, script, faults);
  if (!has_errors(faults) && tolerance_pu) {
    build(engine, log, script, faults);
  }
  if (has_errors(faults)) {
    return faults;
  }
  if (tolerance_pu) {
    // The engine's tolerance is on the change of voltages, in their own base.
    (void)engine.run(fmt::format("set tolerance={}", *tolerance_pu));
    (void)engine.run("set maxiterations=1000");
  }
  if (tolerance_pu ? !engine.solve_without_controls() : !(log.solved && log.converged)) {
    return Fault{Severity::error,
                 {script.generic_string(), 0},
                 log.solved || tolerance_pu
                     ? fmt::format("the engine finds no solution of the circuit as the script "
                                   "leaves it ({} iterations)",
                                   engine.iterations())
                     : "the script does not solve its circuit; end it with 'solve'"};
  }
  std::map<std::string, double> bases;
  for (const auto& bus : engine.buses()) {
    bases[bus.name] = bus.base_voltage_v;
  }
  OpenDssSolution out;
  const auto names = engine.node_names();
  const auto voltages = engine.node_voltages_v();
  for (std::size_t i = 0; i < names.size() && i < voltages.size(); ++i) {
    out.voltages.push_back({names[i], voltages[i], bases[names[i].substr(0, names[i].rfind('.'))]});
  }
  out.losses_kw = engine.losses_kva().real();
  out.losses_kvar = engine.losses_kva().imag();
  out.source_kw = engine.source_kva().real();
  out.source_kvar = engine.source_kva().imag();
  out.iterations = engine.iterations();
  return out;
}

Result<OpenDssAdmittance> opendss_admittance(const std::filesystem::path& script) {
  DssEngine engine;
  Faults faults;
  (void)compile(engine, script, faults);
  if (has_errors(faults)) {
    return faults;
  }
  (void)engine.solve_without_controls();  // which builds it; the engine shows none before
  return OpenDssAdmittance{engine.node_names(), engine.system_admittance_s()};
}

}  // namespace gridpact::importers
