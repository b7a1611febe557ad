#include "gridpact/report/comparison.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "gridpact/documents/csv.hpp"
#include "gridpact/documents/json.hpp"
#include "gridpact/report/detail/words.hpp"

namespace gridpact::report {

namespace {

constexpr std::string_view nothing = "–";
constexpr std::string_view total_label = "Total, €";
constexpr std::size_t space = 3;  ///< between the columns of a terminal table

struct Component {
  std::string_view key;
  std::string_view label;
  double CostBreakdown::* eur;
  double sign = 1.0;
};

constexpr std::array<Component, 10> components{{
    {"energy_import_eur", "Energy bought, €", &CostBreakdown::energy_import_eur},
    {"energy_export_eur", "Energy sold, €", &CostBreakdown::energy_export_eur, -1.0},
    {"generation_eur", "Generation, €", &CostBreakdown::generation_eur},
    {"start_eur", "Starts, €", &CostBreakdown::start_eur},
    {"reserve_eur", "Reserve for load, PV, wind, €", &CostBreakdown::reserve_eur},
    {"station_reserve_eur", "Reserve for stations, €", &CostBreakdown::station_reserve_eur},
    {"curtailment_eur", "Curtailment, €", &CostBreakdown::curtailment_eur},
    {"deviation_eur", "Expected deviations, €", &CostBreakdown::deviation_eur},
    {"wear_eur", "Battery wear, €", &CostBreakdown::wear_eur},
    {"reserve_sold_eur", "Reserve sold, €", &CostBreakdown::reserve_sold_eur, -1.0},
}};

using CellOf = std::function<std::string(const Comparison&)>;

ComparisonRow row(std::span<const Comparison> methods, std::string label, const CellOf& cell_of) {
  ComparisonRow out{std::move(label), {}, false};
  std::ranges::transform(methods, std::back_inserter(out.cells), cell_of);
  return out;
}

CellOf of_plan(std::function<std::string(const Plan&)> cell) {
  return [cell = std::move(cell)](const Comparison& entry) {
    return entry.plan ? cell(*entry.plan) : std::string(nothing);
  };
}

CellOf of_certificate(std::function<std::string(const Certificate&)> cell) {
  return [cell = std::move(cell)](const Comparison& entry) {
    return entry.certificate ? cell(*entry.certificate) : std::string(nothing);
  };
}

std::string signed_percent(double share) {
  return (share > 0.0 ? "+" : "") + grouped(100.0 * share, 1) + " %";
}

void add_costs(std::span<const Comparison> methods, std::vector<ComparisonRow>& rows) {
  for (const auto& component : components) {
    const bool any = std::ranges::any_of(methods, [&](const Comparison& entry) {
      return entry.plan && entry.plan->cost.*component.eur != 0.0;
    });
    if (any) {
      rows.push_back(row(methods, std::string(component.label), of_plan([&](const Plan& plan) {
                           return grouped(component.sign * plan.cost.*component.eur, 2);
                         })));
    }
  }
  rows.push_back(row(methods, std::string(total_label),
                     of_plan([](const Plan& plan) { return grouped(plan.cost.total_eur(), 2); })));
  rows.back().strong = true;
  // Who is the first with a plan? A percentage of a cost that is not positive would say nothing.
  for (const auto& entry : methods) {
    if (!entry.plan) {
      continue;
    }
    const double base = entry.plan->cost.total_eur();
    if (base > 0.0) {
      rows.push_back(row(methods, fmt::format("Total against {}", to_string(entry.method)),
                         of_plan([base](const Plan& plan) {
                           return signed_percent(plan.cost.total_eur() / base - 1.0);
                         })));
    }
    return;
  }
}

const Certificate* first_certificate(std::span<const Comparison> methods) {
  for (const auto& entry : methods) {
    if (entry.certificate) {
      return &*entry.certificate;
    }
  }
  return nullptr;
}

void add_reliability(std::span<const Comparison> methods, std::vector<ComparisonRow>& rows) {
  rows.push_back(row(methods, "Promised joint violation", of_plan([](const Plan& plan) {
                       return !makes_promise(plan.method) ? std::string("no promise")
                                                          : "≤ " + percent(plan.promised_violation);
                     })));
  const auto* reference = first_certificate(methods);
  if (!reference) {
    return;
  }
  const bool per_period = reference->scope == RiskScope::period;
  rows.push_back(row(methods, per_period ? "Measured, worst period" : "Measured, days",
                     of_certificate([](const Certificate& certificate) {
                       return percent(promised_share(certificate).share);
                     })));
  rows.push_back(row(methods, fmt::format("{:g} % interval, %", 100.0 * reference->confidence),
                     of_certificate([](const Certificate& certificate) {
                       return interval(promised_share(certificate));
                     })));
  rows.push_back(row(methods,
                     fmt::format("Certified ≤ {}", limit_percent(reference->joint_violation_limit)),
                     of_certificate([](const Certificate& certificate) {
                       return std::string(certificate.certified ? "yes" : "no");
                     })));
  rows.back().strong = true;
}

/// Characters as a terminal counts them (the words here hold no wide or combining ones).
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded_left(const std::string& text, std::size_t width) {
  const auto own = width_of(text);
  return std::string(width > own ? width - own : 0, ' ') + text;
}

std::string padded_right(const std::string& text, std::size_t width) {
  const auto own = width_of(text);
  return text + std::string(width > own ? width - own : 0, ' ');
}

std::string line(std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < width; ++i) {
    out += "─";
  }
  return out + '\n';
}

documents::Json to_json(const MeasuredShare& measured) {
  documents::Json json;
  json.add("count", measured.count);
  json.add("trials", measured.trials);
  json.add("share", measured.share);
  json.add("lower", measured.lower);
  json.add("upper", measured.upper);
  return json;
}

}  // namespace

const MeasuredShare& promised_share(const Certificate& certificate) {
  return certificate.scope == RiskScope::period ? certificate.worst_period : certificate.days;
}

std::vector<ComparisonRow> comparison_rows(std::span<const Comparison> methods) {
  std::vector<ComparisonRow> rows;
  add_costs(methods, rows);
  add_reliability(methods, rows);
  return rows;
}

std::string comparison_table(std::span<const Comparison> methods, std::size_t width) {
  auto rows = comparison_rows(methods);
  rows.push_back(row(methods, "Seconds", [](const Comparison& entry) {
    return entry.seconds > 0.0 ? grouped(entry.seconds, entry.seconds < 10.0 ? 2 : 1)
                               : std::string(nothing);
  }));
  ComparisonRow head{"", {}, false};
  for (const auto& entry : methods) {
    head.cells.emplace_back(to_string(entry.method));
  }
  std::size_t label_width = 0;
  std::vector<std::size_t> widths(methods.size());
  for (const auto& each : rows) {
    label_width = std::max(label_width, width_of(each.label));
  }
  for (std::size_t i = 0; i < methods.size(); ++i) {
    widths[i] = space + width_of(head.cells[i]);
    for (const auto& each : rows) {
      widths[i] = std::max(widths[i], space + width_of(each.cells[i]));
    }
  }

  std::string out;
  for (std::size_t from = 0; from < methods.size();) {
    std::size_t to = from;
    std::size_t total = label_width;
    while (to < methods.size() && (to == from || total + widths[to] <= width)) {
      total += widths[to++];
    }
    const auto add = [&](const ComparisonRow& each) {
      out += padded_right(each.label, label_width);
      for (std::size_t i = from; i < to; ++i) {
        out += padded_left(each.cells[i], widths[i]);
      }
      out += '\n';
    };
    out += from == 0 ? "" : "\n";
    add(head);
    out += line(total);
    for (const auto& each : rows) {
      out += each.strong && each.label == total_label ? line(total) : "";
      add(each);
    }
    from = to;
  }
  for (const auto& entry : methods) {
    if (!entry.plan) {
      out += fmt::format("{}: no plan: {}\n", to_string(entry.method), entry.why_not);
    }
  }
  return out;
}

std::string comparison_csv(std::span<const Comparison> methods) {
  constexpr double absent = std::numeric_limits<double>::quiet_NaN();  // an empty cell
  documents::Csv csv;
  csv.cell("method");
  for (const auto& component : components) {
    csv.cell(component.key);
  }
  for (const auto* name :
       {"total_eur", "lower_bound_eur", "promised_violation", "measured_violation",
        "measured_lower", "measured_upper", "certified", "why_not"}) {
    csv.cell(name);
  }
  csv.end_row();
  for (const auto& entry : methods) {
    csv.cell(to_string(entry.method));
    const auto* plan = entry.plan ? &*entry.plan : nullptr;
    const auto* measured = entry.certificate ? &promised_share(*entry.certificate) : nullptr;
    for (const auto& component : components) {
      csv.cell(plan ? plan->cost.*component.eur : absent);
    }
    csv.cell(plan ? plan->cost.total_eur() : absent);
    csv.cell(plan ? plan->lower_bound_eur : absent);
    csv.cell(plan && makes_promise(entry.method) ? plan->promised_violation : absent);
    csv.cell(measured ? measured->share : absent);
    csv.cell(measured ? measured->lower : absent);
    csv.cell(measured ? measured->upper : absent);
    csv.cell(!entry.certificate ? "" : entry.certificate->certified ? "yes" : "no");
    csv.cell(entry.why_not);
    csv.end_row();
  }
  return csv.take();
}

std::string comparison_json(std::span<const Comparison> methods) {
  documents::Json document;
  document.add("schema", "gridpact-comparison/1");
  documents::Json::Array entries;
  for (const auto& entry : methods) {
    documents::Json json;
    json.add("method", to_string(entry.method));
    if (entry.plan) {
      documents::Json cost;
      for (const auto& component : components) {
        cost.add(std::string(component.key), entry.plan->cost.*component.eur);
      }
      cost.add("total_eur", entry.plan->cost.total_eur());
      json.add("cost", std::move(cost));
      json.add("lower_bound_eur", entry.plan->lower_bound_eur);
      if (makes_promise(entry.method)) {
        json.add("promised_violation", entry.plan->promised_violation);
      }
    } else {
      json.add("why_not", entry.why_not);
    }
    if (entry.certificate) {
      json.add("measured", to_json(promised_share(*entry.certificate)));
      json.add("certified", entry.certificate->certified);
    }
    entries.push_back(std::move(json));
  }
  document.add("methods", std::move(entries));
  return documents::to_text(document);
}

}  // namespace gridpact::report
