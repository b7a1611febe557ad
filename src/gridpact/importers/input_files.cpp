#include "gridpact/importers/detail/input_files.hpp"

#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "gridpact/base/digest.hpp"

namespace gridpact::importers {

namespace {

/// One name for one file, however its path is written.
std::string plain_name(const std::string& name) {
  return std::filesystem::path(name).lexically_normal().generic_string();
}

}  // namespace

std::string InputFiles::shown(const std::string& name) const {
  return (folder_ / plain_name(name)).lexically_normal().generic_string();
}

const std::string* InputFiles::read(const std::string& name, const Place& asked_at,
                                    Faults& faults) {
  const auto key = plain_name(name);
  if (const auto known = texts_.find(key); known != texts_.end()) {
    return &known->second;
  }
  const auto path = folder_ / key;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    const auto* what = std::filesystem::exists(path, error) ? "is not a file" : "does not exist";
    faults.push_back({Severity::error, asked_at,
                      fmt::format("the file '{}' {} (looked for as {}); correct the name", name,
                                  what, shown(name))});
    return nullptr;
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open() || stream.bad()) {
    faults.push_back({Severity::error, asked_at,
                      fmt::format("the file '{}' can not be read; check its permissions", name)});
    return nullptr;
  }
  return &texts_.emplace(key, std::move(text).str()).first->second;
}

std::string InputFiles::digest() const {
  std::string list;
  for (const auto& [name, text] : texts_) {
    list += fmt::format("{} {}\n", sha256_hex(text), name);
  }
  return sha256_hex(list);
}

}  // namespace gridpact::importers
