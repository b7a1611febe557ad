#include "gridpact/base/result.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

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

void sort_by_place(Faults& faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.place.file, a.place.line) < std::tie(b.place.file, b.place.line);
  });
  Faults once;
  for (auto& fault : faults) {
    if (std::find(once.begin(), once.end(), fault) == once.end()) {
      once.push_back(std::move(fault));
    }
  }
  faults = std::move(once);
}

bool has_errors(const Faults& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& f) { return f.severity == Severity::error; });
}

}  // namespace gridpact
