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
  // NOLINTBEGIN(google-explicit-constructor)
  Json();
  Json(bool flag);
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Json(T number);
  template <std::signed_integral T>
  Json(T number);
  Json(double number);
  Json(std::string text);
  Json(std::string_view text);
  Json(const char* text);
  Json(Array array);
  Json(Object object);
  // NOLINTEND(google-explicit-constructor)

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
  Value value_;
};

struct JsonMember {
  std::string key;
  Json value;
};

// Here, where JsonMember is complete: a constructor needs the destructor of every alternative.
inline Json::Json() = default;
inline Json::Json(bool flag) : value_(flag) {}
template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>)
Json::Json(T number) : value_(static_cast<std::uint64_t>(number)) {}
template <std::signed_integral T>
Json::Json(T number) : value_(static_cast<std::int64_t>(number)) {}
inline Json::Json(double number) : value_(number) {}
inline Json::Json(std::string text) : value_(std::move(text)) {}
inline Json::Json(std::string_view text) : value_(std::string(text)) {}
inline Json::Json(const char* text) : value_(std::string(text)) {}
inline Json::Json(Array array) : value_(std::move(array)) {}
inline Json::Json(Object object) : value_(std::move(object)) {}

/// For people and version control: one member a line, but a list of plain values on one line, and
/// so each plain object of a list. Ends with a newline. Numbers are exact (see `shortest`); a
/// number that is not finite is null.
[[nodiscard]] std::string to_text(const Json& json);

/// Without any white space, and with every `<` as \u003c, so that the text may stand inside an HTML
/// script element whatever the strings are.
[[nodiscard]] std::string to_compact_text(const Json& json);

/// Where two documents differ, a sentence each: "days/count is 12 in the first, 13 in the second".
/// At most `most`, and then one that says that there are more.
[[nodiscard]] std::vector<std::string> differences(const Json& first, const Json& second,
                                                   std::size_t most = 20);

/// `text` as a JSON string literal; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quoted(std::string_view text);

/// Reads JSON (RFC 8259). Faults, with `file` and line: the first place that is not JSON, or every
/// key that an object has twice, or nesting deeper than any document of ours.
[[nodiscard]] Result<Json> parse_json(std::string_view text, const std::string& file);

}  // namespace gridpact::documents
