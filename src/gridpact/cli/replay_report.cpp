#include "gridpact/cli/replay_report.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace gridpact::cli {

namespace {

using documents::Json;
using verify::Breach;

/// The node-phase that is nearest to the voltage band's edge, or farthest beyond it.
struct WorstVoltage {
  std::size_t node_phase = 0;
  double voltage_pu = 0.0;
};

/// The branch that is loaded most, in shares of its rating.
struct WorstBranch {
  std::size_t branch = 0;
  double current_a = 0.0;
  double rating_a = 0.0;
};

bool is_solved(const ReplayReport& report, std::size_t t) {
  const auto& diverged = report.day.diverged;
  return std::find(diverged.begin(), diverged.end(), t) == diverged.end();
}

std::optional<WorstVoltage> worst_voltage(const ReplayReport& report, std::size_t t) {
  const auto& limits = report.problem.limits;
  std::optional<WorstVoltage> worst;
  double least_pu = 0.0;
  for (std::size_t i = 0; i < report.day.voltage_pu.cols() && is_solved(report, t); ++i) {
    const double pu = report.day.voltage_pu(t, i);
    const double room_pu = std::min(pu - limits.voltage_min_pu, limits.voltage_max_pu - pu);
    if (!is_neutral(report.problem.feeder.node_phases[i]) && (!worst || room_pu < least_pu)) {
      worst = WorstVoltage{i, pu};
      least_pu = room_pu;
    }
  }
  return worst;
}

std::optional<WorstBranch> worst_branch(const ReplayReport& report, std::size_t t) {
  const auto& branches = report.problem.feeder.branches;
  std::optional<WorstBranch> worst;
  for (std::size_t l = 0; l < branches.size() && is_solved(report, t); ++l) {
    const WorstBranch here{l, report.day.branch_current_a(t, l), branches[l].rating_a};
    if (std::isfinite(here.rating_a) &&
        (!worst || here.current_a * worst->rating_a > worst->current_a * here.rating_a)) {
      worst = here;
    }
  }
  return worst;
}

std::vector<Breach> breaches_in(const ReplayReport& report, std::size_t t) {
  std::vector<Breach> out;
  for (const auto& breach : report.day.breaches) {
    if (breach.period == t) {
      out.push_back(breach);
    }
  }
  return out;
}

std::size_t periods_violated(const ReplayReport& report) {
  std::size_t out = 0;
  for (std::size_t t = 0; t < report.problem.horizon.count; ++t) {
    out += breaches_in(report, t).empty() ? 0U : 1U;
  }
  return out;
}

std::string_view layers_of(const ReplayReport& report) {
  return to_string(report.options.layers.value_or(report.plan.risk.layers));
}

std::string place_of(const ReplayReport& report, const Breach& breach) {
  return limit_place(report.problem, breach.kind, breach.element);
}

std::string size_of(const Breach& breach) {
  return breach.kind == RowKind::voltage
             ? fmt::format("{:.6f} pu", breach.excess)
             : fmt::format("{:.3f} {}", breach.excess, unit_of(breach.kind));
}

// --- For the screen

/// "+12.3 of -40 to +55": a deviation within its reserve.
std::string within(double deviation_kw, double down_kw, double up_kw) {
  return fmt::format("{:+.1f} of {:+.1f} to {:+.1f}", deviation_kw, -down_kw, up_kw);
}

std::string grid_text(const ReplayReport& report, std::size_t t) {
  if (!is_solved(report, t)) {
    return "    the AC flow has no solution: every limit of the grid counts as broken\n";
  }
  std::string out;
  if (const auto voltage = worst_voltage(report, t)) {
    out +=
        fmt::format("    voltage            {:.5f} pu at {} of {:g} to {:g}\n", voltage->voltage_pu,
                    limit_place(report.problem, RowKind::voltage, voltage->node_phase),
                    report.problem.limits.voltage_min_pu, report.problem.limits.voltage_max_pu);
  }
  if (const auto branch = worst_branch(report, t)) {
    out +=
        fmt::format("    line               {:.1f} A in {} of {:.1f}\n", branch->current_a,
                    limit_place(report.problem, RowKind::branch, branch->branch), branch->rating_a);
  }
  return out + fmt::format("    import             {:.1f} kW of {:.1f} to {:.1f}\n",
                           report.day.import_kw[t], -report.problem.substation.export_max_kw,
                           report.plan.import_limit_kw);
}

std::string period_text(const ReplayReport& report, std::size_t t) {
  const auto& [problem, plan, options, day] = report;
  const auto broken = breaches_in(report, t);
  auto out = fmt::format("  {}{}\n", problem.horizon.label(t), broken.empty() ? "" : "  VIOLATED");
  out += fmt::format(
      "    net load           {} kW of reserve\n",
      within(day.net_load_deviation_kw[t], plan.reserve.down_kw[t], plan.reserve.up_kw[t]));
  for (std::size_t s = 0; s < plan.stations.size(); ++s) {
    const auto& station = plan.stations[s];
    const double called_kw = day.called_kw(t, s);
    out += fmt::format(
        "    {:<18} {} kW of reserve; draws {:.1f}, planned {:.1f}{}\n", problem.stations[s].name,
        within(day.station_deviation_kw(t, s), station.down_reserve_kw[t],
               station.up_reserve_kw[t]),
        day.charge_kw(t, s), station.charge_kw[t],
        called_kw == 0.0 ? std::string{} : fmt::format(", moved {:+.1f} by a call", called_kw));
  }
  out += grid_text(report, t);
  if (std::abs(day.beyond_reserve_kw[t]) > verify::least_tolerance) {
    out += fmt::format("    beyond all reserve {:+.1f} kW: falls on the import\n",
                       day.beyond_reserve_kw[t]);
  }
  for (const auto& breach : broken) {
    if (breach.excess > 0.0) {
      out += fmt::format("    broken: {} at {} by {}\n", to_string(breach.kind),
                         place_of(report, breach), size_of(breach));
    }
  }
  return out;
}

// --- For machines

Json named(const std::string& name, const Matrix& kw, std::size_t t, std::size_t i,
           double forecast_kw) {
  Json out;
  out.add("name", name);
  out.add("power_kw", kw(t, i));
  out.add("forecast_kw", forecast_kw);
  return out;
}

template <class ItemAt>
Json list(std::size_t count, const ItemAt& item_at) {
  auto out = Json(Json::Array{});
  for (std::size_t k = 0; k < count; ++k) {
    out.push(item_at(k));
  }
  return out;
}

Json stations_json(const ReplayReport& report, std::size_t t) {
  const auto& day = report.day;
  return list(report.plan.stations.size(), [&](std::size_t s) {
    const auto& planned = report.plan.stations[s];
    Json station;
    station.add("station", report.problem.stations[s].name);
    station.add("charge_kw", day.charge_kw(t, s));
    station.add("planned_kw", planned.charge_kw[t]);
    station.add("called_kw", day.called_kw(t, s));
    station.add("deviation_kw", day.station_deviation_kw(t, s));
    station.add("up_reserve_kw", planned.up_reserve_kw[t]);
    station.add("down_reserve_kw", planned.down_reserve_kw[t]);
    return station;
  });
}

Json breaches_json(const ReplayReport& report, std::size_t t) {
  const auto breaches = breaches_in(report, t);
  return list(breaches.size(), [&](std::size_t k) {
    Json json;
    json.add("kind", to_string(breaches[k].kind));
    json.add("place", place_of(report, breaches[k]));
    json.add("excess", breaches[k].excess);
    json.add("unit", unit_of(breaches[k].kind));
    return json;
  });
}

void add_drawn(const ReplayReport& report, std::size_t t, Json& out) {
  const auto& problem = report.problem;
  const auto& plan = report.plan;
  const auto& day = report.day;
  out.add("loads", list(plan.loads.size(), [&](std::size_t k) {
            return named(problem.load_groups[k].name, day.load_kw, t, k,
                         plan.loads[k].forecast_kw[t]);
          }));
  out.add("renewables", list(plan.renewables.size(), [&](std::size_t r) {
            return named(problem.renewables[r].name, day.available_kw, t, r,
                         plan.renewables[r].forecast_kw[t]);
          }));
  out.add("generators", list(plan.generators.size(), [&](std::size_t g) {
            Json generator;
            generator.add("name", problem.generators[g].name);
            generator.add("power_kw", day.generator_kw(t, g));
            generator.add("planned_kw", plan.generators[g].p_kw[t]);
            return generator;
          }));
}

Json period_json(const ReplayReport& report, std::size_t t) {
  const auto& [problem, plan, options, day] = report;
  Json out;
  out.add("period", problem.horizon.label(t));
  out.add("solved", is_solved(report, t));
  add_drawn(report, t, out);
  out.add("net_load_deviation_kw", day.net_load_deviation_kw[t]);
  out.add("up_reserve_kw", plan.reserve.up_kw[t]);
  out.add("down_reserve_kw", plan.reserve.down_kw[t]);
  out.add("stations", stations_json(report, t));
  out.add("beyond_reserve_kw", day.beyond_reserve_kw[t]);
  out.add("import_kw", day.import_kw[t]);
  Json voltage;
  if (const auto worst = worst_voltage(report, t)) {
    voltage.add("place", limit_place(problem, RowKind::voltage, worst->node_phase));
    voltage.add("voltage_pu", worst->voltage_pu);
  }
  out.add("worst_voltage", std::move(voltage));
  Json branch;
  if (const auto worst = worst_branch(report, t)) {
    branch.add("place", limit_place(problem, RowKind::branch, worst->branch));
    branch.add("current_a", worst->current_a);
    branch.add("rating_a", worst->rating_a);
  }
  out.add("worst_branch", std::move(branch));
  out.add("breaches", breaches_json(report, t));
  return out;
}

}  // namespace

std::string replay_text(const ReplayReport& report) {
  const auto& day = report.day;
  const auto violated = periods_violated(report);
  auto out = fmt::format("Scenario {} of law {}, seed {}, layers {}: {}\n\n", day.scenario,
                         to_string(report.options.law), report.options.seed, layers_of(report),
                         violated == 0 ? std::string("every limit holds")
                                       : fmt::format("{} of {} periods violated", violated,
                                                     report.problem.horizon.count));
  for (std::size_t t = 0; t < report.problem.horizon.count; ++t) {
    out += period_text(report, t);
  }
  out += fmt::format(
      "\n  energy not delivered  {:.2f} of {:.1f} kWh; {} of {} cars left short\n"
      "  cost of the day       {:.2f} EUR\n",
      day.energy_undelivered_kwh, day.energy_wanted_kwh, day.cars_short, day.cars, day.cost_eur);
  for (std::size_t s = 0; s < day.visits.size(); ++s) {
    if (day.visits[s].is_called) {
      out += fmt::format("  {}: sold reserve was called and {}\n", report.problem.stations[s].name,
                         day.visits[s].misses_call ? "not delivered" : "delivered");
    }
  }
  return out;
}

Json replay_json(const ReplayReport& report) {
  const auto& [problem, plan, options, day] = report;
  Json out;
  out.add("schema", "gridpact-replay/1");
  out.add("case", problem.name);
  out.add("case_digest", problem.digest);
  out.add("method", to_string(plan.method));
  out.add("law", to_string(options.law));
  out.add("layers", layers_of(report));
  out.add("seed", options.seed);
  out.add("scenario", day.scenario);
  out.add("periods_violated", periods_violated(report));
  out.add("cost_eur", day.cost_eur);
  out.add("energy_wanted_kwh", day.energy_wanted_kwh);
  out.add("energy_undelivered_kwh", day.energy_undelivered_kwh);
  out.add("cars", day.cars);
  out.add("cars_short", day.cars_short);
  auto calls = Json(Json::Array{});
  for (std::size_t s = 0; s < day.visits.size(); ++s) {
    if (day.visits[s].is_called) {
      Json call;
      call.add("station", problem.stations[s].name);
      call.add("missed", day.visits[s].misses_call);
      calls.push(std::move(call));
    }
  }
  out.add("calls", std::move(calls));
  Json limits;
  limits.add("voltage_min_pu", problem.limits.voltage_min_pu);
  limits.add("voltage_max_pu", problem.limits.voltage_max_pu);
  limits.add("import_max_kw", plan.import_limit_kw);
  limits.add("export_max_kw", problem.substation.export_max_kw);
  out.add("limits", std::move(limits));
  out.add("periods",
          list(problem.horizon.count, [&](std::size_t t) { return period_json(report, t); }));
  return out;
}

}  // namespace gridpact::cli
