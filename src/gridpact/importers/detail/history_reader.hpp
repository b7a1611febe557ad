#pragma once

#include <optional>
#include <vector>

#include "gridpact/importers/detail/input_files.hpp"
#include "gridpact/importers/detail/session_file.hpp"
#include "gridpact/importers/detail/table_reader.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// Fewest days of forecasts and actual values before the horizon from which errors can be learnt.
inline constexpr long least_training_days = 60;
/// Fewest days of sessions of the planned day's kind (working day, Saturday, Sunday).
inline constexpr std::size_t least_session_days = 20;

/// Reads one [[series]]. Without a valid `horizon` its file is only checked.
[[nodiscard]] Series read_series(const TableReader& table, const std::optional<TimeGrid>& horizon,
                                 InputFiles& files, Faults& faults);

/// Reads [substation.price] into `substation`.
void read_prices(const TableReader& table, const std::optional<TimeGrid>& horizon,
                 InputFiles& files, Substation& substation, Faults& faults);

/// A [[sessions]] as read, with the name of its file in faults.
struct WrittenHistory {
  std::string shown;
  std::vector<WrittenSession> sessions;
};

/// Reads one [[sessions]].
[[nodiscard]] WrittenHistory read_session_history(const TableReader& table,
                                                  const std::optional<TimeGrid>& horizon,
                                                  InputFiles& files, Faults& faults);

/// A warning (a note if they are few) if the chargers of the station at `table` could not have
/// given some cars of the history what they got.
void check_deliverable(const TableReader& table, const WrittenHistory& history,
                       const std::string& history_name, Faults& faults);

}  // namespace gridpact::importers
