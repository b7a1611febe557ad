#include "gridpact/importers/detail/toml_document.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace gridpact::importers {

namespace {

int line_of(const toml::source_region& source) { return static_cast<int>(source.begin.line); }

template <class Moment>
TomlValue moment(const Moment& value, int line) {
  std::ostringstream text;
  text << value;
  return {TomlMoment{text.str()}, line};
}

TomlTable convert(const toml::table& table);

TomlValue convert(const toml::node& node) {
  const int line = line_of(node.source());
  if (const auto* table = node.as_table()) {
    return {convert(*table), line};
  }
  if (const auto* array = node.as_array()) {
    TomlArray items;
    items.reserve(array->size());
    for (const auto& item : *array) {
      items.push_back(convert(item));
    }
    return {std::move(items), line};
  }
  if (const auto* text = node.as_string()) {
    return {text->get(), line};
  }
  if (const auto* integer = node.as_integer()) {
    return {integer->get(), line};
  }
  if (const auto* number = node.as_floating_point()) {
    return {number->get(), line};
  }
  if (const auto* boolean = node.as_boolean()) {
    return {boolean->get(), line};
  }
  if (const auto* date = node.as_date()) {
    return moment(date->get(), line);
  }
  if (const auto* time = node.as_time()) {
    return moment(time->get(), line);
  }
  return moment(node.as_date_time()->get(), line);
}

TomlTable convert(const toml::table& table) {
  TomlTable out;
  out.line = line_of(table.source());
  for (const auto& [key, node] : table) {
    out.entries.push_back({std::string(key.str()), convert(node), line_of(key.source())});
  }
  // The library keeps keys by name; people read files from the top.
  std::stable_sort(out.entries.begin(), out.entries.end(),
                   [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
  return out;
}

}  // namespace

const TomlEntry* TomlTable::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const TomlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

Result<TomlTable> parse_toml(const std::string& text, const std::string& file) {
  try {
    return convert(toml::parse(text, file));
  } catch (const toml::parse_error& error) {  // how the library says that a file is not TOML
    return Fault{Severity::error,
                 {file, line_of(error.source())},
                 fmt::format("this is not TOML: {}", error.description())};
  }
}

}  // namespace gridpact::importers
