#include "gridpact/importers/table_format.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::importers {

bool Range::contains(double value) const {
  return (low_itself ? value >= low : value > low) && (high_itself ? value <= high : value < high);
}

std::string Range::text() const {
  const auto lower =
      std::isinf(low) ? "" : fmt::format("{} {}", low_itself ? "at least" : "above", low);
  const auto upper =
      std::isinf(high) ? "" : fmt::format("{} {}", high_itself ? "at most" : "below", high);
  if (lower.empty() && upper.empty()) {
    return "any";
  }
  return lower + (lower.empty() || upper.empty() ? "" : " and ") + upper;
}

const KeySpec& TableSpec::key(std::string_view name) const {
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [name](const KeySpec& spec) { return spec.name == name; });
  assert(found != keys.end());
  return *found;
}

std::vector<std::string_view> TableSpec::key_names() const {
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const auto& spec : keys) {
    names.push_back(spec.name);
  }
  return names;
}

std::string describe_words(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto* joint = i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    text += fmt::format("{}\"{}\"", joint, words[i]);
  }
  return text;
}

std::string describe_type(const KeySpec& key) {
  const auto in_unit = key.unit.empty() ? "" : fmt::format(" in {}", key.unit);
  switch (key.type) {
    case KeyType::text:
      return "a text in quotes";
    case KeyType::word:
      return describe_words(key.words);
    case KeyType::number:
      return "a number" + in_unit;
    case KeyType::integer:
      return "a whole number" + in_unit;
    case KeyType::yes_or_no:
      return "true or false";
    case KeyType::instant:
      return "a time with its offset from UTC, like 2016-11-24T00:00:00+01:00";
    case KeyType::duration:
      return "an ISO 8601 duration in quotes, like \"PT1H\" or \"PT15M\"";
    case KeyType::time_zone:
      return "the name of a time zone in quotes, like \"Europe/Berlin\"";
    case KeyType::file:
      return "the name of a file in quotes";
    case KeyType::names:
      return "a list of texts in quotes" +
             (key.words.empty() ? "" : " or " + describe_words(key.words));
    case KeyType::table:
      return "a table";
    case KeyType::table_list:
      return "a list of tables";
  }
  return "?";
}

}  // namespace gridpact::importers
