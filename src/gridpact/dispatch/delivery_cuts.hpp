#pragma once

#include <memory>
#include <vector>

#include "gridpact/dispatch/day_program.hpp"
#include "gridpact/dispatch/station_set.hpp"
#include "gridpact/fleet/membership.hpp"
#include "gridpact/program/parts.hpp"

namespace gridpact::dispatch {

/// Sold reserve inside the program: every activation of every call can be delivered, whichever car
/// has taken what before. With u the station's profile, a call in the periods W and S any set of
/// periods until the call's end,
///   (u + down·1_W)(S) ≤ b(S),   (u − up·1_W)(S) ≥ p(S),
/// rows of which only those enter that a point breaks (fleet::undeliverable_calls finds them).
class DeliveryCuts {
 public:
  DeliveryCuts(DayProgram& day, const std::vector<std::unique_ptr<StationSet>>& sets);

  /// Adds rows that `point` breaks by more than a trifle (`search_tolerance`); returns how many.
  std::size_t separate(std::span<const double> point);

  /// All rows so far, for the next program (Decision::cuts).
  [[nodiscard]] const std::vector<std::vector<DeliveryCut>>& cuts() const { return cuts_; }
  void add_coupling(program::Coupling& coupling) const;

 private:
  void add(std::size_t s, const DeliveryCut& cut);

  DayProgram& day_;
  const std::vector<std::unique_ptr<StationSet>>& sets_;
  std::vector<std::vector<DeliveryCut>> cuts_;  ///< per station
  std::vector<ConstraintId> rows_;
  /// Per station: target and sold reserve for which a search found nothing.
  struct Clean {
    Profile charge_kw, up_kw, down_kw;
    friend bool operator==(const Clean&, const Clean&) = default;
  };
  std::vector<Clean> clean_;
};

/// The part of `sold` around `charge_kw` of which every activation can be delivered, to within
/// `delivery_tolerance_kwh`: less than sold only where a solver's tolerance made it too much.
[[nodiscard]] fleet::SoldReserve deliverable_part(const StationSet& set, const Profile& charge_kw,
                                                  fleet::SoldReserve sold);

inline constexpr double delivery_tolerance_kwh = 1e-3;

}  // namespace gridpact::dispatch
