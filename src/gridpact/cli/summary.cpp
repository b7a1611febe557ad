#include "gridpact/cli/summary.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "gridpact/documents/json.hpp"

namespace gridpact::cli {

namespace {

using documents::Json;

std::array<std::pair<const char*, double>, 10> components(const CostBreakdown& cost) {
  return {{{"energy import", cost.energy_import_eur},
           {"energy export", -cost.energy_export_eur},
           {"generation", cost.generation_eur},
           {"starts", cost.start_eur},
           {"reserve", cost.reserve_eur},
           {"station reserve", cost.station_reserve_eur},
           {"curtailment", cost.curtailment_eur},
           {"deviations", cost.deviation_eur},
           {"battery wear", cost.wear_eur},
           {"reserve sold", -cost.reserve_sold_eur}}};
}

std::string percent(const MeasuredShare& share) {
  return fmt::format("{:.3f} %  [{:.3f}, {:.3f}]", 100.0 * share.share, 100.0 * share.lower,
                     100.0 * share.upper);
}

/// What the method was asked to keep the limits against.
std::string asked_for(const Plan& plan) {
  switch (plan.method) {
    case Method::det:
      return ": the forecast taken as truth";
    case Method::so:
      return fmt::format(": every limit holds on {} sampled days", plan.risk.scenarios);
    case Method::ro:
      return plan.risk.robust_budget
                 ? fmt::format(
                       ": every limit holds while at most {:g} of its sources are at their "
                       "worst",
                       *plan.risk.robust_budget)
                 : ": every limit holds for all of the support";
    case Method::icc:
    case Method::ba:
    case Method::oba:
      break;
  }
  return fmt::format(" at a joint violation limit of {:g} % per {}, knowing {}",
                     100.0 * plan.risk.joint_violation_limit, to_string(plan.risk.scope),
                     to_string(plan.risk.knowledge));
}

/// How many limits were kept by which knowledge, if that was left to their tests.
std::string tested_limits(const Plan& plan) {
  std::map<Knowledge, std::size_t> count;
  for (const auto& share : plan.risk_shares) {
    count[share.knowledge] += share.std_deviation > 0.0 && share.risk_level > 0.0 ? 1 : 0;
  }
  std::string out;
  for (const auto& [knowledge, limits] : count) {
    if (limits > 0 && knowledge != Knowledge::tested) {
      out += fmt::format("{}{} by {}", out.empty() ? "" : ", ", limits, to_string(knowledge));
    }
  }
  return out.empty() ? out : "  limits that may break, by what their errors justify: " + out + "\n";
}

}  // namespace

std::string plan_summary(const Plan& plan) {
  std::string out = fmt::format("{} planned with {}{}\n\n", plan.case_name, to_string(plan.method),
                                asked_for(plan));
  for (const auto& [name, eur] : components(plan.cost)) {
    out += fmt::format("  {:<16}{:>12.2f} EUR\n", name, eur);
  }
  out += fmt::format(
      "  {:<16}{:>12.2f} EUR   (no plan under this model is cheaper than {:.2f}: gap {:.3f} %)\n",
      "total", plan.cost.total_eur(), plan.lower_bound_eur, 100.0 * plan.gap);
  // Rows that may break more often than the limit: their plan was tuned, and is certified or
  // nothing.
  const bool is_tuned = plan.promised_violation > plan.risk.joint_violation_limit * (1.0 + 1e-6);
  out += fmt::format(
      "\n  {} {:.4f} %; linear model off exact AC by at most {:.1e} pu at the plan\n",
      is_tuned ? "limit promised by replay alone: the rows' budget is" : "promised violation",
      100.0 * plan.promised_violation, plan.linear_error_pu);
  if (plan.loss_gap_eur > 0.0) {
    out += fmt::format(
        "  cars that lose in a cycle are planned within what they can surely do: at most {:.2f} "
        "EUR "
        "missed\n",
        plan.loss_gap_eur);
  }
  if (plan.risk.knowledge == Knowledge::tested && plan.method != Method::ro &&
      plan.method != Method::so) {
    out += tested_limits(plan);
  }
  return out;
}

std::string certificate_summary(const Certificate& certificate) {
  std::string out = fmt::format(
      "{}{} days of law {} replayed on exact AC, seed {}, {:g} % confidence{}\n\n",
      certificate.partial ? "INTERRUPTED: " : "", certificate.days.trials, certificate.law,
      certificate.seed, 100.0 * certificate.confidence,
      certificate.early_stop && certificate.scenarios < certificate.scenarios_asked
          ? fmt::format(" (of {}: the decision is certain)", certificate.scenarios_asked)
          : std::string{});
  out += fmt::format("  periods with any violation   {}\n", percent(certificate.periods));
  out += fmt::format("  worst period                 {}\n", percent(certificate.worst_period));
  out += fmt::format("  days with any violation      {}\n", percent(certificate.days));
  for (std::size_t kind = 0; kind < certificate.by_kind.size(); ++kind) {
    if (certificate.by_kind[kind].count > 0) {
      out += fmt::format("    {:<27}{}\n", to_string(static_cast<RowKind>(kind)),
                         percent(certificate.by_kind[kind]));
    }
  }
  const auto& blame = certificate.blame;
  if (certificate.periods.count > 0) {
    out += fmt::format(
        "  broken by                    load, PV, wind alone {}, cars alone {}, either {}, only "
        "both {}\n",
        blame.net_load, blame.ev, blame.either, blame.together);
  }
  out += fmt::format("  energy not delivered         {:.2f} of {:.0f} kWh a day\n",
                     certificate.energy_undelivered_kwh, certificate.energy_wanted_kwh);
  for (const auto& service : certificate.stations) {
    if (service.cars_short > 0) {
      out += fmt::format("  {}: {} of {} cars left short, {} of {} drivers ever\n", service.station,
                         service.cars_short, service.cars, service.drivers_short, service.drivers);
    }
    if (service.calls_missed.trials > 0) {
      out += fmt::format("  {}: {} of {} calls of sold reserve missed  [{:.3f}, {:.3f}] %\n",
                         service.station, service.calls_missed.count, service.calls_missed.trials,
                         100.0 * service.calls_missed.lower, 100.0 * service.calls_missed.upper);
    }
    if (service.wear_planned_eur > 0.0 || service.wear_mean_eur > 0.0) {
      out += fmt::format(
          "  {}: battery wear {:.2f} EUR a day (planned {:.2f}), at most {:.2f} of one car\n",
          service.station, service.wear_mean_eur, service.wear_planned_eur,
          service.wear_worst_car_eur);
    }
  }
  out += fmt::format(
      "  cost of the day              {:.2f} EUR  [{:.2f}, {:.2f}] (mean, 5 and 95 %)\n\n",
      certificate.cost_mean_eur, certificate.cost_p05_eur, certificate.cost_p95_eur);
  out += fmt::format("{}: {} violation limit {:g} %",
                     certificate.certified ? "CERTIFIED" : "NOT CERTIFIED",
                     certificate.scope == RiskScope::period ? "every period's" : "the day's",
                     100.0 * certificate.joint_violation_limit);
  if (certificate.kl_radius > 0.0) {
    out += fmt::format(", for every law within KL radius {:.4g}", certificate.kl_radius);
  } else if (certificate.wasserstein_radius > 0.0) {
    out += fmt::format(", for every law within Wasserstein radius {:.4g}",
                       certificate.wasserstein_radius);
  }
  out += fmt::format("; upper bound {:.3f} %\n", 100.0 * certificate.promise_upper);
  return out;
}

std::string plan_summary_json(const Plan& plan, const std::string& folder) {
  Json cost;
  for (const auto& [name, eur] : components(plan.cost)) {
    cost.add(std::string(name) + " eur", eur);
  }
  Json out;
  out.add("schema", "gridpact-plan-summary/1");
  out.add("case", plan.case_name);
  out.add("method", to_string(plan.method));
  out.add("knowledge", to_string(plan.risk.knowledge));
  out.add("rows", to_string(plan.risk.rows));
  out.add("participation", to_string(plan.risk.participation));
  out.add("joint_violation_limit", plan.risk.joint_violation_limit);
  out.add("scope", to_string(plan.risk.scope));
  out.add("total_eur", plan.cost.total_eur());
  out.add("lower_bound_eur", plan.lower_bound_eur);
  out.add("gap", plan.gap);
  out.add("cost", std::move(cost));
  out.add("promised_violation", plan.promised_violation);
  out.add("loss_gap_eur", plan.loss_gap_eur);
  out.add("linear_error_pu", plan.linear_error_pu);
  out.add("folder", folder);
  return documents::to_text(out);
}

std::string path_from(const std::string& folder, const std::string& path) {
  const auto relative = std::filesystem::absolute(path).lexically_normal().lexically_relative(
      std::filesystem::absolute(folder.empty() ? "." : folder).lexically_normal());
  return relative.empty() ? std::filesystem::absolute(path).string() : relative.string();
}

}  // namespace gridpact::cli
