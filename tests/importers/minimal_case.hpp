#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gridpact/base/result.hpp"
#include "gridpact/model/case.hpp"

namespace gridpact::importers {

/// The files of tests/importers/minimal, with 66 days of series and 30 days of sessions made up,
/// ready to be edited and read.
class MinimalCase {
 public:
  MinimalCase();

  /// Replaces the first `old_text` in `file`; a test failure if it is not there.
  void edit(const std::string& file, const std::string& old_text, const std::string& new_text);
  void write(const std::string& file, const std::string& text) { texts_[file] = text; }
  void remove(const std::string& file) { texts_.erase(file); }
  [[nodiscard]] const std::string& text(const std::string& file) const { return texts_.at(file); }

  /// Reads the case from a fresh folder.
  [[nodiscard]] Result<Case> read() const;

  /// What reading said, one line each, with files named as in the folder: faults of a broken case,
  /// or the notes of a good one.
  [[nodiscard]] std::string report() const;

 private:
  std::map<std::string, std::string> texts_;
};

/// The whole text of a file; empty and a test failure if it can not be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

}  // namespace gridpact::importers
