#include "gridpact/importers/detail/matlab_value.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

struct Function {
  std::string_view name;
  double (*apply)(double);
};

constexpr std::array functions{
    Function{"sqrt", [](double x) { return std::sqrt(x); }},
    Function{"sin", [](double x) { return std::sin(x); }},
    Function{"cos", [](double x) { return std::cos(x); }},
    Function{"tan", [](double x) { return std::tan(x); }},
    Function{"asin", [](double x) { return std::asin(x); }},
    Function{"acos", [](double x) { return std::acos(x); }},
    Function{"atan", [](double x) { return std::atan(x); }},
    Function{"exp", [](double x) { return std::exp(x); }},
    Function{"log", [](double x) { return std::log(x); }},
    Function{"log10", [](double x) { return std::log10(x); }},
    Function{"abs", [](double x) { return std::abs(x); }},
    Function{"round", [](double x) { return std::round(x); }},
    Function{"deg2rad", [](double x) { return x * std::numbers::pi / 180.0; }},
    Function{"rad2deg", [](double x) { return x * 180.0 / std::numbers::pi; }},
};

const Function* find_function(std::string_view name) {
  const auto* const found = std::ranges::find(functions, name, &Function::name);
  return found == functions.end() ? nullptr : found;
}

double apply(char operation, double a, double b) {
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

bool is_scalar(const Matrix& matrix) { return matrix.rows() == 1 && matrix.cols() == 1; }

/// Whether a sign of matrix algebra means the same element by element.
bool is_elementwise(std::string_view sign, bool left_scalar, bool right_scalar) {
  return sign == "+" || sign == "-" || sign.starts_with('.') ||
         (right_scalar && (sign != "^" || left_scalar)) || (sign == "*" && left_scalar);
}

bool is_number(const MatlabValue& value) {
  return value.matrix() != nullptr && is_scalar(*value.matrix());
}

}  // namespace

MatlabResult combine(const MatlabValue& a, std::string_view sign, const MatlabValue& b) {
  const auto* left = a.matrix();
  const auto* right = b.matrix();
  if (left == nullptr || right == nullptr) {
    return {{}, fmt::format("'{}' needs numbers on both sides, not text", sign)};
  }
  const bool left_scalar = is_scalar(*left);
  const bool right_scalar = is_scalar(*right);
  if (!is_elementwise(sign, left_scalar, right_scalar)) {
    return {{},
            fmt::format("'{}' of two matrices is not computed; '.{}' goes element by element", sign,
                        sign)};
  }
  if (!left_scalar && !right_scalar &&
      (left->rows() != right->rows() || left->cols() != right->cols())) {
    return {{},
            fmt::format("'{}' of {} × {} and {} × {} numbers", sign, left->rows(), left->cols(),
                        right->rows(), right->cols())};
  }
  const auto& shape = left_scalar ? *right : *left;
  Matrix out(shape.rows(), shape.cols());
  for (std::size_t i = 0; i < out.rows() * out.cols(); ++i) {
    const double x = left->data()[left_scalar ? 0 : i];
    const double y = right->data()[right_scalar ? 0 : i];
    out.data()[i] = apply(sign.back(), x, y);
    if (std::isnan(out.data()[i]) && !std::isnan(x) && !std::isnan(y)) {
      return {{}, fmt::format("{:g} {} {:g} is not a real number", x, sign, y)};
    }
  }
  return {{std::move(out)}};
}

MatlabResult number_range(const MatlabValue& from, const MatlabValue& step, const MatlabValue& to) {
  constexpr double max_elements = 1e7;
  if (!is_number(from) || !is_number(step) || !is_number(to)) {
    return {{}, "a range needs one number on each side of ':'"};
  }
  const double first = (*from.matrix())(0, 0);
  const double by = (*step.matrix())(0, 0);
  const double last = (*to.matrix())(0, 0);
  if (std::isnan(first) || std::isnan(by) || std::isnan(last)) {
    return {};
  }
  const double count = by == 0.0 ? 0.0 : std::floor((last - first) / by * (1.0 + 1e-15)) + 1.0;
  if (!(count <= max_elements)) {
    return {{}, "this range has too many elements"};
  }
  Matrix out(1, count > 0.0 ? static_cast<std::size_t>(count) : 0);
  for (std::size_t i = 0; i < out.cols(); ++i) {
    out(0, i) = first + static_cast<double>(i) * by;
  }
  return {{std::move(out)}};
}

MatlabResult apply_function(std::string_view name, const MatlabValue& argument) {
  const auto* function = find_function(name);
  const auto* matrix = argument.matrix();
  if (function == nullptr) {
    return {{}, fmt::format("the function '{}' is not known; write out what it gives", name)};
  }
  if (matrix == nullptr) {
    return {{}, fmt::format("'{}' needs one argument of numbers", name)};
  }
  Matrix out(matrix->rows(), matrix->cols());
  for (std::size_t i = 0; i < out.rows() * out.cols(); ++i) {
    out.data()[i] = function->apply(matrix->data()[i]);
    if (std::isnan(out.data()[i]) && !std::isnan(matrix->data()[i])) {
      return {{}, fmt::format("{}({:g}) is not a real number", name, matrix->data()[i])};
    }
  }
  return {{std::move(out)}};
}

}  // namespace gridpact::importers
