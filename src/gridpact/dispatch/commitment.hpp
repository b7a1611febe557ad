#pragma once

#include <vector>

#include "gridpact/dispatch/day_program.hpp"
#include "gridpact/program/parts.hpp"

namespace gridpact::dispatch {

/// The generators that may stand still, inside the program (docs/theory/planning.md, "Commitment").
/// Where their on/off is not decided it is relaxed to [0, 1], and their powers may be anywhere.
class UnitCommitment {
 public:
  /// Adds what ties on/off, starts and stops, powers and ramps.
  explicit UnitCommitment(DayProgram& day);

  [[nodiscard]] bool any() const { return !units_.empty(); }
  void make_integer();
  void make_continuous();
  void release();
  /// Decides all of it. Within the step, the powers of a unit that runs at the operating point as
  /// well keep to the step from there that all decisions have.
  enum class Reach { anywhere, within_step };
  void fix(const std::vector<Profile>& on, Reach reach);
  /// The most, in any period, that a point's import is above the operating point's tangent, kW.
  /// Only where it is none, the point is a plan of that tangent.
  [[nodiscard]] double far_loss_kw(std::span<const double> point) const;
  /// Never `on` (Decision::on) again.
  void forbid(const std::vector<Profile>& on);

  /// All that ties periods together.
  void add_coupling(program::Coupling& coupling) const;

 private:
  struct Unit {
    std::size_t generator = 0;
    VariableRow starts, stops;
  };
  void set_integer(bool integer);
  void add_logic(const Unit& unit);
  void add_times(const Unit& unit, const VariableRow& switches, std::size_t periods, bool up);
  void add_limits(const Unit& unit);
  void add_ramps(const Unit& unit);
  void add_far_losses();
  void fix_powers(std::size_t g, std::size_t t, bool runs, Reach reach);

  DayProgram& day_;
  std::vector<Unit> units_;
  std::vector<ConstraintId> ties_;
};

}  // namespace gridpact::dispatch
