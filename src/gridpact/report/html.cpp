#include "gridpact/report/detail/html.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace gridpact::report {

namespace {

bool contains(const std::vector<std::size_t>& list, std::size_t number) {
  return std::ranges::find(list, number) != list.end();
}

/// A number and what follows it stay on one line.
std::string with_units_kept(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool follows_digit = !out.empty() && out.back() >= '0' && out.back() <= '9';
    out += c == ' ' && follows_digit ? "&nbsp;" : std::string(1, c);
  }
  return out;
}

std::string cell(const HtmlTable& table, std::size_t row, std::size_t column) {
  const auto text = escaped(table.rows[row][column]);
  if (column == 0) {
    return "<th scope=\"row\">" + text + "</th>";
  }
  std::string classes = column < table.text_columns ? "text" : "";
  if (contains(table.strong_columns, column)) {
    classes += classes.empty() ? "chosen" : " chosen";
  }
  const auto content = column < table.text_columns ? text : with_units_kept(text);
  return classes.empty() ? "<td>" + content + "</td>"
                         : fmt::format("<td class=\"{}\">{}</td>", classes, content);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string to_html(const HtmlTable& table) {
  const auto caption = escaped(table.caption);
  std::string out = fmt::format(
      "<p class=\"caption\">{}</p>\n<div class=\"table\" role=\"region\" aria-label=\"{}\" "
      "tabindex=\"0\"><table>\n<thead><tr>",
      caption, caption);
  for (std::size_t column = 0; column < table.head.size(); ++column) {
    std::string_view classes;
    if (column < table.text_columns) {
      classes = " class=\"text\"";
    } else if (contains(table.strong_columns, column)) {
      classes = " class=\"chosen\"";
    }
    out += fmt::format("<th scope=\"col\"{}>{}</th>", classes, escaped(table.head[column]));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    out += contains(table.strong_rows, row) ? "<tr class=\"strong\">" : "<tr>";
    for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
      out += cell(table, row, column);
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string to_html(const Figure& figure) {
  return fmt::format(
      "<figure class=\"card{}\">\n<figcaption><h3>{}</h3><p>{}</p></figcaption>\n"
      "<div class=\"chart\" data-chart=\"{}\" role=\"img\" aria-label=\"{}\" "
      "style=\"height:{}px\"></div>\n"
      "<details><summary>The numbers</summary>\n{}</details>\n</figure>\n",
      figure.wide ? " wide" : "", escaped(figure.title), escaped(figure.how_to_read),
      escaped(figure.chart), escaped(figure.summary), figure.height_px, to_html(figure.table));
}

std::string section(std::string_view id, std::string_view title, std::string_view lead,
                    std::string_view content) {
  return fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n{2}"
      "<div class=\"grid\">\n{3}</div>\n</section>\n",
      id, escaped(title),
      lead.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>\n", escaped(lead)), content);
}

}  // namespace gridpact::report
