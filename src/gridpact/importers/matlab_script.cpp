// Without loops and conditions every statement runs once, in the order of the file.
//
//   statement = "function" [result "="] name | place "=" expression | "[" name, ... "]" "=" name

#include "gridpact/importers/detail/matlab_script.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

using Kind = MatlabToken::Kind;

constexpr std::array<std::string_view, 12> control_words{"if",    "else",   "elseif", "for",
                                                         "while", "switch", "case",   "otherwise",
                                                         "try",   "catch",  "break",  "continue"};

class Runner {
 public:
  Runner(std::string_view text, const std::string& file, MatlabConstants& constants, Faults& faults)
      : constants_(constants), cursor_(text, file, faults) {}

  MatlabScript run() {
    while (cursor_.peek().kind != Kind::end) {
      if (MatlabCursor::is_separator(cursor_.peek())) {
        cursor_.advance();
        continue;
      }
      cursor_.begin_statement();
      statement();
      const auto& next = cursor_.peek();
      if (!MatlabCursor::is_separator(next) && next.kind != Kind::end) {
        cursor_.stop(
            next,
            fmt::format("'{}' is not understood here; a statement must end before it", next.text));
      }
      if (cursor_.is_stopped()) {
        cursor_.skip_statement();
      }
    }
    return std::move(script_);
  }

 private:
  void statement() {
    const auto& first = cursor_.peek();
    if (first.is("[")) {
      multiple_assignment();
    } else if (first.kind != Kind::name) {
      cursor_.stop(first,
                   fmt::format("'{}' is not understood: only assignments are read", first.text));
    } else if (first.text == "function") {
      function_line();
    } else if (std::ranges::find(control_words, first.text) != control_words.end()) {
      cursor_.stop(first,
                   fmt::format("'{}' is not understood: only assignments are read. Write out "
                               "what it does to the data",
                               first.text));
    } else if (first.text == "end" || first.text == "endfunction" || first.text == "return") {
      cursor_.advance();  // of the function, or of a block that has its fault already
    } else if (first.text == "define_constants") {
      cursor_.advance();
      for (const auto& [name, value] : constants_("define_constants")) {
        define(std::string(name), value, first.line);
      }
    } else {
      assignment();
    }
  }

  /// function mpc = case9
  void function_line() {
    const auto& word = cursor_.advance();
    if (cursor_.peek().is("[")) {
      cursor_.stop(word,
                   "a function with several results is a case of the old version 1; save it again "
                   "with MATPOWER's savecase");
      return;
    }
    const auto name = [&] {
      if (cursor_.peek().kind != Kind::name) {
        cursor_.stop(word, "the function's name is missing");
      }
      return cursor_.advance().text;
    };
    script_.result = name();
    if (cursor_.take("=")) {
      script_.function = name();
    } else {
      std::swap(script_.function, script_.result);
    }
    if (cursor_.take("(")) {
      cursor_.expect(")");
    }
  }

  void define(const std::string& name, double value, int line) {
    script_.variables[name] = {{Matrix(1, 1, value)}, line, false};
  }

  /// [PQ, PV, ...] = idx_bus
  void multiple_assignment() {
    const auto& bracket = cursor_.advance();
    std::vector<std::string> names;
    while (!cursor_.is_stopped() && !cursor_.take("]")) {
      const auto& next = cursor_.peek();
      if (next.kind == Kind::name) {
        names.push_back(cursor_.advance().text);
      } else if (cursor_.take("~")) {
        names.emplace_back();
      } else if (!cursor_.take(",")) {
        cursor_.stop(next, fmt::format("'{}' is not understood: names of variables are expected "
                                       "between the brackets",
                                       MatlabCursor::shown(next)));
      }
    }
    cursor_.expect("=");
    const auto& function = cursor_.peek();
    if (function.kind != Kind::name) {
      cursor_.stop(function, "the name of a function is expected after '='");
      return;
    }
    cursor_.advance();
    const auto constants = constants_(function.text);
    if (constants.empty()) {
      cursor_.stop(function, fmt::format("the function '{}' is not known; write out what it gives",
                                         function.text));
    } else if (names.size() > constants.size()) {
      cursor_.stop(bracket, fmt::format("'{}' gives {} values, not {}", function.text,
                                        constants.size(), names.size()));
    } else {
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].empty()) {
          define(names[i], constants[i].value, bracket.line);
        }
      }
    }
  }

  void assignment() {
    const auto faults_before = cursor_.fault_count();
    (void)expressions_.take_broken_read();
    const int line = cursor_.peek().line;
    const auto name = cursor_.dotted_name();
    const auto found = script_.variables.find(name);
    auto* variable = found == script_.variables.end() ? nullptr : &found->second;
    std::optional<MatlabBlock> block;
    const bool has_index = cursor_.peek().is("(");
    if (has_index) {
      block = target_block(variable, name);
      if (variable == nullptr) {
        return;
      }
    }
    if (!cursor_.peek().is("=")) {
      cursor_.stop(
          cursor_.peek(),
          fmt::format("the statement '{} ...' is not understood: only assignments are read, "
                      "and '=' is expected before '{}'",
                      name, MatlabCursor::shown(cursor_.peek())));
    }
    cursor_.advance();
    auto value = expressions_.expression();
    const bool is_broken = cursor_.is_stopped() || cursor_.fault_count() != faults_before ||
                           expressions_.take_broken_read();
    if (block && !cursor_.is_stopped()) {
      set_block(*variable, *block, value, name, line);
    }
    if (variable != nullptr && (has_index || cursor_.is_stopped())) {
      variable->is_broken = variable->is_broken || is_broken;
    } else if (cursor_.is_stopped()) {
      script_.variables[name] = {{Matrix{}}, line, true};
    } else {
      script_.variables[name] = {std::move(value), line, is_broken};
    }
  }

  /// Where in `variable` an assignment goes; stops where there is no such place.
  std::optional<MatlabBlock> target_block(const MatlabVariable* variable, const std::string& name) {
    const auto& bracket = cursor_.peek();
    if (variable == nullptr) {
      cursor_.stop(bracket,
                   fmt::format("'{}' is not understood: only assignments are read, and there "
                               "is no variable '{}' whose elements could be set",
                               name, name));
      return std::nullopt;
    }
    const auto* matrix = variable->value.matrix();
    if (matrix == nullptr) {
      cursor_.stop(bracket, fmt::format("'{}' is no matrix: its elements can not be set", name));
      return std::nullopt;
    }
    auto block = expressions_.block_of(*matrix, name);
    if (!block) {
      cursor_.stop();
    }
    return block;
  }

  void set_block(MatlabVariable& variable, const MatlabBlock& block, const MatlabValue& value,
                 const std::string& name, int line) {
    auto& matrix = std::get<Matrix>(variable.value.data);
    const auto* source = value.matrix();
    const auto refuse = [&](std::string message) {
      cursor_.fault(line, std::move(message));
      variable.is_broken = true;
    };
    if (source == nullptr) {
      refuse(fmt::format("'{}' has numbers as elements, not text", name));
      return;
    }
    const bool is_scalar = source->rows() == 1 && source->cols() == 1;
    if (!is_scalar &&
        (source->rows() != block.rows.size() || source->cols() != block.columns.size())) {
      refuse(fmt::format("{} × {} elements of '{}' can not be set to {} × {} numbers",
                         block.rows.size(), block.columns.size(), name, source->rows(),
                         source->cols()));
      return;
    }
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
      for (std::size_t j = 0; j < block.columns.size(); ++j) {
        matrix(block.rows[i], block.columns[j]) = is_scalar ? (*source)(0, 0) : (*source)(i, j);
      }
    }
  }

  MatlabConstants& constants_;
  MatlabCursor cursor_;
  MatlabScript script_;
  MatlabExpressions expressions_{cursor_, script_.variables};
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
