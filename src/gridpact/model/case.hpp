#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/ids.hpp"
#include "gridpact/base/result.hpp"
#include "gridpact/base/time_grid.hpp"
#include "gridpact/model/feeder.hpp"

namespace gridpact {

/// Day-ahead forecast and what then happened, per unit of a nominal power, on a uniform grid whose
/// step is the horizon's period. Loads: 1 = the group's nominal demand. PV, wind: 1 = capacity.
/// `actual` may end earlier than `forecast`: what has not happened yet is not known. NaN stands
/// where the history has a gap, or a value that can not be was left out; never in the horizon's
/// forecast.
struct Series {
  std::string name;
  Instant start{};
  std::chrono::seconds period{3600};
  std::vector<double> forecast;
  std::vector<double> actual;
  /// How gridpact made the forecast from the actual values; empty: it was given.
  std::string forecaster;
};

/// One parked car of the past, by its driver's local clock.
struct Session {
  int user = -1;           ///< anonymous number, −1 if unknown
  long arrival_day = 0;    ///< local calendar day (days since 1970-01-01)
  int weekday = 1;         ///< ISO weekday of that day
  double arrival_h = 0.0;  ///< hours since local midnight
  double stay_h = 0.0;
  double energy_kwh = 0.0;
  int priority = 0;  ///< the higher, the sooner it is served where not all can be
};

/// A station's (or several like stations') charging history, sorted by arrival.
struct SessionHistory {
  std::string name;
  std::vector<Session> sessions;
};

struct Limits {
  double voltage_min_pu = 0.95;
  double voltage_max_pu = 1.05;
};

/// Reserve that a provider offers: capacity and its price, each way. `up` means more net injection
/// (more generation, more import); kW, €/kW/h.
struct ReserveOffer {
  double up_max_kw = 0.0;
  double down_max_kw = 0.0;
  double up_price_eur_per_kw_h = 0.0;
  double down_price_eur_per_kw_h = 0.0;
  /// This provider's share of every deviation of the feeder's balance; the shares of all sum to 1.
  double participation = 0.0;
};

struct Substation {
  double import_max_kw = 0.0;
  double export_max_kw = 0.0;
  /// Import may not exceed (1 − peak_reduction) × the import peak of uncontrolled charging.
  std::optional<double> peak_reduction;
  std::vector<double> import_price_eur_per_kwh;  ///< per period
  std::vector<double> export_price_eur_per_kwh;  ///< per period; at most the import price
  ReserveOffer reserve;                          ///< the share the upstream grid balances
};

/// That a generator may stand still, and what starting it takes. Before the horizon it has run, or
/// stood still, for long enough that the first period may change that.
struct Commitment {
  double start_cost_eur = 0.0;
  std::size_t min_up_periods = 1;    ///< once started it runs for so long, or until the end
  std::size_t min_down_periods = 1;  ///< once stopped it stands still for so long
  bool on_before = false;            ///< just before the horizon

  /// Times it is started in `on`, 1 where it runs and 0 where it stands still.
  [[nodiscard]] std::size_t starts(const std::vector<double>& on) const;
};

/// Cost a·P² + b·P + c in €/h with P in kW, c and p_min while it runs.
struct Generator {
  std::string name;
  NodeId node;
  double p_min_kw = 0.0;
  double p_max_kw = 0.0;
  double q_min_kvar = 0.0;
  double q_max_kvar = 0.0;
  double ramp_kw_per_h = 0.0;
  double cost_a_eur_per_kw2_h = 0.0;
  double cost_b_eur_per_kwh = 0.0;
  double cost_c_eur_per_h = 0.0;
  ReserveOffer reserve;
  /// Empty: it always runs. Who may stand still holds no reserve.
  std::optional<Commitment> commitment = std::nullopt;
};

enum class RenewableKind { pv, wind };

struct Renewable {
  std::string name;
  RenewableKind kind = RenewableKind::pv;
  NodeId node;
  double capacity_kw = 0.0;
  SeriesId series;
  double q_min_kvar = 0.0;
  double q_max_kvar = 0.0;
  double curtailment_price_eur_per_kwh = 0.0;
};

/// Loads that follow one series.
struct LoadGroup {
  std::string name;
  SeriesId series;
  double nominal_kw = 0.0;  ///< sum of its loads' p_kw: 1 pu of the series
};

/// Which cars a station's controller serves first with what is left after everybody's need.
enum class Fairness {
  least_slack,         ///< those with the least charging time to spare under the plan
  least_laxity,        ///< those with the least time to spare until they leave
  earliest_departure,  ///< those that leave first
  proportional,        ///< all alike: the same share of what each can take
  priority,            ///< by their priority, then by slack
};
[[nodiscard]] std::string_view to_string(Fairness fairness);
[[nodiscard]] std::optional<Fairness> parse_fairness(std::string_view text);

/// What a battery's cycles cost by their depth: a full cycle of depth u (share of the capacity)
/// takes the share Φ(u) = stress · u^exponent of the battery's life, a half cycle half of that.
/// Convex for exponent ≥ 1. The defaults are those of a lithium nickel manganese cobalt cell (Xu,
/// Zhao, Zheng, Litvinov, Kirschen, IEEE Trans. Power Systems 33 (2018), arXiv 1707.04567).
struct WearLaw {
  double replacement_eur_per_kwh = 0.0;  ///< of a battery's capacity
  double stress = 5.24e-4;
  double exponent = 2.03;

  /// Φ(u).
  [[nodiscard]] double life_share(double depth) const;
  friend bool operator==(const WearLaw&, const WearLaw&) = default;
};

/// The batteries of a station's cars, which recorded sessions do not tell, and what they may be
/// used for. Energies are in the battery, powers at the charger.
struct CarBatteries {
  double capacity_kwh = 0.0;
  /// State of charge (share of the capacity) that a recorded session's energy brought its car to:
  /// what was in the battery on arrival follows from it.
  double departure_soc = 1.0;
  double discharge_max_kw = 0.0;  ///< limit of one charger into the grid
  double discharge_efficiency = 1.0;
  double v2g_share = 0.0;    ///< of the drivers: those who consent to V2G
  double v2g_min_kwh = 0.0;  ///< V2G never takes the content below this
  std::optional<WearLaw> wear;

  [[nodiscard]] bool discharges() const { return v2g_share > 0.0 && discharge_max_kw > 0.0; }
};

/// Reserve that a station offers to sell to the system operator: `up` is less charging or more
/// discharging, `down` is more charging. Sold is what the station can deliver under any activation,
/// period by period, within a call of `longest_call` periods; there is one call in the horizon at
/// most.
struct ReserveSale {
  double up_max_kw = 0.0;
  double down_max_kw = 0.0;
  double up_price_eur_per_kw_h = 0.0;
  double down_price_eur_per_kw_h = 0.0;
  std::size_t longest_call = 1;
};

/// A pool of cars behind one connection, run by an aggregator.
struct Station {
  std::string name;
  NodeId node;
  std::size_t cars = 0;            ///< expected cars on the planned day
  double charger_kw = 0.0;         ///< limit of one charger
  double charge_efficiency = 1.0;  ///< battery kWh per grid kWh
  double connection_max_kw = 0.0;  ///< the station's own grid connection
  SessionsId sessions;
  /// Price of holding reserve against the station's own deviation, over the providers' offers.
  double deviation_price_eur_per_kw_h = 0.0;
  Fairness fairness = Fairness::least_slack;
  std::optional<CarBatteries> batteries = std::nullopt;
  std::optional<ReserveSale> reserve_sold = std::nullopt;

  [[nodiscard]] bool discharges() const { return batteries && batteries->discharges(); }
  /// The least net charging power that its connection and its cars allow at all.
  [[nodiscard]] double least_charge_kw() const { return discharges() ? -connection_max_kw : 0.0; }
};

enum class RiskScope { period, horizon };

/// What the planner claims to know of each row's error.
enum class Knowledge {
  moments,          ///< mean and covariance (Cantelli)
  moments_support,  ///< mean, covariance and support: margin min(kσ, h)
  symmetric,        ///< moments, and that the error is symmetric about its mean
  symmetric_support,
  unimodal,  ///< moments, and that the density has one mode, wherever it is
  unimodal_support,
  symmetric_unimodal,
  symmetric_unimodal_support,
  gaussian,
  student_t,  ///< a Student t of the fitted degrees of freedom
  mixture,    ///< fitted Gaussian mixture, projected on the row
  /// Moments and support, and for each row the symmetry and the single mode that the tests of its
  /// own errors justify.
  tested,
};

/// Which moments the plan holds its limits for.
enum class Ambiguity {
  none,    ///< the fitted ones
  sample,  ///< all within what the number of past days leaves unknown of them (95 % confidence)
  kl,      ///< every law as far from the fitted one as the history's held-out days are
};

/// Whether what net load and charging have in common is known.
enum class Layers {
  apart,  ///< no: their errors are independent
  joint,  ///< as far as days of the same date tell, which both histories must have
};

[[nodiscard]] bool uses_support(Knowledge knowledge);
/// The same knowledge without the support.
[[nodiscard]] Knowledge without_support(Knowledge knowledge);

/// What counts as one of the limits that share the joint limit.
enum class RowForm {
  merged,    ///< the two sides of a band are one; all reserve of a layer is one event
  separate,  ///< every side and every provider's reserve by itself, as the literature writes it
};

/// Who says what share of the deviation each provider answers.
enum class Shares {
  given,    ///< the case, the same in every period
  decided,  ///< the plan, for every period
};

struct Risk {
  double joint_violation_limit = 0.05;  ///< ε
  RiskScope scope = RiskScope::period;  ///< ε for each period, or for the whole horizon at once
  Knowledge knowledge = Knowledge::tested;
  Ambiguity ambiguity = Ambiguity::none;
  Layers layers = Layers::apart;
  RowForm rows = RowForm::merged;
  Shares participation = Shares::given;  ///< for methods with risk levels: icc, ba, oba
  /// Share of ε kept for the EV layer's own limits (the stations' reserves), the rest being for all
  /// others; empty: one budget for both, whose split the plan decides.
  std::optional<double> ev_share = std::nullopt;
  /// ro: how many of a row's independent sources may reach the ends of their supports at a time (a
  /// fraction counts in part); empty: all.
  std::optional<double> robust_budget = std::nullopt;
  std::size_t scenarios = 100;  ///< so: sampled days that the plan must survive
};

/// Everything given. Plain values, validated once by the importers; everything downstream may rely
/// on: ids in range, vectors of `horizon.count` periods, finite numbers (but for what a Series says
/// of its past), a connected feeder,
/// history that covers the horizon's forecast.
struct Case {
  std::string name;
  std::string title;
  TimeGrid horizon;
  Feeder feeder;
  Limits limits;
  Substation substation;
  std::vector<Series> series;
  std::vector<SessionHistory> session_histories;
  std::vector<LoadGroup> load_groups;
  std::vector<Generator> generators;
  std::vector<Renewable> renewables;
  std::vector<Station> stations;
  Risk risk;
  std::uint64_t seed = 1;  ///< of the forecast fleet
  std::string source;      ///< folder or file it was read from
  std::string digest;      ///< SHA-256 over every file that was read
  Faults notes;            ///< what was assumed or repaired; never errors
};

/// A source of net-load uncertainty: a load group or a renewable plant, in this order.
struct NetLoadSource {
  std::string name;
  SeriesId series;
  double nominal_kw = 0.0;  ///< kW of 1 pu of the series
  double sign = 1.0;        ///< +1 where more means more net load (loads), −1 for PV and wind
};
[[nodiscard]] std::vector<NetLoadSource> net_load_sources(const Case& problem);

/// Forecast of `source` in kW over the horizon (≥ 0, unsigned).
[[nodiscard]] std::vector<double> forecast_kw(const Case& problem, const NetLoadSource& source);

[[nodiscard]] std::string_view to_string(RiskScope scope);
[[nodiscard]] std::string_view to_string(Knowledge knowledge);
[[nodiscard]] std::string_view to_string(Ambiguity ambiguity);
[[nodiscard]] std::string_view to_string(Layers layers);
[[nodiscard]] std::string_view to_string(RenewableKind kind);
[[nodiscard]] std::optional<RiskScope> parse_risk_scope(std::string_view text);
[[nodiscard]] std::optional<Knowledge> parse_knowledge(std::string_view text);
[[nodiscard]] std::optional<Ambiguity> parse_ambiguity(std::string_view text);
[[nodiscard]] std::optional<Layers> parse_layers(std::string_view text);
[[nodiscard]] std::vector<std::string_view> knowledge_words();  ///< all that it reads
[[nodiscard]] std::string_view to_string(RowForm form);
[[nodiscard]] std::optional<RowForm> parse_row_form(std::string_view text);
[[nodiscard]] std::string_view to_string(Shares shares);
[[nodiscard]] std::optional<Shares> parse_shares(std::string_view text);

}  // namespace gridpact
