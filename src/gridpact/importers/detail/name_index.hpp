#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridpact/base/result.hpp"

namespace gridpact::importers {

/// The names of one kind of thing, in the order of the things, and where each is written.
class NameIndex {
 public:
  /// `kind` names the things in faults: "generator".
  explicit NameIndex(std::string kind) : kind_(std::move(kind)) {}

  /// Adds a name; a fault if it stands already.
  void add(const std::string& name, const Place& place, Faults& faults);

  /// Index of `name`, or nothing and a fault at `asked_at` with a suggestion. An empty name gives
  /// nothing and no fault: one has been found with the key that should hold it.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& name, const Place& asked_at,
                                                Faults& faults);

  /// A warning for each name that nobody has looked for.
  void report_unused(Faults& faults) const;

 private:
  struct Entry {
    std::string name;
    Place place;
    bool used = false;
  };
  std::string kind_;
  std::vector<Entry> entries_;
};

}  // namespace gridpact::importers
