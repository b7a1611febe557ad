#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gridpact/uncertainty/held_out.hpp"
#include "gridpact/uncertainty/shape.hpp"

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
  std::size_t modes = 1;
  double asymmetry = 0.0;
  double symmetry_p_value = 1.0;
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
};

/// Faults as of `fit`.
[[nodiscard]] Result<Diagnosis> diagnose(const ErrorHistory& history,
                                         const HeldOutOptions& options = {});

}  // namespace gridpact::uncertainty
