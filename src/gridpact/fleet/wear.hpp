#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/fleet/fleet.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::fleet {

using gridpact::WearLaw;

/// A cycle that the rainflow count finds in a course of contents.
struct Cycle {
  double depth_kwh = 0.0;
  bool is_full = false;       ///< else a half one
  bool is_discharge = false;  ///< of a half one: does the content fall?
};

/// The rainflow count (ASTM E1049-85) of contents, one after the other in time.
[[nodiscard]] std::vector<Cycle> rainflow(std::span<const double> content_kwh);

/// What a battery of `capacity_kwh` that goes through these contents wears, €: the rainflow cycles,
/// each at its depth. Convex in the contents (Shi, Xu, Tan, Kirschen, Zhang, IEEE Trans. Automatic
/// Control 64 (2019), arXiv 1709.05715).
[[nodiscard]] double wear_eur(std::span<const double> content_kwh, double capacity_kwh,
                              const WearLaw& law);

/// What the car's battery wears on a day of mean powers `car_kw` (per period, negative is
/// discharging), €; 0 for a car whose battery is not known.
[[nodiscard]] double wear_eur(const Car& car, std::span<const double> car_kw, double period_h,
                              const WearLaw& law);

/// A slice of a battery's (or of many like batteries') depth.
struct WearSegment {
  double capacity_kwh = 0.0;
  double cost_eur_per_kwh = 0.0;  ///< per kWh of content that leaves it; rises with the depth
};

/// Φ in `count` slices of equal depth, down to the share `deepest` of the capacity: chords, so
/// never less than Φ, and exact at their ends.
[[nodiscard]] std::vector<WearSegment> wear_segments(double capacity_kwh, const WearLaw& law,
                                                     std::size_t count, double deepest = 1.0);

/// Σ of full cycles and discharging half cycles of these contents, with Φ by `segments`, €: what
/// the rows of `wear_rows` come to. Charging halves are free there; over days that end as they
/// began, the two ways of counting are the same.
[[nodiscard]] double discharge_wear_eur(std::span<const double> content_kwh,
                                        const std::vector<WearSegment>& segments);

/// The same with Φ itself, of a battery of `capacity_kwh`: what discharging wears, whatever is
/// charged for the drive.
[[nodiscard]] double discharge_wear_eur(std::span<const double> content_kwh, double capacity_kwh,
                                        const WearLaw& law);
/// What discharging wears of the car's battery on a day of mean powers `car_kw` (per period,
/// negative is discharging), €; 0 for a car that never discharges.
[[nodiscard]] double discharge_wear_eur(const Car& car, std::span<const double> car_kw,
                                        double period_h, const WearLaw& law);

/// The wear of a cluster of like batteries as columns and rows of a linear program: for contents
/// that a program decides on. Variables, in this order: for each period the content gained
/// (`gain(t)`) and lost (`loss(t)`), to be tied to the cluster's charging and discharging by
/// whoever uses it; then each segment's part of either, and its content at the period's end.
struct WearRows {
  struct Variable {
    double lower_kwh = 0.0, upper_kwh = 0.0;
    double cost_eur_per_kwh = 0.0;
  };
  struct Term {
    std::size_t variable = 0;
    double coefficient = 0.0;
  };
  /// Σ terms = `equals_kwh`.
  struct Row {
    std::vector<Term> terms;
    double equals_kwh = 0.0;
  };
  std::size_t periods = 0;
  std::vector<Variable> variables;
  std::vector<Row> rows;

  [[nodiscard]] static std::size_t gain(std::size_t t) { return 2 * t; }
  [[nodiscard]] static std::size_t loss(std::size_t t) { return 2 * t + 1; }
};

/// `start_kwh`: the cluster's content before the first period. The least cost of the rows for given
/// gains and losses is `discharge_wear_eur` of the contents (Xu et al., as above).
[[nodiscard]] WearRows wear_rows(const std::vector<WearSegment>& segments, double start_kwh,
                                 std::size_t periods);

}  // namespace gridpact::fleet
