#include "gridpact/model/case.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gridpact/model/names.hpp"

namespace gridpact {

namespace {

constexpr Names<RiskScope, 2> scope_names{
    {{RiskScope::period, "period"}, {RiskScope::horizon, "horizon"}}};

constexpr Names<Knowledge, 12> knowledge_names{
    {{Knowledge::moments, "moments"},
     {Knowledge::moments_support, "moments+support"},
     {Knowledge::symmetric, "moments+symmetric"},
     {Knowledge::symmetric_support, "moments+symmetric+support"},
     {Knowledge::unimodal, "moments+unimodal"},
     {Knowledge::unimodal_support, "moments+unimodal+support"},
     {Knowledge::symmetric_unimodal, "moments+symmetric+unimodal"},
     {Knowledge::symmetric_unimodal_support, "moments+symmetric+unimodal+support"},
     {Knowledge::gaussian, "gaussian"},
     {Knowledge::student_t, "student-t"},
     {Knowledge::mixture, "mixture"},
     {Knowledge::tested, "tested"}}};

constexpr Names<RowForm, 2> row_form_names{
    {{RowForm::merged, "merged"}, {RowForm::separate, "separate"}}};

constexpr Names<Shares, 2> shares_names{{{Shares::given, "given"}, {Shares::decided, "decided"}}};

constexpr Names<Fairness, 5> fairness_names{{{Fairness::least_slack, "least_slack"},
                                             {Fairness::least_laxity, "least_laxity"},
                                             {Fairness::earliest_departure, "earliest_departure"},
                                             {Fairness::proportional, "proportional"},
                                             {Fairness::priority, "priority"}}};

constexpr Names<Ambiguity, 3> ambiguity_names{
    {{Ambiguity::none, "none"}, {Ambiguity::sample, "sample"}, {Ambiguity::kl, "kl"}}};

constexpr Names<Layers, 2> layers_names{{{Layers::apart, "apart"}, {Layers::joint, "joint"}}};

constexpr Names<RenewableKind, 2> renewable_names{
    {{RenewableKind::pv, "pv"}, {RenewableKind::wind, "wind"}}};

}  // namespace

double WearLaw::life_share(double depth) const {
  return stress * std::pow(std::max(0.0, depth), exponent);
}

std::size_t Commitment::starts(const std::vector<double>& on) const {
  std::size_t count = 0;
  bool before = on_before;
  for (const double now : on) {
    count += now != 0.0 && !before ? 1 : 0;
    before = now != 0.0;
  }
  return count;
}

bool uses_support(Knowledge knowledge) { return without_support(knowledge) != knowledge; }

Knowledge without_support(Knowledge knowledge) {
  switch (knowledge) {
    case Knowledge::moments_support:
    case Knowledge::tested:
      return Knowledge::moments;
    case Knowledge::symmetric_support:
      return Knowledge::symmetric;
    case Knowledge::unimodal_support:
      return Knowledge::unimodal;
    case Knowledge::symmetric_unimodal_support:
      return Knowledge::symmetric_unimodal;
    default:
      return knowledge;
  }
}

std::vector<std::string_view> knowledge_words() {
  std::vector<std::string_view> out;
  for (const auto& [value, name] : knowledge_names) {
    out.push_back(name);
  }
  return out;
}

std::string_view to_string(RiskScope scope) { return name_of(scope_names, scope); }
std::string_view to_string(Knowledge knowledge) { return name_of(knowledge_names, knowledge); }
std::string_view to_string(Ambiguity ambiguity) { return name_of(ambiguity_names, ambiguity); }
std::string_view to_string(Layers layers) { return name_of(layers_names, layers); }
std::string_view to_string(RowForm form) { return name_of(row_form_names, form); }
std::string_view to_string(Shares shares) { return name_of(shares_names, shares); }
std::string_view to_string(RenewableKind kind) { return name_of(renewable_names, kind); }

std::optional<RiskScope> parse_risk_scope(std::string_view text) {
  return value_of(scope_names, text);
}
std::optional<RowForm> parse_row_form(std::string_view text) {
  return value_of(row_form_names, text);
}
std::optional<Shares> parse_shares(std::string_view text) { return value_of(shares_names, text); }
std::optional<Knowledge> parse_knowledge(std::string_view text) {
  return value_of(knowledge_names, text);
}
std::optional<Ambiguity> parse_ambiguity(std::string_view text) {
  return value_of(ambiguity_names, text);
}

std::optional<Layers> parse_layers(std::string_view text) { return value_of(layers_names, text); }

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
