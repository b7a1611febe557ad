#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gridpact/base/matrix.hpp"

namespace gridpact::importers {

/// A MATLAB value of the kinds that data files hold: a matrix (a number is one of 1 × 1), a text, a
/// cell array of texts.
struct MatlabValue {
  std::variant<Matrix, std::string, std::vector<std::string>> data =
      Matrix(1, 1, std::numeric_limits<double>::quiet_NaN());
  std::vector<int> row_lines = {};  ///< line of each row of a matrix that is written out

  [[nodiscard]] const Matrix* matrix() const { return std::get_if<Matrix>(&data); }
};

/// A result, or what is wrong with the question (then the result is no number).
struct MatlabResult {
  MatlabValue value;
  std::string complaint = {};
};

/// `a` ∘ `b` for the signs + - * / ^ .* ./ .^, element by element, where a single number goes with
/// every element. Products and powers of two matrices, which are something else, are refused.
[[nodiscard]] MatlabResult combine(const MatlabValue& a, std::string_view sign,
                                   const MatlabValue& b);

/// `from`:`step`:`to`
[[nodiscard]] MatlabResult number_range(const MatlabValue& from, const MatlabValue& step,
                                        const MatlabValue& to);

/// A function of one number, such as sqrt, applied to each element of `argument`.
[[nodiscard]] MatlabResult apply_function(std::string_view name, const MatlabValue& argument);

}  // namespace gridpact::importers
