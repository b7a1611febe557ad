#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/base/time_grid.hpp"
#include "gridpact/importers/detail/toml_document.hpp"
#include "gridpact/importers/table_format.hpp"

namespace gridpact::importers {

/// Adds a fault for every key that is unknown (with a suggestion), missing, of another type or out
/// of range, in `table` and all tables inside it. `file` is its name in faults.
void check_table(const TomlTable& table, const TableSpec& spec, const std::string& file,
                 Faults& faults);

/// A text and the line on which it stands.
struct WrittenName {
  std::string text;
  int line = 0;
};

/// Typed access to a table that `check_table` has seen. A key that is not written has its fallback;
/// one that check_table found fault with has no value (NaN for numbers, empty for texts), so that
/// callers can carry on and find the remaining faults without reporting the same one twice. The
/// table must outlive the reader.
class TableReader {
 public:
  TableReader(const TomlTable& table, const TableSpec& spec, std::string file)
      : table_(&table), spec_(&spec), file_(std::move(file)) {}

  [[nodiscard]] bool has(std::string_view key) const { return table_->find(key) != nullptr; }

  [[nodiscard]] double number(std::string_view key) const;
  [[nodiscard]] std::optional<double> number_if_any(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] bool yes(std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::optional<Instant> instant(std::string_view key) const;
  [[nodiscard]] std::optional<std::chrono::seconds> duration(std::string_view key) const;
  /// Of a `names` key: the list, or the word that is written in its place.
  [[nodiscard]] std::vector<WrittenName> names(std::string_view key) const;
  [[nodiscard]] std::string word_for_names(std::string_view key) const;

  /// The table under `key`; one without any keys where it is not written.
  [[nodiscard]] TableReader table(std::string_view key) const;
  [[nodiscard]] std::vector<TableReader> tables(std::string_view key) const;

  /// Where the table begins, and where `key` stands (the table if it is not written).
  [[nodiscard]] Place place() const { return {file_, table_->line}; }
  [[nodiscard]] Place place(std::string_view key) const;

 private:
  /// The written value if it fits its specification.
  [[nodiscard]] const TomlValue* valid_value(std::string_view key) const;

  const TomlTable* table_;
  const TableSpec* spec_;
  std::string file_;
};

}  // namespace gridpact::importers
