#pragma once

#include <vector>

#include "gridpact/model/feeder.hpp"

namespace gridpact::importers {

/// A two-winding transformer by its nameplate, as pandapower states it.
struct TransformerData {
  double sn_mva = 0.0;
  double vn_hv_kv = 0.0;  ///< rated voltages at the tap where it stands
  double vn_lv_kv = 0.0;
  double vk_percent = 0.0;  ///< short-circuit voltage and its real part
  double vkr_percent = 0.0;
  double pfe_kw = 0.0;      ///< iron losses
  double i0_percent = 0.0;  ///< open-circuit current
  double shift_deg = 0.0;   ///< of the vector group: the hv voltage leads by it
  double parallel = 1.0;
  double r_share_hv = 0.5;  ///< of the leakage impedance, on the hv side of the T
  double x_share_hv = 0.5;
};

/// Its admittance between the hv and the lv bus, pu on `base_mva` and the buses' base voltages.
[[nodiscard]] ComplexMatrix transformer_admittance(const TransformerData& data, double base_mva,
                                                   double hv_base_kv, double lv_base_kv);

/// A voltage v with a tap at `steps` from neutral: `kv` and the angle that it adds.
struct TappedVoltage {
  double kv = 0.0;
  double shift_deg = 0.0;
};

/// A tap changer whose step adds `step_percent` of the voltage at the angle `step_deg` to it.
[[nodiscard]] TappedVoltage tapped_voltage(double kv, double steps, double step_percent,
                                           double step_deg);

/// The admittance that is left when the terminals that are not in `kept` carry no current.
[[nodiscard]] ComplexMatrix without_open_terminals(const ComplexMatrix& admittance,
                                                   const std::vector<bool>& kept);

}  // namespace gridpact::importers
