#include "gridpact/documents/json.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "gridpact/documents/number.hpp"

namespace gridpact::documents {

namespace {

void append_quoted(std::string& out, std::string_view text, bool for_html) {
  const auto literal = quoted(text);
  if (!for_html) {
    out += literal;
    return;
  }
  for (const char c : literal) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
}

class Writer {
 public:
  explicit Writer(bool compact) : compact_(compact) {}

  void write(const Json& json, int depth, bool in_list) {
    if (const auto* array = json.get_if<Json::Array>()) {
      const bool flat = compact_ || std::ranges::all_of(*array, &Json::is_scalar);
      open('[', array->empty(), flat, depth);
      for (const auto& element : *array) {
        separate(&element != array->data(), flat, depth);
        write(element, depth + 1, true);
      }
      close(']', array->empty(), flat, depth);
    } else if (const auto* object = json.get_if<Json::Object>()) {
      const bool flat =
          compact_ || (in_list && std::ranges::all_of(*object, [](const JsonMember& member) {
                         return member.value.is_scalar();
                       }));
      open('{', object->empty(), flat, depth);
      for (const auto& member : *object) {
        separate(&member != object->data(), flat, depth);
        append_quoted(text_, member.key, compact_);
        text_ += compact_ ? ":" : ": ";
        write(member.value, depth + 1, false);
      }
      close('}', object->empty(), flat, depth);
    } else {
      write_scalar(json);
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void write_scalar(const Json& json) {
    if (const auto* text = json.get_if<std::string>()) {
      append_quoted(text_, *text, compact_);
    } else if (const auto* number = json.get_if<double>()) {
      text_ += std::isfinite(*number) ? shortest(*number) : "null";
    } else if (const auto* count = json.get_if<std::uint64_t>()) {
      text_ += std::to_string(*count);
    } else if (const auto* integer = json.get_if<std::int64_t>()) {
      text_ += std::to_string(*integer);
    } else if (const auto* flag = json.get_if<bool>()) {
      text_ += *flag ? "true" : "false";
    } else {
      text_ += "null";
    }
  }

  void new_line(int depth) {
    text_ += '\n';
    text_.append(2 * static_cast<std::size_t>(depth), ' ');
  }
  void open(char bracket, bool empty, bool flat, int depth) {
    text_ += bracket;
    if (!empty && !flat) {
      new_line(depth + 1);
    }
  }
  void separate(bool after_another, bool flat, int depth) {
    if (after_another) {
      text_ += ',';
      if (!flat) {
        new_line(depth + 1);
      } else if (!compact_) {
        text_ += ' ';
      }
    }
  }
  void close(char bracket, bool empty, bool flat, int depth) {
    if (!empty && !flat) {
      new_line(depth);
    }
    text_ += bracket;
  }

  bool compact_;
  std::string text_;
};

}  // namespace

Json Json::numbers(std::span<const double> values) { return Array(values.begin(), values.end()); }

Json Json::rows(const Matrix& matrix) {
  Array rows;
  rows.reserve(matrix.rows());
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    rows.push_back(numbers(matrix.row(row)));
  }
  return rows;
}

std::string_view Json::kind() const {
  static constexpr std::array<std::string_view, std::variant_size_v<Value>> kinds{
      "null", "true or false", "a number", "a number", "a number", "a text", "a list", "an object"};
  return kinds[value_.index()];
}

const Json* Json::find(std::string_view key) const {
  if (const auto* object = get_if<Object>()) {
    const auto found = std::ranges::find(*object, key, &JsonMember::key);
    return found == object->end() ? nullptr : &found->value;
  }
  return nullptr;
}

Json& Json::add(std::string key, Json member) {
  if (is_null()) {
    value_ = Object{};
  }
  auto* object = std::get_if<Object>(&value_);
  assert(object);
  object->push_back({std::move(key), std::move(member)});
  return object->back().value;
}

Json& Json::push(Json element) {
  if (is_null()) {
    value_ = Array{};
  }
  auto* array = std::get_if<Array>(&value_);
  assert(array);
  array->push_back(std::move(element));
  return array->back();
}

std::string to_text(const Json& json) {
  Writer writer(false);
  writer.write(json, 0, false);
  return writer.take() + '\n';
}

std::string to_compact_text(const Json& json) {
  Writer writer(true);
  writer.write(json, 0, false);
  return writer.take();
}

}  // namespace gridpact::documents
