#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "gridpact/base/progress.hpp"
#include "gridpact/base/result.hpp"

namespace gridpact::cli {

/// Exit codes, the same for every command (README).
enum class Exit {
  success = 0,
  no_answer = 1,  ///< not certified, or no plan keeps all limits; the explanation was printed
  bad_input = 2,  ///< usage, or a case that can not be used
  our_fault = 3,  ///< a bug, or a machine that failed us
  interrupted = 130
};

/// The only owner of stdout and stderr: results on stdout, everything else on stderr.
class Terminal {
 public:
  /// `json`: stdout carries one JSON document and nothing else. `quiet`: no notes, no progress.
  Terminal(bool json, bool quiet);

  void print(std::string_view text) const;  ///< to stdout, as is
  void log(std::string_view text) const;    ///< a line on stderr, unless quiet
  void show(const Faults& faults) const;  ///< each on its line, on stderr; notes only unless quiet

  [[nodiscard]] bool json() const { return json_; }

  /// Progress that draws one line on a terminal (nothing elsewhere) and stops on Ctrl-C.
  [[nodiscard]] Progress progress() const;
  /// Takes the progress line away.
  void clear() const;
  /// Width of stdout's terminal; 100 where it is none.
  [[nodiscard]] std::size_t width() const;

 private:
  bool json_;
  bool quiet_;
  bool draws_;
};

/// From now on Ctrl-C (and SIGTERM) asks the running computation to stop; the second one ends the
/// program at once. Call before any thread starts.
void catch_interrupts();
[[nodiscard]] bool interrupted();

}  // namespace gridpact::cli
