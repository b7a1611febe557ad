#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/result.hpp"
#include "gridpact/base/time_grid.hpp"
#include "gridpact/documents/json.hpp"

namespace gridpact::documents {

// A document's members are listed once, in a function that names each key beside the field it
// stands for. Run with a FieldWriter it writes, run with a FieldReader it reads: the two can not
// drift apart, and the reader knows the full list of keys when it looks for unknown ones.

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// What a document calls the things of one kind: the name of each id, and the id of each name.
template <class Id>
class Directory {
 public:
  /// `kind` stands in faults: "node".
  explicit Directory(std::string kind) : kind_(std::move(kind)) {}

  /// The next id gets this name; false if it is taken (the name then stays with the first).
  bool add(std::string name) {
    const bool is_new = ids_.emplace(name, Id{names_.size()}).second;
    names_.push_back(std::move(name));
    return is_new;
  }
  [[nodiscard]] const std::string& name(Id id) const { return names_.at(id.index()); }
  [[nodiscard]] std::optional<Id> find(const std::string& name) const {
    const auto found = ids_.find(name);
    return found == ids_.end() ? std::nullopt : std::optional{found->second};
  }
  [[nodiscard]] const std::string& kind() const { return kind_; }

 private:
  std::string kind_;
  std::vector<std::string> names_;
  std::map<std::string, Id> ids_;
};

/// Writes fields into an object. A value that no document can hold (NaN, an infinity where the
/// field allows none) is our own mistake and throws std::logic_error.
class FieldWriter {
 public:
  static constexpr bool reads = false;

  void schema(std::string_view value) { add("schema", value); }
  void text(std::string_view key, const std::string& value) { add(key, value); }
  void flag(std::string_view key, bool value) { add(key, value); }
  template <std::integral Whole>
  void count(std::string_view key, Whole value) {
    add(key, static_cast<std::uint64_t>(value));
  }
  void period(std::string_view key, std::size_t value) { add(key, value); }
  void number(std::string_view key, double value);
  void probability(std::string_view key, double value) { number(key, value); }
  /// A number that may be `infinite` (+∞ or −∞), which is written as null.
  void number_or(double infinite, std::string_view key, double value);
  /// A number that is left out where it is `usual`.
  void number_unless(double usual, std::string_view key, double value) {
    if (value != usual) {
      number(key, value);
    }
  }
  /// A number that may be missing, which is written as null.
  void optional(std::string_view key, const std::optional<double>& value);
  /// A number that follows from others; readers check it.
  void derived(std::string_view key, double value) { number(key, value); }
  void horizon(std::string_view key, const TimeGrid& grid);
  void profile(std::string_view key, const std::vector<double>& values);
  /// A list of numbers that has nothing to do with the horizon.
  void numbers(std::string_view key, const std::vector<double>& values) { profile(key, values); }
  /// A profile that is left out where there is none.
  void profile_if_any(std::string_view key, const std::vector<double>& values) {
    if (!values.empty()) {
      profile(key, values);
    }
  }
  void matrix(std::string_view key, const Matrix& values);
  template <class Enum, class Parse>
  void word(std::string_view key, Enum value, Parse /*parse*/) {
    add(key, to_string(value));
  }
  template <class T, class Fields>
  void object(std::string_view key, const T& value, const Fields& fields) {
    add(key, written(value, fields));
  }
  template <class T, class Fields>
  void list(std::string_view key, const std::vector<T>& values, const Fields& fields) {
    Json::Array array;
    array.reserve(values.size());
    for (const auto& value : values) {
      array.push_back(written(value, fields));
    }
    add(key, std::move(array));
  }
  /// An object that may be missing, which is written as null.
  template <class T, class Fields>
  void optional(std::string_view key, const std::optional<T>& value, const Fields& fields) {
    add(key, value ? written(*value, fields) : Json{});
  }
  template <class Id>
  void reference(std::string_view key, Id id, const Directory<Id>& directory) {
    add(key, directory.name(id));
  }
  template <class Id>
  void reference(std::string_view key, const std::optional<Id>& id,
                 const Directory<Id>& directory) {
    add(key, id ? Json{directory.name(*id)} : Json{});
  }
  template <class Id>
  void references(std::string_view key, const std::vector<Id>& ids,
                  const Directory<Id>& directory) {
    Json::Array array;
    for (const auto id : ids) {
      array.emplace_back(directory.name(id));
    }
    add(key, std::move(array));
  }
  /// Positions in some list, of which the reader knows the length.
  void positions(std::string_view key, const std::vector<std::size_t>& values);
  [[nodiscard]] Json take() { return std::move(object_); }

 private:
  template <class T, class Fields>
  static Json written(const T& value, const Fields& fields) {
    FieldWriter inner;
    fields(inner, value);
    return inner.take();
  }
  void add(std::string_view key, Json value) { object_.add(std::string(key), std::move(value)); }

  Json object_{Json::Object{}};
};

/// What all readers of one document share.
struct Reading {
  std::string file;
  Faults faults;
  std::size_t periods = 0;      ///< length of every profile; 0 = not known (yet)
  bool other_document = false;  ///< the schema's name is not ours: nothing else is worth a word

  void fault(const Json& at, const std::string& path, const std::string& message);
};

/// Reads fields out of an object and collects every fault, each with the JSON path
/// ("/stations/0/charge_kw/3") and line. A field that is at fault keeps its value.
class FieldReader {
 public:
  static constexpr bool reads = true;

  FieldReader(const Json& object, std::string path, Reading& reading);

  /// The document's name and version, its first field.
  void schema(std::string_view value);
  void text(std::string_view key, std::string& value);
  void flag(std::string_view key, bool& value);
  template <std::integral Whole>
  void count(std::string_view key, Whole& value) {
    const auto* json = take(key);
    if (!json) {
      return;
    }
    const auto* count = json->get_if<std::uint64_t>();
    if (count && *count <= static_cast<std::uint64_t>(std::numeric_limits<Whole>::max())) {
      value = static_cast<Whole>(*count);
    } else {
      fault(*json, key, count ? "is too large" : "expected a whole number that is not negative");
    }
  }
  /// The number of a period, which must lie in the horizon where that is known.
  void period(std::string_view key, std::size_t& value);
  void number(std::string_view key, double& value);
  void probability(std::string_view key, double& value);
  void number_or(double infinite, std::string_view key, double& value);
  void number_unless(double usual, std::string_view key, double& value);
  void optional(std::string_view key, std::optional<double>& value);
  void derived(std::string_view key, double value);
  void horizon(std::string_view key, TimeGrid& grid);
  /// One number for each period.
  void profile(std::string_view key, std::vector<double>& values);
  void numbers(std::string_view key, std::vector<double>& values);
  void profile_if_any(std::string_view key, std::vector<double>& values);
  /// Rows of equal length.
  void matrix(std::string_view key, Matrix& values);

  template <class Enum, class Parse>
  void word(std::string_view key, Enum& value, Parse parse) {
    if (const auto* json = take(key)) {
      const auto* text = json->get_if<std::string>();
      if (const std::optional<Enum> known = text ? parse(*text) : std::nullopt) {
        value = *known;
      } else {
        fault(*json, key, "unknown word" + (text ? " \"" + *text + "\"" : std::string{}));
      }
    }
  }
  template <class T, class Fields>
  void object(std::string_view key, T& value, const Fields& fields) {
    if (const auto* json = take(key)) {
      read(*json, path_of(key), value, fields);
    }
  }
  template <class T, class Fields>
  void list(std::string_view key, std::vector<T>& values, const Fields& fields) {
    const auto* array = take_array(key);
    if (!array) {
      return;
    }
    values.resize(array->size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      read((*array)[i], path_of(key) + "/" + std::to_string(i), values[i], fields);
    }
  }

  template <class T, class Fields>
  void optional(std::string_view key, std::optional<T>& value, const Fields& fields) {
    if (const auto* json = take(key); json && !json->is_null()) {
      value = T{};  // emplace() would ask clang too early whether a nested T has a default
      read(*json, path_of(key), *value, fields);
    }
  }

  /// An id by its name in `directory`.
  template <class Id>
  void reference(std::string_view key, Id& id, const Directory<Id>& directory) {
    if (const auto* json = take(key)) {
      read_reference(*json, path_of(key), id, directory);
    }
  }
  template <class Id>
  void reference(std::string_view key, std::optional<Id>& id, const Directory<Id>& directory) {
    if (const auto* json = take(key); json && !json->is_null()) {
      read_reference(*json, path_of(key), id.emplace(), directory);
    }
  }
  template <class Id>
  void references(std::string_view key, std::vector<Id>& ids, const Directory<Id>& directory) {
    if (const auto* array = take_array(key)) {
      ids.resize(array->size());
      for (std::size_t i = 0; i < ids.size(); ++i) {
        read_reference((*array)[i], path_of(key) + "/" + std::to_string(i), ids[i], directory);
      }
    }
  }
  void positions(std::string_view key, std::vector<std::size_t>& values);

  [[nodiscard]] int line() const { return json_.line; }
  [[nodiscard]] bool empty() const;
  /// A fault of the whole object, for what goes beyond one field.
  void fault(const std::string& message);
  /// A fault of the field `key`, if it is there at all; else its being missing is the fault.
  void fault_of(std::string_view key, const std::string& message);
  /// To be called when all fields are read: what was not asked for is unknown.
  void finish();
  [[nodiscard]] Reading& reading() { return reading_; }

 private:
  template <class T, class Fields>
  void read(const Json& json, std::string path, T& value, const Fields& fields) {
    FieldReader inner(json, std::move(path), reading_);
    if (inner.object_) {
      fields(inner, value);
      inner.finish();
    }
  }
  template <class Id>
  void read_reference(const Json& json, const std::string& path, Id& id,
                      const Directory<Id>& directory) {
    const auto* name = json.get_if<std::string>();
    const auto found = name ? directory.find(*name) : std::nullopt;
    if (found) {
      id = *found;
    } else {
      reading_.fault(json, path,
                     name ? "there is no " + directory.kind() + " \"" + *name + "\""
                          : "expected the name of a " + directory.kind() + ", found " +
                                std::string(json.kind()));
    }
  }
  /// The member `key`, remembered as known; a fault and nullptr if it is missing.
  const Json* take(std::string_view key);
  const Json::Array* take_array(std::string_view key);
  bool read_number(const Json& json, const std::string& path, double& value);
  bool read_numbers(const Json& json, const std::string& path, std::vector<double>& values);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  void fault(const Json& at, std::string_view key, const std::string& message);

  const Json& json_;
  const Json::Object* object_;
  std::string path_;
  Reading& reading_;
  std::vector<std::string_view> known_;
};

/// The text of a document whose members `fields` lists.
template <class T, class Fields>
[[nodiscard]] std::string write_document(const T& value, const Fields& fields) {
  FieldWriter writer;
  fields(writer, value);
  return to_text(writer.take());
}

/// Reads the document `text` of `file`, or all that is wrong with it. `check(value, reader)` adds
/// the faults that concern several fields.
template <class T, class Fields, class Check>
[[nodiscard]] Result<T> read_document(std::string_view text, const std::string& file,
                                      const Fields& fields, const Check& check) {
  const auto json = parse_json(text, file);
  if (!json) {
    return json.faults();
  }
  Reading reading{file, {}, 0};
  FieldReader reader(*json, "", reading);
  T value;
  if (json->get_if<Json::Object>()) {
    fields(reader, value);
    reader.finish();
  }
  if (reading.other_document) {
    return reading.faults.front();
  }
  if (reading.faults.empty()) {
    check(value, reader);
  }
  if (!reading.faults.empty()) {
    return std::move(reading.faults);
  }
  return value;
}

}  // namespace gridpact::documents
