#pragma once

#include <cstddef>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/uncertainty/detail/conditional.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// What all standardised errors have in common, whatever the period.
struct StandardLaw {
  Matrix correlation;                     ///< n × n
  std::vector<MixtureComponent> mixture;  ///< mean 0, covariance = `correlation`
  double persistence = 0.0;               ///< lag-1 autocorrelation
  /// Periods × n, or empty: independent sources with a shape of their own in every period.
  BasicMatrix<std::vector<ScalarComponent>> own_shapes;
};

/// Fits one law to the standardised errors of all periods in which every varying source varies.
/// With `independent` sources, each has a law of its own: of every single period where there are a
/// hundred days or more, else of all periods.
[[nodiscard]] StandardLaw standard_law(const ConditionalErrors& past, std::size_t max_components,
                                       bool independent = false);

/// The standardised errors of each day; where a source does not vary (the sun before it rises) it
/// has the value of the nearest period of that day in which it does, the earlier of two. A day on
/// which it never varies keeps zeros.
[[nodiscard]] std::vector<Matrix> without_gaps(const ConditionalErrors& past);

}  // namespace gridpact::uncertainty
