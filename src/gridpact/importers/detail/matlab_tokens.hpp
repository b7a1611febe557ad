#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"

namespace gridpact::importers {

struct MatlabToken {
  enum class Kind {
    number,
    name,
    text,    ///< a string, without its quotes
    symbol,  ///< an operator, a bracket or a separator
    newline,
    end
  };
  Kind kind = Kind::end;
  std::string text;
  double value = 0.0;  ///< of a number
  int line = 0;
  bool space_before = false;

  [[nodiscard]] bool is(std::string_view symbol) const {
    return kind == Kind::symbol && text == symbol;
  }
};

/// The tokens of a MATLAB file, without its comments (% and %{ %}) and with continued lines (...)
/// joined; the last one is `end`. A character or a string that can not be read is a fault, and left
/// out.
[[nodiscard]] std::vector<MatlabToken> matlab_tokens(std::string_view text, const std::string& file,
                                                     Faults& faults);

}  // namespace gridpact::importers
