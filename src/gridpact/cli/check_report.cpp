#include "gridpact/cli/check_report.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gridpact::cli {

namespace {

using documents::Json;
using importers::ImportedElement;

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "?";
}

/// Elements of one class that a remark is true of, in their order.
struct Remark {
  std::string element_class;
  ImportedElement::Fate fate = ImportedElement::Fate::read;
  std::string text;
  std::vector<std::string> names;
};

std::vector<Remark> by_remark(const std::vector<ImportedElement>& elements) {
  std::vector<Remark> out;
  std::map<std::tuple<std::string, ImportedElement::Fate, std::string>, std::size_t> places;
  for (const auto& element : elements) {
    for (const auto& text : element.remarks) {
      const auto [place, is_new] =
          places.try_emplace({element.element_class, element.fate, text}, out.size());
      if (is_new) {
        out.push_back({element.element_class, element.fate, text, {}});
      }
      out[place->second].names.push_back(element.name);
    }
  }
  return out;
}

std::string flow_in_words(const NominalFlow& flow) {
  return flow.losses_kw
             ? fmt::format("losses {:.3f} kW, lowest voltage {:.5f} pu at node {}", *flow.losses_kw,
                           flow.lowest_voltage_pu, flow.lowest_voltage_at)
             : "no solution, " + flow.why_not;
}

Json flow_json(const std::optional<NominalFlow>& flow) {
  Json out;
  if (flow) {
    out.add("losses_kw", flow->losses_kw ? Json(*flow->losses_kw) : Json());
    out.add("lowest_voltage_pu", flow->losses_kw ? Json(flow->lowest_voltage_pu) : Json());
    out.add("lowest_voltage_at", flow->losses_kw ? Json(flow->lowest_voltage_at) : Json());
    out.add("why_not", flow->losses_kw ? Json() : Json(flow->why_not));
  }
  return out;
}

Json elements_json(const std::vector<ImportedElement>& elements) {
  Json out{Json::Array{}};
  for (const auto& element : elements) {
    Json remarks{Json::Array{}};
    for (const auto& remark : element.remarks) {
      remarks.push(remark);
    }
    Json row;
    row.add("class", element.element_class);
    row.add("name", element.name);
    row.add("fate", to_string(element.fate));
    row.add("remarks", std::move(remarks));
    out.push(std::move(row));
  }
  return out;
}

Json faults_json(const Faults& faults) {
  Json out{Json::Array{}};
  for (const auto& fault : faults) {
    Json row;
    row.add("severity", severity_name(fault.severity));
    row.add("file", fault.place.file);
    row.add("line", fault.place.line);
    row.add("message", fault.message);
    out.push(std::move(row));
  }
  return out;
}

}  // namespace

std::string check_text(const CheckReport& report) {
  std::string out;
  const auto line = [&](std::string_view what, std::string_view value) {
    out += fmt::format("  {:<24} {}\n", what, value);
  };
  for (const auto& [what, value] : report.read) {
    line(what, value);
  }
  std::map<std::string, std::map<ImportedElement::Fate, std::size_t>> counts;
  for (const auto& element : report.elements) {
    ++counts[element.element_class][element.fate];
  }
  for (const auto& [element_class, count] : counts) {
    std::vector<std::string> words;
    for (const auto& [fate, number] : count) {
      words.push_back(fmt::format(
          "{} {}", number,
          fate == ImportedElement::Fate::assumed ? "read with assumptions" : to_string(fate)));
    }
    line("OpenDSS " + element_class, fmt::format("{}", fmt::join(words, ", ")));
  }
  if (report.flow) {
    line("nominal flow", flow_in_words(*report.flow));
  }
  return out;
}

std::string check_verdict(const CheckReport& report) {
  const auto errors =
      std::ranges::count(report.faults, Severity::error, [](const Fault& f) { return f.severity; });
  return errors == 0 ? "usable\n"
                     : fmt::format("{} error{}: not usable\n", errors, errors == 1 ? "" : "s");
}

Faults element_notes(const CheckReport& report, bool in_brief) {
  constexpr std::size_t names_told = 3;
  Faults out;
  const auto note = [&](std::string message) {
    out.push_back({Severity::note, {report.file, 0}, std::move(message)});
  };
  bool has_more = false;
  for (const auto& remark : by_remark(report.elements)) {
    const auto& names = remark.names;
    if (in_brief && names.size() > names_told) {
      has_more = true;
      note(fmt::format("{} {} elements {}: {} ({}, ...)", names.size(), remark.element_class,
                       to_string(remark.fate), remark.text,
                       fmt::join(names.begin(), names.begin() + names_told, ", ")));
      continue;
    }
    for (const auto& name : names) {
      note(fmt::format("{}.{} {}: {}", remark.element_class, name, to_string(remark.fate),
                       remark.text));
    }
  }
  if (has_more) {
    note("--details tells this element by element");
  }
  return out;
}

documents::Json check_json(const CheckReport& report) {
  Json read{Json::Object{}};
  for (const auto& [what, value] : report.read) {
    read.add(what, value);
  }
  Json out;
  out.add("schema", "gridpact-check/1");
  out.add("usable", !has_errors(report.faults));
  out.add("read", std::move(read));
  out.add("nominal_flow", flow_json(report.flow));
  out.add("elements", elements_json(report.elements));
  out.add("faults", faults_json(report.faults));
  return out;
}

}  // namespace gridpact::cli
