#include "gridpact/documents/fit_document.hpp"

#include <string>

#include "gridpact/base/version.hpp"

namespace gridpact::documents {

namespace {

using uncertainty::Diagnosis;

template <class List, class Make>
Json list_of(const List& list, const Make& make) {
  Json out{Json::Array{}};
  for (const auto& element : list) {
    out.push(make(element));
  }
  return out;
}

Json component(const uncertainty::MixtureComponent& c) {
  Json out;
  out.add("weight", c.weight);
  out.add("mean", Json::numbers(c.mean));
  out.add("covariance", Json::rows(c.covariance));
  return out;
}

Json law_of(const uncertainty::LayerLaw& law) {
  Json out;
  out.add("layer", law.layer);
  out.add("sources", list_of(law.sources, [](const auto& name) { return Json(name); }));
  out.add("mean_kw", Json::rows(law.mean));
  out.add("std_deviation_kw", Json::rows(law.std_deviation));
  out.add("support_low_kw", Json::rows(law.support_low));
  out.add("support_high_kw", Json::rows(law.support_high));
  out.add("correlation", Json::rows(law.correlation));
  out.add("mixture", list_of(law.mixture, component));
  out.add("persistence", law.persistence);
  out.add("regime_persistence", law.regime_persistence);
  out.add("time_correlation",
          list_of(law.time_correlation, [](const Matrix& m) { return Json::rows(m); }));
  return out;
}

void add_evidence(const uncertainty::ShapeEvidence& evidence, Json& out) {
  out.add("modes", evidence.modes);
  out.add("asymmetry", evidence.asymmetry);
  out.add("symmetry_p_value", evidence.symmetry_p_value);
  out.add("unimodality_p_value", evidence.unimodality_p_value);
  out.add("honest_symmetric", evidence.honest.symmetric);
  out.add("honest_unimodal", evidence.honest.unimodal);
}

Json evidence_of(const uncertainty::ShapeEvidence& evidence) {
  Json out;
  add_evidence(evidence, out);
  return out;
}

Json source_of(const uncertainty::SourceShape& source) {
  Json out;
  out.add("name", source.name);
  out.add("bin_centre", Json::numbers(source.bin_centre));
  out.add("density", Json::numbers(source.density));
  out.add("fitted_density", Json::numbers(source.fitted_density));
  out.add("gaussian_density", Json::numbers(source.gaussian_density));
  out.add("quantile_fitted", Json::numbers(source.quantile_fitted));
  out.add("quantile_past", Json::numbers(source.quantile_past));
  add_evidence(source.evidence, out);
  return out;
}

Json month_of(const uncertainty::MonthDrift& month) {
  Json out;
  out.add("month", month.month);
  out.add("days", month.days);
  out.add("mean", Json::numbers(month.mean));
  out.add("deviation", Json::numbers(month.deviation));
  return out;
}

Json score_of(const uncertainty::HeldOutScore& score) {
  Json out;
  out.add("law", score.law);
  out.add("coverage", Json::numbers(score.coverage));
  out.add("band_coverage", score.band_coverage);
  out.add("energy_score_kw", score.energy_score);
  out.add("variogram_score", score.variogram_score);
  out.add("rank_counts", list_of(score.rank_counts, [](std::size_t n) { return Json(n); }));
  return out;
}

Json held_out_of(const uncertainty::HeldOut& held_out) {
  Json out;
  out.add("training_days", held_out.training_days);
  out.add("tested_days", held_out.days.size());
  out.add("interval_levels", Json::numbers(uncertainty::interval_levels));
  out.add("band_level", uncertainty::band_level);
  out.add("scores", list_of(held_out.scores, score_of));
  return out;
}

Json ambiguity_of(const uncertainty::Ambiguity& ambiguity) {
  Json out;
  out.add("folds", ambiguity.folds);
  out.add("mean_radius", ambiguity.mean_radius);
  out.add("covariance_factor", ambiguity.covariance_factor);
  out.add("kl_radius", ambiguity.kl_radius);
  out.add("kl_radius_upper", ambiguity.kl_radius_upper);
  out.add("band_factor", ambiguity.band_factor);
  out.add("wasserstein_radius", ambiguity.wasserstein_radius);
  return out;
}

Json moments_of(const uncertainty::MomentRegion& region) {
  Json out;
  out.add("mean_radius", Json::numbers(region.mean_radius));
  out.add("covariance_factor", Json::numbers(region.covariance_factor));
  return out;
}

Json joint_of(const uncertainty::JointDiagnosis& joint) {
  Json out;
  out.add("stations", list_of(joint.stations, [](const auto& name) { return Json(name); }));
  out.add("common_days", joint.days);
  out.add("correlation", joint.link ? Json::rows(joint.link->correlation()) : Json());
  out.add("standard_error", joint.link ? Json::rows(joint.link->standard_error()) : Json());
  out.add("shrinkage", joint.link ? Json(joint.link->shrinkage()) : Json());
  return out;
}

/// Who made the forecast of each source's series.
Json forecasts_of(const Case& problem) {
  return list_of(net_load_sources(problem), [&](const NetLoadSource& source) {
    const auto& series = problem.series[source.series.index()];
    Json out;
    out.add("source", source.name);
    out.add("series", series.name);
    out.add("made_by", series.forecaster.empty() ? Json() : Json(series.forecaster));
    return out;
  });
}

Json spread_of(const Spread& spread) {
  Json out;
  out.add("p05", spread.p05);
  out.add("p50", spread.p50);
  out.add("p95", spread.p95);
  return out;
}

Json station_of(const StationStatistics& station) {
  Json out;
  out.add("name", station.name);
  out.add("day_kind", station.day_kind);
  out.add("days", station.days);
  out.add("sessions", station.sessions);
  out.add("sessions_a_day", station.sessions_a_day);
  out.add("cars", station.cars);
  out.add("drawn_days", station.drawn_days);
  out.add("cars_a_day", spread_of(station.cars_a_day));
  out.add("energy_a_day_kwh", spread_of(station.energy_a_day_kwh));
  out.add("arrival_h", spread_of(station.arrival_h));
  out.add("stay_h", spread_of(station.stay_h));
  out.add("energy_kwh", spread_of(station.energy_kwh));
  out.add("arrivals", Json::numbers(station.arrivals));
  out.add("power_kw", list_of(station.power_kw, spread_of));
  out.add("latest_kwh", list_of(station.latest_kwh, spread_of));
  out.add("earliest_kwh", list_of(station.earliest_kwh, spread_of));
  return out;
}

Json horizon_of(const TimeGrid& horizon) {
  Json labels{Json::Array{}};
  for (std::size_t t = 0; t < horizon.count; ++t) {
    labels.push(horizon.label(t));
  }
  Json out;
  out.add("start", format_instant(horizon.start, horizon.time_zone));
  out.add("period", format_duration(horizon.period));
  out.add("periods", horizon.count);
  out.add("time_zone", horizon.time_zone);
  out.add("labels", std::move(labels));
  return out;
}

}  // namespace

Json fit_document(const Case& problem, const Diagnosis& net_load,
                  const uncertainty::JointDiagnosis& joint,
                  std::span<const StationStatistics> stations,
                  std::span<const StationStatistics> other_days) {
  Json layer;
  layer.add("days", net_load.days);
  layer.add("law", law_of(net_load.law));
  layer.add("shapes", list_of(net_load.sources, source_of));
  layer.add("balance", list_of(net_load.balance, evidence_of));
  layer.add("moments", moments_of(net_load.moments));
  layer.add("months", list_of(net_load.months, month_of));
  layer.add("held_out", net_load.held_out ? held_out_of(*net_load.held_out) : Json());
  layer.add("ambiguity", net_load.ambiguity ? ambiguity_of(*net_load.ambiguity) : Json());
  Json out;
  out.add("schema", "gridpact-fit/1");
  out.add("software", "gridpact " + std::string(version));
  out.add("case_name", problem.name);
  out.add("case_digest", problem.digest);
  out.add("horizon", horizon_of(problem.horizon));
  out.add("repairs", list_of(problem.notes, [](const Fault& f) { return Json(to_string(f)); }));
  out.add("forecasts", forecasts_of(problem));
  out.add("net_load", std::move(layer));
  out.add("joint", joint_of(joint));
  out.add("stations", list_of(stations, station_of));
  out.add("other_days", list_of(other_days, station_of));
  return out;
}

}  // namespace gridpact::documents
