#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/documents/json.hpp"

namespace gridpact::importers {

/// A pandas DataFrame as pandapower keeps it in JSON: rows of cells by the names of their columns.
/// All of a table stands on one line of the file, so faults name the element.
class PandasTable {
 public:
  /// `json` is the table's object ({"_class": "DataFrame", "_object": ..., "orient": ...}); `name`
  /// and `file` are for faults. A table that can not be read is empty, and a fault says why.
  static PandasTable read(const std::string& name, const documents::Json& json,
                          const std::string& file, Faults& faults);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int line() const { return line_; }
  [[nodiscard]] std::size_t rows() const { return index_.size(); }
  [[nodiscard]] bool has(std::string_view column) const { return columns_.contains(column); }
  [[nodiscard]] const std::vector<std::int64_t>& index() const { return index_; }

  /// The cell's value; nothing if the column or the value is missing (null), or of another kind.
  [[nodiscard]] std::optional<double> number(std::size_t row, std::string_view column) const;
  [[nodiscard]] double number_or(std::size_t row, std::string_view column, double fallback) const {
    return number(row, column).value_or(fallback);
  }
  [[nodiscard]] std::optional<std::int64_t> integer(std::size_t row, std::string_view column) const;
  [[nodiscard]] std::optional<std::string> text(std::size_t row, std::string_view column) const;
  [[nodiscard]] std::optional<bool> flag(std::size_t row, std::string_view column) const;

  /// "line 3", and with its name "line 3 ('Line 1-2')".
  [[nodiscard]] std::string element(std::size_t row) const;

 private:
  [[nodiscard]] const documents::Json* cell(std::size_t row, std::string_view column) const;
  void read_split(const documents::Json& object, const std::string& file, Faults& faults);
  void read_columns(const documents::Json& object, const std::string& file, Faults& faults);

  std::string name_;
  int line_ = 0;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<std::int64_t> index_;
  std::vector<std::vector<documents::Json>> cells_;  ///< by row, then by column
};

}  // namespace gridpact::importers
