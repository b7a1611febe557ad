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
};

/// Fits one law to the standardised errors of all periods in which every varying source varies.
[[nodiscard]] StandardLaw standard_law(const ConditionalErrors& past, std::size_t max_components);

/// The standardised errors of each day; where a source does not vary (the sun before it rises) it
/// has the value of the nearest period of that day in which it does, the earlier of two. A day on
/// which it never varies keeps zeros.
[[nodiscard]] std::vector<Matrix> without_gaps(const ConditionalErrors& past);

}  // namespace gridpact::uncertainty
