#include "gridpact/report/detail/page.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

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
std::string filled(std::string_view text, const Slots& slots) {
  std::string out;
  while (true) {
    const auto open = text.find("{{");
    out += text.substr(0, open);
    if (open == std::string_view::npos) {
      return out;
    }
    const auto close = text.find("}}", open);
    const auto name = text.substr(open + 2, close - open - 2);
    const auto slot = std::ranges::find(slots, name, &Slots::value_type::first);
    if (slot == slots.end()) {
      throw std::logic_error("page.html has an unknown slot " + std::string(name));
    }
    out += slot->second;
    text.remove_prefix(close + 2);
  }
}

}  // namespace

std::string page(const Page& parts) {
  std::string scripts(theme_js);
  for (const auto charts : parts.charts) {
    scripts += charts;
  }
  scripts += start_js;
  return filled(page_html, {{"title", escaped(parts.title) + " · gridpact"},
                            {"description", escaped(parts.description)},
                            {"style", std::string(page_css)},
                            {"answer", parts.answer},
                            {"navigation", parts.navigation},
                            {"body", parts.body},
                            {"data", documents::to_compact_text(parts.data)},
                            {"echarts", std::string(echarts_js)},
                            {"scripts", scripts}});
}

}  // namespace gridpact::report
