#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/cli/terminal.hpp"

namespace gridpact::cli {

/// What several commands share.
struct CommonArguments {
  bool json = false;
  bool quiet = false;
  unsigned threads = 0;
};

/// Changes of the case's risk section.
struct RiskArguments {
  std::optional<double> limit;
  std::string scope;
  std::string knowledge;
  std::string ambiguity;
  std::string layers;
  std::string rows;
  std::string participation;
  std::optional<double> ev_share;
  std::optional<double> robust_budget;
  std::optional<std::size_t> so_scenarios;
};

/// How a certificate is to be made.
struct CertifyArguments {
  std::uint64_t scenarios = 2000;
  bool scenarios_given = false;
  std::uint64_t seed = 1;
  std::string law = "mixture";
  double confidence = 0.99;
  std::string layers;        ///< empty: as the plan took them
  std::string kl;            ///< radius, "data", or empty
  double wasserstein = 0.0;  ///< radius; 0: none
  bool early_stop = false;
};

struct PlanArguments {
  std::string case_path;
  std::string method = "oba";
  RiskArguments risk;
  std::string out;
  bool certify = false;
  CertifyArguments certificate;
  std::string budgets;  ///< multiples of ε, separated by commas; empty: the usual ones
};

struct VerifyArguments {
  std::string plan_path;
  std::string case_path;  ///< empty: as the plan says
  std::string out;        ///< empty: certificate.json beside the plan
  CertifyArguments certificate;
  std::optional<double> limit;      ///< ε in place of the plan's
  std::string engine = "gridpact";  ///< or "opendss": a second opinion on some days
  std::uint64_t engine_days = 2;
  std::optional<std::uint64_t> scenario;  ///< tell what happens on this day, and certify nothing
};

struct AuditArguments {
  std::string certificate_path;
  std::string plan_path;  ///< empty: as the certificate says
  std::string case_path;  ///< empty: as the plan says
  std::uint64_t sample = 0;
  std::optional<std::uint64_t> seed;
  std::string engine = "gridpact";
  std::uint64_t engine_days = 2;
};

struct CompareArguments {
  std::string case_path;
  std::string methods = "det,icc,ba,oba";
  RiskArguments risk;
  std::string out;
  std::uint64_t scenarios = 1000;
  std::uint64_t seed = 1;
  bool frontier = false;  ///< also plan at other limits: cost against reliability
};

struct FitArguments {
  std::string case_path;
  std::string out;
  std::uint64_t days = 400;  ///< drawn for each held-out day and each station
  std::uint64_t seed = 1;
};

struct CheckArguments {
  std::string path;
  bool details = false;  ///< each element on a line of its own
};

struct FleetArguments {
  std::string path;
  std::string time_zone;  ///< of the drivers' clocks; empty: as the layout says
  std::string arrival_column, departure_column, energy_column;  ///< empty: a known layout
  bool times_are_utc = false;
  std::optional<double> charger_kw;
  std::string out;
};

struct FlowArguments {
  std::string path;
  double load_multiplier = 1.0;
  std::string controls = "fixed";   ///< or "follow"
  std::string engine = "gridpact";  ///< or "opendss": a second opinion
  std::string csv;                  ///< folder for the tables; empty: none
};

struct FeederSaveArguments {
  std::string from;
  std::string to;
};

[[nodiscard]] Exit run_plan(const PlanArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_verify(const VerifyArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_audit(const AuditArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_compare(const CompareArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_flow(const FlowArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_fit(const FitArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_check(const CheckArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_fleet(const FleetArguments& arguments, const CommonArguments& common);
[[nodiscard]] Exit run_feeder_save(const FeederSaveArguments& arguments,
                                   const CommonArguments& common);

}  // namespace gridpact::cli
