#pragma once

#include <string>
#include <vector>

#include "gridpact/dispatch/state.hpp"
#include "gridpact/program/program.hpp"

namespace gridpact::dispatch {

using program::ConstraintId;
using program::LinearExpression;
using program::VariableId;
using VariableRow = std::vector<VariableId>;  ///< one per period

/// The decisions of docs/theory/planning.md as variables of one program.
struct DayVariables {
  VariableRow import_kw, export_kw;
  std::vector<VariableRow> generator_kw, generator_kvar;
  std::vector<VariableRow> generator_cost_eur;  ///< epigraph of the convex cost, €/h
  std::vector<VariableRow> on;  ///< 1 where a generator runs; empty for those that always do
  /// Import beyond the operating point's tangent, while it is open which generators run; else
  /// empty.
  VariableRow far_loss_kw;
  std::vector<VariableRow> curtailed_kw, renewable_kvar;
  std::vector<VariableRow> charge_kw;
  /// Reserve sold by each station; empty for those that offer none.
  std::vector<VariableRow> sold_up_kw, sold_down_kw;
  VariableRow up_kw, down_kw;  ///< reserve of the net-load layer
  /// Only while it is open who answers what: per provider (the substation, then the generators) its
  /// share of the deviation and the reserve that it holds for both layers.
  std::vector<VariableRow> share, held_up_kw, held_down_kw;
  std::vector<VariableRow> station_up_kw, station_down_kw;  ///< reserve of the EV layer
};

struct Range {
  double lower = 0.0, upper = 0.0;
  [[nodiscard]] double width() const { return upper - lower; }
};
/// The part of `all` within `share` of its length from `at`.
[[nodiscard]] Range near_to(double at, Range all, double share);
/// Where a generator's power may be, standing still included if it may.
[[nodiscard]] Range active_range(const Generator& generator);
[[nodiscard]] Range reactive_range(const Generator& generator);
/// a P² + b P + c, €/h, the last times `on`.
[[nodiscard]] double running_cost_eur_per_h(const Generator& generator, double p_kw,
                                            double on = 1.0);

/// A row's values at a point.
[[nodiscard]] Profile values_of(const VariableRow& row, std::span<const double> point);

/// How far calls of sold reserve may move a quantity, at most.
struct CallShift {
  LinearExpression up, down;
};

/// Cost of 1 kW of reserve (up or down) held for one hour of period t, shared over the providers by
/// participation.
[[nodiscard]] double reserve_price_eur_per_kw_h(const Case& problem,
                                                const Participation& participation, std::size_t t,
                                                bool up);

/// Who answers what share of the deviation: as the state's decision says, or open: then the
/// products of shares with the reserve are left to who opens them (shares.hpp), and the generators'
/// cost includes what they answer.
enum class SharesAre { settled, open };

/// Variables, objective and every requirement that holds for certain. The jointly required rows,
/// the stations' flexibility and the tangents of the quadratic costs are added by their own files.
struct DayProgram {
  explicit DayProgram(const Prepared::State& state, SharesAre shares = SharesAre::settled);

  /// Quantities of the linear model as expressions in the decisions, at the expected day.
  [[nodiscard]] LinearExpression voltage_pu(std::size_t t, std::size_t node_phase) const;
  [[nodiscard]] LinearExpression current_a(std::size_t t, std::size_t conductor) const;
  [[nodiscard]] LinearExpression net_import_kw(std::size_t t) const;
  /// By how much the tangent of another point is above that of the operating point.
  [[nodiscard]] LinearExpression import_above_kw(const ImportTangents& other, std::size_t t) const;

  /// Reserve of all providers together in period t, for both layers.
  [[nodiscard]] LinearExpression reserve_kw(std::size_t t, bool up) const;

  /// How far the worst calls of all stations at once move a quantity of period t with these slopes
  /// (per unit of the case's columns).
  [[nodiscard]] CallShift call_shift(std::size_t t, std::span<const double> per_unit) const;

  /// €/h of generator g, running, in period t at power p_kw; while shares are open with what it
  /// costs to answer `share` of the deviation Ω: E a (p + αΩ)² + b (p + αΩ) + c.
  [[nodiscard]] double generation_cost(std::size_t g, std::size_t t, double p_kw,
                                       double share = 0.0) const;
  /// Adds the tangent of that cost; where the generator may stand still, in perspective: all of it
  /// times how much it is on.
  void add_cost_tangent(std::size_t g, std::size_t t, double p_kw, double share = 0.0);

  [[nodiscard]] Decision decision(std::span<const double> point) const;
  /// Which generators run at a point (Decision::on).
  [[nodiscard]] std::vector<Profile> on(std::span<const double> point) const;
  /// What station s sells at a point.
  [[nodiscard]] fleet::SoldReserve sold(std::size_t s, std::span<const double> point) const;

  const Prepared::State& state;
  const SharesAre shares;
  std::vector<TotalDeviation> deviation;  ///< per period; none while the shares are settled
  program::Program program;
  DayVariables v;
  std::vector<ConstraintId> balance;  ///< net import = import − export, per period
  std::vector<ConstraintId> ramps;    ///< tie neighbouring periods

 private:
  /// A decision that moves the injection along a column of the linear model.
  struct Actuator {
    VariableRow variable;
    const Profile* value_at_point = nullptr;  ///< its value at the operating point
    std::size_t column = 0;
    double sign = 1.0;
  };
  template <class VariableAt>
  VariableRow add_row(const std::string& name, const VariableAt& variable_at);
  VariableRow add_free(const std::string& name, double lower, double cost);
  VariableRow add_free(const std::string& name, double lower, const Profile& cost);
  /// Within `share` of its range from `at`.
  VariableRow add_decision(const std::string& name, Range all, const Profile& at, double share);
  void add_supply();
  void add_stations_and_reserve();
  [[nodiscard]] Range connection(std::size_t s, std::size_t t) const;
  void add_sold_reserve(std::size_t s);
  void add_reserve();
  void add_shares();
  void add_held_reserve();
  void add_ramps();
  void add_import_balance();
  void collect_actuators();
  [[nodiscard]] LinearExpression linear(std::size_t t, double value,
                                        std::span<const double> per_unit) const;
  std::vector<Actuator> actuators_;
};

/// How 1 kW of each uncertain deviation of period t, after the providers have answered it by these
/// shares, moves the case's columns: columns × (net-load sources, then stations).
[[nodiscard]] Matrix disturbances(const Prepared::State& state, const Participation& participation,
                                  std::size_t t);

}  // namespace gridpact::dispatch
