#include "gridpact/documents/certificate_document.hpp"

#include "gridpact/documents/detail/fields.hpp"
#include "gridpact/documents/files.hpp"

namespace gridpact::documents {

namespace {

constexpr auto share_fields = [](auto& io, auto& measured) {
  io.count("count", measured.count);
  io.count("trials", measured.trials);
  io.probability("share", measured.share);
  io.probability("lower", measured.lower);
  io.probability("upper", measured.upper);
};

/// One member for each kind of limit, or none at all.
constexpr auto kind_fields = [](auto& io, auto& shares) {
  if constexpr (std::remove_reference_t<decltype(io)>::reads) {
    shares.resize(io.empty() ? 0 : all_row_kinds.size());
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    io.object(to_string(all_row_kinds.at(i)), shares[i], share_fields);
  }
};

constexpr auto limit_fields = [](auto& io, auto& limit) {
  io.word("kind", limit.kind, parse_row_kind);
  io.text("place", limit.place);
  io.count("periods_violated", limit.periods_violated);
  io.number("worst_excess", limit.worst_excess);
  io.period("worst_period", limit.worst_period);
  io.count("worst_scenario", limit.worst_scenario);
  io.number("mean_excess", limit.mean_excess);
};

constexpr auto excess_fields = [](auto& io, auto& spread) {
  io.count("count", spread.count);
  io.number("median", spread.median);
  io.number("p95", spread.p95);
  io.number("worst", spread.worst);
};

/// One member for each kind of limit, or none at all.
constexpr auto kind_excess_fields = [](auto& io, auto& spreads) {
  if constexpr (std::remove_reference_t<decltype(io)>::reads) {
    spreads.resize(io.empty() ? 0 : all_row_kinds.size());
  }
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    io.object(to_string(all_row_kinds.at(i)), spreads[i], excess_fields);
  }
};

constexpr auto blame_fields = [](auto& io, auto& blame) {
  io.count("net_load", blame.net_load);
  io.count("ev", blame.ev);
  io.count("either", blame.either);
  io.count("together", blame.together);
};

constexpr auto block_fields = [](auto& io, auto& block) {
  io.text("digest", block.digest);
  io.text("violated", block.violated);
};

constexpr auto evidence_fields = [](auto& io, auto& evidence) {
  io.count("block_days", evidence.block_days);
  io.list("blocks", evidence.blocks, block_fields);
};

constexpr auto service_fields = [](auto& io, auto& service) {
  io.text("station", service.station);
  io.count("cars", service.cars);
  io.count("cars_short", service.cars_short);
  io.object("days_all_served", service.days_all_served, share_fields);
  io.count("drivers", service.drivers);
  io.count("drivers_short", service.drivers_short);
  io.object("calls_missed", service.calls_missed, share_fields);
  io.number("wear_planned_eur", service.wear_planned_eur);
  io.number("wear_mean_eur", service.wear_mean_eur);
  io.number("wear_worst_car_eur", service.wear_worst_car_eur);
};

constexpr auto driver_fields = [](auto& io, auto& record) {
  io.text("station", record.station);
  io.text("driver", record.driver);
  io.object("served", record.served, share_fields);
  io.number("missing_kwh", record.missing_kwh);
};

constexpr auto wear_fields = [](auto& io, auto& record) {
  io.text("station", record.station);
  io.text("driver", record.driver);
  io.count("days", record.days);
  io.number("mean_eur", record.mean_eur);
  io.number("worst_eur", record.worst_eur);
};

constexpr auto certificate_fields = [](auto& io, auto& certificate) {
  io.schema("gridpact-certificate/1");
  io.text("software", certificate.software);
  io.text("case_name", certificate.case_name);
  io.text("case_digest", certificate.case_digest);
  io.text("plan_digest", certificate.plan_digest);
  io.text("plan_path", certificate.plan_path);
  io.text("model_digest", certificate.model_digest);
  io.text("software_digest", certificate.software_digest);
  io.flag("certified", certificate.certified);
  io.flag("partial", certificate.partial);
  io.probability("joint_violation_limit", certificate.joint_violation_limit);
  io.probability("promise_upper", certificate.promise_upper);
  io.probability("calls_missed_upper", certificate.calls_missed_upper);
  io.word("scope", certificate.scope, parse_risk_scope);
  io.probability("confidence", certificate.confidence);
  io.text("law", certificate.law);
  io.word("layers", certificate.layers, parse_layers);
  io.count("seed", certificate.seed);
  io.count("scenarios", certificate.scenarios);
  io.count("scenarios_asked", certificate.scenarios_asked);
  io.flag("early_stop", certificate.early_stop);
  io.number("kl_radius", certificate.kl_radius);
  io.number("wasserstein_radius", certificate.wasserstein_radius);
  io.number("tightening", certificate.tightening);
  io.probability("tested_limit", certificate.tested_limit);
  io.object("periods", certificate.periods, share_fields);
  io.object("days", certificate.days, share_fields);
  io.object("worst_period", certificate.worst_period, share_fields);
  io.period("worst_period_index", certificate.worst_period_index);
  io.list("by_period", certificate.by_period, share_fields);
  io.object("by_kind", certificate.by_kind, kind_fields);
  io.object("excess", certificate.excess, kind_excess_fields);
  io.object("blame", certificate.blame, blame_fields);
  io.list("limits", certificate.limits, limit_fields);
  io.count("diverged", certificate.diverged);
  io.number("energy_wanted_kwh", certificate.energy_wanted_kwh);
  io.number("energy_undelivered_kwh", certificate.energy_undelivered_kwh);
  io.probability("cars_short", certificate.cars_short);
  io.list("stations", certificate.stations, service_fields);
  io.list("drivers_short", certificate.drivers_short, driver_fields);
  io.list("drivers_worn", certificate.drivers_worn, wear_fields);
  io.number("cost_mean_eur", certificate.cost_mean_eur);
  io.number("cost_p05_eur", certificate.cost_p05_eur);
  io.number("cost_p95_eur", certificate.cost_p95_eur);
  io.matrix("voltage_quantiles_pu", certificate.voltage_quantiles_pu);
  io.object("evidence", certificate.evidence, evidence_fields);
};

/// {min, 5 %, 50 %, 95 %, max}
constexpr std::size_t quantiles = 5;

constexpr auto check_certificate = [](const Certificate& certificate, FieldReader& reader) {
  const auto periods = certificate.by_period.size();
  const auto& voltage = certificate.voltage_quantiles_pu;
  if (!voltage.empty() && (voltage.rows() != periods || voltage.cols() != quantiles)) {
    reader.fault("voltage_quantiles_pu has " + std::to_string(voltage.rows()) + " × " +
                 std::to_string(voltage.cols()) + " numbers instead of " + std::to_string(periods) +
                 " × " + std::to_string(quantiles));
  }
  const auto check_period = [&](std::string_view path, std::size_t period) {
    if (periods > 0 && period >= periods) {
      reader.fault(std::string(path) + " is " + std::to_string(period) + ", but by_period has " +
                   std::to_string(periods) + " periods");
    }
  };
  check_period("/worst_period_index", certificate.worst_period_index);
  for (std::size_t i = 0; i < certificate.limits.size(); ++i) {
    check_period("/limits/" + std::to_string(i) + "/worst_period",
                 certificate.limits[i].worst_period);
  }
};

}  // namespace

std::string to_json(const Certificate& certificate) {
  return write_document(certificate, certificate_fields);
}

Result<Certificate> parse_certificate(std::string_view text, const std::string& file) {
  return read_document<Certificate>(text, file, certificate_fields, check_certificate);
}

Result<Certificate> read_certificate(const std::filesystem::path& path) {
  const auto text = read_text(path);
  return text ? parse_certificate(*text, path.string()) : Result<Certificate>(text.faults());
}

}  // namespace gridpact::documents
