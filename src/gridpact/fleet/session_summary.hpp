#pragma once

#include <optional>

#include "gridpact/model/case.hpp"
#include "gridpact/model/session_summary.hpp"

namespace gridpact::fleet {

/// What `history` is like; rows, layout and what was dropped are for the caller to fill in.
/// `charger_kw`: limit of a charger; if not given, the power that 99 % of the sessions' means do
/// not exceed. Needs at least one session.
[[nodiscard]] SessionSummary summarise(const SessionHistory& history,
                                       std::optional<double> charger_kw = std::nullopt,
                                       unsigned threads = 0);

}  // namespace gridpact::fleet
