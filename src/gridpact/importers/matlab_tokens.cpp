#include "gridpact/importers/detail/matlab_tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

using Kind = MatlabToken::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Lexer {
 public:
  Lexer(std::string_view text, const std::string& file, Faults& faults)
      : text_(text), file_(file), faults_(faults) {}

  std::vector<MatlabToken> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) {  // a byte order mark
      at_ = 3;
    }
    while (at_ < text_.size()) {
      step();
    }
    add(Kind::newline, "\n");
    add(Kind::end, "");
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\n') {
      add(Kind::newline, "\n");
      ++at_;
      ++line_;
    } else if (is_blank(c)) {
      space_ = true;
      ++at_;
    } else if (c == '%' || c == '#') {
      skip_comment();
    } else if (text_.substr(at_).starts_with("...")) {
      skip_to_line_end();
      ++at_;  // and the line's end with it
      ++line_;
      space_ = true;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      read_number();
    } else if (is_letter(c)) {
      read_name();
    } else if (c == '"' || (c == '\'' && !follows_operand())) {
      read_text(c);
    } else {
      read_symbol();
    }
  }

  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void add(Kind kind, std::string text, double value = 0.0) {
    tokens_.push_back({kind, std::move(text), value, line_, space_});
    space_ = false;
  }

  void fault(std::string message) {
    faults_.push_back({Severity::error, {file_, line_}, std::move(message)});
  }

  void skip_to_line_end() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  /// %{ and %} stand alone on their lines, and nest.
  [[nodiscard]] std::string_view trimmed_line() const {
    const auto before = text_.rfind('\n', at_ == 0 ? 0 : at_ - 1);
    auto line = text_.substr(before == std::string_view::npos ? 0 : before + 1);
    line = line.substr(0, line.find('\n'));
    while (!line.empty() && is_blank(line.front())) {
      line.remove_prefix(1);
    }
    while (!line.empty() && is_blank(line.back())) {
      line.remove_suffix(1);
    }
    return line;
  }

  void skip_comment() {
    if (trimmed_line() != "%{" && trimmed_line() != "#{") {
      skip_to_line_end();
      return;
    }
    const int opened_at = line_;
    int depth = 0;
    while (at_ < text_.size()) {
      const auto line = trimmed_line();
      depth += line == "%{" || line == "#{" ? 1 : line == "%}" || line == "#}" ? -1 : 0;
      skip_to_line_end();
      if (depth == 0) {
        return;
      }
      ++at_;
      ++line_;
    }
    faults_.push_back({Severity::error, {file_, opened_at}, "this block comment is never closed"});
  }

  void read_number() {
    auto end = at_;
    while (end < text_.size() && is_digit(text_[end])) {
      ++end;
    }
    // In 5.*x and 5.^x the point belongs to the operator.
    const auto next = end + 1 < text_.size() ? text_[end + 1] : '\0';
    if (end < text_.size() && text_[end] == '.' && next != '*' && next != '/' && next != '^' &&
        next != '\'' && next != '.') {
      ++end;
      while (end < text_.size() && is_digit(text_[end])) {
        ++end;
      }
    }
    if (end < text_.size() && std::string_view("eEdD").find(text_[end]) != std::string_view::npos) {
      auto digits = end + 1;
      if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) {
        ++digits;
      }
      if (digits < text_.size() && is_digit(text_[digits])) {
        end = digits;
        while (end < text_.size() && is_digit(text_[end])) {
          ++end;
        }
      }
    }
    std::string digits(text_.substr(at_, end - at_));
    std::ranges::replace_if(digits, [](char c) { return c == 'd' || c == 'D'; }, 'e');
    double value = 0.0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec != std::errc{}) {
      fault(fmt::format("the number {} is beyond what can be computed with", digits));
    }
    at_ = end;
    add(Kind::number, std::move(digits), value);
  }

  void read_name() {
    auto end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) {
      ++end;
    }
    std::string name(text_.substr(at_, end - at_));
    at_ = end;
    add(Kind::name, std::move(name));
  }

  /// After an operand without a space a quote transposes, elsewhere it opens a string.
  [[nodiscard]] bool follows_operand() const {
    if (tokens_.empty() || space_) {
      return false;
    }
    const auto& last = tokens_.back();
    return last.kind == Kind::number || last.kind == Kind::name || last.is(")") || last.is("]") ||
           last.is("}") || last.is("'");
  }

  void read_text(char quote) {
    std::string text;
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != '\n') {
      if (text_[end] == quote) {
        if (end + 1 < text_.size() && text_[end + 1] == quote) {
          ++end;  // a doubled quote stands for one
        } else {
          break;
        }
      }
      text += text_[end++];
    }
    if (end >= text_.size() || text_[end] != quote) {
      fault("this text is not closed on its line");
      at_ = end;
    } else {
      at_ = end + 1;
    }
    add(Kind::text, std::move(text));
  }

  void read_symbol() {
    constexpr std::array<std::string_view, 11> two = {
        ".*", "./", ".^", ".'", "==", "~=", "!=", "<=", ">=", "&&", "||"};
    constexpr std::string_view one = "+-*/\\^()[]{},;:=.'~!<>&|@";
    const auto rest = text_.substr(at_);
    const auto* const known = std::ranges::find_if(
        two, [&](std::string_view symbol) { return rest.starts_with(symbol); });
    if (known != two.end()) {
      at_ += 2;
      add(Kind::symbol, std::string(*known));
    } else if (one.find(rest.front()) != std::string_view::npos) {
      ++at_;
      add(Kind::symbol, std::string(1, rest.front()));
    } else {
      const auto c = static_cast<unsigned char>(rest.front());
      fault(c >= 0x20 && c < 0x7F
                ? fmt::format("the character '{}' has no meaning here", rest.front())
                : fmt::format("the byte 0x{:02X} has no meaning outside of comments and texts", c));
      ++at_;
    }
  }

  std::string_view text_;
  const std::string& file_;
  Faults& faults_;
  std::vector<MatlabToken> tokens_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool space_ = false;
};

}  // namespace

std::vector<MatlabToken> matlab_tokens(std::string_view text, const std::string& file,
                                       Faults& faults) {
  return Lexer(text, file, faults).run();
}

}  // namespace gridpact::importers
