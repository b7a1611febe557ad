//   expression  = sum [":" sum [":" sum]]
//   sum         = product {("+" | "-") product}
//   product     = [signs] power {("*" | "/" | ".*" | "./") [signs] power}
//   power       = primary {("^" | ".^") [signs] primary}            (left to right, as MATLAB does)
//   primary     = number | text | name [arguments] | "(" expression ")" | "[" rows "]" | "{" texts
//   "}"

#include "gridpact/importers/detail/matlab_expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

using Kind = MatlabToken::Kind;

constexpr int max_depth = 100;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<std::pair<std::string_view, double>, 6> known_numbers{
    {{"pi", std::numbers::pi},
     {"Inf", std::numeric_limits<double>::infinity()},
     {"inf", std::numeric_limits<double>::infinity()},
     {"NaN", not_a_number},
     {"nan", not_a_number},
     {"eps", std::numeric_limits<double>::epsilon()}}};

MatlabValue number(double value) { return {Matrix(1, 1, value)}; }

}  // namespace

MatlabValue MatlabExpressions::checked(const MatlabToken& at, MatlabResult result) {
  if (!result.complaint.empty()) {
    cursor_.fault(at, std::move(result.complaint));
  }
  return std::move(result.value);
}

MatlabValue MatlabExpressions::expression() {
  if (depth_ == max_depth) {
    cursor_.stop(cursor_.peek(), "brackets are nested too deep");
    return {};
  }
  ++depth_;
  auto value = range();
  --depth_;
  return value;
}

MatlabValue MatlabExpressions::range() {
  const auto& start = cursor_.peek();
  auto first = sum();
  if (!continues(":")) {
    return first;
  }
  cursor_.advance();
  const auto second = sum();
  if (!continues(":")) {
    return checked(start, number_range(first, number(1.0), second));
  }
  cursor_.advance();
  return checked(start, number_range(first, second, sum()));
}

bool MatlabExpressions::continues(std::string_view symbol) const {
  const auto& next = cursor_.peek();
  return next.is(symbol) && !(in_matrix_ && next.space_before && !cursor_.peek(1).space_before &&
                              (symbol == "+" || symbol == "-"));
}

MatlabValue MatlabExpressions::sum() {
  auto left = product();
  while (continues("+") || continues("-")) {
    const auto& sign = cursor_.advance();
    left = checked(sign, combine(left, sign.text, product()));
  }
  return left;
}

MatlabValue MatlabExpressions::product() {
  auto left = with_sign(&MatlabExpressions::power);
  while (continues("*") || continues("/") || continues(".*") || continues("./")) {
    const auto& sign = cursor_.advance();
    left = checked(sign, combine(left, sign.text, with_sign(&MatlabExpressions::power)));
  }
  return left;
}

MatlabValue MatlabExpressions::power() {
  auto base = primary();
  while (continues("^") || continues(".^")) {
    const auto& sign = cursor_.advance();
    base = checked(sign, combine(base, sign.text, with_sign(&MatlabExpressions::primary)));
  }
  return base;
}

MatlabValue MatlabExpressions::with_sign(MatlabValue (MatlabExpressions::*read)()) {
  const auto& start = cursor_.peek();
  bool is_negative = false;
  while (cursor_.peek().is("+") || cursor_.peek().is("-")) {
    is_negative = is_negative != (cursor_.advance().text == "-");
  }
  auto value = (this->*read)();
  return is_negative ? checked(start, combine(number(0.0), "-", value)) : value;
}

MatlabValue MatlabExpressions::primary() {
  const auto& token = cursor_.peek();
  if (token.kind == Kind::number) {
    cursor_.advance();
    if (cursor_.peek().kind == Kind::name && !cursor_.peek().space_before) {
      cursor_.fault(token, fmt::format("'{}{}' is no number", token.text, cursor_.advance().text));
      return {};
    }
    return number(token.value);
  }
  if (token.kind == Kind::text) {
    cursor_.advance();
    return {token.text};
  }
  if (token.kind == Kind::name) {
    return named();
  }
  if (token.is("(")) {
    cursor_.advance();
    const bool outer = std::exchange(in_matrix_, false);
    auto value = expression();
    in_matrix_ = outer;
    cursor_.expect(")");
    return value;
  }
  if (token.is("[")) {
    return matrix_literal();
  }
  if (token.is("{")) {
    return cell_literal();
  }
  cursor_.stop(token, fmt::format("a value is expected before '{}'", MatlabCursor::shown(token)));
  return {};
}

MatlabValue MatlabExpressions::named() {
  const auto& token = cursor_.peek();
  const auto name = cursor_.dotted_name();
  if (name == "end" && end_of_ > 0) {
    return number(static_cast<double>(end_of_));
  }
  const auto& next = cursor_.peek();
  const bool has_arguments = next.is("(") && !(in_matrix_ && next.space_before);
  const auto found = variables_.find(name);
  if (found != variables_.end()) {
    const auto& variable = found->second;
    broken_read_ = broken_read_ || variable.is_broken;
    if (!has_arguments) {
      return variable.value;
    }
    const auto* matrix = variable.value.matrix();
    if (matrix == nullptr) {
      cursor_.stop(token, fmt::format("'{}' is no matrix: it has no elements to read", name));
      return {};
    }
    const auto block = block_of(*matrix, name);
    if (!block) {
      return {};
    }
    Matrix out(block->rows.size(), block->columns.size());
    for (std::size_t i = 0; i < out.rows(); ++i) {
      for (std::size_t j = 0; j < out.cols(); ++j) {
        out(i, j) = (*matrix)(block->rows[i], block->columns[j]);
      }
    }
    return {std::move(out)};
  }
  if (has_arguments) {
    const auto values = arguments(name, nullptr);
    return checked(token, apply_function(name, values.size() == 1 && values.front()
                                                   ? *values.front()
                                                   : MatlabValue{std::string{}}));
  }
  const auto* const known =
      std::ranges::find(known_numbers, name, [](const auto& entry) { return entry.first; });
  if (known == known_numbers.end()) {
    cursor_.fault(
        token,
        fmt::format("'{}' is not a number, and no variable of this name has been set", name));
    return {};
  }
  return number(known->second);
}

MatlabExpressions::Arguments MatlabExpressions::arguments(const std::string& name,
                                                          const Matrix* of) {
  const auto& open = cursor_.advance();
  const bool outer_matrix = std::exchange(in_matrix_, false);
  const auto outer_end = end_of_;
  Arguments values;
  while (!cursor_.is_stopped() && !cursor_.peek().is(")")) {
    const auto& next = cursor_.peek();
    if (!values.empty() && !cursor_.take(",")) {
      cursor_.stop(next,
                   fmt::format("',' or ')' is expected before '{}' in the parentheses after '{}'",
                               MatlabCursor::shown(next), name));
    } else if (cursor_.peek().is(":") && (cursor_.peek(1).is(",") || cursor_.peek(1).is(")"))) {
      cursor_.advance();
      values.emplace_back();
    } else {
      end_of_ = of == nullptr ? 0 : end_for(*of, values.size());
      values.emplace_back(expression());
    }
  }
  in_matrix_ = outer_matrix;
  end_of_ = outer_end;
  if (values.empty()) {
    cursor_.stop(open, fmt::format("the parentheses after '{}' are empty", name));
  }
  cursor_.advance();
  return values;
}

/// With one index, `end` is that of a vector; with two, of the dimension.
std::size_t MatlabExpressions::end_for(const Matrix& of, std::size_t place) const {
  if (place == 1) {
    return of.cols();
  }
  // Whether a second index follows: look for a comma at this depth.
  int depth = 0;
  for (std::size_t i = 0; depth >= 0 && cursor_.peek(i).kind != Kind::end; ++i) {
    const auto& token = cursor_.peek(i);
    depth += token.is("(") || token.is("[") ? 1 : 0;
    depth -= token.is(")") || token.is("]") ? 1 : 0;
    if (depth == 0 && token.is(",")) {
      return of.rows();
    }
  }
  return of.rows() * of.cols();
}

std::optional<MatlabBlock> MatlabExpressions::block_of(const Matrix& matrix,
                                                       const std::string& name) {
  const int line = cursor_.peek().line;
  const auto index = arguments(name, &matrix);
  if (cursor_.is_stopped()) {
    return std::nullopt;
  }
  bool is_good = true;
  const auto refuse = [&](std::string message) {
    cursor_.fault(line, std::move(message));
    is_good = false;
  };
  const auto places = [&](const std::optional<MatlabValue>& chosen, std::size_t count,
                          std::string_view what) {
    std::vector<std::size_t> out;
    if (!is_good) {
      return out;
    }
    const auto* numbers = chosen ? chosen->matrix() : nullptr;
    if (chosen && numbers == nullptr) {
      refuse(fmt::format("text can not be an index of '{}'", name));
    }
    for (std::size_t i = 0; i < (!chosen   ? count
                                 : numbers ? numbers->rows() * numbers->cols()
                                           : 0);
         ++i) {
      const double place = chosen ? numbers->data()[i] : static_cast<double>(i + 1);
      if (!(place >= 1.0 && place <= static_cast<double>(count) && place == std::floor(place))) {
        refuse(fmt::format("'{}' has no {} {:g}; it has {}", name, what, place, count));
        break;
      }
      out.push_back(static_cast<std::size_t>(place) - 1);
    }
    return out;
  };
  MatlabBlock block;
  if (index.size() == 2) {
    block = {places(index[0], matrix.rows(), "row"), places(index[1], matrix.cols(), "column")};
  } else if (index.size() == 1 && matrix.rows() == 1) {
    block = {{0}, places(index[0], matrix.cols(), "element")};
  } else if (index.size() == 1 && matrix.cols() == 1) {
    block = {places(index[0], matrix.rows(), "element"), {0}};
  } else {
    refuse(fmt::format("'{}' is a matrix: give a row and a column", name));
  }
  return is_good ? std::optional{std::move(block)} : std::nullopt;
}

// --- Matrices and cell arrays -------------------------------------------------------------------

/// Rows of numbers, each with its line. An element may itself be a row.
MatlabValue MatlabExpressions::matrix_literal() {
  const auto& open = cursor_.advance();
  const bool outer = std::exchange(in_matrix_, true);
  const auto outer_end = std::exchange(end_of_, 0);
  std::vector<std::vector<double>> rows(1);
  std::vector<int> lines(1);
  while (!cursor_.peek().is("]") && cursor_.peek().kind != Kind::end) {
    const auto& next = cursor_.peek();
    if (next.is(";") || next.kind == Kind::newline) {
      cursor_.advance();
      if (!rows.back().empty()) {
        rows.emplace_back();
        lines.emplace_back();
      }
    } else if (!cursor_.take(",")) {
      lines.back() = rows.back().empty() ? next.line : lines.back();
      element(rows.back());
    }
  }
  if (rows.back().empty()) {
    rows.pop_back();
    lines.pop_back();
  }
  in_matrix_ = outer;
  end_of_ = outer_end;
  if (!cursor_.take("]")) {
    cursor_.stop(open, "this '[' is never closed");
    return {};
  }
  const std::size_t width = rows.empty() ? 0 : rows.front().size();
  Matrix out(rows.size(), width, not_a_number);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != width) {
      cursor_.fault(
          lines[i],
          fmt::format("this row has {} number{}, the first row of its table (line {}) has {}",
                      rows[i].size(), rows[i].size() == 1 ? "" : "s", lines.front(), width));
    }
    std::copy_n(rows[i].begin(), std::min(width, rows[i].size()), out.row(i).begin());
  }
  return {std::move(out), std::move(lines)};
}

void MatlabExpressions::element(std::vector<double>& row) {
  const auto& start = cursor_.peek();
  const auto value = expression();
  if (cursor_.is_stopped()) {
    cursor_.resume();
    skip_element();
    row.push_back(not_a_number);
    return;
  }
  const auto* matrix = value.matrix();
  if (matrix == nullptr) {
    cursor_.fault(start, fmt::format("'{}' is text where a number is expected", start.text));
    row.push_back(not_a_number);
  } else if (matrix->rows() > 1) {
    cursor_.fault(start, "matrices one above the other inside a matrix are not understood");
    row.push_back(not_a_number);
  } else {
    row.insert(row.end(), matrix->data(), matrix->data() + matrix->cols());
  }
  const auto& next = cursor_.peek();
  if (!next.space_before && !MatlabCursor::is_separator(next) && !next.is("]") &&
      next.kind != Kind::end) {
    cursor_.fault(next, fmt::format("'{}' is not understood in a matrix", next.text));
    skip_element();
  }
}

/// To where the next element of the matrix, its next row or its end begins.
void MatlabExpressions::skip_element() {
  const auto ends = [&] {
    const auto& next = cursor_.peek();
    return MatlabCursor::is_separator(next) || next.is("]") || next.kind == Kind::end;
  };
  do {
    if (ends()) {
      return;
    }
    cursor_.advance();
  } while (!cursor_.peek().space_before);
}

/// { 'text', ...; ... }: the texts, in their order; numbers as they are written.
MatlabValue MatlabExpressions::cell_literal() {
  const auto& open = cursor_.advance();
  std::vector<std::string> out;
  while (!cursor_.take("}") && !cursor_.is_stopped()) {
    const auto& next = cursor_.peek();
    if (next.kind == Kind::text || next.kind == Kind::number || next.is("-")) {
      out.push_back(cursor_.advance().text);
    } else if (MatlabCursor::is_separator(next)) {
      cursor_.advance();
    } else if (next.kind == Kind::end) {
      cursor_.stop(open, "this '{' is never closed");
    } else {
      cursor_.stop(next,
                   fmt::format("'{}' is not understood in a cell array: only texts and numbers "
                               "are read",
                               next.text));
    }
  }
  return {std::move(out)};
}

}  // namespace gridpact::importers
