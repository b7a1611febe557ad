#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace gridpact::importers {

// What may stand in a TOML file, as data: the reader checks files against it, and the tests check
// the documents in docs/formats against it, so that neither can say something that the other does
// not know.

enum class KeyType {
  text,        ///< any text, not empty
  word,        ///< one of KeySpec::words
  number,      ///< finite, integer or not
  integer,     ///< whole
  yes_or_no,   ///< true or false
  instant,     ///< time with its offset from UTC
  duration,    ///< ISO 8601 duration
  time_zone,   ///< name in the IANA database
  file,        ///< path relative to the file that names it
  names,       ///< list of texts, or one of KeySpec::words instead of the list
  table,       ///< one table, described by KeySpec::fields
  table_list,  ///< any number of tables
};

/// Permitted numbers, in the key's unit.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_itself = true;   ///< may the value equal `low`?
  bool high_itself = true;  ///< may the value equal `high`?

  [[nodiscard]] bool contains(double value) const;
  /// "at least 0", "above 0 and at most 1", "any".
  [[nodiscard]] std::string text() const;
};

constexpr Range at_least(double low) { return {.low = low}; }
constexpr Range above(double low) { return {.low = low, .low_itself = false}; }
constexpr Range from_to(double low, double high) { return {.low = low, .high = high}; }

struct TableSpec;

struct KeySpec {
  std::string_view name;
  KeyType type = KeyType::text;
  std::string_view unit = {};
  Range range = {};
  bool required = true;            ///< ignored where there is a fallback
  std::string_view fallback = {};  ///< value of a key that is not written; empty = none
  std::vector<std::string_view> words = {};
  std::string_view meaning = {};
  const TableSpec* fields = nullptr;  ///< of `table` and `table_list`

  [[nodiscard]] bool is_required() const { return required && fallback.empty(); }
};

struct TableSpec {
  std::string_view label;    ///< how faults and documents call it: "[horizon]", "[[generator]]"
  std::string_view meaning;  ///< one or two sentences
  std::vector<KeySpec> keys;

  [[nodiscard]] const KeySpec& key(std::string_view name) const;  ///< must exist
  [[nodiscard]] std::vector<std::string_view> key_names() const;
};

/// "a number in kW", "a list of texts or "all"": for faults.
[[nodiscard]] std::string describe_type(const KeySpec& key);

/// `"EUR/MWh" or "EUR/kWh"`
[[nodiscard]] std::string describe_words(const std::vector<std::string_view>& words);

}  // namespace gridpact::importers
