// Ybus, entry by entry, against the system admittance that the OpenDSS engine has built of the same
// script. The engine's holds two things more, which are taken into account here by their formulas:
//
//   a load as the impedance that it is at nominal voltage, Y = (P − jQ) / V² at each of its ports
//   (the rest of what it draws is a current on the other side of the engine's equations),
//
//   a millionth of such an admittance at the star point of a load that is connected to a node (so
//   that it does not float),
//
// and one less: its sources are currents behind their impedance, so that the ideal node behind it,
// a row and a column of ours, is no node of the engine's.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "validation/comparison.hpp"
#include "validation/exports.hpp"
#include <gtest/gtest.h>

#include "gridpact/network/detail/nodal_admittance.hpp"
#include "gridpact/network/load_current.hpp"

namespace gridpact::test {
namespace {

namespace fs = std::filesystem;
using Entries = std::map<std::pair<std::string, std::string>, Complex>;

/// A feeder's script, and where it lies if not in this repository.
struct Named {
  std::string name;
  std::string script;  ///< in tests/validation or, with `shared`, in the shared data
  bool shared = false;
  std::string commands = {};  ///< after the script
};
void PrintTo(const Named& one, std::ostream* out) { *out << one.name; }

/// The admittance of a port at nominal voltage.
Complex port_siemens(const Feeder& feeder, const network::LoadPort& port) {
  const double nominal_v = feeder.node_phases[port.from.index()].base_voltage_v / port.scale_from;
  return std::conj(port.power_pu) * (feeder.base_kva * 1000.0) / (nominal_v * nominal_v);
}

/// What the engine may add at each place that all ports of a load return to, S.
std::map<std::string, double> star_points(const Feeder& feeder) {
  const std::vector<std::string> names = places(feeder);
  std::map<LoadId, std::vector<network::LoadPort>> ports;
  for (const network::LoadPort& port : network::load_ports(feeder)) {
    ports[port.load].push_back(port);
  }
  std::map<std::string, double> out;
  for (const auto& [load, all] : ports) {
    const auto to = all.front().to;
    if (to && std::ranges::all_of(all, [&](const auto& port) { return port.to == to; })) {
      for (const network::LoadPort& port : all) {
        out[names[to->index()]] += 1e-6 * std::abs(port_siemens(feeder, port));
      }
    }
  }
  return out;
}

/// Ours, S, between places that are nodes of the engine's.
Entries our_entries(const Feeder& feeder) {
  const std::vector<std::string> names = places(feeder);
  const network::NodalAdmittance admittance = network::nodal_admittance(feeder);
  Entries out;
  const auto add = [&](std::size_t a, std::size_t b, Complex siemens) {
    if (feeder.node_phases[a].node != feeder.source &&
        feeder.node_phases[b].node != feeder.source) {
      out[{names[a], names[b]}] += siemens;
    }
  };
  for (const auto& entry : admittance.entries) {
    add(entry.row, entry.column,
        entry.value / feeder.base_ohm(NodePhaseId{entry.row}, NodePhaseId{entry.column}));
  }
  for (const network::LoadPort& port : network::load_ports(feeder)) {
    const std::size_t from = port.from.index();
    const Complex siemens = port_siemens(feeder, port);
    add(from, from, siemens);
    if (port.to) {
      const std::size_t to = port.to->index();
      add(from, to, -siemens);
      add(to, from, -siemens);
      add(to, to, siemens);
    }
  }
  return out;
}

Entries engine_entries(const importers::OpenDssAdmittance& admittance) {
  Entries out;
  for (const auto& entry : admittance.entries) {
    out[{admittance.nodes.at(entry.row), admittance.nodes.at(entry.column)}] = entry.siemens;
  }
  return out;
}

Feeder with_open_capacitors_removed(Feeder feeder) {
  for (const SwitchedCapacitor& capacitor : feeder.capacitors) {
    if (!capacitor.closed) {
      Branch& branch = feeder.branches[capacitor.branch.index()];
      branch.admittance_pu = ComplexMatrix(branch.terminals.size(), branch.terminals.size());
    }
  }
  return feeder;
}

class SystemAdmittance : public ::testing::TestWithParam<Named> {};

TEST_P(SystemAdmittance, IsTheEnginesEntryByEntry) {
  const Named& one = GetParam();
  const auto data = shared_data();
  if (one.shared && !data) {
    GTEST_SKIP() << "GRIDPACT_SHARED_DATA does not name the folder with the scripts";
  }
  const fs::path root =
      one.shared ? fs::path(*data) : fs::path(GRIDPACT_SOURCE_DIR) / "tests" / "validation";
  const Script script("Redirect \"" + (root / one.script).string() + "\"\n" + one.commands);
  const Feeder feeder = with_open_capacitors_removed(read_script(script));
  const Entries ours = our_entries(feeder);
  const std::map<std::string, double> star = star_points(feeder);
  const auto read = importers::opendss_admittance(script.path());
  ASSERT_TRUE(read.ok()) << to_string(read.faults().front());
  const Entries engine = engine_entries(*read);
  ASSERT_GT(engine.size(), read->nodes.size() / 2);
  // Relative to the entry itself; where one of both has none, to the smaller of its two nodes' own
  // admittances.
  Difference difference;
  const auto own = [&](const std::string& place) {
    const auto found = engine.find({place, place});
    return found == engine.end() ? 0.0 : std::abs(found->second);
  };
  std::size_t compared = 0;
  const auto compare_entry = [&](const std::pair<std::string, std::string>& at, Complex a,
                                 Complex b) {
    const double size = std::max(std::abs(a), std::abs(b));
    const bool both = a != Complex{} && b != Complex{};
    const double scale = both ? size : std::min(own(at.first), own(at.second));
    if (size > 0.0) {
      const auto more = star.find(at.first);
      const double explained = at.first == at.second && more != star.end() ? more->second : 0.0;
      difference.add(std::max(0.0, std::abs(a - b) - explained) / scale,
                     at.first + " - " + at.second);
      ++compared;
    }
  };
  for (const auto& [at, siemens] : engine) {
    const auto found = ours.find(at);
    compare_entry(at, siemens, found == ours.end() ? Complex{} : found->second);
  }
  for (const auto& [at, siemens] : ours) {
    if (!engine.contains(at)) {
      compare_entry(at, Complex{}, siemens);
    }
  }
  RecordProperty("about", std::to_string(compared) + " entries");
  expect_within("admittance", difference, 1e-9);
}

std::vector<Named> feeders() {
  std::vector<Named> all{
      {"ieee13", "feeders_opendss/ieee13/IEEE13Nodeckt.dss", true},
      {"ieee34_mod1", "feeders_opendss/ieee34/ieee34Mod1.dss", true, "Solve\n"},
      {"ieee34_mod2", "feeders_opendss/ieee34/ieee34Mod2.dss", true, "Solve\n"},
      {"ieee123", "feeders_opendss/ieee123/IEEE123Master.dss", true, "Solve\n"},
      {"ieee8500_balanced", "feeders_opendss/ieee8500/Master.dss", true, "Solve\n"},
      {"ieee8500_unbalanced", "feeders_opendss/ieee8500/Master-unbal.dss", true, "Solve\n"}};
  for (const auto& entry :
       fs::directory_iterator(fs::path(GRIDPACT_SOURCE_DIR) / "tests" / "validation" / "opendss")) {
    if (fs::exists(entry.path() / "feeder.dss")) {
      const std::string name = entry.path().filename().string();
      all.push_back({"folder_" + name, "opendss/" + name + "/feeder.dss"});
    }
  }
  std::ranges::sort(all, {}, &Named::name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, SystemAdmittance, ::testing::ValuesIn(feeders()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace gridpact::test
