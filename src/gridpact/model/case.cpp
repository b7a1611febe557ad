#include "gridpact/model/case.hpp"

#include <cassert>

#include "gridpact/model/names.hpp"

namespace gridpact {

namespace {

constexpr Names<RiskScope, 2> scope_names{
    {{RiskScope::period, "period"}, {RiskScope::horizon, "horizon"}}};

constexpr Names<Knowledge, 4> knowledge_names{{{Knowledge::moments, "moments"},
                                               {Knowledge::moments_support, "moments+support"},
                                               {Knowledge::gaussian, "gaussian"},
                                               {Knowledge::mixture, "mixture"}}};

constexpr Names<Fairness, 5> fairness_names{{{Fairness::least_slack, "least_slack"},
                                             {Fairness::least_laxity, "least_laxity"},
                                             {Fairness::earliest_departure, "earliest_departure"},
                                             {Fairness::proportional, "proportional"},
                                             {Fairness::priority, "priority"}}};

constexpr Names<Ambiguity, 2> ambiguity_names{
    {{Ambiguity::none, "none"}, {Ambiguity::sample, "sample"}}};

constexpr Names<RenewableKind, 2> renewable_names{
    {{RenewableKind::pv, "pv"}, {RenewableKind::wind, "wind"}}};

}  // namespace

std::string_view to_string(RiskScope scope) { return name_of(scope_names, scope); }
std::string_view to_string(Knowledge knowledge) { return name_of(knowledge_names, knowledge); }
std::string_view to_string(Ambiguity ambiguity) { return name_of(ambiguity_names, ambiguity); }
std::string_view to_string(RenewableKind kind) { return name_of(renewable_names, kind); }

std::optional<RiskScope> parse_risk_scope(std::string_view text) {
  return value_of(scope_names, text);
}
std::optional<Knowledge> parse_knowledge(std::string_view text) {
  return value_of(knowledge_names, text);
}
std::optional<Ambiguity> parse_ambiguity(std::string_view text) {
  return value_of(ambiguity_names, text);
}

std::string_view to_string(Fairness fairness) { return name_of(fairness_names, fairness); }

std::optional<Fairness> parse_fairness(std::string_view text) {
  return value_of(fairness_names, text);
}

std::vector<NetLoadSource> net_load_sources(const Case& problem) {
  std::vector<NetLoadSource> sources;
  for (const auto& group : problem.load_groups) {
    sources.push_back({group.name, group.series, group.nominal_kw, 1.0});
  }
  for (const auto& plant : problem.renewables) {
    sources.push_back({plant.name, plant.series, plant.capacity_kw, -1.0});
  }
  return sources;
}

std::vector<double> forecast_kw(const Case& problem, const NetLoadSource& source) {
  const auto& series = problem.series[source.series.index()];
  const auto first =
      static_cast<std::size_t>((problem.horizon.start - series.start) / series.period);
  assert(first + problem.horizon.count <= series.forecast.size());
  std::vector<double> out(problem.horizon.count);
  for (std::size_t t = 0; t < out.size(); ++t) {
    out[t] = source.nominal_kw * series.forecast[first + t];
  }
  return out;
}

}  // namespace gridpact
