#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gridpact/base/matrix.hpp"
#include "gridpact/base/result.hpp"

namespace gridpact::documents {

struct JsonMember;

/// A JSON value whose objects keep the order in which their members were added, so that a document
/// is the same bytes each time.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<JsonMember>;
  using Value = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                             Array, Object>;

  // The constructors are implicit: a member's value is written as the plain thing that it is.
  Json() = default;
  Json(bool flag) : value_(flag) {}  // NOLINT(google-explicit-constructor)
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Json(T number) : value_(static_cast<std::uint64_t>(number)) {}  // NOLINT
  template <std::signed_integral T>
  Json(T number) : value_(static_cast<std::int64_t>(number)) {}  // NOLINT
  Json(double number) : value_(number) {}                        // NOLINT
  Json(std::string text) : value_(std::move(text)) {}            // NOLINT
  Json(std::string_view text) : value_(std::string(text)) {}     // NOLINT
  Json(const char* text) : value_(std::string(text)) {}          // NOLINT
  Json(Array array) : value_(std::move(array)) {}                // NOLINT
  Json(Object object) : value_(std::move(object)) {}             // NOLINT

  /// An array of numbers, and an array of rows.
  [[nodiscard]] static Json numbers(std::span<const double> values);
  [[nodiscard]] static Json rows(const Matrix& matrix);

  template <class T>
  [[nodiscard]] const T* get_if() const {
    return std::get_if<T>(&value_);
  }
  [[nodiscard]] const Value& value() const { return value_; }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  [[nodiscard]] bool is_scalar() const { return !get_if<Array>() && !get_if<Object>(); }
  /// "a number", "a list", ...: for messages.
  [[nodiscard]] std::string_view kind() const;

  /// The member `key` of an object; nullptr if there is none (or this is no object).
  [[nodiscard]] const Json* find(std::string_view key) const;
  /// Appends a member to an object; a null value becomes an object first.
  Json& add(std::string key, Json member);
  /// Appends an element to an array; a null value becomes an array first.
  Json& push(Json element);

  /// Line where the value ends in the text it was read from; 0 if it was not read.
  int line = 0;

 private:
  Value value_ = nullptr;
};

struct JsonMember {
  std::string key;
  Json value;
};

/// For people and version control: one member a line, but a list of plain values on one line, and
/// so each plain object of a list. Ends with a newline. Numbers are exact (see `shortest`); a
/// number that is not finite is null.
[[nodiscard]] std::string to_text(const Json& json);

/// Without any white space, and with every `<` as \u003c, so that the text may stand inside an HTML
/// script element whatever the strings are.
[[nodiscard]] std::string to_compact_text(const Json& json);

/// `text` as a JSON string literal; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quoted(std::string_view text);

/// Reads JSON (RFC 8259). Faults, with `file` and line: the first place that is not JSON, or every
/// key that an object has twice, or nesting deeper than any document of ours.
[[nodiscard]] Result<Json> parse_json(std::string_view text, const std::string& file);

}  // namespace gridpact::documents
