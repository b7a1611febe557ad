#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gridpact/dispatch/grid_point.hpp"
#include "gridpact/fleet/membership.hpp"
#include "gridpact/program/parts.hpp"

namespace gridpact::dispatch {

/// The flexibility of a part of a station's cars inside the program, from without: its set is a
/// generalised polymatroid (fleet/aggregate.hpp), and of its inequalities p(S) ≤ u(S) ≤ b(S) those
/// are rows that a point has broken so far, besides each period's limits and those of the energy
/// up to its end. What is optimal then is a lower bound; once nothing is broken, the profile can be
/// split over the cars.
class StationCuts {
 public:
  /// Adds the part's profile to each of the rows `links`, with factor 1. `known`: inequalities of
  /// an earlier program for the same cars, or none.
  StationCuts(program::Program& program, fleet::Aggregate set,
              std::span<const program::ConstraintId> links, const std::vector<EnergyCut>& known);

  /// Looks for inequalities that `point` breaks: for those by which it is cheaper than it can be at
  /// the energy's `price` in the program, quickly, or for any, unless that has some. They touch
  /// nothing that parts share.
  void look_at_price(std::span<const double> point, std::span<const double> price);
  void look_everywhere(std::span<const double> point);
  /// Adds what `look` has found; returns how many.
  std::size_t add_found();

  /// Every car's part of the profile at `point`, which `look` has found nothing against. Throws
  /// std::bad_optional_access at another point.
  [[nodiscard]] fleet::Schedule schedule(std::span<const double> point) const;

  void add_coupling(program::Coupling& coupling) const;
  [[nodiscard]] const std::vector<EnergyCut>& cuts() const { return cuts_; }

 private:
  void add_envelope();
  void add(const EnergyCut& cut);
  [[nodiscard]] Matrix split_kw(const std::vector<double>& profile_kwh) const;
  [[nodiscard]] std::vector<double> profile_kwh(std::span<const double> point) const;

  program::Program& program_;
  fleet::Aggregate set_;
  std::vector<program::VariableId> power_kw_;  ///< per period
  std::vector<EnergyCut> cuts_;
  std::vector<program::ConstraintId> rows_;
  std::vector<EnergyCut> found_;
  std::vector<double> clean_kwh_;  ///< the profile that nothing was found against
};

}  // namespace gridpact::dispatch
