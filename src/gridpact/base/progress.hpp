#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

namespace gridpact {

/// How a long computation talks to its caller: it reports, and it can be asked to stop. The library
/// never draws a bar or catches a signal; the shells do.
struct Progress {
  /// Called from one thread at a time, with what is being done and the finished share in [0, 1].
  std::function<void(std::string_view what, double share)> report;
  std::stop_token stop;

  void operator()(std::string_view what, double share) const {
    if (report) {
      report(what, share);
    }
  }
};

}  // namespace gridpact
