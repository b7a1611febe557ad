#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gridpact/importers/detail/matlab_cursor.hpp"
#include "gridpact/importers/detail/matlab_value.hpp"

namespace gridpact::importers {

struct MatlabVariable {
  MatlabValue value;
  int line = 0;  ///< where it was last set as a whole
  /// What it holds is not all that was meant: a fault was found on the way.
  bool is_broken = false;
};

/// By name; a field f of v is "v.f".
using MatlabVariables = std::map<std::string, MatlabVariable, std::less<>>;

/// Rows and columns of a matrix, from 0.
struct MatlabBlock {
  std::vector<std::size_t> rows, columns;
};

/// Reads expressions from the cursor and computes them on the way: every one is computed once, in
/// the order of the file. A value that has a fault is no number.
class MatlabExpressions {
 public:
  MatlabExpressions(MatlabCursor& cursor, const MatlabVariables& variables)
      : cursor_(cursor), variables_(variables) {}

  MatlabValue expression();
  /// The indices in parentheses that come next, into `matrix`, which is called `name`; nothing (and
  /// a fault) if it has no such elements.
  std::optional<MatlabBlock> block_of(const Matrix& matrix, const std::string& name);

  /// Whether a variable that is broken was read since the last call.
  bool take_broken_read() { return std::exchange(broken_read_, false); }

 private:
  /// An index, or an argument of a function; nothing stands for ":".
  using Arguments = std::vector<std::optional<MatlabValue>>;

  MatlabValue range();
  MatlabValue sum();
  MatlabValue product();
  MatlabValue power();
  MatlabValue with_sign(MatlabValue (MatlabExpressions::*read)());
  MatlabValue primary();
  MatlabValue named();
  Arguments arguments(const std::string& name, const Matrix* of);
  MatlabValue matrix_literal();
  void element(std::vector<double>& row);
  void skip_element();
  MatlabValue cell_literal();

  /// Between the brackets of a matrix "a -b" are two elements, "a - b" and "a-b" one.
  [[nodiscard]] bool continues(std::string_view symbol) const;
  /// What `end` stands for as the index at `place`.
  [[nodiscard]] std::size_t end_for(const Matrix& of, std::size_t place) const;
  MatlabValue checked(const MatlabToken& at, MatlabResult result);

  MatlabCursor& cursor_;
  const MatlabVariables& variables_;
  int depth_ = 0;             ///< of nested expressions
  bool in_matrix_ = false;    ///< between square brackets, where spaces separate
  std::size_t end_of_ = 0;    ///< what `end` stands for; 0 = nothing
  bool broken_read_ = false;  ///< see take_broken_read
};

}  // namespace gridpact::importers
