#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gridpact::report {

/// `text` for HTML content and quoted attributes: whatever it holds, it stays text.
[[nodiscard]] std::string escaped(std::string_view text);

/// A table of plain text. The first column names the row and is set left, the others right, except
/// the first `text_columns`.
struct HtmlTable {
  std::string caption;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::size_t text_columns = 1;
  std::vector<std::size_t> strong_rows = {};
  std::vector<std::size_t> strong_columns = {};
};

[[nodiscard]] std::string to_html(const HtmlTable& table);

/// A place for the chart `chart`, with its title, one line on how to read it, and the same numbers
/// as a table that opens on demand: all there is to see without JavaScript.
struct Figure {
  std::string chart;  ///< key of the chart in the page's scripts
  std::string title;
  std::string how_to_read;
  std::string summary;  ///< what the chart shows, for those who can not see it
  HtmlTable table;
  int height_px = 320;
  bool wide = true;  ///< takes the whole width
};

[[nodiscard]] std::string to_html(const Figure& figure);

/// A section with its heading and an anchor.
[[nodiscard]] std::string section(std::string_view id, std::string_view title,
                                  std::string_view lead, std::string_view content);

}  // namespace gridpact::report
