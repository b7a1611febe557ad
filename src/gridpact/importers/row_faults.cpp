#include "gridpact/importers/detail/row_faults.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gridpact::importers {

void RowFaults::add(const std::string& kind, int line, std::string message) {
  const auto known = std::find_if(kinds_.begin(), kinds_.end(),
                                  [&kind](const Kind& other) { return other.name == kind; });
  if (known == kinds_.end()) {
    kinds_.push_back({kind, std::move(message), {line}});
  } else {
    known->lines.push_back(line);
  }
}

void RowFaults::report(Severity severity, Faults& faults, const std::string& ending) const {
  static constexpr std::size_t most_listed = 5;
  for (const auto& kind : kinds_) {
    auto message = kind.first_message;
    const auto others = kind.lines.size() - 1;
    if (others > 0) {
      const auto listed = std::min(others, most_listed);
      message +=
          fmt::format(" (and {} more like it: line{} {}{})", others, others == 1 ? "" : "s",
                      fmt::join(kind.lines.begin() + 1,
                                kind.lines.begin() + 1 + static_cast<std::ptrdiff_t>(listed), ", "),
                      others > listed ? ", …" : "");
    }
    faults.push_back({severity, {file_, kind.lines.front()}, message + ending});
  }
}

}  // namespace gridpact::importers
