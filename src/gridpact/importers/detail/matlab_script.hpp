#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/matlab_expression.hpp"

namespace gridpact::importers {

/// A name that stands for a number, as functions like MATPOWER's idx_bus hand them out.
struct MatlabConstant {
  std::string_view name;
  double value;
};

/// The constants that the function `name` returns, in their order; empty if there is no such
/// function.
using MatlabConstants = std::span<const MatlabConstant>(std::string_view name);

/// What is left when a MATLAB file of assignments has been run.
struct MatlabScript {
  std::string function;  ///< its name; empty if the file is no function
  std::string result;    ///< the variable that the function returns
  MatlabVariables variables;

  [[nodiscard]] const MatlabVariable* find(std::string_view name) const;
};

/// Runs the part of MATLAB that data files consist of: assignments of numbers, strings, matrices
/// and cell arrays of strings to variables, fields and blocks of matrices; + − * / ^ and their
/// elementwise forms, ranges, indexing with `end` and `:`, elementwise functions such as sqrt, and
/// the functions of `constants`.
///
/// Anything else (loops, conditions, other functions, products and transposes of
/// matrices) is a fault with its
/// line; no statement is passed over. After a fault the run goes on, to find the others.
[[nodiscard]] MatlabScript run_matlab_script(std::string_view text, const std::string& file,
                                             MatlabConstants& constants, Faults& faults);

}  // namespace gridpact::importers
