// Splitting a line into cells is Boost.Tokenizer's work; lines are counted here, because every
// fault has to name its line, which the CSV libraries of Debian 12 do not tell (libcsv) or only for
// columns that are known when compiling (libfccp).

#include "gridpact/importers/detail/csv_table.hpp"

#include <algorithm>
#include <iterator>

#include <boost/token_functions.hpp>
#include <boost/tokenizer.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gridpact/importers/detail/row_faults.hpp"
#include "gridpact/importers/detail/suggestion.hpp"

namespace gridpact::importers {

namespace {

std::string without_blanks(const std::string& cell) {
  static constexpr auto blanks = " \t\r";
  const auto first = cell.find_first_not_of(blanks);
  return first == std::string::npos ? std::string{}
                                    : cell.substr(first, cell.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(const std::string& line, char separator) {
  using Separator = boost::escaped_list_separator<char>;
  // No escape character: a backslash is a backslash.
  const boost::tokenizer<Separator> cells(line, Separator('\0', separator, '"'));
  std::vector<std::string> out;
  std::transform(cells.begin(), cells.end(), std::back_inserter(out), without_blanks);
  return out;
}

/// Lines of `text` with their numbers; neither blank ones nor a byte order mark.
std::vector<std::pair<int, std::string>> lines_of(std::string_view text) {
  static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  std::vector<std::pair<int, std::string>> lines;
  int number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    ++number;
    std::string line(text.substr(0, end));
    if (line.find_first_not_of(" \t\r") != std::string::npos) {
      lines.emplace_back(number, std::move(line));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool has_open_quote(const std::string& line) {
  return std::count(line.begin(), line.end(), '"') % 2 != 0;
}

void check_header(CsvTable& table, const Place& place, Faults& faults) {
  for (auto column = table.columns.begin(); column != table.columns.end(); ++column) {
    if (std::find(table.columns.begin(), column, *column) != column) {
      faults.push_back({Severity::error, place,
                        fmt::format("the column '{}' stands twice in the header", *column)});
    }
  }
  if (table.columns.size() == 1 && table.columns.front().find(';') != std::string::npos) {
    faults.push_back(
        {Severity::error, place,
         "the header has semicolons but no commas; separate columns by commas and write "
         "decimals with a point"});
    table.columns.clear();  // that none of them is found need not be said too
  }
}

}  // namespace

std::optional<std::size_t> CsvTable::find(std::string_view column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  return found == columns.end() ? std::nullopt
                                : std::optional{static_cast<std::size_t>(found - columns.begin())};
}

char separator_of(const std::string& text) {
  const auto header = text.substr(0, text.find('\n'));
  char best = ',';
  for (const char candidate : {';', '\t'}) {
    if (std::count(header.begin(), header.end(), candidate) >
        std::count(header.begin(), header.end(), best)) {
      best = candidate;
    }
  }
  return best;
}

CsvTable parse_csv(const std::string& text, const std::string& file, Faults& faults, char separator,
                   RowFaults* bad_rows) {
  CsvTable table;
  if (text.find('\0') !=
      std::string::npos) {  // also what tells the tokenizer of no escape character
    const bool is_gzip = text.starts_with("\x1f\x8b");
    faults.push_back({Severity::error,
                      {file, 0},
                      is_gzip ? "the file is compressed with gzip; unpack it (gunzip) first"
                              : "the file is not plain text; save it as UTF-8"});
    return table;
  }
  const auto lines = lines_of(text);
  if (lines.empty()) {
    faults.push_back({Severity::error, {file, 0}, "the file is empty; it needs a header and rows"});
    return table;
  }
  table.columns = split(lines.front().second, separator);
  check_header(table, {file, lines.front().first}, faults);
  if (table.columns.empty()) {
    return table;
  }
  RowFaults own(file);
  auto& bad = bad_rows != nullptr ? *bad_rows : own;
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    if (has_open_quote(line->second)) {
      bad.add("quote", line->first, "a quote is opened but not closed on this line");
      continue;
    }
    auto cells = split(line->second, separator);
    if (cells.size() != table.columns.size()) {
      bad.add("cells", line->first,
              fmt::format("{} cells under a header of {}", cells.size(), table.columns.size()));
      continue;
    }
    table.rows.push_back({line->first, std::move(cells)});
  }
  own.report(Severity::error, faults);
  return table;
}

std::optional<std::size_t> find_column(const CsvTable& table, const std::string& column,
                                       const std::string& file, const Place& asked_at,
                                       Faults& faults) {
  if (column.empty()) {  // a fault has been found with the key that names it, or it is not wanted
    return std::nullopt;
  }
  const auto index = table.find(column);
  if (!index && !table.columns.empty()) {
    static constexpr std::size_t most_listed = 8;
    const std::vector<std::string_view> known(table.columns.begin(), table.columns.end());
    auto hint = did_you_mean(column, known);
    if (hint.empty()) {
      const auto listed = static_cast<std::ptrdiff_t>(std::min(known.size(), most_listed));
      hint = fmt::format("; it has {}{}", fmt::join(known.begin(), known.begin() + listed, ", "),
                         known.size() > most_listed ? ", …" : "");
    }
    faults.push_back(
        {Severity::error, asked_at, fmt::format("{} has no column '{}'{}", file, column, hint)});
  }
  return index;
}

}  // namespace gridpact::importers
