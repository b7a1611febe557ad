#include <algorithm>

#include <fmt/format.h>

#include "gridpact/report/detail/html.hpp"
#include "gridpact/report/detail/sections.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

namespace {

HtmlTable method_table(const ReportInput& input) {
  HtmlTable table{
      "Cost by component and joint violation, methods side by side", {""}, {}, 1, {}, {}};
  for (std::size_t i = 0; i < input.methods.size(); ++i) {
    table.head.emplace_back(to_string(input.methods[i].method));
    if (input.chosen && input.methods[i].method == input.chosen->method) {
      table.strong_columns.push_back(i + 1);
    }
  }
  for (const auto& row : comparison_rows(input.methods)) {
    if (row.strong) {
      table.strong_rows.push_back(table.rows.size());
    }
    table.rows.push_back({row.label});
    table.rows.back().insert(table.rows.back().end(), row.cells.begin(), row.cells.end());
  }
  return table;
}

std::string explanations(const std::vector<Comparison>& methods) {
  std::string out = "<dl class=\"words\">\n";
  for (const auto& entry : methods) {
    out +=
        fmt::format("<div{}><dt>{}</dt><dd>{}{}</dd></div>\n", entry.plan ? "" : " class=\"why\"",
                    to_string(entry.method), words_of(entry.method),
                    entry.plan ? "" : "; no plan: " + escaped(entry.why_not));
  }
  return out + "</dl>\n";
}

HtmlTable reliability_table(const std::vector<Comparison>& methods) {
  HtmlTable table{"Promised and measured joint violation", {"Method", "Promised", "Measured"}, {}};
  for (const auto& entry : methods) {
    const bool promised = entry.plan && makes_promise(entry.method);
    table.rows.push_back(
        {std::string(to_string(entry.method)),
         promised ? percent(entry.plan->promised_violation) : "–",
         entry.certificate ? with_interval(promised_share(*entry.certificate)) : "–"});
  }
  return table;
}

HtmlTable frontier_table(const ReportInput& input) {
  HtmlTable table{"Cost against reliability", {"Plan", "Cost, €", "Promised", "Measured"}, {}};
  const auto add = [&table](std::string name, double cost_eur, const std::string& promised,
                            const MeasuredShare* measured) {
    table.rows.push_back({std::move(name), grouped(cost_eur, 2), promised,
                          measured ? with_interval(*measured) : "–"});
  };
  for (const auto& point : input.frontier) {
    add(fmt::format("{} at {}", to_string(point.method), limit_percent(point.epsilon)),
        point.cost_eur, percent(point.promised), point.measured ? &*point.measured : nullptr);
  }
  for (const auto& entry : input.methods) {
    if (entry.plan) {
      add(std::string(to_string(entry.method)), entry.plan->cost.total_eur(),
          makes_promise(entry.method) ? percent(entry.plan->promised_violation) : "–",
          entry.certificate ? &promised_share(*entry.certificate) : nullptr);
    }
  }
  return table;
}

bool any_plan(const std::vector<Comparison>& methods) {
  return std::ranges::any_of(methods,
                             [](const Comparison& entry) { return entry.plan.has_value(); });
}

bool any_certificate(const std::vector<Comparison>& methods) {
  return std::ranges::any_of(methods,
                             [](const Comparison& entry) { return entry.certificate.has_value(); });
}

}  // namespace

std::string methods_section(const ReportInput& input) {
  if (input.methods.empty() && input.frontier.empty()) {
    return {};
  }
  std::string content;
  if (!input.methods.empty()) {
    content += "<div class=\"card wide\">" + to_html(method_table(input)) +
               explanations(input.methods) + "</div>\n";
  }
  if (any_certificate(input.methods)) {
    content += to_html(
        Figure{"methods", "Promised and measured violation",
               "Dot and bar: measured share with its interval. Diamond: promised at most. Dashed: "
               "the limit asked for.",
               "Measured joint violation of each method beside what it promised.",
               reliability_table(input.methods), 300, false});
  }
  if (!input.frontier.empty() || any_plan(input.methods)) {
    content += to_html(
        Figure{"frontier", "Cost against reliability",
               "To the left is safer, down is cheaper. Line: one method, asked for more or less "
               "safety. Single marks: each method as measured.",
               "Cost of plans against their joint violation.", frontier_table(input), 300, false});
  }
  return section(
      "methods", "What safety costs",
      "The same day, planned by methods that differ in how they keep all limits together.",
      content);
}

}  // namespace gridpact::report
