#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gridpact/documents/json.hpp"

namespace gridpact::report {

/// A part of a page, with its entry in the navigation.
struct Part {
  std::string_view id;
  std::string_view title;
  std::string html;
};

struct PageContent {
  std::string title, description;        ///< plain text
  std::string answer;                    ///< HTML of the page's head
  std::vector<Part> parts;               ///< those without content are left out
  documents::Json data;                  ///< what the charts draw
  std::vector<std::string_view> charts;  ///< scripts that define charts
};

/// The page template with everything in its place.
[[nodiscard]] std::string whole_page(const PageContent& content);

}  // namespace gridpact::report
