#pragma once

#include <vector>

#include "gridpact/dispatch/beliefs.hpp"
#include "gridpact/fleet/aggregate.hpp"
#include "gridpact/fleet/call.hpp"
#include "gridpact/model/plan.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/case_columns.hpp"
#include "gridpact/network/linear_model.hpp"

namespace gridpact::dispatch {

/// A row of the program that keeps sold reserve deliverable (delivery_cuts.hpp): a call in the
/// periods [begin, end), a set of periods until its end, and the energy that is b or p of it.
struct DeliveryCut {
  bool too_much = true;
  std::size_t begin = 0, end = 0;
  fleet::PeriodSet periods;
  double bound_kwh = 0.0;
};

/// A row of the program that keeps a station within what its cars can take (station_cuts.hpp): the
/// energy that falls into a set of periods, and b or p of it.
struct EnergyCut {
  bool too_much = true;
  fleet::PeriodSet periods;
  double bound_kwh = 0.0;
};

/// A jointly required row that a plan leans on (joint_row.hpp), and how far from its limits.
struct BindingRow {
  RowKind kind = RowKind::voltage;
  std::size_t element = 0, linear_row = 0, period = 0;
  bool has_upper = true, has_lower = true;
  double upper = 0.0, lower = 0.0;  ///< distances, in the row's unit
};

/// What share of the feeder's deviation each provider answers, per period; those of a period sum
/// to 1.
struct Participation {
  Profile substation;
  std::vector<Profile> generators;

  /// The case's own shares, the same in every period.
  [[nodiscard]] static Participation of(const Case& problem);
};

/// What a plan decides, per period, in the order of the case's vectors.
struct Decision {
  std::vector<Profile> generator_kw, generator_kvar;
  std::vector<Profile> curtailed_kw, renewable_kvar;
  std::vector<Profile> charge_kw;
  std::vector<fleet::SoldReserve> sold = {};  ///< per station; empty profiles: nothing
  /// Per generator 1 where it runs, else 0; empty for those that always run. None: not decided.
  std::vector<Profile> on = {};
  Participation participation = {};
  /// Per station and part of its cars (station_set.hpp): their schedules, first the one that counts
  /// towards `charge_kw`, then those of which it is made; empty if unknown.
  std::vector<std::vector<std::vector<fleet::Schedule>>> schedules = {};
  /// Per station and part of its cars: inequalities of its set found so far.
  std::vector<std::vector<std::vector<EnergyCut>>> energy_cuts = {};
  std::vector<BindingRow> rows = {};                ///< that cost something or spend risk
  std::vector<std::vector<DeliveryCut>> cuts = {};  ///< per station: rows found so far

  [[nodiscard]] static Decision idle(const Case& problem, const Beliefs& beliefs);
};

/// What the grid sees of `decision` in period t, if loads, PV and wind come as expected.
[[nodiscard]] network::CasePowers powers_at(const Beliefs& beliefs, const Decision& decision,
                                            std::size_t t);

/// Exact AC flow and its tangent for each period.
struct GridPoint {
  std::vector<std::vector<double>> x;        ///< periods × columns (network::CaseColumns)
  std::vector<network::FlowState> flow;      ///< periods
  std::vector<network::LinearModel> linear;  ///< periods; along the case's columns
};

/// What the tangents of a grid point say of the import, per period.
struct ImportTangents {
  std::vector<std::vector<double>> x;         ///< × columns
  std::vector<double> import_kw;              ///< there
  std::vector<std::vector<double>> per_unit;  ///< × columns
};
[[nodiscard]] ImportTangents import_tangents(const GridPoint& point);

/// Faults: a period whose flow does not converge at the decided injections.
[[nodiscard]] Result<GridPoint> operating_point(const Case& problem, const network::AcFlow& flow,
                                                const network::CaseColumns& columns,
                                                const Beliefs& beliefs, const Decision& decision,
                                                unsigned threads);

}  // namespace gridpact::dispatch
