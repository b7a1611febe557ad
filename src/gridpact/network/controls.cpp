// Regulator: with V the monitored voltage and I the current that leaves it (both complex, V and A),
//
//   v = |V / pt_ratio − (r + jx) I / ct_primary|             line-drop compensator
//   wants to move if |v − target| > band/2, by n steps of the tap, the whole number nearest to
//   (target − v) pt_ratio / V_winding / step (the even one of two), and not at all if that is 0;
//   moves 7 tenths of n, downwards to a whole number, so as not to overshoot, but at least one and
//   at most max_steps_at_once, within tap_min … tap_max
//
// Capacitor: closes and opens at its two settings. Kersting, Distribution System Modeling and
// Analysis, ch. 7; EPRI, OpenDSS Manual, RegControl and CapControl.

#include "gridpact/network/controls.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gridpact/network/detail/ac_flow_impl.hpp"

namespace gridpact::network {

namespace {

/// What one device wants: its new tap, or 1 for closed and 0 for open.
struct Wish {
  std::size_t device = 0;  ///< tap changers first, then capacitors
  double to = 0.0;
  double delay_s = 0.0;
};

class Controls {
 public:
  Controls(const Feeder& feeder, const FlowState& state) : feeder_(feeder), state_(state) {}

  [[nodiscard]] std::vector<Wish> wishes() const;

 private:
  [[nodiscard]] Complex port_voltage_v(const Port& port) const;
  [[nodiscard]] Complex current_into_a(BranchId branch, std::size_t terminal) const;
  [[nodiscard]] double kvar_into(BranchId branch, std::size_t terminal) const;
  [[nodiscard]] double wanted_tap(const TapChanger& changer) const;
  [[nodiscard]] bool wanted_state(const SwitchedCapacitor& capacitor) const;

  const Feeder& feeder_;
  const FlowState& state_;
};

Complex Controls::port_voltage_v(const Port& port) const {
  const auto volts = [&](NodePhaseId end) {
    return state_.voltage_pu[end.index()] * feeder_.node_phases[end.index()].base_voltage_v;
  };
  return volts(port.from) - (port.to ? volts(*port.to) : Complex{});
}

Complex Controls::current_into_a(BranchId id, std::size_t terminal) const {
  const Branch& branch = feeder_.branches[id.index()];
  return terminal_current_pu(branch, terminal, state_.voltage_pu) *
         feeder_.node_phases[branch.terminals[terminal].index()].amps_per_pu;
}

/// Into all conductors of the end with this terminal.
double Controls::kvar_into(BranchId id, std::size_t terminal) const {
  const Branch& branch = feeder_.branches[id.index()];
  const bool at_from = terminal < branch.from_count;
  double kvar = 0.0;
  for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
    if ((i < branch.from_count) == at_from) {
      kvar += (state_.voltage_pu[branch.terminals[i].index()] *
               std::conj(terminal_current_pu(branch, i, state_.voltage_pu)))
                  .imag() *
              feeder_.base_kva;
    }
  }
  return kvar;
}

double Controls::wanted_tap(const TapChanger& changer) const {
  const TapChanger::Control& control = *changer.control;
  const Complex leaving_a = -current_into_a(changer.branch, control.terminal);
  const double v = std::abs(port_voltage_v(control.monitored) / control.pt_ratio -
                            Complex{control.r_v, control.x_v} * leaving_a / control.ct_primary_a);
  const double off = control.target_v - v;
  if (std::abs(off) <= 0.5 * control.band_v) {
    return changer.tap;
  }
  const double winding_v = changer.winding_voltage_v > 0.0
                               ? changer.winding_voltage_v
                               : feeder_.node_phases[control.monitored.from.index()].base_voltage_v;
  const double step = (changer.tap_max - changer.tap_min) / changer.steps;
  const double wanted = std::nearbyint(off * control.pt_ratio / winding_v / step) * step;
  if (wanted == 0.0) {
    return changer.tap;
  }
  // Written as OpenDSS has it: 0.7 of ten steps is 6 or 7 by the last bit of the step.
  const double steps = std::clamp(std::trunc(0.7 * std::abs(wanted) / step), 1.0,
                                  static_cast<double>(control.max_steps_at_once));
  const double moved =
      std::clamp(changer.tap + std::copysign(steps * step, off), changer.tap_min, changer.tap_max);
  // At an end of its range it is where it was, but for rounding.
  return std::abs(moved - changer.tap) < 1e-6 * step ? changer.tap : moved;
}

bool Controls::wanted_state(const SwitchedCapacitor& capacitor) const {
  using Quantity = SwitchedCapacitor::Quantity;
  const SwitchedCapacitor::Control& control = *capacitor.control;
  switch (control.quantity) {
    case Quantity::voltage: {
      const double v = std::abs(port_voltage_v(control.monitored_port)) / control.ratio;
      return capacitor.closed ? v <= control.open_at : v < control.close_at;
    }
    case Quantity::current: {
      const double a =
          std::abs(current_into_a(control.monitored_branch, control.monitored_terminal)) /
          control.ratio;
      return capacitor.closed ? a >= control.open_at : a > control.close_at;
    }
    case Quantity::kvar:
      break;
  }
  const double kvar =
      kvar_into(control.monitored_branch, control.monitored_terminal) / control.ratio;
  return capacitor.closed ? kvar >= control.open_at : kvar > control.close_at;
}

std::vector<Wish> Controls::wishes() const {
  std::vector<Wish> out;
  for (std::size_t k = 0; k < feeder_.tap_changers.size(); ++k) {
    const TapChanger& changer = feeder_.tap_changers[k];
    if (changer.control) {
      if (const double tap = wanted_tap(changer); tap != changer.tap) {
        out.push_back({k, tap, changer.control->delay_s});
      }
    }
  }
  for (std::size_t k = 0; k < feeder_.capacitors.size(); ++k) {
    const SwitchedCapacitor& capacitor = feeder_.capacitors[k];
    if (capacitor.control) {
      if (const bool closed = wanted_state(capacitor); closed != capacitor.closed) {
        out.push_back(
            {feeder_.tap_changers.size() + k, closed ? 1.0 : 0.0, capacitor.control->delay_s});
      }
    }
  }
  return out;
}

const std::string& name_of(const Feeder& feeder, std::size_t device) {
  return device < feeder.tap_changers.size()
             ? feeder.tap_changers[device].name
             : feeder.capacitors[device - feeder.tap_changers.size()].name;
}

/// Moves the device and returns where it stood.
double move(DevicePositions& positions, const Wish& wish) {
  if (wish.device < positions.tap.size()) {
    return std::exchange(positions.tap[wish.device], wish.to);
  }
  auto closed = positions.closed[wish.device - positions.tap.size()];
  const double from = closed ? 1.0 : 0.0;
  closed = wish.to > 0.5;
  return from;
}

}  // namespace

Result<ControlledFlow> follow_controls(const Feeder& feeder, const DevicePositions& start,
                                       const Injection& injection, const ControlOptions& options) {
  ControlledFlow out;
  out.positions = start;
  for (int round = 1;; ++round) {
    const Feeder here = at_positions(feeder, out.positions);
    const Result<AcFlow> flow = AcFlow::create(here);
    if (!flow) {
      return flow.faults();
    }
    const std::vector<Complex> last = std::move(out.state.voltage_pu);
    out.state = flow->solve(injection, options.flow, last.empty() ? nullptr : &last);
    if (!out.state.converged) {
      return out;
    }
    const std::vector<Wish> wishes = Controls(here, out.state).wishes();
    out.settled = wishes.empty();
    if (out.settled || round > options.max_rounds) {
      for (const Wish& wish : wishes) {
        out.unsettled.push_back(name_of(feeder, wish.device));
      }
      return out;
    }
    double quickest_s = std::numeric_limits<double>::infinity();
    for (const Wish& wish : wishes) {
      quickest_s = std::min(quickest_s, wish.delay_s);
    }
    for (const Wish& wish : wishes) {
      if (wish.delay_s <= quickest_s) {
        const double from = move(out.positions, wish);
        out.moves.push_back({name_of(feeder, wish.device), round, from, wish.to});
      }
    }
  }
}

}  // namespace gridpact::network
