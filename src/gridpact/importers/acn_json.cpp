#include <array>

#include <fmt/format.h>

#include "gridpact/documents/json.hpp"
#include "gridpact/importers/detail/session_layout.hpp"

namespace gridpact::importers {

namespace {

using documents::Json;

constexpr std::array<const char*, 6> wanted{"connectionTime", "disconnectTime", "kWhDelivered",
                                            "userID",         "sessionID",      "stationID"};

struct Text {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(double number) const { return fmt::format("{}", number); }
  std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
  std::string operator()(std::uint64_t number) const { return fmt::format("{}", number); }
  template <class T>
  std::string operator()(const T& /*other*/) const {
    return {};
  }
};

std::string cell_of(const Json& item, const char* key) {
  const auto* member = item.find(key);
  return member == nullptr ? std::string{} : std::visit(Text{}, member->value());
}

}  // namespace

CsvTable parse_acn_json(const std::string& text, const std::string& file, Faults& faults) {
  CsvTable table;
  const auto document = documents::parse_json(text, file);
  if (!document) {
    faults.insert(faults.end(), document.faults().begin(), document.faults().end());
    return table;
  }
  const auto* items = document->find("_items");
  const auto* list = (items != nullptr ? *items : *document).get_if<Json::Array>();
  if (list == nullptr) {
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
      row.cells.push_back(cell_of(item, key));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace gridpact::importers
