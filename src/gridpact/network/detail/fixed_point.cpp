// One step, for every scenario of a lane:
//
//   j_e = (P_e g_p − j Q_e g_q) w_e,   w_e = s_from V_from − s_to V_to     (load_current.hpp)
//   b   = −Σ_e (s_from j_e at from − s_to j_e at to)
//   x   = U⁻¹ L⁻¹ b                                                        (rows, gathering)
//   V   = w_no-load + x
//
// Rows of L that no current reaches and rows of U that no slot needs are left out of the steps, and
// taken in once at the end, when the voltages of all unknowns are wanted: what Kron reduction would
// do, without its fill.

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
      rows.re.push_back(triangle.value[k].real());
      rows.im.push_back(triangle.value[k].imag());
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
      out.pivot_re.push_back(factors.inverse_pivot()[row].real());
      out.pivot_im.push_back(factors.inverse_pivot()[row].imag());
    }
  }
  for (std::size_t row = 0; row < count; ++row) {
    if (reached[row] || needed[row]) {
      out.touched.push_back(narrow(row));
    }
  }
  return out;
}

template <class Lane>
GRIDPACT_INLINE ComplexLane<Lane> remainder(const Substitution::Rows& rows, std::size_t row,
                                            const ComplexLane<Lane>* x) {
  ComplexLane<Lane> sum = x[rows.position[row]];
  const std::uint32_t end = rows.start[row + 1];
  for (std::uint32_t k = rows.start[row]; k < end; ++k) {
    const ComplexLane<Lane>& known = x[rows.column[k]];
    const double re = rows.re[k];
    const double im = rows.im[k];
    sum.re -= re * known.re - im * known.im;
    sum.im -= re * known.im + im * known.re;
  }
  return sum;
}

template <class Lane>
GRIDPACT_INLINE void substitute(const Substitution& rows, ComplexLane<Lane>* x) {
  for (std::size_t row = 0; row < rows.forward.position.size(); ++row) {
    x[rows.forward.position[row]] = remainder(rows.forward, row, x);
  }
  for (std::size_t row = 0; row < rows.backward.position.size(); ++row) {
    const ComplexLane<Lane> rest = remainder(rows.backward, row, x);
    const double re = rows.pivot_re[row];
    const double im = rows.pivot_im[row];
    ComplexLane<Lane>& solved = x[rows.backward.position[row]];
    solved.re = re * rest.re - im * rest.im;
    solved.im = re * rest.im + im * rest.re;
  }
}

template <class Lane>
GRIDPACT_INLINE void add(ComplexLane<Lane>* x, const FixedPoint::Slot& slot, double factor,
                         const ComplexLane<Lane>& current) {
  if (slot.right_hand_side != FixedPoint::none) {
    x[slot.right_hand_side].re += factor * current.re;
    x[slot.right_hand_side].im += factor * current.im;
  }
}

/// The elements' currents at the slots' voltages, into the right-hand side.
template <class Lane>
GRIDPACT_INLINE void inject(const FixedPoint& problem, const Substitution& rows,
                            FixedPointWork<Lane>& work) {
  ComplexLane<Lane>* x = work.position.data();
  for (const std::uint32_t position : rows.touched) {
    x[position] = {};
  }
  for (const std::uint32_t e : work.active) {
    const FixedPoint::Element& element = problem.elements[e];
    ComplexLane<Lane> w = work.voltage[element.from];
    w.re = element.scale_from * w.re;
    w.im = element.scale_from * w.im;
    if (element.to != FixedPoint::none) {
      w.re -= element.scale_to * work.voltage[element.to].re;
      w.im -= element.scale_to * work.voltage[element.to].im;
    }
    const Lane u_squared = w.re * w.re + w.im * w.im;
    LoadFactor<Lane> g;
    if (element.plain) {
      g.p = 1.0 / u_squared;
      g.q = g.p;
    } else {
      g = load_factor<Lane>(element.range, element.terms, u_squared);
    }
    // What draws nothing does so at no voltage too (a neutral's), where g is infinite.
    const ComplexLane<Lane>& drawn = work.drawn[e];
    const Lane p = drawn.re == 0.0 ? broadcast<Lane>(0.0) : drawn.re * g.p;
    const Lane q = drawn.im == 0.0 ? broadcast<Lane>(0.0) : drawn.im * g.q;
    const ComplexLane<Lane> current{p * w.re + q * w.im, p * w.im - q * w.re};
    add(x, problem.slots[element.from], -element.scale_from, current);
    if (element.to != FixedPoint::none) {
      add(x, problem.slots[element.to], element.scale_to, current);
    }
  }
}

/// V ← w + x in the lanes that still run; returns the largest |ΔV|² of each lane, or NaN.
template <class Lane>
GRIDPACT_INLINE Lane move(const FixedPoint& problem, FixedPointWork<Lane>& work) {
  Lane largest{};
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
    largest = squared <= largest ? largest : squared;  // keeps what is not a number
    voltage.re = work.running > 0.5 ? re : voltage.re;
    voltage.im = work.running > 0.5 ? im : voltage.im;
  }
  return largest;
}

template <class Lane>
GRIDPACT_INLINE void iterate(const FixedPoint& problem, double tolerance_pu, int max_iterations,
                             FixedPointWork<Lane>& work) {
  const double tolerance_squared = tolerance_pu * tolerance_pu;
  work.running = broadcast<Lane>(1.0);
  work.converged = broadcast<Lane>(0.0);
  work.iterations = broadcast<Lane>(0.0);
  bool any_running = true;
  for (int k = 0; k < max_iterations && any_running; ++k) {
    inject(problem, problem.iteration, work);
    substitute(problem.iteration, work.position.data());
    const Lane change = move(problem, work);
    work.iterations += work.running;
    any_running = false;
    for (std::size_t lane = 0; lane < lane_count<Lane>; ++lane) {
      if (get(work.running, lane) > 0.5) {
        const bool converged = get(change, lane) <= tolerance_squared;
        set(work.converged, lane, converged ? 1.0 : 0.0);
        const bool goes_on = !converged && std::isfinite(get(change, lane));
        set(work.running, lane, goes_on ? 1.0 : 0.0);
        any_running |= goes_on;
      }
    }
  }
  inject(problem, problem.everywhere, work);
  substitute(problem.everywhere, work.position.data());
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void iterate_avx2(const FixedPoint& problem, double tolerance_pu,
                                          int max_iterations, FixedPointWork<BatchLane>& work) {
  iterate(problem, tolerance_pu, max_iterations, work);
}
#endif

}  // namespace

double Substitution::flops() const {
  constexpr double per_entry = 8.0;  // a complex multiplication and addition
  constexpr double per_pivot = 6.0;
  return per_entry * static_cast<double>(forward.column.size() + backward.column.size()) +
         per_pivot * static_cast<double>(pivot_re.size());
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
#if defined(__x86_64__)
  if constexpr (lane_count<Lane> > 1) {
    if (__builtin_cpu_supports("avx2") != 0) {
      iterate_avx2(problem, tolerance_pu, max_iterations, work);
      return;
    }
  }
#endif
  iterate(problem, tolerance_pu, max_iterations, work);
}

template struct FixedPointWork<double>;
template struct FixedPointWork<BatchLane>;
template void run(const FixedPoint&, double, int, FixedPointWork<double>&);
template void run(const FixedPoint&, double, int, FixedPointWork<BatchLane>&);

}  // namespace gridpact::network
