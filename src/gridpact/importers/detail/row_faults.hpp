#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gridpact/base/result.hpp"

namespace gridpact::importers {

/// Collects what is wrong with the rows of one data file, so that ten thousand rows with the same
/// trouble give one fault: the first row's, with the count and the lines of the others.
class RowFaults {
 public:
  explicit RowFaults(std::string file) : file_(std::move(file)) {}

  /// `kind` tells troubles apart; rows must be added in the order of their lines.
  void add(const std::string& kind, int line, std::string message);

  [[nodiscard]] bool empty() const { return kinds_.empty(); }

  struct Kind {
    std::string name;
    std::string first_message;
    std::vector<int> lines;
  };
  [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }

  /// One fault per kind; `ending` says what is done about it.
  void report(Severity severity, Faults& faults, const std::string& ending = {}) const;

 private:
  std::string file_;
  std::vector<Kind> kinds_;
};

}  // namespace gridpact::importers
