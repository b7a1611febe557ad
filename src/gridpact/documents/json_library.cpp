#include <cstddef>
#include <iterator>

#include <nlohmann/json.hpp>

#include "gridpact/documents/json.hpp"

namespace gridpact::documents {

namespace {

constexpr std::size_t max_depth = 64;

/// Hands the parser one character after the other and counts the lines that it has taken:
/// nlohmann's events carry no position of their own.
struct Position {
  int line = 1;
  char last = '\0';
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    position_->last = *at_;
    position_->line += *at_ == '\n' ? 1 : 0;
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  Position* position_;
};

/// Builds the Json from the parser's events, with the line of each value.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(const Position& position, std::string file)
      : position_(position), file_(std::move(file)) {}

  bool null() override { return put(Json{}); }
  bool boolean(bool flag) override { return put(Json{flag}); }
  bool number_integer(number_integer_t number) override { return put_number(Json{number}); }
  bool number_unsigned(number_unsigned_t number) override { return put_number(Json{number}); }
  bool number_float(number_float_t number, const string_t& /*text*/) override {
    return put_number(Json{number});
  }
  bool string(string_t& text) override { return put(Json{std::move(text)}); }
  bool binary(binary_t& /*bytes*/) override { return false; }  // not in JSON text

  bool start_object(std::size_t /*size*/) override { return open(Json{Json::Object{}}); }
  bool start_array(std::size_t /*size*/) override { return open(Json{Json::Array{}}); }
  bool end_object() override { return shut(); }
  bool end_array() override { return shut(); }
  bool key(string_t& name) override {
    if (open_.back().json.find(name)) {
      fault("the key '" + name + "' stands twice in the same object; remove one");
    }
    open_.back().key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: what": ours says where.
    std::string what = error.what();
    if (const auto colon = what.find(": "); colon != std::string::npos) {
      what.erase(0, colon + 2);
    }
    fault("not valid JSON: " + what);
    return false;
  }

  Json root;
  Faults faults;

 private:
  struct Open {
    Json json;
    std::string key;  ///< of the member that comes next
  };

  void fault(std::string message) {
    faults.push_back({Severity::error, {file_, position_.line}, std::move(message)});
  }

  /// The end of a number is seen only at the character after it.
  bool put_number(Json json) {
    json.line = position_.line - (position_.last == '\n' ? 1 : 0);
    return attach(std::move(json));
  }
  bool put(Json json) {
    json.line = position_.line;
    return attach(std::move(json));
  }
  bool attach(Json json) {
    if (open_.empty()) {
      root = std::move(json);
    } else if (open_.back().json.get_if<Json::Object>()) {
      open_.back().json.add(std::move(open_.back().key), std::move(json));
    } else {
      open_.back().json.push(std::move(json));
    }
    return true;
  }
  bool open(Json json) {
    if (open_.size() == max_depth) {
      fault("nested more than " + std::to_string(max_depth) + " deep; no gridpact document is");
      return false;
    }
    json.line = position_.line;
    open_.push_back({std::move(json), {}});
    return true;
  }
  bool shut() {
    auto json = std::move(open_.back().json);
    open_.pop_back();
    return attach(std::move(json));
  }

  const Position& position_;
  std::string file_;
  std::vector<Open> open_;
};

}  // namespace

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Json> parse_json(std::string_view text, const std::string& file) {
  Position position;
  Builder builder(position, file);
  const char* begin = text.data();
  nlohmann::json::sax_parse(CountingIterator(begin, &position),
                            CountingIterator(begin + text.size(), &position), &builder);
  if (!builder.faults.empty()) {
    return std::move(builder.faults);
  }
  return std::move(builder.root);
}

}  // namespace gridpact::documents
