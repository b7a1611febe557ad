// One step, for every scenario of a lane:
//
//   j_e = (P_e g_p − j Q_e g_q) w_e,   w_e = s_from V_from − s_to V_to     (load_current.hpp)
//   b   = −Σ_e (s_from j_e at from − s_to j_e at to)
//   x   = U⁻¹ L⁻¹ b                                                        (rows, gathering)
//   V   = w_no-load + x
//
// Rows of L that no current reaches and rows of U that no slot needs are left out of the steps, and
// taken in by the last one alone, when the voltages of all unknowns are wanted: what Kron reduction
// would do, without its fill. A step is the last if its change is within the tolerance, so it has
// to be foretold: the iteration converges linearly, by c_k ≈ c_{k-1}² / c_{k-2}. A last step that
// does more than the tolerance after all is followed by others.

#include "gridpact/network/detail/fixed_point.hpp"

#include <algorithm>
#include <cmath>

namespace gridpact::network {

namespace {

std::uint32_t narrow(std::size_t value) { return static_cast<std::uint32_t>(value); }

void append_row(Substitution::Rows& rows, const TriangleRows<Complex>& triangle, std::size_t row,
                const std::vector<bool>& columns) {
  rows.position.push_back(narrow(row));
  for (std::size_t k = triangle.start[row]; k < triangle.start[row + 1]; ++k) {
    if (columns[triangle.column[k]]) {
      rows.column.push_back(narrow(triangle.column[k]));
      rows.value.push_back(triangle.value[k]);
    }
  }
  rows.start.push_back(narrow(rows.column.size()));
}

/// `reached`: positions with a right-hand side; `needed`: positions whose unknown is wanted. Both
/// are extended by what they bring along.
Substitution substitution(const SparseLu<Complex>& factors, std::vector<bool> reached,
                          std::vector<bool> needed) {
  const TriangleRows<Complex>& lower = factors.lower();
  const TriangleRows<Complex>& upper = factors.upper();
  Substitution out;
  const std::size_t count = reached.size();
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t k = lower.start[row]; k < lower.start[row + 1] && !reached[row]; ++k) {
      reached[row] = reached[lower.column[k]];
    }
    if (reached[row]) {
      append_row(out.forward, lower, row, reached);
    }
  }
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t k = upper.start[row]; k < upper.start[row + 1] && needed[row]; ++k) {
      needed[upper.column[k]] = true;
    }
  }
  for (std::size_t row = count; row-- > 0;) {
    if (needed[row]) {
      append_row(out.backward, upper, row, needed);
      out.inverse_pivot.push_back(factors.inverse_pivot()[row]);
    }
  }
  for (std::size_t row = 0; row < count; ++row) {
    if (reached[row] || needed[row]) {
      out.touched.push_back(narrow(row));
    }
  }
  return out;
}

/// x_row − Σ_k a_k x_k.
template <class Lane>
GRIDPACT_INLINE void take_known(const Substitution::Rows& rows, std::size_t row,
                                const ComplexLane<Lane>* x, Lane& re, Lane& im) {
  const std::uint32_t end = rows.start[row + 1];
  for (std::uint32_t k = rows.start[row]; k < end; ++k) {
    const ComplexLane<Lane>& known = x[rows.column[k]];
    const double a = rows.value[k].real();
    const double b = rows.value[k].imag();
    re -= a * known.re - b * known.im;
    im -= a * known.im + b * known.re;
  }
}

template <class Lane>
GRIDPACT_INLINE void substitute(const Substitution& rows, ComplexLane<Lane>* x) {
  for (std::size_t row = 0; row < rows.forward.position.size(); ++row) {
    ComplexLane<Lane>& solved = x[rows.forward.position[row]];
    Lane re = solved.re;
    Lane im = solved.im;
    take_known(rows.forward, row, x, re, im);
    solved.re = re;
    solved.im = im;
  }
  for (std::size_t row = 0; row < rows.backward.position.size(); ++row) {
    ComplexLane<Lane>& solved = x[rows.backward.position[row]];
    Lane re = solved.re;
    Lane im = solved.im;
    take_known(rows.backward, row, x, re, im);
    const double a = rows.inverse_pivot[row].real();
    const double b = rows.inverse_pivot[row].imag();
    solved.re = a * re - b * im;
    solved.im = a * im + b * re;
  }
}

template <class Lane>
GRIDPACT_INLINE void add(ComplexLane<Lane>* x, const FixedPoint::Slot& slot, double factor,
                         const Lane& re, const Lane& im) {
  if (slot.right_hand_side != FixedPoint::none) {
    ComplexLane<Lane>& sum = x[slot.right_hand_side];
    sum.re += factor * re;
    sum.im += factor * im;
  }
}

/// The elements' currents at the slots' voltages, into the right-hand side.
template <class Lane>
GRIDPACT_INLINE void inject(const FixedPoint& problem, const Substitution& rows,
                            FixedPointWork<Lane>& work) {
  ComplexLane<Lane>* x = work.position.data();
  for (const std::uint32_t position : rows.touched) {
    x[position].re = Lane{};
    x[position].im = Lane{};
  }
  for (const std::uint32_t e : work.active) {
    const FixedPoint::Element& element = problem.elements[e];
    const ComplexLane<Lane>& from = work.voltage[element.from];
    Lane re = element.scale_from * from.re;
    Lane im = element.scale_from * from.im;
    if (element.to != FixedPoint::none) {
      const ComplexLane<Lane>& to = work.voltage[element.to];
      re -= element.scale_to * to.re;
      im -= element.scale_to * to.im;
    }
    const Lane u_squared = re * re + im * im;
    LoadFactor<Lane> g;
    if (element.plain) {
      g.p = 1.0 / u_squared;
      g.q = g.p;
    } else {
      g = load_factor<Lane>(element.range, element.terms, u_squared);
    }
    // What draws nothing does so at no voltage too (a neutral's), where g is infinite.
    const Lane p = scaled_if_any(work.drawn[e].re, g.p);
    const Lane q = scaled_if_any(work.drawn[e].im, g.q);
    const Lane current_re = p * re + q * im;
    const Lane current_im = p * im - q * re;
    add(x, problem.slots[element.from], -element.scale_from, current_re, current_im);
    if (element.to != FixedPoint::none) {
      add(x, problem.slots[element.to], element.scale_to, current_re, current_im);
    }
  }
}

/// V ← w + x in the lanes where `moves` is 1; sets `change` of those where `measured` is.
template <class Lane>
GRIDPACT_INLINE void move(const FixedPoint& problem, const Lane& moves, const Lane& measured,
                          FixedPointWork<Lane>& work) {
  const Lane half = broadcast<Lane>(0.5);
  Lane largest{}, sum{};
  for (std::size_t s = 0; s < problem.slots.size(); ++s) {
    const FixedPoint::Slot& slot = problem.slots[s];
    if (slot.solution == FixedPoint::none) {
      continue;
    }
    const ComplexLane<Lane>& x = work.position[slot.solution];
    ComplexLane<Lane>& voltage = work.voltage[s];
    const Lane re = slot.no_load_pu.real() + x.re;
    const Lane im = slot.no_load_pu.imag() + x.im;
    const Lane by_re = re - voltage.re;
    const Lane by_im = im - voltage.im;
    const Lane squared = by_re * by_re + by_im * by_im;
    largest = larger<Lane>(largest, squared);
    sum += squared;
    voltage.re = select_less<Lane>(half, moves, re, voltage.re);
    voltage.im = select_less<Lane>(half, moves, im, voltage.im);
  }
  // A comparison loses what is not a number, a sum does not.
  work.change = select_less<Lane>(half, measured, largest + 0.0 * sum, work.change);
}

/// Steps from slots to slots, until every lane has failed or waits for its last step.
template <class Lane>
GRIDPACT_INLINE void approach(const FixedPoint& problem, double tolerance_squared,
                              int max_iterations, FixedPointWork<Lane>& work) {
  constexpr double margin = 0.25;  // of a foretold square
  bool any_running = true;
  while (any_running) {
    const Lane before = work.change;
    inject(problem, problem.iteration, work);
    substitute(problem.iteration, work.position.data());
    move(problem, work.running, work.running, work);
    work.iterations += work.running;
    any_running = false;
    for (std::size_t lane = 0; lane < lane_count<Lane>; ++lane) {
      if (get(work.running, lane) < 0.5) {
        continue;
      }
      const double change = get(work.change, lane);
      const double next = change * (change / get(before, lane));
      const bool waits = change <= tolerance_squared || next <= margin * tolerance_squared ||
                         get(work.iterations, lane) + 1.0 >= max_iterations;
      const bool fails = !std::isfinite(change);
      set(work.waiting, lane, waits && !fails ? 1.0 : 0.0);
      set(work.running, lane, waits || fails ? 0.0 : 1.0);
      any_running |= get(work.running, lane) > 0.5;
    }
  }
}

template <class Lane>
GRIDPACT_INLINE void iterate(const FixedPoint& problem, double tolerance_pu, int max_iterations,
                             FixedPointWork<Lane>& work) {
  const double tolerance_squared = tolerance_pu * tolerance_pu;
  work.running = broadcast<Lane>(max_iterations > 1 ? 1.0 : 0.0);
  work.waiting = broadcast<Lane>(max_iterations == 1 ? 1.0 : 0.0);
  work.change = Lane{};
  work.converged = Lane{};
  work.iterations = Lane{};
  bool any_running = max_iterations > 1;
  do {
    if (any_running) {
      approach(problem, tolerance_squared, max_iterations, work);
    }
    inject(problem, problem.everywhere, work);
    substitute(problem.everywhere, work.position.data());
    move(problem, Lane{}, work.waiting, work);
    work.iterations += work.waiting;
    any_running = false;
    for (std::size_t lane = 0; lane < lane_count<Lane>; ++lane) {
      if (get(work.waiting, lane) > 0.5) {
        const double change = get(work.change, lane);
        const bool converged = change <= tolerance_squared;
        const bool goes_on = !converged && std::isfinite(change) &&
                             get(work.iterations, lane) + 1.0 < max_iterations;
        set(work.converged, lane, converged ? 1.0 : 0.0);
        set(work.waiting, lane, 0.0);
        set(work.running, lane, goes_on ? 1.0 : 0.0);
        any_running |= goes_on;
      }
    }
    if (any_running) {
      move(problem, work.running, Lane{}, work);
    }
  } while (any_running);
}

}  // namespace

double Substitution::flops() const {
  constexpr double per_entry = 8.0;  // a complex multiplication and addition
  constexpr double per_pivot = 6.0;
  return per_entry * static_cast<double>(forward.column.size() + backward.column.size()) +
         per_pivot * static_cast<double>(inverse_pivot.size());
}

double FixedPoint::flops_at_the_slots() const {
  constexpr double per_slot = 8.0, per_element = 17.0, per_second_end = 8.0, per_term = 4.0;
  double sum = per_slot * static_cast<double>(slots.size());
  for (const Element& element : elements) {
    sum += per_element + (element.to == none ? 0.0 : per_second_end);
    if (element.plain) {
      sum += 1.0;
      continue;
    }
    for (const LoadTerm& term : element.terms) {
      const double root_and_ratio = term.exponent == 2.0 ? 0.0 : term.exponent == 1.0 ? 2.0 : 1.0;
      sum += per_term + root_and_ratio;
    }
  }
  return sum;
}

FixedPoint::FixedPoint(const NodalAdmittance& admittance, const SparseLu<Complex>& factors,
                       std::span<const Complex> no_load_pu, std::span<const LoadPort> ports,
                       std::vector<std::size_t> injected_at)
    : injected(std::move(injected_at)), positions(factors.size()) {
  std::vector<std::uint32_t> slot_of(no_load_pu.size(), none);
  std::vector<bool> reached(positions, false), needed(positions, false);
  const auto slot = [&](std::size_t node_phase) {
    if (slot_of[node_phase] == none) {
      slot_of[node_phase] = narrow(slots.size());
      Slot made{node_phase, none, none, no_load_pu[node_phase]};
      if (const std::size_t i = admittance.unknown_of[node_phase]; i != NodalAdmittance::none) {
        made.right_hand_side = narrow(factors.row_position()[i]);
        made.solution = narrow(factors.column_position()[i]);
        reached[made.right_hand_side] = true;
        needed[made.solution] = true;
      }
      slots.push_back(made);
    }
    return slot_of[node_phase];
  };
  for (const std::size_t node_phase : injected) {
    Element element;
    element.from = slot(node_phase);
    elements.push_back(std::move(element));
  }
  for (const LoadPort& port : ports) {
    Element element;
    element.from = slot(port.from.index());
    element.to = port.to ? slot(port.to->index()) : none;
    element.scale_from = port.scale_from;
    element.scale_to = port.scale_to;
    element.range = LoadRange::of(port);
    element.terms = port.terms;
    element.plain =
        port.terms == std::vector<LoadTerm>{{}} && port.u_min <= 0.0 && !std::isfinite(port.u_max);
    elements.push_back(std::move(element));
  }
  for (std::size_t i = 0; i < positions; ++i) {
    solution_of.push_back(narrow(factors.column_position()[i]));
  }
  iteration = substitution(factors, reached, needed);
  everywhere = substitution(factors, reached, std::vector<bool>(positions, true));
}

template <class Lane>
void FixedPointWork<Lane>::resize(const FixedPoint& problem) {
  drawn.resize(problem.elements.size());
  voltage.resize(problem.slots.size());
  position.resize(problem.positions);
  active.reserve(problem.elements.size());
}

template <class Lane>
void FixedPointWork<Lane>::find_active() {
  active.clear();
  for (std::size_t e = 0; e < drawn.size(); ++e) {
    bool draws = false;
    for (std::size_t lane = 0; lane < lane_count<Lane>; ++lane) {
      draws |= get(drawn[e].re, lane) != 0.0 || get(drawn[e].im, lane) != 0.0;
    }
    if (draws) {
      active.push_back(narrow(e));
    }
  }
}

template <class Lane>
void run(const FixedPoint& problem, double tolerance_pu, int max_iterations,
         FixedPointWork<Lane>& work) {
  if constexpr (lane_count<Lane> > 1) {
    with_widest_vectors(
        [&]() GRIDPACT_INLINE_HERE { iterate(problem, tolerance_pu, max_iterations, work); });
  } else {
    iterate(problem, tolerance_pu, max_iterations, work);
  }
}

template struct FixedPointWork<double>;
template struct FixedPointWork<BatchLane>;
template void run(const FixedPoint&, double, int, FixedPointWork<double>&);
template void run(const FixedPoint&, double, int, FixedPointWork<BatchLane>&);

}  // namespace gridpact::network
