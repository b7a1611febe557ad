#include "gridpact/base/result.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridpact {

namespace {

const char* name(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

}  // namespace

std::string to_string(const Fault& fault) {
  const auto& [file, line] = fault.place;
  if (file.empty()) {
    return fmt::format("{}: {}", name(fault.severity), fault.message);
  }
  if (line == 0) {
    return fmt::format("{}: {}: {}", file, name(fault.severity), fault.message);
  }
  return fmt::format("{}:{}: {}: {}", file, line, name(fault.severity), fault.message);
}

bool has_errors(const Faults& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& f) { return f.severity == Severity::error; });
}

}  // namespace gridpact
