#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "gridpact/importers/detail/session_layout.hpp"

namespace gridpact::importers {

namespace {

using nlohmann::json;

constexpr std::array<const char*, 6> wanted{"connectionTime", "disconnectTime", "kWhDelivered",
                                            "userID",         "sessionID",      "stationID"};

std::string cell_of(const json& item, const char* key) {
  const auto member = item.find(key);
  if (member == item.end() || member->is_null()) {
    return {};
  }
  return member->is_string() ? member->get<std::string>() : member->dump();
}

int line_of(const std::string& text, std::size_t byte) {
  int line = 1;
  for (std::size_t at = 0; at < std::min(byte, text.size()); ++at) {
    line += text[at] == '\n' ? 1 : 0;
  }
  return line;
}

}  // namespace

CsvTable parse_acn_json(const std::string& text, const std::string& file, Faults& faults) {
  CsvTable table;
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    faults.push_back({Severity::error,
                      {file, line_of(text, error.byte)},
                      "not valid JSON here; download the sessions again"});
    return table;
  }
  const auto items = document.is_object() ? document.find("_items") : document.end();
  const json* list = document.is_array()                               ? &document
                     : document.is_object() && items != document.end() ? &*items
                                                                       : nullptr;
  if (list == nullptr || !list->is_array()) {
    faults.push_back({Severity::error,
                      {file, 0},
                      "no list of sessions: expected the ACN portal's \"_items\", or a list"});
    return table;
  }
  table.columns.assign(wanted.begin(), wanted.end());
  int number = 0;
  for (const auto& item : *list) {
    CsvRow row{++number, {}};
    for (const auto* key : wanted) {
      row.cells.push_back(item.is_object() ? cell_of(item, key) : std::string{});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace gridpact::importers
