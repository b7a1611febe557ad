#pragma once

#include <cstddef>

#include "gridpact/model/case.hpp"
#include "gridpact/uncertainty/law.hpp"

namespace gridpact::uncertainty {

/// The days that no fit has used: those from the horizon's first on, aligned and signed as
/// `net_load_errors`, in order of time. A case holds back a year by letting its horizon begin a
/// year before its history ends. Faults: there is none.
[[nodiscard]] Result<ErrorHistory> held_back_errors(const Case& problem);

/// The law of the planned day, fitted to the days before the horizon, with the days held back in
/// place of its past days: each day's errors, less the mean and in units of the deviation that the
/// fit says of that very day (its own forecast levels). The support is all that is physically
/// possible: nothing of a day is clipped because the fit had not seen the like.
[[nodiscard]] Result<LayerLaw> held_back_law(const Case& problem);

/// Past day `number` of the law, scaled to the planned day and within its support: periods × n, kW.
[[nodiscard]] Matrix past_day(const LayerLaw& law, std::size_t number);

}  // namespace gridpact::uncertainty
