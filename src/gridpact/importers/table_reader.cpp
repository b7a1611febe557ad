#include "gridpact/importers/detail/table_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "gridpact/importers/detail/suggestion.hpp"

namespace gridpact::importers {

namespace {

std::optional<double> as_number(const TomlValue& value) {
  if (const auto* number = std::get_if<double>(&value.data)) {
    return *number;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
    return static_cast<double>(*integer);
  }
  return std::nullopt;
}

/// Text in quotes, or a date or time, which TOML also knows without them.
std::optional<std::string> as_text(const TomlValue& value) {
  if (const auto* moment = std::get_if<TomlMoment>(&value.data)) {
    return moment->text;
  }
  const auto* text = std::get_if<std::string>(&value.data);
  return text != nullptr ? std::optional{*text} : std::nullopt;
}

std::string show(const TomlValue& value) {
  struct Show {
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return fmt::format("\"{}\"", text); }
    std::string operator()(const TomlMoment& moment) const { return moment.text; }
    std::string operator()(const TomlArray&) const { return "a list"; }
    std::string operator()(const TomlTable&) const { return "a table"; }
  };
  return std::visit(Show{}, value.data);
}

std::string wrong_type(const TomlValue& value, const KeySpec& spec) {
  return fmt::format("'{}' is {}; it must be {}", spec.name, show(value), describe_type(spec));
}

/// What is wrong with a number, or nothing.
std::string number_problem(const TomlValue& value, const KeySpec& spec) {
  const bool is_whole = std::holds_alternative<std::int64_t>(value.data);
  const auto number = as_number(value);
  if (!number || (spec.type == KeyType::integer && !is_whole)) {
    return wrong_type(value, spec);
  }
  if (!std::isfinite(*number)) {
    return fmt::format("'{}' is {}; it must be a finite number", spec.name, show(value));
  }
  if (!spec.range.contains(*number)) {
    const auto unit = spec.unit.empty() ? "" : fmt::format(" {}", spec.unit);
    return fmt::format("'{}' is {}{}; it must be {}", spec.name, show(value), unit,
                       spec.range.text());
  }
  return {};
}

std::string text_problem(const TomlValue& value, const KeySpec& spec) {
  const auto* text = std::get_if<std::string>(&value.data);
  if (text == nullptr || text->empty()) {
    return wrong_type(value, spec);
  }
  if (spec.type == KeyType::word) {
    const auto is_known =
        std::find(spec.words.begin(), spec.words.end(), *text) != spec.words.end();
    const auto hint = spec.words.size() > 1 ? did_you_mean(*text, spec.words) : "";
    return is_known ? "" : wrong_type(value, spec) + hint;
  }
  if (spec.type == KeyType::time_zone && !is_time_zone(*text)) {
    return fmt::format(
        "'{}' is \"{}\", which the IANA time zone database does not have; write a name like "
        "\"Europe/Berlin\" or \"UTC\"",
        spec.name, *text);
  }
  return {};
}

std::string time_problem(const TomlValue& value, const KeySpec& spec) {
  const auto text = as_text(value);
  const bool fits = text && (spec.type == KeyType::instant ? parse_instant(*text).has_value()
                                                           : parse_duration(*text).has_value());
  return fits ? "" : wrong_type(value, spec);
}

std::string names_problem(const TomlValue& value, const KeySpec& spec) {
  if (const auto* text = std::get_if<std::string>(&value.data)) {
    const auto is_known =
        std::find(spec.words.begin(), spec.words.end(), *text) != spec.words.end();
    return is_known ? "" : wrong_type(value, spec) + did_you_mean(*text, spec.words);
  }
  const auto* list = std::get_if<TomlArray>(&value.data);
  if (list == nullptr) {
    return wrong_type(value, spec);
  }
  for (const auto& item : *list) {
    if (!std::holds_alternative<std::string>(item.data)) {
      return fmt::format("'{}' lists {}; each name must be a text in quotes", spec.name,
                         show(item));
    }
  }
  return {};
}

/// What is wrong with a value that is no table, as a sentence; empty if nothing.
std::string value_problem(const TomlValue& value, const KeySpec& spec) {
  switch (spec.type) {
    case KeyType::number:
    case KeyType::integer:
      return number_problem(value, spec);
    case KeyType::text:
    case KeyType::word:
    case KeyType::file:
    case KeyType::time_zone:
      return text_problem(value, spec);
    case KeyType::instant:
    case KeyType::duration:
      return time_problem(value, spec);
    case KeyType::names:
      return names_problem(value, spec);
    case KeyType::yes_or_no:
      return std::holds_alternative<bool>(value.data) ? "" : wrong_type(value, spec);
    case KeyType::table:
    case KeyType::table_list:
      return {};
  }
  return {};
}

/// The tables under a `table` or `table_list` key, or nothing if something else is written there.
std::optional<std::vector<const TomlTable*>> tables_in(const TomlValue& value, KeyType type) {
  std::vector<const TomlTable*> tables;
  if (const auto* table = std::get_if<TomlTable>(&value.data); table && type == KeyType::table) {
    return std::vector{table};
  }
  const auto* list = std::get_if<TomlArray>(&value.data);
  if (list == nullptr || type == KeyType::table) {
    return std::nullopt;
  }
  for (const auto& item : *list) {
    const auto* table = std::get_if<TomlTable>(&item.data);
    if (table == nullptr) {
      return std::nullopt;
    }
    tables.push_back(table);
  }
  return tables;
}

void check_tables(const TomlEntry& entry, const KeySpec& spec, const std::string& file,
                  Faults& faults) {
  const auto tables = tables_in(entry.value, spec.type);
  if (!tables) {
    faults.push_back({Severity::error,
                      {file, entry.line},
                      fmt::format("'{}' must be {}; write {}", spec.name, describe_type(spec),
                                  spec.fields->label)});
    return;
  }
  for (const auto* table : *tables) {
    check_table(*table, *spec.fields, file, faults);
  }
}

void report_missing(const TomlTable& table, const TableSpec& spec, const std::string& file,
                    Faults& faults) {
  for (const auto& key : spec.keys) {
    if (!key.is_required() || table.find(key.name) != nullptr) {
      continue;
    }
    const auto what = key.fields != nullptr ? std::string(key.fields->label)
                                            : fmt::format("the key '{}'", key.name);
    const auto unit = key.unit.empty() ? "" : fmt::format(", {}", key.unit);
    faults.push_back({Severity::error,
                      {file, table.line},
                      fmt::format("{} lacks {} ({}{})", spec.label, what, key.meaning, unit)});
  }
}

}  // namespace

void check_table(const TomlTable& table, const TableSpec& spec, const std::string& file,
                 Faults& faults) {
  const auto known = spec.key_names();
  for (const auto& entry : table.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      faults.push_back({Severity::error,
                        {file, entry.line},
                        fmt::format("{} has no key '{}'{}", spec.label, entry.key,
                                    did_you_mean(entry.key, known))});
      continue;
    }
    const auto& key = spec.key(entry.key);
    if (key.fields != nullptr) {
      check_tables(entry, key, file, faults);
    } else if (auto problem = value_problem(entry.value, key); !problem.empty()) {
      faults.push_back({Severity::error, {file, entry.line}, std::move(problem)});
    }
  }
  report_missing(table, spec, file, faults);
}

const TomlValue* TableReader::valid_value(std::string_view key) const {
  const auto* entry = table_->find(key);
  return entry != nullptr && value_problem(entry->value, spec_->key(key)).empty() ? &entry->value
                                                                                  : nullptr;
}

std::optional<double> TableReader::number_if_any(std::string_view key) const {
  if (const auto* value = valid_value(key)) {
    return as_number(*value);
  }
  const auto fallback = spec_->key(key).fallback;
  double number = 0.0;
  const auto* last = fallback.data() + fallback.size();
  if (has(key) || fallback.empty() || std::from_chars(fallback.data(), last, number).ptr != last) {
    return std::nullopt;
  }
  return number;
}

double TableReader::number(std::string_view key) const {
  return number_if_any(key).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::optional<std::int64_t> TableReader::integer(std::string_view key) const {
  if (const auto* value = valid_value(key)) {
    return std::get<std::int64_t>(value->data);
  }
  const auto fallback = number_if_any(key);
  return fallback ? std::optional{static_cast<std::int64_t>(*fallback)} : std::nullopt;
}

bool TableReader::yes(std::string_view key) const {
  const auto* value = valid_value(key);
  return value != nullptr ? std::get<bool>(value->data) : spec_->key(key).fallback == "true";
}

std::string TableReader::text(std::string_view key) const {
  if (const auto* value = valid_value(key)) {
    return std::get<std::string>(value->data);
  }
  return has(key) ? std::string{} : std::string(spec_->key(key).fallback);
}

std::optional<Instant> TableReader::instant(std::string_view key) const {
  const auto* value = valid_value(key);
  return value != nullptr ? parse_instant(as_text(*value).value_or("")) : std::nullopt;
}

std::optional<std::chrono::seconds> TableReader::duration(std::string_view key) const {
  const auto* value = valid_value(key);
  return value != nullptr ? parse_duration(as_text(*value).value_or("")) : std::nullopt;
}

std::vector<WrittenName> TableReader::names(std::string_view key) const {
  std::vector<WrittenName> names;
  const auto* value = valid_value(key);
  if (const auto* list = value != nullptr ? std::get_if<TomlArray>(&value->data) : nullptr) {
    for (const auto& item : *list) {
      names.push_back({std::get<std::string>(item.data), item.line});
    }
  }
  return names;
}

std::string TableReader::word_for_names(std::string_view key) const {
  const auto* value = valid_value(key);
  const auto* word = value != nullptr ? std::get_if<std::string>(&value->data) : nullptr;
  return word != nullptr ? *word : std::string{};
}

std::vector<TableReader> TableReader::tables(std::string_view key) const {
  const auto& spec = spec_->key(key);
  std::vector<TableReader> readers;
  if (const auto* entry = table_->find(key)) {
    for (const auto* table :
         tables_in(entry->value, spec.type).value_or(std::vector<const TomlTable*>{})) {
      readers.emplace_back(*table, *spec.fields, file_);
    }
  }
  return readers;
}

TableReader TableReader::table(std::string_view key) const {
  auto readers = tables(key);
  if (!readers.empty()) {
    return readers.front();
  }
  static const TomlTable nothing;
  TableReader reader(nothing, *spec_->key(key).fields, file_);
  return reader;
}

Place TableReader::place(std::string_view key) const {
  const auto* entry = table_->find(key);
  return {file_, entry != nullptr ? entry->line : table_->line};
}

}  // namespace gridpact::importers
