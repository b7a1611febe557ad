#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gridpact/network/detail/lanes.hpp"
#include "gridpact/network/detail/load_factor.hpp"
#include "gridpact/network/detail/nodal_admittance.hpp"
#include "gridpact/network/detail/sparse_lu.hpp"
#include "gridpact/network/load_current.hpp"

namespace gridpact::network {

/// A complex number of several scenarios.
template <class Lane>
struct ComplexLane {
  Lane re{};
  Lane im{};
};

/// One pair of triangular substitutions on compact rows: only those that some right-hand side
/// reaches, or that some wanted unknown needs.
struct Substitution {
  struct Rows {
    std::vector<std::uint32_t> position;  ///< rows, in the order of elimination
    std::vector<std::uint32_t> start{0};
    std::vector<std::uint32_t> column;
    std::vector<Complex> value;
  };
  Rows forward;
  Rows backward;
  std::vector<Complex> inverse_pivot;  ///< per row of `backward`
  std::vector<std::uint32_t> touched;  ///< positions to clear before each right-hand side
  [[nodiscard]] double flops() const;  ///< of one scenario's substitution
};

/// What a fixed point of current injections reads, prepared once (formulas: ac_flow.cpp).
///
/// Its *slots* are the node-phases whose voltage moves some current. Its *elements* draw power:
/// first one of constant power to ground for each of `injected`, then the loads' ports.
struct FixedPoint {
  static constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);

  struct Slot {
    std::size_t node_phase = 0;
    std::uint32_t right_hand_side = none;  ///< position of its current; `none` at the source
    std::uint32_t solution = none;
    Complex no_load_pu;
  };
  struct Element {
    std::uint32_t from = 0;   ///< slot
    std::uint32_t to = none;  ///< slot; `none`: ground
    double scale_from = 1.0;
    double scale_to = 0.0;
    bool plain = true;  ///< constant power at every voltage
    LoadRange range;
    std::vector<LoadTerm> terms;
  };

  FixedPoint(const NodalAdmittance& admittance, const SparseLu<Complex>& factors,
             std::span<const Complex> no_load_pu, std::span<const LoadPort> ports,
             std::vector<std::size_t> injected);

  /// Of one scenario's step without its substitution: currents, and what the voltages change by.
  [[nodiscard]] double flops_at_the_slots() const;

  std::vector<Slot> slots;
  std::vector<Element> elements;
  std::vector<std::size_t> injected;  ///< node-phases
  Substitution iteration;             ///< from slots to slots
  Substitution everywhere;            ///< from slots to all unknowns
  std::vector<std::uint32_t>
      solution_of;  ///< of each unknown, in the order of `admittance.unknown`
  std::size_t positions = 0;
};

/// Numbers of one solve, kept between solves so that none allocates.
template <class Lane>
struct FixedPointWork {
  std::vector<ComplexLane<Lane>> drawn;     ///< in: power of each element at nominal voltage, pu
  std::vector<std::uint32_t> active;        ///< in: elements that draw anything in any lane
  std::vector<ComplexLane<Lane>> voltage;   ///< in: to start from; out: of each slot
  std::vector<ComplexLane<Lane>> position;  ///< out: V − w of each unknown, by `solution_of`
  Lane running{};                           ///< 1 where a scenario still iterates
  Lane waiting{};     ///< 1 where it waits for the step that shall be its last
  Lane change{};      ///< largest |ΔV|² of its last step
  Lane converged{};   ///< out: 1 where it did
  Lane iterations{};  ///< out

  void resize(const FixedPoint& problem);
  /// Fills `active` from `drawn`.
  void find_active();
};

/// Iterates until every lane has converged (`tolerance_pu`: of its last step, at the slots) or
/// failed; lanes that are done stand still.
template <class Lane>
void run(const FixedPoint& problem, double tolerance_pu, int max_iterations,
         FixedPointWork<Lane>& work);

}  // namespace gridpact::network
