#include "gridpact/importers/detail/name_index.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gridpact/importers/detail/suggestion.hpp"

namespace gridpact::importers {

void NameIndex::add(const std::string& name, const Place& place, Faults& faults) {
  const auto known = std::find_if(entries_.begin(), entries_.end(),
                                  [&name](const Entry& entry) { return entry.name == name; });
  if (known != entries_.end() && !name.empty()) {
    faults.push_back({Severity::error, place,
                      fmt::format("the {} '{}' stands twice, first on line {}; names must differ",
                                  kind_, name, known->place.line)});
  }
  entries_.push_back({name, place});
}

std::optional<std::size_t> NameIndex::find(const std::string& name, const Place& asked_at,
                                           Faults& faults) {
  const auto known = std::find_if(entries_.begin(), entries_.end(),
                                  [&name](const Entry& entry) { return entry.name == name; });
  if (name.empty()) {
    return std::nullopt;
  }
  if (known != entries_.end()) {
    known->used = true;
    return static_cast<std::size_t>(known - entries_.begin());
  }
  std::vector<std::string_view> names;
  for (const auto& entry : entries_) {
    names.push_back(entry.name);
  }
  faults.push_back({Severity::error, asked_at,
                    fmt::format("there is no {} '{}'{}", kind_, name, did_you_mean(name, names))});
  return std::nullopt;
}

void NameIndex::report_unused(Faults& faults) const {
  for (const auto& entry : entries_) {
    if (!entry.used) {
      faults.push_back({Severity::warning, entry.place,
                        fmt::format("the {} '{}' is not used", kind_, entry.name)});
    }
  }
}

}  // namespace gridpact::importers
