#include "gridpact/cli/terminal.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace gridpact::cli {

namespace {

std::stop_source& interrupt_source() {
  static std::stop_source source;
  return source;
}

constexpr std::size_t width_without_terminal = 100;

/// One line on stderr, redrawn at most ten times a second. (Debian 12 has no C++ library for this.)
class ProgressLine {
 public:
  void draw(std::string_view what, double share) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) {
      return;
    }
    last_ = now;
    constexpr std::size_t bar = 30;
    if (what != what_ || share < share_) {  // something new began
      what_ = what;
      begin_ = now;
      begin_share_ = share;
    }
    share_ = share;
    const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * bar);
    fmt::print(stderr, "\r\x1b[K  [{:#<{}}{:.<{}}] {:3.0f} %  {}{}", "", full, "", bar - full,
               100.0 * share, what, remaining(now));
    std::fflush(stderr);
  }

 private:
  /// ", 12 s left", once there is something to tell it from.
  [[nodiscard]] std::string remaining(std::chrono::steady_clock::time_point now) const {
    const std::chrono::duration<double> taken = now - begin_;
    if (taken.count() < 1.0 || share_ <= begin_share_) {
      return {};
    }
    const double left_s = taken.count() * (1.0 - share_) / (share_ - begin_share_);
    return left_s < 90.0 ? fmt::format(", {:.0f} s left", left_s)
                         : fmt::format(", {:.0f} min left", left_s / 60.0);
  }

  std::chrono::steady_clock::time_point last_{};
  std::chrono::steady_clock::time_point begin_{};
  std::string what_;
  double share_ = 0.0;
  double begin_share_ = 0.0;
};

}  // namespace

Terminal::Terminal(bool json, bool quiet)
    : json_(json), quiet_(quiet), draws_(!quiet && isatty(STDERR_FILENO) != 0) {}

void Terminal::print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Terminal::log(std::string_view text) const {
  clear();
  if (!quiet_) {
    fmt::print(stderr, "{}\n", text);
  }
}

void Terminal::show(const Faults& faults) const {
  clear();
  for (const auto& fault : faults) {
    if (fault.severity != Severity::note || !quiet_) {
      fmt::print(stderr, "{}\n", to_string(fault));
    }
  }
}

Progress Terminal::progress() const {
  Progress out;
  out.stop = interrupt_source().get_token();
  if (draws_) {
    out.report = [line = std::make_shared<ProgressLine>()](std::string_view what, double share) {
      line->draw(what, share);
    };
  }
  return out;
}

void Terminal::clear() const {
  if (draws_) {
    fmt::print(stderr, "\r\x1b[K");
  }
}

std::size_t Terminal::width() const {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    return size.ws_col;
  }
  return width_without_terminal;
}

void catch_interrupts() {
  // A thread that waits for the signals may do anything; a signal handler may do next to nothing.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    interrupt_source().request_stop();
    sigwait(&signals, &signal);
    std::_Exit(static_cast<int>(Exit::interrupted));
  }).detach();
}

bool interrupted() { return interrupt_source().stop_requested(); }

}  // namespace gridpact::cli
