// pandapower's T model of a two-winding transformer (pandapower documentation, "Transformer"; L.
// Thurner et al., IEEE Trans. Power Systems 33(6), 2018), per unit on S_b and the lv bus's V_b:
//
//   z = v_k/100 · S_b/S_n · (V_lv/V_b)² / parallel,   r likewise from v_kr,   x = √(z² − r²)
//   g = p_fe / S_b · (V_b/V_lv)² · parallel,          b = −√((i_0 S_n)² − p_fe²) likewise
//   N = (V_hv/V_lv) / (V_b,hv/V_b,lv) · e^{jθ}        ideal, at the hv terminal
//
// where V_hv, V_lv are the rated voltages at the present tap. The T of z_a = α z, z_b = (1 − α) z
// and y = g + jb between them is the π of
//
//   z_ab = z_a + z_b + z_a z_b y,   y_a = z_b y / z_ab,   y_b = z_a y / z_ab.
//
// Open terminals o of a branch with the admittance Y: I_o = 0, so Y_kk − Y_ko Y_oo⁻¹ Y_ok is left
// (Kron's reduction), here one terminal after the other.

#include "gridpact/importers/detail/transformer_data.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gridpact/base/units.hpp"
#include "gridpact/importers/detail/balanced_feeder.hpp"

namespace gridpact::importers {

namespace {

constexpr double radians = std::numbers::pi / 180.0;

double square(double x) { return x * x; }

}  // namespace

ComplexMatrix transformer_admittance(const TransformerData& data, double base_mva,
                                     double hv_base_kv, double lv_base_kv) {
  const double on_base =
      base_mva / data.sn_mva * square(data.vn_lv_kv / lv_base_kv) / data.parallel / 100.0;
  const double z_size = data.vk_percent * on_base;
  const double r = data.vkr_percent * on_base;
  const double x = std::copysign(std::sqrt(std::max(0.0, square(z_size) - square(r))), z_size);
  const Complex z_hv{r * data.r_share_hv, x * data.x_share_hv};
  const Complex z_lv{r * (1.0 - data.r_share_hv), x * (1.0 - data.x_share_hv)};

  const double iron_mw = data.pfe_kw / kw_per_mw;
  const double open_circuit_mva = data.i0_percent / 100.0 * data.sn_mva;
  const double magnetising_mvar =
      std::sqrt(std::max(0.0, square(open_circuit_mva) - square(iron_mw)));
  const double per_mva = square(lv_base_kv / data.vn_lv_kv) / base_mva * data.parallel;
  const Complex y = Complex{iron_mw, -magnetising_mvar} * per_mva;

  const Complex z = z_hv + z_lv + z_hv * z_lv * y;
  const auto ratio = std::polar((data.vn_hv_kv / data.vn_lv_kv) / (hv_base_kv / lv_base_kv),
                                data.shift_deg * radians);
  return pi_admittance(1.0 / z, z_lv * y / z, z_hv * y / z, ratio);
}

TappedVoltage tapped_voltage(double kv, double steps, double step_percent, double step_deg) {
  const auto tapped =
      kv * (1.0 +
            std::polar(std::abs(steps * step_percent) / 100.0,
                       step_deg * radians + (steps * step_percent < 0.0 ? std::numbers::pi : 0.0)));
  return {std::abs(tapped), std::arg(tapped) / radians};
}

ComplexMatrix without_open_terminals(const ComplexMatrix& admittance,
                                     const std::vector<bool>& kept) {
  ComplexMatrix y = admittance;
  std::vector<std::size_t> left;
  for (std::size_t o = 0; o < kept.size(); ++o) {
    if (kept[o]) {
      left.push_back(o);
      continue;
    }
    const ComplexMatrix before = y;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      for (std::size_t j = 0; j < kept.size(); ++j) {
        y(i, j) = i == o || j == o || before(o, o) == Complex{}
                      ? Complex{}
                      : before(i, j) - before(i, o) * before(o, j) / before(o, o);
      }
    }
  }
  ComplexMatrix out(left.size(), left.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < left.size(); ++j) {
      out(i, j) = y(left[i], left[j]);
    }
  }
  return out;
}

}  // namespace gridpact::importers
