#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gridpact/base/result.hpp"

namespace gridpact::importers {

// A parsed TOML file in plain values that remember their lines. It exists so that the TOML library
// stays behind one .cpp file, and so that faults can point to the key that they are about.

struct TomlValue;
struct TomlEntry;

/// A date or time written without quotes, as ISO 8601 text.
struct TomlMoment {
  std::string text;
};

using TomlArray = std::vector<TomlValue>;

struct TomlTable {
  std::vector<TomlEntry> entries;  ///< in the order of the file
  int line = 0;                    ///< of its header or opening brace

  [[nodiscard]] const TomlEntry* find(std::string_view key) const;
};

struct TomlValue {
  std::variant<bool, std::int64_t, double, std::string, TomlMoment, TomlArray, TomlTable> data;
  int line = 0;
};

struct TomlEntry {
  std::string key;
  TomlValue value;
  int line = 0;  ///< of the key
};

/// The whole document, or the first place where it is not TOML. `file` is its name in faults.
[[nodiscard]] Result<TomlTable> parse_toml(const std::string& text, const std::string& file);

}  // namespace gridpact::importers
