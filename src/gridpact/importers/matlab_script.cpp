// A recursive descent over the tokens that computes while it reads: without loops and conditions
// every statement runs once, in the order of the file.
//
//   statement   = "function" [result "="] name | place "=" expression | "[" name, ... "]" "=" name
//   expression  = sum [":" sum [":" sum]]
//   sum         = product {("+" | "-") product}
//   product     = sign {("*" | "/" | ".*" | "./") sign}
//   sign        = {"+" | "-"} power
//   power       = postfix {("^" | ".^") {"+" | "-"} postfix}        (left to right, as MATLAB does)
//   postfix     = primary {"'"}
//   primary     = number | text | name [arguments] | "(" expression ")" | "[" rows "]" | "{" rows
//   "}"

#include "gridpact/importers/detail/matlab_script.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "gridpact/importers/detail/matlab_tokens.hpp"

namespace gridpact::importers {

namespace {

using Kind = MatlabToken::Kind;
using Cell = std::vector<std::string>;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr int max_depth = 100;
constexpr std::size_t max_elements = 10'000'000;

struct Value {
  std::variant<Matrix, std::string, Cell> data = Matrix(1, 1, not_a_number);
  std::vector<int> row_lines;

  [[nodiscard]] const Matrix* matrix() const { return std::get_if<Matrix>(&data); }
};

Value number(double value) { return {Matrix(1, 1, value), {}}; }

/// A function of one number, applied to each element.
struct Elementwise {
  std::string_view name;
  double (*apply)(double);
};

constexpr std::array elementwise{
    Elementwise{"sqrt", [](double x) { return std::sqrt(x); }},
    Elementwise{"sin", [](double x) { return std::sin(x); }},
    Elementwise{"cos", [](double x) { return std::cos(x); }},
    Elementwise{"tan", [](double x) { return std::tan(x); }},
    Elementwise{"asin", [](double x) { return std::asin(x); }},
    Elementwise{"acos", [](double x) { return std::acos(x); }},
    Elementwise{"atan", [](double x) { return std::atan(x); }},
    Elementwise{"exp", [](double x) { return std::exp(x); }},
    Elementwise{"log", [](double x) { return std::log(x); }},
    Elementwise{"log10", [](double x) { return std::log10(x); }},
    Elementwise{"abs", [](double x) { return std::abs(x); }},
    Elementwise{"round", [](double x) { return std::round(x); }},
    Elementwise{"deg2rad", [](double x) { return x * std::numbers::pi / 180.0; }},
    Elementwise{"rad2deg", [](double x) { return x * 180.0 / std::numbers::pi; }},
};

constexpr std::array known_numbers{
    MatlabConstant{"pi", std::numbers::pi},
    MatlabConstant{"Inf", std::numeric_limits<double>::infinity()},
    MatlabConstant{"inf", std::numeric_limits<double>::infinity()},
    MatlabConstant{"NaN", not_a_number},
    MatlabConstant{"nan", not_a_number},
    MatlabConstant{"eps", std::numeric_limits<double>::epsilon()},
};

constexpr std::array<std::string_view, 12> control_words{"if",    "else",   "elseif", "for",
                                                         "while", "switch", "case",   "otherwise",
                                                         "try",   "catch",  "break",  "continue"};

template <class List>
auto find_named(const List& list, std::string_view name) {
  const auto found =
      std::ranges::find_if(list, [&](const auto& item) { return item.name == name; });
  return found == list.end() ? nullptr : &*found;
}

/// Where an assignment goes: a variable or field, and the rows and columns of it.
struct Target {
  std::string name;
  int line = 0;
  bool has_index = false;
};

/// An index into one dimension: all of it, or these (from 0).
struct Selection {
  std::vector<std::size_t> at;
};

class Runner {
 public:
  Runner(std::string_view text, const std::string& file, MatlabConstants& constants, Faults& faults)
      : file_(file),
        constants_(constants),
        faults_(faults),
        tokens_(matlab_tokens(text, file, faults)) {}

  MatlabScript run() {
    while (peek().kind != Kind::end) {
      if (is_separator(peek())) {
        advance();
        continue;
      }
      depth_ = 0;
      if (!statement()) {
        skip_statement();
      } else if (!is_separator(peek()) && peek().kind != Kind::end) {
        fault(peek(), fmt::format("'{}' is not understood here; a statement must end before it",
                                  peek().text));
        skip_statement();
      }
    }
    return std::move(script_);
  }

 private:
  // --- Tokens ---------------------------------------------------------------------------------

  [[nodiscard]] const MatlabToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const MatlabToken& advance() {
    const auto& token = tokens_[at_];
    if (token.kind == Kind::symbol && token.text.size() == 1) {
      brackets_ += std::string_view("([{").find(token.text[0]) != std::string_view::npos ? 1 : 0;
      brackets_ -= std::string_view(")]}").find(token.text[0]) != std::string_view::npos ? 1 : 0;
    }
    at_ = std::min(at_ + 1, tokens_.size() - 1);
    return token;
  }
  bool take(std::string_view symbol) {
    if (!peek().is(symbol)) {
      return false;
    }
    advance();
    return true;
  }
  bool expect(std::string_view symbol) {
    if (take(symbol)) {
      return true;
    }
    fault(peek(), fmt::format("'{}' is expected before '{}'", symbol, shown(peek())));
    return false;
  }
  [[nodiscard]] static std::string shown(const MatlabToken& token) {
    return token.kind == Kind::newline ? "the end of the line"
           : token.kind == Kind::end   ? "the end of the file"
                                       : token.text;
  }
  [[nodiscard]] static bool is_separator(const MatlabToken& token) {
    return token.kind == Kind::newline || token.is(";") || token.is(",");
  }
  void skip_statement() {
    while (peek().kind != Kind::end && (brackets_ > 0 || !is_separator(peek()))) {
      advance();
    }
    brackets_ = 0;
  }
  void fault(const MatlabToken& at, std::string message) {
    faults_.push_back({Severity::error, {file_, at.line}, std::move(message)});
  }

  // --- Statements -----------------------------------------------------------------------------

  bool statement() {
    brackets_ = 0;
    const auto& first = peek();
    if (first.kind == Kind::name) {
      if (first.text == "function") {
        return function_line();
      }
      if (std::ranges::find(control_words, first.text) != control_words.end()) {
        fault(first,
              fmt::format("'{}' is not understood: only assignments are read. Write out what "
                          "it does to the data",
                          first.text));
        return false;
      }
      if (first.text == "end" || first.text == "endfunction" || first.text == "return") {
        advance();
        return true;  // of the function, or of a block that has its fault already
      }
      if (first.text == "define_constants") {
        advance();
        define(constants_("define_constants"));
        return true;
      }
      return assignment();
    }
    if (first.is("[")) {
      return multiple_assignment();
    }
    fault(first, fmt::format("'{}' is not understood: only assignments are read", first.text));
    return false;
  }

  /// function mpc = case9
  bool function_line() {
    const auto& word = advance();
    if (peek().is("[")) {
      fault(word,
            "a function with several results is a case of the old version 1; save it again "
            "with MATPOWER's savecase");
      return false;
    }
    if (peek().kind != Kind::name) {
      fault(word, "the function's name is missing");
      return false;
    }
    script_.result = advance().text;
    if (take("=")) {
      if (peek().kind != Kind::name) {
        fault(word, "the function's name is missing");
        return false;
      }
      script_.function = advance().text;
    } else {
      std::swap(script_.function, script_.result);
    }
    if (take("(") && !expect(")")) {
      return false;
    }
    return true;
  }

  void define(std::span<const MatlabConstant> constants) {
    for (const auto& [name, value] : constants) {
      script_.variables[std::string(name)] = {Matrix(1, 1, value), {}, peek().line, false};
    }
  }

  /// [PQ, PV, ...] = idx_bus
  bool multiple_assignment() {
    const auto& bracket = advance();
    std::vector<std::string> names;
    while (!peek().is("]")) {
      if (peek().kind == Kind::name) {
        names.push_back(advance().text);
      } else if (take("~")) {
        names.emplace_back();
      } else if (!take(",")) {
        fault(peek(), fmt::format("'{}' is not understood: names of variables are expected between "
                                  "the brackets",
                                  shown(peek())));
        return false;
      }
    }
    advance();
    if (!expect("=")) {
      return false;
    }
    if (peek().kind != Kind::name) {
      fault(peek(), "the name of a function is expected after '='");
      return false;
    }
    const auto& function = advance();
    const auto constants = constants_(function.text);
    if (constants.empty()) {
      fault(function,
            fmt::format("the function '{}' is not known; write out what it gives", function.text));
      return false;
    }
    if (names.size() > constants.size()) {
      fault(bracket, fmt::format("'{}' gives {} values, not {}", function.text, constants.size(),
                                 names.size()));
      return false;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!names[i].empty()) {
        script_.variables[names[i]] = {Matrix(1, 1, constants[i].value), {}, bracket.line, false};
      }
    }
    return true;
  }

  bool assignment() {
    const auto faults_before = faults_.size();
    broken_read_ = false;
    Target target{peek().text, peek().line, false};
    advance();
    while (peek().is(".") && peek(1).kind == Kind::name) {
      advance();
      target.name += "." + advance().text;
    }
    Selection rows;
    Selection columns;
    auto* variable = find(target.name);
    if (peek().is("(")) {
      target.has_index = true;
      if (variable == nullptr) {
        fault(peek(), fmt::format("'{}' is not understood: only assignments are read, and there is "
                                  "no variable '{}' whose elements could be set",
                                  target.name, target.name));
        return false;
      }
      auto* matrix = std::get_if<Matrix>(&variable->value);
      if (matrix == nullptr) {
        fault(peek(), fmt::format("'{}' is no matrix: its elements can not be set", target.name));
        return false;
      }
      const auto index = arguments(target.name, matrix);
      if (!index || !select(*matrix, *index, target, rows, columns)) {
        mark_broken(target.name);
        return false;
      }
    }
    if (!peek().is("=")) {
      fault(peek(),
            fmt::format("the statement '{} ...' is not understood: only assignments are read, and "
                        "'=' is expected before '{}'",
                        target.name, shown(peek())));
      mark_broken(target.name);
      return false;
    }
    advance();
    auto value = expression();
    if (!value) {
      mark_broken(target.name);
      return false;
    }
    const bool is_broken = faults_.size() != faults_before || broken_read_;
    if (!target.has_index) {
      script_.variables[target.name] = {std::move(value->data), std::move(value->row_lines),
                                        target.line, is_broken};
      return true;
    }
    variable->is_broken = variable->is_broken || is_broken;
    return set_block(*variable, rows, columns, *value, target);
  }

  void mark_broken(const std::string& name) {
    if (auto* variable = find(name)) {
      variable->is_broken = true;
    } else {
      script_.variables[name] = {Matrix{}, {}, peek().line, true};
    }
  }

  bool set_block(MatlabVariable& variable, const Selection& rows, const Selection& columns,
                 const Value& value, const Target& target) {
    auto& matrix = std::get<Matrix>(variable.value);
    const auto* source = value.matrix();
    if (source == nullptr) {
      faults_.push_back({Severity::error,
                         {file_, target.line},
                         fmt::format("'{}' has numbers as elements, not text", target.name)});
      return true;
    }
    const bool is_scalar = source->rows() == 1 && source->cols() == 1;
    if (!is_scalar && (source->rows() != rows.at.size() || source->cols() != columns.at.size())) {
      faults_.push_back(
          {Severity::error,
           {file_, target.line},
           fmt::format("{} × {} elements of '{}' can not be set to {} × {} numbers", rows.at.size(),
                       columns.at.size(), target.name, source->rows(), source->cols())});
      variable.is_broken = true;
      return true;
    }
    for (std::size_t i = 0; i < rows.at.size(); ++i) {
      for (std::size_t j = 0; j < columns.at.size(); ++j) {
        matrix(rows.at[i], columns.at[j]) = is_scalar ? (*source)(0, 0) : (*source)(i, j);
      }
    }
    return true;
  }

  MatlabVariable* find(const std::string& name) {
    const auto found = script_.variables.find(name);
    return found == script_.variables.end() ? nullptr : &found->second;
  }

  // --- Expressions ----------------------------------------------------------------------------

  std::optional<Value> expression() {
    if (++depth_ > max_depth) {
      fault(peek(), "brackets are nested too deep");
      return std::nullopt;
    }
    auto value = range();
    --depth_;
    return value;
  }

  std::optional<Value> range() {
    const auto& start = peek();
    auto first = sum();
    if (!first || !continues(":")) {
      return first;
    }
    advance();
    auto second = sum();
    if (!second) {
      return second;
    }
    std::optional<Value> third;
    if (continues(":")) {
      advance();
      third = sum();
      if (!third) {
        return third;
      }
    }
    const double from = scalar(*first, start);
    const double step = third ? scalar(*second, start) : 1.0;
    const double to = scalar(third ? *third : *second, start);
    if (std::isnan(from) || std::isnan(step) || std::isnan(to)) {
      return Value{};
    }
    const double count = step == 0.0 ? 0.0 : std::floor((to - from) / step * (1.0 + 1e-15)) + 1.0;
    if (!(count <= static_cast<double>(max_elements))) {
      fault(start, "this range has too many elements");
      return Value{};
    }
    Matrix out(1, count > 0.0 ? static_cast<std::size_t>(count) : 0);
    for (std::size_t i = 0; i < out.cols(); ++i) {
      out(0, i) = from + static_cast<double>(i) * step;
    }
    return Value{std::move(out), {}};
  }

  /// Between the brackets of a matrix "a -b" are two elements, "a - b" and "a-b" one.
  [[nodiscard]] bool continues(std::string_view symbol) const {
    return peek().is(symbol) && !(in_matrix_ && peek().space_before && !peek(1).space_before &&
                                  (symbol == "+" || symbol == "-"));
  }

  double scalar(const Value& value, const MatlabToken& at) {
    const auto* matrix = value.matrix();
    if (matrix == nullptr || matrix->rows() != 1 || matrix->cols() != 1) {
      fault(at, "one number is expected here");
      return not_a_number;
    }
    return (*matrix)(0, 0);
  }

  std::optional<Value> sum() {
    auto left = product();
    while (left && (continues("+") || continues("-"))) {
      const auto& sign = advance();
      auto right = product();
      if (!right) {
        return right;
      }
      left = combine(*left, *right, sign, false);
    }
    return left;
  }

  std::optional<Value> product() {
    auto left = signed_power();
    while (left && (peek().is("*") || peek().is("/") || peek().is(".*") || peek().is("./"))) {
      const auto& sign = advance();
      auto right = signed_power();
      if (!right) {
        return right;
      }
      left = combine(*left, *right, sign, sign.text == "*" || sign.text == "/");
    }
    return left;
  }

  std::optional<Value> signed_power() {
    double sign = 1.0;
    const auto& start = peek();
    while (peek().is("+") || peek().is("-")) {
      sign *= advance().text == "-" ? -1.0 : 1.0;
    }
    auto value = power();
    if (value && sign < 0.0) {
      return combine(number(-1.0), *value, start, false, '*');
    }
    return value;
  }

  std::optional<Value> power() {
    auto base = postfix();
    while (base && (peek().is("^") || peek().is(".^"))) {
      const auto& sign = advance();
      double factor = 1.0;
      while (peek().is("+") || peek().is("-")) {
        factor *= advance().text == "-" ? -1.0 : 1.0;
      }
      auto exponent = postfix();
      if (!exponent) {
        return exponent;
      }
      if (factor < 0.0) {
        exponent = combine(number(-1.0), *exponent, sign, false, '*');
      }
      base = combine(*base, *exponent, sign, sign.text == "^");
    }
    return base;
  }

  std::optional<Value> postfix() {
    auto value = primary();
    while (value && (peek().is("'") || peek().is(".'"))) {
      const auto& sign = advance();
      const auto* matrix = value->matrix();
      if (matrix == nullptr) {
        fault(sign, "only a matrix can be transposed");
        return Value{};
      }
      Matrix out(matrix->cols(), matrix->rows());
      for (std::size_t i = 0; i < out.rows(); ++i) {
        for (std::size_t j = 0; j < out.cols(); ++j) {
          out(i, j) = (*matrix)(j, i);
        }
      }
      value = Value{std::move(out), {}};
    }
    return value;
  }

  static double apply(char operation, double a, double b) {
    switch (operation) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        return a / b;
      default:
        return std::pow(a, b);
    }
  }

  /// `a` ∘ `b` element by element, where a single number goes with every element. `of_matrices`:
  /// the sign means matrix algebra, which is the same only with a single number on the right
  /// places.
  std::optional<Value> combine(const Value& a, const Value& b, const MatlabToken& sign,
                               bool of_matrices, char operation = '\0') {
    if (operation == '\0') {
      operation = sign.text.back();
    }
    const auto* left = a.matrix();
    const auto* right = b.matrix();
    if (left == nullptr || right == nullptr) {
      fault(sign, fmt::format("'{}' needs numbers on both sides, not text", sign.text));
      return Value{};
    }
    const bool left_scalar = left->rows() == 1 && left->cols() == 1;
    const bool right_scalar = right->rows() == 1 && right->cols() == 1;
    if (of_matrices && !(right_scalar && (operation != '^' || left_scalar)) &&
        !(operation == '*' && left_scalar)) {
      fault(sign, fmt::format("'{}' of two matrices is not computed; '.{}' goes element by element",
                              sign.text, sign.text));
      return Value{};
    }
    if (!left_scalar && !right_scalar &&
        (left->rows() != right->rows() || left->cols() != right->cols())) {
      fault(sign, fmt::format("'{}' of {} × {} and {} × {} numbers", sign.text, left->rows(),
                              left->cols(), right->rows(), right->cols()));
      return Value{};
    }
    const auto& shape = left_scalar ? *right : *left;
    Matrix out(shape.rows(), shape.cols());
    for (std::size_t i = 0; i < out.rows() * out.cols(); ++i) {
      const double x = left->data()[left_scalar ? 0 : i];
      const double y = right->data()[right_scalar ? 0 : i];
      out.data()[i] = apply(operation, x, y);
      if (std::isnan(out.data()[i]) && !std::isnan(x) && !std::isnan(y)) {
        fault(sign, fmt::format("{:g} {} {:g} is not a real number", x, sign.text, y));
        return Value{};
      }
    }
    return Value{std::move(out), {}};
  }

  std::optional<Value> primary() {
    const auto& token = peek();
    switch (token.kind) {
      case Kind::number:
        advance();
        if (peek().kind == Kind::name && !peek().space_before) {
          fault(token, fmt::format("'{}{}' is no number", token.text, advance().text));
          return Value{};
        }
        return number(token.value);
      case Kind::text:
        advance();
        return Value{token.text, {}};
      case Kind::name:
        return named();
      default:
        break;
    }
    if (token.is("(")) {
      advance();
      const bool outer = std::exchange(in_matrix_, false);
      auto value = expression();
      in_matrix_ = outer;
      return value && expect(")") ? value : std::nullopt;
    }
    if (token.is("[")) {
      return matrix_literal();
    }
    if (token.is("{")) {
      return cell_literal();
    }
    fault(token, fmt::format("a value is expected before '{}'", shown(token)));
    return std::nullopt;
  }

  std::optional<Value> named() {
    const auto& token = advance();
    auto name = token.text;
    while (peek().is(".") && peek(1).kind == Kind::name && !peek().space_before) {
      advance();
      name += "." + advance().text;
    }
    if (name == "end" && end_of_ > 0) {
      return number(static_cast<double>(end_of_));
    }
    const bool has_arguments = peek().is("(") && !(in_matrix_ && peek().space_before);
    if (const auto* variable = find(name)) {
      broken_read_ = broken_read_ || variable->is_broken;
      return has_arguments ? indexed(*variable, name) : Value{variable->value, variable->row_lines};
    }
    if (const auto* known = find_named(known_numbers, name); known != nullptr && !has_arguments) {
      return number(known->value);
    }
    if (has_arguments) {
      return called(token, name);
    }
    fault(token,
          fmt::format("'{}' is not a number, and no variable of this name has been set", name));
    return Value{};
  }

  std::optional<Value> called(const MatlabToken& token, const std::string& name) {
    const auto values = arguments(name, nullptr);
    if (!values) {
      return std::nullopt;
    }
    const auto* function = find_named(elementwise, name);
    if (function == nullptr) {
      fault(token, fmt::format("the function '{}' is not known; write out what it gives", name));
      return Value{};
    }
    const auto* matrix =
        values->size() == 1 && values->front() ? values->front()->matrix() : nullptr;
    if (matrix == nullptr) {
      fault(token, fmt::format("'{}' needs one argument of numbers", name));
      return Value{};
    }
    Matrix out(matrix->rows(), matrix->cols());
    for (std::size_t i = 0; i < out.rows() * out.cols(); ++i) {
      out.data()[i] = function->apply(matrix->data()[i]);
      if (std::isnan(out.data()[i]) && !std::isnan(matrix->data()[i])) {
        fault(token, fmt::format("{}({:g}) is not a real number", name, matrix->data()[i]));
        return Value{};
      }
    }
    return Value{std::move(out), {}};
  }

  /// What stands between the parentheses; an empty place for ":". `of`: what is indexed, for `end`.
  std::optional<std::vector<std::optional<Value>>> arguments(const std::string& name,
                                                             const Matrix* of) {
    const auto& open = advance();
    const bool outer_matrix = std::exchange(in_matrix_, false);
    const auto outer_end = end_of_;
    std::vector<std::optional<Value>> values;
    bool good = true;
    while (good && !peek().is(")")) {
      if (!values.empty() && !take(",")) {
        fault(peek(),
              fmt::format("',' or ')' is expected before '{}' in the parentheses after '{}'",
                          shown(peek()), name));
        good = false;
        break;
      }
      if (peek().is(":") && (peek(1).is(",") || peek(1).is(")"))) {
        advance();
        values.emplace_back();
        continue;
      }
      end_of_ = of == nullptr ? 0 : end_for(*of, values.size());
      auto value = expression();
      good = value.has_value();
      values.push_back(std::move(value));
    }
    in_matrix_ = outer_matrix;
    end_of_ = outer_end;
    if (good && values.empty()) {
      fault(open, fmt::format("the parentheses after '{}' are empty", name));
      good = false;
    }
    if (!good) {
      return std::nullopt;
    }
    advance();
    return values;
  }

  /// With one index, `end` is that of a vector; with two, of the dimension.
  [[nodiscard]] std::size_t end_for(const Matrix& of, std::size_t place) const {
    if (place == 1) {
      return of.cols();
    }
    // Whether a second index follows: look for a comma at this depth.
    int depth = 0;
    for (std::size_t i = at_; i < tokens_.size() && tokens_[i].kind != Kind::end; ++i) {
      const auto& token = tokens_[i];
      depth += token.is("(") || token.is("[") ? 1 : 0;
      depth -= token.is(")") || token.is("]") ? 1 : 0;
      if (depth < 0) {
        break;
      }
      if (depth == 0 && token.is(",")) {
        return of.rows();
      }
    }
    return of.rows() * of.cols();
  }

  /// The rows and columns meant by one or two indices.
  bool select(const Matrix& matrix, const std::vector<std::optional<Value>>& index,
              const Target& target, Selection& rows, Selection& columns) {
    if (index.size() == 2) {
      return select_one(index[0], matrix.rows(), "row", target, rows) &&
             select_one(index[1], matrix.cols(), "column", target, columns);
    }
    if (index.size() == 1 && (matrix.rows() == 1 || matrix.cols() == 1)) {
      const bool is_row = matrix.rows() == 1;
      (is_row ? rows : columns).at = {0};
      return select_one(index[0], matrix.rows() * matrix.cols(), "element", target,
                        is_row ? columns : rows);
    }
    faults_.push_back({Severity::error,
                       {file_, target.line},
                       fmt::format("'{}' is a matrix: give a row and a column", target.name)});
    return false;
  }

  bool select_one(const std::optional<Value>& index, std::size_t count, std::string_view what,
                  const Target& target, Selection& out) {
    out.at.clear();
    if (!index) {
      for (std::size_t i = 0; i < count; ++i) {
        out.at.push_back(i);
      }
      return true;
    }
    const auto* matrix = index->matrix();
    for (std::size_t i = 0; matrix != nullptr && i < matrix->rows() * matrix->cols(); ++i) {
      const double place = matrix->data()[i];
      if (!(place >= 1.0 && place <= static_cast<double>(count) && place == std::floor(place))) {
        faults_.push_back(
            {Severity::error,
             {file_, target.line},
             fmt::format("'{}' has no {} {:g}; it has {}", target.name, what, place, count)});
        return false;
      }
      out.at.push_back(static_cast<std::size_t>(place) - 1);
    }
    if (matrix == nullptr) {
      faults_.push_back({Severity::error,
                         {file_, target.line},
                         fmt::format("text can not be an index of '{}'", target.name)});
    }
    return matrix != nullptr;
  }

  std::optional<Value> indexed(const MatlabVariable& variable, const std::string& name) {
    const Target target{name, peek().line, true};
    const auto* matrix = std::get_if<Matrix>(&variable.value);
    const auto index = arguments(name, matrix);
    if (!index) {
      return std::nullopt;
    }
    Selection rows;
    Selection columns;
    if (matrix == nullptr) {
      faults_.push_back({Severity::error,
                         {file_, target.line},
                         fmt::format("'{}' is no matrix: it has no elements to read", name)});
      return Value{};
    }
    if (!select(*matrix, *index, target, rows, columns)) {
      return Value{};
    }
    Matrix out(rows.at.size(), columns.at.size());
    for (std::size_t i = 0; i < out.rows(); ++i) {
      for (std::size_t j = 0; j < out.cols(); ++j) {
        out(i, j) = (*matrix)(rows.at[i], columns.at[j]);
      }
    }
    return Value{std::move(out), {}};
  }

  // --- Matrices and cell arrays ---------------------------------------------------------------

  /// Rows of numbers, each with its line. An element may itself be a row.
  struct Rows {
    std::vector<std::vector<double>> rows;
    std::vector<int> lines;
  };

  std::optional<Value> matrix_literal() {
    const auto& open = advance();
    const bool outer = std::exchange(in_matrix_, true);
    const auto outer_end = std::exchange(end_of_, 0);
    Rows out;
    std::vector<double> row;
    int row_line = 0;
    const auto end_row = [&] {
      if (!row.empty()) {
        out.rows.push_back(std::move(row));
        out.lines.push_back(row_line);
        row.clear();
      }
    };
    while (!peek().is("]") && peek().kind != Kind::end) {
      if (peek().is(";") || peek().kind == Kind::newline) {
        advance();
        end_row();
      } else if (!take(",")) {
        row_line = row.empty() ? peek().line : row_line;
        element(row);
      }
    }
    end_row();
    in_matrix_ = outer;
    end_of_ = outer_end;
    if (!take("]")) {
      fault(open, "this '[' is never closed");
      return std::nullopt;
    }
    return rectangle(std::move(out));
  }

  void element(std::vector<double>& row) {
    const auto& start = peek();
    const auto value = expression();
    const auto* matrix = value ? value->matrix() : nullptr;
    if (!value) {
      skip_element();
      row.push_back(not_a_number);
    } else if (matrix == nullptr) {
      fault(start, fmt::format("'{}' is text where a number is expected", start.text));
      row.push_back(not_a_number);
    } else if (matrix->rows() > 1) {
      fault(start, "matrices one above the other inside a matrix are not understood");
      row.push_back(not_a_number);
    } else {
      row.insert(row.end(), matrix->data(), matrix->data() + matrix->cols());
    }
    const auto& next = peek();
    if (value && !next.space_before && !is_separator(next) && !next.is("]") &&
        next.kind != Kind::end) {
      fault(next, fmt::format("'{}' is not understood in a matrix", next.text));
      skip_element();
    }
  }

  /// To where the next element of the matrix, its next row or its end begins.
  void skip_element() {
    if (!is_separator(peek()) && !peek().is("]") && peek().kind != Kind::end) {
      advance();
    }
    while (!peek().space_before && !is_separator(peek()) && !peek().is("]") &&
           peek().kind != Kind::end) {
      advance();
    }
  }

  Value rectangle(Rows in) {
    const std::size_t width = in.rows.empty() ? 0 : in.rows.front().size();
    Matrix out(in.rows.size(), width, not_a_number);
    for (std::size_t i = 0; i < in.rows.size(); ++i) {
      if (in.rows[i].size() != width) {
        faults_.push_back({Severity::error,
                           {file_, in.lines[i]},
                           fmt::format("this row has {} number{}, the first row of its table "
                                       "(line {}) has {}",
                                       in.rows[i].size(), in.rows[i].size() == 1 ? "" : "s",
                                       in.lines.front(), width)});
      }
      std::copy_n(in.rows[i].begin(), std::min(width, in.rows[i].size()), out.row(i).begin());
    }
    return {std::move(out), std::move(in.lines)};
  }

  /// { 'text', ...; ... }: the texts, in their order; numbers as they are written.
  std::optional<Value> cell_literal() {
    const auto& open = advance();
    Cell out;
    while (!peek().is("}")) {
      if (peek().kind == Kind::end) {
        fault(open, "this '{' is never closed");
        return std::nullopt;
      }
      if (peek().kind == Kind::text || peek().kind == Kind::number || peek().is("-")) {
        out.push_back(advance().text);
      } else if (is_separator(peek())) {
        advance();
      } else {
        fault(peek(), fmt::format("'{}' is not understood in a cell array: only texts and numbers "
                                  "are read",
                                  peek().text));
        return std::nullopt;
      }
    }
    advance();
    return Value{std::move(out), {}};
  }

  const std::string& file_;
  MatlabConstants& constants_;
  Faults& faults_;
  std::vector<MatlabToken> tokens_;
  std::size_t at_ = 0;
  int brackets_ = 0;          ///< open ones in the tokens taken since the statement's start
  int depth_ = 0;             ///< of nested expressions
  bool in_matrix_ = false;    ///< between square brackets, where spaces separate
  std::size_t end_of_ = 0;    ///< what `end` stands for; 0 = nothing
  bool broken_read_ = false;  ///< the statement reads a variable that is broken
  MatlabScript script_;
};

}  // namespace

const MatlabVariable* MatlabScript::find(std::string_view name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? nullptr : &found->second;
}

MatlabScript run_matlab_script(std::string_view text, const std::string& file,
                               MatlabConstants& constants, Faults& faults) {
  return Runner(text, file, constants, faults).run();
}

}  // namespace gridpact::importers
