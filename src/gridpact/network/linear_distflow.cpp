// Baran, Wu, IEEE Trans. Power Delivery 4(1), 1989, without its loss terms; three phases: Gan, Low,
// "Convex relaxations and linear approximation for optimal power flow in multiphase radial
// networks", PSCC 2014. A branch with ends f (towards the source) and t, admittance in blocks:
//
//   V_t = T V_f − Z I,   T = −Y_tt⁻¹ Y_tf,  Z = Y_tt⁻¹,  I the current that leaves it at t
//   E = T V_f: voltages of no load;   γ_km = E_k / E_m
//   |V_t,k|² ≈ τ_k |V_f,k|² − 2 Re Σ_m Z_km conj(γ_km S_m),    τ_k = |E_k|² / |V_f,k|²
//
// with S_m the power that leaves at t. For a line of three balanced phases γ_ab = e^(+j 120°),
// which gives −2 r_aa P_a and (r_ab − √3 x_ab) P_b + (x_ab + √3 r_ab) Q_b, and so on round. Power
// that enters at f is what leaves at t and what the branch takes at no load (charging).
//
// What a shunt (capacitor) draws, E_a conj(Σ_b Y_ab E_b) at no load, goes with |V_a|², which is a
// variable of the model: the equations stay linear, and are solved by repeating them with the last
// |V|² until that moves no more (a shunt changes the voltage by a few hundredths, so each round
// gains more than a digit).

#include "gridpact/network/linear_distflow.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "gridpact/network/load_current.hpp"

namespace gridpact::network {

namespace {

using Block = Eigen::MatrixXcd;

/// A branch as seen from the source.
struct Section {
  std::size_t branch = 0;
  std::vector<std::size_t> near, far;  ///< node-phases, in step
  Block ratio, impedance, no_load;     ///< T, Z, Y_ff + Y_ft T
};

Fault fault(std::string message) { return {Severity::error, {}, std::move(message)}; }

class RadialFeeder {
 public:
  explicit RadialFeeder(const Feeder& feeder)
      : feeder_(feeder), voltage_(feeder.node_phases.size()), known_(voltage_.size(), false) {
    const auto& source = feeder.nodes[feeder.source.index()].phases;
    for (std::size_t i = 0; i < source.size(); ++i) {
      voltage_[source[i].index()] = feeder.source_voltage_pu[i];
      known_[source[i].index()] = true;
    }
    for (const NodePhase& place : feeder.node_phases) {
      if (is_neutral(place)) {
        faults.push_back(fault(
            fmt::format("node '{}' has a neutral, which LinDistFlow has no equation for: reduce it "
                        "into the phases",
                        feeder.nodes[place.node.index()].name)));
      }
    }
    walk();
  }

  Faults faults;
  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] const std::vector<Complex>& no_load_voltage() const { return voltage_; }
  [[nodiscard]] const std::vector<std::size_t>& shunts() const { return shunts_; }

 private:
  /// Branch after branch away from the source, until none is left that has one end reached.
  void walk() {
    std::vector<bool> done(feeder_.branches.size(), false);
    bool any = true;
    while (any && faults.empty()) {
      any = false;
      for (std::size_t l = 0; l < done.size(); ++l) {
        if (!done[l] && try_branch(l)) {
          done[l] = any = true;
        }
      }
    }
    for (std::size_t l = 0; l < done.size() && faults.empty(); ++l) {
      if (!done[l]) {
        refuse(l, "is not fed over whole branches from the source");
      }
    }
  }

  void refuse(std::size_t l, const char* why) {
    faults.push_back(fault(fmt::format("LinDistFlow can not represent branch '{}': it {}",
                                       feeder_.branches[l].name, why)));
  }

  /// Takes the branch in, or refuses it; false where it is not reached yet.
  bool try_branch(std::size_t l) {
    const Branch& branch = feeder_.branches[l];
    const std::size_t from = branch.from_count, to = branch.terminals.size() - from;
    const auto reached = [&](std::size_t first, std::size_t count) {
      std::size_t sum = 0;
      for (std::size_t i = first; i < first + count; ++i) {
        sum += known_[branch.terminals[i].index()] ? 1U : 0U;
      }
      return sum;
    };
    const std::size_t at_from = reached(0, from), at_to = reached(from, to);
    if (to == 0) {
      if (at_from == from) {
        shunts_.push_back(l);
      }
      return at_from == from;
    }
    if (at_from < from && at_to < to) {
      return false;
    }
    if (at_from > 0 && at_to > 0) {
      refuse(l, "closes a loop, or feeds what is fed already");
      return true;
    }
    if (from != to) {
      refuse(l, "has other conductors at its two ends");
      return true;
    }
    add_section(l, at_from == from ? 0 : from, at_from == from ? from : 0, from);
    return true;
  }

  void add_section(std::size_t l, std::size_t near, std::size_t far, std::size_t count) {
    constexpr double most_mixing = 0.05;
    const Branch& branch = feeder_.branches[l];
    const auto block = [&](std::size_t rows, std::size_t columns) {
      const auto size = static_cast<Eigen::Index>(count);
      Block out(size, size);
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < count; ++k) {
          out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) =
              branch.admittance_pu(rows + i, columns + k);
        }
      }
      return out;
    };
    Section section{l, {}, {}, {}, {}, {}};
    section.impedance = block(far, far).inverse();
    section.ratio = -section.impedance * block(far, near);
    section.no_load = block(near, near) + block(near, far) * section.ratio;
    if (!section.impedance.allFinite()) {
      refuse(l, "has a winding without a path to ground");
      return;
    }
    Block mixing = section.ratio;
    mixing.diagonal().setZero();
    if (mixing.cwiseAbs().maxCoeff() > most_mixing) {
      refuse(l, "mixes phases, as a delta winding does");
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      section.near.push_back(branch.terminals[near + i].index());
      section.far.push_back(branch.terminals[far + i].index());
    }
    for (std::size_t i = 0; i < count; ++i) {
      Complex voltage = 0.0;
      for (std::size_t k = 0; k < count; ++k) {
        voltage += section.ratio(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) *
                   voltage_[section.near[k]];
      }
      voltage_[section.far[i]] = voltage;
      known_[section.far[i]] = true;
    }
    sections_.push_back(std::move(section));
  }

  const Feeder& feeder_;
  std::vector<Complex> voltage_;
  std::vector<bool> known_;
  std::vector<Section> sections_;
  std::vector<std::size_t> shunts_;
};

/// What each node-phase draws, pu: loads at their nominal voltage, shunts at these |V|².
std::vector<Complex> drawn_pu(const Feeder& feeder, const RadialFeeder& radial,
                              const Injection& injection, const std::vector<double>& squared) {
  const std::vector<Complex>& voltage = radial.no_load_voltage();
  std::vector<Complex> drawn(voltage.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    drawn[i] = -injection.power_pu[i];
  }
  for (const LoadPort& port : load_ports(feeder)) {
    double p_share = 0.0, q_share = 0.0;
    for (const LoadTerm& term : port.terms) {
      p_share += term.p_share;
      q_share += term.q_share;
    }
    const Complex power = injection.load_level[port.load.index()] *
                          Complex{port.power_pu.real() * p_share, port.power_pu.imag() * q_share};
    const Complex from = port.scale_from * voltage[port.from.index()];
    const Complex to = port.to ? port.scale_to * voltage[port.to->index()] : Complex{};
    drawn[port.from.index()] += power * from / (from - to);
    if (port.to) {
      drawn[port.to->index()] -= power * to / (from - to);
    }
  }
  for (const std::size_t l : radial.shunts()) {
    const Branch& branch = feeder.branches[l];
    for (std::size_t i = 0; i < branch.terminals.size(); ++i) {
      const std::size_t here = branch.terminals[i].index();
      for (std::size_t k = 0; k < branch.terminals.size(); ++k) {
        drawn[here] += squared[here] / std::norm(voltage[here]) * voltage[here] *
                       std::conj(branch.admittance_pu(i, k) * voltage[branch.terminals[k].index()]);
      }
    }
  }
  return drawn;
}

Complex product_of_row(const Block& matrix, std::size_t row, const std::vector<std::size_t>& at,
                       const std::vector<Complex>& voltage) {
  Complex sum = 0.0;
  for (std::size_t k = 0; k < at.size(); ++k) {
    sum += matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(k)) * voltage[at[k]];
  }
  return sum;
}

/// |V|² of every node-phase, given what each draws.
std::vector<double> swept(const Feeder& feeder, const RadialFeeder& radial,
                          std::vector<Complex> power) {  // then: what flows in and on
  const std::vector<Complex>& voltage = radial.no_load_voltage();
  const std::vector<Section>& sections = radial.sections();
  for (std::size_t s = sections.size(); s-- > 0;) {
    const Section& section = sections[s];
    for (std::size_t i = 0; i < section.near.size(); ++i) {
      power[section.near[i]] +=
          power[section.far[i]] +
          voltage[section.near[i]] *
              std::conj(product_of_row(section.no_load, i, section.near, voltage));
    }
  }
  std::vector<double> squared(voltage.size());
  for (const NodePhaseId i : feeder.nodes[feeder.source.index()].phases) {
    squared[i.index()] = std::norm(voltage[i.index()]);
  }
  for (const Section& section : sections) {
    for (std::size_t k = 0; k < section.far.size(); ++k) {
      const Complex here = voltage[section.far[k]];
      double drop = 0.0;
      for (std::size_t m = 0; m < section.far.size(); ++m) {
        const Complex turned = here / voltage[section.far[m]] * power[section.far[m]];
        drop +=
            2.0 * (section.impedance(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(m)) *
                   std::conj(turned))
                      .real();
      }
      squared[section.far[k]] =
          std::norm(here) / std::norm(voltage[section.near[k]]) * squared[section.near[k]] - drop;
    }
  }
  return squared;
}

}  // namespace

Result<std::vector<double>> lindistflow(const Feeder& feeder, const Injection& injection) {
  const RadialFeeder radial(feeder);
  if (!radial.faults.empty()) {
    return radial.faults;
  }
  std::vector<double> squared;
  for (const Complex voltage : radial.no_load_voltage()) {
    squared.push_back(std::norm(voltage));
  }
  constexpr int most_rounds = 100;
  constexpr double still = 1e-12;
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<double> last = std::move(squared);
    squared = swept(feeder, radial, drawn_pu(feeder, radial, injection, last));
    double moved = 0.0;
    for (std::size_t i = 0; i < squared.size(); ++i) {
      moved = std::max(moved, std::abs(squared[i] - last[i]));
    }
    if (moved <= still) {
      for (double& value : squared) {
        value = std::sqrt(std::max(value, 0.0));
      }
      return squared;
    }
  }
  return fault(
      fmt::format("the shunts of feeder '{}' are so large that LinDistFlow's voltages grow "
                  "without end: correct their admittances",
                  feeder.name));
}

}  // namespace gridpact::network
