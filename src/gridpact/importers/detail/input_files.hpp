#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "gridpact/base/result.hpp"

namespace gridpact::importers {

/// The files of one case, each read once and whole: what is parsed is exactly what the digest
/// covers.
class InputFiles {
 public:
  /// `folder`: what relative names start from. Empty = the working folder.
  explicit InputFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Text of the file `name` (relative to the folder), or null and a fault at `asked_at`.
  const std::string* read(const std::string& name, const Place& asked_at, Faults& faults);

  /// Adds a text to what the digest covers, under a name that is no file's.
  void add(const std::string& name, std::string text) { texts_[name] = std::move(text); }

  /// How faults call the file `name`: its path as seen by whoever named the folder.
  [[nodiscard]] std::string shown(const std::string& name) const;

  /// SHA-256 over the names and contents of all files read, in the order of their names.
  [[nodiscard]] std::string digest() const;

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string> texts_;  // by name, so the digest's order is stable
};

}  // namespace gridpact::importers
