#include "gridpact/report/detail/page.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"

namespace gridpact::report {

// Files of page/ and the chart library, put into the program by the build (gridpact_embed).
extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view echarts_js;
extern const std::string_view theme_js;
extern const std::string_view start_js;

namespace {

using Slots = std::vector<std::pair<std::string_view, std::string>>;

/// The template with each "{{name}}" replaced. What is put in is not looked at again, so no text
/// can pretend to be a slot.
std::string filled(std::string_view page, const Slots& slots) {
  std::string out;
  while (true) {
    const auto open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) {
      return out;
    }
    const auto close = page.find("}}", open);
    const auto name = page.substr(open + 2, close - open - 2);
    const auto slot = std::ranges::find(slots, name, &Slots::value_type::first);
    if (slot == slots.end()) {
      throw std::logic_error("page.html has an unknown slot " + std::string(name));
    }
    out += slot->second;
    page.remove_prefix(close + 2);
  }
}

}  // namespace

std::string whole_page(const PageContent& content) {
  std::string navigation;
  std::string body;
  for (const auto& part : content.parts) {
    if (!part.html.empty()) {
      navigation += fmt::format("<a href=\"#{}\">{}</a>\n", part.id, part.title);
      body += part.html;
    }
  }
  std::string scripts(theme_js);
  for (const auto script : content.charts) {
    scripts += script;
  }
  scripts += start_js;
  return filled(page_html, {{"title", escaped(content.title) + " · gridpact"},
                            {"description", escaped(content.description)},
                            {"style", std::string(page_css)},
                            {"answer", content.answer},
                            {"navigation", navigation},
                            {"body", body},
                            {"data", documents::to_compact_text(content.data)},
                            {"echarts", std::string(echarts_js)},
                            {"scripts", scripts}});
}

}  // namespace gridpact::report
