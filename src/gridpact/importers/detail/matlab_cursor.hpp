#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/importers/detail/matlab_tokens.hpp"

namespace gridpact::importers {

/// Where a reader stands among the tokens of a script, and what it found wrong there.
///
/// A fault of a value leaves the reader where it is. What is not understood stops it: until it is
/// resumed it sees the end of the file, so that every rule of the grammar ends by itself, and no
/// further fault is told.
class MatlabCursor {
 public:
  MatlabCursor(std::string_view text, const std::string& file, Faults& faults);

  [[nodiscard]] const MatlabToken& peek(std::size_t ahead = 0) const;
  const MatlabToken& advance();
  bool take(std::string_view symbol);    ///< if it is next
  void expect(std::string_view symbol);  ///< stops if it is not
  /// A name and its fields: "mpc.bus". The next token is a name.
  std::string dotted_name();

  void fault(int line, std::string message);
  void fault(const MatlabToken& at, std::string message) { fault(at.line, std::move(message)); }
  void stop(const MatlabToken& at, std::string message);
  void stop() { is_stopped_ = true; }
  void resume() { is_stopped_ = false; }
  [[nodiscard]] bool is_stopped() const { return is_stopped_; }
  [[nodiscard]] std::size_t fault_count() const { return faults_.size(); }

  void begin_statement() { brackets_ = 0; }
  /// Resumes behind the statement, whatever brackets are open in it.
  void skip_statement();

  /// How a token is called in a fault.
  [[nodiscard]] static std::string shown(const MatlabToken& token);
  [[nodiscard]] static bool is_separator(const MatlabToken& token);

 private:
  const std::string& file_;
  Faults& faults_;
  std::vector<MatlabToken> tokens_;  ///< the last is the end
  std::size_t at_ = 0;
  int brackets_ = 0;  ///< open ones in the tokens taken since the statement's start
  bool is_stopped_ = false;
};

}  // namespace gridpact::importers
