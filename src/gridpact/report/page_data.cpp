#include "gridpact/report/detail/page_data.hpp"

#include <cmath>

#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

namespace {

using documents::Json;

Json time_axis(const TimeGrid& grid) {
  Json labels{Json::Array{}};
  Json instants{Json::Array{}};
  for (std::size_t t = 0; t < grid.count; ++t) {
    labels.push(grid.label(t));
    instants.push(format_instant(grid.begin_of(t), grid.time_zone));
  }
  Json json;
  json.add("labels", std::move(labels));
  json.add("begin", std::move(instants));
  json.add("zone", grid.time_zone);
  json.add("period", length_of_period(grid));
  json.add("period_word", period_word(grid));
  return json;
}

Json share(const MeasuredShare& measured) {
  Json json;
  json.add("share", measured.share);
  json.add("lower", measured.lower);
  json.add("upper", measured.upper);
  json.add("count", measured.count);
  json.add("trials", measured.trials);
  return json;
}

Json reserves(const std::string& name, const Profile& up_kw, const Profile& down_kw) {
  Json json;
  json.add("name", name);
  json.add("up_kw", Json::numbers(up_kw));
  json.add("down_kw", Json::numbers(down_kw));
  return json;
}

Json schedule(const Case& problem, const Plan& plan) {
  Json json;
  json.add("import_kw", Json::numbers(plan.substation.import_kw));
  json.add("import_limit_kw", plan.import_limit_kw);
  json.add("uncontrolled_peak_kw", plan.uncontrolled_peak_kw);
  json.add("import_price_eur_per_kwh", Json::numbers(problem.substation.import_price_eur_per_kwh));
  json.add("export_price_eur_per_kwh", Json::numbers(problem.substation.export_price_eur_per_kwh));
  auto& loads = json.add("loads", Json::Array{});
  for (const auto& load : plan.loads) {
    Json entry;
    entry.add("name", load.name);
    entry.add("forecast_kw", Json::numbers(load.forecast_kw));
    loads.push(std::move(entry));
  }
  auto& generators = json.add("generators", Json::Array{});
  for (const auto& generator : plan.generators) {
    Json entry;
    entry.add("name", generator.name);
    entry.add("p_kw", Json::numbers(generator.p_kw));
    generators.push(std::move(entry));
  }
  auto& renewables = json.add("renewables", Json::Array{});
  for (std::size_t i = 0; i < plan.renewables.size(); ++i) {
    const auto& renewable = plan.renewables[i];
    Json entry;
    entry.add("name", renewable.name);
    entry.add("kind", to_string(problem.renewables.at(i).kind));
    entry.add("forecast_kw", Json::numbers(renewable.forecast_kw));
    entry.add("curtailed_kw", Json::numbers(renewable.curtailed_kw));
    renewables.push(std::move(entry));
  }
  return json;
}

Json stations(const Plan& plan) {
  Json json{Json::Array{}};
  for (const auto& station : plan.stations) {
    auto entry = reserves(station.name, station.up_reserve_kw, station.down_reserve_kw);
    entry.add("charge_kw", Json::numbers(station.charge_kw));
    entry.add("uncontrolled_kw", Json::numbers(station.uncontrolled_kw));
    entry.add("sold_up_kw", Json::numbers(station.sold_up_kw));
    entry.add("sold_down_kw", Json::numbers(station.sold_down_kw));
    json.push(std::move(entry));
  }
  return json;
}

Json reserve(const Plan& plan) {
  Json json;
  json.add("up_kw", Json::numbers(plan.reserve.up_kw));
  json.add("down_kw", Json::numbers(plan.reserve.down_kw));
  auto& providers = json.add("providers", Json::Array{});
  for (const auto& generator : plan.generators) {
    providers.push(reserves(generator.name, generator.up_reserve_kw, generator.down_reserve_kw));
  }
  const auto& substation = plan.substation;
  providers.push(reserves("Upstream grid", substation.up_reserve_kw, substation.down_reserve_kw));
  return json;
}

Json voltage(const Case& problem, const Plan& plan, const Certificate* certificate) {
  Json json;
  auto& places = json.add("places", Json::Array{});
  for (std::size_t i = 0; i < plan.voltage_pu.cols(); ++i) {
    places.push(place_of(problem.feeder, i));
  }
  json.add("min_pu", problem.limits.voltage_min_pu);
  json.add("max_pu", problem.limits.voltage_max_pu);
  json.add("forecast_pu", Json::rows(plan.voltage_pu));
  if (makes_promise(plan.method)) {
    json.add("low_pu", Json::rows(plan.voltage_low_pu));
    json.add("high_pu", Json::rows(plan.voltage_high_pu));
  }
  if (!plan.price_eur_per_kwh.empty()) {
    json.add("price_eur_per_kwh", Json::rows(plan.price_eur_per_kwh));
  }
  if (certificate && !certificate->voltage_quantiles_pu.empty()) {
    json.add("measured_pu", Json::rows(certificate->voltage_quantiles_pu));
  }
  return json;
}

Json branches(const Case& problem, const Plan& plan) {
  Json names{Json::Array{}};
  Json ratings{Json::Array{}};
  for (const auto& branch : problem.feeder.branches) {
    names.push(branch.name);
    ratings.push(branch.rating_a);
  }
  Json json;
  json.add("names", std::move(names));
  json.add("rating_a", std::move(ratings));
  json.add("current_a", Json::rows(plan.branch_current_a));
  return json;
}

Json risk(const Plan& plan) {
  Json json;
  json.add("limit", plan.risk.joint_violation_limit);
  json.add("scope", to_string(plan.risk.scope));
  auto& kinds = json.add("kinds", Json::Array{});
  for (const auto kind : all_row_kinds) {
    Json entry;
    entry.add("kind", to_string(kind));
    entry.add("name", words_of(kind));
    kinds.push(std::move(entry));
  }
  auto& shares = json.add("shares", Json::Array{});
  for (const auto& granted : plan.risk_shares) {
    Json entry;
    entry.add("kind", to_string(granted.kind));
    entry.add("place", granted.place);
    entry.add("period", granted.period);
    entry.add("risk_level", granted.risk_level);
    shares.push(std::move(entry));
  }
  return json;
}

Json methods(const std::vector<Comparison>& compared) {
  Json json{Json::Array{}};
  for (const auto& entry : compared) {
    Json method;
    method.add("method", to_string(entry.method));
    if (entry.plan) {
      method.add("total_eur", entry.plan->cost.total_eur());
      if (makes_promise(entry.method)) {
        method.add("promised", entry.plan->promised_violation);
      }
    }
    if (entry.certificate) {
      method.add("measured", share(promised_share(*entry.certificate)));
      method.add("certified", entry.certificate->certified);
    }
    json.push(std::move(method));
  }
  return json;
}

Json frontier(const std::vector<FrontierPoint>& points) {
  Json json{Json::Array{}};
  for (const auto& point : points) {
    Json entry;
    entry.add("method", to_string(point.method));
    entry.add("epsilon", point.epsilon);
    entry.add("cost_eur", point.cost_eur);
    entry.add("promised", point.promised);
    if (point.measured) {
      entry.add("measured", share(*point.measured));
    }
    json.push(std::move(entry));
  }
  return json;
}

Json proof(const Certificate& certificate) {
  Json json;
  json.add("limit", certificate.joint_violation_limit);
  json.add("scope", to_string(certificate.scope));
  auto& by_period = json.add("by_period", Json::Array{});
  for (const auto& measured : certificate.by_period) {
    by_period.push(share(measured));
  }
  auto& by_kind = json.add("by_kind", Json::Array{});
  for (std::size_t i = 0; i < certificate.by_kind.size(); ++i) {
    auto entry = share(certificate.by_kind[i]);
    entry.add("name", words_of(all_row_kinds.at(i)));
    by_kind.push(std::move(entry));
  }
  return json;
}

}  // namespace

Json page_data(const Case& problem, const ReportInput& input) {
  Json json;
  json.add("time", time_axis(input.chosen ? input.chosen->horizon : problem.horizon));
  if (input.chosen) {
    const auto& plan = *input.chosen;
    json.add("chosen", to_string(plan.method));
    json.add("schedule", schedule(problem, plan));
    json.add("reserve", reserve(plan));
    json.add("stations", stations(plan));
    json.add("voltage", voltage(problem, plan, input.certificate));
    json.add("branches", branches(problem, plan));
    if (makes_promise(plan.method)) {
      json.add("risk", risk(plan));
    }
  }
  json.add("limit", input.chosen ? input.chosen->risk.joint_violation_limit
                                 : problem.risk.joint_violation_limit);
  json.add("methods", methods(input.methods));
  json.add("frontier", frontier(input.frontier));
  if (input.certificate) {
    json.add("certificate", proof(*input.certificate));
  }
  return json;
}

}  // namespace gridpact::report
