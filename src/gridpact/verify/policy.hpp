#pragma once

#include <vector>

#include "gridpact/model/plan.hpp"

namespace gridpact::verify {

/// How the providers answer a deviation of the feeder's balance in one period.
struct Answer {
  std::vector<double> generator_kw;  ///< movement of each generator; positive = more generation
  /// What of the deviation nobody holds reserve for. Physics lets it, like the substation's own
  /// share, fall on the import.
  double beyond_reserve_kw = 0.0;
};

/// The affine policy within what each provider holds: provider j moves by α_j Ω, clipped to
/// [−down_j, up_j]. `deviation_kw`: Ω of both layers, positive = more net load, so more generation.
[[nodiscard]] Answer answer(const Plan& plan, std::size_t period, double deviation_kw);

}  // namespace gridpact::verify
