#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace gridpact {

/// The words by which an enumeration is written in files and tables: one list serves both ways.
template <class Enum, std::size_t Count>
using Names = std::array<std::pair<Enum, std::string_view>, Count>;

template <class Enum, std::size_t Count>
constexpr std::string_view name_of(const Names<Enum, Count>& names, Enum value) {
  for (const auto& [key, name] : names) {
    if (key == value) {
      return name;
    }
  }
  return "?";
}

template <class Enum, std::size_t Count>
constexpr std::optional<Enum> value_of(const Names<Enum, Count>& names, std::string_view text) {
  for (const auto& [key, name] : names) {
    if (name == text) {
      return key;
    }
  }
  return std::nullopt;
}

}  // namespace gridpact
