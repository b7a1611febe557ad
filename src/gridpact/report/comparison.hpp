#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gridpact/model/certificate.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::report {

/// What one method made of the case.
struct Comparison {
  Method method = Method::oba;
  std::optional<Plan> plan;
  std::optional<Certificate> certificate;
  std::string why_not;   ///< where there is no plan
  double seconds = 0.0;  ///< for the screen only: files must repeat byte for byte
};

/// One plan on the way from cheap to safe.
struct FrontierPoint {
  double epsilon = 0.0;  ///< joint violation limit asked for
  double cost_eur = 0.0;
  double promised = 0.0;                  ///< largest Σ ε_i over the scopes
  std::optional<MeasuredShare> measured;  ///< `promised_share` of its certificate
  Method method = Method::oba;
};

/// The share that the promise is about: the worst period where ε is per period, the days where it
/// is for the horizon.
[[nodiscard]] const MeasuredShare& promised_share(const Certificate& certificate);

struct ComparisonRow {
  std::string label;
  std::vector<std::string> cells;  ///< one for each method
  bool strong = false;
};

/// Methods side by side, in words: cost by component, promised and measured joint violation.
[[nodiscard]] std::vector<ComparisonRow> comparison_rows(std::span<const Comparison> methods);

/// The rows for a terminal of `width` columns: more methods than fit go into a further block.
[[nodiscard]] std::string comparison_table(std::span<const Comparison> methods,
                                           std::size_t width = 80);

/// comparison.csv: one row per method, exact numbers, empty where there is none.
[[nodiscard]] std::string comparison_csv(std::span<const Comparison> methods);

/// The same as JSON ("gridpact-comparison/1"), for scripts.
[[nodiscard]] std::string comparison_json(std::span<const Comparison> methods);

}  // namespace gridpact::report
