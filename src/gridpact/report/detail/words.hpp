#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gridpact/base/time_grid.hpp"
#include "gridpact/model/certificate.hpp"
#include "gridpact/model/feeder.hpp"
#include "gridpact/model/plan.hpp"

namespace gridpact::report {

// How numbers and things are said to a reader. Rounded: exact numbers are in the documents.

/// "12,345.7", with a real minus sign; "none" if infinite.
[[nodiscard]] std::string grouped(double value, int decimals);
[[nodiscard]] std::string grouped(std::uint64_t value);
/// "2,345.10 €"
[[nodiscard]] std::string euros(double value);
/// A share of 1 as "12.3 %", with more decimals the smaller it is: "0.31 %", "0.004 %".
[[nodiscard]] std::string percent(double share);
/// A limit that somebody asked for, with no more digits than they gave: "5 %".
[[nodiscard]] std::string limit_percent(double share);
/// The interval in percent: "[0.25, 0.39]"
[[nodiscard]] std::string interval(const MeasuredShare& measured);
/// "0.31 % [0.25, 0.39]"
[[nodiscard]] std::string with_interval(const MeasuredShare& measured);

/// "24 November 2016" where the horizon is that local day, else with begin and end.
[[nodiscard]] std::string days_of(const TimeGrid& grid);
/// The local day on which the horizon begins: "24 November 2016".
[[nodiscard]] std::string first_day_of(const TimeGrid& grid);
/// "1 h", "15 min"
[[nodiscard]] std::string length_of_period(const TimeGrid& grid);
/// "hour" if a period is one, else "period".
[[nodiscard]] std::string_view period_word(const TimeGrid& grid);

/// What the limits of a kind are called: "voltage band", "branch current", ...
[[nodiscard]] std::string_view words_of(RowKind kind);
/// A value in the unit of the limits of `kind`, with the decimals that suit it: "0.0123 pu", "6.3
/// A", "74.5 kW".
[[nodiscard]] std::string quantity(RowKind kind, double value);
/// Whether a plan of this method claims that its limits hold with any probability; one that takes
/// the forecast as truth grants risk to no limit and keeps no margin.
[[nodiscard]] bool makes_promise(Method method);
/// What a method is, in one line.
[[nodiscard]] std::string_view words_of(Method method);
/// "18", or "18.2" for phase 2.
[[nodiscard]] std::string place_of(const Feeder& feeder, std::size_t node_phase);

}  // namespace gridpact::report
