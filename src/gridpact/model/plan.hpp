#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact {

enum class Method { det, so, icc, ba, oba, ro };
[[nodiscard]] std::string_view to_string(Method method);
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);

/// What a jointly required limit is about.
enum class RowKind { voltage, branch, import_, reserve, station_reserve };
inline constexpr std::array all_row_kinds{RowKind::voltage, RowKind::branch, RowKind::import_,
                                          RowKind::reserve, RowKind::station_reserve};
[[nodiscard]] std::string_view to_string(RowKind kind);
[[nodiscard]] std::optional<RowKind> parse_row_kind(std::string_view text);
/// Unit of the limits of this kind: "pu", "A" or "kW".
[[nodiscard]] std::string_view unit_of(RowKind kind);
/// How plans and certificates name the place of a limit, so that the two can be laid side by side:
/// "node 18" ("node 18.2" for its phase 2), "branch 1-2", "station S1", "feeder". `element` is the
/// index of the node-phase, branch or station; it means nothing for the other kinds.
[[nodiscard]] std::string limit_place(const Case& problem, RowKind kind, std::size_t element);

/// Powers over the horizon, one entry per period.
using Profile = std::vector<double>;

struct PlannedGenerator {
  Profile p_kw;
  Profile q_kvar;
  Profile up_reserve_kw;
  Profile down_reserve_kw;
  Profile participation;  ///< share of the feeder's deviation, per period
  std::string name = {};  ///< as in the case, so that the plan can be read without it
  Profile on = {};        ///< 1 where it runs, 0 where it stands still; empty: it always runs

  [[nodiscard]] bool runs(std::size_t t) const { return on.empty() || on[t] != 0.0; }
};

struct PlannedSubstation {
  Profile import_kw;  ///< positive = from the upstream grid
  Profile up_reserve_kw;
  Profile down_reserve_kw;
  Profile participation;
};

/// What the plan expects of a load group: the forecast with its known bias taken out.
struct PlannedLoad {
  Profile forecast_kw;
  std::string name = {};  ///< as in the case, so that the plan can be read without it
};

struct PlannedRenewable {
  Profile forecast_kw;   ///< bias taken out, before curtailment
  Profile curtailed_kw;  ///< fixed amount taken off whatever is available
  Profile q_kvar;
  std::string name = {};  ///< as in the case, so that the plan can be read without it
};

struct PlannedStation {
  /// Grid-side target that the station follows; negative where its cars feed the grid.
  Profile charge_kw;
  Profile uncontrolled_kw;  ///< what the same forecast fleet would draw without a plan
  Profile up_reserve_kw;    ///< held against the station drawing more than its target
  Profile down_reserve_kw;  ///< held against it drawing less
  /// Forecast fleet: cars × periods, columns sum to charge_kw; negative is discharging.
  Matrix car_charge_kw;
  std::string name = {};  ///< as in the case, so that the plan can be read without it
  /// Reserve sold to the system operator: by so much the target may be lowered (up) and raised
  /// (down) in a call. Empty: none.
  Profile sold_up_kw = {};
  Profile sold_down_kw = {};
  /// Wear of the forecast fleet's batteries by discharging, each car by itself (fleet/wear.hpp).
  double wear_eur = 0.0;
};

/// Reserve of the net-load layer: −down ≤ deviation ≤ up.
struct PlannedReserve {
  Profile up_kw;
  Profile down_kw;
};

/// One jointly required limit and what the plan grants it. `risk_level` is the largest probability
/// that this row breaks under what the plan claims to know.
struct RiskShare {
  RowKind kind = RowKind::voltage;
  std::string place;  ///< node and phase, branch, station, or "feeder"
  std::size_t period = 0;
  double risk_level = 0.0;      ///< ε_i
  double std_deviation = 0.0;   ///< σ_i in the row's unit (pu, A, kW)
  double distance_upper = 0.0;  ///< from the mean to the upper limit, row's unit (infinite if none)
  double distance_lower = 0.0;
  double support_upper = 0.0;  ///< largest possible deviation towards the upper limit
  double support_lower = 0.0;
  double price_eur = 0.0;  ///< what one percentage point of ε_i here would save
  /// What the plan claims to know of this row: the tests' finding where `Risk::knowledge` is
  /// tested.
  Knowledge knowledge = Knowledge::moments_support;
};

struct CostBreakdown {
  double energy_import_eur = 0.0;
  double energy_export_eur = 0.0;    ///< revenue, positive
  double generation_eur = 0.0;       ///< of generators that run
  double start_eur = 0.0;            ///< of generators that are started
  double reserve_eur = 0.0;          ///< net-load layer
  double station_reserve_eur = 0.0;  ///< EV layer
  double curtailment_eur = 0.0;
  /// Expected cost of deviations: of the generators' share by their quadratic cost, and of the
  /// energy that stations are known to be off their targets by.
  double deviation_eur = 0.0;
  double wear_eur = 0.0;          ///< of batteries that discharge, by clusters of like cars
  double reserve_sold_eur = 0.0;  ///< revenue, positive
  [[nodiscard]] double total_eur() const;
};

/// A day, decided. The only thing that the verifier reads besides the case.
struct Plan {
  std::string case_name;
  std::string case_digest;
  std::string case_path =
      {};  ///< where the case lies, as seen from the plan's folder; empty if unknown
  Method method = Method::oba;
  Risk risk;
  TimeGrid horizon;

  std::vector<PlannedGenerator> generators;
  PlannedSubstation substation;
  std::vector<PlannedLoad> loads;  ///< per load group
  std::vector<PlannedRenewable> renewables;
  std::vector<PlannedStation> stations;
  PlannedReserve reserve;

  Matrix voltage_pu;      ///< periods × node-phases, exact AC at the forecast
  Matrix voltage_low_pu;  ///< … less the smallest margin the plan keeps (its promised band)
  Matrix voltage_high_pu;
  Matrix branch_current_a;  ///< periods × branches, largest conductor, exact AC at the forecast
  /// Periods × node-phases, €/kWh: what serving 1 kWh more of expected demand there would cost,
  /// losses and every limit included. 0 at neutrals.
  Matrix price_eur_per_kwh;
  std::vector<RiskShare> risk_shares;  ///< every row that may break or was priced
  double promised_violation = 0.0;     ///< largest Σ ε_i over the scopes: at most ε
  std::size_t row_count = 0;           ///< jointly required rows in all

  CostBreakdown cost;
  /// No plan is cheaper under the same rows, linear model and last step from its operating point.
  double lower_bound_eur = 0.0;
  double gap = 0.0;  ///< (total − lower bound) / max(|total|, 1 €)
  /// What cars that lose in a cycle could have saved besides, at most: they are planned within a
  /// set that is smaller than what they can do.
  double loss_gap_eur = 0.0;
  double linear_error_pu =
      0.0;  ///< largest voltage difference of linear model and exact AC at the plan
  double uncontrolled_peak_kw = 0.0;
  double import_limit_kw = 0.0;  ///< after the peak target
  std::string software;
};

}  // namespace gridpact
