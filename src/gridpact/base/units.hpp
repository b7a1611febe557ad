#pragma once

namespace gridpact {

// The library computes in kW, kvar, kVA, kWh, hours, euros and per-unit voltages; names carry the
// unit and the direction (`charge_kw`, `import_kw`). These factors are the only conversions.

inline constexpr double kw_per_mw = 1000.0;
inline constexpr double eur_per_mwh_to_eur_per_kwh = 1e-3;
inline constexpr double minutes_per_hour = 60.0;
inline constexpr double seconds_per_hour = 3600.0;
inline constexpr double volts_per_kv = 1000.0;
inline constexpr double watts_per_kw = 1000.0;

}  // namespace gridpact
