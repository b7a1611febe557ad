#pragma once

#include <vector>

namespace gridpact::fleet {

/// One car's part in the sharing out of a period's energy, kWh at the charger: must ≤ given ≤ can,
/// must < 0 where it may discharge.
struct Part {
  double slack_h = 0.0;  ///< the less, the more urgent
  double power_kw = 0.0;
  double must_kwh = 0.0;
  double can_kwh = 0.0;
  double wish_kwh = 0.0;  ///< of what it can: what it wants, and not only holds
  double group = 0.0;  ///< cars with a smaller number have what they can before others get anything
  double given_kwh = 0.0;
};

/// std::clamp by value, which compilers turn into code without jumps: which bound holds a car is
/// hard to guess.
[[nodiscard]] inline double between(double value, double low, double high) {
  const double raised = value < low ? low : value;
  return high < raised ? high : raised;
}

/// How cars of one group share.
enum class Within {
  level,        ///< so that the least slacks become equal
  proportional  ///< the same share of what is between must and can
};

/// Shares `total_kwh` out, between Σ must and Σ can; fills in `given_kwh`, and draws must and can
/// in so that no car discharges into another. Method: sharing.cpp.
void share_out(std::vector<Part>& parts, double total_kwh, Within within);

/// Shares out less than Σ must: group by group, the same share of its need to each of a group.
void share_shortage(std::vector<Part>& parts, double total_kwh);

}  // namespace gridpact::fleet
