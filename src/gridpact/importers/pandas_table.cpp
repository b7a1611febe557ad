#include "gridpact/importers/detail/pandas_table.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace gridpact::importers {

namespace {

using documents::Json;

std::optional<double> number_in(const Json& json) {
  if (const auto* number = json.get_if<double>()) {
    return *number;
  }
  if (const auto* number = json.get_if<std::int64_t>()) {
    return static_cast<double>(*number);
  }
  if (const auto* number = json.get_if<std::uint64_t>()) {
    return static_cast<double>(*number);
  }
  return std::nullopt;
}

std::optional<std::int64_t> integer_in(const Json& json) {
  constexpr double largest = 9e15;
  const auto number = number_in(json);
  if (!number || *number != std::floor(*number) || std::abs(*number) > largest) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

std::optional<std::int64_t> integer_in(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                  : std::nullopt;
}

}  // namespace

PandasTable PandasTable::read(const std::string& name, const Json& json, const std::string& file,
                              Faults& faults) {
  PandasTable out;
  out.name_ = name;
  out.line_ = json.line;
  const auto fault = [&](const std::string& message) {
    faults.push_back(
        {Severity::error, {file, json.line}, fmt::format("the table '{}' {}", name, message)});
  };
  const auto* object = json.find("_object");
  if (object == nullptr) {
    fault("has no '_object'; write the net with pandapower.to_json");
    return out;
  }
  const auto* orient = json.find("orient");
  const auto* how = orient == nullptr ? nullptr : orient->get_if<std::string>();
  const std::string layout = how == nullptr ? "split" : *how;
  if (layout != "split" && layout != "columns") {
    fault(fmt::format("is laid out as '{}'; only 'split' and 'columns' are read", layout));
    return out;
  }
  const auto read_object = [&](const Json& table) {
    layout == "split" ? out.read_split(table, file, faults) : out.read_columns(table, file, faults);
  };
  if (const auto* text = object->get_if<std::string>()) {
    const auto inner = documents::parse_json(*text, file);
    if (!inner) {
      fault("is " + inner.faults().front().message);
      return out;
    }
    read_object(*inner);
  } else {
    read_object(*object);
  }
  return out;
}

void PandasTable::read_split(const Json& object, const std::string& file, Faults& faults) {
  const auto list = [&](std::string_view key) -> const Json::Array* {
    const auto* member = object.find(key);
    return member == nullptr ? nullptr : member->get_if<Json::Array>();
  };
  const auto* columns = list("columns");
  const auto* index = list("index");
  const auto* data = list("data");
  const auto fault = [&](const std::string& message) {
    faults.push_back(
        {Severity::error, {file, line_}, fmt::format("the table '{}' {}", name_, message)});
  };
  if (columns == nullptr || index == nullptr || data == nullptr || index->size() != data->size()) {
    fault("needs 'columns', 'index' and 'data', the last two equally long");
    return;
  }
  for (const auto& column : *columns) {
    const auto* text = column.get_if<std::string>();
    columns_.emplace(text == nullptr ? std::string{} : *text, columns_.size());
  }
  if (columns_.size() != columns->size()) {
    fault("has the same column twice");
    columns_.clear();
    return;
  }
  for (std::size_t i = 0; i < data->size(); ++i) {
    const auto* row = (*data)[i].get_if<Json::Array>();
    if (row == nullptr || row->size() != columns->size()) {
      fault(fmt::format("has {} values in row {}, for {} columns", row == nullptr ? 0 : row->size(),
                        i, columns->size()));
      continue;
    }
    index_.push_back(integer_in((*index)[i]).value_or(static_cast<std::int64_t>(i)));
    cells_.push_back(*row);
  }
}

/// {"column": {"index": value}}
void PandasTable::read_columns(const Json& object, const std::string& file, Faults& faults) {
  const auto* columns = object.get_if<Json::Object>();
  std::map<std::int64_t, std::size_t> row_of;
  for (std::size_t c = 0; columns != nullptr && c < columns->size(); ++c) {
    const auto& [name, values] = (*columns)[c];
    columns_.emplace(name, c);
    const auto* entries = values.get_if<Json::Object>();
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
      const auto place = integer_in((*entries)[i].key);
      if (!place) {
        faults.push_back({Severity::error,
                          {file, line_},
                          fmt::format("the table '{}' has the index '{}', which is no whole number",
                                      name_, (*entries)[i].key)});
        return;
      }
      const auto [row, is_new] = row_of.emplace(*place, cells_.size());
      if (is_new) {
        index_.push_back(*place);
        cells_.emplace_back(columns->size());
      }
      cells_[row->second][c] = (*entries)[i].value;
    }
  }
}

const Json* PandasTable::cell(std::size_t row, std::string_view column) const {
  const auto found = columns_.find(column);
  return found == columns_.end() ? nullptr : &cells_[row][found->second];
}

std::optional<double> PandasTable::number(std::size_t row, std::string_view column) const {
  const auto* json = cell(row, column);
  const auto value = json == nullptr ? std::nullopt : number_in(*json);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> PandasTable::integer(std::size_t row, std::string_view column) const {
  const auto* json = cell(row, column);
  return json == nullptr ? std::nullopt : integer_in(*json);
}

std::optional<std::string> PandasTable::text(std::size_t row, std::string_view column) const {
  const auto* json = cell(row, column);
  const auto* text = json == nullptr ? nullptr : json->get_if<std::string>();
  return text == nullptr ? std::nullopt : std::optional{*text};
}

std::optional<bool> PandasTable::flag(std::size_t row, std::string_view column) const {
  const auto* json = cell(row, column);
  const auto* flag = json == nullptr ? nullptr : json->get_if<bool>();
  return flag == nullptr ? std::nullopt : std::optional{*flag};
}

std::string PandasTable::element(std::size_t row) const {
  const auto named = text(row, "name");
  return named && !named->empty() ? fmt::format("{} {} ('{}')", name_, index_[row], *named)
                                  : fmt::format("{} {}", name_, index_[row]);
}

}  // namespace gridpact::importers
