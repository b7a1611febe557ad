#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/uncertainty/day_link.hpp"
#include "gridpact/uncertainty/held_out.hpp"
#include "gridpact/uncertainty/moment_region.hpp"
#include "gridpact/uncertainty/row_shape.hpp"

namespace gridpact::uncertainty {

/// The standardised errors of one source against its fitted shape.
struct SourceShape {
  std::string name;
  std::vector<double> bin_centre;      ///< in deviations
  std::vector<double> density;         ///< of the past, per bin
  std::vector<double> fitted_density;  ///< of the mixture, at the centres
  std::vector<double> gaussian_density;
  std::vector<double> quantile_fitted;  ///< at the same shares as `quantile_past`
  std::vector<double> quantile_past;
  ShapeEvidence evidence;
};

/// How the errors of one month lay about what was expected of them, per source, in deviations.
struct MonthDrift {
  std::string month;  ///< "2016-03"
  std::size_t days = 0;
  std::vector<double> mean;
  std::vector<double> deviation;
};

/// Everything that `gridpact fit` tells of one layer.
struct Diagnosis {
  LayerLaw law;  ///< of the planned day
  std::size_t days = 0;
  std::vector<SourceShape> sources;
  std::vector<MonthDrift> months;  ///< empty where the history does not know its dates
  /// Learned from the first three quarters of the days, judged on the rest. Nothing where the
  /// history is too short for that.
  std::optional<HeldOut> held_out;
  std::optional<Ambiguity> ambiguity;
  MomentRegion moments;  ///< of the planned day
  /// Per period: shape of the sum of all sources, which reserve is held against.
  std::vector<ShapeEvidence> balance;
};

/// What `gridpact fit` tells of both layers together.
struct JointDiagnosis {
  std::vector<std::string> stations;
  std::size_t days = 0;  ///< days that are in both histories
  /// Nothing where these are too few: the layers are then taken for independent.
  std::optional<DayLink> link;
};

/// Links the stations' days (`energy`: wanted by day, one entry per station) to the net load's, law
/// `law`, where they have enough in common.
[[nodiscard]] Result<JointDiagnosis> diagnose_jointly(const ErrorHistory& net_load,
                                                      const LayerLaw& law,
                                                      const std::vector<DatedNumbers>& energy);

/// Faults as of `fit`.
[[nodiscard]] Result<Diagnosis> diagnose(const ErrorHistory& history,
                                         const HeldOutOptions& options = {});

}  // namespace gridpact::uncertainty
