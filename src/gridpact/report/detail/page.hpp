#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gridpact/documents/json.hpp"

namespace gridpact::report {

/// What differs from page to page. `title` and `description` are plain text; `answer`, `navigation`
/// and `body` are HTML; `charts` the scripts that define the page's charts.
struct Page {
  std::string title;
  std::string description;
  std::string answer;
  std::string navigation;
  std::string body;
  documents::Json data;
  std::vector<std::string_view> charts;
};

/// One HTML file with its style, its data, the chart library and the scripts in it.
[[nodiscard]] std::string page(const Page& parts);

}  // namespace gridpact::report
