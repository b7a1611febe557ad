#include "gridpact/importers/detail/matlab_cursor.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace gridpact::importers {

using Kind = MatlabToken::Kind;

MatlabCursor::MatlabCursor(std::string_view text, const std::string& file, Faults& faults)
    : file_(file), faults_(faults), tokens_(matlab_tokens(text, file, faults)) {}

const MatlabToken& MatlabCursor::peek(std::size_t ahead) const {
  return is_stopped_ ? tokens_.back() : tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

const MatlabToken& MatlabCursor::advance() {
  const auto& token = peek();
  if (!is_stopped_) {
    brackets_ += token.is("(") || token.is("[") || token.is("{") ? 1 : 0;
    brackets_ -= token.is(")") || token.is("]") || token.is("}") ? 1 : 0;
    at_ = std::min(at_ + 1, tokens_.size() - 1);
  }
  return token;
}

bool MatlabCursor::take(std::string_view symbol) {
  if (!peek().is(symbol)) {
    return false;
  }
  advance();
  return true;
}

void MatlabCursor::expect(std::string_view symbol) {
  if (!take(symbol)) {
    stop(peek(), fmt::format("'{}' is expected before '{}'", symbol, shown(peek())));
  }
}

std::string MatlabCursor::dotted_name() {
  auto name = advance().text;
  while (peek().is(".") && peek(1).kind == Kind::name && !peek().space_before) {
    advance();
    name += "." + advance().text;
  }
  return name;
}

void MatlabCursor::fault(int line, std::string message) {
  if (!is_stopped_) {
    faults_.push_back({Severity::error, {file_, line}, std::move(message)});
  }
}

void MatlabCursor::stop(const MatlabToken& at, std::string message) {
  fault(at, std::move(message));
  stop();
}

void MatlabCursor::skip_statement() {
  resume();
  while (peek().kind != Kind::end && (brackets_ > 0 || !is_separator(peek()))) {
    advance();
  }
}

std::string MatlabCursor::shown(const MatlabToken& token) {
  return token.kind == Kind::newline ? "the end of the line"
         : token.kind == Kind::end   ? "the end of the file"
                                     : token.text;
}

bool MatlabCursor::is_separator(const MatlabToken& token) {
  return token.kind == Kind::newline || token.is(";") || token.is(",");
}

}  // namespace gridpact::importers
