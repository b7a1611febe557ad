#include "gridpact/cli/second_engine.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gridpact/importers/opendss_peer.hpp"

namespace gridpact::cli {

namespace {

/// Largest difference so far, and what it is of.
void keep_largest(double difference, double& largest, std::size_t place, std::size_t& largest_at,
                  bool& moved) {
  if (difference > largest) {
    largest = difference;
    largest_at = place;
    moved = true;
  }
}

class Comparison {
 public:
  Comparison(const verify::Judge& judge, importers::OpenDssPeer& peer, SecondEngine& out)
      : judge_(judge), peer_(peer), out_(out) {}

  Faults compare(std::uint64_t scenario) {
    const auto day = judge_.run(scenario);
    const auto injections = judge_.injections_of(day);
    for (std::size_t t = 0; t < injections.size(); ++t) {
      const auto flow = peer_.solve(injections[t].power_pu, injections[t].load_level);
      if (!flow) {
        return flow.faults();
      }
      compare(day, t, *flow);
    }
    return {};
  }

 private:
  void compare(const verify::ScenarioReplay& day, std::size_t t,
               const importers::OpenDssFlow& flow) {
    const bool solved =
        std::find(day.diverged.begin(), day.diverged.end(), t) == day.diverged.end();
    if (!solved || !flow.converged) {
      out_.one_alone += solved == flow.converged ? 0U : 1U;
      return;
    }
    ++out_.flows;
    const auto& problem = judge_.problem();
    std::vector<double> voltage_pu;
    bool moved = false;
    std::size_t place = 0;
    for (std::size_t i = 0; i < flow.voltage_pu.size(); ++i) {
      voltage_pu.push_back(std::abs(flow.voltage_pu[i]));
      keep_largest(std::abs(voltage_pu[i] - day.voltage_pu(t, i)), out_.voltage_pu, i, place,
                   moved);
    }
    const auto when = [&] {
      return fmt::format("scenario {}, {}", day.scenario, problem.horizon.label(t));
    };
    if (moved) {
      out_.voltage_at =
          fmt::format("{}, {}", limit_place(problem, RowKind::voltage, place), when());
    }
    moved = false;
    for (std::size_t l = 0; l < flow.branch_current_a.size(); ++l) {
      keep_largest(std::abs(flow.branch_current_a[l] - day.branch_current_a(t, l)), out_.current_a,
                   l, place, moved);
    }
    if (moved) {
      out_.current_at = fmt::format("{}, {}", limit_place(problem, RowKind::branch, place), when());
    }
    const auto breaks = [&](std::span<const double> volts, std::span<const double> amps) {
      std::vector<verify::Breach> breaches;
      judge_.limits().check_grid(t, volts, amps, day.import_kw[t], breaches);
      return !breaches.empty();
    };
    const bool ours = breaks(day.voltage_pu.row(t), day.branch_current_a.row(t));
    out_.verdicts_changed += ours == breaks(voltage_pu, flow.branch_current_a) ? 0U : 1U;
  }

  const verify::Judge& judge_;
  importers::OpenDssPeer& peer_;
  SecondEngine& out_;
};

}  // namespace

Result<SecondEngine> ask_opendss(const verify::Judge& judge,
                                 const std::vector<std::uint64_t>& scenarios,
                                 const Progress& progress) {
  auto peer = importers::OpenDssPeer::create(judge.problem().feeder);
  if (!peer) {
    return peer.faults();
  }
  SecondEngine out;
  out.engine = peer->version();
  Comparison comparison(judge, *peer, out);
  for (const auto scenario : scenarios) {
    if (progress.stop.stop_requested()) {
      break;
    }
    if (auto faults = comparison.compare(scenario); !faults.empty()) {
      return faults;
    }
    out.scenarios.push_back(scenario);
    progress("solving with OpenDSS",
             static_cast<double>(out.scenarios.size()) / static_cast<double>(scenarios.size()));
  }
  return out;
}

std::string second_engine_summary(const SecondEngine& second) {
  auto out =
      fmt::format("{}: {} days, {} flows\n", second.engine, second.scenarios.size(), second.flows);
  out += fmt::format("  largest difference           {:.2e} pu  ({})\n", second.voltage_pu,
                     second.voltage_at);
  out += fmt::format("                               {:.2e} A   ({})\n", second.current_a,
                     second.current_at);
  out += fmt::format("  periods judged otherwise     {}\n", second.verdicts_changed);
  if (second.one_alone > 0) {
    out += fmt::format("  solved by one engine only    {}\n", second.one_alone);
  }
  return out;
}

documents::Json to_json(const SecondEngine& second) {
  documents::Json out;
  out.add("engine", second.engine);
  out.add("days", std::uint64_t{second.scenarios.size()});
  out.add("flows", second.flows);
  out.add("one_alone", second.one_alone);
  out.add("voltage_pu", second.voltage_pu);
  out.add("voltage_at", second.voltage_at);
  out.add("current_a", second.current_a);
  out.add("current_at", second.current_at);
  out.add("verdicts_changed", second.verdicts_changed);
  return out;
}

}  // namespace gridpact::cli
