#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"

namespace gridpact::importers {

struct CsvRow {
  int line = 0;
  std::vector<std::string> cells;  ///< as many as columns, without surrounding blanks
};

class RowFaults;

/// A file of separated columns with a header line. Every row is one line.
struct CsvTable {
  std::vector<std::string> columns;
  std::vector<CsvRow> rows;

  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const;
};

/// Splits `text`; blank lines are passed over. Faults (added to `faults`): no header, a column name
/// that repeats, rows with another number of cells than the header, a quote that is not closed.
/// Rows with faults are left out of the table, so that the others can still be checked.
/// `bad_rows`, where given, gets the faults of rows instead.
[[nodiscard]] CsvTable parse_csv(const std::string& text, const std::string& file, Faults& faults,
                                 char separator = ',', RowFaults* bad_rows = nullptr);

/// Which of ',', ';' and tab separates the columns of the header line.
[[nodiscard]] char separator_of(const std::string& text);

/// Index of `column`, or nothing and a fault at `asked_at` that suggests one of the file's columns.
[[nodiscard]] std::optional<std::size_t> find_column(const CsvTable& table,
                                                     const std::string& column,
                                                     const std::string& file, const Place& asked_at,
                                                     Faults& faults);

}  // namespace gridpact::importers
