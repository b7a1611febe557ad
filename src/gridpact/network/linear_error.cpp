// Notation of detail/linearisation.cpp: elements e (the loads' ports, and a constant power for each
// node-phase with an injection) with voltages w_e = σ_eᵀ V draw j_e = s_e φ_e(w_e), s_e the level
// (or the power, with φ = conj(1/w)). x moves by Δx, s by Δs, V by d; J is the tangent's matrix.
//
//   J d = −Σ σ_e (φ_e(w_e0) Δs_e + ρ_e),   J d_lin = −Σ σ_e φ_e(w_e0) Δs_e
//   ρ_e = s_e0 [φ(w+δ) − φ(w) − dφ δ] + Δs_e [φ(w+δ) − φ(w)],    δ = σ_eᵀ d
//   |ρ_e| ≤ R_e(r_e) = |s_e0| remainder(r_e) + |Δs_e| increment(r_e)       for |δ_e| ≤ r_e
//
// (detail/power_law.cpp). With K_fe the norm of the real 2 × 2 block σ_fᵀ J⁻¹ σ_e,
//
//   T(r)_f = max over the box of |σ_fᵀ d_lin| + Σ_e K_fe R_e(r_e)
//
// is monotone. If T(r) ≤ r, the continuous map d ↦ d_lin − J⁻¹ Σ σ_e ρ_e(d) takes {|δ_e| ≤ r_e}
// into itself, so a solution lies there (Brouwer). If moreover K diag(L) has a spectral radius
// below 1, L_e = |s_e0| slope_change(r_e) + |Δs_e| slope(r_e), the map is a contraction in a
// weighted maximum norm: there is no other. The same r closes for every smaller change τ Δx, 0 ≤ τ
// ≤ 1, so this solution moves steadily from the operating point's own as τ grows: it is on the same
// branch. Then the tangent's error ε = d − d_lin obeys, for any real row g of outputs,
//
//   |g ε| ≤ Σ_e ‖g J⁻¹ σ_e‖ R_e(r_e)
//
// Magnitudes (voltages, currents: z = z₀ + dz with dz linear in d, a and b the parts of dz along
// and across z₀):  |z| − |z₀| − a = hypot(|z₀| + a, b) − (|z₀| + a) ∈ [0, f(A, B)], f(A, B) =
// hypot(|z₀| − A, B) − (|z₀| − A) for |a| ≤ A, |b| ≤ B. Where |z₀| is zero: |dz|.
//
// Powers are of second degree in V. Losses of all branches: the second-order part is
// Re Σ_i d_i conj((Y d)_i) = −Re Σ_e δ_e conj(Δj_e) ≤ Σ_e r_e |Δj_e|; import meets the source's
// fixed voltage and is linear, but behind source branches, where Re/Im dV conj(di) remains.
//
// The operating point itself solves the flow only to its tolerance: its Newton correction J⁻¹(rest)
// is added to every bound.

#include "gridpact/network/linear_error.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "gridpact/network/detail/complex_product.hpp"
#include "gridpact/network/detail/linearisation.hpp"
#include "gridpact/network/detail/power_law.hpp"

namespace gridpact::network {

namespace {

struct Element {
  LoadPort port;  ///< of an injection: only its ends
  PowerLaw law;
  double u = 0.0;
  double level = 0.0;                                      ///< |s_e0|
  std::vector<std::pair<std::size_t, Complex>> by_column;  ///< Δs per unit of x
};

/// The box of a linear complex quantity Σ_j z_j Δx_j: largest |real| and |imaginary| part.
class Extent {
 public:
  void add(Complex z, const ColumnRange& range) {
    add(z.real(), range, low_re_, high_re_);
    add(z.imag(), range, low_im_, high_im_);
  }
  [[nodiscard]] double real() const { return std::max(-low_re_, high_re_); }
  [[nodiscard]] double imag() const { return std::max(-low_im_, high_im_); }
  [[nodiscard]] double magnitude() const { return std::hypot(real(), imag()); }

 private:
  static void add(double z, const ColumnRange& range, double& low, double& high) {
    low += std::min(z * range.low, z * range.high);
    high += std::max(z * range.low, z * range.high);
  }
  double low_re_ = 0.0, high_re_ = 0.0, low_im_ = 0.0, high_im_ = 0.0;
};

/// A real-linear map of a complex number c ↦ p c + q conj(c), from what it makes of 1 and of j.
struct RealLinear {
  Complex p, q;
  RealLinear(Complex of_one, Complex of_j)
      : p((of_one - Complex(0.0, 1.0) * of_j) / 2.0),
        q((of_one + Complex(0.0, 1.0) * of_j) / 2.0) {}
  [[nodiscard]] double norm() const { return std::abs(p) + std::abs(q); }
  /// Norm of its real part, and of its imaginary part, after turning by `unit`.
  [[nodiscard]] double real_norm(Complex unit) const {
    return std::abs(unit * p + std::conj(unit * q));
  }
  [[nodiscard]] double imag_norm(Complex unit) const {
    return std::abs(unit * p - std::conj(unit * q));
  }
};

/// A magnitude |z| whose z is linear in the voltages, and what bounds its move.
struct Magnitude {
  Complex value;
  double unit = 1.0;     ///< in which the result is stated
  bool is_zero = false;  ///< no direction: bounded by |dz| alone
  Extent linear;         ///< of d_lin, along and across `value`
  double error_along = 0.0, error_across = 0.0;

  [[nodiscard]] Complex turn() const {
    return is_zero ? Complex(1.0) : std::conj(value) / std::abs(value);
  }
  void add_error(const RealLinear& response, double size) {
    error_along += response.real_norm(turn()) * size;
    error_across += response.imag_norm(turn()) * size;
  }
  void add_error(Complex change) {
    error_along += std::abs((turn() * change).real());
    error_across += std::abs((turn() * change).imag());
  }
  /// Largest |dz|.
  [[nodiscard]] double largest_move() const {
    return std::hypot(linear.real() + error_along, linear.imag() + error_across);
  }
  [[nodiscard]] double bound() const {
    if (is_zero) {
      return unit * largest_move();
    }
    const double least = std::abs(value) - linear.real() - error_along;
    const double across = linear.imag() + error_across;
    const double bend = least > 0.0 ? across * across / (std::hypot(least, across) + least)
                                    : std::hypot(least, across) - least;
    return unit * (error_along + bend);
  }
};

Fault no_bound(const std::string& why) {
  return {Severity::error,
          {},
          fmt::format("the linear model's error has no bound over this change: {}; ask for a "
                      "smaller change",
                      why)};
}

}  // namespace

struct LinearErrorBound::Impl {
  Impl(const AcFlow& flow, FlowState at, const Injection& injection,
       std::span<const InjectionColumn> columns);

  using Vector = std::vector<double>;
  void collect_elements(std::span<const InjectionColumn> columns);
  [[nodiscard]] std::array<std::vector<Complex>, 2> response(const Element& element) const;
  [[nodiscard]] std::string place(const Element& element) const;
  [[nodiscard]] std::vector<Magnitude> magnitudes(std::span<const ColumnRange> ranges) const;
  [[nodiscard]] Result<Vector> radii(const Vector& linear, const Vector& change) const;
  [[nodiscard]] double contraction(const Vector& radius, const Vector& change) const;
  [[nodiscard]] LinearErrors errors(std::span<const ColumnRange> ranges, const Vector& radius,
                                    const Vector& change) const;
  [[nodiscard]] double remainder(std::size_t e, double radius, double change) const {
    const Element& element = elements[e];
    return element.level * element.law.remainder(element.u, radius) +
           change * element.law.increment(element.u, radius);
  }
  /// Does element e's law hold over the disc?
  [[nodiscard]] bool holds(std::size_t e, double radius) const {
    const Element& element = elements[e];
    return radius < element.u - element.law.low && radius < element.law.high - element.u;
  }
  /// dz of output `row` (node-phases, then conductors) for a change of the voltages.
  [[nodiscard]] Complex output(std::size_t row, std::span<const Complex> change) const;

  const Feeder& feeder;
  FlowState state;
  Linearisation tangent;
  std::vector<Element> elements;
  std::vector<std::vector<Complex>> column_change;  ///< dV of each column
  std::vector<Complex> correction;                  ///< Newton's, of the operating point
  Matrix gain;                                      ///< K
};

LinearErrorBound::Impl::Impl(const AcFlow& flow, FlowState at, const Injection& injection,
                             std::span<const InjectionColumn> columns)
    : feeder(flow.feeder()), state(std::move(at)), tangent(flow, state, injection) {
  collect_elements(columns);
  for (const InjectionColumn& column : columns) {
    column_change.push_back(tangent.voltage_change(tangent.currents_of(column)));
  }
  InjectionColumn all;
  for (std::size_t i = 0; i < injection.power_pu.size(); ++i) {
    if (injection.power_pu[i] != Complex{}) {
      all.power_pu.emplace_back(NodePhaseId{i}, injection.power_pu[i]);
    }
  }
  for (std::size_t l = 0; l < injection.load_level.size(); ++l) {
    all.load_level.emplace_back(LoadId{l}, injection.load_level[l]);
  }
  std::vector<Linearisation::Current> rest = tangent.currents_of(all);
  for (const std::size_t i : tangent.network().admittance.unknown) {
    rest.push_back({i, -tangent.network().admittance.current_pu(i, state.voltage_pu)});
  }
  correction = tangent.voltage_change(rest);
  gain = Matrix(elements.size(), elements.size());
  for (std::size_t e = 0; e < elements.size(); ++e) {
    const auto [of_one, of_j] = response(elements[e]);
    for (std::size_t f = 0; f < elements.size(); ++f) {
      gain(f, e) = RealLinear(Linearisation::across(elements[f].port, of_one),
                              Linearisation::across(elements[f].port, of_j))
                       .norm();
    }
  }
}

void LinearErrorBound::Impl::collect_elements(std::span<const InjectionColumn> columns) {
  const NodalAdmittance& admittance = tangent.network().admittance;
  const Injection& injection = tangent.injection();
  const auto moves = [&](const LoadPort& port) {
    return admittance.unknown_of[port.from.index()] != NodalAdmittance::none ||
           (port.to && admittance.unknown_of[port.to->index()] != NodalAdmittance::none);
  };
  for (const std::size_t i : admittance.unknown) {
    Element element;
    element.port.from = NodePhaseId{i};
    element.law.terms = {{}};
    element.u = std::abs(state.voltage_pu[i]);
    element.level = std::abs(injection.power_pu[i]);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      for (const auto& [node_phase, power] : columns[j].power_pu) {
        if (node_phase.index() == i) {
          element.by_column.emplace_back(j, power);
        }
      }
    }
    if (element.level > 0.0 || !element.by_column.empty()) {
      elements.push_back(std::move(element));
    }
  }
  std::vector<std::vector<std::pair<std::size_t, Complex>>> by_load(feeder.loads.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (const auto& [load, level] : columns[j].load_level) {
      by_load[load.index()].emplace_back(j, level);
    }
  }
  for (const LoadPort& port : tangent.network().ports) {
    const double u = std::abs(Linearisation::across(port, state.voltage_pu));
    const double level = std::abs(injection.load_level[port.load.index()]);
    const auto& by_column = by_load[port.load.index()];
    if (moves(port) && (level > 0.0 || !by_column.empty())) {
      elements.push_back({port, PowerLaw::of(port, u), u, level, by_column});
    }
  }
}

std::array<std::vector<Complex>, 2> LinearErrorBound::Impl::response(const Element& element) const {
  const auto to = [&](Complex unit) {
    std::vector<Linearisation::Current> currents{
        {element.port.from.index(), unit * element.port.scale_from}};
    if (element.port.to) {
      currents.push_back({element.port.to->index(), -unit * element.port.scale_to});
    }
    return tangent.voltage_change(currents);
  };
  return {to({1.0, 0.0}), to({0.0, 1.0})};
}

std::string LinearErrorBound::Impl::place(const Element& element) const {
  const NodePhase& at = feeder.node_phases[element.port.from.index()];
  return fmt::format("node '{}'", feeder.nodes[at.node.index()].name);
}

Complex LinearErrorBound::Impl::output(std::size_t row, std::span<const Complex> change) const {
  if (row < change.size()) {
    return change[row];
  }
  const Conductor& conductor = tangent.conductors()[row - change.size()].conductor;
  return terminal_current_pu(feeder.branches[conductor.branch.index()], conductor.terminal, change);
}

std::vector<Magnitude> LinearErrorBound::Impl::magnitudes(
    std::span<const ColumnRange> ranges) const {
  constexpr double no_voltage_pu = 1e-12;
  std::vector<Magnitude> out;
  for (const Complex voltage : state.voltage_pu) {
    out.push_back({voltage, 1.0, std::abs(voltage) <= no_voltage_pu, {}});
  }
  for (const auto& [conductor, pu, amps_per_pu, is_zero] : tangent.conductors()) {
    out.push_back({pu, amps_per_pu, is_zero, {}});
  }
  for (std::size_t row = 0; row < out.size(); ++row) {
    for (std::size_t j = 0; j < ranges.size(); ++j) {
      out[row].linear.add(out[row].turn() * output(row, column_change[j]), ranges[j]);
    }
    out[row].add_error(output(row, correction));
  }
  return out;
}

Result<std::vector<double>> LinearErrorBound::Impl::radii(const Vector& linear,
                                                          const Vector& change) const {
  constexpr int most_steps = 500;
  const std::size_t count = elements.size();
  Vector rest(count);
  const auto next = [&](const Vector& radius) {
    for (std::size_t e = 0; e < count; ++e) {
      rest[e] = remainder(e, radius[e], change[e]);
    }
    Vector out = linear;
    for (std::size_t f = 0; f < count; ++f) {
      const std::span<const double> row = gain.row(f);
      for (std::size_t e = 0; e < count; ++e) {
        out[f] += row[e] * rest[e];
      }
    }
    return out;
  };
  const auto outside = [&](const Vector& radius) {
    std::size_t e = 0;
    while (e < count && holds(e, radius[e])) {
      ++e;
    }
    return e;
  };
  Vector radius = linear;
  for (int step = 0; step < most_steps; ++step) {
    if (const std::size_t e = outside(radius); e < count) {
      return no_bound(
          fmt::format("at {} the voltage may leave the range in which what is there "
                      "draws by one law",
                      place(elements[e])));
    }
    Vector larger = next(radius);
    double growth = 0.0;
    for (std::size_t f = 0; f < count; ++f) {
      growth = std::max(growth, larger[f] - radius[f] * (1.0 + 1e-9));
      larger[f] = larger[f] * (1.0 + 1e-7) + 1e-15;  // beyond the fixed point, not below it
    }
    if (growth <= 1e-16 && outside(larger) == count) {
      const Vector again = next(larger);
      if (std::equal(again.begin(), again.end(), larger.begin(), std::less_equal<>())) {
        return larger;
      }
    }
    radius = std::move(larger);
  }
  return no_bound("the bounds on the voltages' change grow without end");
}

double LinearErrorBound::Impl::contraction(const Vector& radius, const Vector& change) const {
  const std::size_t count = elements.size();
  Vector weight(count, 1.0), lipschitz(count);
  for (std::size_t e = 0; e < count; ++e) {
    lipschitz[e] = elements[e].level * elements[e].law.slope_change(elements[e].u, radius[e]) +
                   change[e] * elements[e].law.slope(elements[e].u, radius[e]);
  }
  // Collatz and Wielandt: any positive weights bound the spectral radius from above.
  double best = std::numeric_limits<double>::infinity();
  for (int step = 0; step < 20; ++step) {
    Vector image(count, 0.0);
    double ratio = 0.0, largest = 0.0;
    for (std::size_t f = 0; f < count; ++f) {
      for (std::size_t e = 0; e < count; ++e) {
        image[f] += gain(f, e) * lipschitz[e] * weight[e];
      }
      ratio = std::max(ratio, image[f] / weight[f]);
      largest = std::max(largest, image[f]);
    }
    best = std::min(best, ratio);
    if (largest <= 0.0) {
      break;
    }
    for (std::size_t f = 0; f < count; ++f) {
      weight[f] = image[f] / largest + 1e-9;
    }
  }
  return count == 0 ? 0.0 : best;
}

LinearErrors LinearErrorBound::Impl::errors(std::span<const ColumnRange> ranges,
                                            const Vector& radius, const Vector& change) const {
  std::vector<Magnitude> outputs = magnitudes(ranges);
  std::array<double, Linearisation::quantity_count> power{};
  const auto gradient = [&](std::size_t k) -> const Linearisation::Gradient& {
    return tangent.gradient(static_cast<Linearisation::Quantity>(k));
  };
  for (std::size_t k = 0; k < power.size(); ++k) {
    power[k] = std::abs(Linearisation::along(gradient(k), correction));
  }
  for (std::size_t e = 0; e < elements.size(); ++e) {
    const Element& element = elements[e];
    const double size = remainder(e, radius[e], change[e]);
    const auto [of_one, of_j] = response(element);
    for (std::size_t row = 0; row < outputs.size(); ++row) {
      outputs[row].add_error(RealLinear(output(row, of_one), output(row, of_j)), size);
    }
    for (std::size_t k = 0; k < power.size(); ++k) {
      power[k] += size * std::hypot(Linearisation::along(gradient(k), of_one),
                                    Linearisation::along(gradient(k), of_j));
    }
    const double drawn_change =
        element.level * element.law.increment(element.u, radius[e]) +
        change[e] * (element.law.value(element.u) + element.law.increment(element.u, radius[e]));
    power[Linearisation::losses] += radius[e] * drawn_change;
  }
  // Behind a source branch both voltage and current move.
  for (const Branch& branch : feeder.branches) {
    for (std::size_t i = 0; branch.kind == BranchKind::source && i < branch.terminals.size(); ++i) {
      double current = 0.0;
      for (std::size_t k = 0; k < branch.terminals.size(); ++k) {
        current += std::abs(branch.admittance_pu(i, k)) *
                   outputs[branch.terminals[k].index()].largest_move();
      }
      const double product = outputs[branch.terminals[i].index()].largest_move() * current;
      for (double& bound : power) {
        bound += product;
      }
    }
  }
  LinearErrors out;
  for (std::size_t row = 0; row < outputs.size(); ++row) {
    (row < feeder.node_phases.size() ? out.voltage_pu : out.current_a)
        .push_back(outputs[row].bound());
  }
  out.losses_kw = power[Linearisation::losses] * feeder.base_kva;
  out.import_kw = power[Linearisation::import_active] * feeder.base_kva;
  out.import_kvar = power[Linearisation::import_reactive] * feeder.base_kva;
  return out;
}

LinearErrorBound::LinearErrorBound(const AcFlow& flow, const FlowState& state,
                                   const Injection& injection,
                                   std::span<const InjectionColumn> columns)
    : impl_(std::make_unique<const Impl>(flow, state, injection, columns)) {}
LinearErrorBound::LinearErrorBound(LinearErrorBound&&) noexcept = default;
LinearErrorBound& LinearErrorBound::operator=(LinearErrorBound&&) noexcept = default;
LinearErrorBound::~LinearErrorBound() = default;

Result<LinearErrors> LinearErrorBound::over(std::span<const ColumnRange> ranges) const {
  const Impl& impl = *impl_;
  assert(ranges.size() == impl.column_change.size());
  std::vector<double> linear, change;
  for (const Element& element : impl.elements) {
    Extent level, voltage;
    for (const auto& [j, per_unit] : element.by_column) {
      level.add(per_unit, ranges[j]);
    }
    for (std::size_t j = 0; j < ranges.size(); ++j) {
      voltage.add(Linearisation::across(element.port, impl.column_change[j]), ranges[j]);
    }
    change.push_back(level.magnitude());
    linear.push_back(voltage.magnitude() +
                     std::abs(Linearisation::across(element.port, impl.correction)));
  }
  const auto radius = impl.radii(linear, change);
  if (!radius) {
    return radius.faults();
  }
  const double contraction = impl.contraction(*radius, change);
  if (!(contraction < 1.0)) {
    return no_bound("it may lead to more than one solution of the flow");
  }
  LinearErrors out = impl.errors(ranges, *radius, change);
  out.contraction = contraction;
  return out;
}

}  // namespace gridpact::network
