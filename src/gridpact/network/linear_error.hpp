#pragma once

#include <memory>
#include <span>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/network/ac_flow.hpp"
#include "gridpact/network/injection.hpp"

namespace gridpact::network {

/// Between what a column's number may change from its value at the operating point: low ≤ Δx ≤
/// high. Equal ends state one change.
struct ColumnRange {
  double low = 0.0;
  double high = 0.0;
};

/// Largest |exact − linear| of each quantity of a LinearModel, in its order and units.
struct LinearErrors {
  std::vector<double> voltage_pu;  ///< node-phases
  std::vector<double> current_a;   ///< conductors
  double losses_kw = 0.0;
  double import_kw = 0.0;
  double import_kvar = 0.0;
  double contraction =
      0.0;  ///< < 1: why there is one solution near the operating point and no more
};

/// Guaranteed error of `linearise(flow, state, injection, columns)` for every change in a box, by a
/// fixed point of bounds (formulas: linear_error.cpp). It holds for the solution that the operating
/// point's own becomes when x moves steadily from x₀ to x₀ + Δx: the operable one. Memory and time
/// to prepare grow with the square of the number of loaded ports.
class LinearErrorBound {
 public:
  LinearErrorBound(const AcFlow& flow, const FlowState& state, const Injection& injection,
                   std::span<const InjectionColumn> columns);
  LinearErrorBound(const LinearErrorBound&) = delete;
  LinearErrorBound& operator=(const LinearErrorBound&) = delete;
  LinearErrorBound(LinearErrorBound&&) noexcept;
  LinearErrorBound& operator=(LinearErrorBound&&) noexcept;
  ~LinearErrorBound();

  /// One range per column. A fault where there is no bound: the change is so large that the
  /// iteration does not close, or a load may leave the voltages between which its law holds.
  [[nodiscard]] Result<LinearErrors> over(std::span<const ColumnRange> ranges) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace gridpact::network
